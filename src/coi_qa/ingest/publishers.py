"""Publishers: spellings that mean the same one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from urllib.parse import urlsplit

from coi_qa.domain.text import strip_diacritics

MIN_WORD_LIKENESS = 0.6
MAX_ACRONYM = 12  # letters
MIN_LIKENESS = 0.7  # of two spellings on one host: "Odra.kz" and "Orda" have .8
_LABELS = frozenset("www m en pl ru uk ua kz eng news new old about web".split())
_TOP_LEVEL = re.compile(r"\.(?:[a-z]{2,4}|example)$")
_SMALL_WORDS = frozenset("of for and the to in on de la w i na do o z".split())


@dataclass(frozen=True, slots=True)
class Naming:
    """How one note names its publisher.

    Attributes:
        publisher: As printed, its spelled-out form left out.
        printed: As printed, with that form: "IHD (Integral Human Development)".
        url: Of the note, or None.
    """

    publisher: str | None
    printed: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Variant:
    """A spelling of a publisher that is not its usual one in the report.

    Attributes:
        usual: The usual one.
        evidence: Why both are one publisher, in Polish.
    """

    usual: str
    evidence: str


def find_variants(namings: Sequence[Naming]) -> dict[int, Variant]:
    """Return the namings with an unusual spelling, by their index.

    Two spellings are one publisher's if they have the same letters, or if they are
    alike and their addresses are on one host. The usual one is that which more notes
    have, then the one nearest to the host's name. An acronym whose letters stand in
    another order than the words behind it is a variant of the right one.
    """
    groups = _groups(namings)
    variants: dict[int, Variant] = {}
    for at, naming in enumerate(namings):
        if naming.publisher is None:
            continue
        usual = _usual(groups[at], namings)
        if naming.publisher != usual:
            host = site_of(naming.url)
            evidence = (
                f"ten sam adres witryny ({host})"
                if host and host in {site_of(n.url) for n in _named(usual, namings)}
                else "te same litery"
            )
            variants[at] = Variant(usual, evidence)
        elif (right := _right_acronym(naming.printed)) is not None:
            expansion = (naming.printed or "").partition("(")[2].rstrip(") ")
            variants[at] = Variant(right, f"rozwinięcie skrótu: {expansion}")
    return variants


@lru_cache(maxsize=4096)  # every note is held against every other
def site_of(url: str | None) -> str | None:
    """Return the host of an address without what sites put before their name.

    >>> site_of("https://en.orda.kz/migration"), site_of(None)
    ('orda.kz', None)
    """
    host = host_of(url)
    if host is None or "." not in host:
        return None
    labels = host.split(".")
    while len(labels) > 2 and labels[0] in _LABELS:
        labels = labels[1:]
    return ".".join(labels)


def host_of(url: str | None) -> str | None:
    """Return the host of an address, or None where it has none."""
    if url is None:
        return None
    try:
        return urlsplit(url if "//" in url else f"//{url}").hostname
    except ValueError:
        return None


# --- variants -------------------------------------------------------------------------


def _groups(namings: Sequence[Naming]) -> list[list[int]]:
    """Return for each naming the indexes of those of the same publisher."""
    leader = list(range(len(namings)))

    def find(at: int) -> int:
        while leader[at] != at:
            at = leader[at]
        return at

    for later in range(len(namings)):
        for earlier in range(later):
            if find(earlier) != find(later) and _is_one(
                namings[earlier], namings[later]
            ):
                leader[find(later)] = find(earlier)
    members: dict[int, list[int]] = {}
    for at in range(len(namings)):
        members.setdefault(find(at), []).append(at)
    return [members[find(at)] for at in range(len(namings))]


def _is_one(a: Naming, b: Naming) -> bool:
    """Say whether two namings are of one publisher."""
    if a.publisher is None or b.publisher is None:
        return False
    first, second = _letters(a.publisher), _letters(b.publisher)
    if not first or not second:
        return False
    if first == second:
        return True
    if site_of(a.url) is None or site_of(a.url) != site_of(b.url):
        return False
    short, long = sorted((first, second), key=len)
    if len(short) >= 4 and long.startswith(short):
        return True
    # Two ministries share a site and most of their names, but not each word.
    words, others = a.publisher.split(), b.publisher.split()
    pairs = list(zip(words, others, strict=True)) if len(words) == len(others) else []
    return _likeness(first, second) >= MIN_LIKENESS and all(
        _likeness(_letters(word), _letters(other)) >= MIN_WORD_LIKENESS
        for word, other in pairs
    )


def _likeness(a: str, b: str) -> float:
    """Return how much of two spellings is the same, from 0 to 1."""
    return SequenceMatcher(None, a, b, autojunk=False).ratio()


def _usual(group: Sequence[int], namings: Sequence[Naming]) -> str:
    spellings = [p for at in group if (p := namings[at].publisher) is not None]
    sites = (site_of(namings[at].url) for at in group)
    hosts = [_letters(site) for site in sites if site is not None]
    count = Counter(spellings)

    def nearness(spelling: str) -> float:
        plain = _letters(spelling)
        return max((_likeness(plain, host) for host in hosts), default=0.0)

    return max(
        dict.fromkeys(spellings),
        key=lambda spelling: (count[spelling], nearness(spelling)),
    )


def _named(publisher: str, namings: Sequence[Naming]) -> list[Naming]:
    return [naming for naming in namings if naming.publisher == publisher]


@lru_cache(maxsize=4096)
def _letters(publisher: str) -> str:
    """Return a name's letters and digits, without the end of a host name."""
    plain = _TOP_LEVEL.sub("", strip_diacritics(publisher).strip())
    return "".join(char for char in plain if char.isalnum())


def _right_acronym(printed: str | None) -> str | None:
    """Return the acronym that the words behind one spell, if it has their letters.

    >>> _right_acronym("IDCM (Internal Displacement Monitoring Center)")
    'IDMC'
    """
    acronym, bracket, expansion = (printed or "").partition("(")
    acronym = acronym.strip()
    if not bracket or not acronym.isupper() or len(acronym) > MAX_ACRONYM:
        return None
    words = [w for w in re.findall(r"\w+", expansion) if w.lower() not in _SMALL_WORDS]
    initials = "".join(word[0] for word in words).upper()
    is_shuffled = sorted(initials) == sorted(acronym) and initials != acronym
    return initials if is_shuffled else None

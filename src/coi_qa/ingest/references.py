"""Notes that name their source by a note before: "Tamże", "Ibid.", "dz. cyt."."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coi_qa.domain.text import strip_diacritics

AUTHOR_WORDS = 12  # an author and a short title; a longer lead is a text of its own
HEAD_CHARS = 200  # where an earlier note names its author and title

# All matched against text in lower case without diacritics.
_NUMBER = re.compile(r"\s*(?:\[?\d{1,4}[\].)]?|[*†‡§]{1,9}\)?)?\s*")
_LEAD = re.compile(r"(?:(?:zob|por|see|cf|patrz|tez|also|np|e\.g)\b\.?:?\s*)")
_SAME = re.compile(r"(?:tamze|ibidem|ibid|ib|loc\.\s?cit|l\.\s?c)\b\.?")
_CITED = re.compile(r"\b(?:dz|op|art|wyd)\.\s?cyt\b|\bop\.\s?cit\b|\bcyt\.\s?wyd\b")
_WORD = re.compile(r"[^\W\d_]{3,}")
_SAME_AUTHOR = frozenset({"idem", "eadem", "tenze", "taz", "ciz"})
_BESIDE_THE_NAME = frozenset({"red", "pod", "zob", "por", "see", "tez", "and", "oraz"})


def find_repeated(notes: Sequence[str]) -> list[int | None]:
    """Return for each note the index of the one that first names its source.

    It is None for a note that names its source itself, and for one that refers to
    nothing before it or to an author with several works: no source is guessed.

    "Tamże" and "Ibid." stand for the note just before, "dz. cyt." and "op. cit." for
    the work of the author that the note begins with. Chains lead to their first note.

    Args:
        notes: Their texts in the order of the report, with or without the number.

    >>> find_repeated(["Kowalski, Prawo, 2020", "Tamże, s. 3", "Ibid.", "CIA, 2025"])
    [None, 0, 0, None]
    >>> find_repeated(["J. Kowalski, Prawo", "UNHCR, 2024", "Kowalski, dz. cyt., s. 5"])
    [None, None, 0]
    """
    origins: list[int | None] = []
    heads: list[str] = []
    for at, note in enumerate(notes):
        text = _without_lead(strip_diacritics(" ".join(note.split())))
        origins.append(_origin(text, at, heads, origins))
        heads.append(text[:HEAD_CHARS])
    return origins


def _origin(
    text: str, at: int, heads: Sequence[str], origins: Sequence[int | None]
) -> int | None:
    """Return the first note of the source that note `at` repeats, or None."""
    if at == 0:
        return None
    names = _names_cited(text)
    if names and not _SAME.match(text):  # "Ibid., op. cit." is the note before
        return _only_work(names, heads, origins)
    before = _first(at - 1, origins)
    return before if _refers(text) and not _refers(heads[before]) else None


def _refers(text: str) -> bool:
    """Say whether a note names its source by another note."""
    return _SAME.match(text) is not None or _names_cited(text) is not None


def _names_cited(text: str) -> list[str] | None:
    """Return the words of author and title before "dz. cyt.", or None without it."""
    cited = _CITED.search(text)
    if cited is None:
        return None
    words = _WORD.findall(text[: cited.start()])
    if len(words) > AUTHOR_WORDS:
        return None
    return [w for w in words if w not in _BESIDE_THE_NAME | _SAME_AUTHOR]


def _only_work(
    names: Sequence[str], heads: Sequence[str], origins: Sequence[int | None]
) -> int | None:
    """Return the one earlier note that begins with all of `names`, or None."""
    works = [
        at
        for at, head in enumerate(heads)
        if origins[at] is None
        and not _refers(head)
        and set(names) <= set(_WORD.findall(head))
    ]
    if len({heads[at] for at in works}) != 1:
        return None
    return works[0]


def _first(at: int, origins: Sequence[int | None]) -> int:
    origin = origins[at]
    return at if origin is None else origin


def _without_lead(text: str) -> str:
    """Return a note without its number and "zob. też" before its source."""
    text = text[_end(_NUMBER.match(text)) :]
    while lead := _LEAD.match(text):
        text = text[lead.end() :]
    return text


def _end(match: re.Match[str] | None) -> int:
    return match.end() if match is not None else 0

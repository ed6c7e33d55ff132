"""Whom the quotes go back to: a newspaper that relays ACLED's count is ACLED."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from coi_qa.domain.answer import Evidence, Teller
from coi_qa.domain.text import STEM_LETTERS, strip_diacritics

# Folded. The state's own word, whichever of its names a sentence has for it.
_STATE: Final = re.compile(
    r"(?:wladz|rzad|oficjaln|strona rzadowa|przedstawiciel\w* (?:wladz|rzad))"
)
_STATE_NAME: Final = "władze"
# Nobody in particular: what rests on them rests on the notes.
_NOBODY: Final = re.compile(
    r"(?:(?:rozn|inn|niektor|dostepn|licz|wiel)\w* )?"
    r"(?:zrod|medi|organizac|obronc|swiadk|mieszka|aktywist|raport|doniesie)\w*"
    r"(?: \w+)?"
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_SMALL_WORDS: Final = frozenset("i do w z na of the for and de spraw".split())
_SHORT: Final = 6  # letters of an acronym


@dataclass(frozen=True, slots=True)
class _Name:
    """A name with what its inflections and its acronym have in common."""

    printed: str
    stems: frozenset[str]
    initials: str
    acronym: str

    def is_of(self, other: _Name) -> bool:
        """Say whether both are names of one body."""
        if self.stems and self.stems == other.stems:
            return True
        return any(
            len(short) > 1 and sorted(short) == sorted(long)
            for short, long in (
                (self.acronym, other.initials),
                (other.acronym, self.initials),
            )
        )


def find_tellers(quotes: Sequence[tuple[int, Evidence]]) -> tuple[Teller, ...]:
    """Return whom the quotes go back to, in their order, each once.

    Where a sentence says whose word it passes on, that is whom it goes back to, not the
    paper in its footnote; else the publishers of its footnotes are. How many notes name
    a publisher does not count.

    Args:
        quotes: With their numbers.
    """
    found: list[tuple[_Name, list[int]]] = []
    for number, item in quotes:
        for name in _names(item):
            held = next(
                (numbers for known, numbers in found if known.is_of(name)), None
            )
            if held is None:
                found.append((name, [number]))
            elif number not in held:
                held.append(number)
    return tuple(Teller(name.printed, tuple(numbers)) for name, numbers in found)


def _names(item: Evidence) -> list[_Name]:
    told = [
        _STATE_NAME if _STATE.match(strip_diacritics(name)) else name
        for name in item.attributed_to
        if not _NOBODY.fullmatch(strip_diacritics(name))
    ]
    if told:
        return [_name(name) for name in told]
    return [
        _name(
            source.originator or source.publisher or source.url or f"#{source.ordinal}"
        )
        for source in item.sources
    ]


def _name(printed: str) -> _Name:
    words = [w for w in _WORD.findall(printed) if w.lower() not in _SMALL_WORDS]
    plain = [strip_diacritics(word) for word in words]
    is_acronym = len(words) == 1 and words[0].isupper() and len(words[0]) <= _SHORT
    return _Name(
        printed=printed,
        stems=frozenset(word[:STEM_LETTERS] for word in plain) or frozenset({printed}),
        initials="".join(word[0] for word in plain) if len(plain) > 1 else "",
        acronym=plain[0] if is_acronym else "",
    )

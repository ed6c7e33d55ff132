"""Stretches of time: "od 1 stycznia do 12 września 2025 r." is one, not two days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from coi_qa.domain.periods import Period, find_periods

_PART = (
    r"(?:(?:samego\s)?(?:początku|połowy|końca|wiosny|lata|jesieni|zimy|dnia"
    r"|the (?:end|beginning) of|mid|нач\w+|поч\w+|кон\w+|кін\w+)\s)?"
)
_MARK = r"(?:\s?(?:r\.|roku|року|года))?"
_OPENED = re.compile(
    rf"(?:\b(?:w okresie|z okresu|w latach|w dniach)\s)?"
    rf"\b(?:od|między|pomiędzy|from|between|від|з|із|с|со)\s{_PART}$",
    re.IGNORECASE,
)
_THROUGH = re.compile(
    rf"{_MARK}\s?(?:do|a|i|po|–|-|to|and|until|до|по)\s{_PART}|\s?[–-]\s?"
)
_LISTED = re.compile(rf"{_MARK}(?:\s(?:i|oraz|and)|,)\s(?:we?\s)?")
_UP_TO = re.compile(rf"{_MARK}\s?[(,]?\s?\(?do\s{_PART}")
_NARROWED = re.compile(rf"{_MARK},?\s\(?")
_SINCE = re.compile(
    rf"\b(?:od|po|since|after|from|від|з|із|після|от|с|со|после)\s{_PART}$",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    rf"\b(?:do|przed|until|till|by|before|up to|до|перед)\s{_PART}$", re.IGNORECASE
)
_YEAR_MARK = re.compile(r"\s?(?:r\.|roku\b|rok\b)")
_YEAR_OPENING = re.compile(
    r"\bod (?:samego )?początku (?:tego )?roku\s$", re.IGNORECASE
)
_LOOK_BACK = 40


class Overlap(StrEnum):
    """How two stretches of time lie to each other."""

    SAME = "same"
    WITHIN = "within"
    APART = "apart"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time that a sentence speaks of.

    Attributes:
        first: Its first day, or None where it has no beginning ("do maja 2024 r.").
        last: Its last day, or None where it has no end.
        start: Where its print begins, from 0.
        end: Exclusive.
    """

    first: date | None
    last: date | None
    start: int
    end: int

    def is_within(self, other: Stretch) -> bool:
        """Say whether each of its days is one of the other's."""
        begins = other.first is None or (
            self.first is not None and self.first >= other.first
        )
        ends = other.last is None or (self.last is not None and self.last <= other.last)
        return begins and ends

    def overlaps(self, other: Stretch) -> bool:
        """Say whether they share a day."""
        a_first, a_last = self.first or date.min, self.last or date.max
        b_first, b_last = other.first or date.min, other.last or date.max
        return a_first <= b_last and b_first <= a_last


def overlap(a: Stretch | None, b: Stretch | None) -> Overlap:
    """Return how two stretches lie to each other.

    A missing end is the other's end: "do 31 maja 2024 r." is told of the same time as
    "od 1 stycznia do 31 maja 2024 r.".
    """
    if a is None or b is None:
        return Overlap.UNKNOWN
    same_first = a.first == b.first or (None in (a.first, b.first) and a.last == b.last)
    same_last = a.last == b.last or (None in (a.last, b.last) and a.first == b.first)
    if same_first and same_last:
        return Overlap.SAME
    if a.is_within(b) or b.is_within(a):
        return Overlap.WITHIN
    return Overlap.APART


def period_fit(told: Sequence[Stretch], asked: Sequence[Stretch]) -> float:
    """Return how the time that a sentence tells of fits the time asked about.

    1 where a stretch of the sentence holds one asked about or lies within it, .5 where
    they only overlap, -1 where all are apart, 0 where either names no time.

    >>> asked = find_stretches("Ilu zatrzymano w 2024 r.?")
    >>> [
    ...     period_fit(find_stretches(sentence), asked)
    ...     for sentence in ("W maju 2024 r. 5.", "W 2019 r. 7.", "Zatrzymano 9.")
    ... ]
    [1.0, -1.0, 0.0]
    """
    return max((_fit(one, other) for one in told for other in asked), default=0.0)


def _fit(one: Stretch, other: Stretch) -> float:
    if not one.overlaps(other):
        return -1.0
    return 1.0 if one.is_within(other) or other.is_within(one) else 0.5


def find_stretches(text: str) -> list[Stretch]:
    """Return the stretches of time that a sentence names, in their order.

    >>> text = "Od 1 stycznia do 12 września 2025 r. zginęło 6 osób, w 2024 r. – 5."
    >>> [text[s.start : s.end] for s in find_stretches(text)]
    ['Od 1 stycznia do 12 września 2025 r.', '2024 r.']
    """
    periods = find_periods(text)
    joined: list[Stretch] = []
    at = 0
    while at < len(periods):
        period = periods[at]
        following = periods[at + 1] if at + 1 < len(periods) else None
        stretch = _joined(text, period, following)
        if stretch is not None:
            joined.append(stretch)
            at += 2
        else:
            joined.append(_alone(text, period))
            at += 1
    return _narrowed(text, joined)


def _joined(text: str, a: Period, b: Period | None) -> Stretch | None:
    """Return the stretch that two periods name together, or None."""
    if b is None or b.last < a.first:
        return None
    between = text[a.end : b.start]
    before = _OPENED.search(text[max(0, a.start - _LOOK_BACK) : a.start])
    end = _with_year_mark(text, b.end)
    if before and _THROUGH.fullmatch(between):
        start = a.start - (len(before[0]))
        return Stretch(a.first, b.last, start, end)
    is_one_list = a.is_precise == b.is_precise and a.last < b.first
    if _LISTED.fullmatch(between) and is_one_list:
        return Stretch(a.first, b.last, a.start, end)
    if _UP_TO.fullmatch(between) and a.first <= b.first and b.last <= a.last:
        closes = "(" in between and text[end : end + 1] == ")"
        return Stretch(a.first, b.last, a.start, end + closes)
    return None


def _alone(text: str, period: Period) -> Stretch:
    before = text[max(0, period.start - _LOOK_BACK) : period.start]
    end = _with_year_mark(text, period.end)
    stretch = Stretch(period.first, period.last, period.start, end)
    if since := _SINCE.search(before):
        start = period.start - len(since[0])
        return replace(stretch, last=None, start=start)
    if until := _UNTIL.search(before):
        start = period.start - len(until[0])
        opening = _YEAR_OPENING.search(text[:start])
        if opening:  # "od początku roku do października"
            first = date(period.last.year, 1, 1)
            return replace(stretch, first=first, start=opening.start())
        return replace(stretch, first=None, start=start)
    return stretch


def _narrowed(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """Return the stretches, "w 2025 r., od stycznia do maja" taken for the narrower."""
    kept: list[Stretch] = []
    for stretch in stretches:
        before = kept[-1] if kept else None
        if (
            before is not None
            and stretch.is_within(before)
            and _NARROWED.fullmatch(text[before.end : stretch.start])
        ):
            kept[-1] = replace(stretch, start=before.start)
        else:
            kept.append(stretch)
    return kept


def _with_year_mark(text: str, end: int) -> int:
    mark = _YEAR_MARK.match(text, end)
    return mark.end() if mark else end

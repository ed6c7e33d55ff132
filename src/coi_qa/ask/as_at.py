"""The day that a question says its answer is to hold for."""

from __future__ import annotations

import re

from coi_qa.domain.dates import PrintedDate, find_dates
from coi_qa.domain.text import Span

# Not "na koniec marca 2023 r.": that asks for a figure, which later reports tell too.
_CUE = re.compile(
    r"\b(?:(?:według|wg|podług) stanu(?: wiedzy)? (?:na|z)(?: dzień)?"
    r"|stan(?:em|u)? na(?: dzień)?|w stanie na|as (?:of|at)(?: the)?(?: end of)?"
    r"|станом на(?: кінець)?|по состоянию на(?: конец)?)"
    r"(?: (?:koniec|dnia|roku|the end of|року|кінець|конец))?\s+",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(r"^([A-Z][a-z]+) (\d{1,2}), (\d{4})")


def find_as_at(text: str) -> PrintedDate | None:
    """Return the date that a question sets ("stan na 1 marca 2025"), or None.

    A month or year stands for its last day. What is relative to today ("obecnie") is
    none: an answer must not change overnight.

    >>> find_as_at("Ilu było więźniów według stanu na 1 marca 2025 r.?")
    ... # doctest: +NORMALIZE_WHITESPACE
    PrintedDate(text='według stanu na 1 marca 2025', start=18,
                date=PartialDate(year=2025, month=3, day=1))
    """
    for cue in _CUE.finditer(text):
        # "March 1, 2024" has one letter more than the "1 March 2024" that is read.
        after = _MONTH_FIRST.sub(r"\2 \1 \3", text[cue.end() :])
        for printed in find_dates(after):
            if printed.start == 0 and printed.date is not None:
                end = (
                    cue.end() + len(printed.text) + len(text[cue.end() :]) - len(after)
                )
                said = Span(cue.start(), end).of(text)
                return PrintedDate(said, cue.start(), printed.date)
    return None

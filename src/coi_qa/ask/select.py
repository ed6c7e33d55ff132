"""Near sentences -> the few that are shown."""

from __future__ import annotations

from collections.abc import Iterable

from coi_qa.domain.answer import Evidence
from coi_qa.domain.dates import PartialDate


def select(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Return the sentences, best first, none of them saying the same words twice."""
    chosen: list[Evidence] = []
    said: set[tuple[str, str]] = set()
    for item in evidence:
        words = (item.imprint.id, item.text.casefold())
        if words not in said:
            said.add(words)
            chosen.append(item)
    return chosen


def is_known_by(evidence: Evidence, as_at: PartialDate | None) -> bool:
    """Say whether neither the report nor a source of a sentence is later than `as_at`.

    What is undated stays; the answer warns of it.
    """
    dates = [evidence.imprint.date, *(source.date for source in evidence.sources)]
    return all(is_by(date, as_at) for date in dates)


def is_by(date: PartialDate | None, as_at: PartialDate | None) -> bool:
    """Say whether a date is not later than `as_at`; an unknown one is not."""
    return date is None or as_at is None or date.first_day <= as_at.last_day

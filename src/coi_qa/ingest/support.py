"""Whether the date of a source can support the sentence that cites it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from coi_qa.domain.dates import PartialDate
from coi_qa.domain.periods import Period, find_periods, needed_by
from coi_qa.domain.plans import is_planned
from coi_qa.domain.report import Report
from coi_qa.domain.source import SourceProblem

IsFuture = Callable[[str], bool]
"""Whether a sentence speaks of what is still to come."""

MAX_NEWS_LAG = timedelta(days=31)  # news of what happened comes within a month

_LAW = re.compile(
    r"\b(?:ustaw|kodeks|rozporządzeni|dekret|konstytucj|ordynacj|law\b|act\b|code\b)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence with the notes that it rests on.

    Attributes:
        text: Its words.
        notes: Ordinals of its footnotes.
        is_own: The marks stand in the sentence itself.
    """

    text: str
    notes: tuple[int, ...]
    is_own: bool


def with_date_problems(
    report: Report, *, is_future_verb: Callable[[str], bool]
) -> Report:
    """Return the report, notes marked whose dates cannot support what cites them.

    Args:
        report: As read.
        is_future_verb: Whether a word is a verb of what is still to come.
    """
    problems = unsupported(
        [
            Claim(
                text=report.text_of(sentence.places),
                notes=sentence.footnotes,
                is_own=sentence.scope in ("sentence", "cluster"),
            )
            for sentence in report.sentences
            if sentence.footnotes
        ],
        [report.sources[note.source].date for note in report.footnotes],
        laws=frozenset(
            note.ordinal
            for note in report.footnotes
            if _LAW.search(report.sources[note.source].title or "")
        ),
        is_future=lambda text: speaks_of_the_future(text, is_future_verb),
        report_date=report.imprint.date,
    )
    return replace(
        report,
        footnotes=tuple(
            replace(note, problems=(*note.problems, problems[note.ordinal]))
            if note.ordinal in problems
            else note
            for note in report.footnotes
        ),
    )


def unsupported(
    claims: Sequence[Claim],
    dates: Sequence[PartialDate | None],
    *,
    laws: frozenset[int],
    is_future: IsFuture,
    report_date: PartialDate | None,
) -> dict[int, SourceProblem]:
    """Return the notes whose dates cannot support what cites them, and how.

    `DATE_BEFORE_CLAIM`: no note of a sentence is as late as the last period that the
    sentence names. That is told of the newest of them, and of others unless they fit
    another sentence. What is planned, comes after the report, or stands in a law may
    be told of beforehand.
    `DATE_AFTER_CLAIM`: the source is later than the report, or a day's news is dated a
    year too late: in the month of the year before it would fit every sentence.

    Args:
        claims: Sentences that have footnotes, in their order.
        dates: Of each note's source, None where it has none.
        laws: Notes that cite a law.
        is_future: Whether a sentence speaks of what is still to come.
        report_date: Of the report itself.
    """
    told = [(claim, _past(claim.text, report_date)) for claim in claims]
    early = {
        note: SourceProblem.DATE_BEFORE_CLAIM
        for claim, periods in told
        if periods and not is_future(claim.text) and not laws & set(claim.notes)
        for note in _too_early(claim, periods, dates, told)
    }
    late = {
        note: SourceProblem.DATE_AFTER_CLAIM
        for note, found in enumerate(dates)
        if found is not None
        and (_is_after(found, report_date) or _is_a_year_late(note, found, told))
    }
    return early | late


def _past(text: str, report_date: PartialDate | None) -> list[Period]:
    """Return the periods that a sentence names, less those after the report."""
    return [
        period
        for period in find_periods(text)
        if report_date is None or period.first <= report_date.last_day
    ]


def speaks_of_the_future(text: str, is_future_verb: Callable[[str], bool]) -> bool:
    """Say whether a sentence tells of what is planned or still to come."""
    if is_planned(text):
        return True
    return any(is_future_verb(word) for word in _WORD.findall(text))


def _too_early(
    claim: Claim,
    periods: Sequence[Period],
    dates: Sequence[PartialDate | None],
    told: Sequence[tuple[Claim, list[Period]]],
) -> list[int]:
    """Return the notes of a claim that end before what it tells of."""
    needed = needed_by(periods)
    dated = [(note, d) for note in claim.notes if (d := dates[note]) is not None]
    if not dated or any(d.last_day >= needed for _, d in dated):
        return []
    newest = max(d.last_day for _, d in dated)
    return [
        note
        for note, d in dated
        if d.last_day == newest
        or not any(
            note in other.notes and past and needed_by(past) <= d.last_day
            for other, past in told
            if other is not claim
        )
    ]


def _is_after(found: PartialDate, report_date: PartialDate | None) -> bool:
    return report_date is not None and found.first_day > report_date.last_day


def _is_a_year_late(
    note: int, found: PartialDate, told: Sequence[tuple[Claim, list[Period]]]
) -> bool:
    """Say whether a day's date would fit its sentence if its year were one less."""
    if found.day is None or (found.month, found.day) == (2, 29):
        return False
    a_year_before = date(found.year - 1, found.month or 1, found.day)
    own = [periods for claim, periods in told if claim.is_own and note in claim.notes]
    if not own or not all(own):
        return False
    return all(
        last.is_precise and last.first <= a_year_before <= last.last + MAX_NEWS_LAG
        for last in (max(periods, key=lambda p: p.last) for periods in own)
    )

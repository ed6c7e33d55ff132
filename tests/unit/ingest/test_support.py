"""Dates of sources that cannot support what cites them."""

from __future__ import annotations

import pytest

from coi_qa.domain.dates import parse_date
from coi_qa.domain.source import SourceProblem
from coi_qa.ingest.support import Claim, speaks_of_the_future, unsupported

BEFORE, AFTER = SourceProblem.DATE_BEFORE_CLAIM, SourceProblem.DATE_AFTER_CLAIM


def told(*claims: Claim, dates: str, laws=(), report: str | None = "2025-10"):
    """The notes that cannot support their claims; "-" is a note without a date."""
    return unsupported(
        claims,
        [None if d == "-" else parse_date(d) for d in dates.split()],
        laws=frozenset(laws),
        is_future=lambda text: speaks_of_the_future(text, lambda w: w == "wejdzie"),
        report_date=parse_date(report) if report else None,
    )


def claim(text: str, *notes: int, own: bool = True) -> Claim:
    return Claim(text, notes or (0,), own)


@pytest.mark.parametrize(
    ("text", "date", "problem"),
    [
        ("We wrześniu 2025 r. wysłano wojsko.", "27.08.2025", BEFORE),
        ("We wrześniu 2025 r. wysłano wojsko.", "01.09.2025", None),
        ("W 2024 r. wysłano wojsko.", "2024-03-01", None),
        ("W 2024–2025 r. wysłano wojsko.", "2024-04-30", BEFORE),
        ("Do połowy 2025 r. skazano 34 osoby.", "2025-04-14", BEFORE),
        ("W grudniu 2023 r. skreślono talibów.", "2024-12-29", AFTER),
        ("W grudniu 2023 r. skreślono talibów.", "2024-01-15", None),
        ("W grudniu 2023 r. skreślono talibów.", "2024-11-29", None),
        ("W 2023 r. skreślono talibów.", "2024-12-29", None),
        ("W grudniu 2023 r. skreślono talibów.", "2024", None),
        ("1 maja 2024 r. protestowano.", "2026-05-02", AFTER),
        ("Wojsko jest liczne.", "1999-01-01", None),
        ("W 2029 r. odbyły się wybory.", "2025-01-01", None),
        ("W lipcu 2025 r. wejdzie w życie ustawa.", "2025-01-01", None),
        ("Wybory planowane są we wrześniu 2025 r.", "2025-01-01", None),
    ],
)
def test_a_date_is_held_against_the_last_period_of_the_sentence(text, date, problem):
    assert told(claim(text), dates=date) == ({0: problem} if problem else {})


def test_one_note_that_is_late_enough_supports_the_sentence_of_all():
    text = "We wrześniu 2025 r. wysłano wojsko."

    assert told(claim(text, 0, 1), dates="2024-01-01 2025-09-12") == {}
    assert told(claim(text, 0, 1), dates="2024-01-01 2025-08-12") == {
        0: BEFORE,
        1: BEFORE,
    }


def test_an_earlier_note_that_fits_another_sentence_is_not_told():
    first = claim("W styczniu 2022 r. wybuchły zamieszki.", 0, 1, own=False)
    last = claim("W 2024–2025 r. wymieniono kadry.", 0, 1)

    assert told(first, last, dates="2022-01-19 2024-04-30") == {1: BEFORE}


def test_a_law_and_a_note_without_a_date_are_not_told():
    text = "Od 1 lipca 2025 r. urząd może zakazać wyjazdu."

    assert told(claim(text), dates="2025-03-14", laws=(0,)) == {}
    assert told(claim(text), dates="-") == {}
    assert told(claim(text), dates="2025-03-14") == {0: BEFORE}


def test_without_a_date_of_the_report_nothing_is_after_it():
    assert told(claim("Tak jest."), dates="2030-01-01", report=None) == {}

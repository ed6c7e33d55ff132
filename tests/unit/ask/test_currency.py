"""What a reader is told of dates, without a clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.fakes_index import imprint_of
from tests.unit.ask.evidence import REPORT, evidence_of, source_of

from coi_qa.adapters.withdrawn import load_withdrawn
from coi_qa.ask.currency import UNDATED, Known, dates_of, is_told_by, warnings_on
from coi_qa.ask.withdrawn import read_withdrawn, withdrawal_of
from coi_qa.domain.dates import PartialDate, parse_date
from coi_qa.domain.source import SourceProblem

WITHDRAWN = read_withdrawn(load_withdrawn())
EARLY, LATE = SourceProblem.DATE_BEFORE_CLAIM, SourceProblem.DATE_AFTER_CLAIM
FACTBOOK = source_of("CIA", title="The World Factbook. Kazachstan", date="2025-10-01")


def warned(*quotes, question="Co się dzieje?", as_at=None, newer=None) -> list[str]:
    known = Known(None if as_at is None else parse_date(as_at), newer or {}, WITHDRAWN)
    return warnings_on(quotes, question=question, known=known)


def test_a_claim_has_the_dates_of_its_information_its_sources_and_their_access():
    item = evidence_of(
        "Od 1 stycznia do 12 września 2025 r. zginęło 6 osób.",
        source_of(date="2025-03-01"),
        source_of(ordinal=1, date="2025-09-17", accessed="2025-09-20"),
    )

    dates = dates_of(item)

    assert (dates.since, dates.until) == (date(2025, 1, 1), date(2025, 9, 12))
    assert (str(dates.oldest_source), str(dates.newest_source)) == (
        "2025-03-01",
        "2025-09-17",
    )
    assert str(dates.accessed) == "2025-09-20"


def test_information_two_years_older_than_its_report_is_told_old():
    old = evidence_of("W 2021 r. zginęło 5 osób.")
    new = evidence_of("W 2024 r. zginęło 5 osób.", ordinal=1)

    assert warned(old, new) == [
        "Informacje starsze o ponad 2 lata niż raport (2025-10): [1] 2021."
    ]


def test_as_at_is_what_age_is_reckoned_from():
    new = evidence_of("W 2023 r. zginęło 5 osób.")

    assert warned(new) == []
    assert warned(new, as_at="2026-03") == [
        "Informacje starsze o ponad 2 lata niż wskazany dzień (2026-03): [1] 2023."
    ]


def test_a_time_that_is_asked_for_is_not_told_old():
    old = evidence_of("W styczniu 2022 r. zginęło 238 osób.")

    assert warned(old, question="Ile osób zginęło w 2022 r.?") == []


def test_where_no_report_is_dated_nothing_is_old():
    undated = imprint_of("d" * 64, "KAZ")

    assert warned(evidence_of("W 1999 r. zginęło 5 osób.", imprint=undated)) == []


def test_undated_sources_are_named():
    item = evidence_of("Zginęły 2 osoby.", source_of("Wikipedia", date=None))

    assert warned(item) == [UNDATED.format(which="[1] przypis 1 (Wikipedia)")]


def test_a_newer_edition_is_told_of():
    newest = imprint_of("e" * 64, "KAZ", date="2026-02")

    assert warned(evidence_of("Zginęły 2 osoby."), newer={REPORT.id: newest}) == [
        f"Jest nowsze wydanie raportu „{REPORT.title}” (2026-02); "
        "z wydania 2025-10: [1]."
    ]


@pytest.mark.parametrize(
    ("text", "when", "problem", "words"),
    [
        ("We wrześniu 2025 r. wysłano wojska.", "2025-08-27", EARLY, "wcześniejsze"),
        ("W grudniu 2023 r. skreślono talibów.", "2024-12-29", LATE, "późniejsze"),
    ],
)
def test_a_source_that_cannot_support_its_sentence_is_told_of(
    text, when, problem, words
):
    item = evidence_of(text, source_of("KazTAG", date=when), problems=(problem,))

    (warning,) = warned(item, question="Co wydarzyło się w 2023 r. i 2025 r.?")

    assert words in warning
    assert f"[1] przypis 1 (KazTAG z {when})" in warning


def test_a_note_too_early_for_another_sentence_is_not_told_of_beside_this_one():
    item = evidence_of(
        "W styczniu 2025 r. wysłano wojska.",
        source_of(date="2025-08-27"),
        problems=(EARLY,),
    )

    assert warned(item) == []


def test_a_publication_that_has_ended_is_told_of_but_not_before_it_ended():
    item = evidence_of("Ludność: 20 mln.", FACTBOOK)

    assert warned(item) == [
        "The World Factbook (CIA): wydawania zaprzestano (2026-02-04); dotyczy: [1]."
    ]
    assert warned(item, as_at="2025-12-31") == []


@pytest.mark.parametrize(
    ("source", "is_ended"),
    [
        (FACTBOOK, True),
        (source_of("The World Factbook", title="Kazakhstan"), True),
        (source_of(None, url="https://www.cia.gov/the-world-factbook/kz/"), True),
        (source_of("World Bank", title="Doing Business 2020"), True),
        (source_of("CIA", title="World Leaders"), False),
        (source_of("Gazeta", title="Koniec World Factbook"), False),
        (source_of(None, url="https://www.cia.gov/the-world-factbook-archive"), False),
        (source_of(None, url="http://[broken"), False),
    ],
)
def test_ended_publications_are_known_by_title_publisher_or_address(source, is_ended):
    assert (withdrawal_of(source, WITHDRAWN) is not None) == is_ended


def test_several_quotes_that_rest_on_one_source_by_several_notes_are_told_of():
    first = evidence_of("Ludność: 20 mln.", source_of("GUS", title="Rocznik", notes=18))
    note = first.footnotes[0]
    second = replace(first, ordinal=1, footnotes=(replace(note, ordinal=7, number=8),))

    assert warned(first, second) == [
        "Wszystkie cytaty opierają się na jednym źródle: GUS, Rocznik."
    ]
    assert warned(first) == []


@pytest.mark.parametrize(
    ("text", "report", "is_shown"),
    [
        ("W maju 2025 r. zginęły 2 osoby.", None, False),
        ("W maju 2025 r. zginęły 2 osoby.", "2025", False),
        ("W maju 2024 r. zginęły 2 osoby.", None, True),
        ("Od 2023 r. do 2025 r. zginęły 2 osoby.", None, True),
        ("Prawo nie przewiduje kary śmierci.", None, True),
        # A plan that was known by then.
        ("Kolejne wybory odbędą się w 2029 r.", "2024-10", True),
        ("Kolejne wybory planowane są w 2029 r.", None, True),
    ],
)
def test_what_came_wholly_after_the_day_given_is_not_shown(text, report, is_shown):
    item = evidence_of(text, imprint=imprint_of("f" * 64, "KAZ", date=report))

    assert is_told_by(item, PartialDate(2024, 12, 31)) == is_shown
    assert is_told_by(item, None)

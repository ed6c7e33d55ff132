"""Whom quotes go back to, whoever prints it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.ask.evidence import evidence_of, source_of

from coi_qa.ask.tellers import find_tellers


def names(*quotes) -> list[tuple[str, tuple[int, ...]]]:
    return [(t.name, t.quotes) for t in find_tellers(list(enumerate(quotes, start=1)))]


def told_by(publisher: str, *attributed_to: str):
    return evidence_of("…", source_of(publisher), attributed_to=attributed_to)


def test_a_newspaper_that_relays_acled_is_acled():
    quotes = [told_by("ACLED"), told_by("Gazeta", "ACLED"), told_by("Kurier", "ACLED")]

    assert names(*quotes) == [("ACLED", (1, 2, 3))]


def test_notes_do_not_count():
    source = source_of("CIA", notes=18)

    assert names(evidence_of("…", source), evidence_of("…", source)) == [
        ("CIA", (1, 2))
    ]


def test_one_publisher_under_two_filters_is_one():
    quotes = [
        evidence_of("…", source_of("ACLED", filters="a")),
        evidence_of("…", source_of("ACLED", ordinal=1, filters="b")),
    ]

    assert names(*quotes) == [("ACLED", (1, 2))]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ministerstwo Zdrowia", "Ministerstwa Zdrowia"),
        ("KBN", "Komitet Bezpieczeństwa Narodowego"),
        ("KNB", "Komitetu Bezpieczeństwa Narodowego"),
        ("oficjalnych danych", "władz"),
        ("rządu", "władze Kazachstanu"),
    ],
)
def test_cases_and_acronyms_of_a_name_are_one_teller(one, other):
    assert len(names(told_by("Gazeta", one), told_by("Kurier", other))) == 1


def test_nobody_in_particular_leaves_the_publishers():
    assert names(told_by("Forsal", "różnych źródeł")) == [("Forsal", (1,))]


def test_others_are_others():
    quotes = [told_by("A", "ACLED"), told_by("A", "policji"), told_by("Kurier")]

    assert [name for name, _ in names(*quotes)] == ["ACLED", "policji", "Kurier"]


def test_a_sentence_without_notes_goes_back_to_nobody():
    item = replace(told_by("A"), footnotes=(), sources=())

    assert names(item) == []

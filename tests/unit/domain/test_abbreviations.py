"""Abbreviations that a report defines itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coi_qa.domain.abbreviations import expansions, find_abbreviations


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        (
            "Zatrzymał go Komitet Bezpieczeństwa Narodowego (KNB).",
            [("KNB", "Komitet Bezpieczeństwa Narodowego")],
        ),
        (
            "Komitetu Bezpieczeństwa Narodowego (dalej: KNB) nie zapytano.",
            [("KNB", "Komitetu Bezpieczeństwa Narodowego")],
        ),
        (
            "Organizacja Układu o Bezpieczeństwie Zbiorowym (OUBZ) wysłała wojska.",
            [("OUBZ", "Organizacja Układu o Bezpieczeństwie Zbiorowym")],
        ),
        (
            "OUBZ (Organizacja Układu o Bezpieczeństwie Zbiorowym) wysłała wojska.",
            [("OUBZ", "Organizacja Układu o Bezpieczeństwie Zbiorowym")],
        ),
        (
            "Baza zdarzeń (ang. Armed Conflict Location and Event Data, ACLED) podaje.",
            [("ACLED", "Armed Conflict Location and Event Data")],
        ),
        (
            "Demokratyczny Wybór Kazachstanu (kaz. Qazaqstan Demokratiialyq Tandauy, "
            "zwany dalej „DWK”) zdelegalizowano.",
            [("DWK", "Demokratyczny Wybór Kazachstanu")],
        ),
        (
            "Ministerstwo Spraw Wewnętrznych (zwane dalej: MSW) podało.",
            [("MSW", "Ministerstwo Spraw Wewnętrznych")],
        ),
        (
            "Według Human Rights Watch (HRW) i Amnesty International (AI) zginęli.",
            [("HRW", "Human Rights Watch"), ("AI", "Amnesty International")],
        ),
        (
            "Служба национальной безопасности. Комитет национальной безопасности (КНБ)",
            [("КНБ", "Комитет национальной безопасности")],
        ),
        (
            "Otwarto też Biuro Narodowe (dalej: ABN).",
            [("ABN", "Biuro Narodowe")],
        ),
    ],
)
def test_what_is_defined_is_read(text, pairs):
    assert find_abbreviations(text) == pairs


@pytest.mark.parametrize(
    "text",
    [
        "Zginęło 5 osób (ONZ 2024).",
        "Policja w Ałmaty (KNB) milczy.",
        "Minister (od 2021 r.) odszedł.",
        "Raport (zob. KNB) nie podaje.",
        "W Kazachstanie (KAZ) jest zimno.",
        "Liczba (A) i (B).",
        "",
    ],
)
def test_a_bracket_that_defines_nothing_is_passed_over(text):
    assert find_abbreviations(text) == []


def test_a_pair_is_told_once():
    once = "Human Rights Watch (HRW) pisze. "

    assert find_abbreviations(once * 3) == [("HRW", "Human Rights Watch")]


@given(st.text(alphabet="ABC abc(),;:„”.-ąдК", max_size=60))
def test_both_sides_of_a_pair_stand_in_the_text(text):
    assert all(s in text and long in text for s, long in find_abbreviations(text))


KNOWN = [
    ("KNB", "Komitet Bezpieczeństwa Narodowego"),
    ("OUBZ", "Organizacja Układu o Bezpieczeństwie Zbiorowym"),
]


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("Co robi KNB?", ["Komitet Bezpieczeństwa Narodowego"]),
        ("Kto kieruje Komitetem Bezpieczeństwa Narodowego?", ["KNB"]),
        ("Kto kieruje komitetem do spraw uchodźców?", []),
        ("Co robi knb?", []),
        ("Czy KNB podlega OUBZ?", [long for _, long in KNOWN]),
        ("", []),
    ],
)
def test_a_question_is_searched_for_under_both_names(question, meant):
    assert expansions(question, KNOWN) == meant

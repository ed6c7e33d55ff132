"""When a sentence says that things happened."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coi_qa.domain.periods import find_periods


def found(text: str) -> list[str]:
    return [f"{p.first}..{p.last}" for p in find_periods(text)]


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("W marcu 2023 r. wybuchł pożar.", ["2023-03-01..2023-03-31"]),
        ("Zginął 9 marca 2023 r. w nocy.", ["2023-03-09..2023-03-09"]),
        ("Trwały od 12-17 września 2025 r.", ["2025-09-12..2025-09-17"]),
        ("Podpisano je 12.09.2025 r.", ["2025-09-12..2025-09-12"]),
        ("W 2024–2025 r. wymieniono kadry.", ["2024-01-01..2025-12-31"]),
        ("W latach 2018-2022 przesiedlono 5 osób.", ["2018-01-01..2022-12-31"]),
        ("W sezonie 2024/25 r. było ciepło.", ["2024-01-01..2025-12-31"]),
        ("Od połowy 2025 r. trwa śledztwo.", ["2025-06-01..2025-12-31"]),
        ("W drugiej połowie 2025 r. spadło.", ["2025-07-01..2025-12-31"]),
        ("W pierwszej połowie 2025 r. wzrosło.", ["2025-01-01..2025-06-30"]),
        ("Do końca 2023 r. powołano 3 sądy.", ["2023-12-01..2023-12-31"]),
    ],
)
def test_days_months_and_years_are_periods(text, periods):
    assert found(text) == periods


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("How many were held in 2024?", ["2024-01-01..2024-12-31"]),
        ("What happened in March 2024?", ["2024-03-01..2024-03-31"]),
        ("He died on March 8, 2023 in Almaty.", ["2023-03-08..2023-03-08"]),
        ("In the second half of 2023 it rose.", ["2023-07-01..2023-12-31"]),
        ("Скільки осіб затримали у 2024 році?", ["2024-01-01..2024-12-31"]),
        ("У березні 2024 року", ["2024-03-01..2024-03-31"]),
        ("У першій половині 2023 року", ["2023-01-01..2023-06-30"]),
        ("Сколько задержали в 2024 г.?", ["2024-01-01..2024-12-31"]),
        ("8 марта 2023 года погибли двое", ["2023-03-08..2023-03-08"]),
        ("Во второй половине 2023 года", ["2023-07-01..2023-12-31"]),
        ("В конце 2023 года", ["2023-12-01..2023-12-31"]),
        ("It has been so since March 8, 2023.", ["2023-03-08..2023-03-08"]),
    ],
)
def test_periods_are_read_in_the_languages_of_questions(text, periods):
    assert found(text) == periods


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        (
            "w 2024 r. – 5, a od 1 stycznia do 12 września 2025 r. – 6",
            [
                "2024-01-01..2024-12-31",
                "2025-01-01..2025-01-01",
                "2025-09-12..2025-09-12",
            ],
        ),
        (
            "Do końca czerwca 2024 r. zatrzymano 30 osób, a w marcu zabito dwie.",
            ["2024-06-01..2024-06-30", "2024-03-01..2024-03-31"],
        ),
        (
            "W 2025 r. jest lepiej: od początku roku do października uciekło 250 osób.",
            ["2025-01-01..2025-12-31", "2025-10-01..2025-10-31"],
        ),
    ],
)
def test_a_month_without_a_year_takes_that_of_its_neighbour(text, periods):
    assert found(text) == periods


@pytest.mark.parametrize(
    "text",
    [
        "Ćwiczenia „Anadolu-2025” i ZAPAD-2025 odbyły się w Turcji.",
        "Odnotowano 1999 wydarzeń.",
        "Dokument https://x.org/2024/05/x nie ma daty.",
        "Marca Polo nikt nie pamięta; it may rain.",
        "31.11.2023 to dzień, którego nie ma.",
        "W lutym nic nie zaszło.",
    ],
)
def test_what_is_no_date_or_has_no_year_is_no_period(text):
    assert found(text) == []


@given(st.text(alphabet="0123456789.-–/ rwdoWlatach marca", max_size=80))
def test_whatever_is_printed_periods_are_in_order_and_never_end_before_they_begin(text):
    periods = find_periods(text)

    assert [p.start for p in periods] == sorted(p.start for p in periods)
    assert all(p.first <= p.last for p in periods)

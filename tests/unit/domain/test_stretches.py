"""The times that a sentence speaks of, ranges taken whole."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coi_qa.domain.stretches import (
    Overlap,
    Stretch,
    find_stretches,
    overlap,
    period_fit,
)


def printed(text: str) -> list[tuple[str, str, str]]:
    return [
        (text[s.start : s.end], str(s.first), str(s.last)) for s in find_stretches(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Od 1 stycznia do 12 września 2025 r. zginęło 6 osób.",
            [("Od 1 stycznia do 12 września 2025 r.", "2025-01-01", "2025-09-12")],
        ),
        (
            "6 osób między 1 stycznia a 12 września 2025 r.",
            [("między 1 stycznia a 12 września 2025 r.", "2025-01-01", "2025-09-12")],
        ),
        (
            "w okresie od początku 2023 r. do 12 września 2025 r. odnotowano",
            [
                (
                    "w okresie od początku 2023 r. do 12 września 2025 r.",
                    "2023-01-01",
                    "2025-09-12",
                )
            ],
        ),
        (
            "w 2023 r. – 2 osoby, w 2024 r. – 5 osób",
            [
                ("2023 r.", "2023-01-01", "2023-12-31"),
                ("2024 r.", "2024-01-01", "2024-12-31"),
            ],
        ),
        (
            "6 w 2025 r. (do 12 września), w tym troje",
            [("2025 r. (do 12 września)", "2025-01-01", "2025-09-12")],
        ),
        (
            "W lutym i maju 2025 r. zatrzymano 5 osób.",
            [("lutym i maju 2025 r.", "2025-02-01", "2025-05-31")],
        ),
        (
            "W 2025 r., od stycznia do maja, zginęło 5 osób.",
            [("2025 r., od stycznia do maja", "2025-01-01", "2025-05-31")],
        ),
        (
            "W 2025 r. było mniej, a od początku roku do października 250.",
            [
                ("2025 r.", "2025-01-01", "2025-12-31"),
                ("od początku roku do października", "2025-01-01", "2025-10-31"),
            ],
        ),
        (
            "W latach 2018–2022 przesiedlono",
            [("2018–2022", "2018-01-01", "2022-12-31")],
        ),
        ("Od 2020 r. trwa spór.", [("Od 2020 r.", "2020-01-01", "None")]),
        (
            "Do końca lutego 2024 r. odnaleziono 12.",
            [("Do końca lutego 2024 r.", "None", "2024-02-29")],
        ),
        ("Zginęło 5 osób.", []),
    ],
)
def test_a_range_is_one_stretch_with_its_words(text, expected):
    assert printed(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ilu zatrzymano od 2022 r.?", ["2022-01-01..None"]),
        ("Ilu zatrzymano do końca 2022 r.?", ["None..2022-12-31"]),
        ("od stycznia do maja 2024 r.", ["2024-01-01..2024-05-31"]),
        ("od 2019 do 2021 r.", ["2019-01-01..2021-12-31"]),
        ("since 2022", ["2022-01-01..None"]),
        ("з 2022 року", ["2022-01-01..None"]),
        ("с 2019 до 2021 года", ["2019-01-01..2021-12-31"]),
        (
            "w 2020 r. i po 2022 r.",
            ["2020-01-01..2020-12-31", "2022-01-01..None"],
        ),
        ("w zeszłym roku i obecnie", []),
    ],
)
def test_since_and_until_make_open_stretches(text, expected):
    assert [f"{s.first}..{s.last}" for s in find_stretches(text)] == expected


@pytest.mark.parametrize(
    ("told", "asked", "fit"),
    [
        ("W 2024 r. zmarło 5 osób.", "Ilu zmarło w 2024 r.?", 1),
        ("W marcu 2024 r. zmarło 5 osób.", "Ilu zmarło w 2024 r.?", 1),
        ("W latach 2018-2022 zmarło 5 osób.", "Ilu zmarło w 2020 r.?", 1),
        ("Od 1991 r. obowiązuje zakaz.", "Czy w 2024 r. obowiązywał zakaz?", 1),
        ("W latach 2018-2022 zmarło 5 osób.", "Ilu zmarło w latach 2021-2024?", 0.5),
        ("W 2019 r. zmarło 5 osób, a w 2024 r. 6.", "Ilu zmarło w 2024 r.?", 1),
        ("W 2019 r. zmarło 5 osób.", "Ilu zmarło w 2024 r.?", -1),
        ("Zmarło 5 osób.", "Ilu zmarło w 2024 r.?", 0),
        ("W 2019 r. zmarło 5 osób.", "Ilu zmarło?", 0),
    ],
)
def test_a_sentence_fits_the_time_asked_about_or_not(told, asked, fit):
    assert period_fit(find_stretches(told), find_stretches(asked)) == fit


def of(first: str | None, last: str | None) -> Stretch:
    def day(iso: str | None) -> date | None:
        return None if iso is None else date.fromisoformat(iso)

    return Stretch(day(first), day(last), 0, 1)


YEAR = of("2024-01-01", "2024-12-31")


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (of("2024-01-01", "2024-12-31"), Overlap.SAME),
        (of(None, "2024-12-31"), Overlap.SAME),
        (of("2024-01-01", None), Overlap.SAME),
        (of("2024-03-01", "2024-03-31"), Overlap.WITHIN),
        (of("2023-01-01", "2025-12-31"), Overlap.WITHIN),
        (of("2025-01-01", "2025-12-31"), Overlap.APART),
        (of("2024-07-01", "2025-06-30"), Overlap.APART),
        (None, Overlap.UNKNOWN),
    ],
)
def test_two_stretches_are_the_same_or_one_in_the_other_or_apart(other, expected):
    assert (overlap(YEAR, other), overlap(other, YEAR)) == (expected, expected)


@given(
    st.lists(
        st.sampled_from(
            "w od do 2024 r. 2025 stycznia maja 12 – i ( ) , między a".split()
        ),
        max_size=14,
    )
)
def test_stretches_never_cross_and_stand_in_the_text(words):
    text = " ".join(words)
    found = find_stretches(text)

    assert all(0 <= s.start < s.end <= len(text) for s in found)
    assert all(a.end <= b.start for a, b in pairwise(found))

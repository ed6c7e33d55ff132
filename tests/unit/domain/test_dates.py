"""Dates that know how precise they are."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coi_qa.domain.dates import PartialDate, find_dates, parse_date

days = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))


def found(text: str) -> list[tuple[str, str | None]]:
    return [(d.text, None if d.date is None else str(d.date)) for d in find_dates(text)]


@given(days)
def test_a_day_is_read_however_it_is_written(day):
    expected = PartialDate(day.year, day.month, day.day)

    assert parse_date(day.isoformat()) == expected
    assert parse_date(f"{day.day:02d}.{day.month:02d}.{day.year}") == expected
    assert parse_date(str(expected)) == expected


@given(days)
def test_a_date_covers_the_days_it_may_mean_and_no_other(day):
    whole_month = PartialDate(day.year, day.month)
    whole_year = PartialDate(day.year)

    assert whole_month.first_day <= day <= whole_month.last_day
    assert whole_month.first_day.day == 1
    assert (whole_month.last_day.month, (whole_month.last_day).year) == (
        day.month,
        day.year,
    )
    assert (whole_year.first_day, whole_year.last_day) == (
        date(day.year, 1, 1),
        date(day.year, 12, 31),
    )


@given(st.text("0123456789.,- marcaRo", max_size=40))
def test_what_was_found_stands_where_it_says(text):
    printed = find_dates(text)

    assert [text[d.start : d.start + len(d.text)] for d in printed] == [
        d.text for d in printed
    ]
    ends = [d.start + len(d.text) for d in printed]
    starts = [d.start for d in printed]
    assert all(e <= s for e, s in zip(ends, starts[1:], strict=False))


@pytest.mark.parametrize("text", ["00.08.2024", "05.00.2024", "2024-00", "2024-08-00"])
def test_a_day_or_month_nought_is_in_no_calendar(text):
    assert found(text) == [(text, None)]


def test_march_2023_is_a_month_and_not_the_23rd_of_march():
    assert found("marzec 2023") == [("marzec 2023", "2023-03")]
    assert found("w marcu 2023") == [("marcu 2023", "2023-03")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8 marca 2023", "2023-03-08"),
        ("1 Października 2024", "2024-10-01"),
        ("10 May 2024", "2024-05-10"),
        ("8.4.2025", "2025-04-08"),
        ("2025-10", "2025-10"),
        ("1999", "1999"),
    ],
)
def test_a_date_is_as_precise_as_it_is_printed(text, expected):
    assert found(text) == [(text, expected)]


@pytest.mark.parametrize(
    "text",
    [
        "06.06.20216",
        "05.01.20265",
        "31.11.2023",
        "32.07.2016",
        "29.02.2023",
        "01.13.2024",
        "2024-02-30",
        "2024-13",
        "31 listopada 2023",
    ],
)
def test_a_day_that_no_calendar_has_is_printed_but_no_date(text):
    assert found(text) == [(text, None)]


def test_a_leap_day_is_one():
    assert found("29.02.2024") == [("29.02.2024", "2024-02-29")]


def test_a_range_is_two_dates_in_their_order():
    assert found("01.01.2023-12.09.2025") == [
        ("01.01.2023", "2023-01-01"),
        ("12.09.2025", "2025-09-12"),
    ]
    assert found("2021-2023") == [("2021", "2021"), ("2023", "2023")]


@pytest.mark.parametrize(
    "text", ["111 tys.", "1255 osób", "act50/8976", "12345", "v1.2.3"]
)
def test_other_numbers_are_no_dates(text):
    assert found(text) == []


def test_a_month_inside_a_word_is_none():
    assert found("Cajamarca 2023") == [("2023", "2023")]


@pytest.mark.parametrize("text", ["", "dawno", "2024 r.", "31.11.2023", "2023, 2024"])
def test_a_text_that_is_not_one_date_is_refused(text):
    with pytest.raises(ValueError, match="expected YYYY-MM-DD"):
        parse_date(text)


@pytest.mark.parametrize("parts", [(2024, None, 5), (2024, 13), (2024, 2, 30), (0,)])
def test_an_impossible_date_cannot_be_made(parts):
    with pytest.raises(ValueError, match=r"."):
        PartialDate(*parts)


@pytest.mark.parametrize("digits", [4, 5, 19, 40, 5_000])
def test_a_year_of_any_length_is_a_date_or_none(digits):
    (found,) = find_dates(f"08.04.{'9' * digits}")

    assert (found.date is not None) == (digits == 4)

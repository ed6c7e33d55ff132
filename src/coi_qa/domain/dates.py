"""Dates that know how precise they are: a day, a month or a year."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import MAXYEAR, date
from typing import Final

_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})\.(\d{1,2})\.(\d{4,})(?!\d)")
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})(?:-(\d{2}))?(?!\d)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")

# Every case that dates are printed in: "marzec 2023", "8 marca 2023", "w marcu 2023".
MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "styczeń stycznia styczniu january січень січня січні январь января январе",
            "luty lutego lutym february лютий лютого лютому февраль февраля феврале",
            "marzec marca marcu march березень березня березні март марта марте",
            "kwiecień kwietnia kwietniu april"
            " квітень квітня квітні апрель апреля апреле",
            "maj maja maju may травень травня травні май мая мае",
            "czerwiec czerwca czerwcu june червень червня червні июнь июня июне",
            "lipiec lipca lipcu july липень липня липні июль июля июле",
            "sierpień sierpnia sierpniu august"
            " серпень серпня серпні август августа августе",
            "wrzesień września wrześniu september"
            " вересень вересня вересні сентябрь сентября сентябре",
            "październik października październiku october"
            " жовтень жовтня жовтні октябрь октября октябре",
            "listopad listopada listopadzie november"
            " листопад листопада листопаді ноябрь ноября ноябре",
            "grudzień grudnia grudniu december"
            " грудень грудня грудні декабрь декабря декабре",
        ),
        start=1,
    )
    for name in names.split()
}
_NAMED_MONTH = re.compile(
    r"(?<!\d)(?:(\d{1,2})\s+)?\b(" + "|".join(MONTHS) + r")\s+(\d{4})(?!\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A day, a month or a year, and no more than was printed.

    Raises:
        ValueError: there is no such day, or a day without its month.

    >>> str(PartialDate(2025, 4, 8)), str(PartialDate(2025, 10)), str(PartialDate(2024))
    ('2025-04-08', '2025-10', '2024')
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.day is not None and self.month is None:
            raise ValueError("a day without its month is not a date")
        if self.year > MAXYEAR:
            # The calendar itself takes such a number for a fault of the machine.
            raise ValueError(f"no calendar has the year {self.year}")
        date(
            self.year,
            1 if self.month is None else self.month,
            1 if self.day is None else self.day,
        )

    def __str__(self) -> str:
        parts = [f"{self.year:04d}"]
        parts += [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)

    @property
    def first_day(self) -> date:
        """The earliest day that the date may mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last_day(self) -> date:
        """The latest day that the date may mean."""
        month = self.month or 12
        day = self.day or calendar.monthrange(self.year, month)[1]
        return date(self.year, month, day)


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A date as it stands in a text; `date` is None where no such day exists."""

    text: str
    start: int
    date: PartialDate | None


def parse_date(text: str) -> PartialDate:
    """Return the date that the whole of `text` says.

    Raises:
        ValueError: `text` is not one date, or one that no calendar has.

    >>> parse_date("2025-10")
    PartialDate(year=2025, month=10, day=None)
    >>> parse_date("08.04.2025")
    PartialDate(year=2025, month=4, day=8)
    """
    for printed in find_dates(text):
        if printed.text == text.strip() and printed.date is not None:
            return printed.date
    raise ValueError(f"not a date: {text!r}; expected YYYY-MM-DD, YYYY-MM or YYYY")


def find_dates(text: str) -> list[PrintedDate]:
    """Return the dates printed in `text` in their order, impossible ones included.

    >>> [(d.text, str(d.date)) for d in find_dates("Raport, 06.06.20216, 2024")]
    [('06.06.20216', 'None'), ('2024', '2024')]
    """
    found: list[PrintedDate] = []
    taken = bytearray(len(text))
    for pattern, read in (
        (_DAY_FIRST, lambda m: (m[3], m[2], m[1])),
        (_ISO, lambda m: (m[1], m[2], m[3])),
        (_NAMED_MONTH, lambda m: (m[3], str(MONTHS[m[2].lower()]), m[1])),
        (_YEAR, lambda m: (m[1], None, None)),
    ):
        for match in pattern.finditer(text):
            start, end = match.span()
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                found.append(PrintedDate(match[0], start, _as_date(*read(match))))
    return sorted(found, key=lambda d: d.start)


def _as_date(year: str, month: str | None, day: str | None) -> PartialDate | None:
    try:
        return PartialDate(
            int(year),
            int(month) if month is not None else None,
            int(day) if day is not None else None,
        )
    except ValueError:
        return None

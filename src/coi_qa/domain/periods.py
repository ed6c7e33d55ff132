"""When things are said to have happened: the days, months and years of a sentence."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from coi_qa.domain.dates import MONTHS

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_YEAR = r"(?:19|20)\d{2}"
_NUMERIC = re.compile(rf"(?<![\d.])(\d{{1,2}})\.(\d{{1,2}})\.({_YEAR})(?!\d)")
_NAMED = re.compile(
    rf"(?<![\w-])(?:(?P<days>\d{{1,2}}(?:\s?[-–]\s?\d{{1,2}})?)\s)?"
    rf"(?P<month>{_MONTH})\b(?:\s(?P<year>{_YEAR})(?!\d))?",
    re.IGNORECASE,
)
# "Hanjar-2024" is a name; "2018–2022" is a range.
_YEARS = re.compile(
    rf"(?<![\w.,/–-])({_YEAR})(?:\s?[-–/]\s?({_YEAR}|\d{{2}}))?(?![\w%/])"
)
# "March 8, 2023"
_DAY_SECOND = re.compile(
    rf"(?<![\w-])(?P<month>{_MONTH})\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s"
    rf"(?P<year>{_YEAR})(?!\d)",
    re.IGNORECASE,
)
_YEAR_FOLLOWS = re.compile(
    r"(?:\s?r\.|\s?rok|\s?lat\w*\b|\s?р\.|\s?р[оі]\w|\s?г\.|\s?год\w*|\s?[,;)–-]|[.?]?$)"
)
_YEAR_PRECEDES = re.compile(
    r"\b(?:w|we|od|do|z|ze|po|przed|na|rok\w*|lat\w*|początk\w*|połow\w*|koń?c\w*|in|of"
    r"|since|until|from|by|before|after|between|and|during|early|late|mid|half"
    r"|[взсу]|во|со|із|від|от|до|на|по|після|после|перед|протягом|упродовж|течение"
    r"|поч\w*|начал\w*|к[іо]н\w*|половин\w*|роках|годах)\s$",
    re.IGNORECASE,
)
_MONTH_PRECEDES = re.compile(
    r"\b(?:w|we|od|do|z|ze|po|przed|i|oraz|początk\w*|połow\w*|koń?c\w*"
    r"|in|since|until|from|by|before|after|during|of"
    r"|[взсу]|во|со|із|від|от|до|після|после|на)\s$",
    re.IGNORECASE,
)
_FIRST_HALF = re.compile(
    r"\b(?:(?:pierwsz|перш|перв)\w+ (?:połow|половин)\w*|first half of)\s$",
    re.IGNORECASE,
)
_SECOND_HALF = re.compile(
    r"\b(?:(?:drugi|друг|втор)\w+ (?:połow|половин)\w*|second half of)\s$",
    re.IGNORECASE,
)
_MIDDLE = re.compile(
    r"\b(?:połow\w*|middle of|mid|середин\w*|половин\w*)\s$", re.IGNORECASE
)
_END = re.compile(
    r"\b(?:końca|końcu|koniec|end of|кін\w+|кон(?:ец|ца|це))\s$", re.IGNORECASE
)
_LOOK_BACK = 20  # characters; room for "drugiej połowie "
_CLOSE = len(" r. do ")
_JUNE, _JULY, _DECEMBER = 6, 7, 12


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time that a sentence names.

    Attributes:
        first: Its first day.
        last: Its last day.
        start: Where it is printed, from 0.
        end: Where its print ends, exclusive; "r." after a year is not in it.
        is_precise: It names a day or a month, not only a year.
    """

    first: date
    last: date
    start: int
    end: int
    is_precise: bool


def find_periods(text: str) -> list[Period]:
    """Return the periods that a sentence names, in their order.

    A month without a year takes that of the period close behind it ("od 1 stycznia do
    12 września 2025 r."), else of the one before, else of the next.

    >>> [
    ...     (str(p.first), str(p.last))
    ...     for p in find_periods("Od połowy 2024 r. trwa spór.")
    ... ]
    [('2024-06-01', '2024-12-31')]
    >>> [
    ...     str(p.first)
    ...     for p in find_periods("W 2025 r., od stycznia do maja, zginęło 5 osób.")
    ... ]
    ['2025-01-01', '2025-01-01', '2025-05-01']
    """
    day_second = list(_day_second(text))
    found: list[Period | _Yearless] = [
        *_numeric(text),
        *(  # "since March 8, 2023" is no March of its own
            named
            for named in _named(text)
            if not any(p.start < named.end and named.start < p.end for p in day_second)
        ),
        *day_second,
    ]
    patterns = (_NUMERIC, _NAMED, _DAY_SECOND)
    taken = [(m.start(), m.end()) for p in patterns for m in p.finditer(text)]
    found += [
        period
        for period in _years(text)
        if not any(start <= period.start < end for start, end in taken)
    ]
    return list(_dated(sorted(found, key=lambda p: p.start)))


def needed_by(periods: Iterable[Period]) -> date:
    """Return the first day of the last of some periods, of years their last year."""
    return max(
        p.first if p.first.year == p.last.year else date(p.last.year, 1, 1)
        for p in periods
    )


@dataclass(frozen=True, slots=True)
class _Yearless:
    """A month, or days in it, whose year stands elsewhere in the sentence."""

    month: int
    days: tuple[int, int] | None
    start: int
    end: int

    def of(self, year: int) -> Period | None:
        """Return the period in `year`, or None where it has no such day."""
        length = calendar.monthrange(year, self.month)[1]
        first, last = self.days or (1, length)
        if not 1 <= first <= length or not 1 <= last <= length:
            return None
        return Period(
            date(year, self.month, first),
            date(year, self.month, last),
            self.start,
            self.end,
            is_precise=True,
        )


def _numeric(text: str) -> Iterator[Period]:
    for match in _NUMERIC.finditer(text):
        try:
            day = date(int(match[3]), int(match[2]), int(match[1]))
        except ValueError:
            continue
        yield Period(day, day, match.start(), match.end(), is_precise=True)


def _named(text: str) -> Iterator[Period | _Yearless]:
    for match in _NAMED.finditer(text):
        before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
        is_bare = not match["year"] and not match["days"]
        # "may" is a word of another sense too.
        is_placed = _MONTH_PRECEDES.search(before) and match["month"].lower() != "may"
        if is_bare and not is_placed:
            continue
        days = [int(part) for part in re.findall(r"\d+", match["days"] or "")]
        span = (days[0], days[-1]) if days else None
        month = MONTHS[match["month"].lower()]
        named = _Yearless(month, span, match.start(), match.end())
        if not match["year"]:
            yield named
        elif (period := named.of(int(match["year"]))) is not None:
            yield period


def _day_second(text: str) -> Iterator[Period]:
    for match in _DAY_SECOND.finditer(text):
        day = int(match["day"])
        named = _Yearless(
            MONTHS[match["month"].lower()], (day, day), match.start(), match.end()
        )
        if (period := named.of(int(match["year"]))) is not None:
            yield period


def _years(text: str) -> Iterator[Period]:
    for match in _YEARS.finditer(text):
        before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
        placed = _YEAR_PRECEDES.search(before) or _YEAR_FOLLOWS.match(text, match.end())
        if not placed:
            continue
        first = int(match[1])
        last = int(match[2]) if match[2] else first
        if last < 100:  # "2024/25"
            last += first // 100 * 100
        if last < first:
            continue
        whole = Period(
            date(first, 1, 1),
            date(last, 12, 31),
            match.start(),
            match.end(),
            is_precise=False,
        )
        yield _narrowed(whole, before)


def _narrowed(year: Period, before: str) -> Period:
    """Return the part of a year that the words before it speak of."""
    if _FIRST_HALF.search(before):
        return replace(year, last=date(year.first.year, _JUNE, 30))
    if _SECOND_HALF.search(before):
        return replace(year, first=year.first.replace(month=_JULY))
    if _MIDDLE.search(before):
        return replace(year, first=year.first.replace(month=_JUNE))
    if _END.search(before):
        return replace(year, first=date(year.last.year, _DECEMBER, 1))
    return year


def _dated(found: Sequence[Period | _Yearless]) -> Iterator[Period]:
    """Yield the periods, those without a year put into a neighbour's."""
    for at, period in enumerate(found):
        if isinstance(period, Period):
            yield period
            continue
        before = [p for p in found[:at] if isinstance(p, Period)][-1:]
        after = [p for p in found[at:] if isinstance(p, Period)][:1]
        close = [p for p in after if p.start - period.end <= _CLOSE]
        year = next((p.last.year for p in (*close, *before, *after)), None)
        if year is not None and (dated := period.of(year)) is not None:
            yield dated

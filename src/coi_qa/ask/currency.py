"""How old what is quoted is, and what a reader has to know of its dates."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from coi_qa.ask.withdrawn import Withdrawn, withdrawal_of
from coi_qa.domain.answer import ClaimDates, Evidence
from coi_qa.domain.dates import PartialDate
from coi_qa.domain.periods import find_periods, needed_by
from coi_qa.domain.plans import is_planned
from coi_qa.domain.report import Imprint
from coi_qa.domain.source import Footnote, Source, SourceProblem
from coi_qa.domain.stretches import find_stretches

MAX_AGE_YEARS = 2
"""Information that ended so long before the report, or before `as_at`, is told old."""

OLD = "Informacje starsze o ponad {years} lata niż {than}: {which}."
UNDATED = "Źródła bez daty albo z datą, której nie ma w kalendarzu: {which}."
NEWER = "Jest nowsze wydanie raportu „{title}” ({newer}); z wydania {date}: {which}."
EARLY = "Źródło wcześniejsze niż to, o czym mówi zdanie: {which}."
LATE = "Źródło późniejsze niż raport albo z błędnym rokiem: {which}."
WITHDRAWN = "{title}: wydawania zaprzestano ({date}); dotyczy: {which}."
ONE_SOURCE = "Wszystkie cytaty opierają się na jednym źródle: {name}."


@dataclass(frozen=True, slots=True)
class Known:
    """What warnings rest on besides the quotes; nothing here looks at a clock.

    Attributes:
        as_at: Day that the answer is held to, or None.
        newer: For each report of which there is a newer edition, the newest.
        withdrawn: Publications that have ended.
    """

    as_at: PartialDate | None
    newer: Mapping[str, Imprint]
    withdrawn: Sequence[Withdrawn]


def dates_of(evidence: Evidence) -> ClaimDates:
    """Return the dates of what a sentence says and of its sources."""
    first, last = _told(evidence.text)
    dates = [source.date for source in evidence.sources if source.date is not None]
    taken = [s.accessed for s in evidence.sources if s.accessed is not None]
    return ClaimDates(
        since=first,
        until=last,
        oldest_source=min(dates, key=lambda d: d.first_day, default=None),
        newest_source=max(dates, key=lambda d: d.last_day, default=None),
        accessed=max(taken, key=lambda d: d.last_day, default=None),
    )


def is_told_by(evidence: Evidence, as_at: PartialDate | None) -> bool:
    """Say whether a sentence does not only speak of what came after `as_at`.

    What a report that is not later than `as_at` says of later days is a plan that was
    known by then, and stays.
    """
    if as_at is None:
        return True
    report = evidence.imprint.date
    if report is not None and report.last_day <= as_at.last_day:
        return True
    firsts = [p.first for p in find_periods(evidence.text)]
    if not firsts or is_planned(evidence.text):
        return True
    return min(firsts) <= as_at.last_day


def warnings_on(
    quotes: Sequence[Evidence], *, question: str, known: Known
) -> list[str]:
    """Return what a reader has to know of the dates of the quotes, in Polish.

    Args:
        quotes: As they are numbered, from 1.
        question: Its words; a time that it names itself is not told old.
        known: What else they rest on.
    """
    return [
        *_old(quotes, question, known.as_at),
        *_undated(quotes),
        *_superseded(quotes, known.newer),
        *_unsupported(quotes, SourceProblem.DATE_BEFORE_CLAIM, EARLY),
        *_unsupported(quotes, SourceProblem.DATE_AFTER_CLAIM, LATE),
        *_withdrawn(quotes, known),
        *_of_one_source(quotes),
    ]


def _told(text: str) -> tuple[date | None, date | None]:
    """Return the first and the last day of the times that a sentence names."""
    stretches = find_stretches(text)
    firsts = [s.first for s in stretches]
    lasts = [s.last for s in stretches]
    return (
        None if not firsts or None in firsts else min(f for f in firsts if f),
        None if not lasts or None in lasts else max(day for day in lasts if day),
    )


def _old(
    quotes: Sequence[Evidence], question: str, as_at: PartialDate | None
) -> list[str]:
    """Return the warning on quotes that speak of times long before the report's.

    Each quote against its own report, or all against `as_at`; where neither is dated
    nothing is old.
    """
    asked = find_stretches(question)
    groups: dict[str, list[str]] = {}
    for number, item in enumerate(quotes, start=1):
        reference = as_at or item.imprint.date
        ended = _ended(item)
        if reference is None or ended is None:
            continue
        stretches = find_stretches(item.text)
        if any(s.overlaps(other) for s in stretches for other in asked):
            continue
        if _years_before(reference.first_day, MAX_AGE_YEARS) > ended:
            than = f"wskazany dzień ({as_at})" if as_at else f"raport ({reference})"
            groups.setdefault(than, []).append(f"[{number}] {ended.year}")
    return [
        OLD.format(years=MAX_AGE_YEARS, than=than, which=", ".join(which))
        for than, which in groups.items()
    ]


def _ended(item: Evidence) -> date | None:
    """Return the last day that a sentence knows of, by its words or its sources."""
    stretches = find_stretches(item.text)
    if stretches:
        return _told(item.text)[1]
    newest = dates_of(item).newest_source
    return None if newest is None else newest.last_day


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def _undated(quotes: Sequence[Evidence]) -> list[str]:
    which = [
        _note_words(number, note, source)
        for number, note, source in _notes(quotes)
        if source.date is None
    ]
    return [UNDATED.format(which=_list(which))] if which else []


def _superseded(quotes: Sequence[Evidence], newer: Mapping[str, Imprint]) -> list[str]:
    numbers: dict[str, list[int]] = {}
    for number, item in enumerate(quotes, start=1):
        if item.imprint.id in newer:
            numbers.setdefault(item.imprint.id, []).append(number)
    imprints = {item.imprint.id: item.imprint for item in quotes}
    return [
        NEWER.format(
            title=imprints[report].title,
            newer=newer[report].date,
            date=imprints[report].date,
            which=", ".join(f"[{n}]" for n in which),
        )
        for report, which in numbers.items()
    ]


def _unsupported(
    quotes: Sequence[Evidence], problem: SourceProblem, words: str
) -> list[str]:
    """Return the warning on notes whose dates cannot support the sentence quoted.

    A note that is too early for another of its sentences is not told of here.
    """
    which = [
        _note_words(number, note, source)
        for number, note, source in _notes(quotes)
        if problem in note.problems
        and (
            problem is not SourceProblem.DATE_BEFORE_CLAIM
            or _is_too_early(source, quotes[number - 1].text)
        )
    ]
    return [words.format(which=_list(which))] if which else []


def _is_too_early(source: Source, text: str) -> bool:
    periods = find_periods(text)
    if source.date is None or not periods:
        return False
    return source.date.last_day < needed_by(periods)


def _withdrawn(quotes: Sequence[Evidence], known: Known) -> list[str]:
    numbers: dict[Withdrawn, list[int]] = {}
    for number, _, source in _notes(quotes):
        ended = withdrawal_of(source, known.withdrawn)
        if ended is None or _is_later(ended.date, known.as_at):
            continue
        held = numbers.setdefault(ended, [])
        if number not in held:
            held.append(number)
    return [
        WITHDRAWN.format(
            title=ended.title,
            date=ended.date,
            which=", ".join(f"[{n}]" for n in which),
        )
        for ended, which in numbers.items()
    ]


def _is_later(day: PartialDate, as_at: PartialDate | None) -> bool:
    return as_at is not None and day.first_day > as_at.last_day


def _of_one_source(quotes: Sequence[Evidence]) -> list[str]:
    """Return the warning that several quotes, by several notes, have one source."""
    sources = {
        (item.imprint.id, source.ordinal): source
        for item in quotes
        for source in item.sources
    }
    notes = {(item.imprint.id, n.ordinal) for item in quotes for n in item.footnotes}
    if len(sources) != 1 or len(notes) < 2:
        return []
    (source,) = sources.values()
    name = ", ".join(part for part in (source.publisher, source.title) if part)
    return [ONE_SOURCE.format(name=name or source.url or "–")]


def _notes(quotes: Sequence[Evidence]) -> Iterable[tuple[int, Footnote, Source]]:
    for number, item in enumerate(quotes, start=1):
        for note, source in zip(item.footnotes, item.sources, strict=True):
            yield number, note, source


def _note_words(number: int, note: Footnote, source: Source) -> str:
    when = f" z {source.date}" if source.date is not None else ""
    return f"[{number}] przypis {note.number} ({source.publisher or '–'}{when})"


def _list(which: Collection[str]) -> str:
    return ", ".join(dict.fromkeys(which))

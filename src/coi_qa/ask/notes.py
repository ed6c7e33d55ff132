"""What an answer says about how its question was read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from coi_qa.ask.question import Question
from coi_qa.domain.country import Mention, Reading

NEAR = "„{words}” odczytano jako: {names}."
REGION = "„{words}”: przeszukano raporty o: {names}."
CONTESTED = (
    "„{words}”: przeszukano raporty o wszystkich państwach, których to dotyczy "
    "({names}); usługa nie rozstrzyga o przynależności tego obszaru."
)
SHARED = "„{words}” może oznaczać kilka państw; pytanie odniesiono do: {names}."
AS_AT = "„{words}”: pominięto źródła i raporty późniejsze niż {as_at}."
AS_AT_TOO_EARLY = (
    "„{words}”: wszystkie raporty są późniejsze, więc daty tej nie użyto do "
    "pominięcia źródeł; cytaty pochodzą z późniejszych raportów."
)
OTHER_COUNTRY = "Pytanie dotyczy innego kraju niż wybrany; przeszukano: {names}."
ABROAD = (
    "Nie ma raportu o wymienionym w pytaniu kraju ({others}); przeszukano wybrane: "
    "{names}."
)
NARROWED = "Pytanie wymienia tylko część wybranych krajów; przeszukano: {names}."
_SAYS: dict[Reading, str] = {
    "near": NEAR,
    "region": REGION,
    "contested": CONTESTED,
    "shared": SHARED,
}


def notes_on(
    question: Question, *, reported: Collection[str], name: Callable[[str], str]
) -> list[str]:
    """Return sentences on how countries and dates were taken, where it is not plain.

    Args:
        question: As it was read.
        reported: Codes of the countries with reports.
        name: Code -> name to show.
    """

    def names(codes: Iterable[str]) -> str:
        return ", ".join(map(name, codes))

    asked = question.countries
    notes = [
        _SAYS[reading].format(words=words, names=names(codes))
        for (words, reading), codes in _read_as(question.mentions, asked).items()
        if reading in _SAYS
    ]
    given = set(question.given)
    unreported = [
        mention.code
        for mention in question.mentions
        if mention.role in ("place", "named")
        and mention.code not in (*reported, *asked)
    ]
    if given.isdisjoint(asked) and given:
        notes.append(OTHER_COUNTRY.format(names=names(asked)))
    elif given and unreported:
        notes.append(ABROAD.format(others=names(unreported), names=names(asked)))
    elif given - set(asked):
        notes.append(NARROWED.format(names=names(asked)))
    if question.as_at_words is not None:
        says = AS_AT_TOO_EARLY if question.as_at is None else AS_AT
        notes.append(says.format(words=question.as_at_words, as_at=question.as_at))
    return notes


def _read_as(
    mentions: Iterable[Mention], asked: Collection[str]
) -> dict[tuple[str, Reading], list[str]]:
    """Return codes by the words they were read from, where any was asked about."""
    read: dict[tuple[str, Reading], list[str]] = {}
    for mention in mentions:
        read.setdefault((mention.words, mention.reading), []).append(mention.code)
    return {said: codes for said, codes in read.items() if set(codes) & set(asked)}

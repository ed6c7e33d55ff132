"""Quotes that count the same thing and differ, set side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from coi_qa.domain.answer import Conflict, Evidence, Quote, Side
from coi_qa.domain.answer_types import is_yes_or_no
from coi_qa.domain.claims import (
    Claim,
    Origin,
    Relation,
    event_words,
    events_in,
    filters_of,
    read_claims,
    relation,
)
from coi_qa.domain.report import Imprint
from coi_qa.domain.stretches import find_stretches
from coi_qa.domain.text import Span, content_stems, find_quote

NamesOf = Callable[[str], str]
"""Code of a country -> its name."""

MAX_ADDED = 3  # quotes for the other side; more would bury the answer
LEADING_QUOTES = 3  # those further down are seldom what was asked
_ADDED_FOR: Final = (
    Relation.CONFLICT,
    Relation.ATTRIBUTION,
    Relation.DIFFERENT_FILTER,
    Relation.DIFFERENT_PERIOD,
)

_ABOUT: Final[Mapping[str, str]] = {
    "executions": "straceni",
    "deaths": "ofiary śmiertelne",
    "injured": "ranni",
    "detained": "zatrzymani",
    "convicted": "skazani",
    "investigated": "osoby objęte śledztwem",
    "evacuated": "ewakuowani",
    "displaced": "przesiedleni",
    "abducted": "uprowadzeni i zaginieni",
    "returned": "powracający",
    "refugees": "uchodźcy",
    "attended": "uczestnicy",
    "population": "ludność",
}


@dataclass(frozen=True, slots=True)
class _Said:
    """A claim of one piece of evidence."""

    item: Evidence
    claim: Claim


def find_conflicts(
    quotes: Sequence[Evidence], name_of: NamesOf, *, question: str = ""
) -> list[Conflict]:
    """Return what the quotes say of one matter in several ways, first quote first.

    Args:
        quotes: As they are numbered, from 1.
        name_of: Names of countries; figures of two places are never compared.
        question: Its words; nothing is set side by side that is of another event or
            time than it names, or that no leading quote tells of. "" where all that
            differs is wanted.
    """
    said = [
        _Said(item, claim)
        for item in quotes
        for claim in _claims(item, name_of)
        if _is_asked(claim, question)
    ]
    numbers = {id(item): number for number, item in enumerate(quotes, start=1)}
    groups: dict[Relation, list[set[int]]] = {}
    for first, second in combinations(range(len(said)), 2):
        a, b = said[first], said[second]
        if a.item is not b.item and (found := relation(a.claim, b.claim)):
            _join(groups.setdefault(found, []), {first, second})
    leading = _leading(question, quotes)
    together = [
        (kind, [said[at] for at in sorted(group)])
        for kind, parts in groups.items()
        for group in parts
    ]
    conflicts = [
        _conflict(kind, sides, numbers)
        for kind, sides in together
        if any(id(each.item) in leading for each in sides)
    ]
    order = list(Relation)
    return sorted(
        conflicts,
        key=lambda c: (
            [side.quote for side in c.sides],
            order.index(c.relation),
            c.about,
        ),
    )


def find_other_sides(
    question: str,
    quotes: Sequence[Evidence],
    others: Iterable[Evidence],
    name_of: NamesOf,
) -> list[Evidence]:
    """Return the sentences that tell in another way what the leading quotes count.

    Only of what the question asks: of its event and its time where it names them, else
    of what the best quote says.

    Args:
        question: Its words.
        quotes: Best first.
        others: Sentences of the reports searched.
        name_of: Names of countries.
    """
    asked = [claim for _, claim in _asked_of(question, quotes, name_of)]
    known = {(item.imprint.id, item.ordinal) for item in quotes}
    found: dict[tuple[str, int], tuple[int, float, str, int]] = {}
    kept: dict[tuple[str, int], Evidence] = {}
    for item in others:
        key = (item.imprint.id, item.ordinal)
        if key in known or key in kept:
            continue
        relations = [
            _ADDED_FOR.index(kind)
            for claim in _claims(item, name_of)
            for mine in asked
            if (kind := _told_otherwise(mine, claim)) is not None
        ]
        if relations:
            kept[key] = item
            found[key] = (min(relations), -item.score, *key)
    best = sorted(kept, key=lambda key: found[key])
    return [kept[key] for key in best[:MAX_ADDED]]


def search_words(
    question: str, quotes: Sequence[Evidence], name_of: NamesOf
) -> list[tuple[Evidence, str]]:
    """Return for the leading quotes with figures what other tellings are found by."""
    words: dict[str, tuple[Evidence, set[str]]] = {}
    for item, claim in _asked_of(question, quotes, name_of):
        key = f"{item.imprint.id} {item.ordinal}"
        words.setdefault(key, (item, set()))[1].add(event_words(claim.event))
    return [
        (item, " ".join([item.text, *sorted(events)]))
        for item, events in words.values()
    ]


def stands_in(side: Side, quote: Quote) -> bool:
    """Say whether what a side prints is printed in its quote."""
    printed = (side.value, side.unit, side.period, side.cause)
    return all(
        find_quote(words, quote.text) is not None for words in printed if words
    ) and set(side.attributed_to) <= set(quote.attributed_to)


# --- details --------------------------------------------------------------------------


def _told_otherwise(mine: Claim, other: Claim) -> Relation | None:
    """Return the relation for which the other claim is shown beside mine.

    A figure for another time answers another question, unless another edition has it
    and neither says for what time it is.
    """
    kind = relation(mine, other)
    if kind is Relation.DIFFERENT_PERIOD and (mine.stretch or other.stretch):
        return None
    return kind


def _claims(item: Evidence, name_of: NamesOf) -> list[Claim]:
    date = item.imprint.date
    origin = Origin(
        report=item.imprint.id,
        date=None if date is None else date.last_day,
        home=_home(item.imprint, name_of),
        attributed_to=item.attributed_to,
        filters=filters_of(item.sources),
    )
    return read_claims(item.text, origin)


def _home(imprint: Imprint, name_of: NamesOf) -> frozenset[str]:
    return content_stems(" ".join(map(name_of, imprint.countries)))


def _asked_of(
    question: str, quotes: Sequence[Evidence], name_of: NamesOf
) -> Iterable[tuple[Evidence, Claim]]:
    """Yield the claims of the leading quotes that the question is about."""
    for item in quotes[: _most_leading(question)]:
        for claim in _claims(item, name_of):
            if _is_asked(claim, question):
                yield item, claim


def _most_leading(question: str) -> int:
    """Return of how many quotes the first one may be what was asked.

    Where it names no event ("Ile trwa …?"), any figure of the same unit would do.
    """
    return LEADING_QUOTES if events_in(question) else 1


def _leading(question: str, quotes: Sequence[Evidence]) -> set[int]:
    """Return the leading quotes of each country, all where nothing is asked."""
    if not question:
        return {id(item) for item in quotes}
    by_country: dict[tuple[str, ...], list[Evidence]] = {}
    for item in quotes:
        by_country.setdefault(tuple(item.imprint.countries), []).append(item)
    most = _most_leading(question)
    return {id(item) for items in by_country.values() for item in items[:most]}


def _is_asked(claim: Claim, question: str) -> bool:
    """Say whether a claim is of the event and the time that a question names."""
    events, stretches = events_in(question), find_stretches(question)
    is_event = (
        # "Czy … ?" asks for no figure, unless it names what is counted.
        (not events and not is_yes_or_no(question))
        or claim.event in events
        or claim.quantity.kind == "share"
        # "zgony rekrutów": counted by a name of its own, which the question has too
        or (not claim.event and _is_named(claim.unit, question))
    )
    return is_event and (
        not stretches
        or claim.stretch is None
        or any(claim.stretch.overlaps(stretch) for stretch in stretches)
    )


def _is_named(unit: str, question: str) -> bool:
    """Say whether a question has the name of what is counted."""
    return any(stem.startswith(unit) for stem in content_stems(question) if unit)


def _join(groups: list[set[int]], pair: set[int]) -> None:
    """Put a pair into the groups, those that it touches made one."""
    touched = [group for group in groups if group & pair]
    for group in touched:
        groups.remove(group)
    groups.append(pair.union(*touched))


def _conflict(
    kind: Relation, said: Sequence[_Said], numbers: Mapping[int, int]
) -> Conflict:
    sides = [_side(each, numbers[id(each.item)]) for each in said]
    return Conflict(_about(said), kind, tuple(dict.fromkeys(sides)))


def _about(said: Sequence[_Said]) -> str:
    """Return what is counted, and when where all sides speak of one time."""
    first = said[0]
    unit = first.claim.quantity.unit
    label = _ABOUT.get(first.claim.event, "")
    if not label and unit is not None:
        label = unit.of(first.item.text)
    if first.claim.quantity.kind != "count":
        label = f"jaka część: {label}"
    printed = {
        (s.first, s.last): each.item.text[s.start : s.end]
        for each in said
        if (s := each.claim.stretch) is not None
    }
    times = list(printed.values())
    is_one = len(printed) == 1 and all(each.claim.stretch for each in said)
    return f"{label}, {times[0]}" if is_one else label


def _side(said: _Said, number: int) -> Side:
    claim, text = said.claim, said.item.text
    filters = [source.filters for source in said.item.sources if source.filters]

    def words(span: Span | None) -> str | None:
        return None if span is None else span.of(text)

    stretch = claim.stretch
    return Side(
        quote=number,
        value=claim.quantity.value.of(text),
        unit=words(claim.quantity.unit) or "",
        period=None if stretch is None else text[stretch.start : stretch.end],
        since=None if stretch is None else stretch.first,
        until=None if stretch is None else stretch.last,
        filter=filters[0] if filters else None,
        attributed_to=said.item.attributed_to,
        cause=words(claim.cause),
    )

"""Editions of one report: the newest goes first, unless an earlier one is meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from coi_qa.ask.weigh import MIN_CHANCE
from coi_qa.domain.answer import Evidence
from coi_qa.domain.report import Imprint
from coi_qa.domain.stretches import find_stretches
from coi_qa.domain.text import content_stems, strip_diacritics

MIN_ALIKE = 0.6  # of the longer words of two sentences that say one thing
HELD_BACK = 1.5  # log odds; fitted on the open gold questions (docs/evaluation.md)
# Folded. What of a title tells one edition from another.
_EDITION_WORDS = re.compile(
    r"\b(?:wydanie|wyd|edycja|edition|aktualizacja|update|nr|stan na|stycz\w*|lut\w*|"
    r"mar(?:zec|ca)|kwie\w*|maj\w*|czerw\w*|lip(?:iec|ca)|sierp\w*|wrzes\w*|pazdz\w*|"
    r"listopad\w*|grud\w*|r|roku|i{1,3}|iv|v)\b|[\W\d_]+"
)


def newer_editions(imprints: Sequence[Imprint]) -> dict[str, Imprint]:
    """Return for each report of which there is a newer edition the newest one.

    Editions have the same countries, publisher and title, years and numbers in it left
    out, and dates that differ.
    """
    newest: dict[tuple[object, ...], Imprint] = {}
    for imprint in imprints:
        if imprint.date is None or (work := _work(imprint)) is None:
            continue
        held = newest.get(work)
        if held is None or held.date is None or _is_newer(imprint, held):
            newest[work] = imprint
    return {
        imprint.id: last
        for imprint in imprints
        if (work := _work(imprint)) is not None
        and (last := newest.get(work)) is not None
        and _is_newer(last, imprint)
    }


def prefer_newest(
    evidence: Sequence[Evidence], *, newer: Mapping[str, Imprint], question: str
) -> list[Evidence]:
    """Return the evidence, what an older edition says again taken out.

    The newer sentence takes the better of the two places. What only the older edition
    says stays, and so does all of it where the question names a time that it covers.

    Args:
        evidence: Best first.
        newer: As `newer_editions` returns it.
        question: Its words.
    """
    kept: list[Evidence] = []
    scores: dict[int, float] = {}
    for item in evidence:
        if not is_superseded(item, newer=newer, question=question):
            kept.append(item)
            continue
        last = newer[item.imprint.id]
        again = next((e for e in evidence if _is_again(e, last.id, item)), None)
        if again is None:
            kept.append(item)
        else:
            scores[id(again)] = max(scores.get(id(again), again.score), item.score)
    ranked = [replace(e, score=max(e.score, scores.get(id(e), e.score))) for e in kept]
    return sorted(ranked, key=lambda e: -e.score)


def newest_first(
    judged: Sequence[Evidence], *, newer: Mapping[str, Imprint], question: str
) -> list[Evidence]:
    """Return judged sentences weightiest first, those of older editions held back.

    Both are shown; an older edition's sentence goes first only where no newer one is
    likely to answer and it weighs much more, or where the question names a time that
    it covers.

    Args:
        judged: With weights as scores, and chances.
        newer: As `newer_editions` returns it.
        question: Its words.
    """
    said_anew = {item.imprint.id for item in judged if item.chance >= MIN_CHANCE}

    def rank(item: Evidence) -> tuple[bool, float, int]:
        is_old = is_superseded(item, newer=newer, question=question)
        is_replaced = is_old and newer[item.imprint.id].id in said_anew
        return is_replaced, HELD_BACK * is_old - item.score, item.ordinal

    return sorted(judged, key=rank)


def is_superseded(
    item: Evidence, *, newer: Mapping[str, Imprint], question: str
) -> bool:
    """Say whether a newer edition is meant rather than the one a sentence stands in."""
    return item.imprint.id in newer and not _asks_for(question, item.imprint)


def _work(imprint: Imprint) -> tuple[object, ...] | None:
    """Return what the editions of a report have in common, None without a title."""
    title = " ".join(
        _EDITION_WORDS.sub(" ", strip_diacritics(imprint.title or "")).split()
    )
    if not title:
        return None
    return (
        tuple(sorted(imprint.countries)),
        title,
        strip_diacritics(imprint.publisher or ""),
    )


def _is_newer(a: Imprint, b: Imprint) -> bool:
    if a.date is None or b.date is None:
        return False
    return a.date.last_day > b.date.last_day


def _asks_for(question: str, imprint: Imprint) -> bool:
    """Say whether a question names a time that ended before a report came out."""
    if imprint.date is None:
        return False
    ends = [stretch.last for stretch in find_stretches(question)]
    return bool(ends) and all(
        end is not None and end <= imprint.date.last_day for end in ends
    )


def _is_again(other: Evidence, report: str, item: Evidence) -> bool:
    """Say whether a sentence of another edition says what `item` says."""
    if other.imprint.id != report or other.section[-1:] != item.section[-1:]:
        return False
    return _likeness(other.text, item.text) >= MIN_ALIKE


def _likeness(a: str, b: str) -> float:
    """Return how many of the longer words of two texts they share, from 0 to 1."""
    first, second = content_stems(a), content_stems(b)
    return len(first & second) / max(1, len(first | second))


def of_countries(imprints: Iterable[Imprint], like: Imprint) -> list[str]:
    """Return the ids of the reports on a country that `like` is on."""
    return [i.id for i in imprints if set(i.countries) & set(like.countries)]

"""Every gold question asked once, and what came back held against the gold."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np

from coi_qa.domain.answer import Answer, Quote, Status
from coi_qa.domain.dates import PartialDate
from coi_qa.errors import CoiQaError
from coi_qa.evaluation.gold import GoldQuestion
from coi_qa.evaluation.measures import (
    Measure,
    holds_fragments,
    measure_mean,
    tabulate,
)
from coi_qa.evaluation.scored import ERROR, MEASURES, Scored, values_of
from coi_qa.evaluation.variants import VariantLosses, find_losses
from coi_qa.render import answer_document

Ask: TypeAlias = Callable[[str, tuple[str, ...], PartialDate | None], Answer]
"""A question, the codes of its countries and its date -> its answer."""

CheckQuote: TypeAlias = Callable[[Quote], bool]
"""Whether a quote's text equals the slices of the stored pages at its places."""

Confidence: TypeAlias = Callable[[Answer], float | None]
"""How sure an answer says it is, from 0 to 1; None where it does not say."""

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many questions are done, and of how many."""

GIVEN: Final = (*(str(status) for status in Status), ERROR)
"""Every status that may be given, in the order of the table's columns."""


def no_confidence(answer: Answer) -> float | None:
    """Return None: answers do not say how sure they are."""
    return None


@dataclass(frozen=True, slots=True)
class Group:
    """The measures of some of the questions: one kind, language, report or file."""

    name: str
    questions: int
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Latency:
    """How long answers took, in milliseconds, one question at a time."""

    median_ms: float
    p95_ms: float
    n: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Every question with what came back, and the measures over them.

    Attributes:
        scored: In the order of the gold.
        measures: One for each of `MEASURES`, in that order.
        kinds: By name; a question of two kinds counts in both.
        languages: By name.
        statuses: How often each pair of gold and given status occurred.
        reports: By file name of the report that answers.
        halves: By name of the gold file.
        variants: What rewordings lose against their originals.
        latency: None where nothing could be asked.
    """

    scored: tuple[Scored, ...]
    measures: tuple[Measure, ...]
    kinds: tuple[Group, ...]
    languages: tuple[Group, ...]
    statuses: Mapping[tuple[str, str], int]
    reports: tuple[Group, ...] = ()
    halves: tuple[Group, ...] = ()
    variants: VariantLosses = field(default_factory=VariantLosses)
    latency: Latency | None = None

    @property
    def indexes(self) -> tuple[str, ...]:
        """Ids of the indexes that answered; more than one if it was exchanged."""
        return tuple(dict.fromkeys(s.index for s in self.scored if s.index))


def evaluate(
    ask: Ask,
    gold: Sequence[GoldQuestion],
    *,
    check_quote: CheckQuote,
    progress: Progress,
    confidence: Confidence = no_confidence,
    clock: Callable[[], float] = time.perf_counter,
) -> Evaluation:
    """Return the measures of `ask` over every gold question, none left out.

    Args:
        ask: The service.
        gold: What it is asked.
        check_quote: Says whether a quote is what the stored pages say.
        progress: Told how far it is.
        confidence: Reads an answer's own confidence.
        clock: Seconds from any moment.
    """
    scored: list[Scored] = []
    for done, question in enumerate(gold, start=1):
        scored.append(_score(ask, question, check_quote, confidence, clock))
        progress(done, len(gold))
    return Evaluation(
        scored=tuple(scored),
        measures=measure(scored),
        kinds=_group((kind, s) for s in scored for kind in s.gold.kinds),
        languages=_group((s.gold.lang or "not given", s) for s in scored),
        statuses=tabulate((str(s.gold.status), s.status) for s in scored),
        reports=_group((s.gold.report or "any", s) for s in scored),
        halves=_group((s.gold.half or "not given", s) for s in scored),
        variants=find_losses(scored),
        latency=time_answers(scored),
    )


def measure(scored: Sequence[Scored]) -> tuple[Measure, ...]:
    """Return each of `MEASURES` over these questions, in that order."""
    counted = [values_of(s) for s in scored]
    return tuple(
        measure_mean(name, [v for values in counted for v in values[name]])
        for name in MEASURES
    )


def time_answers(scored: Sequence[Scored]) -> Latency | None:
    """Return how long the questions took that could be asked, None without any."""
    times = [s.latency_ms for s in scored if s.answer is not None]
    if not times:
        return None
    median, p95 = np.quantile(times, (0.5, 0.95))
    return Latency(float(median), float(p95), len(times))


def _score(
    ask: Ask,
    gold: GoldQuestion,
    check_quote: CheckQuote,
    confidence: Confidence,
    clock: Callable[[], float],
) -> Scored:
    began = clock()
    try:
        answer = ask(gold.question, gold.countries, gold.as_at)
    except Exception as exc:  # one question that fails must not lose the others
        error = f"{type(exc).__name__}: {exc}"
        return Scored(gold, None, {}, error, (), (), (clock() - began) * 1000, None)
    latency_ms = (clock() - began) * 1000
    return Scored(
        gold=gold,
        answer=answer,
        document=answer_document(answer),
        error="",
        matches=tuple(_answers(gold, q) for q in answer.quotes + answer.near),
        genuine=tuple(_is_genuine(q, check_quote) for q in answer.quotes),
        latency_ms=latency_ms,
        confidence=confidence(answer),
    )


def _answers(gold: GoldQuestion, quote: Quote) -> bool:
    """Say whether `quote` alone answers `gold`, from the report that gold names."""
    if not gold.fragments or gold.report not in ("", quote.imprint.file_name):
        return False
    return holds_fragments(quote.text, gold.fragments)


def _is_genuine(quote: Quote, check_quote: CheckQuote) -> bool:
    try:
        return check_quote(quote)
    except (CoiQaError, ValueError):  # its page or range is not in the store
        return False


def _group(members: Iterable[tuple[str, Scored]]) -> tuple[Group, ...]:
    groups: dict[str, list[Scored]] = {}
    for name, scored in members:
        groups.setdefault(name, []).append(scored)
    return tuple(
        Group(name, len(group), measure(group))
        for name, group in sorted(groups.items())
    )

"""Near sentences -> how likely each one answers: question and sentence read together.

Similarity is not evidence: a near miss has a vector as near as an answer's. So the few
nearest sentences are read again by a scorer that sees both texts at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import exp, log

from coi_qa.ask.question import Question
from coi_qa.domain.absence import reports_absence
from coi_qa.domain.answer import Evidence
from coi_qa.domain.answer_types import expected_type, type_fit
from coi_qa.domain.stretches import find_stretches, period_fit
from coi_qa.ports import EvidenceScorer, Judgement

# Sentences are ranked by the weighted sum of their signs, in log odds. The chance that
# one answers is the logistic of that sum, of the time that it tells of, which says more
# of silence than of order, and of what is unheard of in the question.
# `eval/calibrate.py` fits all of them on the open gold questions; docs/evaluation.md
# has the curves on the blind ones.
_LOGIT = 0.334
_NEARNESS = 11.1
_PERIOD = 0.156
_FORM = 0.108
_OF_WEIGHT = 1.11
_OF_PERIOD = 2.82
_OF_UNHEARD = -2.44
_BIAS = 2.86
MIN_ABSENCE = 0.9  # a denial ("Prawo nie przewiduje …") stands at .7

MAX_BEFORE = 200  # characters of the sentence before; its end is nearest

NameOf = Callable[[str], str]
ContextOf = Callable[[Evidence], str]


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for a sentence and against it.

    Attributes:
        logit: The scorer's, that it answers.
        lag: Its fused score less the nearest sentence's, not above 0.
        period: How the time that it tells of fits the time asked about, from -1 to 1.
        form: Whether it holds what is asked for, a number or a time: 1, else -1; 0
            where the question does not say.
        unheard: Share of the question's words that no report searched has, 0 to 1.
    """

    logit: float
    lag: float
    period: float = 0.0
    form: float = 0.0
    unheard: float = 0.0


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The sentences to be read for a question put to the reports on one country.

    Attributes:
        question: As it is put to them.
        evidence: The nearest sentences; reading all takes the time it takes.
        unheard: Share of the question's words that these reports do not have.
    """

    question: Question
    evidence: tuple[Evidence, ...]
    unheard: float


def judge(
    near: Shortlist, *, scorer: EvidenceScorer, context_of: ContextOf
) -> list[Evidence]:
    """Return the sentences with weight and chance of each, the weightiest first.

    Args:
        near: The sentences.
        scorer: Reads question and sentence together.
        context_of: What the scorer reads of a sentence, as `context` returns it.
    """
    contexts = [context_of(item) for item in near.evidence]
    judgements = scorer.score(near.question.text, contexts)
    judged = [
        replace(
            item,
            score=weight_of(signs),
            chance=chance_of(signs),
            absent=is_absent(item.text, judgement),
        )
        for item, judgement, signs in zip(
            near.evidence, judgements, find_signs(near, judgements), strict=True
        )
    ]
    return sorted(judged, key=lambda item: (-item.score, item.ordinal))


def find_signs(near: Shortlist, judgements: Sequence[Judgement]) -> list[Signs]:
    """Return the signs of each sentence, in their order."""
    nearest = max((item.score for item in near.evidence), default=0.0)
    expected = expected_type(near.question.text)
    return [
        Signs(
            logit_of(judgement.answers),
            item.score - nearest,
            period_fit(find_stretches(item.text), near.question.periods),
            type_fit(expected, item.text),
            near.unheard,
        )
        for item, judgement in zip(near.evidence, judgements, strict=True)
    ]


def context(item: Evidence, *, name_of: NameOf, before: str) -> str:
    """Return what the scorer reads: country, date of the report, heading, sentence.

    Args:
        item: The sentence.
        name_of: Country code -> name.
        before: The sentence before one that points back at it, else "".
    """
    countries = ", ".join(map(name_of, item.imprint.countries))
    date = f", {item.imprint.date}" if item.imprint.date is not None else ""
    heading = f" {item.section[-1]}." if item.section else ""
    return as_read(f"{countries}{date}.{heading}", before, item.text)


def as_read(about: str, before: str, sentence: str) -> str:
    """Return a sentence as the scorer was trained to read it.

    >>> as_read("Czad, 2024-05. Kara śmierci.", "", "Karę zniesiono.")
    'Czad, 2024-05. Kara śmierci. Karę zniesiono.'
    >>> as_read("Czad.", "Karę zniesiono.", "Zakaz ten obowiązuje.")
    'Czad. (Karę zniesiono.) Zakaz ten obowiązuje.'
    """
    said = f" ({before[-MAX_BEFORE:]})" if before else ""
    return f"{about}{said} {sentence}"


def logit_of(chance: float) -> float:
    """Return the log odds of a chance, held to what a float can tell from certainty."""
    sure = min(max(chance, 1e-6), 1 - 1e-6)
    return log(sure / (1 - sure))


def weight_of(signs: Signs) -> float:
    """Return what sentences are ranked by, in log odds."""
    return (
        _LOGIT * signs.logit
        + _NEARNESS * signs.lag
        + _PERIOD * signs.period
        + _FORM * signs.form
    )


def chance_of(signs: Signs) -> float:
    """Return the calibrated chance that a sentence answers, from 0 to 1."""
    total = (
        _OF_WEIGHT * weight_of(signs)
        + _OF_PERIOD * signs.period
        + _OF_UNHEARD * signs.unheard
        + _BIAS
    )
    return 1 / (1 + exp(-total))


def is_absent(sentence: str, judgement: Judgement) -> bool:
    """Say whether a sentence reports that nothing was found or recorded."""
    learned = judgement.absence is not None and judgement.absence >= MIN_ABSENCE
    return learned or reports_absence(sentence)

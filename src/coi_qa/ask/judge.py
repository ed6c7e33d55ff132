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

# The chance that a sentence answers is the logistic of the weighted sum of its signs.
# `eval/calibrate.py` fits it on the open gold questions; docs/evaluation.md has the
# curves on the blind ones.
_SLOPE = 0.372
_NEARNESS = 11.7
_PERIOD = 0.344
_FORM = 0.069
_BIAS = 1.69
MIN_ABSENCE = 0.5

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
    """

    logit: float
    lag: float
    period: float = 0.0
    form: float = 0.0


def judge(
    question: Question,
    evidence: Sequence[Evidence],
    *,
    scorer: EvidenceScorer,
    context_of: ContextOf,
) -> list[Evidence]:
    """Return the sentences with the chance of each, most likely first.

    Args:
        question: As it was read.
        evidence: Near sentences; all of them are read, which takes the time it takes.
        scorer: Reads question and sentence together.
        context_of: What the scorer reads of a sentence, as `context` returns it.
    """
    judgements = scorer.score(question.text, [context_of(item) for item in evidence])
    judged = [
        replace(item, chance=chance_of(signs), absent=is_absent(item.text, judgement))
        for item, judgement, signs in zip(
            evidence,
            judgements,
            find_signs(question, evidence, judgements),
            strict=True,
        )
    ]
    return sorted(judged, key=lambda item: (-item.chance, -item.score, item.ordinal))


def find_signs(
    question: Question, evidence: Sequence[Evidence], judgements: Sequence[Judgement]
) -> list[Signs]:
    """Return the signs of each sentence, in their order."""
    nearest = max((item.score for item in evidence), default=0.0)
    expected = expected_type(question.text)
    return [
        Signs(
            logit_of(judgement.answers),
            item.score - nearest,
            period_fit(find_stretches(item.text), question.periods),
            type_fit(expected, item.text),
        )
        for item, judgement in zip(evidence, judgements, strict=True)
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


def chance_of(signs: Signs) -> float:
    """Return the calibrated chance that a sentence answers, from 0 to 1."""
    total = (
        _SLOPE * signs.logit
        + _NEARNESS * signs.lag
        + _PERIOD * signs.period
        + _FORM * signs.form
        + _BIAS
    )
    return 1 / (1 + exp(-total))


def is_absent(sentence: str, judgement: Judgement) -> bool:
    """Say whether a sentence reports that nothing was found or recorded."""
    learned = judgement.absence is not None and judgement.absence >= MIN_ABSENCE
    return learned or reports_absence(sentence)

"""Near sentences -> what kind of answer they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import exp
from statistics import median

from coi_qa.domain.absence import reports_absence
from coi_qa.domain.answer import Evidence, Status

# Logistic regression on the open questions: does the best sentence answer, given its
# cosine and how far that stands above the cosines of its rivals? A cosine alone says
# little: a near miss has one as high, and English questions have lower ones.
# Fit and its figures: docs/evaluation.md. It waits for a scorer that reads question and
# sentence together.
_SIMILARITY_WEIGHT, _SIMILARITY_AT = 1.00 / 0.030, 0.83
_MARGIN_WEIGHT, _MARGIN_AT = 0.71 / 0.015, 0.03
_BIAS = 0.46
MIN_CHANCE = 0.3  # keeps 97 % of the answers; more would hide them from caseworkers
RIVALS = 20

# Sentences that score so far below the best are near it by accident.
MAX_SCORE_GAP = 0.06  # keeps 57 of 60 answers in 3.2 quotes a question


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the near sentences amount to.

    Attributes:
        status: What kind of answer.
        quotes: What answers, best first.
        near: What is near and does not.
    """

    status: Status
    quotes: tuple[Evidence, ...]
    near: tuple[Evidence, ...]


def weigh(evidence: Sequence[Evidence], *, chance: float, most: int) -> Verdict:
    """Return what kind of answer the sentences make.

    A reported absence is one only where the best sentence itself says that nothing
    was found; silence is never turned into it.

    Args:
        evidence: Best first, all from reports on the countries asked about.
        chance: That the best one answers, as `chance_of_answer` says.
        most: Quotes and near passages at the most, of each.
    """
    if not evidence or chance < MIN_CHANCE:
        return Verdict(Status.INSUFFICIENT_EVIDENCE, (), tuple(evidence[:most]))
    best = evidence[0].score
    quotes = [item for item in evidence if best - item.score <= MAX_SCORE_GAP][:most]
    near = [item for item in evidence if item not in quotes][: most - len(quotes)]
    absent = reports_absence(evidence[0].text)
    status = Status.REPORTED_ABSENCE if absent else Status.ANSWERED
    return Verdict(status, tuple(quotes), tuple(near))


def merge(verdicts: Sequence[Verdict], *, most: int) -> Verdict:
    """Return one verdict for several countries, each with its best quotes in turn.

    Args:
        verdicts: One a country; may be empty.
        most: Quotes and near passages at the most, of each; every country that
            answers keeps one quote even beyond it.
    """
    order = (Status.ANSWERED, Status.REPORTED_ABSENCE, Status.INSUFFICIENT_EVIDENCE)
    status = min((v.status for v in verdicts), key=order.index, default=order[-1])
    answering = [v.quotes for v in verdicts if v.quotes]
    quotes = _in_turn(answering)[: max(most, len(answering))]
    near = _in_turn([v.near for v in verdicts if v.quotes or not answering])
    return Verdict(status, tuple(quotes), tuple(near[: max(0, most - len(quotes))]))


def _in_turn(groups: Sequence[Sequence[Evidence]]) -> list[Evidence]:
    """Return the first of each group, best group first, then the second of each."""
    ordered = sorted(groups, key=lambda group: -group[0].score if group else 0.0)
    return [item for turn in zip_longest(*ordered) for item in turn if item is not None]


def chance_of_answer(similarities: Sequence[float]) -> float:
    """Return how likely the nearest sentence answers the question, from 0 to 1.

    Args:
        similarities: Cosines of the sentences found, in any order; may be empty.
    """
    if not similarities:
        return 0.0
    best, *_ = nearest = sorted(similarities, reverse=True)
    margin = best - median(nearest[:RIVALS])
    logit = (
        _SIMILARITY_WEIGHT * (best - _SIMILARITY_AT)
        + _MARGIN_WEIGHT * (margin - _MARGIN_AT)
        + _BIAS
    )
    return 1 / (1 + exp(-logit))

"""Whether the service is as sure as it may be.

A confidence is taken for the chance that one of the first five ranked passages answers,
which is `Scored.is_found`; of a silent question none does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from coi_qa.evaluation.measures import Interval, wilson_interval
from coi_qa.evaluation.scored import Scored

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions of similar confidence.

    Attributes:
        low: Least confidence of the bin; the next bin's is not part of it.
        high: That of the next bin, or 1.
        confidence: Mean of the questions in it.
        share: Of them that were found.
        interval: Of the share.
        n: Questions, from 1.
    """

    low: float
    high: float
    confidence: float
    share: float
    interval: Interval
    n: int


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """Of the surest questions, so large a share of all, so large a share is wrong."""

    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How confidences and outcomes go together; all from 0 to 1, lower is better.

    Attributes:
        n: Questions with a confidence.
        brier: Mean squared distance of confidence and outcome (Brier 1950).
        calibration_error: Mean distance of a bin's confidence and share, by its size
            (expected calibration error; Naeini, Cooper & Hauskrecht 2015).
        area: Mean risk over all coverages (AURC; Geifman, Uziel & El-Yaniv 2019).
        bins: Those with questions, least sure first.
        curve: Surest question first, equally sure ones together.
    """

    n: int
    brier: float
    calibration_error: float
    area: float
    bins: tuple[Bin, ...]
    curve: tuple[RiskPoint, ...]


def calibrate(scored: Sequence[Scored]) -> Calibration | None:
    """Return how sure the service was, None where it never said."""
    told = [(s.confidence, s.is_found) for s in scored if s.confidence is not None]
    return weigh_confidences(told) if told else None


def weigh_confidences(told: Sequence[tuple[float, bool]]) -> Calibration:
    """Return how confidences and outcomes go together.

    Args:
        told: Confidence from 0 to 1 and outcome of each question; not empty.

    Raises:
        ValueError: there is none, or a confidence beyond 0 and 1.

    >>> weigh_confidences([(1.0, True), (0.5, False)]).brier
    0.125
    """
    if not told or not all(0 <= confidence <= 1 for confidence, _ in told):
        raise ValueError("expected confidences from 0 to 1, one or more")
    n = len(told)
    bins = _fill_bins(told)
    curve, area = _risk_by_coverage(told)
    return Calibration(
        n=n,
        brier=math.fsum((sure - found) ** 2 for sure, found in told) / n,
        calibration_error=math.fsum(b.n * abs(b.confidence - b.share) for b in bins)
        / n,
        area=area,
        bins=bins,
        curve=curve,
    )


def _fill_bins(told: Sequence[tuple[float, bool]]) -> tuple[Bin, ...]:
    members: dict[int, list[tuple[float, bool]]] = {}
    for confidence, found in told:
        number = min(int(confidence * BINS), BINS - 1)
        members.setdefault(number, []).append((confidence, found))
    return tuple(
        Bin(
            low=number / BINS,
            high=(number + 1) / BINS,
            confidence=math.fsum(sure for sure, _ in inside) / len(inside),
            share=sum(found for _, found in inside) / len(inside),
            interval=wilson_interval(sum(found for _, found in inside), len(inside)),
            n=len(inside),
        )
        for number, inside in sorted(members.items())
    )


def _risk_by_coverage(
    told: Sequence[tuple[float, bool]],
) -> tuple[tuple[RiskPoint, ...], float]:
    """Return the risk-coverage curve and its mean risk over questions.

    Equally sure questions come in together: no order among them is better.
    """
    n, covered, wrong, area = len(told), 0, 0, 0.0
    points: list[RiskPoint] = []
    for sure in sorted({confidence for confidence, _ in told}, reverse=True):
        outcomes = [found for confidence, found in told if confidence == sure]
        covered += len(outcomes)
        wrong += outcomes.count(False)
        points.append(RiskPoint(covered / n, wrong / covered))
        area += len(outcomes) * wrong / covered / n
    return tuple(points), area

"""The same questions under two conditions: how far apart they are, and how surely."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from coi_qa.evaluation.measures import bootstrap_interval, wilson_interval


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure's mean over the same questions, first and second, and their difference.

    Attributes:
        name: Of the measure.
        first: Mean from 0 to 1.
        second: Likewise.
        value: `second` less `first`, from -1 to 1.
        low: Lower end of the difference's 95 % interval.
        high: Upper end.
        n: Pairs.
        rose: Pairs whose second value is the higher one.
        fell: Pairs whose second value is the lower one.
        p: Of an exact two-sided test that rising and falling are alike likely.
        test: "mcnemar" where all values are 0 or 1, else "sign"; one calculation.
    """

    name: str
    first: float
    second: float
    value: float
    low: float
    high: float
    n: int
    rose: int
    fell: int
    p: float
    test: Literal["mcnemar", "sign"]


def compare_pairs(name: str, pairs: Sequence[tuple[float, float]]) -> Difference:
    """Return how the second values of `pairs` differ from the first ones.

    Args:
        name: Of the measure.
        pairs: Values from 0 to 1 of the same question, one pair a question.

    Raises:
        ValueError: there is no pair.

    >>> found = compare_pairs("answer@5", [(0, 1), (0, 1), (1, 0), (1, 1)])
    >>> found.value, found.rose, found.fell, found.p, found.test
    (0.25, 2, 1, 1.0, 'mcnemar')
    """
    if not pairs:
        raise ValueError("no pairs to compare")
    n = len(pairs)
    differences = [second - first for first, second in pairs]
    rose, fell = sum(d > 0 for d in differences), sum(d < 0 for d in differences)
    low, high = paired_interval(differences)
    is_binary = all(value in (0, 1) for pair in pairs for value in pair)
    return Difference(
        name=name,
        first=math.fsum(first for first, _ in pairs) / n,
        second=math.fsum(second for _, second in pairs) / n,
        value=math.fsum(differences) / n,
        low=low,
        high=high,
        n=n,
        rose=rose,
        fell=fell,
        p=sign_test(rose, fell),
        test="mcnemar" if is_binary else "sign",
    )


def paired_interval(differences: Sequence[float]) -> tuple[float, float]:
    """Return a 95 % interval of the mean of paired differences, each from -1 to 1.

    It is the percentile bootstrap over pairs. Where all differences are alike that
    would have no width; then the share of pairs that may differ from the others is
    bounded by Wilson's interval, and those are taken to lie as far off as they can.

    >>> low, high = paired_interval([0.0] * 50)
    >>> round(low, 3), round(high, 3)
    (-0.071, 0.071)
    """
    if len(set(differences)) > 1:
        found = bootstrap_interval(differences)
        return found.low, found.high
    n, alike = len(differences), differences[0]
    others = wilson_interval(0, n).high
    middle = alike * (1 - others)
    return max(-1.0, middle - others), min(1.0, middle + others)


def sign_test(rose: int, fell: int) -> float:
    """Return the exact two-sided p of a sign test; pairs without change are left out.

    Of pairs of zeros and ones it is McNemar's exact test.

    Source: McNemar, Psychometrika 12 (1947); Conover, Practical Nonparametric
    Statistics, 1999, section 3.4.

    >>> sign_test(1, 9), sign_test(0, 0)
    (0.021484375, 1.0)
    """
    n = rose + fell
    tail = sum(math.comb(n, k) for k in range(min(rose, fell) + 1))
    return min(1.0, 2 * tail / (1 << n))

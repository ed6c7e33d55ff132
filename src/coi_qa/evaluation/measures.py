"""What is counted, question by question, and how sure the counts make us.

Everything here takes plain values and returns plain values. A question without an
answer has its rank `None` and scores 0; it is never left out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np

CONFIDENCE = 0.95
_RESAMPLES = 10_000  # the ends of an interval then move by less than .005
_SEED = 20251001  # any fixed one: the same answers give the same intervals

_NUMBERS = r"\[\d{1,4}(?:\s*[,;–-]\s*\d{1,4})*\]"
_MARKS = re.compile(rf"(?<!\s)\s*{_NUMBERS}(?:\s*[,;–-]?\s*{_NUMBERS})*")


def fold_wording(text: str) -> str:
    r"""Return `text` with footnote marks removed and white space folded.

    Case, dashes and quotation marks stay: gold wordings are copied from the report.

    >>> fold_wording("zginęło 5 osób [59]–[63] ,\u00a0w tym\n dwie[1, 2].")
    'zginęło 5 osób , w tym dwie.'
    """
    return " ".join(_MARKS.sub("", text).split())


def holds_fragments(text: str, fragments: Sequence[Sequence[str]]) -> bool:
    """Say whether `text` alone holds one wording of each group.

    Args:
        text: Of one quote.
        fragments: Groups of wordings; must not be empty.

    Raises:
        ValueError: there is no group, so that every text would hold them.

    >>> holds_fragments("W 2024 r. [19] – 5 osób.", [["5 osób", "pięć"], ["2024 r."]])
    True
    """
    if not fragments:
        raise ValueError("no fragments: nothing can be said to answer")
    folded = fold_wording(text)
    return all(any(fold_wording(w) in folded for w in group) for group in fragments)


def first_rank(matches: Sequence[bool]) -> int | None:
    """Return the rank, from 1, of the first match, or None without one.

    >>> first_rank([False, True, True]), first_rank([False])
    (2, None)
    """
    return next((rank for rank, match in enumerate(matches, start=1) if match), None)


def recall_at(k: int, rank: int | None) -> float:
    """Return 1 if the answering passage is among the first `k`, else 0.

    One passage is enough to answer a gold question, so recall is 1 as soon as one is
    found (also called success or hit rate at `k`).

    Args:
        k: Ranks to look at, from 1.
        rank: Of the first answering passage, from 1; None for none.

    Raises:
        ValueError: `k` < 1.

    Source: Manning, Raghavan & Schütze, Introduction to Information Retrieval, ch. 8.

    >>> recall_at(5, 5), recall_at(5, 6), recall_at(5, None)
    (1.0, 0.0, 0.0)
    """
    if k < 1:
        raise ValueError(f"at {k}: ranks count from 1")
    return float(rank is not None and rank <= k)


def reciprocal_rank(rank: int | None) -> float:
    """Return one over the rank of the first answering passage, 0 for none.

    Source: Voorhees, The TREC-8 Question Answering Track Report, 1999.

    >>> reciprocal_rank(4), reciprocal_rank(None)
    (0.25, 0.0)
    """
    return 0.0 if rank is None else 1 / rank


def ndcg_at(k: int, rank: int | None) -> float:
    """Return the discounted gain of the first answering passage, 0 beyond `k`.

    One passage is enough, so it alone has a gain, of 1, and the ideal list begins with
    it. A second one that answers too would otherwise lower the figure of whoever finds
    it late beneath that of whoever does not find it at all.

    Raises:
        ValueError: `k` < 1.

    Source: Järvelin & Kekäläinen, Cumulated Gain-Based Evaluation of IR Techniques,
    ACM TOIS 20 (2002), with the logarithm of trec_eval.

    >>> ndcg_at(10, 1), ndcg_at(10, 3), ndcg_at(10, 11), ndcg_at(10, None)
    (1.0, 0.5, 0.0, 0.0)
    """
    return recall_at(k, rank) / math.log2(1 + (rank or 1))


@dataclass(frozen=True, slots=True)
class FootnoteMatch:
    """How a quote's footnotes compare with the gold ones; shares from 0 to 1."""

    precision: float
    recall: float
    exact: bool


def compare_footnotes(shown: AbstractSet[int], gold: AbstractSet[int]) -> FootnoteMatch:
    """Return precision, recall and equality of two sets of footnote numbers.

    Two empty sets agree fully. Where one alone is empty, nothing agrees: a claim shown
    without its source, and a source shown for a claim that has none, both score 0.

    >>> compare_footnotes({1, 2}, {2})
    FootnoteMatch(precision=0.5, recall=1.0, exact=False)
    """
    if not shown or not gold:
        agree = float(shown == gold)
        return FootnoteMatch(agree, agree, shown == gold)
    common = len(shown & gold)
    return FootnoteMatch(common / len(shown), common / len(gold), shown == gold)


def tabulate(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Return how often each pair of gold and given status occurs.

    >>> tabulate([("answered", "error"), ("answered", "error")])
    {('answered', 'error'): 2}
    """
    counts: dict[tuple[str, str], int] = {}
    for pair in pairs:
        counts[pair] = counts.get(pair, 0) + 1
    return counts


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % confidence interval, ends included, and how it was reached."""

    low: float
    high: float
    method: Literal["wilson", "bootstrap"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A mean over `n` questions or quotes; None where there was nothing to measure.

    Attributes:
        name: As in `eval/gate.toml`.
        value: From 0 to 1.
        interval: Around the value.
        n: What it is the mean of.
    """

    name: str
    value: float | None
    interval: Interval | None
    n: int


def measure_mean(name: str, values: Sequence[float]) -> Measure:
    """Return the mean of `values`, each from 0 to 1, with its interval.

    Zeros and ones are a share and get Wilson's interval. Other values get the
    bootstrap, unless all are alike: resampling them gives no width, as if one question
    were as sure as a thousand. Wilson's is then on the safe side, since among values
    from 0 to 1 with a given mean, zeros and ones spread most (Bhatia & Davis, A Better
    Bound on the Variance, American Mathematical Monthly 107, 2000).

    >>> measure_mean("recall@1", [1.0, 0.0]).value, measure_mean("mrr", []).value
    (0.5, None)
    """
    n = len(values)
    if not n:
        return Measure(name, None, None, 0)
    total = math.fsum(values)
    is_share = all(value in (0, 1) for value in values)
    if is_share or len(set(values)) == 1:
        interval = wilson_interval(total, n)
    else:
        interval = bootstrap_interval(values)
    return Measure(name, total / n, interval, n)


def wilson_interval(successes: float, n: int) -> Interval:
    """Return Wilson's score interval for a share.

    Unlike the textbook interval it has width at 0 and 1 and stays between them. It
    takes the trials as independent; quotes of one question are not quite, so that the
    interval of a share of quotes is, if anything, too narrow.

    Args:
        successes: From 0 to `n`.
        n: Trials, from 1.

    Raises:
        ValueError: no trial, or successes outside 0..n.

    Source: Wilson, JASA 22 (1927); Newcombe, Statistics in Medicine 17 (1998),
    method 3.

    >>> interval = wilson_interval(0, 20)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.0, 0.1611)
    """
    if n < 1 or not 0 <= successes <= n:
        raise ValueError(f"{successes} successes of {n}")
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    share = successes / n
    centre = share + z * z / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # Held to the share itself, which rounding may push out at 0 and 1.
    return Interval(
        min(share, max(0.0, (centre - half) / scale)),
        max(share, min(1.0, (centre + half) / scale)),
        "wilson",
    )


def bootstrap_interval(values: Sequence[float]) -> Interval:
    """Return the percentile bootstrap interval of the mean of `values`.

    The same values in any order give the same interval. Of few questions it is
    somewhat too narrow.

    Raises:
        ValueError: there are no values.

    Source: Efron & Tibshirani, An Introduction to the Bootstrap, 1993, ch. 13.
    """
    if not values:
        raise ValueError("no values to draw from")
    n = len(values)
    distinct, counts = np.unique(np.array(values, np.float64), return_counts=True)
    # How often each distinct value is drawn says all that n single draws would.
    draws = np.random.default_rng(_SEED).multinomial(n, counts / n, size=_RESAMPLES)
    means = np.clip(draws @ distinct / n, distinct[0], distinct[-1])
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(means, (tail, 1 - tail))
    return Interval(float(low), float(high), "bootstrap")


def area_between(above: Sequence[float], below: Sequence[float]) -> float:
    """Return the chance that one of `above` exceeds one of `below`, ties halved.

    That is the area under the ROC curve; .5 tells nothing apart.

    Raises:
        ValueError: one of them is empty.

    Source: Hanley & McNeil, Radiology 143, 1982.

    >>> area_between([0.9, 0.4], [0.4, 0.1])
    0.875
    """
    if not len(above) or not len(below):
        raise ValueError("nothing to compare with")
    lower = np.sort(np.asarray(below, np.float64))
    beaten = np.searchsorted(lower, above, "left")
    reached = np.searchsorted(lower, above, "right")
    return float((beaten + reached).mean() / 2 / len(lower))

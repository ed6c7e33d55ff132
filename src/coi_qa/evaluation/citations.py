"""Whether the quotes shown support what the gold says, together and each for itself.

ALCE's citation recall and precision (Gao, Yen, Yu & Chen, Enabling Large Language
Models to Generate Text with Citations, EMNLP 2023, section 4), with the gold fragments
in the place of its entailment model: quotes support the gold claim when each group of
fragments has a wording in at least one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from coi_qa.evaluation.measures import fold_wording


@dataclass(frozen=True, slots=True)
class Support:
    """Citation recall, 0 or 1, and citation precision, from 0 to 1."""

    recall: float
    precision: float


def groups_held(text: str, fragments: Sequence[Sequence[str]]) -> frozenset[int]:
    """Return which groups of fragments, from 0, have a wording in `text`.

    >>> sorted(groups_held("W 2024 r. 5 osób.", [["5 osób"], ["2023"], ["2024"]]))
    [0, 2]
    """
    folded = fold_wording(text)
    return frozenset(
        number
        for number, group in enumerate(fragments)
        if any(fold_wording(wording) in folded for wording in group)
    )


def weigh_support(held: Sequence[AbstractSet[int]], *, groups: int) -> Support:
    """Return how the quotes of one answer support a gold claim of so many groups.

    Recall is 1 when the quotes together hold every group. Precision is the share of
    quotes that are not irrelevant. A quote is irrelevant when it does not hold every
    group by itself while the others still do without it; where the quotes together do
    not support the claim, each of them is. Without quotes both are 0.

    Args:
        held: For each quote, the groups that it holds, from 0.
        groups: How many the gold has, from 1.

    Raises:
        ValueError: there is no group, so that nothing would have to be supported.

    >>> weigh_support([{0, 1}, {0}], groups=2)
    Support(recall=1.0, precision=0.5)
    >>> weigh_support([{0}, {1}], groups=2)
    Support(recall=1.0, precision=1.0)
    """
    if groups < 1:
        raise ValueError("no fragments: nothing can be said to support them")
    wanted = set(range(groups))
    if not _supports(held, wanted):
        return Support(0.0, 0.0)
    needed = [
        alone >= wanted or not _supports([*held[:at], *held[at + 1 :]], wanted)
        for at, alone in enumerate(held)
    ]
    return Support(1.0, sum(needed) / len(needed))


def _supports(held: Sequence[AbstractSet[int]], wanted: AbstractSet[int]) -> bool:
    return frozenset().union(*held) >= wanted

"""What a rewording, a misspelling or another language costs a question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from coi_qa.evaluation.paired import Difference, compare_pairs
from coi_qa.evaluation.scored import Scored, values_of

COMPARED: Final = (
    "recall@1",
    "recall@5",
    "mrr",
    "answer@1",
    "answer@5",
    "status_accuracy",
)
"""Measures in which variants are compared with their originals."""

BY_KIND: Final = "answer@5"
"""Measure in which each kind of variant is compared by itself."""

_Pair = tuple[Scored, Scored]


@dataclass(frozen=True, slots=True)
class VariantLosses:
    """Variants against the questions that they were made of.

    Attributes:
        measures: Originals first, variants second; those of `COMPARED` that the pairs
            say something about.
        kinds: Likewise in `BY_KIND`, named by the kind of the variant.
        variants: How many have their original in the run.
        alone: Ids of those that have not.
    """

    measures: tuple[Difference, ...] = ()
    kinds: tuple[Difference, ...] = ()
    variants: int = 0
    alone: tuple[str, ...] = ()


def find_losses(scored: Sequence[Scored]) -> VariantLosses:
    """Return what variants lose against their originals.

    Several variants of one question are not independent of each other: their mean
    stands beside the original as one pair, so that `n` counts originals.
    """
    by_id = {s.gold.id: s for s in scored}
    pairs: list[_Pair] = []
    alone: list[str] = []
    for variant in scored:
        if variant.gold.variant_of in by_id:
            pairs.append((by_id[variant.gold.variant_of], variant))
        elif variant.gold.variant_of:
            alone.append(variant.gold.id)
    kinds = sorted({kind for _, variant in pairs for kind in variant.gold.kinds})
    of_kind = {kind: [p for p in pairs if kind in p[1].gold.kinds] for kind in kinds}
    return VariantLosses(
        measures=tuple(
            compare_pairs(name, values)
            for name in COMPARED
            if (values := list(_paired_values(pairs, name)))
        ),
        kinds=tuple(
            compare_pairs(kind, values)
            for kind in kinds
            if (values := list(_paired_values(of_kind[kind], BY_KIND)))
        ),
        variants=len(pairs),
        alone=tuple(alone),
    )


def _paired_values(pairs: Iterable[_Pair], name: str) -> Iterator[tuple[float, float]]:
    """Yield for each original its value and the mean of its variants' values."""
    found: dict[str, tuple[float, list[float]]] = {}
    for original, variant in pairs:
        first, second = values_of(original)[name], values_of(variant)[name]
        if first and second:
            found.setdefault(original.gold.id, (first[0], []))[1].append(second[0])
    for first_value, seconds in found.values():
        yield first_value, sum(seconds) / len(seconds)

"""The conflicts that an answer shows, beside the one that the gold names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coi_qa.evaluation.gold import NO_CONFLICT, GoldConflict


@dataclass(frozen=True, slots=True)
class ShownConflict:
    """How an answer says that figures stand to each other, and the figures, folded."""

    relation: str
    values: frozenset[str]


def read_conflicts(document: Mapping[str, Any]) -> tuple[ShownConflict, ...]:
    """Return the conflicts of an answer's JSON.

    The only place that knows their shape:
    `conflicts[]` of `relation` and `sides[]`, each side with its `value`.

    >>> read_conflicts(
    ...     {"conflicts": [{"relation": "conflict", "sides": [{"value": "2 826"}]}]}
    ... )
    (ShownConflict(relation='conflict', values=frozenset({'2826'})),)
    """
    return tuple(
        ShownConflict(
            str(shown["relation"]),
            frozenset(fold_value(str(side["value"])) for side in shown["sides"]),
        )
        for shown in document.get("conflicts", ())
    )


def fold_value(text: str) -> str:
    """Return a figure or word without blanks, in small letters.

    >>> fold_value("2\u00a0826"), fold_value("Trzy osoby")
    ('2826', 'trzyosoby')
    """
    return "".join(text.split()).casefold()


def is_the_conflict(shown: ShownConflict, gold: GoldConflict) -> bool:
    """Say whether a conflict has the gold relation and holds all gold values.

    >>> three = ShownConflict("conflict", frozenset({"6", "3", "8"}))
    >>> is_the_conflict(three, GoldConflict("conflict", ("6", "3")))
    True
    """
    values = {fold_value(value) for value in gold.values}
    return shown.relation == gold.relation and shown.values >= values


def conflict_precision(
    shown: Sequence[ShownConflict], gold: GoldConflict | None
) -> tuple[float, ...]:
    """Return for each conflict shown 1 if it is the gold one, else 0.

    Empty where the gold does not say whether there is one: it may be there.
    """
    if gold is None:
        return ()
    return tuple(float(is_the_conflict(each, gold)) for each in shown)


def conflict_recall(
    shown: Sequence[ShownConflict], gold: GoldConflict | None
) -> tuple[float, ...]:
    """Return 1 if the gold conflict is among those shown, else 0.

    Empty where the gold names none.
    """
    if gold is None or gold.relation == NO_CONFLICT:
        return ()
    return (float(any(is_the_conflict(each, gold) for each in shown)),)

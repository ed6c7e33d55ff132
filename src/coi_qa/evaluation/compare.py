"""Two stored runs over the same questions: what one does better than the other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from coi_qa.evaluation.paired import Difference, compare_pairs
from coi_qa.evaluation.runs import StoredRun, StoredScore
from coi_qa.evaluation.scored import LOWER_IS_BETTER, MEASURES


@dataclass(frozen=True, slots=True)
class Change:
    """A question that the runs score differently."""

    first: StoredScore
    second: StoredScore

    @property
    def kind(self) -> str:
        """Whether the right answer was won or lost, or neither."""
        if self.first.right == self.second.right:
            return "other"
        return "gained" if self.second.right else "lost"

    @property
    def moved(self) -> tuple[str, ...]:
        """The measures in which the question counts otherwise, however many quotes."""
        return tuple(
            name
            for name in MEASURES
            if _mean(self.first.values[name]) != _mean(self.second.values[name])
        )

    @property
    def is_one(self) -> bool:
        """Whether anything differs at all."""
        return self.first.status != self.second.status or bool(self.moved)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The first run beside the second.

    Attributes:
        first: The run that is compared with.
        second: The run that is compared.
        compared: How many questions both runs asked of the same gold.
        differences: Of each measure that both runs say something about.
        changes: Lost answers first, then gained ones, then what else differs.
        only_first: Ids of questions that the second run did not ask.
        only_second: Ids of questions that the first run did not ask.
        regraded: Ids of questions whose gold differs; they are not compared.
    """

    first: StoredRun
    second: StoredRun
    compared: int
    differences: tuple[Difference, ...]
    changes: tuple[Change, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    regraded: tuple[str, ...]


def compare_runs(first: StoredRun, second: StoredRun) -> Comparison:
    """Return what the second run does otherwise than the first.

    Each question weighs the same: where a measure counts several quotes of it, their
    mean stands for it. A measure compares the questions that it says something about
    in both runs.
    """
    later = {score.id: score for score in second.scores}
    earlier = {score.id for score in first.scores}
    both = [(s, later[s.id]) for s in first.scores if s.id in later]
    pairs = [(a, b) for a, b in both if a.gold == b.gold]
    changes = [change for a, b in pairs if (change := Change(a, b)).is_one]
    order = ("lost", "gained", "other")
    return Comparison(
        first=first,
        second=second,
        compared=len(pairs),
        differences=tuple(
            compare_pairs(name, values)
            for name in MEASURES
            if (values := list(_paired_values(pairs, name)))
        ),
        changes=tuple(sorted(changes, key=lambda change: order.index(change.kind))),
        only_first=tuple(s.id for s in first.scores if s.id not in later),
        only_second=tuple(s.id for s in second.scores if s.id not in earlier),
        regraded=tuple(a.id for a, b in both if a.gold != b.gold),
    )


def better_and_worse(difference: Difference) -> tuple[int, int]:
    """Return how many questions the second run does better, and how many worse."""
    counts = difference.rose, difference.fell
    return counts[::-1] if difference.name in LOWER_IS_BETTER else counts


def comparison_document(comparison: Comparison) -> dict[str, object]:
    """Return a comparison as JSON."""
    return {
        "first": _run(comparison.first),
        "second": _run(comparison.second),
        "compared": comparison.compared,
        "differences": [_difference(d) for d in comparison.differences],
        "changes": [
            {
                "id": change.first.id,
                "question": change.first.question,
                "change": change.kind,
                "moved": list(change.moved),
                "first": _outcome(change.first),
                "second": _outcome(change.second),
            }
            for change in comparison.changes
        ],
        "only_first": list(comparison.only_first),
        "only_second": list(comparison.only_second),
        "regraded": list(comparison.regraded),
    }


def _run(run: StoredRun) -> dict[str, object]:
    return {
        "id": run.id,
        "indexes": list(run.indexes),
        "questions": len(run.scores),
    }


def _difference(difference: Difference) -> dict[str, object]:
    better, worse = better_and_worse(difference)
    said = asdict(difference)
    del said["rose"], said["fell"]
    return said | {"better": better, "worse": worse}


def _outcome(score: StoredScore) -> dict[str, object]:
    return {"status": score.status, "rank": score.rank, "right": score.right}


def _paired_values(
    pairs: Sequence[tuple[StoredScore, StoredScore]], name: str
) -> Iterator[tuple[float, float]]:
    for first, second in pairs:
        before, after = _mean(first.values[name]), _mean(second.values[name])
        if before is not None and after is not None:
            yield before, after


def _mean(values: Sequence[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None

"""Near sentences -> what kind of answer they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from coi_qa.domain.answer import Evidence, Status

# Chosen on the open gold questions; docs/evaluation.md has the curves.
MIN_CHANCE = 0.6  # of the likeliest sentence; keeps 95 % of the answers
MIN_QUOTED = 0.5  # of a further one, as a share of the likeliest's; 3.5 quotes


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

    @property
    def chance(self) -> float | None:
        """That the likeliest sentence answers, from 0 to 1; None where none is."""
        return max((item.chance for item in (*self.quotes, *self.near)), default=None)


def weigh(evidence: Sequence[Evidence], *, most: int) -> Verdict:
    """Return what kind of answer the sentences make.

    A reported absence is one only where the first sentence itself says that nothing was
    found; silence is never turned into it.

    Args:
        evidence: Judged, in the order to show, all from reports on the countries asked
            about.
        most: Quotes and near passages at the most, of each.
    """
    best = max((item.chance for item in evidence), default=0.0)
    if best < MIN_CHANCE:
        return Verdict(Status.INSUFFICIENT_EVIDENCE, (), tuple(evidence[:most]))
    quotes = [item for item in evidence if item.chance >= MIN_QUOTED * best][:most]
    near = [item for item in evidence if item not in quotes][: most - len(quotes)]
    status = Status.REPORTED_ABSENCE if quotes[0].absent else Status.ANSWERED
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


def silenced(verdict: Verdict, *, most: int) -> Verdict:
    """Return a verdict that quotes nothing; what it would have quoted is near."""
    near = (*verdict.quotes, *verdict.near)[:most]
    return Verdict(Status.INSUFFICIENT_EVIDENCE, (), near)


def _in_turn(groups: Sequence[Sequence[Evidence]]) -> list[Evidence]:
    """Return the first of each group, best group first, then the second of each."""
    ordered = sorted(groups, key=lambda group: -group[0].chance if group else 0.0)
    return [item for turn in zip_longest(*ordered) for item in turn if item is not None]

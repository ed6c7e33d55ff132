"""Fits how a scorer's logit and the search's nearness become a chance, on open gold.

Usage: python eval/calibrate.py INDEXES_DIR GOLD.jsonl...

Prints the constants of `ask/judge.py` and `ask/weigh.py` that these questions call for,
and what they do there. Run it on the open halves; the blind ones say what it is worth
(`coi-qa eval`). A question about a country without a report, or one that asks for a
judgement, never reaches the scorer and is left out.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from coi_qa.ask.editions import newer_editions
from coi_qa.ask.judge import Signs, find_signs
from coi_qa.config import Settings
from coi_qa.evaluation.gold import GoldQuestion, read_gold
from coi_qa.evaluation.measures import area_between, holds_fragments
from coi_qa.wiring import Service, build_service

NEARNESS, PERIOD = 40, 2  # chosen from what this prints for others


@dataclass(frozen=True, slots=True)
class Read:
    """A sentence that the scorer read for a question."""

    signs: Signs
    similarity: float
    answers: bool
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what was read for it."""

    id: str
    kind: str
    status: str
    read: tuple[Read, ...]

    @property
    def is_silent(self) -> bool:
        """Whether no sentence should be quoted."""
        return self.status == "insufficient_evidence"


def collect(service: Service, gold: GoldQuestion) -> Asked:
    """Return what the scorer makes of the sentences nearest to a question."""
    asker = service.asker
    question, searched = asker.understand(gold.question, countries=gold.countries)
    read: list[Read] = []
    newer = newer_editions(searched)
    for asked, near in asker.find_near(question, searched, newer):
        contexts = [asker.context_of(item) for item in near]
        judgements = asker.scorer.score(asked.text, contexts)
        for item, signs in zip(near, find_signs(asked, near, judgements), strict=True):
            said = gold.fragments
            answers = bool(said) and holds_fragments(item.text, said)
            read.append(Read(signs, item.similarity, answers, item.text))
    return Asked(gold.id, gold.kind, gold.status, tuple(read))


def weighed(read: Read, nearness: float, period: float) -> float:
    """Return what sentences are ranked by."""
    signs = read.signs
    return signs.logit + nearness * signs.lag + period * signs.period


def first_among(
    asked: Sequence[Asked], nearness: float, period: float
) -> tuple[int, int, int]:
    """Return for how many the answer is first, among three, and how many have one."""
    ranks = []
    for item in asked:
        order = sorted(item.read, key=lambda r: -weighed(r, nearness, period))
        found = [rank for rank, r in enumerate(order) if r.answers]
        ranks.append(found[0] if found else math.inf)
    return sum(r < 1 for r in ranks), sum(r < 3 for r in ranks), len(ranks)


def main(indexes: Path, paths: list[Path], dump: Path | None) -> None:
    """Print the constants and what they do."""
    service = build_service(Settings.from_environ({"COI_QA_INDEXES_DIR": str(indexes)}))
    asked = [collect(service, gold) for gold in read_gold(paths)]
    asked = [item for item in asked if item.read]
    if dump:
        dump.write_text(json.dumps([asdict(item) for item in asked]), "utf-8")
    speaking = [item for item in asked if not item.is_silent]
    print(f"{len(asked)} questions reach the scorer, {len(speaking)} are answerable")
    labels = np.array([not item.is_silent for item in asked])
    for nearness in (0, 10, 20, NEARNESS, 60, 100):
        for period in (0, 1, PERIOD):
            first, three, n = first_among(speaking, nearness, period)
            best = [max(weighed(r, nearness, period) for r in i.read) for i in asked]
            area = area_between(np.compress(labels, best), np.compress(~labels, best))
            print(
                f"nearness {nearness:4} period {period}: first {first}, among three "
                f"{three} of {n}, AUC {area:.3f}"
            )
    scores = [[max(weighed(r, NEARNESS, PERIOD) for r in i.read)] for i in asked]
    fit = LogisticRegression(C=1e3).fit(scores, labels)
    slope, bias = float(fit.coef_[0, 0]), float(fit.intercept_[0])
    print(
        f"_SLOPE = {slope:.3f}, _NEARNESS = {slope * NEARNESS:.1f}, "
        f"_PERIOD = {slope * PERIOD:.3f}, _BIAS = {bias:.2f}"
    )
    chances = fit.predict_proba(scores)[:, 1]
    for threshold in np.arange(0.2, 0.9, 0.05):
        answered = (chances[labels] >= threshold).mean()
        refused = (chances[~labels] < threshold).mean()
        print(f"chance {threshold:.2f}: answered {answered:.3f}, refused {refused:.3f}")


if __name__ == "__main__":
    arguments = [Path(argument) for argument in sys.argv[1:]]
    dumped = [path for path in arguments if path.suffix == ".json"]
    main(
        arguments[0],
        [path for path in arguments[1:] if path.suffix == ".jsonl"],
        dumped[0] if dumped else None,
    )

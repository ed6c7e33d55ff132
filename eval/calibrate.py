"""Fits how the signs of a sentence become a chance that it answers, on open gold.

Usage: python eval/calibrate.py INDEXES_DIR GOLD.jsonl... [DUMP.json]

Prints the constants of `ask/judge.py`, `ask/editions.py` and `ask/weigh.py` that these
questions call for, and what they do there. Run it on the open halves; the blind ones
say what it is worth (`coi-qa eval`). A question about a country without a report, or
one that asks for a judgement, never reaches the scorer and is left out.

The signs are weighed so that the answering sentence is likely to be first among those
read (a conditional logit); the chance of the best one is a logistic of its weight.
"""

from __future__ import annotations

import json
import math
import sys
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from coi_qa.ask.editions import is_superseded, newer_editions
from coi_qa.ask.judge import Signs, find_signs
from coi_qa.config import Settings
from coi_qa.evaluation.gold import GoldQuestion, read_gold
from coi_qa.evaluation.measures import area_between, holds_fragments
from coi_qa.service import Service
from coi_qa.wiring import build_service

NAMES: Final = ("_LOGIT", "_NEARNESS", "_PERIOD", "_FORM", "HELD_BACK")
FOLDS, RIDGE = 10, 1.0

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Read:
    """A sentence that the scorer read for a question."""

    signs: Signs
    is_superseded: bool
    answers: bool
    text: str

    @property
    def row(self) -> tuple[float, ...]:
        """What is weighed, in the order of `NAMES`."""
        signs = self.signs
        held = -float(self.is_superseded)
        return (signs.logit, signs.lag, signs.period, signs.form, held)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what was read for it."""

    id: str
    kind: str
    status: str
    variant_of: str
    read: tuple[Read, ...]

    @property
    def is_silent(self) -> bool:
        """Whether no sentence should be quoted."""
        return self.status == "insufficient_evidence"

    @property
    def rows(self) -> Array:
        """Shape (sentences, signs)."""
        return np.array([read.row for read in self.read])

    @property
    def answering(self) -> npt.NDArray[np.bool_]:
        """Which of the sentences answer."""
        return np.array([read.answers for read in self.read])


def collect(service: Service, gold: GoldQuestion) -> Asked:
    """Return what the scorer makes of the sentences nearest to a question."""
    asker = service.asker
    question, searched = asker.understand(gold.question, countries=gold.countries)
    newer = newer_editions(searched)
    read: list[Read] = []
    for near in asker.find_near(question, searched, newer):
        contexts = [asker.context_of(item) for item in near.evidence]
        judgements = asker.scorer.score(near.question.text, contexts)
        for item, signs in zip(
            near.evidence, find_signs(near, judgements), strict=True
        ):
            said = gold.fragments
            answers = bool(said) and holds_fragments(item.text, said)
            old = is_superseded(item, newer=newer, question=near.question.text)
            read.append(Read(signs, old, answers, item.text))
    return Asked(gold.id, gold.kind, gold.status, gold.variant_of or "", tuple(read))


def fit_weights(asked: Sequence[Asked], columns: Sequence[int]) -> Array:
    """Return a weight a sign, 0 for those that are not in `columns`."""
    usable = [(i.rows[:, columns], i.answering) for i in asked]
    usable = [(rows, yes) for rows, yes in usable if yes.any() and not yes.all()]
    scale = np.concatenate([rows for rows, _ in usable]).std(axis=0) + 1e-9

    def loss(weights: Array) -> float:
        total = RIDGE * float(weights @ weights)
        for rows, yes in usable:
            weighed = rows / scale @ weights
            total += float(logsumexp(weighed) - logsumexp(weighed[yes]))
        return total

    found = minimize(loss, np.zeros(len(columns))).x / scale
    weights = np.zeros(len(NAMES))
    weights[list(columns)] = found
    return weights


def first_among(asked: Sequence[Asked], weights: Array) -> tuple[int, int, int]:
    """Return for how many the answer is first, among three, and how many they are."""
    ranks = []
    for item in asked:
        order = np.argsort(-(item.rows @ weights), kind="stable")
        found = np.flatnonzero(item.answering[order])
        ranks.append(found[0] if len(found) else math.inf)
    return sum(r < 1 for r in ranks), sum(r < 3 for r in ranks), len(ranks)


def crossed(asked: Sequence[Asked], columns: Sequence[int]) -> tuple[int, int, int]:
    """Return the same, each tenth weighed by what the other nine call for.

    A question and its variants are in one tenth.
    """
    tenths = [zlib.crc32((i.variant_of or i.id).encode()) % FOLDS for i in asked]
    totals = np.zeros(3, dtype=int)
    for tenth in range(FOLDS):
        own = [i for i, t in zip(asked, tenths, strict=True) if t == tenth]
        rest = [i for i, t in zip(asked, tenths, strict=True) if t != tenth]
        totals += first_among(own, fit_weights(rest, columns))
    first, three, n = totals.tolist()
    return first, three, n


def signs_of(asked: Asked, weights: Array) -> tuple[float, float, float]:
    """Return weight and time of the weightiest sentence, and what is unheard of.

    The edition is left out of account: it says nothing of whether a sentence answers.
    """
    weighed = asked.rows[:, :-1] @ weights[:-1]
    best = asked.read[int(weighed.argmax())].signs
    return float(weighed.max()), best.period, best.unheard


def main(indexes: Path, paths: list[Path], dump: Path | None) -> None:
    """Print the constants and what they do."""
    service = build_service(Settings.from_environ({"COI_QA_INDEXES_DIR": str(indexes)}))
    asked = [
        collect(service, gold)
        for gold in read_gold(paths)
        if not service.asker.is_vague(gold.question)
    ]
    asked = [item for item in asked if item.read]
    if dump:
        dump.write_text(json.dumps([asdict(item) for item in asked]), "utf-8")
    speaking = [item for item in asked if not item.is_silent]
    silent = [item for item in asked if item.is_silent]
    print(f"{len(asked)} questions reach the scorer, {len(speaking)} are answerable")
    for columns in ([0], [1], [0, 1], [0, 1, 2], [0, 1, 2, 3], [0, 1, 2, 3, 4]):
        weights = fit_weights(speaking, columns)
        first, three, n = crossed(speaking, columns)
        area = area_between(
            [signs_of(i, weights)[0] for i in speaking],
            [signs_of(i, weights)[0] for i in silent],
        )
        names = " ".join(NAMES[column] for column in columns)
        print(f"{names:45} first {first}, among three {three} of {n}, AUC {area:.3f}")

    weights = fit_weights(speaking, range(len(NAMES)))
    labels = np.array([not item.is_silent for item in asked])
    for columns in ([0], [0, 1], [0, 2], [0, 1, 2]):
        signs = np.array([signs_of(item, weights) for item in asked])[:, columns]
        fit = LogisticRegression(C=10.0)
        odds = cross_val_predict(
            fit, signs, labels, cv=FOLDS, method="decision_function"
        )
        told = " ".join(("weight", "period", "unheard")[column] for column in columns)
        print(f"{told:25} AUC {area_between(odds[labels], odds[~labels]):.3f}", end="")
        for answered in (0.94, 0.92, 0.9):
            least = np.quantile(odds[labels], 1 - answered)
            print(f", {(odds[~labels] < least).mean():.2f} at {answered}", end="")
        print()
    fit = LogisticRegression(C=10.0).fit(signs, labels)
    print(", ".join(f"{n} = {w:.3f}" for n, w in zip(NAMES, weights, strict=True)))
    print(
        f"chance: {np.round(fit.coef_[0], 3).tolist()}, _BIAS = {fit.intercept_[0]:.2f}"
    )
    chances = fit.predict_proba(signs)[:, 1]
    for threshold in np.arange(0.2, 0.95, 0.05):
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

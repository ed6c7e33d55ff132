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
from sklearn.metrics import roc_auc_score

from coi_qa.ask import LOOKED_AT, by_country, reports_on, shortlist
from coi_qa.ask.judge import context
from coi_qa.ask.question import read_question
from coi_qa.ask.retrieve import retrieve
from coi_qa.ask.select import select
from coi_qa.config import Settings
from coi_qa.domain.abbreviations import expansions
from coi_qa.domain.periods import find_spells, period_fit
from coi_qa.evaluation.gold import GoldQuestion, read_gold
from coi_qa.evaluation.measures import holds_fragments
from coi_qa.wiring import Service, build_service

NEARNESS, PERIOD = 40, 2  # chosen from what this prints for others


@dataclass(frozen=True, slots=True)
class Read:
    """A sentence that the scorer read for a question."""

    logit: float
    lag: float
    similarity: float
    period: float
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
    imprints = asker.archive.imprints()
    question = read_question(
        gold.question,
        countries=gold.countries,
        as_at=None,
        gazetteer=asker.gazetteer,
        reported={code for imprint in imprints for code in imprint.countries},
    )
    groups = by_country(reports_on(question, imprints)) if question.in_scope else []
    meant = expansions(question.text, asker.archive.abbreviations())
    read: list[Read] = []
    for reports in groups:
        candidates = retrieve(
            " ".join([question.text, *meant]),
            asker.embedder.embed_query(question.text),
            reports=reports,
            archive=asker.archive,
            dense=asker.dense,
            words=asker.words,
        )
        near = select(
            asker.archive.evidence(c.sentence, score=c.score, similarity=c.similarity)
            for c in candidates[:LOOKED_AT]
        )[: shortlist(len(groups))]
        judged = asker.scorer.score(
            question.text,
            [
                context(item, name_of=asker.gazetteer.name, leans=asker.leans)
                for item in near
            ],
        )
        for item, judgement in zip(near, judged, strict=True):
            sure = min(max(judgement.answers, 1e-6), 1 - 1e-6)
            read.append(
                Read(
                    logit=math.log(sure / (1 - sure)),
                    lag=item.score - near[0].score,
                    similarity=item.similarity,
                    period=period_fit(find_spells(item.text), question.periods),
                    answers=bool(gold.fragments)
                    and holds_fragments(item.text, gold.fragments),
                    text=item.text,
                )
            )
    return Asked(gold.id, gold.kind, gold.status, tuple(read))


def weighed(read: Read, nearness: float, period: float) -> float:
    """Return what sentences are ranked by."""
    return read.logit + nearness * read.lag + period * read.period


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
            scores = [max(weighed(r, nearness, period) for r in i.read) for i in asked]
            print(
                f"nearness {nearness:4} period {period}: first {first}, among three "
                f"{three} of {n}, AUC {roc_auc_score(labels, scores):.3f}"
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

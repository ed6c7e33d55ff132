"""Trains the evidence scorer and writes its weights into the package.

Usage: python eval/evidence/train.py --poquad FOLDER [--stage N] [--start FILE]

`make train` runs all stages, one after the other: three hours on two cores.
PoQuAD is not part of this project; the card (README.md) says where it is from. The
frozen layers are run once a pair and kept, so an epoch costs only the upper ones.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from families import DATA, read_families
from pairs import Group, domain_groups, poquad_groups
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from coi_qa.adapters.countries import load_gazetteer
from coi_qa.adapters.e5_small import MODEL_NAME, provide_model_folder
from coi_qa.adapters.evidence_network import (
    ABSENCE,
    ANSWERS,
    EvidenceNetwork,
    PairTokenizer,
    Shape,
    load_backbone,
    pad,
)
from coi_qa.config import Settings
from coi_qa.evaluation.measures import area_between
from coi_qa.wiring import Parts

SEED = 20
SHAPE = Shape(frozen=6, layers=10)
OUT = Path("src/coi_qa/adapters/evidence_scorer.safetensors")
LEARNING_RATE, WARM_UP, DECAY = 5e-5, 0.06, 0.01
GROUPS_A_STEP, GROUPS_A_POOL = 6, 96
MOST_HELD = 600  # questions that a stage is measured on
AGAIN_PERCENT = 30  # of the questions of an earlier stage
LISTWISE, ABSENT = 1.0, 0.3  # weights of these losses beside the pairs' own


@dataclass(frozen=True, slots=True)
class Stage:
    """What is trained on for how long.

    Attributes:
        families: Names of the files in `data/`.
        poquad_percent: Share of PoQuAD's questions, so that it is not forgotten.
        epochs: Over all of them.
        earlier: Names of further files, of whose questions a share is asked again.
    """

    families: tuple[str, ...]
    poquad_percent: int
    epochs: int
    earlier: tuple[str, ...] = ()


PARAGRAPHS = ("justice", "living", "people", "security", "state")
# General pairs first, then those of the domain, each stage with a rate that ends at 0.
STAGES = (
    Stage((), 100, 1),
    Stage(("living", "people", "security"), 20, 1),
    Stage(PARAGRAPHS, 20, 1),
    Stage(("reports",), 10, 1, earlier=PARAGRAPHS),
    Stage(("reports_2",), 10, 1, earlier=("reports",)),
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A group as the network reads it: the rows of its pairs among the states."""

    group: Group
    rows: tuple[int, ...]


class States:
    """What the frozen layers make of each row of tokens, in 16 bits."""

    def __init__(
        self,
        read_lower: Callable[[Tensor, Tensor], Tensor],
        rows: Sequence[list[int]],
    ) -> None:
        """Run them once, rows of one length together; ids and mask -> states."""
        self._at: list[Tensor] = [torch.empty(0)] * len(rows)
        order = sorted(range(len(rows)), key=lambda row: len(rows[row]))
        began = time.monotonic()
        for start in range(0, len(order), 64):
            batch = order[start : start + 64]
            ids, mask = pad([rows[row] for row in batch])
            with torch.inference_mode():
                states = read_lower(ids, mask).half()
            for row, kept in zip(batch, states, strict=True):
                self._at[row] = kept[: len(rows[row])].clone()
            if start % 6400 == 0:
                say(f"frozen layers {start}/{len(rows)}", began)

    def batch(self, rows: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Return states and mask, padded to the longest."""
        lengths = torch.tensor([len(self._at[row]) for row in rows])
        states = torch.zeros(len(rows), int(lengths.max()), self._at[0].shape[1])
        for n, row in enumerate(rows):
            states[n, : lengths[n]] = self._at[row].float()
        return states, torch.arange(states.shape[1])[None, :] < lengths[:, None]

    def length(self, row: int) -> int:
        """Return the tokens of a row."""
        return len(self._at[row])


def say(what: str, began: float) -> None:
    """Print a line of progress."""
    print(f"{time.monotonic() - began:7.0f} s  {what}", flush=True)


def prepare(
    network: EvidenceNetwork, tokenizer: PairTokenizer, groups: Sequence[Group]
) -> tuple[States, list[Prepared]]:
    """Return the frozen layers' states of all pairs, and where each group's are."""
    rows: list[list[int]] = []
    prepared: list[Prepared] = []
    for group in groups:
        ids = tokenizer.pairs(group.question, [p.sentence for p in group.pairs])
        prepared.append(Prepared(group, tuple(range(len(rows), len(rows) + len(ids)))))
        rows += ids
    tokens = sum(map(len, rows))
    print(f"{len(groups)} groups, {len(rows)} pairs, {tokens / len(rows):.0f} tokens")
    return States(network.read_lower, rows), prepared


def steps(
    prepared: Sequence[Prepared], states: States, chance: random.Random
) -> Iterator[list[Prepared]]:
    """Yield the groups of each step; alike in length, so that little is padded."""
    order = list(prepared)
    chance.shuffle(order)
    found: list[list[Prepared]] = []
    for start in range(0, len(order), GROUPS_A_POOL):
        pool = order[start : start + GROUPS_A_POOL]
        pool.sort(key=lambda item: max(map(states.length, item.rows)))
        found += [
            pool[n : n + GROUPS_A_STEP] for n in range(0, len(pool), GROUPS_A_STEP)
        ]
    chance.shuffle(found)
    yield from found


def loss_of(logits: Tensor, batch: Sequence[Prepared]) -> Tensor:
    """Return the pairs' loss, the groups' and that of the absences."""
    pairs = [pair for item in batch for pair in item.group.pairs]
    answers = torch.tensor([float(pair.answers) for pair in pairs])
    absences = torch.tensor([float(pair.absence) for pair in pairs])
    loss = binary_cross_entropy_with_logits(logits[:, ANSWERS], answers)
    loss = loss + ABSENT * binary_cross_entropy_with_logits(
        logits[:, ABSENCE], absences
    )
    lists: list[Tensor] = []
    start = 0
    for item in batch:
        end = start + len(item.rows)
        scores, right = logits[start:end, ANSWERS], answers[start:end] > 0
        if right.any() and not right.all():
            lists.append(scores.logsumexp(0) - scores[right].logsumexp(0))
        start = end
    return loss + LISTWISE * torch.stack(lists).mean() if lists else loss


def train(
    network: EvidenceNetwork,
    states: States,
    prepared: Sequence[Prepared],
    *,
    epochs: int,
    held: Sequence[Prepared],
    out: Path,
) -> None:
    """Fit the upper layers and the head; what there is lies in `out` meanwhile."""
    chance = random.Random(SEED)  # noqa: S311  a shuffle, no secret
    weights = [p for p in network.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=LEARNING_RATE, weight_decay=DECAY)
    total = epochs * math.ceil(len(prepared) / GROUPS_A_STEP)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda n: min((n + 1) / (WARM_UP * total), (total - n) / total, 1.0),
    )
    began, n = time.monotonic(), 0
    mean: list[float] = []
    say(f"before: {json.dumps(measure(network, states, held))}", began)
    for epoch in range(epochs):
        network.train()
        for batch in steps(prepared, states, chance):
            inputs = states.batch([row for item in batch for row in item.rows])
            loss = loss_of(network.read_upper(*inputs), batch)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            optimizer.step()
            schedule.step()
            mean.append(loss.item())
            n += 1
            if n % 50 == 0:
                say(f"step {n}/{total}, loss {np.mean(mean[-100:]):.3f}", began)
                save(network, out)  # hours of work are not lost to a power cut
        say(f"epoch {epoch + 1}: {json.dumps(measure(network, states, held))}", began)


def measure(
    network: EvidenceNetwork, states: States, held: Sequence[Prepared]
) -> dict[str, Any]:
    """Return what the network does on groups that were kept from training.

    For each origin: the share of answered questions whose first sentence answers, and
    the area under the curve of the best score, answered against open questions.
    """
    network.eval()
    found: dict[str, list[tuple[bool, bool, float]]] = {}
    absences: list[tuple[bool, float]] = []
    with torch.inference_mode():
        for item in held:
            logits = network.read_upper(*states.batch(item.rows))
            scores = logits[:, ANSWERS].tolist()
            best = max(range(len(scores)), key=scores.__getitem__)
            found.setdefault(item.group.origin, []).append(
                (item.group.is_answered, item.group.pairs[best].answers, scores[best])
            )
            absences += [
                (pair.absence, score)
                for pair, score in zip(
                    item.group.pairs, logits[:, ABSENCE].tolist(), strict=True
                )
                if item.group.origin == "domain"
            ]
    report: dict[str, Any] = {"absence_auc": area(absences)}
    for origin, rows in found.items():
        answered = [right for is_answered, right, _ in rows if is_answered]
        report[origin] = {
            "n": len(rows),
            "first": round(sum(answered) / max(1, len(answered)), 3),
            "auc": area([(is_answered, score) for is_answered, _, score in rows]),
        }
    return report


def area(rows: Sequence[tuple[bool, float]]) -> float | None:
    """Return the area under the ROC curve; None where one side is empty."""
    yes = [score for label, score in rows if label]
    no = [score for label, score in rows if not label]
    return round(area_between(yes, no), 3) if yes and no else None


def save(network: EvidenceNetwork, path: Path) -> None:
    """Write what was trained, in half precision."""
    save_file(
        {name: t.half().contiguous() for name, t in network.trained().items()},
        path,
        metadata={
            "backbone": MODEL_NAME,
            "frozen": str(SHAPE.frozen),
            "layers": str(SHAPE.layers),
        },
    )


def gather(stage: Stage, poquad: Path, parts: Parts) -> list[Group]:
    """Return the questions of a stage, those kept from training among them."""
    gazetteer = load_gazetteer(parts.morphology.lemmas)
    groups = poquad_groups(
        poquad, parts.split, parts.analyser.terms, parts.leans, seed=SEED
    )
    chance = random.Random(SEED)  # noqa: S311  a sample, no secret
    kept = [g for g in groups if g.held or chance.randrange(100) < stage.poquad_percent]
    if not stage.families:
        return kept

    @cache  # a question is weighed for every report
    def named(text: str) -> list[str]:
        return [mention.code for mention in gazetteer.mentions(text)]

    def of(names: Sequence[str]) -> list[Group]:
        return domain_groups(
            read_families([DATA / f"{name}.jsonl" for name in names]),
            parts.analyser.terms,
            named,
            parts.leans,
            seed=SEED,
        )

    earlier = of(stage.earlier) if stage.earlier else []
    again = [g for g in earlier if g.held or chance.randrange(100) < AGAIN_PERCENT]
    found = of(stage.families) + again + kept
    held = [group for group in found if group.held]
    chance.shuffle(held)
    return [group for group in found if not group.held] + held[:MOST_HELD]


def main() -> None:
    """Train in stages, say what each one reached, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--poquad", type=Path, required=True)
    parser.add_argument("--stage", type=int, help="only this one, from 0")
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    torch.set_num_threads(2)
    torch.use_deterministic_algorithms(True)

    parts = Parts(Settings())
    folder = provide_model_folder(Settings().model_cache)
    tokenizer = PairTokenizer(Tokenizer.from_file(str(folder / "tokenizer.json")))
    torch.manual_seed(SEED)
    network = EvidenceNetwork(load_backbone(folder), SHAPE)
    if given.start:
        network.load_trained(load_file(given.start))
    for stage in STAGES if given.stage is None else [STAGES[given.stage]]:
        torch.manual_seed(SEED)
        network.eval()  # the frozen layers' states are kept, so they drop nothing
        groups = gather(stage, given.poquad, parts)
        states, prepared = prepare(network, tokenizer, groups)
        train(
            network,
            states,
            [item for item in prepared if not item.group.held],
            epochs=stage.epochs,
            held=[item for item in prepared if item.group.held],
            out=given.out,
        )
    save(network, given.out)
    print(f"{given.out}: {given.out.stat().st_size / 1e6:.1f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()

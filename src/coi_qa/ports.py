"""The doors to machines: what a model, an index or a writer has to be able to do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from coi_qa.domain.answer import Draft, Evidence, Quote
from coi_qa.domain.defect import Defect
from coi_qa.domain.manifest import Recipe
from coi_qa.domain.report import Chunk, Imprint, Page, Place, Report

Vectors: TypeAlias = npt.NDArray[np.float32]
"""Shape (n, dim), each row of length 1."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A row of an index and how near it is; the score's range is the index's own."""

    row: int
    score: float


@dataclass(frozen=True, slots=True)
class VectorText:
    """What one vector row stands for.

    Attributes:
        chunk: Id of its chunk.
        sentence: Ordinal in its report, or None for the chunk as a whole.
        words: The sentence or chunk itself.
        text: What is embedded: the words with their context before them.
    """

    chunk: str
    sentence: int | None
    words: str
    text: str

    @property
    def sha256(self) -> bytes:
        """Digest of `text`, by which the next index finds its vector."""
        return sha256(self.text.encode()).digest()


class Embedder(Protocol):
    """Turns texts into vectors that are near where meanings are near."""

    @property
    def name(self) -> str:
        """The model and its weights, pinned: "multilingual-e5-small@1571fc98"."""
        ...

    @property
    def dim(self) -> int:
        """Length of a vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """The most that `count_tokens` may say of a text that is to be embedded."""
        ...

    def count_tokens(self, text: str) -> int:
        """Return the tokens of a passage as the model sees it, prompt included."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one vector a text, in their order.

        Raises:
            TextTooLongError: a text has more than `max_tokens`.
            ValueError: a text is empty.
        """
        ...

    def embed_query(self, text: str) -> Vectors:
        """Return the vector of a question, shape (1, dim); raises likewise."""
        ...


class DenseIndex(Protocol):
    """Vectors by row, searched by inner product."""

    def search(
        self, vector: Vectors, k: int, *, rows: Collection[int] | None = None
    ) -> list[Hit]:
        """Return the `k` nearest rows, best first; fewer when there are fewer.

        Args:
            vector: Shape (1, dim).
            k: From 1.
            rows: Rows to look at; None for all.
        """
        ...

    def vectors(self, rows: Sequence[int]) -> Vectors:
        """Return the stored vectors of `rows`, in their order."""
        ...


class WordIndex(Protocol):
    """Sentences by the words in them."""

    def search(
        self, text: str, k: int, *, reports: Collection[str] | None = None
    ) -> list[Hit]:
        """Return the `k` sentence rows that share most with `text`, best first.

        Args:
            text: A question in any language; its terms are taken out of it here.
            k: From 1.
            reports: Ids of the reports to look at; None for all.
        """
        ...

    def has(self, text: str, *, reports: Collection[str]) -> bool:
        """Say whether a sentence of these reports shares a term with `text`.

        So it does where `text` has no term by which sentences are told apart.
        """
        ...


class Sentences(Protocol):
    """Which sentences the rows of a dense index stand for."""

    def rows(self, reports: Collection[str]) -> list[int]:
        """Return the vector rows of these reports."""
        ...

    def sentences_of(self, rows: Sequence[int]) -> Mapping[int, tuple[int, ...]]:
        """Return for each vector row the ids of the sentences that it stands for."""
        ...

    def rows_of(
        self, sentences: Sequence[int]
    ) -> Mapping[int, tuple[tuple[int, ...], tuple[int, ...]]]:
        """Return for each sentence id the rows of itself and of its chunk.

        No rows of itself: it is in the index, but is no evidence.
        """
        ...


class Archive(Sentences, Protocol):
    """What an index stores besides vectors and words."""

    @property
    def index_id(self) -> str:
        """The id of the index."""
        ...

    def imprints(self) -> tuple[Imprint, ...]:
        """Return what is said of each report, in a fixed order."""
        ...

    def chunk_count(self, reports: Collection[str]) -> int:
        """Return how many chunks these reports have."""
        ...

    def evidence(self, sentence: int, *, score: float, similarity: float) -> Evidence:
        """Return a sentence with its report, places, footnotes and sources."""
        ...

    def places_before(self, report_id: str, ordinal: int) -> tuple[Place, ...]:
        """Return where the sentence before one in its paragraph stands, if any does."""
        ...

    def abbreviations(self) -> tuple[tuple[str, str], ...]:
        """Return pairs that the reports define: "KNB", "Komitet Bezpieczeństwa …"."""
        ...

    def page(self, report_id: str, number: int) -> Page:
        """Return a stored page.

        Raises:
            NotFoundError: no such page.
        """
        ...


class IndexWriter(Protocol):
    """An index as it is written, until it is published."""

    def add(
        self,
        report: Report,
        chunks: Sequence[Chunk],
        texts: Sequence[VectorText],
        pdf: Path,
        defects: Sequence[Defect],
    ) -> None:
        """Store a report, its chunks, what is embedded of it, and the PDF itself.

        Its own defects are kept beside it, as finding them takes the whole report.

        Raises:
            UnreadableReportError: the PDF is no longer the one that was read.
        """
        ...

    def recipe(
        self, *, reader: str, embedder: str, dim: int, budget_tokens: int
    ) -> Recipe:
        """Return what the index is made of so far."""
        ...

    def publish(self, recipe: Recipe, vectors: Vectors) -> str:
        """Make it the index being served, and return its id."""
        ...


@dataclass(frozen=True, slots=True)
class Judgement:
    """What reading a question and a sentence together says, each from 0 to 1.

    Attributes:
        answers: That the sentence answers the question.
        absence: That it reports that nothing was found or recorded; None where the
            model was not trained to tell.
    """

    answers: float
    absence: float | None = None


class EvidenceScorer(Protocol):
    """Reads a question and a sentence together; a vector has seen only one of them."""

    @property
    def name(self) -> str:
        """The model and its weights, pinned."""
        ...

    def score(self, question: str, sentences: Sequence[str]) -> list[Judgement]:
        """Return one judgement a sentence, in their order.

        The same call gives the same judgements to the last bit.

        Args:
            question: In any language.
            sentences: Each with its country, date and heading before it.
        """
        ...


class AnswerWriter(Protocol):
    """Says what the quotes say, by their numbers."""

    @property
    def name(self) -> str:
        """The model and its prompt; "" where statements are quotes as they are."""
        ...

    def write(self, question: str, quotes: Sequence[Quote]) -> Draft:
        """Return statements that rest on `quotes`; none where there are none."""
        ...

"""Question -> sentences near it: dense and word search, fused."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from coi_qa.ask.question import Question
from coi_qa.domain.text import longer_words
from coi_qa.ports import DenseIndex, Sentences, Vectors, WordIndex

DENSE_HITS = 80  # rows; chunks and sentences are among them
WORD_HITS = 60


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each kind of nearness counts.

    Attributes:
        sentence: Of the sentence's own cosine.
        chunk: Of its chunk's cosine.
        words: Of its share of the best word score.
    """

    sentence: float = 1.0
    chunk: float = 0.5
    words: float = 0.06


# Chosen on the open questions only; `eval/ablate.py` shows what each one does.
WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence and how near it is to the question.

    Attributes:
        sentence: Id in the index.
        score: What candidates are ranked by.
        similarity: Cosine of the sentence itself.
        words: Its share of the best word score, from 0 to 1.
    """

    sentence: int
    score: float
    similarity: float
    words: float


def retrieve(
    question: str,
    vector: Vectors,
    *,
    reports: Collection[str],
    archive: Sentences,
    dense: DenseIndex,
    words: WordIndex,
    weights: Weights = WEIGHTS,
) -> list[Candidate]:
    """Return sentences of `reports` near the question, best first.

    A sentence's score is a weighted sum of its own cosine, its chunk's, and its share
    of the best word score.

    Args:
        question: Its words.
        vector: Its vector, shape (1, dim).
        reports: Ids of the reports to search.
        archive: What the index stores.
        dense: Its vectors.
        words: Its words.
        weights: Others than the default's only to measure what each one does.
    """
    if not reports:
        return []
    hits = dense.search(vector, DENSE_HITS, rows=archive.rows(reports))
    found = words.search(question, WORD_HITS, reports=reports)
    by_words = {hit.row: hit.score for hit in found}
    near = archive.sentences_of([hit.row for hit in hits])
    sentences = sorted({s for group in near.values() for s in group} | set(by_words))
    rows_of = archive.rows_of(sentences)
    cosines = _cosines(rows_of, vector, dense)
    most = max(by_words.values(), default=0.0) or 1.0
    candidates = []
    for sentence in sentences:
        own, chunk = rows_of[sentence]
        if not own:
            continue  # no evidence: a summary, a disclaimer
        similarity = max(cosines[row] for row in own)
        around = max((cosines[row] for row in chunk), default=similarity)
        share = by_words.get(sentence, 0.0) / most
        score = (
            weights.sentence * similarity
            + weights.chunk * around
            + weights.words * share
        )
        candidates.append(Candidate(sentence, score, similarity, share))
    return sorted(candidates, key=lambda c: (-c.score, c.sentence))


def unheard_share(
    question: Question, words: WordIndex, reports: Collection[str]
) -> float:
    """Return the share of a question's longer words that no sentence of reports has.

    A subject that is never named is seldom spoken of. 0 for a question in another
    language than the reports.
    """
    if question.lang != "pl" or not reports:
        return 0.0
    asked = longer_words(question.text)
    unheard = sum(not words.has(word, reports=reports) for word in asked)
    return unheard / max(1, len(asked))


def _cosines(
    rows_of: Mapping[int, tuple[tuple[int, ...], tuple[int, ...]]],
    vector: Vectors,
    dense: DenseIndex,
) -> Mapping[int, float]:
    rows = sorted({row for own, chunk in rows_of.values() for row in (*own, *chunk)})
    cosines = dense.vectors(rows) @ vector[0]
    return dict(zip(rows, np.asarray(cosines).tolist(), strict=True))

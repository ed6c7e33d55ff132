"""Public yardsticks: questions on passages that others wrote, such as PoQuAD.

There are no reports, pages or countries in them, so they go to the service's search and
scorer directly. A passage is a chunk; its sentences are what is found. Beside the
service's own figures stand those of word search and of vectors alone, from the same
run: only differences within a run mean anything.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np

from coi_qa.adapters.faiss_index import FaissIndex, write_vectors
from coi_qa.adapters.word_index import Analyser, FtsWordIndex
from coi_qa.ask import JUDGED
from coi_qa.ask.judge import Signs, as_read, chance_of, logit_of
from coi_qa.ask.retrieve import Candidate, retrieve
from coi_qa.domain.answer_types import expected_type, type_fit
from coi_qa.domain.text import strip_diacritics
from coi_qa.errors import BadGoldError
from coi_qa.evaluation.json_lines import read_objects
from coi_qa.evaluation.measures import (
    area_between,
    bootstrap_interval,
    recall_at,
    reciprocal_rank,
)
from coi_qa.ingest.chunk import windows, with_context
from coi_qa.ports import Embedder, EvidenceScorer, Vectors

Leans = Callable[[str], bool]
Split = Callable[[str], Sequence[tuple[int, int]]]
Progress = Callable[[int, int], None]

SEED: Final = 20261124
_ALL: Final = "all"  # the one "report" that all passages are in


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of the pool."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question on the pool.

    Attributes:
        id: Its own.
        text: Its words.
        gold: Ids of the passages that answer it; none where it is impossible.
        spans: Passage, start and exclusive end of what answers, where that is known.
        title: Of the passage that it was asked about, or "".
    """

    id: str
    text: str
    gold: frozenset[str]
    spans: tuple[tuple[str, int, int], ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What the ways of searching found for a question.

    Attributes:
        question: It.
        ranks: Rank of the first gold passage by each way, from 1; None beyond 10.
        in_quote: Whether the first quote by each way holds the answering span; None
            where there is no span.
        similarity: Of the nearest sentence.
        chance: Of the likeliest sentence.
    """

    question: Question
    ranks: Mapping[str, int | None]
    in_quote: Mapping[str, bool | None]
    similarity: float
    chance: float


@dataclass
class Pool:
    """The passages, as the service's search sees them."""

    passages: Sequence[Passage]
    embedder: Embedder
    analyser: Analyser
    split: Split
    leans: Leans
    sentences: list[tuple[int, int, int]] = field(init=False)

    def __post_init__(self) -> None:
        """Split, embed and index everything; minutes for thousands of passages."""
        self.sentences = [
            (at, start, end)
            for at, passage in enumerate(self.passages)
            for start, end in self.split(passage.text)
        ]
        groups: dict[int, tuple[int, ...]] = {}
        for row, (at, _, _) in enumerate(self.sentences):
            groups[at] = (*groups.get(at, ()), row)
        self._by_passage = groups
        texts = [self._embedded(at, 0, None) for at in range(len(self.passages))]
        texts += [self._embedded(*sentence) for sentence in self.sentences]
        vectors = self.embedder.embed_passages(texts)
        self.passage_vectors = vectors[: len(self.passages)]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "vectors.faiss"
            write_vectors(vectors, path)
            self.dense = FaissIndex(path, rows=len(vectors), dim=vectors.shape[1])
        self._db = sqlite3.connect(":memory:")
        self._fill()
        self.words = FtsWordIndex(lambda: self._db, self.analyser)

    def _embedded(self, at: int, start: int, end: int | None) -> str:
        passage = self.passages[at]
        whole = with_context(passage.title, passage.text[start:end])
        count = self.embedder.count_tokens
        limit = self.embedder.max_tokens
        return windows(whole, count_tokens=count, limit=limit)[0]

    def _fill(self) -> None:
        db, terms = self._db, self.analyser.terms
        db.execute("CREATE TABLE sentence (id INTEGER PRIMARY KEY, report TEXT)")
        db.execute("CREATE VIRTUAL TABLE words USING fts5(own, around)")
        db.execute("CREATE VIRTUAL TABLE whole USING fts5(said)")
        db.execute("CREATE VIRTUAL TABLE cut USING fts5(said)")
        around = [" ".join(terms(f"{p.title} {p.text}")) for p in self.passages]
        for row, (at, start, end) in enumerate(self.sentences):
            own = " ".join(terms(self.passages[at].text[start:end]))
            db.execute("INSERT INTO sentence VALUES (?, ?)", (row, _ALL))
            db.execute(
                "INSERT INTO words (rowid, own, around) VALUES (?, ?, ?)",
                (row, own, around[at]),
            )
        for at, passage in enumerate(self.passages):
            said = f"{passage.title} {passage.text}"
            for table, words in (("whole", _whole(said)), ("cut", _cut(said))):
                db.execute(
                    f"INSERT INTO {table} (rowid, said) VALUES (?, ?)",  # noqa: S608  both names stand above
                    (at, " ".join(words)),
                )

    def bm25(self, table: str, words: Sequence[str], most: int) -> list[int]:
        """Return the passages that share most words with a question."""
        query = " OR ".join(f'"{word}"' for word in sorted(set(words))) or '"-"'
        rows = self._db.execute(
            f"SELECT rowid FROM {table} WHERE {table} MATCH ? "  # noqa: S608  a constant of this file
            f"ORDER BY bm25({table}), rowid LIMIT ?",
            (query, most),
        )
        return [row for (row,) in rows]

    # What `retrieve` asks of an archive: row 0 to n-1 are passages, then sentences.

    def rows(self, reports: Collection[str]) -> list[int]:
        """Return every vector row; there is one report."""
        del reports
        return list(range(len(self.passages) + len(self.sentences)))

    def sentences_of(self, rows: Sequence[int]) -> Mapping[int, tuple[int, ...]]:
        """Return for each vector row the sentences that it stands for."""
        first, of = len(self.passages), self._by_passage
        return {row: of.get(row, ()) if row < first else (row - first,) for row in rows}

    def rows_of(
        self, sentences: Sequence[int]
    ) -> Mapping[int, tuple[tuple[int, ...], tuple[int, ...]]]:
        """Return for each sentence the rows of itself and of its passage."""
        first = len(self.passages)
        return {s: ((first + s,), (self.sentences[s][0],)) for s in sentences}

    def sentence_text(self, sentence: int) -> str:
        """Return what the scorer reads of a sentence, as it does in the service."""
        at, start, end = self.sentences[sentence]
        passage = self.passages[at]
        own, before = passage.text[start:end], ""
        if start and self.leans(own):
            _, first, last = self.sentences[sentence - 1]
            before = passage.text[first:last]
        return as_read(f"{passage.title}.", before, own)


WAYS: Final[Mapping[str, str]] = {
    "words_whole": "BM25 on passages, whole words",
    "words_cut": "BM25 on passages, words cut to six letters",
    "dense": "vectors of passages alone",
    "hybrid": "the service's search, without the scorer",
    "scored": "the service: search, then the scorer on the nearest sentences",
}


def read_pool(folder: Path) -> tuple[list[Passage], list[Question]]:
    """Return the passages and questions of a folder.

    It holds `passages.jsonl` (id, title, text) and `dev/questions.jsonl` (id,
    question, gold_passage_ids, answerable, and spans where they are known).

    Raises:
        BadGoldError: a file is missing or a line lacks one of these.
    """
    passages = [
        Passage(str(line["id"]), str(line.get("title", "")), str(line["text"]))
        for line in _lines(folder / "passages.jsonl", "id", "text")
    ]
    titles = {passage.id: passage.title for passage in passages}
    questions = [
        Question(
            id=str(line["id"]),
            text=str(line["question"]),
            gold=frozenset(map(str, line["gold_passage_ids"])),
            spans=tuple(
                (str(s["passage_id"]), int(s["start"]), int(s["end"]))
                for s in line.get("spans") or ()
                if s.get("offset_ok", True)
            ),
            title=titles.get(
                line.get("source_passage_id")
                or next(iter(line["gold_passage_ids"]), ""),
                "",
            ),
        )
        for line in _lines(
            folder / "dev" / "questions.jsonl", "id", "question", "gold_passage_ids"
        )
    ]
    return passages, questions


def _lines(path: Path, *keys: str) -> Iterator[Mapping[str, Any]]:
    for where, values in read_objects(path):
        missing = [key for key in keys if key not in values]
        if missing:
            raise BadGoldError(f"{where}: found no {missing[0]!r}")
        yield values


def search_pool(
    pool: Pool,
    questions: Sequence[Question],
    *,
    scorer: EvidenceScorer,
    progress: Progress,
) -> list[Found]:
    """Return what each way of searching finds for each question."""
    found: list[Found] = []
    for done, question in enumerate(questions, start=1):
        found.append(_search(pool, question, scorer))
        progress(done, len(questions))
    return found


def _search(pool: Pool, question: Question, scorer: EvidenceScorer) -> Found:
    vector = pool.embedder.embed_query(question.text)
    candidates = retrieve(
        question.text,
        vector,
        reports=[_ALL],
        archive=pool,
        dense=pool.dense,
        words=pool.words,
    )
    nearest = candidates[:JUDGED]
    texts = [pool.sentence_text(c.sentence) for c in nearest]
    judgements = scorer.score(question.text, texts)
    expected = expected_type(question.text)
    chances = [
        chance_of(
            Signs(
                logit_of(judgement.answers),
                candidate.score - nearest[0].score,
                form=type_fit(expected, text),
            )
        )
        for text, judgement, candidate in zip(texts, judgements, nearest, strict=True)
    ]
    order = sorted(range(len(nearest)), key=lambda n: (-chances[n], n))
    scored = [nearest[n] for n in order] + candidates[JUDGED:]
    ways = {
        "words_whole": pool.bm25("whole", _whole(question.text), 10),
        "words_cut": pool.bm25("cut", _cut(question.text), 10),
        "dense": _nearest(pool.passage_vectors, vector),
        "hybrid": _passages(pool, candidates),
        "scored": _passages(pool, scored),
    }
    return Found(
        question=question,
        ranks={way: _rank(pool, rows, question) for way, rows in ways.items()},
        in_quote={
            "hybrid": _holds_span(pool, candidates, question),
            "scored": _holds_span(pool, scored, question),
        },
        similarity=max((c.similarity for c in candidates), default=0.0),
        chance=max(chances, default=0.0),
    )


def _nearest(vectors: Vectors, vector: Vectors) -> list[int]:
    cosines = vectors @ vector[0]
    return [int(row) for row in np.argsort(-cosines, kind="stable")[:10]]


def _passages(pool: Pool, candidates: Sequence[Candidate]) -> list[int]:
    rows = (pool.sentences[c.sentence][0] for c in candidates)
    return list(dict.fromkeys(rows))[:10]


def _rank(pool: Pool, rows: Sequence[int], question: Question) -> int | None:
    for rank, row in enumerate(rows[:10], start=1):
        if pool.passages[row].id in question.gold:
            return rank
    return None


def _holds_span(
    pool: Pool, candidates: Sequence[Candidate], question: Question
) -> bool | None:
    if not question.spans:
        return None
    if not candidates:
        return False
    at, start, end = pool.sentences[candidates[0].sentence]
    passage = pool.passages[at].id
    return any(
        passage == name and start <= first and last <= end
        for name, first, last in question.spans
    )


def _whole(text: str) -> list[str]:
    return ["".join(filter(str.isalnum, word)) for word in text.lower().split()]


def _cut(text: str) -> list[str]:
    return [strip_diacritics(word)[:6] for word in _whole(text) if word]


def summary(found: Sequence[Found]) -> dict[str, Any]:
    """Return the measures of each way, with intervals and what the service gains.

    Recall at 1 and 10 and MRR over the answerable questions; the share whose first
    quote holds the answer; and how much is refused at which cost, for the nearest
    sentence's cosine and for the scorer.
    """
    answerable = [item for item in found if item.question.gold]
    report: dict[str, Any] = {
        "questions": len(found),
        "answerable": len(answerable),
        "ways": {},
        "gains": {},
    }
    for way in WAYS:
        ranks = [item.ranks[way] for item in answerable]
        report["ways"][way] = {
            "recall@1": _with_interval([recall_at(1, rank) for rank in ranks]),
            "recall@10": _with_interval([recall_at(10, rank) for rank in ranks]),
            "mrr@10": _with_interval([reciprocal_rank(rank) for rank in ranks]),
        }
    for way in ("words_whole", "words_cut", "dense", "hybrid"):
        report["gains"][way] = {
            f"recall@{k}": _with_interval(
                [
                    recall_at(k, item.ranks["scored"]) - recall_at(k, item.ranks[way])
                    for item in answerable
                ]
            )
            for k in (1, 10)
        }
    for way in ("hybrid", "scored"):
        told = [item.in_quote[way] for item in answerable]
        held = [float(is_held) for is_held in told if is_held is not None]
        if held:
            report["ways"][way]["span_in_first_quote"] = _with_interval(held)
    impossible = [item for item in found if not item.question.gold]
    if impossible:
        report["refusal"] = {
            "similarity": refusal_curve(
                [i.similarity for i in answerable], [i.similarity for i in impossible]
            ),
            "chance": refusal_curve(
                [i.chance for i in answerable], [i.chance for i in impossible]
            ),
        }
    return report


def refusal_curve(
    answerable: Sequence[float], impossible: Sequence[float]
) -> dict[str, Any]:
    """Return what share of impossible questions is refused at each answered share.

    Args:
        answerable: What is compared with a threshold, of each answerable question.
        impossible: Likewise.

    Returns:
        "auc": chance that an answerable question lies above an impossible one, ties
        halved; "points": answered and refused share at each tenth answered.
    """
    yes, no = np.sort(np.asarray(answerable)), np.asarray(impossible)
    points = []
    for tenth in range(10, 0, -1):
        threshold = yes[min(len(yes) - 1, round(len(yes) * (1 - tenth / 10)))]
        points.append(
            {
                "answered": round(float((yes >= threshold).mean()), 4),
                "refused": round(float((no < threshold).mean()), 4),
            }
        )
    return {"auc": round(area_between(answerable, impossible), 4), "points": points}


def _with_interval(values: Sequence[float]) -> dict[str, float]:
    """Return a mean and its 95 % bootstrap interval."""
    interval = bootstrap_interval(values)
    return {
        "value": round(sum(values) / len(values), 4),
        "low": round(interval.low, 4),
        "high": round(interval.high, 4),
    }


def as_table(report: Mapping[str, Any]) -> str:
    """Return the summary as text for a terminal."""
    lines = [
        f"{report['questions']} questions, {report['answerable']} of them answerable, "
        f"{report['passages']} passages",
        "",
        f"{'':52}R@1                  R@10                 MRR@10",
    ]
    for way, said in WAYS.items():
        found = report["ways"][way]
        cells = [_cell(found[name]) for name in ("recall@1", "recall@10", "mrr@10")]
        lines.append(f"{said:52}{'  '.join(cells)}")
    lines += ["", "what the service gains (difference, 95 % interval)"]
    for way, found in report["gains"].items():
        cells = [_cell(found[name]) for name in ("recall@1", "recall@10")]
        lines.append(f"{'over ' + WAYS[way]:52}{'  '.join(cells)}")
    for way in ("hybrid", "scored"):
        if span := report["ways"][way].get("span_in_first_quote"):
            lines.append(f"first quote holds the answer, {way:22}{_cell(span)}")
    for name, curve in report.get("refusal", {}).items():
        lines += ["", f"refusal by {name}: AUC {curve['auc']:.3f}"]
        lines += [
            f"  answered {point['answered']:.2f}   refused {point['refused']:.2f}"
            for point in curve["points"]
        ]
    return "\n".join(lines)


def _cell(value: Mapping[str, float]) -> str:
    return f"{value['value']:6.3f} ({value['low']:.3f}–{value['high']:.3f})"


def is_in_share(title: str, percent: int) -> bool:
    """Say whether an article is among the first `percent` by the hash of its title.

    The evidence scorer was trained on none of PoQuAD's first 40.
    """
    return int(sha256(title.encode()).hexdigest()[:8], 16) % 100 < percent


def run_yardstick(
    folder: Path,
    *,
    embedder: Embedder,
    scorer: EvidenceScorer,
    analyser: Analyser,
    split: Split,
    leans: Leans,
    distractors: Sequence[Path] = (),
    most_distractors: int = 3000,
    keep: Callable[[Question], bool] = lambda question: True,
    progress: Progress,
) -> dict[str, Any]:
    """Return what the service makes of a folder of public questions.

    Args:
        folder: As for `read_pool`.
        embedder: The service's.
        scorer: Likewise.
        analyser: Likewise.
        split: Paragraph -> spans of its sentences.
        leans: Says whether a sentence needs the one before it to be understood.
        distractors: Files of further passages that answer nothing, such as others'
            in another language.
        most_distractors: Of each file, drawn with a fixed seed.
        keep: Says which questions are asked; those trained on are not.
        progress: Told how many questions are done, and of how many.

    Raises:
        BadGoldError: a file is missing or breaks its format.
    """
    passages, questions = read_pool(folder)
    for path in distractors:
        lines = list(_lines(path, "id", "text"))
        chosen = np.random.default_rng(SEED).permutation(len(lines))[:most_distractors]
        passages += [
            Passage(
                str(lines[n]["id"]),
                str(lines[n].get("title", "")),
                str(lines[n]["text"]),
            )
            for n in sorted(chosen.tolist())
        ]
    pool = Pool(
        passages, embedder=embedder, analyser=analyser, split=split, leans=leans
    )
    asked = [question for question in questions if keep(question)]
    found = search_pool(pool, asked, scorer=scorer, progress=progress)
    return summary(found) | {"passages": len(passages)}

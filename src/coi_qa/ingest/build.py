"""Reports -> an index: each one read, cut, embedded and stored, then published."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from coi_qa.domain.layout import RawReport
from coi_qa.domain.report import Chunk, Report
from coi_qa.errors import CoiQaError, Refusal, UnreadableReportError
from coi_qa.ingest import Reader, read_report
from coi_qa.ingest.chunk import (
    BUDGET_TOKENS,
    CountTokens,
    chunk,
    chunk_context,
    evidence_sections,
    sentence_context,
    windows,
    with_context,
)
from coi_qa.ingest.lint import find_defects
from coi_qa.ports import Embedder, IndexWriter, Vectors, VectorText

BATCH = 32  # texts between two steps of the progress bar
ReadPages = Callable[[Path], RawReport]


class Progress(Protocol):
    """Is told how far an indexing run has come."""

    def reading(self, path: Path, *, at: int, of: int) -> None:
        """Report number `at` of `of` is about to be read."""
        ...

    def embedding(self, *, pages: float, of: int) -> None:
        """So many of all pages have their vectors."""
        ...


@dataclass(frozen=True, slots=True)
class Entry:
    """A PDF to index and what its folder's catalogue says of it."""

    path: Path
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Failure:
    """A report that could not be read, and why: in a sentence, and of which kind."""

    path: Path
    reason: str
    refusal: Refusal = Refusal.OTHER


@dataclass(frozen=True, slots=True)
class Built:
    """What an indexing run has done.

    Attributes:
        index_id: Of the index being served now; None where no report could be read.
        reports: How many are in it.
        pages: Likewise.
        chunks: Likewise.
        embedded: How many texts were embedded.
        reused: How many vectors were taken over from the index before.
        failures: Reports that are not in it.
        repeats: Files with the same bytes as another one.
    """

    index_id: str | None
    reports: int
    pages: int
    chunks: int
    embedded: int
    reused: int
    failures: tuple[Failure, ...]
    repeats: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Previous:
    """Vectors of the index before, by the sha256 of what was embedded."""

    rows: Mapping[bytes, int]
    vectors: Callable[[Sequence[int]], Vectors]


def build(
    entries: Sequence[Entry],
    *,
    read_pages: ReadPages,
    reader: Reader,
    reader_version: str,
    embedder: Embedder,
    embedder_id: str,
    writer: IndexWriter,
    previous: Previous | None,
    served: str | None,
    progress: Progress,
) -> Built:
    """Read, cut, embed and publish reports; name those that cannot be read.

    Args:
        entries: What to index, in order; the index holds exactly these.
        read_pages: A PDF -> its glyphs.
        reader: Dictionary, sentence splitter, countries.
        reader_version: Digest of what decides how a report is read.
        embedder: Only what `previous` lacks is embedded.
        embedder_id: What the index says that its vectors were made with.
        writer: Of the new index.
        previous: The index before, if it was made with the same embedder.
        served: Id of the index being served, if it is sound: the same reports and
            settings publish nothing.
        progress: Told how far it is.
    """
    ingredients = Ingredients(read_pages, reader, embedder)
    gathered = _gather(entries, ingredients, writer, progress)
    recipe = writer.recipe(
        reader=reader_version,
        embedder=embedder_id,
        dim=embedder.dim,
        budget_tokens=BUDGET_TOKENS,
    )
    embedded = 0
    index_id: str | None = served if served == recipe.index_id else None
    if gathered.reports and index_id is None:
        vectors, embedded = _vectors(gathered, embedder, previous, progress)
        index_id = writer.publish(recipe, vectors)
    return Built(
        index_id=index_id,
        reports=len(gathered.reports),
        pages=gathered.pages,
        chunks=gathered.chunks,
        embedded=embedded,
        reused=len(gathered.texts) - embedded,
        failures=tuple(gathered.failures),
        repeats=tuple(gathered.repeats),
    )


@dataclass(frozen=True, slots=True)
class Ingredients:
    """What turns a PDF into something that can be stored."""

    read_pages: ReadPages
    reader: Reader
    embedder: Embedder


@dataclass
class _Gathered:
    """What was read, over all reports.

    `page_shares` says for each text how many pages it stands for, for the progress bar.
    """

    reports: set[str] = field(default_factory=set)
    pages: int = 0
    chunks: int = 0
    texts: list[VectorText] = field(default_factory=list)
    page_shares: list[float] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    repeats: list[Path] = field(default_factory=list)


def _gather(
    entries: Sequence[Entry],
    ingredients: Ingredients,
    writer: IndexWriter,
    progress: Progress,
) -> _Gathered:
    """Read every report and hand it to the writer; name those that cannot be read."""
    gathered = _Gathered()
    for at, entry in enumerate(entries):
        progress.reading(entry.path, at=at, of=len(entries))
        try:
            raw = ingredients.read_pages(entry.path)
            if raw.sha256 in gathered.reports:
                gathered.repeats.append(entry.path)
                continue
            report, chunks, texts = _prepare(raw, entry, ingredients)
            defects = find_defects(report)
        except CoiQaError as exc:
            gathered.failures.append(_failure(entry.path, exc))
            continue
        except Exception as exc:
            reason = (
                f"{entry.path.name}: could not be read ({type(exc).__name__}: {exc}); "
                "the others go on: please report this file"
            )
            gathered.failures.append(Failure(entry.path, reason))
            continue
        try:
            writer.add(report, chunks, texts, entry.path, defects)
        except UnreadableReportError as exc:
            gathered.failures.append(_failure(entry.path, exc))
            continue
        gathered.reports.add(raw.sha256)
        gathered.pages += len(report.pages)
        gathered.chunks += len(chunks)
        gathered.texts += texts
        gathered.page_shares += [len(report.pages) / len(texts)] * len(texts)
    return gathered


def _failure(path: Path, error: CoiQaError) -> Failure:
    if isinstance(error, UnreadableReportError):
        return Failure(path, str(error), error.refusal)
    return Failure(path, str(error))


def _prepare(
    raw: RawReport, entry: Entry, ingredients: Ingredients
) -> tuple[Report, list[Chunk], list[VectorText]]:
    """Return a report, its chunks, and what is to be embedded of it."""
    report = read_report(raw, entry.said, ingredients.reader)
    _refuse_wordless(report)
    embedder = ingredients.embedder
    country = country_names(report, ingredients.reader)
    chunks = chunk(report, country=country, count_tokens=embedder.count_tokens)
    texts = vector_texts(
        report,
        chunks,
        country=country,
        count_tokens=embedder.count_tokens,
        limit=embedder.max_tokens,
    )
    return report, chunks, texts


def country_names(report: Report, reader: Reader) -> str:
    """Return the countries of a report as they go before its texts."""
    return " i ".join(map(reader.gazetteer.name, report.imprint.countries))


def vector_texts(
    report: Report,
    chunks: Sequence[Chunk],
    *,
    country: str,
    count_tokens: CountTokens,
    limit: int,
) -> list[VectorText]:
    """Return what is embedded of a report: its chunks, and each sentence by itself.

    Sections that are no evidence have no vectors: they cannot be quoted.
    """
    texts: list[VectorText] = []
    quotable = evidence_sections(report)
    for piece in chunks:
        if piece.section not in quotable:
            continue
        words = [report.text_of(report.sentences[s].places) for s in piece.sentences]
        owners: list[int | None] = [None, *piece.sentences]
        for sentence, own in zip(owners, [" ".join(words), *words], strict=True):
            place = chunk_context if sentence is None else sentence_context
            context = place(report, piece.section, country=country)
            # The context's own tokens are counted once more, so a part always fits.
            room = limit - count_tokens(with_context(context, ""))
            for part in windows(own, count_tokens=count_tokens, limit=room):
                text = with_context(context, part)
                texts.append(VectorText(piece.id, sentence, own, text))
    return texts


def _refuse_wordless(report: Report) -> None:
    quotable = evidence_sections(report)
    if not any(sentence.section in quotable for sentence in report.sentences):
        raise UnreadableReportError(
            f"{report.imprint.file_name}: no sentence of a report was found in its "
            f"{len(report.pages)} pages; expected running text"
        )


def _vectors(
    gathered: _Gathered,
    embedder: Embedder,
    previous: Previous | None,
    progress: Progress,
) -> tuple[Vectors, int]:
    """Return a vector for each text, and how many had to be embedded."""
    texts, shares = gathered.texts, gathered.page_shares
    vectors = np.zeros((len(texts), embedder.dim), dtype=np.float32)
    rows = previous.rows if previous is not None else {}
    known = [(at, rows.get(text.sha256)) for at, text in enumerate(texts)]
    kept = [(at, row) for at, row in known if row is not None]
    missing = [at for at, row in known if row is None]
    if previous is not None and kept:
        vectors[[at for at, _ in kept]] = previous.vectors([row for _, row in kept])
    done = sum(shares[at] for at, _ in kept)
    progress.embedding(pages=done, of=gathered.pages)
    for start in range(0, len(missing), BATCH):
        batch = missing[start : start + BATCH]
        vectors[batch] = embedder.embed_passages([texts[at].text for at in batch])
        done += sum(shares[at] for at in batch)
        progress.embedding(pages=done, of=gathered.pages)
    return vectors, len(missing)

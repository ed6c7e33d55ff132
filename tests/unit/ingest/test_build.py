"""Reports -> an index: each one read, cut, embedded and stored, then published."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from tests.fakes import FakeEmbedder
from tests.unit.ingest.layouts import column, foot, page, report

from coi_qa.domain.country import Country, Gazetteer
from coi_qa.domain.defect import Defect
from coi_qa.domain.layout import RawReport
from coi_qa.domain.manifest import Recipe
from coi_qa.errors import Refusal, UnreadableReportError
from coi_qa.ingest import Reader
from coi_qa.ingest.build import BATCH, Entry, Failure, Previous, build

READER = Reader(
    is_word=lambda word: False,
    is_future=lambda word: False,
    split=lambda text: [m.span() for m in re.finditer(r"[^.\s][^.]*\.?", text)],
    gazetteer=Gazetteer((Country("KAZ", ("Kazachstan",)),), lambda word: ()),
)


NOTE = "1 CIA, Kazachstan, 2025, https://cia.gov/x"


def raw(name: str, *sentences: str, note: str = NOTE) -> RawReport:
    body = column(["KARA ŚMIERCI"], top=760, size=12, bold=True)
    body += column([f"{text}[1]" for text in sentences])
    notes = foot([note])
    return report(page(1, body, notes), name=name, sha256=_digest(name, sentences))


def _digest(*said: object) -> str:
    return sha256(repr(said).encode()).hexdigest()


@dataclass
class MemoryWriter:
    """An index in memory."""

    stored: dict[str, list] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    defects: list[Defect] = field(default_factory=list)
    published: list[tuple[Recipe, np.ndarray]] = field(default_factory=list)

    def add(self, report, chunks, texts, pdf, defects):
        if pdf.name in self.refused:
            raise UnreadableReportError(f"{pdf.name}: changed while it was read")
        self.stored[report.imprint.id] = list(texts)
        self.defects += defects

    def recipe(self, *, reader, embedder, dim, budget_tokens):
        reports = tuple((report_id, "imprint") for report_id in sorted(self.stored))
        return Recipe(reports, reader, embedder, dim, budget_tokens)

    def publish(self, recipe, vectors):
        self.published.append((recipe, vectors))
        return recipe.index_id

    @property
    def texts(self) -> list[str]:
        return [text.text for own in self.stored.values() for text in own]


@dataclass
class Progress:
    """Keeps what it is told."""

    read: list[tuple[str, int, int]] = field(default_factory=list)
    embedded: list[tuple[float, int]] = field(default_factory=list)

    def reading(self, path, *, at, of):
        self.read.append((path.name, at, of))

    def embedding(self, *, pages, of):
        self.embedded.append((pages, of))


class CountingEmbedder(FakeEmbedder):
    """Remembers the batches that it was given."""

    def __init__(self):
        super().__init__()
        self.batches: list[list[str]] = []

    def embed_passages(self, texts):
        self.batches.append(list(texts))
        return super().embed_passages(texts)


DEATH = "Prawo Kazachstanu nie przewiduje kary śmierci."
WAR = "Na terenie kraju nie toczy się wojna."


@dataclass
class Run:
    """A folder of reports and one indexing run over them."""

    reports: dict[str, RawReport | Exception]
    writer: MemoryWriter = field(default_factory=MemoryWriter)
    embedder: CountingEmbedder = field(default_factory=CountingEmbedder)
    progress: Progress = field(default_factory=Progress)

    def read_pages(self, path: Path) -> RawReport:
        found = self.reports[path.name]
        if isinstance(found, Exception):
            raise found
        return found

    def build(self, *, previous=None, served=None):
        return build(
            [Entry(Path(name), {"countries": ["KAZ"]}) for name in self.reports],
            read_pages=self.read_pages,
            reader=READER,
            reader_version="reader-1",
            embedder=self.embedder,
            embedder_id=self.embedder.name,
            writer=self.writer,
            previous=previous,
            served=served,
            progress=self.progress,
        )


def previous_of(run: Run) -> Previous:
    """The index that a run has published, as the next one sees it."""
    digests = [text.sha256 for own in run.writer.stored.values() for text in own]
    vectors = run.writer.published[-1][1]
    return Previous(
        {d: at for at, d in enumerate(digests)}, lambda rows: vectors[list(rows)]
    )


def test_an_index_holds_every_report_with_its_chunks_and_sentences():
    run = Run({"a.pdf": raw("a.pdf", DEATH), "b.pdf": raw("b.pdf", WAR)})

    built = run.build()

    assert (built.reports, built.pages, built.chunks) == (2, 2, 2)
    assert (built.failures, built.repeats) == ((), ())
    assert run.writer.texts == [
        f"Kazachstan. KARA ŚMIERCI: {text}" for text in (DEATH, DEATH, WAR, WAR)
    ]
    recipe, vectors = run.writer.published[0]
    assert built.index_id == recipe.index_id
    assert vectors.shape == (4, run.embedder.dim)
    assert np.allclose(vectors, run.embedder.embed_passages(run.writer.texts))


def test_a_report_that_cannot_be_read_is_named_and_the_rest_go_on():
    locked = UnreadableReportError("b.pdf: is locked", Refusal.PASSWORD_NEEDED)
    run = Run(
        {"a.pdf": raw("a.pdf", DEATH), "b.pdf": locked, "c.pdf": raw("c.pdf", WAR)}
    )

    built = run.build()

    failure = Failure(Path("b.pdf"), str(locked), Refusal.PASSWORD_NEEDED)
    assert built.failures == (failure,)
    assert (built.reports, len(run.writer.stored)) == (2, 2)
    assert built.index_id is not None


def test_the_reports_own_defects_are_kept_with_it():
    run = Run({"a.pdf": raw("a.pdf", DEATH, note="1 CIA, Kazachstan, 2025")})
    run.build()

    found = [(d.kind, d.page, d.number) for d in run.writer.defects]
    assert found == [("url_missing", 1, 1)]


def test_an_unforeseen_mistake_stops_one_report_only_and_is_named():
    run = Run({"a.pdf": ZeroDivisionError("of a page"), "b.pdf": raw("b.pdf", WAR)})

    built = run.build()

    assert [f.path.name for f in built.failures] == ["a.pdf"]
    assert "ZeroDivisionError: of a page" in built.failures[0].reason
    assert "the others go on" in built.failures[0].reason
    assert built.reports == 1


def test_a_report_without_a_sentence_is_named():
    empty = report(
        page(1, column(["KARA ŚMIERCI"], size=12, bold=True)), sha256="e" * 64
    )
    run = Run({"pusty.pdf": empty, "b.pdf": raw("b.pdf", WAR)})

    built = run.build()

    assert [f.path.name for f in built.failures] == ["pusty.pdf"]
    assert "no sentence" in built.failures[0].reason


def test_a_report_that_the_writer_refuses_is_named_and_not_counted():
    run = Run({"a.pdf": raw("a.pdf", DEATH), "b.pdf": raw("b.pdf", WAR)})
    run.writer.refused = {"a.pdf"}

    built = run.build()

    assert [f.path.name for f in built.failures] == ["a.pdf"]
    assert (built.reports, built.pages) == (1, 1)
    assert run.writer.published[0][1].shape[0] == len(run.writer.texts)


def test_a_second_file_with_the_same_bytes_is_a_repeat_and_no_failure():
    same = raw("a.pdf", DEATH)
    run = Run({"a.pdf": same, "kopia.pdf": same})

    built = run.build()

    assert built.repeats == (Path("kopia.pdf"),)
    assert (built.reports, built.failures) == (1, ())


def test_a_copy_of_a_report_that_was_refused_is_no_repeat_of_it():
    same = raw("a.pdf", DEATH)
    run = Run({"a.pdf": same, "kopia.pdf": same})
    run.writer.refused = {"a.pdf"}

    built = run.build()

    assert (built.reports, built.repeats) == (1, ())


def test_without_a_readable_report_nothing_is_published():
    run = Run({"a.pdf": UnreadableReportError("a.pdf: the file is empty")})

    built = run.build()

    assert (built.index_id, built.reports, run.writer.published) == (None, 0, [])


def test_no_report_at_all_publishes_nothing():
    assert Run({}).build().index_id is None


def test_the_same_reports_again_are_neither_embedded_nor_published():
    first = Run({"a.pdf": raw("a.pdf", DEATH)})
    index_id = first.build().index_id
    again = Run({"a.pdf": raw("a.pdf", DEATH)})

    built = again.build(previous=previous_of(first), served=index_id)

    assert built.index_id == index_id
    assert (again.embedder.batches, again.writer.published) == ([], [])


def test_an_unchanged_report_takes_its_vectors_from_the_index_before():
    first = Run({"a.pdf": raw("a.pdf", DEATH)})
    index_id = first.build().index_id
    more = Run({"a.pdf": raw("a.pdf", DEATH), "b.pdf": raw("b.pdf", WAR)})

    built = more.build(previous=previous_of(first), served=index_id)

    assert (built.reused, built.embedded) == (2, 2)
    assert all(WAR in text for batch in more.embedder.batches for text in batch)
    vectors = more.writer.published[0][1]
    assert np.allclose(vectors, more.embedder.embed_passages(more.writer.texts))


def test_without_an_index_before_everything_is_embedded():
    run = Run({"a.pdf": raw("a.pdf", DEATH)})

    built = run.build(previous=None, served="0" * 16)

    assert (built.reused, built.embedded) == (0, 2)
    assert len(run.writer.published) == 1


@pytest.mark.parametrize("sentences", [1, BATCH, 2 * BATCH + 1])
def test_texts_are_embedded_in_batches_and_progress_ends_at_all_pages(sentences):
    many = [f"Zdanie numer {n} o kraju." for n in range(min(sentences, 30))]
    files = {f"{n}.pdf": raw(f"{n}.pdf", *many) for n in range(-(-sentences // 30))}
    run = Run(files)

    run.build()

    assert all(len(batch) <= BATCH for batch in run.embedder.batches)
    assert run.progress.read == [
        (name, at, len(files)) for at, name in enumerate(files)
    ]
    steps = [done for done, _ in run.progress.embedded]
    assert steps == sorted(steps)
    assert run.progress.embedded[0] == (0, len(files))
    assert run.progress.embedded[-1] == (pytest.approx(len(files)), len(files))

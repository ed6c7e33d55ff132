"""Small reports, and indexes of them that are built with the fake embedder."""

from __future__ import annotations

import hashlib
import re
import textwrap
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
from tests.fakes import FakeEmbedder, FakeScorer

from coi_qa.ask import Asker
from coi_qa.config import Settings
from coi_qa.domain.answer import Draft, Evidence, Quote, Statement
from coi_qa.domain.country import Gazetteer
from coi_qa.domain.dates import PartialDate, parse_date
from coi_qa.domain.report import Imprint, Page, Place
from coi_qa.domain.source import Footnote, Source
from coi_qa.domain.text import Span, strip_diacritics
from coi_qa.errors import NotFoundError
from coi_qa.ingest.build import Built
from coi_qa.ports import Hit, Vectors
from coi_qa.service import Service
from coi_qa.wiring import build_index, build_service

CORPUS = Path(__file__).parent.parent / "corpus"

LINES = (
    "Kazachstan. Raport testowy numer jeden",
    "Parlament Kazachstanu sklada sie z dwoch izb i obraduje w Astanie.",
    "Policja zatrzymala w 2024 roku dziesiec osob podczas protestow.",
    "Prawo nie przewiduje kary za odmowe sluzby wojskowej w czasie pokoju.",
)


class Silent:
    """A progress bar that nobody sees."""

    def reading(self, path: Path, *, at: int, of: int) -> None: ...

    def embedding(self, *, pages: float, of: int) -> None: ...


def write_pdf(path: Path, lines: Sequence[str] = LINES) -> Path:
    """Write a PDF of one page with these lines, ASCII only; return its path."""
    drawn = " ".join(
        f"BT /F1 11 Tf 72 {780 - 22 * at} Td ({line}) Tj ET"
        for at, line in enumerate(
            part for line in lines for part in textwrap.wrap(line, 80)
        )
    )
    return write_objects(
        path,
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        "/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )


def write_objects(path: Path, *objects: str | bytes) -> Path:
    """Write a PDF of these objects, the first one its root; return its path."""
    data, offsets = b"%PDF-1.7\n", []
    for number, text in enumerate(objects, start=1):
        offsets.append(len(data))
        body = text if isinstance(text, bytes) else text.encode("ascii")
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    data += b"trailer<</Size %d/Root 1 0 R>>\n" % (len(objects) + 1)
    path.write_bytes(data + b"startxref\n%d\n%%%%EOF\n" % start)
    return path


def settings_in(folder: Path) -> Settings:
    """Return settings whose folders are all below `folder`."""
    return Settings(
        indexes_dir=folder / "indexes",
        state_dir=folder / "state",
        model_cache=folder / "models",
    )


def index_with_fake(settings: Settings, *paths: Path) -> Built:
    """Index the reports at `paths` with the fake embedder."""
    return build_index(settings, paths, progress=Silent(), embedder=FakeEmbedder())


def serve_with_fake(settings: Settings) -> Service:
    """Open the index being served with the fake embedder."""
    return build_service(settings, embedder=FakeEmbedder(), scorer=FakeScorer())


def digest_of(path: Path) -> str:
    """Return the sha256 of a file, which is a report's id."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


class ListIndex:
    """A dense index that compares the question with every row."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors

    def search(
        self, vector: Vectors, k: int, *, rows: Collection[int] | None = None
    ) -> list[Hit]:
        if not np.isfinite(vector).all():
            raise ValueError("a vector with NaN or infinity has no neighbours")
        looked_at = range(len(self._vectors)) if rows is None else sorted(rows)
        hits = [Hit(row, float(self._vectors[row] @ vector[0])) for row in looked_at]
        return sorted(hits, key=lambda hit: -hit.score)[:k]

    def vectors(self, rows: Sequence[int]) -> Vectors:
        return self._vectors[list(rows)]


class PrefixWords:
    """Sentences found by the first four letters of their words."""

    def __init__(self, sentences: Sequence[tuple[str, str]]) -> None:
        """Take (report id, text) of each sentence; its row is its place here."""
        self._sentences = [(report, _starts(text)) for report, text in sentences]

    def search(
        self, text: str, k: int, *, reports: Collection[str] | None = None
    ) -> list[Hit]:
        wanted = _starts(text)
        hits = [
            Hit(row, len(wanted & held) / len(held))
            for row, (report, held) in enumerate(self._sentences)
            if wanted & held and (reports is None or report in reports)
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.row))[:k]

    def has(self, text: str, *, reports: Collection[str]) -> bool:
        return not _starts(text) or bool(self.search(text, 1, reports=reports))


def _starts(text: str) -> set[str]:
    words = re.findall(r"\w+", strip_diacritics(text))
    return {word[:4] for word in words if len(word) > 2}


class FirstQuoteWriter:
    """Says what the best quote says."""

    name = ""

    def write(self, question: str, quotes: Sequence[Quote]) -> Draft:
        return Draft(tuple(Statement(q.text, (q.number,)) for q in quotes[:1]))


class MemoryArchive:
    """Reports of one page; every sentence is a chunk of its own.

    Sentence `i` has the vector rows `2i` (its chunk) and `2i + 1` (itself).
    """

    index_id = "memory0000000000"

    def __init__(self, reports: Sequence[tuple[Imprint, Sequence[str]]]) -> None:
        self._imprints = tuple(imprint for imprint, _ in reports)
        self._pages: dict[str, Page] = {}
        self.sentences: list[tuple[Imprint, Place]] = []
        for imprint, texts in reports:
            body = " ".join(texts)
            self._pages[imprint.id] = Page(
                1, "1", 595.0, 842.0, body, bytes(16 * len(body))
            )
            start = 0
            for text in texts:
                place = Place(imprint.id, 1, Span(start, start + len(text)))
                self.sentences.append((imprint, place))
                start += len(text) + 1

    def imprints(self) -> tuple[Imprint, ...]:
        return self._imprints

    def chunk_count(self, reports: Collection[str]) -> int:
        return len(self.rows(reports)) // 2

    def rows(self, reports: Collection[str]) -> list[int]:
        return [
            row
            for at, (imprint, _) in enumerate(self.sentences)
            if imprint.id in reports
            for row in (2 * at, 2 * at + 1)
        ]

    def sentences_of(self, rows: Sequence[int]) -> dict[int, tuple[int, ...]]:
        return {row: (row // 2,) for row in rows}

    def rows_of(
        self, sentences: Sequence[int]
    ) -> dict[int, tuple[tuple[int, ...], tuple[int, ...]]]:
        return {at: ((2 * at + 1,), (2 * at,)) for at in sentences}

    def evidence(self, sentence: int, *, score: float, similarity: float) -> Evidence:
        imprint, place = self.sentences[sentence]
        note = Footnote(sentence, sentence + 1, 1, f"{sentence + 1} Źródło", (), 0)
        source = Source(
            0, "Źródło", None, PartialDate(2024), None, None, None, None, (sentence,)
        )
        return Evidence(
            imprint=imprint,
            section=(),
            places=(place,),
            text=place.span.of(self._pages[imprint.id].body),
            footnotes=(note,),
            sources=(source,),
            scope="sentence",
            score=score,
            similarity=similarity,
            chunk=f"chunk-{sentence}",
            ordinal=sentence,
        )

    def abbreviations(self) -> tuple[tuple[str, str], ...]:
        return ()

    def places_before(self, report_id: str, ordinal: int) -> tuple[Place, ...]:
        """Return where the sentence before stands; a report here is one paragraph."""
        if not ordinal or self.sentences[ordinal - 1][0].id != report_id:
            return ()
        return (self.sentences[ordinal - 1][1],)

    def page(self, report_id: str, number: int) -> Page:
        if number != 1 or report_id not in self._pages:
            raise NotFoundError(f"no page {number} of {report_id}")
        return self._pages[report_id]


def imprint_of(report_id: str, *countries: str, date: str | None = None) -> Imprint:
    """Return the imprint of a report on these countries."""
    return Imprint(
        id=report_id,
        file_name=f"{report_id[:8]}.pdf",
        title=f"Raport {report_id[:8]}",
        publisher=None,
        date=None if date is None else parse_date(date),
        edition=None,
        language="pl",
        countries=countries,
    )


def asker_of(
    reports: Sequence[tuple[Imprint, Sequence[str]]], atlas: Gazetteer
) -> Asker:
    """Return an asker over reports of one paragraph each, all its machines fakes."""
    archive, embedder = MemoryArchive(reports), FakeEmbedder()
    sentences = [(imprint.id, text) for imprint, texts in reports for text in texts]
    texts = [text for _, text in sentences for _ in ("chunk", "sentence")]
    return Asker(
        archive=archive,
        dense=ListIndex(embedder.embed_passages(texts)),
        words=PrefixWords(sentences),
        embedder=embedder,
        scorer=FakeScorer(),
        writer=FirstQuoteWriter(),
        gazetteer=atlas,
        leans=lambda sentence: False,
        is_vague=lambda question: False,
        is_judgement=lambda vector: False,
        key=b"key",
    )

"""An index that is open for reading."""

from __future__ import annotations

import json
import sqlite3
import threading
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from coi_qa.adapters import stored
from coi_qa.adapters.faiss_index import FaissIndex
from coi_qa.adapters.word_index import Analyser
from coi_qa.domain.answer import Evidence
from coi_qa.domain.country import Country
from coi_qa.domain.defect import Defect
from coi_qa.domain.manifest import Manifest
from coi_qa.domain.report import Imprint, Page, Place, Section, words_at
from coi_qa.domain.source import Footnote, Source, SourceProblem
from coi_qa.errors import NotFoundError

DATABASE = "reports.db"
VECTORS = "vectors.faiss"
PDFS = "files"

_NO_REPORT = "Nie ma raportu {}… w tym indeksie; raporty wymienia /v1/reports."
CACHED_PAGES = 512  # some 20 MB; a page's boxes are its size


class Shelf:
    """An index that was checked and is open for reading; safe to share."""

    def __init__(self, folder: Path, manifest: Manifest, analyser: Analyser) -> None:
        self._folder = folder
        self.recipe = manifest.recipe
        self.analyser = analyser
        self._local = threading.local()
        self._pages: dict[tuple[str, int], Page] = {}
        db = self.connect()
        self._imprints = tuple(
            stored.load_imprint(said)
            for (said,) in db.execute("SELECT imprint FROM report ORDER BY ordinal")
        )
        self._abbreviations: tuple[tuple[str, str], ...] = tuple(
            db.execute(
                "SELECT DISTINCT short, long FROM abbreviation ORDER BY short, long"
            )
        )
        self._rows: dict[str, list[int]] = {i.id: [] for i in self._imprints}
        for report, row in db.execute("SELECT report, row FROM vector ORDER BY row"):
            self._rows[report].append(row)
        self.dense = FaissIndex(
            folder / VECTORS,
            rows=sum(map(len, self._rows.values())),
            dim=manifest.recipe.dim,
        )

    def connect(self) -> sqlite3.Connection:
        """Return this thread's connection; the file never changes."""
        if not hasattr(self._local, "db"):
            path = (self._folder / DATABASE).resolve().as_uri()
            self._local.db = sqlite3.connect(f"{path}?mode=ro&immutable=1", uri=True)
        db: sqlite3.Connection = self._local.db
        return db

    @property
    def index_id(self) -> str:
        """The id of the index."""
        return self.recipe.index_id

    def imprints(self) -> tuple[Imprint, ...]:
        """Return what is said of each report, in a fixed order."""
        return self._imprints

    def countries(self) -> tuple[Country, ...]:
        """Return the invented countries of the reports."""
        rows = self.connect().execute("SELECT code, names, forms FROM country")
        return tuple(
            Country(code, tuple(json.loads(names)), tuple(json.loads(forms)))
            for code, names, forms in rows
        )

    def chunk_count(self, reports: Collection[str]) -> int:
        """Return how many chunks of these reports are searched."""
        sql = "SELECT count(DISTINCT chunk) FROM vector WHERE report = ?"
        return sum(self.connect().execute(sql, (r,)).fetchone()[0] for r in reports)

    def rows(self, reports: Collection[str]) -> list[int]:
        """Return the vector rows of these reports."""
        return sorted(row for report in reports for row in self._rows[report])

    def sentences_of(self, rows: Sequence[int]) -> Mapping[int, tuple[int, ...]]:
        """Return for each vector row the ids of the sentences that it stands for."""
        db = self.connect()
        found: dict[int, tuple[int, ...]] = {}
        for row in rows:
            sentence, chunk = db.execute(
                "SELECT sentence, chunk FROM vector WHERE row = ?", (row,)
            ).fetchone()
            if sentence is None:
                sql = "SELECT id FROM sentence WHERE chunk = ? ORDER BY id"
                found[row] = tuple(i for (i,) in db.execute(sql, (chunk,)))
            else:
                found[row] = (sentence,)
        return found

    def rows_of(
        self, sentences: Sequence[int]
    ) -> Mapping[int, tuple[tuple[int, ...], tuple[int, ...]]]:
        """Return for each sentence id the rows of itself and of its chunk."""
        db = self.connect()
        found = {}
        for sentence in sentences:
            rows = db.execute(
                "SELECT row, vector.sentence FROM vector JOIN sentence "
                "ON vector.chunk = sentence.chunk WHERE sentence.id = ? "
                "AND (vector.sentence IS NULL OR vector.sentence = sentence.id) "
                "ORDER BY row",
                (sentence,),
            ).fetchall()
            own = tuple(row for row, of in rows if of is not None)
            chunk = tuple(row for row, of in rows if of is None)
            found[sentence] = (own, chunk)
        return found

    def evidence(self, sentence: int, *, score: float, similarity: float) -> Evidence:
        """Return a sentence with its report, places, footnotes and sources."""
        row = self.connect().execute(
            "SELECT sentence.report, path, sentence.places, footnotes, scope, chunk, "
            "sentence.ordinal, attributed_to, undefined FROM sentence JOIN section "
            "ON section.report = sentence.report AND section.ordinal = section "
            "WHERE sentence.id = ?",
            (sentence,),
        )
        report, path, places, footnotes, scope, chunk, *rest = row.fetchone()
        ordinal, attributed_to, undefined = rest
        where = stored.load_places(report, places)
        notes = [self._footnote(report, at) for at in json.loads(footnotes)]
        return Evidence(
            imprint=next(i for i in self._imprints if i.id == report),
            section=tuple(json.loads(path)),
            places=where,
            text=words_at(where, self.page),
            footnotes=tuple(note for note, _ in notes),
            sources=tuple(source for _, source in notes),
            scope=scope,
            attributed_to=tuple(json.loads(attributed_to)),
            undefined=tuple(json.loads(undefined)),
            score=score,
            similarity=similarity,
            chunk=chunk,
            ordinal=ordinal,
        )

    def abbreviations(self) -> tuple[tuple[str, str], ...]:
        """Return what the reports abbreviate, and what it stands for."""
        return self._abbreviations

    def places_before(self, report_id: str, ordinal: int) -> tuple[Place, ...]:
        """Return where the sentence before one in its paragraph stands, if any does."""
        row = self.connect().execute(
            "SELECT earlier.places FROM sentence AS own JOIN sentence AS earlier "
            "ON earlier.report = own.report AND earlier.ordinal = own.ordinal - 1 "
            "AND earlier.paragraph = own.paragraph "
            "WHERE own.report = ? AND own.ordinal = ?",
            (report_id, ordinal),
        )
        found = row.fetchone()
        return () if found is None else tuple(stored.load_places(report_id, found[0]))

    def sentence_at(self, places: Sequence[Place]) -> int | None:
        """Return the id of the sentence that stands at exactly `places`, if any."""
        if not places:
            return None
        row = self.connect().execute(
            "SELECT id FROM sentence WHERE report = ? AND places = ?",
            (places[0].report_id, stored.dump_places(places)),
        )
        found = row.fetchone()
        return None if found is None else int(found[0])

    def footnotes(self, report_id: str) -> list[tuple[Footnote, Source]]:
        """Return all footnotes of a report with their sources, in its order."""
        rows = self.connect().execute(
            "SELECT ordinal FROM footnote WHERE report = ? ORDER BY ordinal",
            (report_id,),
        )
        return [self._footnote(report_id, ordinal) for (ordinal,) in rows.fetchall()]

    def defects(self, report_id: str) -> tuple[Defect, ...] | None:
        """Return a report's own defects in the order of its pages.

        None where the index was written before they were kept in it.

        Raises:
            NotFoundError: no such report.
        """
        if report_id not in self._rows:
            raise NotFoundError(_NO_REPORT.format(report_id[:12]))
        db = self.connect()
        sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'defect'"
        if db.execute(sql).fetchone() is None:
            return None
        rows = db.execute(
            "SELECT kind, page, number, text, message FROM defect "
            "WHERE report = ? ORDER BY ordinal",
            (report_id,),
        )
        return tuple(Defect(*row) for row in rows)

    def page(self, report_id: str, number: int) -> Page:
        """Return a stored page.

        Raises:
            NotFoundError: no such page.
        """
        if (report_id, number) in self._pages:
            return self._pages[report_id, number]
        row = self.connect().execute(
            "SELECT number, label, width, height, body, ink, starts_inside_word "
            "FROM page WHERE report = ? AND number = ?",
            (report_id, number),
        )
        found = row.fetchone()
        if found is None:
            raise NotFoundError(
                f"Nie ma strony {number} raportu {report_id[:12]}… w tym indeksie; "
                "raporty wymienia /v1/reports."
            )
        _, label, width, height, body, ink, inside = found
        page = Page(
            number=number,
            label=label,
            width=width,
            height=height,
            body=body,
            ink=zlib.decompress(ink),
            starts_inside_word=bool(inside),
        )
        if len(self._pages) < CACHED_PAGES:
            self._pages[report_id, number] = page
        return page

    def page_count(self, report_id: str) -> int:
        """Return how many pages a report has.

        Raises:
            NotFoundError: no such report.
        """
        sql = "SELECT count(*) FROM page WHERE report = ?"
        count = int(self.connect().execute(sql, (report_id,)).fetchone()[0])
        if not count:
            raise NotFoundError(_NO_REPORT.format(report_id[:12]))
        return count

    def page_labels(self, report_id: str) -> dict[int, str]:
        """Return what a report calls its pages, by number; none for no such report."""
        sql = "SELECT number, label FROM page WHERE report = ? ORDER BY number"
        return dict(self.connect().execute(sql, (report_id,)))

    def bodies(self, report_id: str) -> Iterator[tuple[int, str]]:
        """Yield number and body of each page of a report, in their order."""
        sql = "SELECT number, body FROM page WHERE report = ? ORDER BY number"
        yield from self.connect().execute(sql, (report_id,))

    def sections(self, report_id: str) -> tuple[Section, ...]:
        """Return the sections of a report, in its order."""
        rows = self.connect().execute(
            "SELECT ordinal, path, level, page, places FROM section "
            "WHERE report = ? ORDER BY ordinal",
            (report_id,),
        )
        return tuple(
            Section(
                ordinal=ordinal,
                path=tuple(json.loads(path)),
                level=level,
                page_number=page,
                places=stored.load_places(report_id, places),
            )
            for ordinal, path, level, page, places in rows
        )

    def pdf(self, report_id: str) -> Path:
        """Return the PDF of a report.

        Raises:
            NotFoundError: no such report.
        """
        if report_id not in self._rows:
            raise NotFoundError(_NO_REPORT.format(report_id[:12]))
        return self._folder / PDFS / f"{report_id}.pdf"

    def known_vectors(self) -> Mapping[bytes, int]:
        """Return the row of each text that was embedded, by the text's sha256."""
        return dict(self.connect().execute("SELECT text_sha256, row FROM vector"))

    def _footnote(self, report: str, ordinal: int) -> tuple[Footnote, Source]:
        row = self.connect().execute(
            "SELECT number, page, raw, boxes, source, problems, said FROM footnote "
            "JOIN source ON source.report = footnote.report "
            "AND source.ordinal = footnote.source "
            "WHERE footnote.report = ? AND footnote.ordinal = ?",
            (report, ordinal),
        )
        number, page, raw, boxes, source, problems, said = row.fetchone()
        note = Footnote(
            ordinal=ordinal,
            number=number,
            page_number=page,
            raw=raw,
            boxes=stored.load_boxes(boxes),
            source=source,
            problems=tuple(SourceProblem(p) for p in json.loads(problems)),
        )
        return note, stored.load_source(said)

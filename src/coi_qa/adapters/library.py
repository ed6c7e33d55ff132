"""The folder of indexes: `<id>/` with its files, and CURRENT, which names one.

The only module that knows this layout. An index is written beside the others under a
name that nobody serves, every file and the folder are synced, the folder is renamed to
its id, and last CURRENT is replaced: whoever is killed at any moment leaves the old
index or the new one being served, never a mix.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import IO

from coi_qa.adapters import stored
from coi_qa.adapters.disk import sha256_of, sync
from coi_qa.adapters.faiss_index import write_vectors
from coi_qa.adapters.shelf import DATABASE, PDFS, VECTORS, Shelf
from coi_qa.adapters.word_index import Analyser
from coi_qa.domain.abbreviations import find_abbreviations
from coi_qa.domain.country import Country
from coi_qa.domain.defect import Defect
from coi_qa.domain.manifest import FORMAT, Manifest, Recipe
from coi_qa.domain.report import Chunk, Report
from coi_qa.errors import (
    DamagedIndexError,
    IndexLockedError,
    IndexNotWrittenError,
    NoUsableIndexError,
    UnreadableReportError,
)
from coi_qa.ports import Vectors, VectorText

CURRENT = "CURRENT"
MANIFEST = "manifest.json"
STAGING = ".new-"
LOCK = ".lock"


class Library:
    """A folder of indexes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock that only one indexing run can have.

        Raises:
            IndexLockedError: another run has it.
            IndexNotWrittenError: the disk is full, or cannot be written to.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with (self._folder / LOCK).open("w") as lock:
                self._take(lock)
                self._remove_orphans()
                try:
                    yield
                finally:
                    self._remove_orphans()
        except (OSError, sqlite3.OperationalError) as exc:
            # What cannot be read is told apart before, so this is about writing.
            raise IndexNotWrittenError(
                f"{self._folder}: the index cannot be written ({exc}); the one served "
                "before stays as it is: make room or give this user the folder"
            ) from exc

    def is_locked(self) -> bool:
        """Say whether a run holds the lock now."""
        try:
            with (self._folder / LOCK).open("r") as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except OSError:
            return True
        return False

    def current_id(self) -> str | None:
        """Return the id that CURRENT names, or None where there is none."""
        try:
            return (self._folder / CURRENT).read_text("ascii").strip() or None
        except (OSError, UnicodeDecodeError):
            return None

    def open(self, analyser: Analyser) -> Shelf:
        """Return the index that CURRENT names, after all its files were checked.

        Raises:
            NoUsableIndexError: there is none.
            DamagedIndexError: a file is not what the manifest says was written.
        """
        index_id = self.current_id()
        if index_id is None:
            raise NoUsableIndexError(
                f"{self._folder}: no index here; make one with 'coi-qa index PATH...'"
            )
        folder = self._folder / index_id
        return Shelf(folder, check(folder), analyser)

    def begin(self, analyser: Analyser) -> Publication:
        """Return an empty index that nobody serves yet."""
        return Publication(self._folder, analyser)

    def _take(self, lock: IO[str]) -> None:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            raise IndexLockedError(
                f"{self._folder}: another 'coi-qa index' is writing here; wait for "
                "it to end"
            ) from exc

    def _remove_orphans(self) -> None:
        """Remove what unfinished runs left; call with the lock held."""
        for orphan in self._folder.glob(f"{STAGING}*"):
            shutil.rmtree(orphan, ignore_errors=True)
        for orphan in self._folder.glob(f"{CURRENT}.*"):
            orphan.unlink(missing_ok=True)


def check(folder: Path) -> Manifest:
    """Return the manifest of an index, after comparing every file with it.

    Raises:
        DamagedIndexError: a file differs or is missing. Others are never read.
    """
    again = "run 'coi-qa index' again"
    try:
        manifest = Manifest.from_json((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError) as exc:
        raise DamagedIndexError(
            f"{folder.name}: its {MANIFEST} cannot be read ({exc}); {again}"
        ) from exc
    if manifest.recipe.format != FORMAT:
        raise DamagedIndexError(
            f"{folder.name}: format {manifest.recipe.format}, this release reads "
            f"{FORMAT}; {again}"
        )
    if manifest.recipe.index_id != folder.name:
        raise DamagedIndexError(
            f"{folder.name}: its manifest is of {manifest.recipe.index_id}; {again}"
        )
    for name, expected in manifest.files.items():
        try:
            found = sha256_of(folder / name)
        except OSError as exc:
            raise DamagedIndexError(
                f"{folder.name}: {name} is missing ({exc.strerror}); {again}"
            ) from exc
        if found != expected:
            raise DamagedIndexError(
                f"{folder.name}: {name} is damaged (sha256 {found[:12]}…, expected "
                f"{expected[:12]}…); {again}"
            )
    return manifest


class Publication:
    """An index as it is written, until it is published or thrown away."""

    def __init__(self, folder: Path, analyser: Analyser) -> None:
        self._indexes = folder
        self._staging = folder / f"{STAGING}{os.getpid()}"
        self._staging.mkdir(parents=True)
        (self._staging / PDFS).mkdir()
        self._analyser = analyser
        self._db = sqlite3.connect(self._staging / DATABASE)
        self._db.executescript(files(__package__).joinpath("library.sql").read_text())
        self._reports: list[tuple[str, str]] = []
        self._rows = 0
        self._sentences = 0

    def __enter__(self) -> Publication:
        """Return itself; on the way out an unpublished index is removed."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the database and remove what was not published."""
        self._db.close()
        shutil.rmtree(self._staging, ignore_errors=True)

    def add_countries(self, countries: Sequence[Country]) -> None:
        """Store the names of invented countries."""
        self._db.executemany(
            "INSERT OR REPLACE INTO country VALUES (?, ?, ?)",
            [(c.code, stored.dump(c.names), stored.dump(c.forms)) for c in countries],
        )

    def add(
        self,
        report: Report,
        chunks: Sequence[Chunk],
        texts: Sequence[VectorText],
        pdf: Path,
        defects: Sequence[Defect],
    ) -> None:
        """Store a report, its chunks, what is embedded of it, and the PDF itself.

        Args:
            report: Not stored here before.
            chunks: Of this report; every sentence is in one.
            texts: One for each row of the vectors, in their order.
            pdf: Copied, so that pages can be shown when the corpus is gone.
            defects: Of this report.

        Raises:
            UnreadableReportError: the PDF is no longer the one that was read; nothing
                of it is stored.
        """
        imprint = report.imprint
        self._add_pdf(imprint.id, pdf)
        said = stored.dump_imprint(imprint)
        self._db.execute(
            "INSERT INTO report VALUES (?, ?, ?)",
            (imprint.id, len(self._reports), said),
        )
        self._reports.append((imprint.id, sha256(said.encode()).hexdigest()))
        self._add_pages(report)
        self._add_notes(report)
        self._add_defects(imprint.id, defects)
        self._db.executemany(
            "INSERT INTO chunk VALUES (?, ?, ?, ?, ?)",
            [
                (c.id, imprint.id, c.section, stored.dump_places(c.places), c.tokens)
                for c in chunks
            ],
        )
        first = self._sentences + 1
        self._add_sentences(report, chunks, first=first)
        self._db.executemany(
            "INSERT INTO vector VALUES (?, ?, ?, ?, ?)",
            [
                (
                    self._rows + at,
                    imprint.id,
                    text.chunk,
                    None if text.sentence is None else first + text.sentence,
                    text.sha256,
                )
                for at, text in enumerate(texts)
            ],
        )
        self._add_words(texts, first=first)
        self._rows += len(texts)
        self._sentences += len(report.sentences)

    def recipe(
        self, *, reader: str, embedder: str, dim: int, budget_tokens: int
    ) -> Recipe:
        """Return what this index is made of so far."""
        return Recipe(
            reports=tuple(sorted(self._reports)),
            reader=reader,
            embedder=embedder,
            dim=dim,
            budget_tokens=budget_tokens,
        )

    def publish(self, recipe: Recipe, vectors: Vectors) -> str:
        """Write the vectors and the manifest, and make this the index being served.

        Returns:
            The id.
        """
        if vectors.shape != (self._rows, recipe.dim):
            raise ValueError(f"{vectors.shape} vectors for {self._rows} rows")
        self._db.commit()
        self._db.execute("INSERT INTO words(words) VALUES ('optimize')")
        self._db.commit()
        self._db.execute("VACUUM")
        self._db.close()
        write_vectors(vectors, self._staging / VECTORS)
        named = sorted(
            str(path.relative_to(self._staging))
            for path in self._staging.rglob("*")
            if path.is_file()
        )
        manifest = Manifest(recipe, {n: sha256_of(self._staging / n) for n in named})
        (self._staging / MANIFEST).write_text(manifest.to_json(), "utf-8")
        for name in (*named, MANIFEST):
            sync(self._staging / name)
        sync(self._staging / PDFS)
        sync(self._staging)
        target = self._indexes / recipe.index_id
        if target.exists():
            # Only a damaged one gets here: a good one of this id is served as it is.
            shutil.rmtree(target)
        self._staging.rename(target)
        sync(self._indexes)
        replace_current(self._indexes, recipe.index_id)
        return recipe.index_id

    def _add_pdf(self, report_id: str, pdf: Path) -> None:
        try:
            data = pdf.read_bytes()
        except OSError as exc:
            raise UnreadableReportError(
                f"{pdf.name}: gone while it was being read ({exc.strerror}); expected "
                "a PDF that stays: run 'coi-qa index' again"
            ) from exc
        if sha256(data).hexdigest() != report_id:
            raise UnreadableReportError(
                f"{pdf.name}: changed while it was being read; expected a PDF that "
                "stays as it is: run 'coi-qa index' again"
            )
        (self._staging / PDFS / f"{report_id}.pdf").write_bytes(data)

    def _add_pages(self, report: Report) -> None:
        self._db.executemany(
            "INSERT INTO page VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    report.imprint.id,
                    page.number,
                    page.label,
                    page.width,
                    page.height,
                    page.body,
                    zlib.compress(page.ink),
                    page.starts_inside_word,
                )
                for page in report.pages
            ],
        )
        defined = {pair for p in report.pages for pair in find_abbreviations(p.body)}
        self._db.executemany(
            "INSERT INTO abbreviation VALUES (?, ?, ?)",
            [(report.imprint.id, short, long) for short, long in sorted(defined)],
        )
        self._db.executemany(
            "INSERT INTO section VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    report.imprint.id,
                    section.ordinal,
                    stored.dump(section.path),
                    section.level,
                    section.page_number,
                    stored.dump_places(section.places),
                )
                for section in report.sections
            ],
        )

    def _add_notes(self, report: Report) -> None:
        report_id = report.imprint.id
        self._db.executemany(
            "INSERT INTO source VALUES (?, ?, ?)",
            [(report_id, s.ordinal, stored.dump_source(s)) for s in report.sources],
        )
        self._db.executemany(
            "INSERT INTO footnote VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    report_id,
                    note.ordinal,
                    note.number,
                    note.page_number,
                    note.raw,
                    stored.dump(note.boxes),
                    note.source,
                    stored.dump(note.problems),
                )
                for note in report.footnotes
            ],
        )
        self._db.executemany(
            "INSERT INTO marker VALUES (?, ?, ?, ?, ?)",
            [
                (report_id, m.number, m.page_number, m.offset, m.footnote)
                for m in report.markers
            ],
        )

    def _add_defects(self, report_id: str, defects: Sequence[Defect]) -> None:
        self._db.executemany(
            "INSERT INTO defect VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (report_id, at, d.kind, d.page, d.number, d.text, d.message)
                for at, d in enumerate(defects)
            ],
        )

    def _add_sentences(
        self, report: Report, chunks: Sequence[Chunk], *, first: int
    ) -> None:
        chunk_of = {at: chunk.id for chunk in chunks for at in chunk.sentences}
        self._db.executemany(
            "INSERT INTO sentence VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    first + s.ordinal,
                    report.imprint.id,
                    s.ordinal,
                    s.paragraph,
                    s.section,
                    chunk_of[s.ordinal],
                    stored.dump_places(s.places),
                    stored.dump(s.footnotes),
                    s.scope,
                    stored.dump(s.attributed_to),
                    stored.dump(s.undefined),
                )
                for s in report.sentences
            ],
        )

    def _add_words(self, texts: Sequence[VectorText], *, first: int) -> None:
        """Index each sentence by its own words, and by its chunk's around it."""
        around = {text.chunk: text for text in texts if text.sentence is None}
        done: set[int] = set()
        for text in texts:
            if text.sentence is None or text.sentence in done:
                continue
            done.add(text.sentence)
            self._db.execute(
                "INSERT INTO words (rowid, own, around) VALUES (?, ?, ?)",
                (
                    first + text.sentence,
                    " ".join(self._analyser.terms(text.words)),
                    " ".join(self._analyser.terms(around[text.chunk].text)),
                ),
            )


def replace_current(folder: Path, index_id: str) -> None:
    """Make CURRENT name `index_id`, all at once."""
    temporary = folder / f"{CURRENT}.{os.getpid()}"
    temporary.write_text(f"{index_id}\n", "ascii")
    sync(temporary)
    temporary.replace(folder / CURRENT)
    sync(folder)

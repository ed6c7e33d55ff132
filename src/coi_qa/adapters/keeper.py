"""Adds reports to the corpus and withdraws them, and has the index made anew."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from coi_qa.adapters.corpus import Corpus, NotTaken, Taken
from coi_qa.adapters.disk import append_lines, make_private
from coi_qa.adapters.index_run import BUSY, IndexRun, RunState
from coi_qa.domain.dates import parse_date
from coi_qa.domain.report import Imprint
from coi_qa.errors import BadRequestError, IndexLockedError, NotFoundError

MAX_FIELD_CHARS: Final = 300
MAX_REASON_CHARS: Final = 1000

_KEYS: Final = frozenset({"at", "did", "id", "title", "reason"})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent: its name and its bytes, from the beginning."""

    name: str
    content: BinaryIO


@dataclass(frozen=True, slots=True)
class Removal:
    """A report that was withdrawn.

    Attributes:
        id: sha256 of its bytes.
        title: Or the file's name where it had none.
        reason: Why, in somebody's words.
        at: When, ISO 8601 with its time zone.
    """

    id: str
    title: str
    reason: str
    at: str


class Keeper:
    """Whoever may change which reports are searched goes through here."""

    def __init__(
        self,
        corpus: Corpus,
        run: IndexRun,
        *,
        state_dir: Path,
        imprints: Callable[[], Iterable[Imprint]],
        country_code: Callable[[str], str],
        now: Callable[[], datetime],
    ) -> None:
        """Take the parts.

        Args:
            corpus: Where reports lie.
            run: Of `coi-qa index` over that folder.
            state_dir: Keeps withdrawn PDFs and the journal.
            imprints: Returns those of the index being served.
            country_code: A name or code -> the code; raises UnknownCountryError.
            now: Returns the time with its zone.
        """
        self._corpus = corpus
        self._run = run
        self._withdrawn_dir = state_dir / "withdrawn"
        self._refused_dir = state_dir / "refused"
        self._journal = state_dir / "library.jsonl"
        self._imprints = imprints
        self._country_code = country_code
        self._now = now
        self._lock = threading.Lock()

    @property
    def folder(self) -> Path:
        """Where reports lie."""
        return self._corpus.folder

    def state(self) -> RunState:
        """Return how far the run is; what it could not read is taken back first."""
        with self._lock:
            return self._settled()

    def missing(self) -> list[Imprint]:
        """Return reports of the index that the folder has not and nobody withdrew.

        The next run would leave them out of the index.
        """
        there = self._filed()
        gone = {removal.id for removal in self._removals(there)}
        return [i for i in self._imprints() if i.id not in there.keys() | gone]

    def pending(self) -> list[tuple[str, str]]:
        """Return id and name of each PDF in the folder that is not in the index."""
        indexed = {imprint.id for imprint in self._imprints()}
        found = [each for each in self._filed().items() if each[0] not in indexed]
        return sorted(found, key=lambda item: item[1])

    def removals(self) -> list[Removal]:
        """Return withdrawn reports, the latest first, without those that are there.

        A withdrawal is written down before the file goes, so that no file is ever gone
        without a word; one that was cut off between the two has not taken place.
        """
        return self._removals(self._filed())

    def _removals(self, there: Collection[str]) -> list[Removal]:
        last: dict[str, Removal | None] = {}
        for line in self._lines():
            last.pop(line["id"], None)
            last[line["id"]] = (
                Removal(line["id"], line["title"], line["reason"], line["at"])
                if line["did"] == "withdrew"
                else None
            )
        return [
            removal
            for removal in reversed(last.values())
            if removal is not None and removal.id not in there
        ]

    def add(
        self, uploads: Sequence[Upload], said: Mapping[str, str]
    ) -> list[Taken | NotTaken]:
        """Put reports into the corpus and start a run, if at least one was taken.

        Args:
            uploads: At least one.
            said: `title`, `publisher`, `date`, `country`, `edition`; may be empty.

        Raises:
            BadRequestError: a field cannot be used, or the folder is not the index's.
            UnknownCountryError: no such country.
            IndexLockedError: a run is going on.
        """
        entry = self._entry(said, count=len(uploads))
        with self._lock:
            self._refuse_changes()
            done = [self._corpus.take_in(u.content, u.name, entry) for u in uploads]
            taken = [each for each in done if isinstance(each, Taken)]
            for each in taken:
                self._note("added", each.id, entry.get("title", each.file), "")
            if taken:
                self._begin(
                    added=[_said(t) for t in taken],
                    refused=[_said(n) for n in done if isinstance(n, NotTaken)],
                )
        return done

    def withdraw(self, report_id: str, reason: str) -> None:
        """Take a report out of the corpus and start a run; its PDF is kept apart.

        Raises:
            BadRequestError: no fit reason, the last report, or another index's folder.
            NotFoundError: no such report in the corpus.
            IndexLockedError: a run is going on.
        """
        if not reason.strip():
            raise BadRequestError("Podaj powód wycofania.")
        if len(reason) > MAX_REASON_CHARS:
            raise BadRequestError(
                f"Powód wycofania ma {len(reason)} znaków; skróć go do "
                f"{MAX_REASON_CHARS}."
            )
        reason = " ".join(reason.split())
        if not reason.isprintable():
            raise BadRequestError(
                "Powód wycofania zawiera znaki, których nie widać; wpisz zwykły tekst."
            )
        with self._lock:
            self._refuse_changes()
            there = self._filed()
            if report_id not in there:
                raise NotFoundError(
                    "Tego raportu nie ma w folderze raportów; mógł już zostać wycofany."
                )
            if there.keys() == {report_id}:
                raise BadRequestError(
                    "To jedyny raport; bez niego usługa nie miałaby z czego "
                    "odpowiadać. Dodaj najpierw inny."
                )
            titles = (i.title for i in self._imprints() if i.id == report_id)
            name = next(filter(None, titles), there[report_id])
            self._note("withdrew", report_id, name, reason)
            self._corpus.take_out(report_id, to=self._withdrawn_dir)
            self._begin(withdrawn=name)

    def index_again(self) -> None:
        """Start a run over the corpus as it is.

        Raises:
            BadRequestError: the folder is not the one that the index was made of.
            IndexLockedError: a run is going on.
        """
        with self._lock:
            self._refuse_changes()
            self._begin()

    def _filed(self) -> dict[str, str]:
        """Return the names of the PDFs in the folder by the ids of their reports."""
        return {filed.id: filed.path.name for filed in self._corpus.files()}

    def _entry(self, said: Mapping[str, str], *, count: int) -> dict[str, Any]:
        """Return the fields as `reports.toml` has them, without the empty ones."""
        given = {name: " ".join(text.split()) for name, text in said.items()}
        for text in given.values():
            if len(text) > MAX_FIELD_CHARS or not text.isprintable():
                raise BadRequestError(
                    f"Opis raportu może mieć w każdym polu do {MAX_FIELD_CHARS} znaków "
                    "zwykłego tekstu."
                )
        if count > 1 and given.get("title"):
            raise BadRequestError(
                "Tytuł można podać tylko przy jednym pliku; dodaj te raporty osobno."
            )
        entry: dict[str, Any] = {
            name: given[name]
            for name in ("title", "publisher", "date", "edition")
            if given.get(name)
        }
        if "date" in entry:
            try:
                entry["date"] = str(parse_date(entry["date"]))
            except ValueError as exc:
                raise BadRequestError(
                    "Data raportu to nie data; wpisz 2025, 2025-10 albo 2025-10-31."
                ) from exc
        if given.get("country"):
            entry["countries"] = [self._country_code(given["country"])]
        return entry

    def _refuse_changes(self) -> None:
        self._settled()
        if self._run.is_busy():
            raise IndexLockedError(BUSY)
        missing = self.missing()
        if missing:
            names = ", ".join(imprint.file_name for imprint in missing)
            raise BadRequestError(
                f"W folderze „{self.folder}” brakuje raportów, które są w indeksie "
                f"({names}). Nowe indeksowanie usunęłoby je, więc niczego nie "
                "zmieniono: ustaw COI_QA_CORPUS_DIR na folder, z którego powstał "
                "indeks, albo uruchom „coi-qa index”."
            )

    def _begin(self, **record: object) -> None:
        self._run.begin({"begun": self._now().isoformat(timespec="seconds"), **record})

    def _settled(self) -> RunState:
        """Return the run's state, reports that it could not read being taken back.

        Each later run would stumble over them again.
        """
        state = self._run.state()
        is_over = state.phase in ("done", "failed") and "built" in state.status
        if not is_over or state.record.get("settled"):
            return state
        failed = {Path(f["path"]) for f in state.status["built"]["failures"]}
        for each in state.record.get("added", ()):
            if (self.folder / each["file"]).absolute() in failed:
                self._corpus.take_out(each["id"], to=self._refused_dir)
                self._note("took_back", each["id"], each["file"], "")
        self._run.note(settled=True)
        return self._run.state()

    def _note(self, did: str, report_id: str, title: str, reason: str) -> None:
        line = {
            "at": self._now().isoformat(timespec="seconds"),
            "did": did,
            "id": report_id,
            "title": title,
            "reason": reason,
        }
        make_private(self._journal.parent)
        append_lines(self._journal, [json.dumps(line, ensure_ascii=False)])

    def _lines(self) -> Iterator[dict[str, str]]:
        """Yield the journal's lines; one that was cut off by a fault is passed over."""
        try:
            text = self._journal.read_text("utf-8", errors="replace")
        except FileNotFoundError:
            return
        for line in filter(None, text.split("\n")):
            try:
                said = json.loads(line)
            except ValueError:
                said = None
            if isinstance(said, dict) and said.keys() >= _KEYS:
                yield said
            else:
                log.warning("journal_line_skipped", extra={"chars": len(line)})


def _said(outcome: Taken | NotTaken) -> dict[str, str]:
    return {name: getattr(outcome, name) for name in outcome.__slots__}

"""What an answer on paper is compared with: an index, or a PDF read again."""

from __future__ import annotations

from collections.abc import Sequence

from coi_qa.adapters.shelf import Shelf
from coi_qa.domain.report import Imprint, Page, Place, Report
from coi_qa.domain.source import Citation, Footnote, Source
from coi_qa.errors import NotFoundError

_NO_SENTENCE = "no sentence of the report stands at these places"


class StoredOriginals:
    """The reports of an index."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._ids = {imprint.id for imprint in shelf.imprints()}

    def has(self, report_id: str) -> bool:
        """Say whether this report is in the index."""
        return report_id in self._ids

    def page(self, report_id: str, number: int) -> Page:
        """Return a page; raises NotFoundError."""
        return self._shelf.page(report_id, number)

    def imprint(self, report_id: str) -> Imprint:
        """Return title, date and countries as the index has them."""
        return next(i for i in self._shelf.imprints() if i.id == report_id)

    def cited_at(self, places: Sequence[Place]) -> Citation:
        """Return what the sentence at `places` rests on; raises NotFoundError."""
        sentence = self._shelf.sentence_at(places)
        if sentence is None:
            raise NotFoundError(_NO_SENTENCE)
        evidence = self._shelf.evidence(sentence, score=0.0, similarity=0.0)
        return Citation(evidence.section, evidence.footnotes, evidence.scope)

    def footnotes(self, report_id: str) -> Sequence[tuple[Footnote, Source]]:
        """Return all footnotes of a report with their sources."""
        return self._shelf.footnotes(report_id)


class ReadOriginal:
    """One report, read from its PDF; it knows of no other."""

    def __init__(self, report: Report, *, is_catalogued: bool) -> None:
        """Take a report, and whether a catalogue lies beside its file."""
        self._report = report
        self._is_catalogued = is_catalogued
        self._pages = {page.number: page for page in report.pages}
        self._sentences = {sentence.places: sentence for sentence in report.sentences}

    def has(self, report_id: str) -> bool:
        """Say whether it is this report, byte for byte."""
        return report_id == self._report.imprint.id

    def page(self, report_id: str, number: int) -> Page:
        """Return a page; raises NotFoundError."""
        if not self.has(report_id) or number not in self._pages:
            raise NotFoundError(f"no page {number} in {self._report.imprint.file_name}")
        return self._pages[number]

    def imprint(self, report_id: str) -> Imprint | None:
        """Return title, date and countries; None where no catalogue names them.

        Without it they are read from the file and its name, which the index need not
        have been made with.
        """
        return self._report.imprint if self._is_catalogued else None

    def cited_at(self, places: Sequence[Place]) -> Citation:
        """Return what the sentence at `places` rests on; raises NotFoundError."""
        sentence = self._sentences.get(tuple(places))
        if sentence is None:
            raise NotFoundError(_NO_SENTENCE)
        notes = tuple(self._report.footnotes[at] for at in sentence.footnotes)
        path = self._report.sections[sentence.section].path
        return Citation(path, notes, sentence.scope)

    def footnotes(self, report_id: str) -> Sequence[tuple[Footnote, Source]]:
        """Return all footnotes of the report with their sources."""
        if not self.has(report_id):
            return ()
        sources = self._report.sources
        return [(note, sources[note.source]) for note in self._report.footnotes]

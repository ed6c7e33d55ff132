"""What answers: over one opened index, or over whichever is current.

Everything that the doors ask goes through here; the models and the index come in as
arguments (`wiring` brings them together).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from coi_qa.adapters.answers import AnswerStore
from coi_qa.adapters.originals import StoredOriginals
from coi_qa.adapters.page_images import PageImages, Scale
from coi_qa.adapters.shelf import Shelf
from coi_qa.ask import Asker
from coi_qa.ask.faithful import Check
from coi_qa.ask.follow_up import Completer, Grammar
from coi_qa.ask.recheck import Originals
from coi_qa.domain.answer import Answer, Passages
from coi_qa.domain.dates import PartialDate
from coi_qa.domain.defect import Defect
from coi_qa.domain.phrases import Lemmas, Occurrence, Phrase
from coi_qa.domain.picture import Picture
from coi_qa.domain.report import Imprint, Page, Section
from coi_qa.errors import NoUsableIndexError

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Service:
    """Answers questions from one index."""

    shelf: Shelf
    asker: Asker
    answers: AnswerStore
    images: PageImages
    lemmas: Lemmas
    grammar: Grammar

    @property
    def index_id(self) -> str:
        """Id of the index that answers come from."""
        return self.shelf.index_id

    def ask(
        self,
        question: str,
        *,
        countries: Sequence[str] = (),
        as_at: PartialDate | None = None,
    ) -> Answer:
        """Return the answer to a question.

        Args:
            question: In any language; Polish is read best.
            countries: Names or codes to hold the answer to.
            as_at: Leave out what is later.

        Raises:
            BadQuestionError: empty, too long, or no text.
            UnknownCountryError: a country that nothing is known by.
        """
        return self.asker.ask(question, countries=countries, as_at=as_at)

    def search(
        self,
        words: str,
        *,
        countries: Sequence[str] = (),
        as_at: PartialDate | None = None,
        most: int,
    ) -> Passages:
        """Return the passages nearest to some words; nothing is judged."""
        return self.asker.search(words, countries=countries, as_at=as_at, most=most)

    def complete(self, turns: Sequence[str]) -> str:
        """Return what the last message of a conversation asks, whole."""
        return Completer(self.asker.gazetteer, self.grammar).complete(turns)

    def imprints(self) -> tuple[Imprint, ...]:
        """Return what is said of each report, in a fixed order."""
        return self.shelf.imprints()

    def country_choices(self) -> list[tuple[str, str]]:
        """Return code and Polish name of each country with reports, by name."""
        codes = {code for imprint in self.imprints() for code in imprint.countries}
        return sorted(
            ((code, self.country_name(code)) for code in codes),
            key=lambda choice: choice[1],
        )

    def country_name(self, code: str) -> str:
        """Return a country's Polish name, or the code where it has none."""
        return self.asker.gazetteer.name(code)

    def country_code(self, name: str) -> str:
        """Return the code of the country that is meant; raises UnknownCountryError."""
        return self.asker.gazetteer.code(name)

    def page_count(self, report_id: str) -> int:
        """Return how many pages a report has."""
        return self.shelf.page_count(report_id)

    def page(self, report_id: str, number: int) -> Page:
        """Return a stored page."""
        return self.shelf.page(report_id, number)

    def report_file(self, report_id: str) -> Path:
        """Return the PDF of a report."""
        return self.shelf.pdf(report_id)

    def defects(self, report_id: str) -> tuple[Defect, ...] | None:
        """Return a report's own defects, None where the index does not hold them."""
        return self.shelf.defects(report_id)

    @property
    def statement_check(self) -> Check:
        """What the statements of a model have to pass."""
        return self.asker.check

    def originals(self) -> Originals:
        """Return the stored reports that what is said of them is compared with."""
        return StoredOriginals(self.shelf)

    def page_labels(self, report_id: str) -> Mapping[int, str]:
        """Return what a report calls its pages, by number."""
        return self.shelf.page_labels(report_id)

    def sections(self, report_id: str) -> tuple[Section, ...]:
        """Return the sections of a report, in its order."""
        return self.shelf.sections(report_id)

    def occurrences(self, report_id: str, typed: str) -> list[Occurrence]:
        """Return where words stand in a report, in the order of its pages."""
        phrase = Phrase(typed, lemmas=self.lemmas)
        return [
            each
            for number, body in self.shelf.bodies(report_id)
            for each in phrase.occurrences(page_number=number, body=body)
        ]

    def page_image(self, report_id: str, number: int, *, scale: Scale) -> Picture:
        """Return a page as its report prints it.

        Raises:
            NotFoundError: no such report or page.
            UnreadableReportError: it cannot be drawn.
            BusyError: too many wait for theirs.
        """
        self.shelf.page(report_id, number)
        pdf = self.shelf.pdf(report_id)
        return self.images.draw(pdf, report_id=report_id, number=number, scale=scale)


class LiveService:
    """Answers from the index that CURRENT names, also when that becomes another one.

    CURRENT is looked at before each use. Whoever finds another index there opens it;
    meanwhile the others use the one before. An index that cannot be served is logged
    once and passed over.

    Attributes:
        held: Used instead where it is set, so that a request ends with the index that
            it began with.
    """

    def __init__(
        self,
        service: Service,
        *,
        current_id: Callable[[], str | None],
        reopen: Callable[[Service], Service],
    ) -> None:
        """Take the service of the index that is current now.

        Args:
            service: Used until there is another one.
            current_id: Returns the id that CURRENT names.
            reopen: Returns a service over that index, with the models of the one given.
        """
        self.held: ContextVar[Service | None] = ContextVar("held", default=None)
        self._service = service
        self._current_id = current_id
        self._reopen = reopen
        self._opening = threading.Lock()
        self._passed_over: str | None = None

    @property
    def index_id(self) -> str:
        """Id of the index that answers come from now, whichever one is held."""
        return self.now().index_id

    @property
    def answers(self) -> AnswerStore:
        """Where answers are kept; the same for all indexes."""
        return self._service.answers

    def ask(
        self,
        question: str,
        *,
        countries: Sequence[str] = (),
        as_at: PartialDate | None = None,
    ) -> Answer:
        """Return the answer to a question, as `Service.ask` does."""
        return self._held().ask(question, countries=countries, as_at=as_at)

    def search(
        self,
        words: str,
        *,
        countries: Sequence[str] = (),
        as_at: PartialDate | None = None,
        most: int,
    ) -> Passages:
        """Return the passages nearest to some words; nothing is judged."""
        return self._held().search(words, countries=countries, as_at=as_at, most=most)

    def complete(self, turns: Sequence[str]) -> str:
        """Return what the last message of a conversation asks, whole."""
        return self._held().complete(turns)

    def imprints(self) -> tuple[Imprint, ...]:
        """Return what is said of each report, in a fixed order."""
        return self._held().imprints()

    def country_choices(self) -> list[tuple[str, str]]:
        """Return code and Polish name of each country with reports, by name."""
        return self._held().country_choices()

    def country_name(self, code: str) -> str:
        """Return a country's Polish name, or the code where it has none."""
        return self._held().country_name(code)

    def country_code(self, name: str) -> str:
        """Return the code of the country that is meant; raises UnknownCountryError."""
        return self._held().country_code(name)

    def page_count(self, report_id: str) -> int:
        """Return how many pages a report has."""
        return self._held().page_count(report_id)

    def page(self, report_id: str, number: int) -> Page:
        """Return a stored page."""
        return self._held().page(report_id, number)

    def report_file(self, report_id: str) -> Path:
        """Return the PDF of a report."""
        return self._held().report_file(report_id)

    def defects(self, report_id: str) -> tuple[Defect, ...] | None:
        """Return a report's own defects, None where the index does not hold them."""
        return self._held().defects(report_id)

    @property
    def statement_check(self) -> Check:
        """What the statements of a model have to pass."""
        return self._held().statement_check

    def originals(self) -> Originals:
        """Return the stored reports that what is said of them is compared with."""
        return self._held().originals()

    def page_labels(self, report_id: str) -> Mapping[int, str]:
        """Return what a report calls its pages, by number."""
        return self._held().page_labels(report_id)

    def sections(self, report_id: str) -> tuple[Section, ...]:
        """Return the sections of a report, in its order."""
        return self._held().sections(report_id)

    def occurrences(self, report_id: str, typed: str) -> list[Occurrence]:
        """Return where words stand in a report, in the order of its pages."""
        return self._held().occurrences(report_id, typed)

    def page_image(self, report_id: str, number: int, *, scale: Scale) -> Picture:
        """Return a page as its report prints it, as `Service.page_image` does."""
        return self._held().page_image(report_id, number, scale=scale)

    def now(self) -> Service:
        """Return the service over the index that CURRENT names, or the one before."""
        if self._is_outdated() and self._opening.acquire(blocking=False):
            try:
                if self._is_outdated():  # another request may have opened it just now
                    self._open()
            finally:
                self._opening.release()
        return self._service

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Have all that is asked in this context see the index that is current now."""
        token = self.held.set(self.now())
        try:
            yield
        finally:
            self.held.reset(token)

    def _held(self) -> Service:
        return self.held.get() or self.now()

    def _is_outdated(self) -> bool:
        named = self._current_id()
        return named not in (None, self._service.index_id, self._passed_over)

    def _open(self) -> None:
        named = self._current_id()
        try:
            self._service = self._reopen(self._service)
        except NoUsableIndexError as exc:
            self._passed_over = named
            log.error("index_passed_over", extra={"index": named, "reason": str(exc)})
        else:
            self._passed_over = None
            log.info("index_opened", extra={"index": self._service.index_id})

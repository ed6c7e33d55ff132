"""What the doors need of the service behind them, and what all of them do with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal, Protocol, TypeAlias
from urllib.parse import urlencode

from coi_qa.adapters.answers import AnswerStore
from coi_qa.adapters.page_images import Scale
from coi_qa.ask.faithful import Check
from coi_qa.ask.recheck import Originals
from coi_qa.domain.answer import Answer, Passages
from coi_qa.domain.dates import PartialDate, parse_date
from coi_qa.domain.defect import Defect
from coi_qa.domain.phrases import Occurrence
from coi_qa.domain.picture import Picture
from coi_qa.domain.report import Imprint, Page, Section
from coi_qa.errors import BadRequestError, NotFoundError
from coi_qa.render import answer_json

# "10.2025"
_MONTH_FIRST: Final = re.compile(r"(?<!\S)(0[1-9]|1[0-2])[./](\d{4})(?!\S)")

Kind: TypeAlias = Literal["quote", "near"]
"""Whether a passage was taken for an answer; under which name an address has it."""


class Asking(Protocol):
    """One opened index that answers questions; `service.Service` is one."""

    @property
    def index_id(self) -> str:
        """The id of the index."""
        ...

    @property
    def answers(self) -> AnswerStore:
        """Where answers are kept."""
        ...

    def ask(
        self,
        question: str,
        *,
        countries: Sequence[str] = (),
        as_at: PartialDate | None = None,
    ) -> Answer:
        """Return the answer.

        Args:
            question: In any language.
            countries: Names or codes that the search is held to; none for all.
            as_at: Leaves out what was published later.

        Raises:
            BadQuestionError: empty, too long or not a text.
            UnknownCountryError: no country of that name or code.
        """
        ...

    def search(
        self,
        words: str,
        *,
        countries: Sequence[str] = (),
        as_at: PartialDate | None = None,
        most: int,
    ) -> Passages:
        """Return the passages nearest to some words; nothing is judged.

        Args:
            words: A question or words, in any language.
            countries: Names or codes that the search is held to; none for all.
            as_at: Leaves out what was published later.
            most: Passages at most, from 1.

        Raises:
            BadQuestionError: empty, too long or not a text.
            UnknownCountryError: no country of that name or code.
        """
        ...

    def complete(self, turns: Sequence[str]) -> str:
        """Return what the last of a person's messages asks, as a whole question.

        Args:
            turns: Messages of one conversation in their order; at least one.
        """
        ...

    def imprints(self) -> tuple[Imprint, ...]:
        """Return what is said of each report, in a fixed order."""
        ...

    def country_choices(self) -> list[tuple[str, str]]:
        """Return code and Polish name of the countries that have reports."""
        ...

    def country_code(self, name: str) -> str:
        """Return the code of the country that is meant by a name or code.

        Raises:
            UnknownCountryError: no country of that name or code.
        """
        ...

    def country_name(self, code: str) -> str:
        """Return a country's Polish name, or the code where it has none."""
        ...

    def page_count(self, report_id: str) -> int:
        """Return how many pages a report has.

        Raises:
            NotFoundError: no such report.
        """
        ...

    def page(self, report_id: str, number: int) -> Page:
        """Return a stored page.

        Raises:
            NotFoundError: no such report or page.
        """
        ...

    def report_file(self, report_id: str) -> Path:
        """Return where the PDF of a report is.

        Raises:
            NotFoundError: no such report, or its PDF is not at hand.
        """
        ...

    def defects(self, report_id: str) -> tuple[Defect, ...] | None:
        """Return a report's own defects in the order of its pages.

        None where the index was made before they were kept in it.

        Raises:
            NotFoundError: no such report.
        """
        ...

    @property
    def statement_check(self) -> Check:
        """What the statements of a model have to pass."""
        ...

    def originals(self) -> Originals:
        """Return the stored reports that what is said of them is compared with."""
        ...

    def page_labels(self, report_id: str) -> Mapping[int, str]:
        """Return what a report calls its pages, by number; none for no such report."""
        ...

    def sections(self, report_id: str) -> tuple[Section, ...]:
        """Return the sections of a report, in its order; none for no such report."""
        ...

    def occurrences(self, report_id: str, typed: str) -> list[Occurrence]:
        """Return where words stand in a report, in the order of its pages.

        Args:
            report_id: Of the report.
            typed: What a person looks for; nothing is found without a word in it.
        """
        ...

    def page_image(self, report_id: str, number: int, *, scale: Scale) -> Picture:
        """Return a page as its report prints it.

        Raises:
            NotFoundError: no such report or page.
            UnreadableReportError: it cannot be drawn.
            BusyError: too many wait for theirs.
        """
        ...


def keep_answer(
    service: Asking,
    question: str,
    *,
    countries: Sequence[str] = (),
    as_at: PartialDate | None = None,
) -> str:
    """Answer a question and return the JSON that is kept; raises as `Asking.ask` does.

    The same question on the same index gives the same bytes, whichever door asks.
    """
    answer = service.ask(question, countries=countries, as_at=as_at)
    return service.answers.put(answer.id, answer_json(answer))


def stored_answer(service: Asking, answer_id: str) -> str:
    """Return the JSON of an answer that is kept.

    Raises:
        NotFoundError: there is none (any more).
    """
    text = service.answers.get(answer_id)
    if text is None:
        raise NotFoundError(
            "Nie ma odpowiedzi o tym adresie; mogła już wygasnąć. "
            "Zadaj pytanie ponownie."
        )
    return text


def country_names(service: Asking, document: Mapping[str, Any]) -> dict[str, str]:
    """Return the Polish names, by code, of the countries that an answer was held to.

    Args:
        service: Knows them.
        document: An answer's JSON.
    """
    codes = document["searched"]["countries"]
    return {code: service.country_name(code) for code in codes}


def imprint_of(service: Asking, report_id: str) -> Imprint:
    """Return what is said of one report.

    Raises:
        NotFoundError: no such report.
    """
    for imprint in service.imprints():
        if imprint.id == report_id:
            return imprint
    raise NotFoundError(
        "W tym indeksie nie ma raportu o takim numerze; "
        "listę raportów podaje /v1/reports."
    )


def read_as_at(text: str | None) -> PartialDate | None:
    """Return the date asked for; None where none is.

    Raises:
        BadRequestError: `text` is not one date.
    """
    if text is None or not text.strip():
        return None
    try:
        return parse_date(_MONTH_FIRST.sub(r"\2-\1", text.strip()))
    except ValueError as exc:
        raise BadRequestError(
            "„Stan na” (as_at) to nie data; wpisz 2025, 2025-10 albo 2025-10-31."
        ) from exc


def page_address(
    site: str,
    answer_id: str,
    quote: Mapping[str, Any],
    *,
    kind: Kind = "quote",
) -> str:
    """Return the address of the page that a quote stands on, with the quote marked.

    Args:
        site: Scheme and host, as "http://127.0.0.1:8000"; "" for a path alone.
        answer_id: Of the answer that has the quote.
        quote: Of the answer's JSON.
        kind: "near" for a passage that was not taken for an answer.
    """
    query = urlencode({"answer": answer_id, kind: quote["number"]})
    page, report_id = quote["places"][0]["page"], quote["report"]["id"]
    return f"{site}/reports/{report_id}/pages/{page}?{query}#znaleziony"

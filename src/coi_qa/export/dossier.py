"""An answer's JSON -> what its evidence pack says, before it is set as Word or PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from coi_qa import render
from coi_qa.export.bibliography import (
    Item,
    items_of,
    report_item,
    report_key,
    source_key,
)
from coi_qa.export.citations import CONNECTORS, cite
from coi_qa.export.lines import (
    REPLACEMENT,
    UNKNOWN,
    Line,
    Run,
    count_replaced,
    ended,
    merge_runs,
    printable,
    printable_document,
)

TITLE: Final = "Wyciąg z raportów o krajach pochodzenia"
CHECKED_BY: Final = (
    "Wyszukane przez system, sprawdzone przez: ……………………………………………………",
    "Data i podpis: ……………………………………………………",
)

LANGUAGE: Final = "pl"

_REPLACED: Final = (
    "Znaków, których nie widać albo które zmieniają kierunek czytania, jest {}; w ich "
    f"miejscu stoi {REPLACEMENT}. Litera w literę zachowuje je postać JSON tej teczki."
)
_NO_DATE: Final = "nie zapisano jej w pliku odpowiedzi"
_SUPERSEDED: Final = "jest nowsze wydanie tego raportu: {}"
_GUESSED: Final = "część danych o raporcie odczytano tylko z nazwy pliku"


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of a report and the footnote that belongs behind them.

    Attributes:
        number: Of the quote; 0 for a passage that was not taken for an answer.
        text: Verbatim, without quotation marks.
        remark: That the words are in another language, or "".
        footnote: Report, section and page, then the primary sources.
    """

    number: int
    text: Run
    remark: str
    footnote: Line


@dataclass(frozen=True, slots=True)
class Comparison:
    """Figures side by side; each row has as many cells as the header."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """What a pack says, in the order in which it says it.

    Attributes:
        title: Of the document.
        created: Day of the answer; None where it is not known.
        question: As it was asked.
        facts: Label and words: country, date, outcome, index.
        notice: What the status means here, or "".
        warnings: For the reader.
        statements: Those that say more than one quote, with the quotes' numbers.
        quotes: Best first.
        comparisons: What is told differently.
        basis: How old, whom it goes back to, what was searched, what was withheld.
        near: Passages that were not taken for an answer.
        reports: References of the reports quoted.
        sources: References of their primary sources, numbered as in the answer.
        closing: What the service is, and what was replaced in this document.
        checked_by: Lines to be filled in by hand.
    """

    title: str
    created: date | None
    question: str
    facts: tuple[tuple[str, str], ...]
    notice: str
    warnings: tuple[str, ...]
    statements: tuple[str, ...]
    quotes: tuple[Passage, ...]
    comparisons: tuple[Comparison, ...]
    basis: tuple[str, ...]
    near: tuple[Passage, ...]
    reports: tuple[Line, ...]
    sources: tuple[Line, ...]
    closing: tuple[str, ...]
    checked_by: tuple[str, ...] = CHECKED_BY


def colophon(dossier: Dossier) -> list[str]:
    """Return lines for a form that has no pages: what was asked, when, of which index.

    The same as in a document, down to the line to be signed.
    """
    return [
        dossier.title,
        f"Pytanie: {dossier.question}",
        *(f"{label}: {words}" for label, words in dossier.facts),
        *dossier.closing,
        *dossier.checked_by,
    ]


def dossier_of(
    answer: Mapping[str, Any],
    *,
    style: str,
    countries: Mapping[str, str],
    created: date | None,
    address: str = "",
) -> Dossier:
    """Return the pack of an answer's JSON.

    Args:
        answer: As `render.answer_document` returns it.
        style: Of the references; one of `citations.STYLES`.
        countries: Polish names by code; a code without a name is shown as it is.
        created: Day of the answer, if it is known.
        address: Where the answer can be seen again, or "".
    """
    document = printable_document(answer)
    names = {code: printable(name) for code, name in countries.items()}
    items = items_of(document)
    near_reports = [report_item(quote["report"]) for quote in document["near"]]
    known = {item["id"] for item in items}
    others = {i["id"]: i for i in near_reports if i["id"] not in known}
    references = cite([*items, *others.values()], style=style)
    footnotes = _Footnotes(references, style)
    searched = [names.get(c, c) for c in document["searched"]["countries"]]
    warnings = tuple(map(str, document["currency"]["warnings"]))
    return Dossier(
        title=f"{TITLE}: {', '.join(searched)}" if len(searched) == 1 else TITLE,
        created=created,
        question=document["question"].strip(),
        facts=tuple(_facts(document, searched, created, printable(address))),
        notice=str(document["notice"]),
        warnings=warnings,
        statements=tuple(
            f"{_as_said(document, each['text'])} "
            f"{''.join(f'[{n}]' for n in each['quotes'])}"
            for each in render.statements_apart(document)
        ),
        quotes=tuple(
            _passage(quote, quote["number"], footnotes.of_quote(quote, note))
            for quote, note in zip(
                document["quotes"], render.notes(document), strict=True
            )
        ),
        comparisons=tuple(map(_comparison, document["conflicts"])),
        basis=(
            *render.currency_words(document | {"currency": _silent(document)}),
            render.searched_words(document, names),
            *(f"Wstrzymano: {words}." for words in render.withheld_words(document)),
        ),
        near=tuple(
            _passage(quote, 0, footnotes.of_near(quote)) for quote in document["near"]
        ),
        reports=tuple(
            ended(references[i["id"]]) for i in items if i["type"] == "report"
        ),
        sources=tuple(
            _source_line(references[source_key(source["number"])], source)
            for source in document["sources"]
        ),
        closing=tuple(_closing(document, replaced=count_replaced(dict(answer)))),
    )


@dataclass(frozen=True, slots=True)
class Reference:
    """What one quote is cited by.

    Attributes:
        footnote: Report, section and page, then the primary sources.
        items: CSL-JSON of its report, then of its sources.
    """

    footnote: Line
    items: tuple[Item, ...]


def references_of(answer: Mapping[str, Any], *, style: str) -> list[Reference]:
    """Return what each quote of an answer's JSON is cited by, in its order.

    Args:
        answer: As `render.answer_document` returns it.
        style: One of `citations.STYLES`.
    """
    document = printable_document(answer)
    items = items_of(document)
    by_key = {item["id"]: item for item in items}
    footnotes = _Footnotes(cite(items, style=style), style)
    return [
        Reference(
            footnote=footnotes.of_quote(quote, note),
            items=(
                by_key[report_key(quote["report"]["id"])],
                *(by_key[source_key(source.number)] for source in note.sources),
            ),
        )
        for quote, note in zip(document["quotes"], render.notes(document), strict=True)
    ]


def _as_said(document: Mapping[str, Any], text: str) -> str:
    """Return a statement; only a report's own words stand in quotation marks."""
    return text if document.get("writer") else f"„{text}”"


def _silent(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the currency without its warnings, which stand above the quotes."""
    return {**document["currency"], "warnings": []}


def _facts(
    document: Mapping[str, Any],
    searched: Sequence[str],
    created: date | None,
    address: str,
) -> Iterator[tuple[str, str]]:
    yield ("Kraj" if len(searched) == 1 else "Kraje"), ", ".join(searched) or "brak"
    if as_at := document.get("as_at"):  # answers kept of old lack it
        yield "Stan na", render.date_words(as_at)
    yield "Wynik", render.STATUS_WORDS[document["status"]]
    day = render.date_words(created.isoformat()) if created else _NO_DATE
    yield "Data odpowiedzi", day
    yield "Numer odpowiedzi", str(document["id"])
    if address:
        yield "Adres odpowiedzi", address
    yield "Odcisk indeksu", str(document["index"])


def _closing(document: Mapping[str, Any], *, replaced: int) -> Iterator[str]:
    yield str(document["disclaimer"])
    if writer := render.written_by(document):
        yield f"{render.WRITER_WORDS} ({writer})"
    if replaced:
        yield _REPLACED.format(replaced)


def _passage(quote: Mapping[str, Any], number: int, footnote: Line) -> Passage:
    language = quote["report"]["language"] or ""
    is_foreign = language not in ("", LANGUAGE)
    return Passage(
        number=number,
        text=Run(quote["text"], language=language if is_foreign else ""),
        remark=f"Cytat w języku: {_language_name(language)}." if is_foreign else "",
        footnote=footnote,
    )


@cache
def _language_name(code: str) -> str:
    # Imported here: Babel reads its locale data from disk.
    from babel import Locale

    names: Mapping[str, str] = Locale(LANGUAGE).languages
    return names.get(code, code)


_COLUMNS: Final[tuple[tuple[str, Callable[[Mapping[str, Any]], str]], ...]] = (
    ("Cytat", lambda side: f"[{side['quote']}]"),
    ("Wartość", lambda side: f"{side['value']} {side['unit']}".strip()),
    ("Czas", lambda side: side["period"] or ""),
    ("Według", lambda side: ", ".join(side["attributed_to"])),
    ("Przypisanie", lambda side: f"„{side['cause']}”" if side["cause"] else ""),
    ("Filtry zbioru", lambda side: side["filter"] or ""),
)


def _comparison(conflict: Mapping[str, Any]) -> Comparison:
    """Return a conflict as a table, less the columns in which nothing stands."""
    columns = [
        (name, [str(read(side)) for side in conflict["sides"]])
        for name, read in _COLUMNS
    ]
    shown = [(name, cells) for name, cells in columns if any(cells)]
    return Comparison(
        caption=render.conflict_words(conflict),
        header=tuple(name for name, _ in shown),
        rows=tuple(
            tuple(cell or "–" for cell in row)
            for row in zip(*(cells for _, cells in shown), strict=True)
        ),
    )


class _Footnotes:
    """Sets the footnotes of passages in one style."""

    def __init__(self, references: Mapping[str, Line], style: str) -> None:
        self._references = references
        self._between = CONNECTORS[style]
        self._style = style

    def of_quote(self, quote: Mapping[str, Any], note: render.Note) -> Line:
        """Return report, section and page, then each source by its own footnote."""
        runs = [*self._place(quote)]
        for number, source in enumerate(note.sources):
            runs.append(Run(self._between.citing if number == 0 else "; "))
            runs += self._references[source_key(source.number)]
            marks = ", ".join(map(str, source.footnotes))
            runs.append(Run(f" ({self._between.note.format(marks)})"))
            runs += _remark(source.problems)
        if note.scope:
            runs += [Run(f"; {note.scope}")]
        runs += _before(quote)
        return ended(merge_runs(runs))

    def of_near(self, quote: Mapping[str, Any]) -> Line:
        """Return report, section and page, then the footnotes as printed."""
        printed = "; ".join(note["raw"] for note in quote["notes"])
        said = "; w przypisach raportu: " if printed else ""
        raw = Run(printed, language=UNKNOWN)
        return ended(merge_runs([*self._place(quote), Run(said), raw]))

    def _place(self, quote: Mapping[str, Any]) -> Iterator[Run]:
        report = quote["report"]
        yield from self._references[report_key(report["id"])]
        yield Run(self._between.place.format(labels=self._labels(quote["places"])))
        if quote["section"]:
            path = " › ".join(quote["section"])
            yield Run(self._between.section.format(path=path))
        remarks = [_GUESSED] if report["guessed"] else []
        if newer := quote.get("superseded_by"):
            remarks.append(_SUPERSEDED.format(render.date_words(newer["date"])))
        yield from _remark(remarks)

    def _labels(self, places: Sequence[Mapping[str, Any]]) -> str:
        words = render.place_words(places)
        return words.removeprefix("s. ") if self._style == "oscola" else words


def _before(quote: Mapping[str, Any]) -> Iterator[Run]:
    """Yield the sentence that a quote points back at, for who reads the quote alone."""
    if earlier := quote.get("before"):
        yield Run("; zdanie wcześniejsze w raporcie: „")
        yield Run(earlier["text"], language=quote["report"]["language"] or UNKNOWN)
        yield Run("”")


def _remark(problems: Sequence[str]) -> Iterator[Run]:
    if problems:
        yield Run(f" [uwaga: {'; '.join(problems)}]")


def _source_line(reference: Line, source: Mapping[str, Any]) -> Line:
    """Return a source as the list of sources names it, with its footnotes."""
    raw = [footnote["raw"] for footnote in source["footnotes"]]
    numbers = dict.fromkeys(footnote["number"] for footnote in source["footnotes"])
    problems = [render.problem_words(each, raw) for each in source["problems"]]
    marks = Run(f" (przyp. {', '.join(map(str, numbers))})")
    return ended(merge_runs([*reference, marks, *_remark(problems)]))

"""An answer as the doors hand it out: numbered, resolved, in words.

`answer_document` is the one view behind the form, the chat, the command line and the
exports; `notes` and the `*_words` functions say in Polish what stands in it. Nothing
here looks at a clock, so the same answer gives the same bytes.
"""

from __future__ import annotations

import json
import textwrap
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit

from coi_qa.domain.answer import (
    Answer,
    CitedSource,
    Conflict,
    Passages,
    Quote,
    QuotePlace,
    Searched,
    Side,
)
from coi_qa.domain.dates import PartialDate, find_dates
from coi_qa.domain.report import Imprint, Page
from coi_qa.domain.source import Footnote, Source
from coi_qa.domain.text import Span

Document = dict[str, Any]
"""JSON as CONTRACT.md describes it."""

DISCLAIMER: Final = (
    "Usługa cytuje raporty i informuje; nie rozstrzyga o udzieleniu ochrony. "
    "Przed użyciem sprawdź cytat na jego stronie."
)

STATUS_NAMES: Final = {
    "answered": "Znaleziono w raportach",
    "reported_absence": "Raport podaje, że nie odnotowano lub nie znaleziono",
    "insufficient_evidence": "Nie znaleziono odpowiedzi w raportach",
    "out_of_scope": "Poza zakresem raportów",
}

STATUS_WORDS: Final = {
    "answered": "Oto zdania raportów najbliższe pytaniu. Sprawdź, czy odpowiadają.",
    "reported_absence": (
        "Raport podaje, że czegoś nie stwierdzono. Sprawdź, czy chodzi o to pytanie."
    ),
    "insufficient_evidence": "W przeszukanych raportach nie znaleziono odpowiedzi.",
    "out_of_scope": "To pytanie wykracza poza to, co opisują raporty.",
}

PROBLEM_WORDS: Final = {
    "url_missing": "w raporcie nie podano adresu",
    "url_damaged": "adres wydrukowany w raporcie jest uszkodzony",
    "date_missing": "w raporcie nie podano daty źródła",
    "date_invalid": "w raporcie podano niemożliwą datę",
    "publisher_variant": "raport zapisuje nazwę tego wydawcy na kilka sposobów",
    "date_after_claim": "data źródła jest późniejsza niż to, o czym mówi zdanie",
    "date_before_claim": "data źródła jest wcześniejsza niż to, o czym mówi zdanie",
    "unmarked": "żadne miejsce w tekście raportu nie odsyła do tego przypisu",
}

FAULT_WORDS: Final = {
    "unknown_quote": "powołuje się na cytat, którego nie ma",
    "no_quote": "nie opiera się na żadnym cytacie",
    "not_on_page": "tych słów nie ma na zapisanej stronie raportu",
    "not_in_quotes": "tych słów nie ma w cytatach",
    "not_verbatim": "słów w cudzysłowie nie ma w cytatach",
    "markup": "to nie jest zwykłe zdanie",
    "judgement": "zawiera ocenę albo zalecenie",
    "unknown_number": "liczby nie ma w cytacie",
    "unknown_date": "daty nie ma w cytacie",
    "unknown_name": "nazwy nie ma w cytacie",
    "unknown_words": "niektórych słów nie ma w cytacie",
    "other_unit": "w cytacie liczba dotyczy czego innego",
    "other_negation": "przeczenie jest inne niż w cytacie",
    "other_form": "czas, przypadek albo stopień jest inny niż w cytacie",
    "other_role": "słowa mogły zamienić się miejscami",
    "joined_parts": "łączy części różnych zdań składowych",
    "joined_figures": "łączy liczbę z innym miejscem lub czasem niż cytat",
    "lost_reserve": "pomija zastrzeżenie z cytatu (kto to mówi, jak pewnie, kiedy)",
    "lost_limit": "pomija słowo, które ogranicza liczbę albo przeczenie",
}

WRITER_WORDS: Final = (
    "Zdania ułożył model językowy; liczby, daty, nazwy i przeczenia porównano "
    "z cytatami. Rozstrzyga cytat."
)

RELATION_WORDS: Final = {
    "conflict": "Sprzeczne dane",
    "different_filter": "Różny wybór danych z jednego zbioru",
    "different_period": "Różny czas",
    "attribution": "Ta sama liczba, różnie przypisana",
}

CONFLICTS_WORDS: Final = "Zestawienie: to samo podane różnie"

NEAR_WORDS: Final = "Fragmenty bliskie, których nie uznano za odpowiedź"

SCOPE_WORDS: Final = {
    "sentence": "",
    "cluster": "",
    "paragraph": "zdanie nie ma własnego przypisu; podano następny w jego akapicie",
    "none": "w raporcie zdanie nie ma przypisu",
}

_BULLET: Final = "•"

_MONTHS: Final = (
    ("styczeń", "stycznia"),
    ("luty", "lutego"),
    ("marzec", "marca"),
    ("kwiecień", "kwietnia"),
    ("maj", "maja"),
    ("czerwiec", "czerwca"),
    ("lipiec", "lipca"),
    ("sierpień", "sierpnia"),
    ("wrzesień", "września"),
    ("październik", "października"),
    ("listopad", "listopada"),
    ("grudzień", "grudnia"),
)


@dataclass(frozen=True, slots=True)
class SourceNote:
    """A primary source as the list of footnotes names it, for one quote.

    Attributes:
        number: Of the source in this answer.
        footnotes: Numbers as printed, of those that lead from this quote to it.
        parts: Publisher, title, dates and filters, as far as known, in words.
        url: None where it is not a web address.
        problems: In words.
        raw: The footnotes as printed.
    """

    number: int
    footnotes: tuple[int, ...]
    parts: tuple[str, ...]
    url: str | None
    problems: tuple[str, ...]
    raw: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """What stands under one quote's number in the list of footnotes.

    Attributes:
        number: Of the quote.
        report: Title, publisher and date, in words.
        section: Headings above the quote, highest first.
        where: The pages, in words.
        scope: A remark on how the quote came by its footnotes, or "".
        sources: In the order of the quote's footnotes.
    """

    number: int
    report: str
    section: tuple[str, ...]
    where: str
    scope: str
    sources: tuple[SourceNote, ...]


def answer_document(answer: Answer) -> Document:
    """Return the JSON of an answer; its keys in the order of interfaces.md."""
    numbers = _source_numbers(answer.sources)
    return {
        "id": answer.id,
        "question": answer.question,
        "index": answer.index,
        "status": answer.status.value,
        "statements": [
            {"text": each.text, "quotes": list(each.quotes)}
            for each in answer.statements
        ],
        "quotes": [_quote(quote, numbers) for quote in answer.quotes],
        "sources": [_source(cited) for cited in answer.sources],
        "independent_sources": answer.independent_sources,
        "currency": {
            "oldest": _iso(answer.currency.oldest),
            "newest": _iso(answer.currency.newest),
            "undated": answer.currency.undated,
            "report": _iso(answer.currency.report),
            "warnings": list(answer.currency.warnings),
        },
        "conflicts": [_conflict(conflict) for conflict in answer.conflicts],
        "searched": _searched(answer.searched),
        "withheld": [
            {"text": each.text, "fault": each.fault.value} for each in answer.withheld
        ],
        "disclaimer": DISCLAIMER,
        "notice": answer.notice,
        "confidence": None
        if answer.confidence is None
        else round(answer.confidence, 3),
        "near": [_quote(quote, numbers) for quote in answer.near],
        "tellers": [
            {"name": teller.name, "quotes": list(teller.quotes)}
            for teller in answer.tellers
        ],
        "as_at": _iso(answer.as_at),
        "writer": answer.writer,
    }


def passages_document(passages: Passages) -> Document:
    """Return passages near some words, each in the form of an answer's quote."""
    numbers = _source_numbers(passages.sources)
    return {
        "passages": [_quote(quote, numbers) for quote in passages.quotes],
        "sources": [_source(cited) for cited in passages.sources],
        "searched": _searched(passages.searched),
        "notice": passages.notice,
    }


def footnote_document(report_id: str, footnote: Footnote, source: Source) -> Document:
    """Return one footnote of a report and the primary source that it names."""
    cited = CitedSource(1, source, ((report_id, footnote),), footnote.problems)
    return _source(cited)


def answer_json(answer: Answer) -> str:
    """Return the one JSON text of an answer; it is stored and sent as it is."""
    return json.dumps(answer_document(answer), ensure_ascii=False, indent=2) + "\n"


def report_document(imprint: Imprint, page_count: int) -> Document:
    """Return what is said of a report; `guessed` names what rests on its file name."""
    return report_imprint(imprint) | {"pages": page_count}


def page_document(page: Page) -> Document:
    """Return a stored page: its text, and for each character its box or None."""
    boxes = [page.boxes(Span(at, at + 1)) for at in range(len(page.body))]
    return {
        "number": page.number,
        "label": page.label,
        "width": page.width,
        "height": page.height,
        "text": page.body,
        "boxes": [list(box[0]) if box else None for box in boxes],
    }


def notes(document: Mapping[str, Any], *, of: str = "quotes") -> list[Note]:
    """Return the list of footnotes of an answer's JSON, one note a quote.

    Args:
        document: As `answer_document` returns it.
        of: "quotes", or "near" for the passages not taken as an answer.
    """
    sources = {source["number"]: source for source in document["sources"]}
    return [_note(quote, sources) for quote in document[of]]


def statements_apart(document: Mapping[str, Any]) -> list[Document]:
    """Return the statements that say more than to repeat the quote they rest on."""
    quoted = {quote["text"] for quote in document["quotes"]}
    return [each for each in document["statements"] if each["text"] not in quoted]


def answer_text(document: Mapping[str, Any], *, columns: int = 88) -> str:
    """Return an answer's JSON as text for a terminal so wide, in Polish."""
    blocks = [
        [f"Pytanie: {document['question']}"],
        [STATUS_WORDS[document["status"]], document["notice"]],
        [
            *([WRITER_WORDS] if written_by(document) else []),
            *(f"{s['text']} {_marks(s['quotes'])}" for s in statements_apart(document)),
        ],
    ]
    blocks += [
        _quote_in_text(note, quote["text"], mark=f"[{note.number}]")
        for quote, note in zip(document["quotes"], notes(document), strict=True)
    ]
    if document["quotes"]:
        blocks.append(["Przypisy:", *_notes_in_text(notes(document))])
    if document["conflicts"]:
        blocks.append([f"{CONFLICTS_WORDS}:"])
        blocks += [
            [
                conflict_words(each),
                *(f"    {w}" for w in map(side_words, each["sides"])),
            ]
            for each in document["conflicts"]
        ]
    blocks += [
        [*currency_words(document)],
        [searched_words(document)],
        [f"Wstrzymano: {words}" for words in withheld_words(document)],
    ]
    if document["near"]:
        blocks.append([f"{NEAR_WORDS}:"])
        # A number would be taken for that of a quote.
        blocks += [
            _quote_in_text(note, quote["text"], mark=_BULLET)
            for quote, note in zip(
                document["near"], notes(document, of="near"), strict=True
            )
        ]
    blocks.append([document["disclaimer"]])
    shown = ([_wrapped(line, columns) for line in block if line] for block in blocks)
    return "\n\n".join("\n".join(lines) for lines in shown if lines) + "\n"


def date_words(iso: str | None) -> str:
    """Return an ISO date of any precision in Polish, "" for None.

    >>> date_words("2025-04-08"), date_words("2025-10"), date_words("2024")
    ('8 kwietnia 2025', 'październik 2025', '2024')
    """
    year, *rest = (iso or "").split("-")
    if not rest:
        return year
    nominative, genitive = _MONTHS[int(rest[0]) - 1]
    return f"{int(rest[1])} {genitive} {year}" if rest[1:] else f"{nominative} {year}"


def time_words(since: str | None, until: str | None) -> str:
    """Return the time between two ISO dates in Polish, "" where neither is known.

    >>> time_words("2024-01-01", "2024-12-31"), time_words("2025-04", "2025-04")
    ('1 stycznia 2024 – 31 grudnia 2024', 'kwiecień 2025')
    >>> time_words("2024", None), time_words(None, "2024")
    ('od: 2024', 'do: 2024')
    """
    first, last = date_words(since), date_words(until)
    if first and last:
        return first if first == last else f"{first} – {last}"
    return f"od: {first}" if first else f"do: {last}" if last else ""


def superseded_words(quote: Mapping[str, Any]) -> str:
    """Return that a newer edition took the place of a quote's report, or ""."""
    newer = quote.get("superseded_by")  # answers kept of old lack it
    if not newer:
        return ""
    return f"Z wydania, które zastąpiło nowsze: {date_words(newer['date'])}."


def report_words(report: Mapping[str, Any]) -> str:
    """Return title, publisher and date of a report, as far as known."""
    parts = [
        report["title"] or report["file"],
        report["publisher"],
        date_words(report["date"]),
        f"wyd. {edition}" if (edition := report["edition"]) else None,
    ]
    return ", ".join(part for part in parts if part)


def place_words(places: Sequence[Mapping[str, Any]]) -> str:
    """Return the pages of a quote as printed, and as counted where that differs.

    >>> place_words([{"page": 4, "label": "4"}, {"page": 5, "label": "5"}])
    's. 4–5'
    >>> place_words([{"page": 6, "label": "iv"}])
    's. iv (6. strona pliku)'
    """
    first, last = places[0], places[-1]
    one = first["page"] == last["page"]
    labels = first["label"] if one else f"{first['label']}–{last['label']}"
    if all(place["label"] == str(place["page"]) for place in places):
        return f"s. {labels}"
    pages = f"{first['page']}." if one else f"{first['page']}.–{last['page']}."
    return f"s. {labels} ({pages} strona pliku)"


def problem_words(problem: str, raw: Iterable[str] = ()) -> str:
    """Return a footnote's problem in words, with the impossible date as printed.

    >>> problem_words("date_invalid", ["33 Orda, 06.06.20216, https://orda.kz"])
    'w raporcie podano niemożliwą datę („06.06.20216”)'
    """
    words = PROBLEM_WORDS[problem]
    found = misprinted_date(raw) if problem == "date_invalid" else ""
    return f"{words} („{found}”)" if found else words


def misprinted_date(raw: Iterable[str]) -> str:
    """Return the first impossible date that is printed in footnotes, or "".

    >>> misprinted_date(["33 Orda, 06.06.20216, https://orda.kz"])
    '06.06.20216'
    """
    printed = (
        date.text
        for text in raw
        for date in find_dates(text.partition("http")[0])
        if date.date is None
    )
    return next(printed, "")


def conflict_words(conflict: Mapping[str, Any]) -> str:
    """Return why figures stand side by side, and what they count."""
    return f"{RELATION_WORDS[conflict['relation']]}: {conflict['about']}"


def side_words(side: Mapping[str, Any]) -> str:
    """Return what one quote says of a matter, all of it in the quote's own words.

    >>> side_words(
    ...     {
    ...         "quote": 2,
    ...         "value": "238",
    ...         "unit": "osób",
    ...         "period": "2022 r.",
    ...         "filter": None,
    ...         "attributed_to": ["władz"],
    ...         "cause": "z rąk policji",
    ...     }
    ... )
    '[2] 238 osób; 2022 r.; wg: władz; „z rąk policji”'
    """
    return f"[{side['quote']}] {side_facts(side)}"


def side_facts(side: Mapping[str, Any]) -> str:
    """Return the same without the quote's number."""
    parts = [
        f"{side['value']} {side['unit']}".strip(),
        side["period"],
        f"wg: {', '.join(side['attributed_to'])}" if side["attributed_to"] else None,
        f"„{side['cause']}”" if side["cause"] else None,
        f"filtry: {side['filter']}" if side["filter"] else None,
    ]
    return "; ".join(part for part in parts if part)


def fault_words(withheld: Mapping[str, Any]) -> str:
    """Return why a statement was withheld."""
    return FAULT_WORDS[withheld["fault"]]


def withheld_words(document: Mapping[str, Any]) -> list[str]:
    """Return what was withheld, in words.

    Of what a model wrote only why: its own words are not shown anywhere.
    """
    return [
        fault_words(each)
        if document.get("writer") and each["fault"] != "not_on_page"
        else f"{each['text']} ({fault_words(each)})"
        for each in document["withheld"]
    ]


def written_by(document: Mapping[str, Any]) -> str:
    """Return the model that some statement shown is from, or ""; of old it lacks."""
    writer = document.get("writer")
    return str(writer) if writer and statements_apart(document) else ""


def currency_words(document: Mapping[str, Any]) -> list[str]:
    """Return how old the information is, the warnings after it; [] without quotes."""
    currency = document["currency"]
    oldest, newest = date_words(currency["oldest"]), date_words(currency["newest"])
    dated = oldest if oldest == newest else f"od {oldest} do {newest}"
    parts = [
        f"daty źródeł: {dated}" if oldest else "",
        f"źródeł bez daty: {currency['undated']}" if currency["undated"] else "",
        f"niezależne źródła: {_teller_words(document)}",
        f"raport: {date_words(currency['report'])}" if currency["report"] else "",
    ]
    facts = "Aktualność – " + "; ".join(part for part in parts if part) + "."
    return [*([facts] if document["quotes"] else []), *currency["warnings"]]


def _teller_words(document: Mapping[str, Any]) -> str:
    """Return how many the quotes go back to, and who; answers kept of old lack it."""
    names = ", ".join(teller["name"] for teller in document.get("tellers", ()))
    count = document["independent_sources"]
    return f"{count} ({names})" if names else str(count)


def searched_words(
    document: Mapping[str, Any], countries: Mapping[str, str] | None = None
) -> str:
    """Return what was searched.

    Args:
        document: An answer's JSON.
        countries: Names by code; a code without a name is shown as it is.
    """
    searched, names = document["searched"], countries or {}
    parts = [
        f"raporty: {searched['reports']}",
        f"fragmenty: {searched['chunks']}",
    ]
    if searched["countries"]:
        named = ", ".join(names.get(code, code) for code in searched["countries"])
        parts.append(f"kraje: {named}")
    if searched["until"]:
        parts.append(f"najnowszy raport: {date_words(searched['until'])}")
    return "Przeszukano – " + "; ".join(parts) + "."


def web_address(url: str | None) -> str | None:
    """Return `url` where it is fit to be a link, else None.

    >>> web_address("javascript:alert(1)") is None
    True
    """
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def _source_numbers(sources: Iterable[CitedSource]) -> dict[tuple[str, int], int]:
    """Return the number of the source that each footnote, by report, leads to."""
    return {
        (report_id, footnote.ordinal): cited.number
        for cited in sources
        for report_id, footnote in cited.footnotes
    }


def _iso(date: PartialDate | None) -> str | None:
    return None if date is None else str(date)


def report_imprint(imprint: Imprint) -> Document:
    """Return who published a report when, as quotes carry it."""
    return {
        "id": imprint.id,
        "title": imprint.title,
        "publisher": imprint.publisher,
        "date": _iso(imprint.date),
        "countries": list(imprint.countries),
        "edition": imprint.edition,
        "file": imprint.file_name,
        "language": imprint.language,
        "guessed": list(imprint.guessed),
    }


def _quote(quote: Quote, numbers: Mapping[tuple[str, int], int]) -> Document:
    """Return a quote; `notes` go with `footnotes`, whose numbers may restart."""
    return {
        "number": quote.number,
        "text": quote.text,
        "report": report_imprint(quote.imprint),
        "section": list(quote.section),
        "places": [_place(place) for place in quote.places],
        "footnotes": [footnote.number for footnote in quote.footnotes],
        "scope": quote.scope,
        "notes": [
            {
                "number": footnote.number,
                "page": footnote.page_number,
                "source": numbers.get((quote.imprint.id, footnote.ordinal)),
                "raw": footnote.raw,
            }
            for footnote in quote.footnotes
        ],
        "attributed_to": list(quote.attributed_to),
        "undefined": list(quote.undefined),
        "dates": {
            "since": _day(quote.dates.since),
            "until": _day(quote.dates.until),
            "oldest_source": _iso(quote.dates.oldest_source),
            "newest_source": _iso(quote.dates.newest_source),
            "accessed": _iso(quote.dates.accessed),
            "report": _iso(quote.imprint.date),
        },
        "before": _earlier(quote) if quote.before else None,
        "superseded_by": _newer(quote.newer) if quote.newer else None,
    }


def _earlier(quote: Quote) -> Document:
    return {
        "text": quote.before_text,
        "places": [
            {
                "page": place.page_number,
                "start": place.span.start,
                "end": place.span.end,
            }
            for place in quote.before
        ],
    }


def _newer(edition: Imprint) -> Document:
    return {
        "report": edition.id,
        "date": _iso(edition.date),
        "edition": edition.edition,
    }


def _conflict(conflict: Conflict) -> Document:
    return {
        "about": conflict.about,
        "relation": conflict.relation.value,
        "sides": [_side(side) for side in conflict.sides],
    }


def _side(side: Side) -> Document:
    return {
        "quote": side.quote,
        "value": side.value,
        "unit": side.unit,
        "period": side.period,
        "filter": side.filter,
        "since": _day(side.since),
        "until": _day(side.until),
        "attributed_to": list(side.attributed_to),
        "cause": side.cause,
    }


def _searched(searched: Searched) -> Document:
    return {
        "reports": searched.reports,
        "chunks": searched.chunks,
        "countries": list(searched.countries),
        "until": _iso(searched.until),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _place(found: QuotePlace) -> Document:
    return {
        "page": found.place.page_number,
        "label": found.label,
        "start": found.place.span.start,
        "end": found.place.span.end,
        "boxes": [list(box) for box in found.boxes],
    }


def _source(cited: CitedSource) -> Document:
    source = cited.source
    return {
        "number": cited.number,
        "footnotes": [
            {
                "report": report_id,
                "number": footnote.number,
                "page": footnote.page_number,
                "raw": footnote.raw,
            }
            for report_id, footnote in cited.footnotes
        ],
        "publisher": source.publisher,
        "title": source.title,
        "date": _iso(source.date),
        "url": source.url,
        "problems": [problem.value for problem in cited.problems],
        "kind": source.kind,
        "filters": source.filters,
        "accessed": _iso(source.accessed),
        "originator": source.originator,
        "notes_in_report": len(source.footnotes),
    }


def _scope_words(quote: Mapping[str, Any]) -> str:
    """Return how a quote came by its footnotes, marks that name none included."""
    if not quote["undefined"]:
        return SCOPE_WORDS[quote["scope"]]
    numbers = ", ".join(map(str, quote["undefined"]))
    return f"w raporcie jest odnośnik {numbers}, ale brak treści tego przypisu"


def _note(quote: Mapping[str, Any], sources: Mapping[int, Document]) -> Note:
    wanted = dict.fromkeys(note["source"] for note in quote["notes"])
    return Note(
        number=quote["number"],
        report=report_words(quote["report"]),
        section=tuple(quote["section"]),
        where=place_words(quote["places"]),
        scope=_scope_words(quote),
        sources=tuple(
            _source_note(sources[number], quote["notes"])
            for number in wanted
            if number in sources
        ),
    )


def _source_note(
    source: Mapping[str, Any], quote_notes: Sequence[Mapping[str, Any]]
) -> SourceNote:
    led_here = [note for note in quote_notes if note["source"] == source["number"]]
    accessed = date_words(source["accessed"])
    parts = (
        source["publisher"],
        source["title"],
        f"filtry: {source['filters']}" if source["filters"] else None,
        date_words(source_date(source)),
        f"dane pobrano {accessed}" if accessed else None,
        f"w raporcie pod {count} przypisami"
        if (count := _notes_of(source)) > 1
        else None,
    )
    raw = [footnote["raw"] for footnote in source["footnotes"]]
    return SourceNote(
        number=source["number"],
        footnotes=tuple(note["number"] for note in led_here),
        parts=tuple(part for part in parts if part),
        url=web_address(source["url"]),
        problems=tuple(problem_words(each, raw) for each in source["problems"]),
        raw=tuple(note["raw"] for note in led_here),
    )


def source_date(source: Mapping[str, Any]) -> str | None:
    """Return when a source came out, None where that is not known or never was."""
    return None if is_dated_by_access(source) else source["date"]


def is_dated_by_access(source: Mapping[str, Any]) -> bool:
    """Say whether a source is a selection of data, dated by the day it was taken."""
    return bool(source["filters"]) and source["date"] == source["accessed"]


def _notes_of(source: Mapping[str, Any]) -> int:
    """Return how many notes of its report name a source; of old it was not kept."""
    return int(source.get("notes_in_report", 1))


def _marks(numbers: Iterable[int]) -> str:
    return "".join(f"[{number}]" for number in numbers)


def _quote_in_text(note: Note, text: str, *, mark: str) -> list[str]:
    """Return the lines of a quote: its words, its report and page, its section."""
    return [
        f"{mark} „{text}”",
        f"    {note.report}, {note.where}",
        f"    {' › '.join(note.section)}" if note.section else "",
    ]


def _notes_in_text(listed: Sequence[Note]) -> list[str]:
    lines: list[str] = []
    for note in listed:
        lines.append(f"[{note.number}] {note.report}, {note.where}")
        if note.scope:
            lines.append(f"    ({note.scope})")
        for source in note.sources:
            numbers = ", ".join(map(str, source.footnotes))
            said = ", ".join([*source.parts, *([source.url] if source.url else [])])
            lines.append(f"    przypis {numbers}: {said}")
            lines += [f"    ! {problem}" for problem in source.problems]
    return lines


def _wrapped(line: str, columns: int) -> str:
    """Return `line` wrapped to a terminal, addresses whole, nothing that steers it."""
    safe = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in line)
    indent = " " * (len(safe) - len(safe.lstrip()))
    return textwrap.fill(
        safe.strip(),
        columns,
        initial_indent=indent,
        subsequent_indent=indent or ("    " if safe.startswith(("[", _BULLET)) else ""),
        break_long_words=False,
        break_on_hyphens=False,
    )

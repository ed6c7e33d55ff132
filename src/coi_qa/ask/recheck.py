"""An answer on paper -> what in it differs from the stored pages it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from coi_qa.ask.faithful import Check, verbatim_only
from coi_qa.domain.absence import reports_absence
from coi_qa.domain.answer import Fault, Statement, Status
from coi_qa.domain.claims import Relation
from coi_qa.domain.report import Imprint, Page, Place, words_at
from coi_qa.domain.source import Citation, Footnote, Source
from coi_qa.domain.text import Span, find_quote
from coi_qa.errors import BadRequestError, NotFoundError

BOX_TOLERANCE = 0.05  # points; boxes are printed with two decimals
_REFERENCE = ("publisher", "title", "date", "url")


class Originals(Protocol):
    """The reports that an answer is compared with."""

    def has(self, report_id: str) -> bool:
        """Say whether this report is among them."""
        ...

    def page(self, report_id: str, number: int) -> Page:
        """Return a page; raises NotFoundError."""
        ...

    def imprint(self, report_id: str) -> Imprint | None:
        """Return title, date and countries of a report, or None if nothing tells."""
        ...

    def cited_at(self, places: Sequence[Place]) -> Citation:
        """Return what the sentence at `places` rests on; raises NotFoundError."""
        ...

    def footnotes(self, report_id: str) -> Sequence[tuple[Footnote, Source]]:
        """Return all footnotes of a report with their sources."""
        ...


@dataclass(frozen=True, slots=True)
class Rechecked:
    """A quote of an answer, held to its pages.

    Attributes:
        kind: What it was taken for.
        number: As the answer says.
        differences: A sentence for each; none where it is as printed.
    """

    kind: Literal["quote", "near passage"]
    number: int
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """An answer held to its reports.

    Attributes:
        quotes: Each of its quotes and near passages, in its order.
        others: A sentence for each difference that is in no single quote.
    """

    quotes: tuple[Rechecked, ...]
    others: tuple[str, ...]

    @property
    def differences(self) -> list[str]:
        """All of them, those of the quotes first and with their numbers."""
        in_quotes = [
            f"{quote.kind} {quote.number}: {what}"
            for quote in self.quotes
            for what in quote.differences
        ]
        return [*in_quotes, *self.others]


def differences(
    document: Mapping[str, Any],
    originals: Originals,
    *,
    check: Check = verbatim_only,
) -> list[str]:
    """Return a sentence for each thing in an answer that its reports do not say.

    Args:
        document: An answer in the form of the interface, as parsed JSON.
        originals: Stored pages, or a PDF read again.
        check: What the statements of a model have to pass.

    Raises:
        BadRequestError: the document has not the form of an answer.
    """
    return compare(document, originals, check=check).differences


def compare(
    document: Mapping[str, Any],
    originals: Originals,
    *,
    check: Check = verbatim_only,
) -> Comparison:
    """Return how an answer differs from its reports, quote by quote.

    Every quote is cut anew at its places and compared to the letter; so are its boxes,
    page labels, section and footnotes, the footnotes' raw text, what its report and
    its sources are said to be, the words of statements, whether the status fits, and
    whether what stands side by side is printed in the quotes it is said of.

    Args:
        document: An answer in the form of the interface, as parsed JSON.
        originals: Stored pages, or a PDF read again.
        check: What the statements of a model have to pass.

    Raises:
        BadRequestError: the document has not the form of an answer.
    """
    try:
        quotes = [_rechecked("quote", each, originals) for each in document["quotes"]]
        quotes += [
            _rechecked("near passage", each, originals)
            for each in document.get("near", ())
        ]
        others: list[str] = []
        for source in document["sources"]:
            others += _in_source(source, originals)
        others += _in_statements(document, check)
        others += _in_conflicts(document)
        others += _in_status(document)
    except (KeyError, TypeError, IndexError, AttributeError) as exc:
        raise BadRequestError(
            f"not an answer: {exc!r} while reading it; expected the JSON that "
            "'coi-qa ask --json' prints"
        ) from exc
    return Comparison(tuple(quotes), tuple(others))


def differences_in_words(
    text: str, places: Sequence[Place], originals: Originals
) -> list[str]:
    """Return how words differ from what stands at `places`, to the letter.

    Args:
        text: The words.
        places: Of one report, where they are said to stand, in reading order.
        originals: Stored pages, or a PDF read again.
    """
    if not places:
        return ["it names no place"]
    report_id = places[0].report_id
    if not originals.has(report_id):
        return [f"its report {report_id[:12]}… is not among those to compare with"]
    try:
        words = words_at(places, originals.page)
    except (ValueError, OverflowError, NotFoundError) as exc:
        return [f"its place does not exist ({exc})"]
    return [] if words == text else [f"it says {text!r}, the page says {words!r}"]


def is_sentence(places: Sequence[Place], originals: Originals) -> bool:
    """Say whether exactly one whole sentence of a report stands at `places`."""
    try:
        originals.cited_at(places)
    except NotFoundError:
        return False
    return True


def _rechecked(
    kind: Literal["quote", "near passage"],
    quote: Mapping[str, Any],
    originals: Originals,
) -> Rechecked:
    number = quote["number"]
    if type(number) is not int:
        raise TypeError(f"a quote has the number {number!r}")
    return Rechecked(kind, number, tuple(_in_quote(quote, originals)))


def _in_quote(quote: Mapping[str, Any], originals: Originals) -> list[str]:
    report_id = quote["report"]["id"]
    try:
        places = _places_of(quote, report_id)
    except ValueError as exc:
        return [f"its place does not exist ({exc})"]
    found = differences_in_words(quote["text"], places, originals)
    if found:
        return found
    for place, at in zip(places, quote["places"], strict=True):
        page = originals.page(report_id, place.page_number)
        if at["label"] != page.label:
            found.append(f"page {page.number} is labelled {page.label!r}")
        if not _same_boxes(at["boxes"], page.boxes(place.span)):
            found.append(f"its boxes on page {page.number} are not those of its words")
    found += _in_earlier(quote, originals)
    if (imprint := originals.imprint(report_id)) is not None:
        found += _in_imprint(quote["report"], imprint)
    try:
        cited = originals.cited_at(places)
    except NotFoundError:
        return [*found, "it is not a whole sentence of the report"]
    if tuple(quote["section"]) != cited.section:
        found.append(
            f"its section is {quote['section']}, the report's {list(cited.section)}"
        )
    numbers = [note.number for note in cited.footnotes]
    for said, note in zip(quote.get("notes", ()), cited.footnotes, strict=False):
        if said["raw"] != note.raw:
            found.append(f"footnote {note.number} says {note.raw!r}")
    if quote["footnotes"] != numbers:
        found.append(f"it names footnotes {quote['footnotes']}, the page {numbers}")
    if quote["scope"] != cited.scope:
        found.append(f"its scope is {quote['scope']!r}, the page's {cited.scope!r}")
    return found


def _places_of(said: Mapping[str, Any], report_id: str) -> list[Place]:
    return [
        Place(report_id, at["page"], Span(at["start"], at["end"]))
        for at in said["places"]
    ]


def _in_earlier(quote: Mapping[str, Any], originals: Originals) -> list[str]:
    """Return how the sentence that a quote points back at differs from its place."""
    earlier = quote.get("before")
    if not earlier:
        return []
    try:
        places = _places_of(earlier, quote["report"]["id"])
        words = words_at(places, originals.page)
    except (ValueError, OverflowError, NotFoundError) as exc:
        return [f"the sentence before it does not exist ({exc})"]
    if words != earlier["text"]:
        return [f"before it stands {words!r}, not {earlier['text']!r}"]
    if not _is_beside(
        places[-1], _places_of(quote, places[-1].report_id)[0], originals
    ):
        return ["what is said to stand before it does not"]
    return []


def _is_beside(earlier: Place, later: Place, originals: Originals) -> bool:
    """Say whether nothing but blanks and whole page ends stands between two places."""
    body = originals.page(earlier.report_id, earlier.page_number).body
    if earlier.page_number == later.page_number:
        is_in_order = earlier.span.end <= later.span.start
        return is_in_order and not body[earlier.span.end : later.span.start].strip()
    is_next = earlier.page_number + 1 == later.page_number
    start = originals.page(later.report_id, later.page_number).body[: later.span.start]
    return is_next and not (body[earlier.span.end :] + start).strip()


def _in_imprint(said: Mapping[str, Any], imprint: Imprint) -> list[str]:
    """Return what a report is said to be and does not say of itself."""
    printed = {
        "title": imprint.title,
        "publisher": imprint.publisher,
        "date": None if imprint.date is None else str(imprint.date),
        "edition": imprint.edition,
        "countries": list(imprint.countries),
    }
    return [
        f"its report's {key} is {said[key]!r}, not {value!r}"
        for key, value in printed.items()
        if said[key] != value
    ]


def _same_boxes(
    said: Sequence[Sequence[float]], stored: Sequence[Sequence[float]]
) -> bool:
    return len(said) == len(stored) and all(
        len(a) == len(b) == 4
        and all(abs(x - y) <= BOX_TOLERANCE for x, y in zip(a, b, strict=True))
        for a, b in zip(said, stored, strict=True)
    )


def _in_source(source: Mapping[str, Any], originals: Originals) -> list[str]:
    found = []
    named: list[Source] = []
    for note in source["footnotes"]:
        name = f"source {source['number']}: footnote {note['number']}"
        if not originals.has(note["report"]):
            found.append(f"{name}: its report is not among those to compare with")
            continue
        same = [
            (stored, of)
            for stored, of in originals.footnotes(note["report"])
            if (stored.number, stored.page_number) == (note["number"], note["page"])
        ]
        if not same:
            found.append(f"{name}: the report has none on page {note['page']}")
        elif note["raw"] not in {stored.raw for stored, _ in same}:
            found.append(f"{name}: it says {note['raw']!r}, not {same[0][0].raw!r}")
        named += [of for _, of in same]
    return found + _in_reference(source, named)


def _in_reference(source: Mapping[str, Any], named: Sequence[Source]) -> list[str]:
    """Return what a source is said to be and its footnotes do not say."""
    found = []
    for key in _REFERENCE:
        values = [getattr(of, key) for of in named]
        printed = [None if value is None else str(value) for value in values]
        if printed and source[key] not in printed:
            found.append(
                f"source {source['number']}: its {key} is {source[key]!r}, the "
                f"report's {printed[0]!r}"
            )
    return found


def _in_status(document: Mapping[str, Any]) -> list[str]:
    """Return how the status of an answer contradicts its quotes."""
    status, quotes = document["status"], document["quotes"]
    if status not in set(Status):
        return [f"its status is {status!r}, which is none"]
    has_answer = status in (Status.ANSWERED, Status.REPORTED_ABSENCE)
    if has_answer != bool(quotes):
        return [f"its status is {status!r} with {len(quotes)} quotes"]
    best_is_absence = bool(quotes) and reports_absence(quotes[0]["text"])
    if status == Status.REPORTED_ABSENCE and not best_is_absence:
        return [f"its status is {status!r}, but its first quote reports none"]
    return []


def _in_conflicts(document: Mapping[str, Any]) -> list[str]:
    """Return what is set side by side and does not stand in the quotes named."""
    quotes = {quote["number"]: quote for quote in document["quotes"]}
    sources = {source["number"]: source for source in document["sources"]}
    found = []
    for at, conflict in enumerate(document["conflicts"], start=1):
        name = f"conflict {at}"
        if conflict["relation"] not in set(Relation):
            found.append(f"{name}: its relation is {conflict['relation']!r}")
        if len({side["quote"] for side in conflict["sides"]}) < 2:
            found.append(f"{name}: it does not set two quotes side by side")
        for side in conflict["sides"]:
            quote = quotes.get(side["quote"])
            if quote is None:
                found.append(f"{name}: it names no quote of this answer")
                continue
            found += [f"{name}: {what}" for what in _in_side(side, quote, sources)]
    return found


def _in_side(
    side: Mapping[str, Any],
    quote: Mapping[str, Any],
    sources: Mapping[int, Mapping[str, Any]],
) -> list[str]:
    number, text = side["quote"], quote["text"]
    found = [
        f"{side[key]!r} is not in quote {number}"
        for key in ("value", "unit", "period", "cause")
        if side.get(key) and find_quote(side[key], text) is None
    ]
    if not side["value"]:
        found.append(f"it gives no figure of quote {number}")
    of_quote = [sources.get(note["source"], {}) for note in quote.get("notes", ())]
    filters = {source.get("filters") for source in of_quote}
    if side["filter"] is not None and side["filter"] not in filters:
        found.append(f"quote {number} rests on no filter {side['filter']!r}")
    told = set(quote.get("attributed_to", ()))
    found += [
        f"quote {number} does not pass on the word of {name!r}"
        for name in side.get("attributed_to", ())
        if name not in told
    ]
    return found


def _in_statements(document: Mapping[str, Any], check: Check) -> list[str]:
    words = {quote["number"]: quote["text"] for quote in document["quotes"]}
    holds = check if document.get("writer") else verbatim_only
    found = []
    for at, statement in enumerate(document["statements"], start=1):
        said = Statement(statement["text"], tuple(statement["quotes"]))
        checked = holds(said, words)
        if checked in (Fault.NO_QUOTE, Fault.UNKNOWN_QUOTE):
            found.append(f"statement {at}: it rests on no quote of this answer")
        elif checked is Fault.NOT_IN_QUOTES:
            found.append(f"statement {at}: its words are not those of its quotes")
        elif checked != said:
            why = checked.value if isinstance(checked, Fault) else "other quotes"
            found.append(f"statement {at}: it does not hold to its quotes ({why})")
    return found

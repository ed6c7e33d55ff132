"""An answer as a chat message: Markdown in which each number leads to its page.

A message is made of pieces, each a stretch of Markdown with the citations that stand in
it, so that a stream can send a sentence together with what it rests on. What is quoted
comes out of the answer's JSON as it is; what would be read as Markdown, or as a number
of ours, is put out of action without a letter being changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote as percent_encoded

from coi_qa import render
from coi_qa.asking import Kind, page_address
from coi_qa.render import Note, SourceNote

# Only what would change how words are shown, or be taken for a mark or link of ours.
_ACTIVE: Final = re.compile(r"[\\`*<~$\[\]]|(?<!\w)_|_(?!\w)|&(?=#?\w+;)")
_BLANKS: Final = re.compile(r"\s+")
_MARK: Final = re.compile(r"\[\d{1,3}\]")
_IN_REMARK: Final = re.compile(r"(„[^”]*”|\[\d{1,3}\])")
_OPENS_LINE: Final = re.compile(r"[#>+=|-]|\d{1,9}(?=[.)](?:\s|$))")
_KEPT_IN_ADDRESS: Final = "%/:?#[]@!$&'*+,;=~-._"

_NOTES: Final = "Przypisy"
_COMPLETED: Final = "Pytanie odczytane z rozmowy"
_BEFORE: Final = "zdanie wcześniejsze"
_WITHHELD: Final = "Wstrzymano zdań: {count}, bo nie zgadzały się z cytatami."
_ANSWER: Final = "Ta odpowiedź ze stronami raportów"


@dataclass(frozen=True, slots=True)
class Citation:
    """A number in a message and what it stands for.

    Attributes:
        start: Where "[1]" begins in the message, in code points from 0.
        end: Where it ends, exclusive.
        number: Of the quote.
        title: Report and pages, in words.
        url: Of the viewer, with the quote marked on its page.
        cited_text: The quote itself, as the stored page has it.
        page: The first page it stands on, counted from 1.
        places: Where it stands on them, in code points of each page's body.
        report: As in the answer's JSON.
        footnotes: Numbers as printed, with the primary source that each leads to.
    """

    start: int
    end: int
    number: int
    title: str
    url: str
    cited_text: str
    page: int
    places: tuple[Mapping[str, Any], ...]
    report: Mapping[str, Any]
    footnotes: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a message, with the citations whose numbers stand in it."""

    text: str
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole message in the order in which it is sent."""

    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The message."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Of all pieces, in the order of their places."""
        return tuple(each for piece in self.pieces for each in piece.citations)


def reply_to(
    document: Mapping[str, Any],
    *,
    site: str,
    countries: Mapping[str, str],
    was_completed: bool = False,
) -> Reply:
    """Return an answer as a message.

    Args:
        document: The answer's JSON.
        site: Scheme and host that the reader reaches the service by.
        countries: Polish names by code.
        was_completed: Whether the question asked is another text than the message that
            was typed; the reader is shown it first.
    """
    message = _Message(document, site)
    if was_completed:
        message.add(f"*{_COMPLETED}:* {inside(document['question'])}\n\n")
    for words in (render.STATUS_WORDS[document["status"]], document["notice"]):
        if words:
            message.add(f"{escaped(words)}\n\n")
    for statement in render.statements_apart(document):
        message.add(escaped(statement["text"]), statement["quotes"], after="\n\n")
    for quote in document["quotes"]:
        message.add(f"„{inside(quote['text'])}”", [quote["number"]], after="\n\n")
    message.add_conflicts()
    for words in _facts(document, countries):
        message.add_remark(words)
    if not document["quotes"]:  # else they are on the answer's own page
        message.add_near()
    message.add(f"{escaped(document['disclaimer'])}\n\n")
    message.add(link(_ANSWER, f"{site}/answers/{document['id']}") + "\n")
    message.add_notes()
    return Reply(tuple(message.pieces))


def escaped(text: str) -> str:
    r"""Return words so that Markdown shows them as they are.

    >>> print(escaped("1. Zakaz [2] dotyczy *wszystkich*, „snake_case” też"))
    1\. Zakaz \[2\] dotyczy \*wszystkich\*, „snake_case” też
    """
    quiet = inside(text).lstrip()
    opening = _OPENS_LINE.match(quiet)
    if opening is None:
        return quiet
    put = f"{opening[0]}\\" if opening[0].isdigit() else f"\\{opening[0]}"
    return f"{put}{quiet[opening.end() :]}"


def inside(text: str) -> str:
    r"""Return the same for words that no line begins with.

    >>> print(inside("1. Zakaz [2]"))
    1. Zakaz \[2\]
    """
    return _ACTIVE.sub(r"\\\g<0>", _BLANKS.sub(" ", text))


def link(words: str, url: str) -> str:
    r"""Return a Markdown link; its words are shown as they are.

    >>> print(link("s. [3]", "https://a.pl/x_(y)"))
    [s. \[3\]](https://a.pl/x_%28y%29)
    """
    return f"[{inside(words)}]({percent_encoded(url, safe=_KEPT_IN_ADDRESS)})"


class _Message:
    """Puts pieces together and keeps count of where each number stands."""

    def __init__(self, document: Mapping[str, Any], site: str) -> None:
        self.pieces: list[Piece] = []
        self._length = 0
        self._document = document
        self._site = site
        self._quotes = {quote["number"]: quote for quote in document["quotes"]}
        self._sources = {source["number"]: source for source in document["sources"]}

    def add(self, text: str, numbers: Sequence[int] = (), *, after: str = "") -> None:
        """Add words, the numbers of the quotes they rest on, and what follows."""
        marked = f"{text} " if numbers else text
        citations = []
        for number in numbers:
            mark = f"[{number}]"
            citations.append(self._citation(number, self._length + len(marked), mark))
            marked += mark
        self._put(f"{marked}{after}", citations)

    def add_remark(self, words: str) -> None:
        """Add a remark of ours, in which "[2]" is a quote unless somebody is quoted."""
        text, citations = "", []
        for part in _IN_REMARK.split(words):
            number = int(part[1:-1]) if _MARK.fullmatch(part) else 0
            if number in self._quotes:
                at = self._length + len(text)
                citations.append(self._citation(number, at, part))
                text += part
            else:
                text += inside(part) if text else escaped(part)
        self._put(f"{text}\n\n", citations)

    def add_conflicts(self) -> None:
        """Add what several quotes count differently, each side with its number."""
        for conflict in self._document["conflicts"]:
            self.add(f"**{inside(render.conflict_words(conflict))}**\n\n")
            for side in conflict["sides"]:
                words = inside(render.side_facts(side))
                self.add(f"- {words}", [side["quote"]], after="\n")
            self.add("\n")

    def add_near(self) -> None:
        """Add the passages that were not taken for an answer, without numbers."""
        near = self._document["near"]
        if not near:
            return
        self.add(f"**{render.NEAR_WORDS}**\n\n")
        for quote in near:
            where = link(_where(quote), self._address(quote, kind="near"))
            self.add(f"- „{inside(quote['text'])}” – {where}\n")
        self.add("\n")

    def add_notes(self) -> None:
        """Add the list of notes: under each number its page, then its sources."""
        quotes = self._document["quotes"]
        if quotes:
            self.add(f"\n**{_NOTES}**\n")
        for quote, note in zip(quotes, render.notes(self._document), strict=True):
            self.add(f"\n{_note_text(quote, note, self._address(quote))}\n")

    def _citation(self, number: int, start: int, mark: str) -> Citation:
        quote = self._quotes[number]
        return Citation(
            start=start,
            end=start + len(mark),
            number=number,
            title=_where(quote),
            url=self._address(quote),
            cited_text=quote["text"],
            page=quote["places"][0]["page"],
            places=tuple(
                {key: place[key] for key in ("page", "label", "start", "end")}
                for place in quote["places"]
            ),
            report=quote["report"],
            footnotes=tuple(
                {**note, "source": self._sources.get(note["source"])}
                for note in quote["notes"]
            ),
        )

    def _address(self, quote: Mapping[str, Any], *, kind: Kind = "quote") -> str:
        return page_address(self._site, self._document["id"], quote, kind=kind)

    def _put(self, text: str, citations: Sequence[Citation]) -> None:
        self.pieces.append(Piece(text, tuple(citations)))
        self._length += len(text)


def _where(quote: Mapping[str, Any]) -> str:
    return (
        f"{render.report_words(quote['report'])}, {render.place_words(quote['places'])}"
    )


def _note_text(quote: Mapping[str, Any], note: Note, url: str) -> str:
    lines = [f"[{note.number}] {link(f'{note.report}, {note.where}', url)}"]
    if note.section:
        lines.append(f"- rozdział: {inside(' › '.join(note.section))}")
    if quote["before"]:
        lines.append(f"- {_BEFORE}: „{inside(quote['before']['text'])}”")
    if note.scope:
        lines.append(f"- {inside(note.scope)}")
    lines += [line for source in note.sources for line in _source_lines(source)]
    return "\n".join(lines)


def _source_lines(source: SourceNote) -> list[str]:
    numbers = ", ".join(map(str, source.footnotes))
    address = link(source.url, source.url) if source.url else ""
    parts = [inside(", ".join(source.parts)), address]
    lines = [f"- przypis {numbers}: " + ", ".join(part for part in parts if part)]
    return lines + [f"  - uwaga: {inside(problem)}" for problem in source.problems]


def _facts(document: Mapping[str, Any], countries: Mapping[str, str]) -> Iterator[str]:
    """Yield how old it is, what was searched, and that something was withheld."""
    yield from render.currency_words(document)
    yield render.searched_words(document, countries)
    if document["withheld"]:
        yield _WITHHELD.format(count=len(document["withheld"]))

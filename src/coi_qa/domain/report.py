"""A report as it was read: pages that keep their words, and what stands where."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from coi_qa.domain.dates import PartialDate
from coi_qa.domain.layout import Box, HiddenText
from coi_qa.domain.source import Footnote, Marker, Scope, Source
from coi_qa.domain.text import Span

_BOX = struct.Struct("<4f")
NO_INK: Box = (0.0, 0.0, 0.0, 0.0)  # the box of a blank between two words


@dataclass(frozen=True, slots=True)
class Imprint:
    """Who published which report when, as shown beside everything cited from it.

    Attributes:
        id: sha256 of the PDF's bytes, in hex.
        file_name: Of the PDF, without its folder.
        title: None where neither `reports.toml` nor the report says.
        publisher: Likewise.
        date: Of the report itself, never of the file.
        edition: As printed, or None.
        language: ISO 639-1 code.
        countries: ISO 3166-1 alpha-3 codes, or X.. of an invented country.
        guessed: Names of the attributes that rest on the file's name alone.
    """

    id: str
    file_name: str
    title: str | None
    publisher: str | None
    date: PartialDate | None
    edition: str | None
    language: str | None
    countries: tuple[str, ...]
    guessed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page's body and where each of its characters is printed.

    The body is stored at ingest and never extracted again; every span refers to it.

    Attributes:
        number: From 1.
        label: As the document names the page.
        width: In points.
        height: In points.
        body: Normalised text: footnote marks taken out, lines joined with one space.
        ink: Four little-endian float32 for each character of `body`: its box in
            points, or zeros for a blank.
        starts_inside_word: The first word began on the page before.

    Raises:
        ValueError: `ink` does not have one box a character.
    """

    number: int
    label: str
    width: float
    height: float
    body: str
    ink: bytes
    starts_inside_word: bool = False

    def __post_init__(self) -> None:
        if len(self.ink) != _BOX.size * len(self.body):
            raise ValueError(
                f"page {self.number}: {len(self.body)} characters, "
                f"{len(self.ink) // _BOX.size} boxes"
            )

    def boxes(self, span: Span) -> tuple[Box, ...]:
        """Return the boxes that cover `span`, one for each printed line, in points."""
        span.of(self.body)  # refuses a span of another page
        raw = self.ink[span.start * _BOX.size : span.end * _BOX.size]
        return merge_boxes(_BOX.iter_unpack(raw))

    def char_boxes(self) -> list[Box | None]:
        """Return the box of each character of the body, None for a blank."""
        boxes = ((x0, y0, x1, y1) for x0, y0, x1, y1 in _BOX.iter_unpack(self.ink))
        return [None if box == NO_INK else box for box in boxes]


@dataclass(frozen=True, slots=True)
class Place:
    """A range of one page of one report."""

    report_id: str
    page_number: int
    span: Span


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with the headings above it.

    Attributes:
        ordinal: From 0, in the order of the report.
        path: Headings from the highest to this one; empty before the first heading.
        level: From 1, of this heading; 0 before the first heading.
        page_number: Where the heading stands.
        places: Where the heading itself is printed.
    """

    ordinal: int
    path: tuple[str, ...]
    level: int
    page_number: int
    places: tuple[Place, ...]


ParagraphKind = Literal["text", "item", "row"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, list item or table row, over as many pages as it takes."""

    ordinal: int
    section: int
    kind: ParagraphKind
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A whole sentence and the footnotes it rests on.

    Attributes:
        ordinal: From 0, in the order of the report.
        paragraph: Ordinal of its paragraph.
        section: Ordinal of its section.
        places: One a page, never empty.
        footnotes: Ordinals of the footnotes it rests on, in the order of their marks.
        scope: How it came by them.
        attributed_to: Whose word it passes on, as it says itself: "ACLED".
        undefined: Numbers of its marks, own or taken over, that have no footnote.
    """

    ordinal: int
    paragraph: int
    section: int
    places: tuple[Place, ...]
    footnotes: tuple[int, ...]
    scope: Scope
    attributed_to: tuple[str, ...] = ()
    undefined: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """Neighbouring sentences of one section that fit the embedding model.

    Attributes:
        id: The report's first twelve hex digits and the chunk's number.
        section: Ordinal of its section.
        sentences: Ordinals, in order.
        places: One a page.
        tokens: As the embedding model counts them, heading path included.
    """

    id: str
    section: int
    sentences: tuple[int, ...]
    places: tuple[Place, ...]
    tokens: int


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was read out of one PDF, before it is cut into chunks.

    `hidden_text` is in no page's body; `ocr_pages` are the numbers of those whose body
    is what a program recognised in their picture.
    """

    imprint: Imprint
    pages: tuple[Page, ...]
    sections: tuple[Section, ...]
    paragraphs: tuple[Paragraph, ...]
    sentences: tuple[Sentence, ...]
    markers: tuple[Marker, ...]
    footnotes: tuple[Footnote, ...]
    sources: tuple[Source, ...]
    hidden_text: tuple[HiddenText, ...] = ()
    ocr_pages: tuple[int, ...] = ()

    def text_of(self, places: Sequence[Place]) -> str:
        """Return the words at `places`, sliced from the pages."""
        return join_slices({page.number: page for page in self.pages}, places)

    def sentence_at(self, marker: Marker) -> Sentence | None:
        """Return the sentence that a mark stands in or ends."""
        before = [
            sentence
            for sentence in self.sentences
            for place in sentence.places
            if place.page_number == marker.page_number
            and place.span.start < max(marker.offset, 1)
        ]
        return before[-1] if before else None


def section_at(
    sections: Sequence[Section], page_number: int, offset: int
) -> tuple[str, ...]:
    """Return the headings above a place, highest first; none before the first one.

    Args:
        sections: Of the report, in its order.
        page_number: From 1.
        offset: In the page's body, from 0; that of a heading is in its own section.
    """
    path: tuple[str, ...] = ()
    for section in sections:
        begins = (section.page_number, 0)
        if section.places:
            first = section.places[0]
            begins = (first.page_number, first.span.start)
        if begins > (page_number, offset):
            break
        path = section.path
    return path


def join_slices(pages: Mapping[int, Page], places: Sequence[Place]) -> str:
    """Return the words at `places` of one report, one slice a page.

    Slices are joined with one space, or with nothing where the page break is inside a
    word.

    Args:
        pages: The report's pages by number.
        places: In reading order.

    Raises:
        ValueError: a place is beyond its page, or its page is not among `pages`.
    """
    words = ""
    for place in places:
        page = pages.get(place.page_number)
        if page is None:
            raise ValueError(f"no page {place.page_number} in the stored report")
        inside_word = page.starts_inside_word and place.span.start == 0
        glue = "" if not words or inside_word else " "
        words += glue + place.span.of(page.body)
    return words


def words_at(places: Sequence[Place], get_page: Callable[[str, int], Page]) -> str:
    """Return the words at `places` of one report, "" for no places.

    Args:
        places: In reading order.
        get_page: Report id and page number -> stored page.

    Raises:
        ValueError: a place is beyond its page.
    """
    pages = {p.page_number: get_page(p.report_id, p.page_number) for p in places}
    return join_slices(pages, places)


def pack_boxes(boxes: Iterable[Box]) -> bytes:
    """Return boxes in the form that `Page.ink` keeps them."""
    return b"".join(_BOX.pack(*box) for box in boxes)


def merge_boxes(boxes: Iterable[tuple[float, ...]]) -> tuple[Box, ...]:
    """Return one box for each printed line that the character boxes make.

    >>> merge_boxes([(10, 0, 15, 8), (0, 0, 0, 0), (18, 2, 23, 8), (10, -14, 15, -6)])
    ((10, 0, 23, 8), (10, -14, 15, -6))
    >>> merge_boxes([(0, 0, 5, 8), (6, 0, 14, 8), (6, 0, 14, 8), (15, 0, 20, 8)])
    ((0, 0, 20, 8),)
    """
    lines: list[Box] = []
    for x0, y0, x1, y1 in boxes:
        if (x0, y0, x1, y1) == NO_INK:
            continue
        if lines and is_same_line(lines[-1], (x0, y0, x1, y1)):
            line = lines[-1]
            lines[-1] = (
                min(line[0], x0),
                min(line[1], y0),
                max(line[2], x1),
                max(line[3], y1),
            )
        else:
            lines.append((x0, y0, x1, y1))
    return tuple(
        (round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2))
        for x0, y0, x1, y1 in lines
    )


def is_same_line(line: Box, box: Box) -> bool:
    """Say whether `box` goes on to the right on the line that `line` covers."""
    shared = min(line[3], box[3]) - max(line[1], box[1])
    lower = min(line[3] - line[1], box[3] - box[1])
    # Low marks such as "." and raised ones such as "”" need not overlap each other,
    # but they do not start a line at the left either.
    near = shared > 0.3 * lower or abs(line[1] - box[1]) < line[3] - line[1]
    # Each letter of a ligature has the whole ligature's box.
    is_inside = (
        line[0] <= box[0]
        and box[2] <= line[2]
        and line[1] <= box[1]
        and box[3] <= line[3]
    )
    return is_inside or (near and box[0] >= line[2] - 3.0)

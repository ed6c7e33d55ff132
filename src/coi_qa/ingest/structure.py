"""Raw pages -> body, headings, paragraphs, marks and footnote definitions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from coi_qa.domain.layout import RawReport
from coi_qa.domain.report import (
    Page,
    Paragraph,
    ParagraphKind,
    Place,
    Section,
    pack_boxes,
)
from coi_qa.domain.source import Marker
from coi_qa.domain.text import Span
from coi_qa.ingest.body import (
    HYPHENS,
    IsWord,
    PageText,
    Words,
    ends_broken,
    first_word,
)
from coi_qa.ingest.lines import Line, body_lines, body_size
from coi_qa.ingest.links import PlacedMark, labels_near, link_marks
from coi_qa.ingest.marks import Labels, Mark, find_page_marks, is_marks_only, labels_on
from coi_qa.ingest.notes import NoteLines, split_notes

BlockKind = Literal["heading", "text", "item", "row"]

MAX_HEADING_CHARS = 160  # a longer bold line is emphasis
PARAGRAPH_GAP = 1.25  # of the usual distance of lines; wider parts paragraphs
MAX_TABLE_CHARS = 600  # a longer table is quoted in parts
ROW_STEP = 3.0  # of the size; rows of a table are at most so far apart
HEADING_GAP = 1.45  # of the size; wider parts two headings of one style

_BULLET = re.compile(r"(?:[•▪◦●■‣\uf0b7·]|[–—-](?=\s)|\(?\d{1,2}\)|[a-z]\))\s*\S")
_CAPTION = re.compile(
    r"(?:tabela|tab\.|table|wykres|rysunek|rys\.)\s*\d", re.IGNORECASE
)
_NUMBERING = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)\.?\s+\S")
_IN_MARK = frozenset("0123456789,; –-")
_SENTENCE_END = ".!?…:"
_CLOSING = "\"'”’)]»"


@dataclass
class Block:
    """Lines of one page that belong together.

    Attributes:
        kind: What they are.
        lines: From top to bottom.
    """

    kind: BlockKind
    lines: list[Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The lines with blanks between them."""
        return " ".join(line.text for line in self.lines)

    @property
    def style(self) -> tuple[float, bool, bool]:
        """What tells levels of headings apart: size, capitals, weight."""
        line = self.lines[0]
        return (round(line.size * 2) / 2, line.is_capitals, line.is_bold)


@dataclass(frozen=True, slots=True)
class Structure:
    """What stands where in a report, before sources and sentences are read.

    Attributes:
        pages: With their bodies.
        sections: The first one has no heading.
        paragraphs: In reading order.
        paragraph_sections: Ordinal of the section of each paragraph.
        markers: Their footnotes are indexes into `notes`.
        notes: Definitions in their order.
        title: A line larger than every heading, before the first of them, or None.
    """

    pages: tuple[Page, ...]
    sections: tuple[Section, ...]
    paragraphs: tuple[Paragraph, ...]
    markers: tuple[Marker, ...]
    notes: tuple[NoteLines, ...]
    title: str | None


def read_structure(raw: RawReport, *, is_word: IsWord) -> Structure:
    """Return the pages' bodies and the structure above them.

    Args:
        raw: A report as drawn.
        is_word: Whether the dictionary has a word; decides about hyphens.
    """
    size = body_size(raw.pages)
    lines = body_lines(raw.pages)
    bodies, notes = split_notes(lines, size=size)
    marks = _find_marks(bodies, notes)
    pitch = _pitch(bodies, size)
    blocks = [_blocks(body, marks, size=size, pitch=pitch) for body in bodies]
    words = Words(_words_in(bodies), is_word)
    texts, spans = _texts(raw, blocks, marks, words)
    title = _take_title(blocks)
    sections, paragraphs = _outline(raw.sha256, blocks, spans)
    return Structure(
        pages=tuple(
            Page(
                number=page.number,
                label=page.label,
                width=page.width,
                height=page.height,
                body=text.text(),
                ink=pack_boxes(text.boxes),
                starts_inside_word=text.starts_inside_word,
            )
            for page, text in zip(raw.pages, texts, strict=True)
        ),
        sections=tuple(sections),
        paragraphs=tuple(paragraphs),
        markers=tuple(_markers(texts, notes, lines)),
        notes=tuple(notes),
        title=title,
    )


# --- blocks -------------------------------------------------------------------------


def _is_dash_in_a_sentence(before: Line, line: Line) -> bool:
    """Say whether a line only goes on with a dash, and is no item of a list."""
    return line.text[0] in "–—-" and before.text.rstrip()[-1] not in ".,;:!?"


def _pitch(bodies: Sequence[Sequence[Line]], size: float) -> float:
    """Return the usual distance of two lines of a paragraph, in points."""
    steps = Counter(
        round((a.base - b.base) * 2) / 2
        for body in bodies
        for a, b in pairwise(body)
        if a.size == b.size == size and 0 < a.base - b.base < 3 * size
    )
    return steps.most_common(1)[0][0] if steps else 1.3 * size


def _blocks(
    lines: Sequence[Line],
    marks: Mapping[Line, Sequence[Mark]],
    *,
    size: float,
    pitch: float,
) -> list[Block]:
    """Return the lines of a page's body as headings, paragraphs, items and rows."""
    blocks: list[Block] = []
    for line in lines:
        marked = sum(mark.end - mark.start for mark in marks[line])
        if blocks and (is_marks_only(line) or marked == len(line.glyphs)):
            blocks[-1].lines.append(line)
            continue
        kind = _kind(line, size)
        last = blocks[-1] if blocks else None
        if last is None or not _goes_on(last, line, kind, pitch):
            blocks.append(Block(kind))
        blocks[-1].lines.append(line)
    return blocks


def _kind(line: Line, size: float) -> BlockKind:
    text = line.text.strip()
    if _is_heading(line, text, size):
        return "heading"
    if _CAPTION.match(text) or _cells(line) > 1:
        return "row"
    return "item" if _BULLET.match(text) else "text"


def _is_heading(line: Line, text: str, size: float) -> bool:
    """Say whether a line is set as a heading: apart from the body by its print."""
    if len(text) > MAX_HEADING_CHARS or sum(c.isalpha() for c in text) < 2:
        return False
    # The lowest headings may be set smaller than the body, never as small as notes.
    if _CAPTION.match(text) or line.size < 0.85 * size or _cells(line) > 1:
        return False
    larger = line.size > 1.08 * size
    ends_like_text = text[-1] in ".,;:"
    if line.is_capitals:
        # The last line of a paragraph may be all acronyms: "NIP: 526…; REGON: 017…)."
        is_long = sum(c.isalpha() for c in text) >= 5 and not ends_like_text
        return line.is_bold or larger or is_long
    return (larger or line.is_bold) and not ends_like_text


def _cells(line: Line) -> int:
    """Return how many cells a line has that wide gaps keep apart."""
    wide = 2.0 * line.size
    gaps = sum(b.box[0] - a.box[2] > wide for a, b in pairwise(line.glyphs))
    return gaps + 1


def _goes_on(block: Block, line: Line, kind: BlockKind, pitch: float) -> bool:
    """Say whether `line` belongs to the block before it."""
    last = block.lines[-1]
    step = last.base - line.base
    if block.kind == "heading" or kind == "heading":
        return (
            block.kind == kind == "heading"
            and Block("heading", [line]).style == block.style
            and 0 < step < HEADING_GAP * line.size
            and not _NUMBERING.match(line.text)
        )
    if kind == "item" and _is_dash_in_a_sentence(last, line):
        kind = "text"
    if kind in ("item", "row") or block.kind == "row":
        return False
    if not 0 < step < PARAGRAPH_GAP * pitch:
        return False
    if abs(last.size - line.size) > 0.5:
        return False
    indented = line.left > block.lines[0].left + 6 and len(block.lines) > 1
    return block.kind == "item" or not (indented and line.left > last.left + 6)


# --- text ---------------------------------------------------------------------------


def _words_in(bodies: Sequence[Sequence[Line]]) -> frozenset[str]:
    """Return the words that stand inside the lines of a report, in lower case."""
    words: set[str] = set()
    for body in bodies:
        for line in body:
            inside = line.text.split()
            broken = inside and inside[-1][-1] in HYPHENS
            words |= {
                word.strip(".,;:()[]„”\"'").lower()
                for word in (inside[:-1] if broken else inside)
            }
    return frozenset(words)


Spans = dict[int, Span | None]


def _texts(
    raw: RawReport,
    blocks: Sequence[Sequence[Block]],
    marks: dict[Line, list[Mark]],
    words: Words,
) -> tuple[list[PageText], Spans]:
    """Return each page's text and where each block, by its `id`, stands in it."""
    texts: list[PageText] = []
    spans: Spans = {}
    carried: Line | None = None  # the line that ended the page before, if broken
    for page, own in zip(raw.pages, blocks, strict=True):
        text = PageText(page.number)
        first = own[0].lines[0] if own else None
        if carried is not None and first is not None and texts:
            before = texts[-1]
            if ends_broken("".join(before.chars[-40:]), carried, first):
                text.starts_inside_word = True
                if first.glyphs[0].char in HYPHENS or words.is_typesetting(
                    before.last_word(), first_word(first)
                ):
                    before.drop_hyphen()
        for block in own:
            spans[id(block)] = text.add_block(block.lines, marks, words)
        carried = own[-1].lines[-1] if own else None
        texts.append(text)
    return texts, _shortened(spans, blocks, texts)


def _shortened(
    spans: Spans, blocks: Sequence[Sequence[Block]], texts: Sequence[PageText]
) -> Spans:
    """Return the spans, cut where a page's last hyphen was taken back."""
    cut = dict(spans)
    for own, text in zip(blocks, texts, strict=True):
        for block in own:
            span = cut[id(block)]
            if span is not None and span.end > len(text.chars):
                cut[id(block)] = Span(span.start, len(text.chars))
    return cut


# --- outline ------------------------------------------------------------------------


def _take_title(blocks: Sequence[Sequence[Block]]) -> str | None:
    """Return the report's title where one is printed, and make it no heading."""
    headings = [block for own in blocks for block in own if block.kind == "heading"]
    if len(headings) < 3 or headings[0] not in (blocks[0] if blocks else []):
        return None
    first, others = headings[0], headings[1:]
    if first.style[0] <= max(block.style[0] for block in others):
        return None
    first.kind = "text"
    return first.text


def _outline(
    report_id: str, blocks: Sequence[Sequence[Block]], spans: Spans
) -> tuple[list[Section], list[Paragraph]]:
    """Return sections by their headings, and the paragraphs in them."""
    levels = _levels(blocks)
    sections = [Section(0, (), 0, 1, ())]
    path: list[tuple[int, str]] = []
    paragraphs: list[Paragraph] = []
    pending: Block | None = None  # the paragraph's last block, while it may go on
    for page_number, own in enumerate(blocks, start=1):
        for block in own:
            span = spans[id(block)]
            if span is None:
                continue
            place = Place(report_id, page_number, span)
            if block.kind == "heading":
                level = levels[id(block)]
                path = [*(p for p in path if p[0] < level), (level, _heading(block))]
                sections.append(
                    Section(
                        ordinal=len(sections),
                        path=tuple(text for _, text in path),
                        level=level,
                        page_number=page_number,
                        places=(place,),
                    )
                )
                pending = None
                continue
            if (
                pending is not None
                and _is_one_paragraph(pending, block)
                and not _is_long_table(paragraphs[-1])
            ):
                last = paragraphs.pop()
                places = _extended(last.places, place)
                kind = last.kind
            else:
                places, kind = (place,), _paragraph_kind(block)
            paragraphs.append(
                Paragraph(len(paragraphs), sections[-1].ordinal, kind, places)
            )
            pending = block
    return sections, paragraphs


def _is_long_table(paragraph: Paragraph) -> bool:
    """Say whether a table has as many characters as one quote may have."""
    span = paragraph.places[-1].span
    return paragraph.kind == "row" and span.end - span.start > MAX_TABLE_CHARS


def _paragraph_kind(block: Block) -> ParagraphKind:
    return block.kind if block.kind != "heading" else "text"


def _heading(block: Block) -> str:
    return " ".join(block.text.split())


def _extended(places: tuple[Place, ...], place: Place) -> tuple[Place, ...]:
    """Return the places with one more; one place a page."""
    last = places[-1]
    if last.page_number != place.page_number:
        return (*places, place)
    span = Span(last.span.start, place.span.end)
    return (*places[:-1], Place(place.report_id, place.page_number, span))


def _is_one_paragraph(before: Block, after: Block) -> bool:
    """Say whether a page break or a stray gap parts one paragraph in two.

    So it is where the sentence is unfinished and the next block goes on in small
    letters or with a figure. A list whose items end in commas is one sentence with
    the words that lead to it. The rows of a table stay with their caption: alone, a
    row says nothing.
    """
    if before.kind == "row" or after.kind == "row":
        return before.kind == after.kind and _is_one_table(before, after)
    end = _without_last_marks(before.text).rstrip(_CLOSING)
    if after.kind == "item":
        return end[-1:] in (":" if before.kind == "text" else ",;")
    start = after.text.lstrip("„\"'(«")[:1]
    if start.islower() or start in "–—":  # "… 2025 r." may end a line, and no sentence
        return True
    over_pages = before.lines[-1].page_number != after.lines[0].page_number
    if end[-1:] == ":" and over_pages:
        return True
    if end[-1:] in _SENTENCE_END:
        return False
    return start.isdigit() or over_pages


def _without_last_marks(text: str) -> str:
    """Return a text without the bracketed marks that it ends in.

    From the right, bracket by bracket: a pattern for all of them takes square time.
    """
    end = len(text)
    while True:
        while end and text[end - 1].isspace():
            end -= 1
        if not text.endswith("]", 0, end):
            return text[:end]
        start = text.rfind("[", 0, end)
        if start < 0 or not set(text[start + 1 : end - 1]) <= _IN_MARK:
            return text[:end]
        end = start


def _is_one_table(before: Block, after: Block) -> bool:
    """Say whether a row goes on the table of the row before it, on the same page."""
    last, line = before.lines[-1], after.lines[0]
    step = last.base - line.base
    return (
        last.page_number == line.page_number
        and 0 < step < ROW_STEP * line.size
        and not _CAPTION.match(after.text)
    )


def _levels(blocks: Sequence[Sequence[Block]]) -> dict[int, int]:
    """Return the level of each heading, by the block's `id`, from 1.

    Numbering ("2.1") tells the level where most headings have it, print otherwise.
    """
    headings = [block for own in blocks for block in own if block.kind == "heading"]
    numbered = [block for block in headings if _NUMBERING.match(block.text)]
    styles = sorted({block.style for block in headings}, reverse=True)
    by_style = {id(block): styles.index(block.style) + 1 for block in headings}
    if not headings or len(numbered) < 0.5 * len(headings):
        return by_style
    return {
        id(block): match[1].count(".") + 1
        if (match := _NUMBERING.match(block.text))
        else min(by_style[id(block)], 1)
        for block in headings
    }


# --- marks --------------------------------------------------------------------------


def _find_marks(
    bodies: Sequence[Sequence[Line]], notes: Sequence[NoteLines]
) -> dict[Line, list[Mark]]:
    """Return the marks of every line of the bodies."""
    known = {note.label for note in notes}
    closed = {note.label for note in notes if note.is_closed}
    marks: dict[Line, list[Mark]] = {}
    marked = [Counter(labels_on(body)) for body in bodies]
    for page_number, body in enumerate(bodies, start=1):
        near = labels_near(page_number, notes, marked)
        marks |= find_page_marks(body, Labels(known, near, closed))
    return marks


def _markers(
    texts: Sequence[PageText],
    notes: Sequence[NoteLines],
    pages: Sequence[Sequence[Line]],
) -> list[Marker]:
    """Return every mark with the definition it names."""
    flow = (line for lines in pages for line in lines)
    order = {line: at for at, line in enumerate(flow)}
    marks = [mark for text in texts for mark in text.marks]
    linked = link_marks(marks, notes, order)
    return [
        Marker(_number(mark, notes, at), mark.line.page_number, mark.offset, at)
        for mark, at in zip(marks, linked, strict=True)
    ]


def _number(mark: PlacedMark, notes: Sequence[NoteLines], at: int | None) -> int:
    """Return what a mark prints as a number: of a star, the number of its note."""
    if at is not None:
        return notes[at].number
    return int(mark.label) if mark.label.isdigit() else len(mark.label)

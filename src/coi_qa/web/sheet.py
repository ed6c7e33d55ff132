"""A page as it is shown: its picture with marks over it, and its paragraphs as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from coi_qa.domain.layout import Box
from coi_qa.domain.picture import (
    Picture,
    PrintedLine,
    flip,
    marked_boxes,
    place,
    printed_lines,
)
from coi_qa.domain.report import Page
from coi_qa.domain.text import Span

# A step between two lines that is this many times the usual one parts paragraphs.
_WIDE_STEP = 1.2
_ROOM = 1.0  # points between the ink of marked words and the outline around them
_BAR_WIDTH, _BAR_GAP = 2.5, 5.0  # points, of the bar in the margin
_SAME_SIZE = 1.0  # points that a page may measure more or less than when it was read

Kind = Literal["", "quote", "hit"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a paragraph that are marked throughout or not at all.

    Attributes:
        text: The words.
        kind: Whether a quote, or what was looked for, is marked; "" for neither.
        is_first: The first of its kind on the page.
    """

    text: str
    kind: Kind
    is_first: bool = False


class Rect(NamedTuple):
    """A rectangle as SVG has it: in points, from the upper left corner."""

    x: float
    y: float
    width: float
    height: float


class LayerLine(NamedTuple):
    """A line of text to be laid over its picture.

    Attributes:
        text: Its characters.
        xs: Where each of them begins, as SVG takes it.
        y: Of its base line, from the upper edge.
        size: Of the font.
    """

    text: str
    xs: str
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is laid over the picture of a page.

    Attributes:
        width: Of the page, in points.
        height: Likewise.
        paragraphs: Lines of text, in reading order.
        quote: Around the words of the quote, one for each printed line.
        bars: Beside them, in the margin.
        hits: Around what was looked for.
    """

    width: float
    height: float
    paragraphs: list[list[LayerLine]]
    quote: list[Rect]
    bars: list[Rect]
    hits: list[Rect]


def paragraphs_of(
    page: Page, *, quote: Sequence[Span] = (), hits: Sequence[Span] = ()
) -> list[list[Piece]]:
    """Return the page's whole body, cut into paragraphs and those into pieces."""
    edges = sorted(
        {edge for span in (*quote, *hits) for edge in (span.start, span.end)}
    )
    seen: set[Kind] = {""}
    paragraphs = []
    for start, end in _paragraph_ranges(page):
        pieces = []
        cuts = [start, *(edge for edge in edges if start < edge < end), end]
        for left, right in pairwise(cuts):
            kind = _kind_at(left, quote, hits)
            pieces.append(Piece(page.body[left:right], kind, kind not in seen))
            seen.add(kind)
        paragraphs.append(pieces)
    return paragraphs


def quoted_spans(page: Page, quote: Mapping[str, Any]) -> list[Span]:
    """Return where a quote of an answer's JSON stands on this page.

    Places whose characters are not the quote's are left out: the page may have been
    stored anew, with other words, after the answer was given.
    """
    text, places = quote["text"], quote["places"]
    spans = []
    for at, each in enumerate(places):
        if each["page"] != page.number or not 0 <= each["start"] < each["end"]:
            continue
        words = page.body[each["start"] : each["end"]]
        is_whole = (
            len(words) == each["end"] - each["start"]
            and words in text
            and (at > 0 or text.startswith(words))
            and (at + 1 < len(places) or text.endswith(words))
        )
        if is_whole:
            spans.append(Span(each["start"], each["end"]))
    return spans


def draw_over(
    page: Page,
    picture: Picture,
    *,
    quote: Sequence[Span] = (),
    hits: Sequence[Span] = (),
) -> Drawing:
    """Return what is laid over the picture of a stored page.

    Nothing is where the picture has another size than the page had when it was read:
    its boxes would point at other words.
    """
    lines = _placed_lines(page, picture) if _is_same_size(page, picture) else []
    marked = marked_boxes(lines, quote)
    return Drawing(
        width=picture.width,
        height=picture.height,
        paragraphs=[
            [
                _layer_line(page.body, line, end, picture.height)
                for line in lines
                if start <= line.span.start < end
            ]
            for start, end in _paragraph_ranges(page)
            if lines
        ],
        quote=[_around(box, picture.height) for _, box in marked],
        bars=[_rect(bar, picture.height) for bar in _bars(marked)],
        hits=[_around(box, picture.height) for _, box in marked_boxes(lines, hits)],
    )


def _kind_at(offset: int, quote: Sequence[Span], hits: Sequence[Span]) -> Kind:
    if any(span.holds(offset) for span in hits):
        return "hit"
    return "quote" if any(span.holds(offset) for span in quote) else ""


def _is_same_size(page: Page, picture: Picture) -> bool:
    return (
        abs(page.width - picture.width) <= _SAME_SIZE
        and abs(page.height - picture.height) <= _SAME_SIZE
    )


def _placed_lines(page: Page, picture: Picture) -> list[PrintedLine]:
    """Return the lines with their boxes in points of the picture."""
    return printed_lines(
        [
            None if box is None else place(box, picture.placing)
            for box in page.char_boxes()
        ]
    )


def _layer_line(body: str, line: PrintedLine, end: int, height: float) -> LayerLine:
    """Return a line of a paragraph that ends at `end`, with a place for each blank."""
    text = Span(line.span.start, min(line.span.end, end)).of(body)
    xs: list[str] = []
    reached = line.left
    for char, box in zip(text, line.boxes, strict=False):
        begin, reached = (reached, reached) if box is None else (box[0], box[2])
        # SVG counts the halves of a character beyond the first 65,536.
        xs += [f"{begin:.1f}"] * (1 if ord(char) < 0x10000 else 2)
    return LayerLine(
        text, " ".join(xs), y=round(height - line.base, 2), size=round(line.size, 2)
    )


def _bars(marked: Sequence[tuple[PrintedLine, Box]]) -> Iterator[Box]:
    """Yield the bars beside marked lines, one for each run of lines down the page."""
    runs: list[list[tuple[PrintedLine, Box]]] = []
    for line, box in marked:
        if runs and box[3] < runs[-1][-1][1][3] and box[0] < runs[-1][-1][1][2]:
            runs[-1].append((line, box))
        else:
            runs.append([(line, box)])
    for run in runs:
        right = max(0.0, min(line.left for line, _ in run) - _BAR_GAP)
        top, bottom = run[0][1][3], run[-1][1][1]
        yield max(0.0, right - _BAR_WIDTH), bottom - _ROOM, right, top + _ROOM


def _around(box: Box, height: float) -> Rect:
    x0, y0, x1, y1 = box
    return _rect((x0 - _ROOM, y0 - _ROOM, x1 + _ROOM, y1 + _ROOM), height)


def _rect(box: Box, height: float) -> Rect:
    x0, y0, x1, y1 = flip(box, height=height)
    return Rect(round(x0, 2), round(y0, 2), round(x1 - x0, 2), round(y1 - y0, 2))


def _paragraph_ranges(page: Page) -> list[tuple[int, int]]:
    """Return start and end of each paragraph, told by wide steps between lines."""
    lines = printed_lines(page.char_boxes())
    steps = [above.middle - below.middle for above, below in pairwise(lines)]
    # A page of headings and one-line items has more wide steps than usual ones.
    usual = sorted(steps)[len(steps) // 4] if steps else 0.0
    starts = [
        line.span.start
        for line, step in zip(lines[1:], steps, strict=True)
        if not 0 < step <= _WIDE_STEP * usual
    ]
    cuts = [0, *starts, len(page.body)]
    return list(pairwise(cuts)) if page.body else []

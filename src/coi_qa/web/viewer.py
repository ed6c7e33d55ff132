"""A stored page as it is shown: its paragraphs, and the quote marked in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from coi_qa.domain.report import Page
from coi_qa.domain.text import Span

# A step between two lines that is this many times the usual one parts paragraphs.
_WIDE_STEP = 1.2


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a paragraph that are marked throughout or not at all."""

    text: str
    is_marked: bool
    is_first_mark: bool = False


def paragraphs_of(page: Page, marked: Sequence[Span] = ()) -> list[list[Piece]]:
    """Return the page's whole body, cut into paragraphs and those into pieces."""
    first = min((span.start for span in marked), default=None)
    return [
        list(_pieces(page.body, start, end, marked, first))
        for start, end in _paragraph_ranges(page)
    ]


def quoted_spans(page: Page, quote: Mapping[str, Any]) -> list[Span]:
    """Return where a quote of an answer's JSON stands on this page.

    Places whose characters are not the quote's are left out: the page may have been
    stored anew, with other words, after the answer was given.
    """
    spans = [
        Span(place["start"], place["end"])
        for place in quote["places"]
        if place["page"] == page.number and place["end"] <= len(page.body)
    ]
    return [span for span in spans if span.of(page.body) in quote["text"]]


def _pieces(
    body: str, start: int, end: int, marked: Sequence[Span], first: int | None
) -> Iterator[Piece]:
    edges = {edge for span in marked for edge in (span.start, span.end)}
    cuts = [start, *sorted(edge for edge in edges if start < edge < end), end]
    for left, right in pairwise(cuts):
        is_marked = any(span.holds(left) for span in marked)
        yield Piece(body[left:right], is_marked, left == first)


def _paragraph_ranges(page: Page) -> list[tuple[int, int]]:
    """Return start and end of each paragraph, told by wide steps between lines."""
    lines = _lines(page)
    steps = [above - below for (_, above), (_, below) in pairwise(lines)]
    # A page of headings and one-line items has more wide steps than usual ones.
    usual = sorted(steps)[len(steps) // 4] if steps else 0.0
    starts = [
        start
        for (start, _), step in zip(lines[1:], steps, strict=True)
        if not 0 < step <= _WIDE_STEP * usual
    ]
    cuts = [0, *starts, len(page.body)]
    return list(pairwise(cuts)) if page.body else []


def _lines(page: Page) -> list[tuple[int, float]]:
    """Return for each printed line where it starts in the body, and its height."""
    lines: list[tuple[int, list[float]]] = []
    reached = float("inf")
    for at, char in enumerate(page.body):
        box = None if char.isspace() else page.boxes(Span(at, at + 1))
        if not box:
            continue
        x0, y0, x1, y1 = box[0]
        if x0 < reached - 20 or reached == float("inf"):
            lines.append((at, []))
        lines[-1][1].append((y0 + y1) / 2)
        reached = x1
    return [(start, median(heights)) for start, heights in lines]

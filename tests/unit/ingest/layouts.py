"""Small printed pages, set glyph by glyph."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coi_qa.domain.layout import Glyph, RawPage, RawReport
from coi_qa.ingest.lines import Line

WIDTH, HEIGHT = 595.0, 842.0
LEFT, TOP = 72.0, 740.0
BODY, NOTE = 10.0, 8.0
STEP = 1.3  # of the size, from one base line to the next

# "^…^" is raised by size and base line, "~…~" by its ink alone, as Typst does.
_PIECES = re.compile(r"\^([^^]*)\^|~([^~]*)~")


def glyphs(
    text: str,
    *,
    base: float = TOP,
    left: float = LEFT,
    size: float = BODY,
    bold: bool = False,
) -> tuple[Glyph, ...]:
    """Set a line of text; each character is half its size wide."""
    set_: list[Glyph] = []
    x, blank = left, False
    for char, way in _characters(text):
        if char == " ":
            x, blank = x + 0.3 * size, True
            continue
        own, low, high, own_base = size, base, base + 0.7 * size, base
        if way == "raised":
            own, own_base = 0.6 * size, base + 0.35 * size
            low, high = own_base, own_base + 0.42 * size
        elif way == "ink":
            low, high = base + 0.35 * size, base + 0.75 * size
        box = (x, low, x + 0.45 * own, high)
        set_.append(
            Glyph(
                char=char,
                box=box,
                base=own_base,
                size=own,
                bold=bold,
                font="Serif-Bold" if bold else "Serif",
                hyphen=char in "\u2010\u00ad",
                space_before=blank and bool(set_),
            )
        )
        x, blank = x + 0.5 * own, False
    return tuple(set_)


def _characters(text: str) -> list[tuple[str, str]]:
    ways: list[tuple[str, str]] = []
    at = 0
    for match in _PIECES.finditer(text):
        ways += [(char, "plain") for char in text[at : match.start()]]
        way = "ink" if match[1] is None else "raised"
        ways += [(char, way) for char in (match[1] or match[2] or "")]
        at = match.end()
    return ways + [(char, "plain") for char in text[at:]]


def line(text: str, *, page_number: int = 1, **style) -> Line:
    """Set one line."""
    return Line(page_number, glyphs(text, **style))


def column(
    texts: Sequence[str],
    *,
    top: float = TOP,
    size: float = BODY,
    left: float = LEFT,
    bold: bool = False,
) -> list[tuple[Glyph, ...]]:
    """Set lines one below the other."""
    return [
        glyphs(text, base=top - n * STEP * size, size=size, left=left, bold=bold)
        for n, text in enumerate(texts)
    ]


def lines(texts: Sequence[str], *, page_number: int = 1, **style) -> list[Line]:
    """Set lines one below the other, as `Line`s."""
    return [Line(page_number, set_) for set_ in column(texts, **style)]


def page(
    number: int, *columns: Sequence[tuple[Glyph, ...]], label: str = ""
) -> RawPage:
    """Put columns on a page, in the order in which they are drawn."""
    drawn = tuple(set_ for own in columns for set_ in own if set_)
    return RawPage(number, label or str(number), WIDTH, HEIGHT, drawn)


def foot(texts: Sequence[str], *, bottom: float = 90.0) -> list[tuple[Glyph, ...]]:
    """Set notes in small print so that the last line stands at `bottom`."""
    top = bottom + (len(texts) - 1) * STEP * NOTE
    return column(texts, top=top, size=NOTE)


def report(
    *pages: RawPage, name: str = "raport.pdf", sha256: str = "a" * 64
) -> RawReport:
    """Bind pages into a report."""
    return RawReport(sha256, name, None, None, pages)

"""What a PDF page shows before anybody has read it: glyphs with their boxes."""

from __future__ import annotations

from dataclasses import dataclass

Box = tuple[float, float, float, float]
"""`(x0, y0, x1, y1)` in PDF points from the lower left corner."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character as drawn.

    Attributes:
        char: The character; one code point, never white space.
        box: The ink's box.
        base: Height of the base line, in points.
        size: Font size as drawn, in points.
        bold: Whether the font is bold.
        font: Name of the font.
        hyphen: Whether the typesetter put it there to break a word.
        space_before: Whether a blank stands before it on its line.
    """

    char: str
    box: Box
    base: float
    size: float
    bold: bool
    font: str
    hyphen: bool = False
    space_before: bool = False


@dataclass(frozen=True, slots=True)
class HiddenText:
    """Words that a file holds and that nobody who looks at its page can see.

    Attributes:
        page_number: From 1.
        text: One run of words hidden for the same reason.
        reason: What hides it, in plain words ("white on white").
    """

    page_number: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Link:
    """An address that a place on a page leads to, whatever is printed there.

    Attributes:
        page_number: From 1.
        box: Where it may be clicked, in points.
        url: As the file holds it; nothing says that it is well-formed.
    """

    page_number: int
    box: Box
    url: str


@dataclass(frozen=True, slots=True)
class RawPage:
    """One page as drawn: its glyphs in reading order, and what surrounds them.

    Attributes:
        number: From 1.
        label: As the document names the page ("iv", "4").
        width: In points.
        height: In points.
        lines: Glyphs of each line of text that can be seen, or of an OCR layer.
        hidden: What cannot be seen; never among `lines`.
        is_ocr: The glyphs lie unseen over or under a picture of the page, as programs
            for text recognition leave them.
        is_picture: A picture covers most of the page.
        links: To addresses, in the order of the file.
    """

    number: int
    label: str
    width: float
    height: float
    lines: tuple[tuple[Glyph, ...], ...]
    hidden: tuple[HiddenText, ...] = ()
    is_ocr: bool = False
    is_picture: bool = False
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class RawReport:
    """A PDF as drawn, with what it says of itself.

    Attributes:
        sha256: Of the file, in hex.
        file_name: Without its folder.
        title: As the file's own properties give it, or None.
        author: Likewise.
        pages: In their order.
    """

    sha256: str
    file_name: str
    title: str | None
    author: str | None
    pages: tuple[RawPage, ...]

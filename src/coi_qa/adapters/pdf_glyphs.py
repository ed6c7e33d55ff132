"""The characters of a page as pdfium reads them, in lines. Runs in the child."""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

# Names of bold cuts; pdfium's weight is a guess from the stem width for many fonts.
_BOLD_NAME = re.compile(r"bold|black|heavy|semibold|-bd|,b", re.IGNORECASE)
BOLD_WEIGHT = 650
_HYPHENS = frozenset({0x02, 0x2D, 0xAD, 0xFFFE})  # how pdfium writes those it found
_FORCE_BOLD = 1 << 18  # font descriptor flag 19 (ISO 32000-1, table 123)


Pointer: TypeAlias = "ctypes._Pointer[Any]"  # each of pdfium's kinds of pointer


class Char(NamedTuple):
    """A character as pdfium gives it, blanks included.

    `drawn_by` is the address of the text object that draws it, or 0 for a blank or
    line end that pdfium supplied; `scale` the matrix that it is drawn through.
    """

    text: str
    box: tuple[float, float, float, float]
    base: float
    size: float
    bold: bool
    font: str
    hyphen: bool
    drawn_by: int = 0
    width_scale: float = 1.0


class _Style(NamedTuple):
    size: float
    bold: bool
    font: str
    width_scale: float


def read_chars(text_page: pdfium.PdfTextPage) -> Iterator[Char]:
    """Yield every character of a page in the order that pdfium reads it."""
    raw = text_page.raw
    left, right, bottom, top, x, y = (ctypes.c_double() for _ in range(6))
    # Made once: ctypes would make a pointer of each at every call.
    sides = [ctypes.pointer(side) for side in (left, right, bottom, top)]
    origin = [ctypes.pointer(x), ctypes.pointer(y)]
    box_of, origin_of = pdfium_c.FPDFText_GetCharBox, pdfium_c.FPDFText_GetCharOrigin
    styles: dict[int, _Style] = {}
    for i in range(pdfium_c.FPDFText_CountChars(raw)):
        code = pdfium_c.FPDFText_GetUnicode(raw, i)
        hyphen = code in _HYPHENS and pdfium_c.FPDFText_IsHyphen(raw, i) == 1
        box_of(raw, i, *sides)
        origin_of(raw, i, *origin)
        drawn_by = address(pdfium_c.FPDFText_GetTextObject(raw, i))
        style = styles.get(drawn_by)
        if style is None:
            style = _style(raw, i)
            if drawn_by:
                styles[drawn_by] = style
        # Beyond the last code point: a broken table of the font.
        text = "-" if hyphen else chr(code) if code < 0x110000 else "\ufffd"
        yield Char(
            text,
            (left.value, bottom.value, right.value, top.value),
            y.value,
            style.size,
            style.bold,
            style.font,
            hyphen,
            drawn_by,
            style.width_scale,
        )


def address(pointer: Pointer) -> int:
    """Return where an object of pdfium lies, which identifies it; 0 for none."""
    # A null pointer is false, which its type does not tell.
    return ctypes.addressof(pointer.contents) if bool(pointer) else 0


def _style(raw: Pointer, i: int) -> _Style:
    """Return how the text object of character `i` is set."""
    matrix, flags = pdfium_c.FS_MATRIX(1, 0, 0, 1, 0, 0), ctypes.c_int()
    name = ctypes.create_string_buffer(256)
    pdfium_c.FPDFText_GetMatrix(raw, i, matrix)
    pdfium_c.FPDFText_GetFontInfo(raw, i, name, len(name), flags)
    font = name.value.decode("utf-8", "replace")
    named_bold = _BOLD_NAME.search(font) is not None
    heavy = pdfium_c.FPDFText_GetFontWeight(raw, i) >= BOLD_WEIGHT
    drawn = math.hypot(matrix.b, matrix.d) or 1.0
    size = pdfium_c.FPDFText_GetFontSize(raw, i) * drawn
    return _Style(
        size=round(size, 2),
        bold=named_bold or (bool(flags.value & _FORCE_BOLD) and heavy),
        font=font,
        width_scale=math.hypot(matrix.a, matrix.c) / drawn,
    )


def split_lines(chars: Iterable[Char]) -> Iterator[list[Char]]:
    """Yield the characters of each line as printed.

    pdfium writes out the ends of lines, but runs on where a line ends in a hyphen.
    """
    for is_end, group in groupby(chars, key=lambda c: c.text in "\r\n"):
        if is_end:
            continue
        line: list[Char] = []
        for char in group:
            if line and _is_carried_over(line[-1], char):
                yield line
                line = []
            line.append(char)
        yield line


def _is_carried_over(before: Char, char: Char) -> bool:
    """Say whether `char` stands on a lower line and to the left of `before`."""
    lower = before.base - char.base > 0.5 * max(before.size, char.size)
    return lower and char.box[0] < before.box[0] - before.size


def packed_line(chars: Sequence[Char]) -> dict[str, Any]:
    """Return a line in columns: what varies by glyph apart from what runs on."""
    kept: list[Char] = []
    spaces: list[int] = []
    hyphens: list[int] = []
    blank = False
    for char in chars:
        if char.text.isspace():
            blank = True
            continue
        if not is_text(char.text):
            continue
        if blank and kept:
            spaces.append(len(kept))
        blank = False
        if char.hyphen:
            hyphens.append(len(kept))
        kept.append(char)
    styles = [
        {"run": len(list(run)), "size": size, "bold": bold, "font": font}
        for (size, bold, font), run in groupby(
            kept, key=lambda c: (c.size, c.bold, c.font)
        )
    ]
    return {
        "text": "".join(c.text for c in kept),
        "boxes": np.round([c.box for c in kept], 2).tolist(),
        "bases": np.round([c.base for c in kept], 2).tolist(),
        "styles": styles,
        "spaces": spaces,
        "hyphens": hyphens,
    }


@cache
def is_text(char: str) -> bool:
    """Say whether a code point is a character and not a control or a hole."""
    return unicodedata.category(char) not in {"Cc", "Cs", "Cn"} and char != "\ufffe"

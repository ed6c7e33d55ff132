"""The child process of `adapters.pdf`: one PDF in, JSON lines out, then it ends.

Run as `python -I -m coi_qa.adapters.pdf_child FILE CPU_S MEMORY_BYTES`. The first line
describes the document, each further one a page. On failure: exit 1 and a JSON object
with "reason" as the last line of standard error.
"""

from __future__ import annotations

import ctypes
import json
import logging
import math
import re
import resource
import sys
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple, NoReturn

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from pypdf import PdfReader

# Names of bold cuts; pdfium's weight is a guess from the stem width for many fonts.
_BOLD_NAME = re.compile(r"bold|black|heavy|semibold|-bd|,b", re.IGNORECASE)
BOLD_WEIGHT = 650
_FORCE_BOLD = 1 << 18  # font descriptor flag 19 (ISO 32000-1, table 123)
MAX_GLYPHS = 2_000_000  # a report of 500 dense pages


class Char(NamedTuple):
    """A character as pdfium gives it, blanks included."""

    text: str
    box: tuple[float, float, float, float]
    base: float
    size: float
    bold: bool
    font: str
    hyphen: bool


def main() -> None:
    """Read the file named on the command line within the limits given there."""
    path, cpu_s, memory_bytes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 5))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable(logging.CRITICAL)  # pypdf's warnings are not for operators
    try:
        for line in _read(path):
            print(json.dumps(line, ensure_ascii=True, separators=(",", ":")))
    except MemoryError:
        _fail("needs more memory than a report may; print it to PDF anew")
    except RecursionError:
        _fail("its objects are nested without end; print it to PDF anew")
    except Exception as exc:
        _fail(f"damaged ({type(exc).__name__}); expected a whole PDF: copy it again")


def _fail(reason: str) -> NoReturn:
    print(json.dumps({"reason": reason}), file=sys.stderr)
    sys.exit(1)


def _read(path: str) -> Iterator[dict[str, Any]]:
    """Yield the head of the document, then its pages."""
    head = _head(path)
    if head["pages"] == 0:
        _fail("has no pages; expected a report: copy it again")
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as exc:
        if "password" in str(exc).lower():
            _fail_encrypted()
        raise
    if len(document) != head["pages"]:
        _fail(
            f"damaged (its table of pages names {head['pages']}, {len(document)} can "
            "be drawn); expected a whole PDF: copy it again"
        )
    yield head
    glyphs = 0
    for index in range(len(document)):
        page = document[index]
        label = pdfium_label(document, index)
        text_page = page.get_textpage()
        lines = [_line(chars) for chars in _lines(_chars(text_page))]
        glyphs += sum(len(line["text"]) for line in lines)
        if glyphs > MAX_GLYPHS:
            _fail(f"has over {MAX_GLYPHS:,} characters; split the report")
        width, height = page.get_size()
        yield {
            "number": index + 1,
            "label": label or str(index + 1),
            "width": round(width, 2),
            "height": round(height, 2),
            "lines": [line for line in lines if line["text"]],
        }
        text_page.close()
        page.close()


def _fail_encrypted() -> NoReturn:
    _fail("is encrypted with a password; expected an open PDF: save it without one")


def _head(path: str) -> dict[str, Any]:
    """Return what the file says of itself; exits where it is locked or cut off."""
    reader = PdfReader(path, strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        _fail_encrypted()
    info = reader.metadata
    return {
        "title": _plain(info.title if info else None),
        "author": _plain(info.author if info else None),
        "pages": len(reader.pages),
    }


def _plain(text: str | None) -> str | None:
    """Return a property of the document without controls, or None for none."""
    if not isinstance(text, str):
        return None
    kept = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(kept.split())[:500] or None


def pdfium_label(document: pdfium.PdfDocument, index: int) -> str:
    """Return the page's label, or ""."""
    try:
        return str(document.get_page_label(index)).strip()
    except pdfium.PdfiumError:
        return ""


def _chars(text_page: pdfium.PdfTextPage) -> Iterator[Char]:
    """Yield every character of a page in the order that pdfium reads it."""
    raw = text_page.raw
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    x, y = ctypes.c_double(), ctypes.c_double()
    matrix, flags = pdfium_c.FS_MATRIX(), ctypes.c_int()
    name = ctypes.create_string_buffer(256)
    for i in range(pdfium_c.FPDFText_CountChars(raw)):
        text = chr(pdfium_c.FPDFText_GetUnicode(raw, i))
        hyphen = pdfium_c.FPDFText_IsHyphen(raw, i) == 1
        pdfium_c.FPDFText_GetCharBox(raw, i, left, right, bottom, top)
        pdfium_c.FPDFText_GetCharOrigin(raw, i, x, y)
        pdfium_c.FPDFText_GetMatrix(raw, i, matrix)
        name.value = b""
        pdfium_c.FPDFText_GetFontInfo(raw, i, name, len(name), flags)
        font = name.value.decode("utf-8", "replace")
        scale = math.hypot(matrix.b, matrix.d) or 1.0
        yield Char(
            text="-" if hyphen else text,
            box=(left.value, bottom.value, right.value, top.value),
            base=y.value,
            size=round(pdfium_c.FPDFText_GetFontSize(raw, i) * scale, 2),
            bold=bool(
                _BOLD_NAME.search(font)
                or (
                    flags.value & _FORCE_BOLD
                    and pdfium_c.FPDFText_GetFontWeight(raw, i) >= BOLD_WEIGHT
                )
            ),
            font=font,
            hyphen=hyphen,
        )


def _lines(chars: Iterator[Char]) -> Iterator[list[Char]]:
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


def _line(chars: list[Char]) -> dict[str, Any]:
    """Return a line in columns: what varies by glyph apart from what runs on."""
    kept: list[Char] = []
    spaces: list[int] = []
    hyphens: list[int] = []
    blank = False
    for char in chars:
        if char.text.isspace():
            blank = True
            continue
        if not _is_text(char.text):
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
        "boxes": [[round(v, 2) for v in c.box] for c in kept],
        "bases": [round(c.base, 2) for c in kept],
        "styles": styles,
        "spaces": spaces,
        "hyphens": hyphens,
    }


def _is_text(char: str) -> bool:
    """Say whether a code point is a character and not a control or a hole."""
    return unicodedata.category(char) not in {"Cc", "Cs", "Cn"} and char != "\ufffe"


if __name__ == "__main__":
    main()

"""A report with other names and figures, laid out anew."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
from tests.typeset import Block, Heading, Layout, Note, Paragraph, letters, typeset

from coi_qa.domain.report import Report, join_slices
from coi_qa.domain.source import Footnote

# A figure of the body: no part of a date, an address or a name such as "ZAPAD-2025".
_FIGURE = re.compile(
    r"(?<![\w.,–/-])\d+(?:,\d+)?(?=%|\s(?:os|tys|mln|przyp|wyda|miej|mand|dep))"
)


def changed_blocks(
    report: Report, dice: random.Random, names: Mapping[str, str]
) -> Iterator[Block]:
    """Yield what the report says, with other names and figures.

    Args:
        report: As read.
        dice: Chooses the figures.
        names: Stem -> stem, in small letters; one is not changed again.
    """
    pages = {page.number: page for page in report.pages}
    section = 0
    for paragraph in report.paragraphs:
        while section < paragraph.section:
            section += 1
            heading = report.sections[section]
            yield Heading(renamed(heading.path[-1], names), chapter=heading.level == 1)
        pieces: list[str | Note] = []
        last = 0
        text = join_slices(pages, paragraph.places)
        for at, note in _marks(report, paragraph.places):
            pieces += [_other(text[last:at], dice, names), Note(renamed(note, names))]
            last = at
        pieces.append(_other(text[last:], dice, names))
        yield Paragraph(tuple(piece for piece in pieces if piece))


def _marks(report: Report, places) -> list[tuple[int, str]]:
    """Return the marks of a paragraph by their offset in its text, with their notes."""
    pages = {page.number: page for page in report.pages}
    found: list[tuple[int, int, str]] = []
    for at, place in enumerate(places):
        length = len(join_slices(pages, places[: at + 1]))
        start = length - (place.span.end - place.span.start)
        for marker in report.markers:
            inside = place.span.start < marker.offset <= place.span.end
            carried = at > 0 and marker.offset == 0
            if marker.page_number == place.page_number and (inside or carried):
                offset = start + max(0, marker.offset - place.span.start)
                note = report.footnotes[marker.footnote]
                found.append((offset, marker.number, _unbroken(report, note)))
    return [(offset, text) for offset, _, text in sorted(found)]


def _unbroken(report: Report, note: Footnote) -> str:
    """Return a note without its number, and its address as it was before its lines."""
    text = re.sub(r"^\d+\s*", "", note.raw)
    url = report.sources[note.source].url
    at = text.find("http")
    return text if url is None or at < 0 else f"{text[:at]}{url}"


def renamed(text: str, names: Mapping[str, str]) -> str:
    """Return a text with other names, each in the case of letters that it had.

    >>> renamed("KAZACHSTAN, w Kazachstanie", {"kazachstan": "uzbekistan"})
    'UZBEKISTAN, w Uzbekistanie'
    """
    stems = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    return re.sub(stems, lambda m: _cased(names[m[0].lower()], m[0]), text, flags=re.I)


def _cased(name: str, like: str) -> str:
    if like.isupper():
        return name.upper()
    return name.capitalize() if like[0].isupper() else name


def _other(text: str, dice: random.Random, names: Mapping[str, str]) -> str:
    """Return a text of the body with other names and other figures."""
    return _FIGURE.sub(
        lambda m: "".join(dice.choice("123456789") if c.isdigit() else c for c in m[0]),
        renamed(text, names),
    )


def typeset_whole(blocks: list[Block], layout: Layout, path: Path) -> Path:
    """Lay out the blocks, a little wider where WeasyPrint loses a note.

    It does so at times where a note would begin on the next page.
    """
    for wider in range(0, 40, 8):
        made = replace(layout, width=layout.width + wider)
        typeset(blocks, made, path)
        with closing(pdfium.PdfDocument(path)) as document:
            pages = [page.get_textpage().get_text_range() for page in document]
        printed = letters(" ".join(pages))
        notes = [p for b in blocks for p in getattr(b, "line", ())]
        if all(letters(n.text)[:48] in printed for n in notes if isinstance(n, Note)):
            return path
    raise AssertionError("every layout lacks a note")

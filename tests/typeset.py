"""Made-up and borrowed texts laid out as PDFs with notes, by Typst and WeasyPrint.

What is read out of a PDF is compared in letters and digits alone: blanks, hyphens and
quotation marks are the typesetter's.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from coi_qa.domain.report import Report
from coi_qa.domain.text import fold

TAIL = 24  # letters before a mark by which its place is known


@dataclass(frozen=True)
class Note:
    """A footnote where it is used."""

    text: str


Line = tuple[str | Note, ...]


@dataclass(frozen=True)
class Heading:
    text: str
    chapter: bool = False  # numbering may restart, chapter notes end here


@dataclass(frozen=True)
class Paragraph:
    line: Line


@dataclass(frozen=True)
class Item:
    """One item of a list, its number or bullet written out in the text."""

    line: Line


@dataclass(frozen=True)
class NewPage:
    """What follows begins on a new page."""


Block = Heading | Paragraph | Item | NewPage
MarkStyle = Literal["raised", "[n]", "raised [n]", "n)", "raised n)", "*"]


@dataclass(frozen=True)
class Layout:
    """How a text is set.

    Attributes:
        generator: Which program sets it.
        mark: What marks and notes look like.
        notes: Where they stand: set by the generator at the page's foot, by hand
            after the last words before a new page, or at the end of chapter or report.
        restart: Where numbering begins again.
        columns: Of the body.
        font: A family's name.
        size: Of the body, in points; notes have four fifths.
        width: Of the page, in points; the height is half as much again.
    """

    generator: Literal["typst", "weasyprint"]
    mark: MarkStyle
    notes: Literal["foot", "hand", "chapter", "report"] = "foot"
    restart: Literal["report", "chapter", "page"] = "report"
    columns: int = 1
    font: str = "Libertinus Serif"
    size: float = 10.0
    width: float = 400.0
    justify: bool = True
    endnotes_heading: str = "Przypisy"

    def __str__(self) -> str:
        parts = [self.generator, self.mark, self.notes, self.restart]
        return " ".join([*parts, f"{self.columns} col", self.font, f"{self.width:.0f}"])


def typeset(blocks: Sequence[Block], layout: Layout, path: Path) -> Path:
    """Lay the blocks out as a PDF at `path` and return it."""
    if layout.generator == "typst":
        import typst

        source = path.with_suffix(".typ")
        source.write_text("".join(_typst(blocks, layout)), "utf-8")
        path.write_bytes(typst.compile(str(source), root=str(path.parent)))
    else:
        from weasyprint import HTML

        page = "".join(_html(blocks, layout))
        path.with_suffix(".html").write_text(page, "utf-8")
        HTML(string=page).write_pdf(str(path))
    return path


# --- numbers and places of notes ------------------------------------------------------

SYMBOLS = "*†‡§¶‖"


def label(number: int, layout: Layout) -> str:
    """Return a mark as it is printed."""
    if layout.mark == "*":
        by_typst = layout.generator == "typst" and layout.notes == "foot"
        if by_typst:  # as its numbering "*" does
            turn, at = divmod(number - 1, len(SYMBOLS))
            return SYMBOLS[at] * (turn + 1)
        return "*" * number
    shape = layout.mark.removeprefix("raised").strip() or "n"
    return shape.replace("n", str(number))


@dataclass
class _Counter:
    """Numbers the notes of a text whose places are written out by hand."""

    layout: Layout
    number: int = 0

    def __post_init__(self) -> None:
        self.waiting: list[tuple[str, str]] = []

    def add(self, note: Note) -> str:
        self.number += 1
        self.waiting.append((label(self.number, self.layout), note.text))
        return self.waiting[-1][0]

    def before(self, block: Block | None) -> list[tuple[str, str]]:
        """Return the notes that are printed before `block`, None being the end."""
        layout = self.layout
        new_page = isinstance(block, NewPage)
        chapter = isinstance(block, Heading) and block.chapter
        due = block is None or {
            "foot": False,
            "hand": new_page,
            "chapter": chapter,
            "report": False,
        }.get(layout.notes, False)
        if (layout.restart == "page" and new_page) or (
            layout.restart == "chapter" and chapter
        ):
            self.number = 0
        if not due:
            return []
        notes, self.waiting = self.waiting, []
        return notes


# --- Typst ----------------------------------------------------------------------------


def _typst(blocks: Sequence[Block], layout: Layout) -> Iterator[str]:
    w = layout.width
    numbering = {"*": '"*"'}.get(
        layout.mark, json.dumps(label(1, layout).replace("1", "1"))
    )
    yield (
        f"#set page(width: {w}pt, height: {1.5 * w}pt, margin: {0.11 * w}pt, "
        f"columns: {layout.columns})\n"
        f'#set text(font: "{layout.font}", size: {layout.size}pt, lang: "pl", '
        f"hyphenate: {str(layout.justify).lower()})\n"
        f"#set par(justify: {str(layout.justify).lower()})\n"
        f"#set footnote(numbering: {numbering})\n"
        "#show heading: set block(above: 1.4em, below: 0.9em)\n"
        f"#let hand(mark, body) = block(above: 0.5em, below: 0.5em, "
        f"text(size: {0.8 * layout.size}pt, [#mark #body]))\n"
    )
    if layout.mark in ("[n]", "n)"):  # on the line, as Word's templates have it
        yield (
            "#show footnote: it => link(it.location(), "
            "numbering(it.numbering, ..counter(footnote).at(it.location())))\n"
            "#show footnote.entry: it => { let at = it.note.location(); "
            "[#numbering(it.note.numbering, ..counter(footnote).at(at)) "
            "#it.note.body] }\n"
        )
    counter = _Counter(layout)
    for block in (*blocks, None):
        notes = counter.before(block)
        if notes and layout.notes in ("chapter", "report") and layout.endnotes_heading:
            yield f"= #{_string(layout.endnotes_heading)}\n\n"
        for mark, text in notes:
            yield f"#hand({_string(mark)}, {_string(text)})\n"
        match block:
            case Heading(text, chapter):
                if layout.restart == "chapter" and chapter:
                    yield "#counter(footnote).update(0)\n"
                yield f"{'=' if chapter else '=='} #{_string(text)}\n\n"
            case Paragraph(line) | Item(line):
                yield "".join(_typst_line(line, layout, counter)) + "\n\n"
            case NewPage():
                yield "#pagebreak(weak: true)\n"
                if layout.restart == "page":
                    yield "#counter(footnote).update(0)\n"


def _typst_line(line: Line, layout: Layout, counter: _Counter) -> Iterator[str]:
    for piece in line:
        if isinstance(piece, str):
            yield f"#{_string(piece)};" if piece else ""
        elif layout.notes == "foot":
            yield f"#footnote({_string(piece.text)});"
        else:
            mark = _string(counter.add(piece))
            raised = layout.mark.startswith("raised")
            yield f"#super(typographic: false, {mark});" if raised else f"#{mark};"


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


# --- WeasyPrint -----------------------------------------------------------------------


def _html(blocks: Sequence[Block], layout: Layout) -> Iterator[str]:
    w = layout.width
    shape = layout.mark.removeprefix("raised").strip() or "n"
    before, _, after = shape.partition("n")
    content = f'"{before}" counter(footnote) "{after}"'
    if layout.mark == "*":
        content = "counter(footnote, stars)"
    raised = "vertical-align: super; font-size: 65%; line-height: 0"
    call = raised if layout.mark.startswith("raised") else "vertical-align: baseline"
    if layout.mark == "*":
        call = "vertical-align: baseline; font-size: 100%"
    yield f"""<!doctype html><html lang="pl"><meta charset="utf-8"><style>
@counter-style stars {{ system: symbolic; symbols: "*"; suffix: "" }}
@page {{ size: {w}pt {1.5 * w}pt; margin: {0.11 * w}pt;
  @footnote {{ border-top: 0.5pt solid; padding-top: 4pt; margin-top: 8pt }} }}
body {{ counter-reset: footnote; font: {layout.size}pt/1.4 "{layout.font}";
  {"text-align: justify; hyphens: auto" if layout.justify else ""} }}
main {{ {f"columns: {layout.columns}" if layout.columns > 1 else ""} }}
h1 {{ font-size: 1.3em }} h2 {{ font-size: 1.1em }} p {{ margin: 0 0 5pt }}
.n {{ float: footnote; font-size: {0.8 * layout.size}pt; font-weight: normal }}
.n::footnote-call {{ content: {content}; {call} }}
.n::footnote-marker {{ content: {content} " "; list-style-position: inside }}
.m {{ {call} }} .hand {{ font-size: {0.8 * layout.size}pt; margin: 0 0 2pt }}
.break {{ break-before: page }} .restart {{ counter-reset: footnote }}
</style><main>"""
    counter = _Counter(layout)
    for block in (*blocks, None):
        notes = counter.before(block)
        if notes and layout.notes in ("chapter", "report") and layout.endnotes_heading:
            yield f"<h1>{html.escape(layout.endnotes_heading)}</h1>"
        for mark, text in notes:
            yield f"<p class=hand>{mark} {html.escape(text)}</p>"
        match block:
            case Heading(text, chapter):
                tag = "h1" if chapter else "h2"
                restart = chapter and layout.restart == "chapter"
                named = " class=restart" if restart else ""
                yield f"<{tag}{named}>{html.escape(text)}</{tag}>"
            case Paragraph(line) | Item(line):
                yield f"<p>{''.join(_html_line(line, layout, counter))}</p>"
            case NewPage():
                restart = " restart" if layout.restart == "page" else ""
                yield f'<div class="break{restart}"></div>'
    yield "</main></html>"


def _html_line(line: Line, layout: Layout, counter: _Counter) -> Iterator[str]:
    for piece in line:
        if isinstance(piece, str):
            yield html.escape(piece)
        elif layout.notes == "foot":
            yield f"<span class=n>{html.escape(piece.text)}</span>"
        else:
            yield f"<span class=m>{counter.add(piece)}</span>"


# --- what should be read, and what was ------------------------------------------------


def letters(text: str) -> str:
    """Return the letters and digits of a text, folded."""
    return "".join(c for c in fold(text).text if c.isalnum())


def solid(text: str) -> str:
    """Return a text folded and without its blanks."""
    return "".join(c for c in fold(text).text if not c.isspace())


@dataclass(frozen=True)
class Tie:
    """Where a mark stands and what it is tied to.

    Attributes:
        tail: The last letters before it.
        before: The character before it.
        after: The one after it in its block, "" at its end.
        note: The letters of the note, "" where the mark is tied to none.
    """

    tail: str
    before: str
    after: str
    note: str

    def is_read_as(self, other: Tie) -> bool:
        """Say whether another tie is this one; what follows a block is not told."""
        same = (self.tail, self.before, self.note) == (
            other.tail,
            other.before,
            other.note,
        )
        return same and self.after in ("", other.after)


def _tie(text: str, at: int, note: str) -> Tie:
    """Return the tie of a mark that stood at offset `at` of a solid text."""
    before = "".join(c for c in text[max(0, at - 3 * TAIL) : at] if c.isalnum())
    return Tie(before[-TAIL:], text[:at][-1:], text[at : at + 1], letters(note))


def ties_printed(blocks: Sequence[Block]) -> list[Tie]:
    """Return the ties that the text has."""
    text = ""
    ties: list[Tie] = []
    for block in blocks:
        marks: list[tuple[int, str]] = []
        match block:
            case Heading(words):
                text += solid(words)
            case Paragraph(line) | Item(line):
                for piece in line:
                    if isinstance(piece, str):
                        text += solid(piece)
                    else:
                        marks.append((len(text), piece.text))
        ties += [_tie(text, at, note) for at, note in marks]
    return ties


def ties_read(report: Report) -> list[Tie]:
    """Return the ties that were read out of a PDF."""
    starts, text = {}, ""
    bodies = {page.number: page.body for page in report.pages}
    for page in report.pages:
        starts[page.number] = len(text)
        text += solid(page.body)
    ties = []
    for marker in report.markers:
        page = marker.page_number
        at = starts[page] + len(solid(bodies[page][: marker.offset]))
        raw = "" if marker.footnote is None else report.footnotes[marker.footnote].raw
        label = r"[*†‡§¶‖]+" if raw[:1] in SYMBOLS else r"\W?\d+"
        ties.append(_tie(text, at, re.sub(label, "", raw, count=1)))
    return ties


@dataclass(frozen=True)
class Score:
    """How many marks are tied to the right note.

    Attributes:
        printed: All marks.
        right: Those read at their place with their note's whole text.
        missed: What the others should have been.
        strange: What was read and is not printed so.
    """

    printed: int
    right: int
    missed: tuple[Tie, ...]
    strange: tuple[Tie, ...]

    def __add__(self, other: Score) -> Score:
        return Score(
            self.printed + other.printed,
            self.right + other.right,
            self.missed + other.missed,
            self.strange + other.strange,
        )


NOTHING = Score(0, 0, (), ())


def score(report: Report, blocks: Sequence[Block]) -> Score:
    """Compare what was read with what was laid out."""
    printed, found = ties_printed(blocks), ties_read(report)
    missed: list[Tie] = []
    for tie in printed:
        read_so = next((own for own in found if tie.is_read_as(own)), None)
        if read_so is None:
            missed.append(tie)
        else:
            found.remove(read_so)
    right = len(printed) - len(missed)
    return Score(len(printed), right, tuple(missed), tuple(found))

"""Footnotes: where their definitions stand, and the marks that name them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from coi_qa.domain.layout import Box
from coi_qa.domain.report import merge_boxes
from coi_qa.ingest.lines import Line

SMALL_SHARE = 0.93  # of the body's size; notes are set smaller than the body
MAX_GAP = 9  # numbers that a damaged report may skip between two notes

# "[12]", "12.", "12)" or "12" at the start of a note; the digits are group 1.
_DEFINITION = re.compile(r"\[?(\d{1,4})[\].)]?(\s|(?=\D))")
_BRACKETED = re.compile(r"\[\s*(\d{1,4}(?:\s*[,;–-]\s*\d{1,4})*)\s*\]")
_RAISED = re.compile(r"[0-9]{1,4}(?:[,;–-][0-9]{1,4})*")  # "3", "3,4", "3–5"
_PART = re.compile(r"(\d+)(?:\s*[–-]\s*(\d+))?")
MAX_CLUSTER = 20  # "[1-9999]" is a range of years or pages, not of notes


@dataclass
class NoteLines:
    """The printed lines of one footnote definition.

    Attributes:
        number: As printed.
        page_number: Where it begins.
        lines: Also those that go on on the next page.
    """

    number: int
    page_number: int
    lines: list[Line] = field(default_factory=list)

    def boxes(self) -> tuple[Box, ...]:
        """Return one box a line on the page where the note begins, in points."""
        own = [line for line in self.lines if line.page_number == self.page_number]
        return merge_boxes(g.box for line in own for g in line.glyphs)


@dataclass(frozen=True, slots=True)
class Mark:
    """A footnote mark on a line: which glyphs it takes and what it names.

    Attributes:
        start: Index of its first glyph.
        end: Index after its last.
        numbers: As printed, ranges spelled out.
    """

    start: int
    end: int
    numbers: tuple[int, ...]


def split_notes(
    pages: Sequence[Sequence[Line]], *, size: float
) -> tuple[list[list[Line]], list[NoteLines]]:
    """Return each page's body lines, and the footnotes from the pages' feet.

    A note begins at a line in small print whose number follows the note before, so
    that a year at the start of a note's second line does not begin another. Small
    print above a page's first note goes on with the last note of the page before.

    Args:
        pages: Lines of each page from top to bottom.
        size: The body's font size, in points.
    """
    bodies: list[list[Line]] = []
    notes: list[NoteLines] = []
    for lines in pages:
        foot = _foot(lines, size)
        marked = {
            number
            for line in lines[:foot]
            for match in _BRACKETED.finditer(line.text)
            for number in _numbers(match[1])
        }
        first = _first_definition(lines[foot:], notes, marked)
        goes_on = bool(notes) and _is_continued(notes[-1], lines, foot)
        if first is None and not goes_on:
            bodies.append(list(lines))
            continue
        start = foot if goes_on else foot + (first or 0)
        bodies.append(list(lines[:start]))
        _read_foot(lines[start:], notes, marked)
    return bodies, notes


def find_marks(line: Line, known: set[int]) -> list[Mark]:
    """Return the footnote marks of a body line.

    A number in square brackets is a mark if it is raised or names a note; raised
    digits are one if they name a note, with the raised commas between them. Numbers
    in running text never are.

    Args:
        line: A line of the body.
        known: The numbers that have a definition.
    """
    chars = "".join(g.char for g in line.glyphs)
    marks = [
        Mark(match.start(), match.end(), numbers)
        for match in _BRACKETED.finditer(chars)
        if (numbers := _numbers(match[1]))
        and (
            set(numbers) <= known
            or all(line.is_raised(g) for g in line.glyphs[match.start() : match.end()])
        )
    ]
    taken = {i for mark in marks for i in range(mark.start, mark.end)}
    raised = "".join(
        char if at not in taken and line.is_raised(glyph) else " "
        for at, (char, glyph) in enumerate(zip(chars, line.glyphs, strict=True))
    )
    marks += [
        Mark(match.start(), match.end(), numbers)
        for match in _RAISED.finditer(raised)
        if (numbers := _numbers(match[0])) and set(numbers) <= known
    ]
    return sorted(marks, key=lambda mark: mark.start)


def _numbers(inside: str) -> tuple[int, ...]:
    """Return the numbers between brackets, ranges spelled out.

    >>> _numbers("4, 6–8")
    (4, 6, 7, 8)
    """
    numbers: list[int] = []
    for match in _PART.finditer(inside):
        first, last = int(match[1]), int(match[2] or match[1])
        if not first <= last < first + MAX_CLUSTER:
            return ()
        numbers += range(first, last + 1)
    return tuple(numbers)


def _foot(lines: Sequence[Line], size: float) -> int:
    """Return the index where the small print at the foot of a page begins."""
    start = len(lines)
    while start and lines[start - 1].size <= SMALL_SHARE * size:
        start -= 1
    return start


def is_marks_only(line: Line) -> bool:
    """Say whether a line holds nothing but bracketed marks, carried over from above."""
    return not _BRACKETED.sub("", line.text).strip(" ,;")


def definition_number(line: Line) -> int | None:
    """Return the number that a line begins with as a note would, or None."""
    match = _DEFINITION.match(line.text)
    if match is None or is_marks_only(line):
        return None
    digits = line.glyphs[: match.end(1)]
    glued = not match[2] and match.end(1) == match.end()
    if glued and not line.is_raised(digits[-1]):
        return None
    return int(match[1])


def _first_definition(
    lines: Sequence[Line], notes: list[NoteLines], marked: set[int]
) -> int | None:
    """Return the index of the line that begins the page's first note, or None."""
    for at, line in enumerate(lines):
        if _begins_note(line, notes, marked, fresh_page=True):
            return at
    return None


def _begins_note(
    line: Line, notes: list[NoteLines], marked: set[int], *, fresh_page: bool
) -> bool:
    """Say whether a line of small print begins a note.

    Args:
        line: Of the foot of a page.
        notes: Those before it.
        marked: Numbers of the bracketed marks above it on the page.
        fresh_page: It would be the page's first.
    """
    number = definition_number(line)
    if number is None:
        return False
    last = notes[-1].number if notes else 0
    if number == last + 1:
        return True
    # A number may be missing anywhere; numbering restarts only on a new page.
    skips = last < number <= last + 1 + MAX_GAP
    return (skips and (fresh_page or number in marked)) or (fresh_page and number == 1)


def _is_continued(note: NoteLines, lines: Sequence[Line], foot: int) -> bool:
    """Say whether the small print of a page begins with the rest of `note`."""
    if foot == len(lines) or not note.lines:
        return False
    last = note.lines[-1]
    return (
        lines[foot].page_number == last.page_number + 1
        and lines[foot].size == last.size
        and definition_number(lines[foot]) is None
    )


def _read_foot(lines: Sequence[Line], notes: list[NoteLines], marked: set[int]) -> None:
    """Add the notes of one page's foot to `notes`, this function's only output."""
    fresh_page = True
    for line in lines:
        number = definition_number(line)
        if number is not None and _begins_note(
            line, notes, marked, fresh_page=fresh_page
        ):
            notes.append(NoteLines(number, line.page_number))
            fresh_page = False
        notes[-1].lines.append(line)

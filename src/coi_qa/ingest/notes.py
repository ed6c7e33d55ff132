"""Footnote definitions: at the feet of pages, or listed after a section or report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

from coi_qa.domain.layout import Box
from coi_qa.domain.report import merge_boxes
from coi_qa.ingest.lines import Line
from coi_qa.ingest.marks import (
    SYMBOLS,
    is_marks_only,
    labels_on,
    symbol_label,
)

SMALL_SHARE = 0.93  # of the body's size; notes are set smaller than the body
MAX_GAP = 9  # numbers that a damaged report may skip between two notes
FOOT_GAP = 2.5  # of the size; a wider gap parts small print from the notes below it
MARKED_SHARE = 0.5  # of a list's numbers; one with fewer marks is no list of notes

# "[12]", "12.", "12)" or "12" at the start of a note; group 2 is its label.
_NUMBERED = re.compile(r"(\[?)(\d{1,4})(?:([\])])|(\.?)(\s|(?=\D)))")
_SYMBOLED = re.compile(rf"(\(?)({SYMBOLS})(\)?)(?=\s?[^\s*∗])")
_LIST_HEADING = re.compile(
    r"(?:\d{1,2}\.?\s)?(?:przypisy(?: końcowe)?|odnośniki|źródła|bibliografia"
    r"|end ?notes|footnotes|notes|references|sources)[.:]?",
    re.IGNORECASE,
)
_OWN_SOURCE = re.compile(r"(?:źródł[oa]|source)\b", re.IGNORECASE)  # below a table


@dataclass
class NoteLines:
    """The printed lines of one footnote definition.

    Attributes:
        number: As printed; of a symbol, how many-th of its page's it is.
        page_number: Where it begins.
        lines: Also those that go on on the next page.
        symbol: "*", "**" or "†" where it has one instead of a number.
        end_list: Ordinal of the list after a section or report that it stands in;
            None at the foot of a page.
    """

    number: int
    page_number: int
    lines: list[Line] = field(default_factory=list)
    symbol: str = ""
    end_list: int | None = None

    @property
    def label(self) -> str:
        """What its marks print."""
        return self.symbol or str(self.number)

    @property
    def is_closed(self) -> bool:
        """Whether its label is printed with a closing round bracket: "12)", "*)"."""
        found = definition(self.lines[0]) if self.lines else None
        return found is not None and found.shape.endswith(")")

    def boxes(self) -> tuple[Box, ...]:
        """Return one box a line on the page where the note begins, in points."""
        own = [line for line in self.lines if line.page_number == self.page_number]
        return merge_boxes(g.box for line in own for g in line.glyphs)


class Definition(NamedTuple):
    """How a line begins that may begin a note.

    Attributes:
        label: "12" or "**".
        shape: What is printed around it, "^" where it is raised.
    """

    label: str
    shape: str

    @property
    def number(self) -> int | None:
        """The label as a number, None for a symbol."""
        return int(self.label) if self.label.isdigit() else None


def split_notes(
    pages: Sequence[Sequence[Line]], *, size: float
) -> tuple[list[list[Line]], list[NoteLines]]:
    """Return each page's body lines, and the footnotes in their order.

    A note begins at a line in small print whose number follows the note before, so
    that a year at the start of a note's second line does not begin another. Small
    print above a page's first note goes on with the last note of the page before.
    Marks that no foot of a page explains are looked for in lists after a section.

    Args:
        pages: Lines of each page from top to bottom, column by column.
        size: The body's font size, in points.
    """
    pages, listed = _take_lists(pages)
    columns = [[(own, _foot(own, size)) for own in _columns(page)] for page in pages]
    marked = [
        labels_on([line for own, start in page for line in own[:start]])
        for page in columns
    ]
    bodies: list[list[Line]] = []
    notes: list[NoteLines] = []
    carried: list[str] = []  # marks of the page before that have no note on it
    for at, page in enumerate(columns):
        later = {label for labels in marked[at + 1 :] for label in labels}
        first_note = len(notes)
        body: list[Line] = []
        for own, start in page:
            right = max(line.right for line in own)
            foot = _Foot(
                own[start:],
                marked=[*carried, *marked[at], *_symbols(marked[at + 1 : at + 2])],
                later=later,
                rights=[right] * (len(own) - start),
            )
            taken = _read_foot(foot, notes, first_note)
            body += own[: len(own) - taken]
        bodies.append(body)
        defined = Counter(note.label for note in notes[first_note:])
        carried = list((Counter(marked[at]) - defined).elements())
    return bodies, sorted([*notes, *listed], key=lambda note: note.page_number)


def _symbols(following: Sequence[Sequence[str]]) -> list[str]:
    """Return the stars and daggers of the next page.

    Typst may leave a note behind when its mark moves on with the end of a paragraph.
    """
    return [label for labels in following for label in labels if not label.isdigit()]


def definition(line: Line) -> Definition | None:
    """Return the label that a line begins with as a note would, or None."""
    text = line.text
    symbol = _SYMBOLED.match(text)
    if symbol is not None:
        return Definition(symbol_label(symbol[2]), symbol[1] + symbol[3])
    match = _NUMBERED.match(text)
    if match is None or is_marks_only(line):
        return None
    if not match[1] and line.is_raised(line.glyphs[0]):
        return Definition(str(int(_raised_digits(line))), "^")
    closing = match[3] or match[4]
    if not (closing or match[5]):
        return None
    return Definition(str(int(match[2])), match[1] + closing)


def _raised_digits(line: Line) -> str:
    """Return the raised digits that a line begins with: not the 0 of "¹0 osób"."""
    digits = ""
    for glyph in line.glyphs[:4]:
        if not (glyph.char.isdecimal() and line.is_raised(glyph)):
            break
        digits += glyph.char
    return digits


# --- feet of pages ------------------------------------------------------------------


@dataclass(frozen=True)
class _Foot:
    """Small print at the foot of a column.

    Attributes:
        lines: From top to bottom.
        marked: Labels of the marks that its notes may explain, in reading order.
        later: Labels of the marks on the pages after it.
        rights: Where the column of each line ends, in points.
        before: The number that its first note follows where no note is known.
        is_list: It is a list after a section, for which all marks are known.
    """

    lines: Sequence[Line]
    marked: Sequence[str]
    later: Set[str]
    rights: Sequence[float]
    before: int = 0
    is_list: bool = False

    def is_after_short(self, at: int) -> bool:
        """Say whether the line before has room for the first word of line `at`."""
        if at == 0:
            return False
        return self.has_room(self.lines[at - 1], at)

    def has_room(self, before: Line, at: int) -> bool:
        """Say whether `before` ends so early that line `at` cannot go on with it."""
        line = self.lines[at]
        end = next(
            (i for i, g in enumerate(line.glyphs) if i and g.space_before),
            len(line.glyphs),
        )
        word = line.glyphs[end - 1].box[2] - line.left
        return before.right + 0.25 * line.size + word < self.rights[at] - 0.5


def _columns(lines: Sequence[Line]) -> list[list[Line]]:
    """Return the lines of each column: a new one begins where the print goes up."""
    columns: list[list[Line]] = []
    for line in lines:
        if columns and line.base - columns[-1][-1].base <= 2 * line.size:
            columns[-1].append(line)
        else:
            columns.append([line])
    return columns


def _foot(lines: Sequence[Line], size: float) -> int:
    """Return the index where the small print at the foot of a column begins.

    A table in small print stands apart from the notes below it.
    """
    start = len(lines)
    while start and lines[start - 1].size <= SMALL_SHARE * size:
        start -= 1
    for at in range(len(lines) - 1, start, -1):
        gap = lines[at - 1].base - lines[at].base
        if gap > FOOT_GAP * lines[at].size and definition(lines[at]) is not None:
            return at
    return start


def _read_foot(foot: _Foot, notes: list[NoteLines], first_note: int) -> int:
    """Add the notes of one foot to `notes`; return how many lines they take.

    Args:
        foot: Small print that may have notes.
        notes: Those before it, in the order of the report.
        first_note: Index of the page's first one.
    """
    taken = len(foot.lines)
    is_open = bool(notes) and _is_continued(notes[-1], foot)
    for at, line in enumerate(foot.lines):
        begun = _begun(foot, at, notes, first_note)
        if begun is not None:
            notes.append(begun)
            is_open = True
        if is_open:
            notes[-1].lines.append(line if begun is None else _with_blank(line))
        else:
            taken -= 1
    return taken


def _with_blank(line: Line) -> Line:
    """Return a note's first line with a blank after its raised label."""
    label = len(_raised_digits(line))
    if not 0 < label < len(line.glyphs):
        return line
    first = replace(line.glyphs[label], space_before=True)
    glyphs = (*line.glyphs[:label], first, *line.glyphs[label + 1 :])
    return Line(line.page_number, glyphs)


def _begun(
    foot: _Foot, at: int, notes: Sequence[NoteLines], first_note: int
) -> NoteLines | None:
    """Return the note that line `at` begins, still without lines, or None."""
    found = definition(foot.lines[at])
    if found is None:
        return None
    page_number = foot.lines[at].page_number
    own = notes[first_note:]
    if found.number is None:
        again = sum(note.label == found.label for note in own)
        if again >= foot.marked.count(found.label):
            return None
        ordinal = 1 + sum(bool(note.symbol) for note in own)
        return NoteLines(ordinal, page_number, symbol=found.label)
    last = next((note for note in reversed(notes) if not note.symbol), None)
    fresh_page = not any(not note.symbol for note in own)
    if last is None and own and found.label not in foot.marked:
        return None  # a figure in a note of a report that marks with stars
    if not _is_next(found, last, foot, fresh_page=fresh_page):
        return None
    due = foot.marked[len(own)] if len(own) < len(foot.marked) else ""
    astray = foot.is_list and due not in ("", found.label) and "1" in (due, found.label)
    if _is_outdone(found, last, foot, at, astray=astray):
        return None
    return NoteLines(found.number, page_number)


def _is_next(
    found: Definition, last: NoteLines | None, foot: _Foot, *, fresh_page: bool
) -> bool:
    """Say whether a number can be the one of the note after `last`.

    A number may be missing anywhere. Numbering restarts on a new page, or where the
    marks do: "… 14, 15, 1".
    """
    number, before = found.number or 0, _number_before(last, foot)
    if number == before + 1:
        return True
    is_marked = found.label in foot.marked
    if before < number <= before + 1 + MAX_GAP:
        return is_marked
    if number != 1:
        return False
    figures = [label for label in foot.marked if label.isdigit()]
    restarts = is_marked and (str(before), found.label) in pairwise(figures)
    return restarts or (fresh_page and (is_marked or _is_told(found, last, foot)))


def _number_before(last: NoteLines | None, foot: _Foot) -> int:
    return last.number if last is not None else foot.before


def _is_told(found: Definition, last: NoteLines | None, foot: _Foot) -> bool:
    """Say whether a 1 without a mark begins a note by its print alone.

    Its shape says so, or that the last note before has ended.
    """
    if last is None or found.shape != _shape(last):
        return False
    return found.shape != "" or foot.has_room(last.lines[-1], 0)


def _is_outdone(
    found: Definition,
    last: NoteLines | None,
    foot: _Foot,
    at: int,
    *,
    astray: bool,
) -> bool:
    """Say whether line `at` only goes on, as "12 osób" may at the start of a line.

    So it is where a later line has the same number and looks more like a note's
    first one, or where the line does not look like a note's at all and the number
    skips others, has its mark on a later page or is astray: numbering restarts with
    it, or fails to, where the marks say otherwise.
    """
    shape = _shape(last) if last is not None else None
    own = _likeness(found, shape, foot, at)
    is_early = found.label not in foot.marked and found.label in foot.later
    skips = found.number != 1 and found.number != 1 + _number_before(last, foot)
    if (is_early or skips or astray) and at > 0 and not all(own):
        return True
    if found.label not in foot.marked and at > 0 and not own[0]:
        return True
    if not foot.is_list and foot.marked.count(found.label) > 1:
        return False  # both lines may begin a note
    following = (str(int(found.label) + 1), "1")  # one more note, or a restart
    for later in range(at + 1, len(foot.lines)):
        other = definition(foot.lines[later])
        if other is None:
            continue
        likeness = _likeness(other, found.shape, foot, later)
        if other.label in following and other.label != found.label and all(likeness):
            return False
        if other.label == found.label and _likeness(other, shape, foot, later) > own:
            return True
    return False


def _likeness(
    found: Definition, shape: str | None, foot: _Foot, at: int
) -> tuple[bool, bool]:
    """Say how a line looks like a note's first: by its shape, by the line before."""
    return shape is None or found.shape == shape, foot.is_after_short(at)


def _shape(note: NoteLines) -> str | None:
    found = definition(note.lines[0]) if note.lines else None
    return found.shape if found is not None else None


def _is_continued(note: NoteLines, foot: _Foot) -> bool:
    """Say whether small print begins with the rest of `note`."""
    if not foot.lines or not note.lines:
        return False
    last, first = note.lines[-1], foot.lines[0]
    return (
        first.page_number - last.page_number in (0, 1)
        and abs(first.size - last.size) < 0.3
        and not _OWN_SOURCE.match(first.text)
    )


# --- lists after a section or report ------------------------------------------------


def _take_lists(
    pages: Sequence[Sequence[Line]],
) -> tuple[list[list[Line]], list[NoteLines]]:
    """Return the pages without lists of notes, and the notes in those lists.

    A list has a heading that says so, and marks before it name its numbers.
    """
    columns = [column for page in pages for column in _columns(page)]
    flow = [line for column in columns for line in column]
    rights = [max(own.right for own in column) for column in columns for _ in column]
    notes: list[NoteLines] = []
    taken: set[Line] = set()
    lists = after = 0
    for at in range(1, len(flow)):
        marked = labels_on(flow[after:at]) if _has_list_heading(flow, at) else []
        first = definition(flow[at])
        if at < after or first is None or first.label not in marked:
            continue
        inside = _list_lines(flow, at)
        foot = _Foot(
            [flow[i] for i in inside],
            marked=marked,
            later=frozenset(),
            before=(first.number or 1) - 1,
            is_list=True,
            rights=[rights[i] for i in inside],
        )
        found: list[NoteLines] = []
        _read_foot(foot, found, 0)
        named = {note.label for note in found} & set(foot.marked)
        if len(named) < MARKED_SHARE * len({note.label for note in found}):
            continue
        for note in found:
            note.end_list = lists
        notes += found
        taken |= set(foot.lines)
        lists, after = lists + 1, inside[-1] + 1
    return [[line for line in page if line not in taken] for page in pages], notes


def _has_list_heading(flow: Sequence[Line], at: int) -> bool:
    """Say whether the line above line `at` is the heading of a list of notes."""
    return _LIST_HEADING.fullmatch(flow[at - 1].text.strip()) is not None


def _list_lines(flow: Sequence[Line], start: int) -> list[int]:
    """Return the indexes of the lines of the list that begins at line `start`.

    It ends where the print changes, but goes on after the heading of a chapter in it.
    """
    first = definition(flow[start])
    inside = [start]
    for at in range(start + 1, len(flow)):
        if not _is_apart(flow[at], flow[start]):
            inside.append(at)
        elif first not in [definition(line) for line in flow[at + 1 : at + 3]]:
            break
    return inside


def _is_apart(line: Line, first: Line) -> bool:
    """Say whether a line is set apart from the notes that began with `first`."""
    larger = line.size > 1.05 * first.size
    capitals = line.is_capitals and sum(g.char.isalpha() for g in line.glyphs) >= 8
    return larger or capitals or (line.is_bold and not first.is_bold)

"""Lines of a page with the print they are set in, and without running heads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from coi_qa.domain.layout import Glyph, RawPage

MARGIN_SHARE = 0.1  # of the page's height; running heads stand in it
REPEATED_SHARE = 0.5  # of the pages; what recurs on so many is a running head
MIN_REPEATS = 3
GROUP_GAP = 1.7  # of the size; a wider gap parts a running head from the text
BODY_SHARE = 0.15  # of all glyphs; headings have less, body and notes more
MIN_COLUMN_LINES = 2
COLUMN_EMS = 12  # of the size; columns of text have a line as wide, cells have not
RAISED_SHARE = 0.18  # of the size; ink that begins so far above the base is raised

BULLETS = frozenset("•▪◦●■‣\uf0b7·–—-")  # WeasyPrint draws them after the page's text

_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?:str(?:ona|\.)?\s*|page\s*|[-–—]\s*)?(\d{1,4}|[ivxlc]{1,7})"
    r"(?:\s*(?:/|z|of)\s*\d{1,4}|\s*[-–—])?",
    re.IGNORECASE,
)


@dataclass(frozen=True, eq=False)
class Line:
    """A printed line.

    Attributes:
        page_number: From 1.
        glyphs: In reading order, never empty.
    """

    page_number: int
    glyphs: tuple[Glyph, ...]

    @cached_property
    def text(self) -> str:
        """The characters with single blanks where blanks are printed."""
        return "".join((" " if g.space_before else "") + g.char for g in self.glyphs)

    @cached_property
    def size(self) -> float:
        """The font size of most glyphs, in points."""
        return _most_common(g.size for g in self.glyphs)

    @cached_property
    def base(self) -> float:
        """The base line of most glyphs of the line's own size, in points."""
        return _most_common(g.base for g in self.glyphs if g.size == self.size)

    @cached_property
    def is_bold(self) -> bool:
        """Whether every letter is bold."""
        letters = [g.bold for g in self.glyphs if g.char.isalpha()]
        return bool(letters) and all(letters)

    @cached_property
    def is_capitals(self) -> bool:
        """Whether it has letters, and all of them are capitals."""
        letters = [g.char for g in self.glyphs if g.char.isalpha()]
        return len(letters) > 1 and all(c.isupper() for c in letters)

    @property
    def left(self) -> float:
        """Where the ink begins, in points."""
        return self.glyphs[0].box[0]

    @cached_property
    def right(self) -> float:
        """Where the ink ends, in points."""
        return max(g.box[2] for g in self.glyphs)

    def is_raised(self, glyph: Glyph) -> bool:
        """Say whether a glyph is set as a superscript on this line.

        By its size and base line, or by its ink alone, since fonts with superscript
        figures of their own draw them small at full size (Typst does).
        """
        lifted = glyph.base - self.base > RAISED_SHARE * self.size * 0.5
        small = glyph.size < 0.85 * self.size
        if lifted and small:
            return True
        ink_low = glyph.box[1] - self.base > RAISED_SHARE * self.size
        ink_high = glyph.box[3] - self.base > 0.5 * self.size
        return ink_low and ink_high


def body_size(pages: Sequence[RawPage]) -> float:
    """Return the font size of a report's body, in points.

    That is the largest size with a good share of the glyphs. The commonest would be
    that of the notes where their addresses outweigh the body.
    """
    sizes = Counter(g.size for page in pages for line in page.lines for g in line)
    enough = BODY_SHARE * sizes.total()
    return max((size for size, count in sizes.items() if count >= enough), default=10.0)


def body_lines(pages: Sequence[RawPage]) -> list[list[Line]]:
    """Return each page's lines from top to bottom, running heads left out."""
    lines = [_in_order(page) for page in pages]
    repeated = _repeated(pages, lines)
    return [
        _without_running(own, page, repeated)
        for page, own in zip(pages, lines, strict=True)
    ]


def _most_common(values: Iterable[float]) -> float:
    return Counter(values).most_common(1)[0][0]


def _in_order(page: RawPage) -> list[Line]:
    """Return the lines from top to bottom where the page has one column.

    Generators may draw notes before the body. With several columns the order in
    which they were drawn is the better guess.
    """
    drawn = [Line(page.number, own) for g in page.lines for own in _parted(g)]
    lines = _with_bullets(_rejoined(drawn))
    ordered = sorted(lines, key=lambda line: -line.base)
    gutter = _gutter(ordered)
    if gutter is not None:
        return _by_columns(ordered, gutter)
    beside = sum(_are_beside(a, b) for a, b in pairwise(ordered))
    return ordered if beside <= 0.2 * len(lines) else lines


def _are_beside(one: Line, other: Line) -> bool:
    """Say whether two lines stand at one height without touching."""
    level = abs(one.base - other.base) < 0.5 * one.size
    return level and (one.right < other.left or other.right < one.left)


def _gutter(ordered: Sequence[Line]) -> float | None:
    """Return where the gap between two columns of text is, in points, or None.

    Hardly a line crosses it, lines of text stand on both sides, some of them side by
    side. Cells of a table are too narrow to be columns.

    Args:
        ordered: The lines of a page from top to bottom.
    """
    gaps = [
        (max(a.left, b.left) + min(a.right, b.right)) / 2
        for at, a in enumerate(ordered)
        for b in ordered[at + 1 : at + 3]
        if _overlap(a, b) and (a.right < b.left or b.right < a.left)
    ]
    if not gaps:
        return None
    gutter = min(
        set(gaps), key=lambda x: sum(line.left < x < line.right for line in ordered)
    )
    left = [line.right - line.left for line in ordered if line.right <= gutter]
    right = [line.right - line.left for line in ordered if line.left >= gutter]
    across = len(ordered) - len(left) - len(right)
    if min(len(left), len(right)) < MIN_COLUMN_LINES or across > 0.4 * len(ordered):
        return None
    narrow = COLUMN_EMS * ordered[0].size
    return gutter if min(max(left), max(right)) >= narrow else None


def _overlap(one: Line, other: Line) -> bool:
    """Say whether two lines share some of their height."""
    return abs(one.base - other.base) < 0.7 * max(one.size, other.size)


def _by_columns(ordered: Sequence[Line], gutter: float) -> list[Line]:
    """Return the lines column by column, those across both in their places."""
    read: list[Line] = []
    left: list[Line] = []
    right: list[Line] = []
    for line in ordered:
        if line.right <= gutter:
            left.append(line)
        elif line.left >= gutter:
            right.append(line)
        else:
            read += [*left, *right, line]
            left, right = [], []
    return [*read, *left, *right]


def _parted(glyphs: Sequence[Glyph]) -> list[tuple[Glyph, ...]]:
    """Return the lines that pdfium has run together.

    It goes on after a hyphen at a line's end, even where a note far below follows.
    """
    starts = [
        at
        for at, (before, glyph) in enumerate(pairwise(glyphs), start=1)
        if before.base - glyph.base > 0.9 * max(before.size, glyph.size)
    ]
    ends = [*starts, len(glyphs)]
    return [
        tuple(glyphs[start:end]) for start, end in zip([0, *starts], ends, strict=True)
    ]


def _rejoined(lines: list[Line]) -> list[Line]:
    """Return the lines with those made one that a raised comma has parted.

    pdfium begins a line where the base line changes, as it does between two marks.
    """
    joined: list[Line] = []
    for line in lines:
        last = joined[-1] if joined else None
        if last is None or not _goes_on_right(last, line):
            joined.append(line)
            continue
        head, *rest = line.glyphs
        blank = line.left - last.right > 0.2 * last.size
        glyphs = (*last.glyphs, replace(head, space_before=blank), *rest)
        joined[-1] = Line(line.page_number, glyphs)
    return joined


def _goes_on_right(line: Line, following: Line) -> bool:
    """Say whether `following` stands close to the right of `line`, at its height."""
    height = abs(line.glyphs[-1].base - following.glyphs[0].base)
    gap = following.left - line.right
    # Beside a raised mark a justified line may have a wide blank.
    size = max(line.size, following.size)
    is_small = min(line.size, following.size) < 0.85 * size
    room = 1.1 if is_small or line.is_raised(line.glyphs[-1]) else 0.5
    return height < 0.6 * size and -1.0 < gap < room * size


def _with_bullets(lines: list[Line]) -> list[Line]:
    """Return the lines with each bullet that was drawn apart put before its item."""
    bullets = [line for line in lines if line.text in BULLETS]
    if not bullets:
        return lines
    joined: list[Line] = []
    for line in lines:
        own = [b for b in bullets if b is not line and _is_bullet_of(b, line)]
        if own:
            head, *rest = line.glyphs
            glyphs = (*own[0].glyphs, replace(head, space_before=True), *rest)
            joined.append(Line(line.page_number, glyphs))
            bullets.remove(own[0])
        else:
            joined.append(line)
    left = set(bullets)
    return [line for line in joined if line.text not in BULLETS or line in left]


def _is_bullet_of(bullet: Line, line: Line) -> bool:
    gap = line.left - bullet.right
    return abs(bullet.base - line.base) < 0.3 * line.size and 0 < gap < 3 * line.size


def _in_margin(line: Line, page: RawPage) -> bool:
    margin = MARGIN_SHARE * page.height
    return line.base < margin or line.base > page.height - margin


def _shape(line: Line) -> str:
    """Return what stays the same of a running head from page to page.

    A number that a line begins with keeps its distance from the page's: the number of
    a page has always the same, that of a note with the same words has not.
    """
    text = " ".join(line.text.split()).casefold()
    first = _DIGITS.match(text)
    shape = _DIGITS.sub("#", text)
    return f"{int(first[0]) - line.page_number}{shape}" if first else shape


def _repeated(pages: Sequence[RawPage], lines: list[list[Line]]) -> set[str]:
    """Return the shapes of marginal lines that recur through the report."""
    seen = Counter(
        shape
        for page, own in zip(pages, lines, strict=True)
        for shape in {_shape(line) for line in own if _in_margin(line, page)}
    )
    least = MIN_REPEATS if len(pages) > MIN_REPEATS else max(2, len(pages))
    needed = max(least, REPEATED_SHARE * len(pages))
    return {shape for shape, count in seen.items() if count >= needed}


def _without_running(
    lines: list[Line], page: RawPage, repeated: set[str]
) -> list[Line]:
    """Return the lines without running heads, taken off from the outside in.

    Only whole groups of lines that a gap sets apart go: the last line of a note may
    recur at the foot of every page, but stands close to the line above it.
    """
    outward = sorted(lines, key=lambda line: line.base)
    running: set[Line] = set()
    for ordered in (outward, outward[::-1]):
        for group in _groups(ordered):
            if not all(_is_running(line, page, repeated) for line in group):
                break
            running.update(group)
    return [line for line in lines if line not in running]


def _groups(lines: Sequence[Line]) -> list[list[Line]]:
    """Return runs of neighbouring lines that no gap parts."""
    groups: list[list[Line]] = []
    for line in lines:
        if groups and abs(groups[-1][-1].base - line.base) < GROUP_GAP * line.size:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _is_running(line: Line, page: RawPage, repeated: set[str]) -> bool:
    """Say whether a line is a running head or foot or the page's number."""
    if not _in_margin(line, page):
        return False
    number = _PAGE_NUMBER.fullmatch(line.text.strip())
    if number and number[1].lower() in {str(page.number), page.label.lower()}:
        return True
    return _shape(line) in repeated

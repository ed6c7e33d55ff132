"""A page as a picture, and where on it the stored characters are printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from coi_qa.domain.layout import Box
from coi_qa.domain.report import is_same_line
from coi_qa.domain.text import Span

Matrix = tuple[float, float, float, float, float, float]
"""`(a, b, c, d, e, f)`: `x, y` becomes `a x + c y + e, b x + d y + f`, as in PDF."""

UPRIGHT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_ASCENT = 0.72  # height of capitals in text faces, as a share of the font size


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as its report prints it.

    Attributes:
        png: The picture.
        width: Of the page as it is looked at, in points: turned and cropped.
        height: Likewise.
        placing: Takes the file's points to points of the picture from its lower left
            corner; they differ where a page is turned or cropped.
    """

    png: bytes
    width: float
    height: float
    placing: Matrix = UPRIGHT


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """Characters of a body that stand on one printed line.

    Attributes:
        span: In the body, up to the first character of the next line.
        boxes: One for each character, None for a blank.
    """

    span: Span
    boxes: tuple[Box | None, ...]

    @property
    def left(self) -> float:
        """Where it begins."""
        return min(box[0] for box in self.boxes if box)

    @property
    def base(self) -> float:
        """Height of the base line: most letters stand on it."""
        return median(box[1] for box in self.boxes if box)

    @property
    def middle(self) -> float:
        """Half the height that its letters have, from the page's lower edge."""
        return median((box[1] + box[3]) / 2 for box in self.boxes if box)

    @property
    def size(self) -> float:
        """Font size by its tallest letter, in points."""
        return (max(box[3] for box in self.boxes if box) - self.base) / _ASCENT


def place(box: Box, placing: Matrix) -> Box:
    """Return where a box of the file stands in the picture.

    >>> place((10, 20, 30, 25), (0, -1, 1, 0, 0, 100))  # a page turned to the right
    (20, 70, 25, 90)
    """
    a, b, c, d, e, f = placing
    xs = [a * x + c * y + e for x in box[::2] for y in box[1::2]]
    ys = [b * x + d * y + f for x in box[::2] for y in box[1::2]]
    return min(xs), min(ys), max(xs), max(ys)


def flip(box: Box, *, height: float) -> Box:
    """Return a box that counts from the lower left as one that counts from the top.

    >>> flip((10, 20, 30, 25), height=100)
    (10, 75, 30, 80)
    """
    x0, y0, x1, y1 = box
    return x0, height - y1, x1, height - y0


def printed_lines(boxes: Sequence[Box | None]) -> list[PrintedLine]:
    """Return the lines that characters are printed on, in their order.

    Args:
        boxes: Of each character of a body, None for a blank.
    """
    starts: list[int] = []
    reached: Box | None = None
    for at, box in enumerate(boxes):
        if box is None:
            continue
        if reached is not None and is_same_line(reached, box):
            reached = _around(reached, box)
        else:
            starts.append(at)
            reached = box
    ends = [*starts[1:], len(boxes)] if starts else []
    return [
        PrintedLine(Span(start, end), tuple(boxes[start:end]))
        for start, end in zip(starts, ends, strict=True)
    ]


def marked_boxes(
    lines: Iterable[PrintedLine], spans: Sequence[Span]
) -> list[tuple[PrintedLine, Box]]:
    """Return the lines that `spans` have characters on, and the box around these."""
    return [
        (line, box)
        for line in lines
        for span in spans
        for start, end in [
            (max(line.span.start, span.start), min(line.span.end, span.end))
        ]
        if start < end
        for box in [_around_all(line, start, end)]
        if box is not None
    ]


def _around_all(line: PrintedLine, start: int, end: int) -> Box | None:
    first = line.span.start
    around: Box | None = None
    for box in line.boxes[start - first : end - first]:
        if box is not None:
            around = box if around is None else _around(around, box)
    return around


def _around(one: Box, other: Box) -> Box:
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )

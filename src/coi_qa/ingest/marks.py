"""Footnote marks: where they stand on a line, and the labels of the notes they name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from typing import Literal

from coi_qa.ingest.lines import Line

MarkKind = Literal["bracketed", "raised", "closed", "symbol"]

MAX_CLUSTER = 20  # "[1-9999]" is a range of years or pages, not of notes
SYMBOLS = r"[*∗]{1,9}|†{1,4}|‡{1,4}|§{1,4}|¶{1,4}|‖{1,4}"

_BRACKETED = re.compile(r"\[\s*(\d{1,4}(?:\s*[,;–-]\s*\d{1,4})*)\s*\]")
# "3", "3,4", "3–5"; without a comma up to four marks side by side: "262728".
_RAISED = re.compile(r"[0-9]{1,12}(?:[,;–-][0-9]{1,4})*")
_ALONE = re.compile(r"([0-9]{1,3}(?:[,;–-][0-9]{1,3})*)\)?")
_CLOSED = re.compile(r"([0-9]{1,3})\)")  # "osób12)"
_SYMBOL = re.compile(SYMBOLS)
_PART = re.compile(r"(\d+)(?:\s*[–-]\s*(\d+))?")
_OPENING = "([{/„*∗"  # a mark follows a word, its stop or its closing quotation mark
_ENDS_FIGURE = re.compile(r"\d[.,–-]?$")


@dataclass(frozen=True, slots=True)
class Mark:
    """A footnote mark on a line: which glyphs it takes and what it names.

    Attributes:
        start: Index of its first glyph.
        end: Index after its last.
        labels: Of the notes it names, as printed, ranges spelled out: "12", "**".
        kind: What it is known by.
        is_doubtful: It may be the power of a unit ("km" and a raised 2) or a star
            between words; it is a mark if its page has no other of its label.
    """

    start: int
    end: int
    labels: tuple[str, ...]
    kind: MarkKind = "bracketed"
    is_doubtful: bool = False


@dataclass(frozen=True)
class Labels:
    """The labels of the notes that the marks of a page may name.

    Attributes:
        known: Those of the whole report; square brackets may name them anywhere.
        near: Those of notes nearby.
        closed: Those printed with a closing round bracket at their note: "12)", "*)".
    """

    known: Set[str]
    near: Set[str]
    closed: Set[str] = frozenset()


def find_marks(line: Line, labels: Labels) -> list[Mark]:
    """Return the footnote marks of a body line.

    A number in square brackets is a mark if it is raised, names a note, or is lower
    than one that does. Raised digits, with the raised commas between them, are one if
    they name a note nearby, or several in a row: "34" may be 3 and 4. So are stars and
    daggers, and a number with a closing bracket, where they stand close to the word
    before. Numbers in running text never are.
    """
    return _known_marks(line, possible_marks(line), labels)


def _known_marks(line: Line, possible: Sequence[Mark], labels: Labels) -> list[Mark]:
    read = (
        next((m for m in (mark, *_parted(mark)) if _is_mark(m, line, labels)), None)
        for mark in possible
    )
    marks = [mark for mark in read if mark is not None]
    return [_with_own_bracket(mark, line, labels.closed) for mark in marks]


def find_page_marks(lines: Sequence[Line], labels: Labels) -> dict[Line, list[Mark]]:
    """Return the marks of each line of a page.

    A raised 2 after "km" is a mark only if no other mark of the page names that note.
    """
    found = {
        line: _known_marks(line, possible, labels)
        for line, possible in _possible_by_line(lines).items()
    }
    kept = set(_believed([mark for marks in found.values() for mark in marks]))
    return {line: [m for m in marks if m in kept] for line, marks in found.items()}


def labels_on(lines: Sequence[Line]) -> list[str]:
    """Return the labels of everything that looks like a mark, in reading order."""
    marks = [mark for own in _possible_by_line(lines).values() for mark in own]
    return [label for mark in _believed(marks) for label in mark.labels]


def _possible_by_line(lines: Sequence[Line]) -> dict[Line, list[Mark]]:
    """Return what looks like a mark on each line of a page.

    Raised digits that a line begins anew with have nothing beside them to be raised
    from; their size tells.
    """
    sizes = Counter(line.size for line in lines)
    usual = sizes.most_common(1)[0][0] if sizes else 0.0
    found: dict[Line, list[Mark]] = {}
    for line in lines:
        alone = _ALONE.fullmatch(line.text) if line.size < 0.8 * usual else None
        labels = spell_out(alone[1]) if alone is not None else ()
        whole = [Mark(0, len(line.glyphs), labels, "raised")] if labels else []
        found[line] = whole or possible_marks(line)
    return found


def _believed(marks: Sequence[Mark]) -> list[Mark]:
    """Return the marks of a page without doubtful ones that it has others for."""
    certain = {label for mark in marks if not mark.is_doubtful for label in mark.labels}
    return [m for m in marks if not (m.is_doubtful and certain & set(m.labels))]


def possible_marks(line: Line) -> list[Mark]:
    """Return everything on a line that looks like a mark, from left to right."""
    chars = "".join(glyph.char for glyph in line.glyphs)
    marks = [
        Mark(match.start(), match.end(), labels)
        for match in _BRACKETED.finditer(chars)
        if (labels := spell_out(match[1]))
    ]
    for more in (_raised(line, chars), _closed(line, chars), _symbols(line, chars)):
        taken = {i for mark in marks for i in range(mark.start, mark.end)}
        marks += [m for m in more if taken.isdisjoint(range(m.start, m.end))]
    return sorted(marks, key=lambda mark: mark.start)


def is_marks_only(line: Line) -> bool:
    """Say whether a line holds nothing but bracketed marks, carried over from above."""
    return not _BRACKETED.sub("", line.text).strip(" ,;")


def spell_out(inside: str) -> tuple[str, ...]:
    """Return the numbers of a mark as labels, ranges spelled out.

    >>> spell_out("4, 6–8")
    ('4', '6', '7', '8')
    """
    labels: list[str] = []
    for match in _PART.finditer(inside):
        first, last = int(match[1]), int(match[2] or match[1])
        if not first <= last < first + MAX_CLUSTER:
            return ()
        labels += map(str, range(first, last + 1))
    return tuple(labels)


def _is_mark(mark: Mark, line: Line, labels: Labels) -> bool:
    named = set(mark.labels)
    if mark.kind == "closed":
        return named <= labels.near & labels.closed
    if mark.kind != "bracketed":
        return named <= labels.near
    inside = line.glyphs[mark.start : mark.end]
    if named <= labels.known or all(line.is_raised(glyph) for glyph in inside):
        return True
    # A number that the notes have skipped: its note is lost, its mark is none the less.
    numbers = [int(label) for label in labels.known if label.isdecimal()]
    return max(map(int, mark.labels)) < max(numbers, default=0)


def _parted(mark: Mark) -> Iterator[Mark]:
    """Yield the marks that raised digits may be which stand side by side.

    Word sets nothing between two of them: "34" is 34, or 3 and 4.
    """
    if mark.kind != "raised" or len(mark.labels) != 1:
        return
    printed = mark.labels[0]
    for width in range(1, len(printed) // 2 + 1):
        number = first = int(printed[:width])
        row = str(first)
        while len(row) < len(printed):
            number += 1
            row += str(number)
        if row == printed:
            own = tuple(map(str, range(first, number + 1)))
            yield replace(mark, labels=own, is_doubtful=False)


def _with_own_bracket(mark: Mark, line: Line, closed: Set[str]) -> Mark:
    """Return a mark without the round bracket that closes the words before it."""
    last = line.glyphs[mark.end - 1]
    if last.char != ")" or set(mark.labels) <= closed:
        return mark
    alone = mark.start == 0 and mark.end == len(line.glyphs)
    raised = mark.kind == "raised" and line.is_raised(last)
    return mark if raised or alone else replace(mark, end=mark.end - 1)


def _raised(line: Line, chars: str) -> list[Mark]:
    """Return raised digits as marks, with the bracket that closes them."""
    raised = "".join(
        char if line.is_raised(glyph) else " "
        for char, glyph in zip(chars, line.glyphs, strict=True)
    )
    marks: list[Mark] = []
    for match in _RAISED.finditer(raised):
        labels, end = spell_out(match[0]), match.end()
        end += chars[end : end + 1] == ")" and not line.glyphs[end].space_before
        unit = labels in (("2",), ("3",)) and _ends_in_unit(line, match.start())
        if labels:
            marks.append(Mark(match.start(), end, labels, "raised", unit))
    return marks


def _closed(line: Line, chars: str) -> list[Mark]:
    """Return numbers with a closing bracket that stand close to the word before."""
    return [
        Mark(match.start(), match.end(), (str(int(match[1])),), "closed")
        for match in _CLOSED.finditer(chars)
        if _is_close(line, chars, match.start())
        and not _ENDS_FIGURE.search(chars, max(0, match.start() - 2), match.start())
        and not _is_open(chars[: match.start()])
        and not any(g.space_before for g in line.glyphs[match.start() : match.end()])
    ]


def _symbols(line: Line, chars: str) -> list[Mark]:
    """Return stars and daggers after a word, those after a blank as doubtful."""
    marks: list[Mark] = []
    for match in _SYMBOL.finditer(chars):
        start, end = match.span()
        alone = match[0] == chars
        if not alone and (start == 0 or chars[start - 1] in _OPENING):
            continue
        apart = alone or line.glyphs[start].space_before
        if (chars[start - 1] + chars[end : end + 1]).isdigit():  # "5 * 3"
            continue
        end += chars[end : end + 1] == ")"
        marks.append(Mark(start, end, (symbol_label(match[0]),), "symbol", apart))
    return marks


def symbol_label(printed: str) -> str:
    """Return a symbol as the label that mark and note share, however it is drawn."""
    return printed.replace("∗", "*")


def _is_close(line: Line, chars: str, start: int) -> bool:
    """Say whether what begins at `start` follows a word or its stop without a blank."""
    if start == 0 or line.glyphs[start].space_before:
        return False
    return chars[start - 1] not in _OPENING


def _is_open(before: str) -> bool:
    """Say whether a round bracket is open at the end of `before`."""
    return before.count("(") > before.count(")")


def _ends_in_unit(line: Line, start: int) -> bool:
    """Say whether the word before glyph `start` is a unit of length."""
    at = start
    while at > 0 and start - at < 3 and line.glyphs[at - 1].char.isalpha():
        at -= 1
        if line.glyphs[at].space_before:
            break
    return "".join(g.char for g in line.glyphs[at:start]) in {"m", "km", "cm", "mm"}

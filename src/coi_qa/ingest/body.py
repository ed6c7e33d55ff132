"""Body lines -> a page's normalised text, with the box of every character."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from coi_qa.domain.layout import Box
from coi_qa.domain.report import NO_INK
from coi_qa.domain.text import Span
from coi_qa.ingest.lines import Line
from coi_qa.ingest.links import PlacedMark
from coi_qa.ingest.marks import Mark

HYPHENS = "-‐\u00ad"
IsWord = Callable[[str], bool]

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st"}


@dataclass
class PageText:
    """A page's body as it grows, one box a character.

    Attributes:
        number: Of the page, from 1.
        chars: The text so far.
        boxes: As many.
        marks: Labels of footnotes, and where each stood.
        starts_inside_word: The first word began on the page before.
    """

    number: int
    chars: list[str] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    marks: list[PlacedMark] = field(default_factory=list)
    starts_inside_word: bool = False

    def add_block(
        self, lines: Sequence[Line], marks: Mapping[Line, list[Mark]], words: Words
    ) -> Span | None:
        """Add the lines of one block after a blank; return where they stand.

        Returns None where the block holds nothing but marks.
        """
        self._blank()
        start = len(self.chars)
        for at, line in enumerate(lines):
            self._add_line(line, marks.get(line, []))
            if at + 1 < len(lines):
                self._join(lines, at, words)
        while len(self.chars) > start and self.chars[-1] == " ":
            self._drop()
        end = len(self.chars)
        return Span(start, end) if end > start else None

    def drop_hyphen(self) -> None:
        """Take back the hyphen that broke the page's last word."""
        if self.chars and self.chars[-1] in HYPHENS:
            self._drop()

    def text(self) -> str:
        """Return the body."""
        return "".join(self.chars)

    def _add_line(self, line: Line, marks: Sequence[Mark]) -> None:
        marked = {i: mark for mark in marks for i in range(mark.start, mark.end)}
        blank = False
        for at, glyph in enumerate(line.glyphs):
            blank = blank or glyph.space_before
            mark = marked.get(at)
            if mark is not None:
                if at == mark.start:
                    self._mark(mark, line)
                continue
            if glyph.char == "\u00ad" and 0 < at < len(line.glyphs) - 1:
                continue
            if blank and at:
                self._blank()
            blank = False
            # A line that begins with a hyphen has its word's own, set a second time.
            own_hyphen = at == 0 and glyph.char == "\u00ad"
            self._add_char("-" if own_hyphen else glyph.char, glyph.box)

    def _mark(self, mark: Mark, line: Line) -> None:
        offset = len(self.chars)
        while offset and self.chars[offset - 1] == " ":
            offset -= 1
        self.marks += [PlacedMark(label, offset, line) for label in mark.labels]

    def _add_char(self, char: str, box: Box) -> None:
        if unicodedata.combining(char) and self.chars and self.chars[-1] != " ":
            composed = unicodedata.normalize("NFC", self.chars[-1] + char)
            if len(composed) == 1:
                self.chars[-1] = composed
                return
        for letter in _LIGATURES.get(char, char):
            self.chars.append(letter)
            self.boxes.append(box)

    def _join(self, lines: Sequence[Line], at: int, words: Words) -> None:
        """Put a blank after line `at`, or join the parts of a broken word."""
        line, following = lines[at], lines[at + 1]
        end = self.text()[-40:]
        if ends_in_range(end, line, following):
            return
        if not ends_broken(end, line, following):
            self._blank()
        elif following.glyphs[0].char in HYPHENS or (
            not _hides_hyphen(lines, at + 1)
            and words.is_typesetting(self.last_word(), first_word(following))
        ):
            self.drop_hyphen()

    def last_word(self) -> str:
        """Return the characters after the last blank."""
        return self.text()[-60:].split(" ")[-1]

    def _blank(self) -> None:
        if self.chars and self.chars[-1] != " ":
            self.chars.append(" ")
            self.boxes.append(NO_INK)

    def _drop(self) -> None:
        self.chars.pop()
        self.boxes.pop()


@dataclass(frozen=True)
class Words:
    """What tells a hyphen of typesetting from a hyphen of the word.

    Attributes:
        in_report: Words that stand unbroken somewhere in the report, in lower case.
        is_word: Whether the dictionary has a word.
    """

    in_report: frozenset[str]
    is_word: IsWord

    @cached_property
    def compounds(self) -> tuple[str, ...]:
        """The report's words with a hyphen inside."""
        return tuple(word for word in self.in_report if "-" in word[1:-1])

    def is_typesetting(self, before: str, after: str) -> bool:
        """Say whether the hyphen between two halves of a line break goes away.

        What the report itself prints unbroken decides first, then the dictionary.
        Polish compounds ("północno-kazachstański"), names ("Kasym-Żomart"), figures
        ("Anadolu-2025") and addresses keep theirs.
        """
        if before.endswith("\u00ad"):
            return True
        head, tail = _letters_at_end(before[:-1]), _letters_at_start(after)
        if not head or not tail or not tail.islower() or "/" in before:
            return False
        joined, kept = (head + tail).lower(), f"{head}-{tail}".lower()
        if kept in self.in_report or self._has_compound(head.lower(), tail):
            return False
        if joined in self.in_report or self.is_word(joined):
            return True
        parts_are_words = self.is_word(head.lower()) and self.is_word(tail)
        return not (parts_are_words or head.lower().endswith("o"))

    def _has_compound(self, head: str, tail: str) -> bool:
        """Say whether the report prints a compound of either half with a hyphen.

        The dictionary has "północnokazachstański"; a report with
        "wschodnio-kazachstański" in it does not spell it so.
        """
        return any(
            word.startswith(f"{head}-") or word.endswith(f"-{tail}")
            for word in self.compounds
        )


def ends_broken(text: str, line: Line, following: Line) -> bool:
    """Say whether a line ends inside a word, hyphen included in `text`."""
    if len(text) < 2 or text[-1] not in HYPHENS:
        return False
    if line.glyphs[-1].char not in HYPHENS:
        return False
    # Polish custom sets the hyphen of a compound again on the new line.
    start = "".join(glyph.char for glyph in following.glyphs[:2]).lstrip(HYPHENS)
    return text[-2].isalnum() and start[:1].isalnum()


def ends_in_range(text: str, line: Line, following: Line) -> bool:
    """Say whether a line ends after the dash of a range of figures ("12–/17")."""
    return (
        re.search(r"\d[–—]$", text) is not None
        and line.glyphs[-1].char == text[-1]
        and following.glyphs[0].char.isdigit()
    )


def _hides_hyphen(lines: Sequence[Line], at: int) -> bool:
    """Say whether line `at` begins with a hyphen that pdfium has left out.

    pdfium gives one hyphen where Polish custom sets two, one at the end of a line and
    one at the start of the next; the second leaves a gap of its own width.
    """
    left = min(line.left for i, line in enumerate(lines) if i != at)
    return 0.25 < (lines[at].left - left) / lines[at].size < 0.45


def first_word(line: Line) -> str:
    """Return the characters of a line up to its first blank."""
    return line.text.split(" ")[0]


def _letters_at_end(text: str) -> str:
    at = len(text)
    while at and text[at - 1].isalpha():
        at -= 1
    return text[at:]


def _letters_at_start(text: str) -> str:
    at = 0
    while at < len(text) and text[at].isalpha():
        at += 1
    return text[:at]

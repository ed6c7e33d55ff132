"""Lines of a document: text in runs, and what of a text may stand in one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

UNKNOWN: Final = "und"  # ISO 639: words whose language nobody has told
REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"

# Characters of category Cf that words need: Persian joins its letters by two of them,
# and a soft hyphen is where a word may be parted.
_NEEDED: Final = frozenset("\N{SOFT HYPHEN}\u200c\u200d")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a line that looks alike.

    Attributes:
        text: Shown as it is; nothing in it is markup.
        is_italic: Whether it leans.
        language: ISO 639-1 code or `UNKNOWN`; "" for the document's own, Polish.
        url: A web address that it leads to, or None.

    Raises:
        TypeError: what is to be shown is no text.
    """

    text: str
    is_italic: bool = False
    language: str = ""
    url: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.text, str):
            raise TypeError(f"expected a text, found {self.text!r}")


Line = tuple[Run, ...]


def merge_runs(runs: Iterable[Run]) -> Line:
    """Return the runs as a line, less those without text."""
    return tuple(run for run in runs if run.text)


def plain(line: Line) -> str:
    """Return the text of a line."""
    return "".join(run.text for run in line)


def ended(line: Line) -> Line:
    """Return a line with a full stop, unless it ends with one."""
    return line if plain(line).endswith(".") else (*line, Run("."))


def printable(text: str) -> str:
    r"""Return `text` as it may stand in any document, one character for each.

    White space of any kind is a blank. What steers a printer, turns the direction of
    reading, has no look or is no character is replaced where everybody sees it.

    >>> printable("a\tb\x00c\u202ed")
    'a b\ufffdc\ufffdd'
    """
    return "".join(map(_printable, text))


def _printable(char: str) -> str:
    if char.isspace():
        return char if char in " \N{NO-BREAK SPACE}\u2009\u202f" else " "
    if unicodedata.category(char) in ("Cc", "Cf", "Cs") and char not in _NEEDED:
        return REPLACEMENT
    return REPLACEMENT if _is_noncharacter(ord(char)) else char


def _is_noncharacter(code: int) -> bool:
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF


def printable_document(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return JSON whose every text went through `printable`."""
    return {key: _printable_value(value) for key, value in document.items()}


def _printable_value(value: object) -> object:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _printable_value(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_printable_value(item) for item in value]
    return value


def count_replaced(value: object) -> int:
    """Return how many characters of a JSON's texts `printable` replaces."""
    if isinstance(value, str):
        kept = value.count(REPLACEMENT)
        return printable(value).count(REPLACEMENT) - kept
    if isinstance(value, dict):
        return sum(map(count_replaced, value.values()))
    if isinstance(value, list):
        return sum(map(count_replaced, value))
    return 0

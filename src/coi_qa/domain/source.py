"""How a report names its sources: marker, footnote, primary source."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from coi_qa.domain.dates import PartialDate
from coi_qa.domain.layout import Box

Scope = Literal["sentence", "cluster", "paragraph", "none"]
"""How a sentence came by its footnotes.

Its own mark, its own several side by side, the next mark of its paragraph, or none.
"""


SourceKind = Literal[
    "state",
    "international_organisation",
    "ngo",
    "media",
    "dataset",
    "encyclopaedia",
    "academic",
    "own_archive",
]
"""What sort of publisher a primary source has."""


class SourceProblem(StrEnum):
    """What is wrong with a footnote, as printed; nothing is repaired silently."""

    URL_MISSING = "url_missing"
    URL_DAMAGED = "url_damaged"
    DATE_MISSING = "date_missing"
    DATE_INVALID = "date_invalid"
    PUBLISHER_VARIANT = "publisher_variant"
    DATE_AFTER_CLAIM = "date_after_claim"
    DATE_BEFORE_CLAIM = "date_before_claim"
    UNMARKED = "unmarked"


@dataclass(frozen=True, slots=True)
class Marker:
    """A footnote number in the body.

    Attributes:
        number: As printed; of a star or dagger, that of its note.
        page_number: From 1.
        offset: In the page's body, where the mark stood before it was taken out.
        footnote: Ordinal of the footnote it names, or None where there is no such one.
    """

    number: int
    page_number: int
    offset: int
    footnote: int | None


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote as printed.

    Attributes:
        ordinal: From 0, in the order of the report; numbers may restart.
        number: As printed; of a note with a star or dagger, how many-th of those on its
            page it is ("**" is 2), its printed form being in `raw`.
        page_number: Where it begins.
        raw: The whole text, number included, however broken; lines joined.
        boxes: Where it is printed on that page, in points.
        source: Ordinal of its primary source.
        problems: What is wrong with it.
    """

    ordinal: int
    number: int
    page_number: int
    raw: str
    boxes: tuple[Box, ...]
    source: int
    problems: tuple[SourceProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """What a sentence of a report rests on, and the headings above it."""

    section: tuple[str, ...]
    footnotes: tuple[Footnote, ...]
    scope: Scope


@dataclass(frozen=True, slots=True)
class Source:
    """A primary source that one or more footnotes name.

    Attributes:
        ordinal: From 0, in the order of first mention.
        publisher: As printed, its spelled-out form in brackets left out.
        title: As printed, or None.
        date: Of the source, with its precision; None where none or an impossible one
            is printed.
        accessed: When the data were taken, where printed.
        url: Rejoined over lines, or None.
        kind: What sort of publisher it is, or None where nothing tells.
        filters: Selection of a dataset ("Kazakhstan, Civilians, …"), or None.
        footnotes: Ordinals of the footnotes that name it.
        originator: The publisher by its usual spelling in the report; None where none
            is printed.
        evidence: Why another spelling is taken for the usual one, in Polish, or "".
    """

    ordinal: int
    publisher: str | None
    title: str | None
    date: PartialDate | None
    accessed: PartialDate | None
    url: str | None
    kind: SourceKind | None
    filters: str | None
    footnotes: tuple[int, ...]
    originator: str | None = None
    evidence: str = ""

"""What a report's authors should look at: where it is wrong, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from coi_qa.domain.source import SourceProblem

DefectKind: TypeAlias = (
    SourceProblem
    | Literal[
        "marker_undefined",
        "claim_without_footnote",
        "absence_without_footnote",
        "conflict",
    ]
)


@dataclass(frozen=True, slots=True)
class Defect:
    """Something in a report that its authors should look at.

    Attributes:
        kind: What is wrong.
        page: Where, from 1.
        number: Of the footnote concerned, or None.
        text: The words concerned, as printed: the note's or the sentence's.
        message: What is wrong and what is expected, in Polish.
    """

    kind: DefectKind
    page: int
    number: int | None
    text: str
    message: str

"""Sentences as retrieval hands them out, made by hand."""

from __future__ import annotations

from tests.fakes_index import imprint_of

from coi_qa.domain.answer import Evidence
from coi_qa.domain.dates import parse_date
from coi_qa.domain.report import Imprint, Place
from coi_qa.domain.source import Footnote, Source, SourceProblem
from coi_qa.domain.text import Span

REPORT = imprint_of("a" * 64, "KAZ", date="2025-10")


def name_of(code: str) -> str:
    return {"KAZ": "Kazachstan", "XWA": "Wardania"}[code]


def source_of(
    publisher: str | None = "Gazeta",
    *,
    ordinal: int = 0,
    title: str | None = None,
    date: str | None = "2025-09-17",
    accessed: str | None = None,
    url: str | None = None,
    filters: str | None = None,
    notes: int = 1,
) -> Source:
    return Source(
        ordinal=ordinal,
        publisher=publisher,
        title=title,
        date=None if date is None else parse_date(date),
        accessed=None if accessed is None else parse_date(accessed),
        url=url,
        kind=None,
        filters=filters,
        footnotes=tuple(range(notes)),
    )


def evidence_of(
    text: str,
    *sources: Source,
    imprint: Imprint = REPORT,
    ordinal: int = 0,
    score: float = 1.0,
    attributed_to: tuple[str, ...] = (),
    problems: tuple[SourceProblem, ...] = (),
    section: tuple[str, ...] = ("STATYSTYKA",),
) -> Evidence:
    """Return a sentence that rests on one note for each source."""
    sources = sources or (source_of(),)
    notes = tuple(
        Footnote(
            s.ordinal, s.ordinal + 1, 1, f"{s.ordinal + 1} …", (), s.ordinal, problems
        )
        for s in sources
    )
    return Evidence(
        imprint=imprint,
        section=section,
        places=(
            Place(imprint.id, 1, Span(1000 * ordinal, 1000 * ordinal + len(text))),
        ),
        text=text,
        footnotes=notes,
        sources=sources,
        scope="sentence",
        score=score,
        similarity=score,
        chunk="c",
        ordinal=ordinal,
        attributed_to=attributed_to,
    )

"""What a report's PDF says, read as `coi-qa inspect` reads it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from coi_qa.adapters.countries import load_gazetteer
from coi_qa.adapters.pdf import read_pages
from coi_qa.adapters.polish import Morphology
from coi_qa.adapters.sentences import SentenceSplitter
from coi_qa.domain.report import Report
from coi_qa.errors import UnreadableReportError
from coi_qa.ingest import Reader, read_report
from coi_qa.ingest.chunk import chunk
from coi_qa.ingest.imprint import read_catalogue
from coi_qa.inspection import inspect_document

BUDGET_WORDS = 60  # a page of the small PDFs makes a few chunks


@cache
def read(path: Path) -> Report:
    """Return the report in the PDF at `path`; its folder's catalogue is heeded."""
    catalogue = read_catalogue(path.parent)
    reader = Reader(
        is_word=_morphology().is_word,
        is_future=_morphology().is_future,
        split=SentenceSplitter(_morphology()),
        gazetteer=load_gazetteer(_morphology().lemmas, invented=catalogue.countries),
    )
    return read_report(read_pages(path), catalogue.entries.get(path.name, {}), reader)


def document(path: Path) -> dict[str, Any]:
    """Return what `inspect` prints of a PDF, without ids, which follow the bytes.

    Of a PDF that cannot be read it is the reason. Bodies of the pages are added.
    """
    try:
        report = read(path)
    except UnreadableReportError as exc:
        return {"unreadable": str(exc)}
    chunks = chunk(
        report, country="", count_tokens=count_words, budget_tokens=BUDGET_WORDS
    )
    found = inspect_document(report, chunks, count_prompt_tokens=count_words)
    del found["report"]["id"]
    for piece in found["chunks"]:
        del piece["id"]
    return {**found, "bodies": [page.body for page in report.pages]}


def count_words(text: str) -> int:
    """Count tokens as a model without pieces of words would."""
    return len(text.split())


@cache
def _morphology() -> Morphology:
    return Morphology()

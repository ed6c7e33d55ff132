"""A report goes in: from glyphs to pages, sentences, footnotes, sources and chunks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coi_qa.domain.country import Gazetteer
from coi_qa.domain.layout import RawReport
from coi_qa.domain.report import Report
from coi_qa.ingest.body import IsWord
from coi_qa.ingest.imprint import read_imprint
from coi_qa.ingest.sentences import SplitSentences, read_sentences
from coi_qa.ingest.sources import read_sources
from coi_qa.ingest.structure import read_structure
from coi_qa.ingest.support import with_date_problems


@dataclass(frozen=True, slots=True)
class Reader:
    """What reading a report needs besides the report.

    Attributes:
        is_word: Whether the dictionary has a word; decides about hyphens.
        is_future: Whether a word is a verb of what is still to come.
        split: Paragraph -> sentences.
        gazetteer: Country names.
    """

    is_word: IsWord
    is_future: IsWord
    split: SplitSentences
    gazetteer: Gazetteer


def read_report(raw: RawReport, entry: Mapping[str, Any], reader: Reader) -> Report:
    """Return everything that a report says, and where.

    Args:
        raw: The report as drawn.
        entry: What `reports.toml` says of it; may be empty.
        reader: Dictionary, sentence splitter and country names.
    """
    structure = read_structure(raw, is_word=reader.is_word)
    marked = frozenset(m.footnote for m in structure.markers if m.footnote is not None)
    footnotes, sources = read_sources(
        structure.notes,
        marked=marked,
        links=[link for page in raw.pages for link in page.links],
    )
    sentences = read_sentences(
        structure.pages, structure.paragraphs, structure.markers, split=reader.split
    )
    imprint = read_imprint(
        raw,
        entry,
        printed_title=structure.title,
        first_pages=" ".join(page.body for page in structure.pages[:2]),
        gazetteer=reader.gazetteer,
    )
    report = Report(
        imprint=imprint,
        pages=structure.pages,
        sections=structure.sections,
        paragraphs=structure.paragraphs,
        sentences=tuple(sentences),
        markers=structure.markers,
        footnotes=tuple(footnotes),
        sources=tuple(sources),
        hidden_text=tuple(found for page in raw.pages for found in page.hidden),
        ocr_pages=tuple(page.number for page in raw.pages if page.is_ocr),
    )
    return with_date_problems(report, is_future_verb=reader.is_future)

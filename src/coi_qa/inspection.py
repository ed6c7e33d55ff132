"""Report -> what was read out of it, as JSON for people and checks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from coi_qa.domain.report import Chunk, Report, Section
from coi_qa.ingest.lint import find_defects

CountTokens = Callable[[str], int]


def inspect_document(
    report: Report, chunks: Sequence[Chunk], *, count_prompt_tokens: CountTokens
) -> dict[str, Any]:
    """Return headings, markers, footnotes, sources and chunks of a report.

    Args:
        report: As read.
        chunks: Of this report.
        count_prompt_tokens: What a text costs in the prompt of a remote writer.
    """
    imprint = report.imprint
    return {
        "report": {
            "id": imprint.id,
            "title": imprint.title,
            "publisher": imprint.publisher,
            "date": None if imprint.date is None else str(imprint.date),
            "edition": imprint.edition,
            "pages": len(report.pages),
            "language": imprint.language,
            "countries": list(imprint.countries),
            "guessed": list(imprint.guessed),
            "ocr_pages": list(report.ocr_pages),
        },
        "headings": [
            {"text": s.path[-1], "level": s.level, "page": s.page_number}
            for s in report.sections
            if s.path
        ],
        "markers": _markers(report),
        "footnotes": [
            {
                "number": note.number,
                "page": note.page_number,
                "raw": note.raw,
                "source": note.source + 1,
                "problems": [problem.value for problem in note.problems],
            }
            for note in report.footnotes
        ],
        "sources": [
            {
                "number": source.ordinal + 1,
                "publisher": source.publisher,
                "originator": source.originator,
                "evidence": source.evidence,
                "title": source.title,
                "date": None if source.date is None else str(source.date),
                "accessed": None if source.accessed is None else str(source.accessed),
                "url": source.url,
                "kind": source.kind,
                "filters": source.filters,
                "footnotes": [report.footnotes[at].number for at in source.footnotes],
            }
            for source in report.sources
        ],
        "chunks": [
            _chunk(report, chunk, report.sections[chunk.section], count_prompt_tokens)
            for chunk in chunks
        ],
        "sentences": [
            {
                "text": report.text_of(sentence.places),
                "section": list(report.sections[sentence.section].path),
                "pages": [place.page_number for place in sentence.places],
                "footnotes": [report.footnotes[at].number for at in sentence.footnotes],
                "scope": sentence.scope,
                "attributed_to": list(sentence.attributed_to),
                "undefined": list(sentence.undefined),
            }
            for sentence in report.sentences
        ],
        "hidden_text": [
            {"page": found.page_number, "text": found.text, "reason": found.reason}
            for found in report.hidden_text
        ],
    }


def lint_document(report: Report) -> list[dict[str, Any]]:
    """Return the report's own defects in the order of its pages."""
    return [
        {
            "kind": str(defect.kind),
            "page": defect.page,
            "number": defect.number,
            "text": defect.text,
            "message": defect.message,
        }
        for defect in find_defects(report)
    ]


def _markers(report: Report) -> list[dict[str, Any]]:
    """Return each mark with the sentence that it stands in or ends."""
    listed = []
    for marker in report.markers:
        sentence = report.sentence_at(marker)
        listed.append(
            {
                "number": marker.number,
                "page": marker.page_number,
                "sentence": report.text_of(sentence.places) if sentence else None,
                "defined": marker.footnote is not None,
            }
        )
    return listed


def _chunk(
    report: Report, chunk: Chunk, section: Section, count_prompt_tokens: CountTokens
) -> dict[str, Any]:
    text = " ".join(
        report.text_of(report.sentences[at].places) for at in chunk.sentences
    )
    return {
        "id": chunk.id,
        "section": list(section.path),
        "pages": [place.page_number for place in chunk.places],
        "tokens": chunk.tokens,
        "prompt_tokens": count_prompt_tokens(text),
        "text": text,
    }

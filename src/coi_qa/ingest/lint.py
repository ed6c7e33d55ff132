"""The report's own defects, told to its authors in plain Polish."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from coi_qa.domain.absence import reports_absence
from coi_qa.domain.figures import Figure, find_figures
from coi_qa.domain.periods import find_periods
from coi_qa.domain.report import Report, Sentence
from coi_qa.domain.source import Footnote, SourceProblem
from coi_qa.domain.text import content_stems
from coi_qa.ingest.chunk import evidence_sections

DefectKind = (
    SourceProblem
    | Literal[
        "marker_undefined",
        "claim_without_footnote",
        "absence_without_footnote",
        "conflict",
    ]
)

# Two sentences with so many words in common, the counted thing left out, and so large
# a share of the shorter one's, speak of one thing.
MIN_SHARED_WORDS, MIN_SHARED = 2, 0.3
_SAYING = frozenset("poinf podal twier oswia oglos wedlu jak danyc natom".split())

_MESSAGES = {
    SourceProblem.URL_MISSING: "Przypis {number} nie ma adresu.",
    SourceProblem.URL_DAMAGED: "Adres w przypisie {number} jest uszkodzony.",
    SourceProblem.DATE_MISSING: "Przypis {number} nie ma daty źródła.",
    SourceProblem.DATE_INVALID: "Data w przypisie {number} nie istnieje.",
    SourceProblem.UNMARKED: "Przypis {number} nie ma odnośnika w tekście.",
}


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


def find_defects(report: Report) -> list[Defect]:
    """Return the defects of a report in the order of its pages."""
    found = [
        *_in_footnotes(report),
        *_undefined(report),
        *_unfootnoted(report),
        *_conflicts(report),
    ]
    return sorted(found, key=lambda defect: (defect.page, defect.number or 0))


def _in_footnotes(report: Report) -> Iterator[Defect]:
    for note in report.footnotes:
        for problem in note.problems:
            yield Defect(
                problem,
                note.page_number,
                note.number,
                note.raw,
                _about_note(report, note, problem),
            )


def _about_note(report: Report, note: Footnote, problem: SourceProblem) -> str:
    """Return what is wrong with a note; with its sentence where that says more."""
    source = report.sources[note.source]
    if problem is SourceProblem.PUBLISHER_VARIANT:
        return (
            f"W przypisie {note.number} wydawcą jest „{source.publisher}”, a zwykle "
            f"„{source.originator}” ({source.evidence})."
        )
    if problem in (SourceProblem.DATE_BEFORE_CLAIM, SourceProblem.DATE_AFTER_CLAIM):
        how = (
            "wcześniejszą niż to, o czym mówi zdanie"
            if problem is SourceProblem.DATE_BEFORE_CLAIM
            else "zbyt późną: późniejszą niż raport albo z błędnym rokiem"
        )
        sentence = _sentence_of(report, note)
        quoted = f": „{sentence}”" if sentence else "."
        return f"Przypis {note.number} ma datę {source.date}, {how}{quoted}"
    return _MESSAGES[problem].format(number=note.number)


def _sentence_of(report: Report, note: Footnote) -> str:
    """Return the last sentence that rests on a note, where its mark stands."""
    citing = [s for s in report.sentences if note.ordinal in s.footnotes]
    return report.text_of(citing[-1].places) if citing else ""


def _undefined(report: Report) -> Iterator[Defect]:
    for marker in report.markers:
        if marker.footnote is None:
            sentence = report.sentence_at(marker)
            yield Defect(
                "marker_undefined",
                marker.page_number,
                marker.number,
                report.text_of(sentence.places) if sentence else "",
                f"Odnośnik {marker.number} nie ma przypisu.",
            )


def _unfootnoted(report: Report) -> Iterator[Defect]:
    """Yield claims and reported absences that rest on no note.

    A claim is a sentence with a figure, or one after the last mark of a paragraph
    that has some: its authors noted the others.
    """
    evidence = evidence_sections(report)
    noted = {s.paragraph for s in report.sentences if s.footnotes}
    broken = [
        marked
        for marker in report.markers
        if marker.footnote is None and (marked := report.sentence_at(marker))
    ]
    for sentence in report.sentences:
        if sentence.footnotes or sentence.section not in evidence:
            continue
        if report.paragraphs[sentence.paragraph].kind == "row":
            continue
        if any(_takes_mark_of(sentence, marked) for marked in broken):
            continue  # the mark itself is told of
        text = report.text_of(sentence.places)
        page = sentence.places[0].page_number
        if reports_absence(text):
            yield Defect(
                "absence_without_footnote",
                page,
                None,
                text,
                "Zdanie mówi, że czegoś nie odnotowano, a nie podaje, gdzie szukano.",
            )
        elif sentence.paragraph in noted or find_figures(text):
            yield Defect(
                "claim_without_footnote", page, None, text, "Zdanie nie ma przypisu."
            )


def _takes_mark_of(sentence: Sentence, marked: Sentence) -> bool:
    """Say whether the mark of `marked` is the next one for `sentence`."""
    is_same_paragraph = sentence.paragraph == marked.paragraph
    return is_same_paragraph and sentence.ordinal <= marked.ordinal


@dataclass(frozen=True, slots=True)
class _Counted:
    """A figure with its sentence and what the sentence is about."""

    figure: Figure
    sentence: Sentence
    text: str
    stems: frozenset[str]
    filters: frozenset[str | None]
    periods: frozenset[tuple[int, int]]


def _conflicts(report: Report) -> Iterator[Defect]:
    """Yield pairs of sentences that count one thing and come to other figures.

    Only sentences with one figure of a unit are compared. Figures under two filters of
    a dataset, or for two periods, differ rightly.
    """
    for first, second in combinations(_counted(report), 2):
        if first.sentence is second.sentence or not _is_one_thing(first, second):
            continue
        yield Defect(
            "conflict",
            second.sentence.places[0].page_number,
            None,
            second.text,
            f"Zdanie podaje „{second.figure.text} {second.figure.unit}”, a zdanie na "
            f"stronie {first.sentence.places[0].page_number} "
            f"„{first.figure.text} {first.figure.unit}”: „{first.text}”",
        )


def _counted(report: Report) -> list[_Counted]:
    evidence = evidence_sections(report)
    counted: list[_Counted] = []
    for sentence in report.sentences:
        if sentence.section not in evidence:
            continue
        if report.paragraphs[sentence.paragraph].kind == "row":
            continue
        text = report.text_of(sentence.places)
        figures = find_figures(text)
        for figure in figures:
            if not figure.unit or sum(figure.counts_like(f) for f in figures) > 1:
                continue
            sources = (
                report.sources[report.footnotes[at].source] for at in sentence.footnotes
            )
            counted.append(
                _Counted(
                    figure,
                    sentence,
                    text,
                    content_stems(text) - _SAYING,
                    frozenset(source.filters for source in sources),
                    frozenset((p.first.year, p.last.year) for p in find_periods(text)),
                )
            )
    return counted


def _is_one_thing(a: _Counted, b: _Counted) -> bool:
    """Say whether two figures count one thing and cannot both be right."""
    if not a.figure.counts_like(b.figure) or a.figure.agrees_with(b.figure):
        return False
    if a.periods and b.periods and a.periods != b.periods:
        return False
    if a.filters != b.filters and (a.filters | b.filters) - {None}:
        return False
    unit = content_stems(f"{a.figure.unit} {b.figure.unit}")
    first, second = a.stems - unit, b.stems - unit
    shared = len(first & second)
    return shared >= max(MIN_SHARED_WORDS, MIN_SHARED * min(len(first), len(second)))

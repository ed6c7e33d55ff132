"""The report's own defects, told to its authors in plain Polish."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from coi_qa.domain.absence import reports_absence
from coi_qa.domain.claims import (
    Claim,
    Origin,
    Relation,
    filters_of,
    read_claims,
    relation,
)
from coi_qa.domain.defect import Defect
from coi_qa.domain.figures import find_figures
from coi_qa.domain.report import Report, Sentence
from coi_qa.domain.source import Footnote, SourceProblem
from coi_qa.domain.text import content_stems
from coi_qa.ingest.chunk import evidence_sections

_MESSAGES = {
    SourceProblem.URL_MISSING: "Przypis {number} nie ma adresu.",
    SourceProblem.URL_DAMAGED: "Adres w przypisie {number} jest uszkodzony.",
    SourceProblem.DATE_MISSING: "Przypis {number} nie ma daty źródła.",
    SourceProblem.DATE_INVALID: "Data w przypisie {number} nie istnieje.",
    SourceProblem.UNMARKED: "Przypis {number} nie ma odnośnika w tekście.",
}


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


def _conflicts(report: Report) -> Iterator[Defect]:
    """Yield pairs of sentences that count one thing and come to other figures.

    Figures under two filters of a dataset, or for two periods, differ rightly.
    """
    seen: set[tuple[int, int]] = set()
    for told in _by_key(report).values():
        for first, second in combinations(told, 2):
            pair = (first.sentence.ordinal, second.sentence.ordinal)
            if len(set(pair)) < 2 or pair in seen:
                continue
            if relation(first.claim, second.claim) is not Relation.CONFLICT:
                continue
            seen.add(pair)
            yield Defect(
                "conflict",
                second.sentence.places[0].page_number,
                None,
                second.text,
                f"Zdanie podaje „{second.printed}”, a zdanie na stronie "
                f"{first.sentence.places[0].page_number} „{first.printed}”: "
                f"„{first.text}”",
            )


@dataclass(frozen=True, slots=True)
class _Told:
    """A claim with the sentence that makes it."""

    claim: Claim
    sentence: Sentence
    text: str

    @property
    def printed(self) -> str:
        """The figure with what it counts, as the sentence prints them."""
        quantity = self.claim.quantity
        unit = quantity.unit.of(self.text) if quantity.unit else ""
        value = quantity.value.of(self.text)
        return value if unit in value else f"{value} {unit}"


def _by_key(report: Report) -> dict[tuple[str, str, str], list[_Told]]:
    """Return the claims of a report's evidence, those that count alike together."""
    evidence = evidence_sections(report)
    date = report.imprint.date
    told: dict[tuple[str, str, str], list[_Told]] = {}
    for sentence in report.sentences:
        if sentence.section not in evidence:
            continue
        if report.paragraphs[sentence.paragraph].kind == "row":
            continue
        text = report.text_of(sentence.places)
        sources = [
            report.sources[report.footnotes[n].source] for n in sentence.footnotes
        ]
        origin = Origin(
            report=report.imprint.id,
            date=None if date is None else date.last_day,
            # Reports are named after their country; the other words are no places.
            home=content_stems(report.imprint.title or ""),
            attributed_to=sentence.attributed_to,
            filters=filters_of(sources),
        )
        for claim in read_claims(text, origin):
            told.setdefault(claim.key, []).append(_Told(claim, sentence, text))
    return told

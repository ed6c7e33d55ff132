"""Paragraphs -> whole sentences, each with the footnotes it rests on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from coi_qa.domain.report import Page, Paragraph, Place, Sentence, join_slices
from coi_qa.domain.source import Marker, Scope
from coi_qa.domain.text import Span
from coi_qa.ingest.attributions import find_attributions

SplitSentences = Callable[[str], Sequence[tuple[int, int]]]
"""A paragraph -> start and exclusive end of each sentence in it."""


@dataclass(frozen=True, slots=True)
class _Slice:
    """Where a page's part of a paragraph begins in the paragraph's text."""

    at: int
    place: Place

    @property
    def end(self) -> int:
        return self.at + self.place.span.end - self.place.span.start


def read_sentences(
    pages: Sequence[Page],
    paragraphs: Sequence[Paragraph],
    markers: Sequence[Marker],
    *,
    split: SplitSentences,
) -> list[Sentence]:
    """Return the sentences of a report in their order.

    A sentence's footnotes are its own marks; one without takes the next mark of its
    paragraph; after the last mark there are none.
    """
    by_number = {page.number: page for page in pages}
    sentences: list[Sentence] = []
    for paragraph in paragraphs:
        text = join_slices(by_number, paragraph.places)
        slices = _slices(by_number, paragraph.places)
        marks = _marks(slices, markers)
        spans = [Span(0, len(text))]
        if paragraph.kind != "row":
            spans = _split(text, marks, split)
        for at, span in enumerate(spans):
            after = spans[at + 1].start if at + 1 < len(spans) else len(text) + 1
            footnotes, scope, undefined = _footnotes(span.start, after, marks)
            sentences.append(
                Sentence(
                    ordinal=len(sentences),
                    paragraph=paragraph.ordinal,
                    section=paragraph.section,
                    places=_places(slices, span),
                    footnotes=footnotes,
                    scope=scope,
                    attributed_to=find_attributions(span.of(text)),
                    undefined=undefined,
                )
            )
    return sentences


@dataclass(frozen=True, slots=True)
class _Mark:
    at: int
    number: int
    footnote: int | None


def _slices(pages: dict[int, Page], places: Sequence[Place]) -> list[_Slice]:
    """Return where each place begins in the text that `join_slices` makes."""
    slices: list[_Slice] = []
    for at, place in enumerate(places):
        length = len(join_slices(pages, places[: at + 1]))
        slices.append(_Slice(length - (place.span.end - place.span.start), place))
    return slices


def _marks(slices: Sequence[_Slice], markers: Sequence[Marker]) -> list[_Mark]:
    """Return the marks of one paragraph by their offset in its text."""
    marks: list[_Mark] = []
    for number, part in enumerate(slices):
        page, span = part.place.page_number, part.place.span
        goes_on = number > 0 and span.start == 0
        for marker in markers:
            if marker.page_number != page:
                continue
            if span.start < marker.offset <= span.end:
                at = part.at + marker.offset - span.start
                marks.append(_Mark(at, marker.number, marker.footnote))
            elif goes_on and marker.offset == 0:  # of the words before the page break
                at = slices[number - 1].end
                marks.append(_Mark(at, marker.number, marker.footnote))
    return sorted(marks, key=lambda mark: mark.at)


def _split(text: str, marks: Sequence[_Mark], split: SplitSentences) -> list[Span]:
    """Return the sentences of a paragraph; a mark after a full stop ends one."""
    starts = {start for start, _ in split(text)} | {0}
    for mark in marks:
        before, after = text[: mark.at], text[mark.at :]
        following = after.lstrip()
        if before.rstrip("\"'”’)»")[-1:] in (".", "!", "?") and following[:1].isupper():
            starts.add(mark.at + len(after) - len(following))
    ordered = sorted(starts)
    spans: list[Span] = []
    for start, end in zip(ordered, [*ordered[1:], len(text)], strict=True):
        kept = text[start:end].rstrip()
        if any(char.isalnum() for char in kept):
            spans.append(Span(start, start + len(kept)))
    return spans


def _footnotes(
    start: int, after: int, marks: Sequence[_Mark]
) -> tuple[tuple[int, ...], Scope, tuple[int, ...]]:
    """Return the footnotes of the sentence between `start` and the next one.

    With how it came by them, and the numbers of its marks that name none.
    """
    own = [mark for mark in marks if start < mark.at <= max(after - 1, start + 1)]
    later = [mark for mark in marks if mark.at >= after]
    taken = own or [mark for mark in later if mark.at == later[0].at]
    undefined = tuple(mark.number for mark in taken if mark.footnote is None)
    named = tuple(dict.fromkeys(m.footnote for m in taken if m.footnote is not None))
    if not named:
        return (), "none", undefined
    if not own:
        return named, "paragraph", undefined
    places = [mark.at for mark in own]
    is_cluster = len(set(places)) < len(places)
    return named, "cluster" if is_cluster else "sentence", undefined


def _places(slices: Sequence[_Slice], span: Span) -> tuple[Place, ...]:
    """Return where a range of a paragraph's text stands, one place a page."""
    places: list[Place] = []
    for part in slices:
        start, end = max(span.start, part.at), min(span.end, part.end)
        if start < end:
            shift = part.place.span.start - part.at
            places.append(
                Place(
                    part.place.report_id,
                    part.place.page_number,
                    Span(start + shift, end + shift),
                )
            )
    return tuple(places)

"""Sections -> chunks that fit the embedding model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from coi_qa.domain.report import Chunk, Place, Report, Sentence
from coi_qa.domain.text import Span
from coi_qa.errors import TextTooLongError

BUDGET_TOKENS = 200  # about a paragraph; larger chunks blur what they are near to

CountTokens = Callable[[str], int]

# Sections that frame a report and are no evidence: the request, the summary (it has
# no footnotes), the disclaimer, lists.
_FRAME = (
    "treść zlecenia", "spis treści", "podsumowanie", "zastrzeżeni", "wykaz skrótów",
    "bibliografia", "źródła", "disclaimer", "summary", "contents", "table of contents",
    "executive summary", "bibliography", "sources",
)  # fmt: skip


def is_frame(path: Sequence[str]) -> bool:
    """Say whether a section frames its report: request, summary, disclaimer, lists.

    >>> is_frame(["7. Podsumowanie"]), is_frame(["KARA ŚMIERCI"])
    (True, False)
    """
    return bool(path) and path[0].lower().lstrip("0123456789. ").startswith(_FRAME)


def evidence_sections(report: Report) -> frozenset[int]:
    """Return the ordinals of the sections that may be quoted as evidence.

    What stands before the first heading is a title page, unless it has footnotes or
    the report has no headings at all.
    """
    noted = {s.section for s in report.sentences if s.footnotes}
    return frozenset(
        section.ordinal
        for section in report.sections
        if not is_frame(section.path)
        and (section.level or len(report.sections) == 1 or section.ordinal in noted)
    )


def chunk_context(report: Report, section: int, *, country: str) -> str:
    """Return the words that place a chunk: country and headings.

    Reports follow one template; without the country their vectors are alike.
    """
    path = report.sections[section].path
    return ". ".join(part for part in (country, " > ".join(path)) if part)


def sentence_context(report: Report, section: int, *, country: str) -> str:
    """Return the words that place a sentence: country and nearest heading.

    The whole path would outweigh a short sentence (ablation in docs/evaluation.md).
    """
    path = report.sections[section].path
    return ". ".join(part for part in (country, *path[-1:]) if part)


def with_context(context: str, text: str) -> str:
    """Return a text as it is embedded."""
    return f"{context}: {text}" if context else text


def chunk(
    report: Report,
    *,
    country: str,
    count_tokens: CountTokens,
    budget_tokens: int = BUDGET_TOKENS,
) -> list[Chunk]:
    """Return the report's chunks: neighbouring sentences of one section.

    A paragraph is kept whole where it fits; a sentence always is.

    Args:
        report: As read.
        country: Name that goes into the context.
        count_tokens: As the embedding model counts.
        budget_tokens: Most tokens of a chunk, context included, except where one
            sentence alone has more.
    """
    chunks: list[Chunk] = []
    for section, group in groupby(report.sentences, key=lambda s: s.section):
        context = chunk_context(report, section, country=country)

        def cost(sentences: Sequence[Sentence], context: str = context) -> int:
            text = " ".join(report.text_of(s.places) for s in sentences)
            return count_tokens(with_context(context, text))

        for sentences in _fill(list(group), cost, budget_tokens):
            chunks.append(
                Chunk(
                    id=f"{report.imprint.id[:12]}-{len(chunks)}",
                    section=section,
                    sentences=tuple(s.ordinal for s in sentences),
                    places=merge_places(p for s in sentences for p in s.places),
                    tokens=cost(sentences),
                )
            )
    return chunks


def _fill(
    sentences: list[Sentence],
    cost: Callable[[Sequence[Sentence]], int],
    budget: int,
) -> Iterator[list[Sentence]]:
    """Yield runs of sentences within the budget, whole paragraphs where they fit."""
    run: list[Sentence] = []
    for _, group in groupby(sentences, key=lambda s: s.paragraph):
        paragraph = list(group)
        if run and cost(run + paragraph) > budget:
            yield run
            run = []
        for sentence in paragraph:
            if run and cost([*run, sentence]) > budget:
                yield run
                run = []
            run.append(sentence)
    if run:
        yield run


def merge_places(places: Iterator[Place]) -> tuple[Place, ...]:
    """Return one place a page that covers all of `places` on it."""
    merged: dict[int, Place] = {}
    for place in places:
        held = merged.get(place.page_number)
        if held is None:
            merged[place.page_number] = place
            continue
        span = Span(
            min(held.span.start, place.span.start), max(held.span.end, place.span.end)
        )
        merged[place.page_number] = Place(place.report_id, place.page_number, span)
    return tuple(merged.values())


def windows(text: str, *, count_tokens: CountTokens, limit: int) -> list[str]:
    """Return `text`, or where it is over the model's limit, parts that are not.

    Parts are cut at blanks and overlap by a fifth, so that no fact is cut in two.

    Raises:
        TextTooLongError: not even one character fits.
    """
    if count_tokens(text) <= limit:
        return [text]
    if len(text) < 2:
        raise TextTooLongError(
            f"the embedding model leaves {limit} tokens for a text beside its "
            "headings; expected room for a sentence: use a model that reads more"
        )
    words = text.split(" ")
    if len(words) == 1:
        half = len(text) // 2
        parts = [text[:half], text[half:]]
    else:
        half, overlap = len(words) // 2, max(1, len(words) // 10)
        parts = [" ".join(words[: half + overlap]), " ".join(words[half - overlap :])]
        if len(words) < 4:
            parts = [" ".join(words[:half]), " ".join(words[half:])]
    return [
        window
        for part in parts
        for window in windows(part, count_tokens=count_tokens, limit=limit)
    ]

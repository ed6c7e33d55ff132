"""Draft -> Answer: every quote cut anew from its page, every statement held to them.

The only module that builds an `Answer`. Whatever a writer returns, the words of a quote
come from the stored page, so an invented quotation cannot be expressed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from coi_qa.ask.conflicts import stands_in
from coi_qa.ask.currency import dates_of
from coi_qa.ask.faithful import Check, verbatim_only
from coi_qa.ask.tellers import find_tellers
from coi_qa.domain.answer import (
    Answer,
    CitedSource,
    Conflict,
    Currency,
    Draft,
    Evidence,
    Fault,
    Quote,
    QuotePlace,
    Searched,
    Statement,
    Status,
    Withheld,
)
from coi_qa.domain.dates import PartialDate
from coi_qa.domain.report import Imprint, Page, Place, join_slices, words_at
from coi_qa.errors import NotFoundError

GetPage = Callable[[str, int], Page]

NONE_HELD = (
    "Model językowy nie ułożył zdania, które przeszłoby kontrolę, więc odpowiedź "
    "składa się z samych cytatów."
)
MOST_WITHHELD_CHARS = 600  # of a statement that is kept to be looked at


def cut_quote(
    evidence: Evidence,
    number: int,
    get_page: GetPage,
    *,
    before: Sequence[Place] = (),
    newer: Imprint | None = None,
) -> Quote:
    """Return the words at the evidence's places, sliced from the stored pages.

    Args:
        evidence: A sentence and where it stands.
        number: That the quote gets, from 1.
        get_page: Report id and page number -> stored page.
        before: Where the sentence stands that this one points back at.
        newer: The edition that takes the place of its report.

    Raises:
        ValueError: a place is beyond its page.
    """
    pages = {
        place.page_number: get_page(place.report_id, place.page_number)
        for place in evidence.places
    }
    return Quote(
        number=number,
        text=join_slices(pages, evidence.places),
        imprint=evidence.imprint,
        section=evidence.section,
        places=tuple(
            QuotePlace(
                place,
                pages[place.page_number].label,
                pages[place.page_number].boxes(place.span),
            )
            for place in evidence.places
        ),
        footnotes=evidence.footnotes,
        scope=evidence.scope,
        attributed_to=evidence.attributed_to,
        undefined=evidence.undefined,
        dates=dates_of(evidence),
        before=tuple(before),
        before_text=words_at(before, get_page),
        newer=newer,
    )


def is_on_its_pages(quote: Quote, get_page: GetPage) -> bool:
    """Say whether a quote's words are what its places hold in the stored report."""
    try:
        return (
            words_at([at.place for at in quote.places], get_page) == quote.text
            and words_at(quote.before, get_page) == quote.before_text
        )
    except (ValueError, NotFoundError):
        return False


def verify(
    draft: Draft,
    *,
    answer_id: str,
    question: str,
    index: str,
    status: Status,
    quotes: Sequence[Quote],
    evidence: Sequence[Evidence],
    near: Sequence[Quote],
    searched: Searched,
    warnings: Sequence[str],
    notice: str,
    confidence: float | None,
    get_page: GetPage,
    conflicts: Sequence[Conflict] = (),
    as_at: PartialDate | None = None,
    check: Check = verbatim_only,
) -> Answer:
    """Return the answer that `draft` proposes, less what does not hold.

    A quote whose words are not on its pages is withheld. A statement is withheld if it
    names no quote or an unknown one, or has words that its quotes do not have; one of
    a model where `check` finds a fault with it. Where none of a model's is left, each
    quote is a statement. A side of a conflict is left out if what it prints is not in
    its quote.

    Args:
        draft: Statements with quote numbers; nothing in it is trusted.
        answer_id: Of the answer.
        question: As understood.
        index: Id of the index.
        status: As weighed.
        quotes: Numbered from 1.
        evidence: What each quote was cut for, in the same order.
        near: Passages that were not taken for an answer.
        searched: What was searched.
        warnings: For the reader.
        notice: What the status means here.
        confidence: That the likeliest sentence answers.
        get_page: Report id and page number -> stored page.
        conflicts: Between the quotes, as found in the evidence.
        as_at: What is later was left out.
        check: What the statements of a model have to pass.
    """
    sound = [quote for quote in quotes if is_on_its_pages(quote, get_page)]
    withheld = [Withheld(q.text, Fault.NOT_ON_PAGE) for q in quotes if q not in sound]
    by_number = {quote.number: quote for quote in sound}
    words = {quote.number: quote.text for quote in sound}
    statements: list[Statement] = []
    for statement in draft.statements:
        found = (check if draft.writer else verbatim_only)(statement, words)
        if isinstance(found, Statement):
            statements.append(found)
        else:
            withheld.append(Withheld(statement.text[:MOST_WITHHELD_CHARS], found))
    notices = [notice, draft.notice]
    if draft.writer and sound and not statements:
        statements = [Statement(quote.text, (quote.number,)) for quote in sound]
        notices.append(NONE_HELD)
    rests_on = [
        (quote.number, item)
        for item, quote in zip(evidence, quotes, strict=True)
        if quote in sound
    ]
    cited = cited_sources(item for _, item in rests_on)
    tellers = find_tellers(rests_on)
    return Answer(
        id=answer_id,
        question=question,
        index=index,
        status=status,
        statements=tuple(dict.fromkeys(statements)),
        quotes=tuple(sound),
        near=tuple(near),
        sources=cited,
        independent_sources=len(tellers),
        currency=_currency(cited, sound, warnings),
        searched=searched,
        withheld=tuple(withheld),
        notice=" ".join(each for each in notices if each),
        confidence=confidence,
        conflicts=tuple(_sound_conflicts(conflicts, by_number)),
        tellers=tellers,
        as_at=as_at,
        writer=draft.writer or None,
    )


def _sound_conflicts(
    conflicts: Sequence[Conflict], quotes: Mapping[int, Quote]
) -> Iterator[Conflict]:
    """Yield the conflicts, less the sides whose quotes do not print what they say."""
    for conflict in conflicts:
        sides = tuple(
            side
            for side in conflict.sides
            if side.quote in quotes and stands_in(side, quotes[side.quote])
        )
        if len({side.quote for side in sides}) > 1:
            yield replace(conflict, sides=sides)


def cited_sources(evidence: Iterable[Evidence]) -> tuple[CitedSource, ...]:
    """Return the primary sources in the order in which the quotes name them."""
    found: dict[tuple[str, int], CitedSource] = {}
    for item in evidence:
        report = item.imprint.id
        for footnote, source in zip(item.footnotes, item.sources, strict=True):
            held = found.get((report, source.ordinal))
            notes = held.footnotes if held is not None else ()
            if (report, footnote) not in notes:
                notes = (*notes, (report, footnote))
            found[report, source.ordinal] = CitedSource(
                number=held.number if held is not None else len(found) + 1,
                source=source,
                footnotes=notes,
                problems=tuple(
                    dict.fromkeys(p for _, note in notes for p in note.problems)
                ),
            )
    return tuple(found.values())


def _currency(
    cited: Sequence[CitedSource], quotes: Sequence[Quote], warnings: Sequence[str]
) -> Currency:
    dates = [item.source.date for item in cited if item.source.date is not None]
    return Currency(
        oldest=min(dates, key=lambda d: d.first_day, default=None),
        newest=max(dates, key=lambda d: d.last_day, default=None),
        undated=len(cited) - len(dates),
        report=newest_date(quote.imprint.date for quote in quotes),
        warnings=tuple(warnings),
    )


def newest_date(dates: Iterable[PartialDate | None]) -> PartialDate | None:
    """Return the latest of the dates that are known."""
    known = [date for date in dates if date is not None]
    return max(known, key=lambda d: d.last_day, default=None)

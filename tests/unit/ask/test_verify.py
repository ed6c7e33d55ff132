"""What the check of a draft lets through."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes_index import MemoryArchive, imprint_of

from coi_qa.ask.verify import cut_quote, is_on_its_pages, verify
from coi_qa.domain.answer import Draft, Fault, Searched, Statement, Status, Withheld
from coi_qa.domain.text import Span
from coi_qa.errors import NotFoundError

TEXTS = ("Zginęło 120 osób.", "Władze nie potwierdziły tej liczby.")
ARCHIVE = MemoryArchive([(imprint_of("a" * 64, "KAZ", date="2025-10"), TEXTS)])
EVIDENCE = [ARCHIVE.evidence(at, score=1.0, similarity=1.0) for at in (0, 1)]
QUOTES = [cut_quote(item, at, ARCHIVE.page) for at, item in enumerate(EVIDENCE, 1)]


def check(*statements, quotes=QUOTES, get_page=ARCHIVE.page):
    return verify(
        Draft(tuple(statements)),
        answer_id="id",
        question="Ile osób zginęło?",
        index="index",
        status=Status.ANSWERED,
        quotes=quotes,
        evidence=EVIDENCE,
        near=[],
        searched=Searched(1, 2, ("KAZ",), None),
        warnings=[],
        notice="",
        confidence=0.9,
        get_page=get_page,
    )


def test_a_statement_in_the_words_of_its_quote_stands():
    said = Statement("Zginęło 120 osób.", (1,))

    answer = check(said)

    assert answer.statements == (said,)
    assert answer.withheld == ()


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (Statement(TEXTS[0], ()), Fault.NO_QUOTE),
        (Statement(TEXTS[0], (3,)), Fault.UNKNOWN_QUOTE),
        (Statement(TEXTS[0], (1, 0)), Fault.UNKNOWN_QUOTE),
        (Statement(TEXTS[0], (2,)), Fault.NOT_IN_QUOTES),
        (Statement("Zginęło 12 osób.", (1,)), Fault.NOT_IN_QUOTES),
        (Statement("Zginęło 12", (1,)), Fault.NOT_IN_QUOTES),
        (Statement("Władze potwierdziły tej liczby.", (2,)), Fault.NOT_IN_QUOTES),
        (Statement("Zginelo 120 osob.", (1,)), Fault.NOT_IN_QUOTES),
        (Statement("", (1,)), Fault.NOT_IN_QUOTES),
    ],
)
def test_a_statement_that_does_not_hold_is_withheld_with_its_fault(statement, fault):
    answer = check(statement)

    assert answer.statements == ()
    assert answer.withheld == (Withheld(statement.text, fault),)


def test_one_bad_statement_does_not_take_the_good_one_along():
    good, bad = Statement(TEXTS[1], (2,)), Statement("Zginęło 12 osób.", (1,))

    answer = check(bad, good)

    assert answer.statements == (good,)
    assert [item.text for item in answer.withheld] == [bad.text]


def test_a_quote_that_is_not_on_its_page_is_withheld_with_its_source():
    forged = replace(QUOTES[0], text="Zginęło 121 osób.")

    answer = check(Statement(forged.text, (1,)), quotes=[forged, QUOTES[1]])

    assert answer.quotes == (QUOTES[1],)
    assert answer.withheld == (
        Withheld(forged.text, Fault.NOT_ON_PAGE),
        Withheld(forged.text, Fault.UNKNOWN_QUOTE),
    )
    cited = [note.number for source in answer.sources for _, note in source.footnotes]
    assert cited == [2]


@given(st.integers(-5, 5), st.integers(-5, 5))
def test_a_quote_at_any_other_place_is_not_on_its_page(start, end):
    at = QUOTES[1].places[0]
    span = at.place.span
    if not 0 <= span.start + start < span.end + end:
        return
    moved = replace(at.place, span=Span(span.start + start, span.end + end))
    quote = replace(QUOTES[1], places=(replace(at, place=moved),))

    assert is_on_its_pages(quote, ARCHIVE.page) == ((start, end) == (0, 0))


def test_words_are_cut_from_the_page_whatever_the_evidence_claims():
    claimed = replace(EVIDENCE[0], text="Zginęło 999 osób.")

    assert cut_quote(claimed, 1, ARCHIVE.page).text == TEXTS[0]


def test_a_place_beyond_its_page_is_no_quote():
    place = replace(EVIDENCE[0].places[0], span=Span(0, 10_000))

    with pytest.raises(ValueError, match="10000"):
        cut_quote(replace(EVIDENCE[0], places=(place,)), 1, ARCHIVE.page)


def test_sources_are_numbered_in_the_order_of_the_quotes_and_counted_once():
    answer = check()

    assert [source.number for source in answer.sources] == [1]
    assert [note.number for _, note in answer.sources[0].footnotes] == [1, 2]
    assert answer.independent_sources == 1


def test_currency_says_how_old_the_sources_and_the_report_are():
    currency = check().currency

    said = (currency.oldest, currency.newest, currency.report)
    assert [str(date) for date in said] == ["2024", "2024", "2025-10"]
    assert currency.undated == 0


def test_a_page_that_is_gone_withholds_its_quotes():
    def no_page(report_id, number):
        raise NotFoundError("gone")

    answer = check(get_page=no_page)

    assert answer.quotes == ()
    assert [item.fault for item in answer.withheld] == [Fault.NOT_ON_PAGE] * 2

"""Answers, quotes and gold questions with only what a test cares about."""

from types import SimpleNamespace

import pytest

from coi_qa.domain.answer import (
    Answer,
    CitedSource,
    Currency,
    Quote,
    QuotePlace,
    Searched,
    Status,
)
from coi_qa.domain.dates import parse_date
from coi_qa.domain.report import Imprint, Place
from coi_qa.domain.source import Footnote, Source
from coi_qa.domain.text import Span
from coi_qa.evaluation.gold import GoldQuestion
from coi_qa.evaluation.run import evaluate


def quote(
    text, *, footnotes=(), report="kazachstan.pdf", countries=("KAZ",), date=None, at=0
):
    return Quote(
        number=1,
        text=text,
        imprint=Imprint(
            "ab12",
            report,
            None,
            None,
            date and parse_date(date),
            None,
            "pl",
            countries,
        ),
        section=("KARA ŚMIERCI",),
        places=(QuotePlace(Place("ab12", 4, Span(at, at + 5)), "4", ()),),
        footnotes=tuple(Footnote(n, n, 4, f"{n} X", (), 0) for n in footnotes),
        scope="sentence",
    )


def cited(footnote, *, date, number=1):
    """Return the dated source of one footnote of a quote."""
    source = Source(
        footnote, "X", None, date and parse_date(date), None, None, None, None, ()
    )
    note = Footnote(footnote, footnote, 4, f"{footnote} X", (), footnote)
    return CitedSource(number, source, (("ab12", note),), ())


def answer(
    status=Status.ANSWERED,
    quotes=(),
    near=(),
    index="index-1",
    *,
    sources=(),
    warnings=(),
):
    return Answer(
        id="a",
        question="?",
        index=index,
        status=status,
        statements=(),
        quotes=tuple(quotes),
        near=tuple(near),
        sources=tuple(sources),
        independent_sources=0,
        currency=Currency(warnings=tuple(warnings)),
        searched=Searched(1, 1, ("KAZ",), None),
    )


def gold(id="Q1", *, status=Status.ANSWERED, fragments=(("5 osób",),), **rest):
    values = {
        "question": f"{id}?",
        "lang": "pl",
        "kind": "fact",
        "footnotes": None,
        "report": "",
        "countries": (),
    }
    return GoldQuestion(id=id, status=status, fragments=fragments, **(values | rest))


@pytest.fixture(scope="session")
def build():
    return SimpleNamespace(quote=quote, answer=answer, gold=gold, cited=cited)


@pytest.fixture(scope="session")
def score():
    """Return one gold question scored against a given answer."""

    def score(gold_question, given):
        evaluation = evaluate(
            lambda question, countries, as_at: given,
            [gold_question],
            check_quote=lambda quote: True,
            progress=lambda done, total: None,
        )
        return evaluation.scored[0]

    return score

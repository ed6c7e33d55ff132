"""Answers, quotes and gold questions with only what a test cares about."""

from types import SimpleNamespace

import pytest

from coi_qa.domain.answer import Answer, Currency, Quote, QuotePlace, Searched, Status
from coi_qa.domain.report import Imprint, Place
from coi_qa.domain.source import Footnote
from coi_qa.domain.text import Span
from coi_qa.evaluation.gold import GoldQuestion


def quote(text, *, footnotes=(), report="kazachstan.pdf", countries=("KAZ",)):
    return Quote(
        number=1,
        text=text,
        imprint=Imprint("ab12", report, None, None, None, None, "pl", countries),
        section=("KARA ŚMIERCI",),
        places=(QuotePlace(Place("ab12", 4, Span(0, 5)), "4", ()),),
        footnotes=tuple(Footnote(n, n, 4, f"{n} X", (), 0) for n in footnotes),
        scope="sentence",
    )


def answer(status=Status.ANSWERED, quotes=(), near=(), index="index-1"):
    return Answer(
        id="a",
        question="?",
        index=index,
        status=status,
        statements=(),
        quotes=tuple(quotes),
        near=tuple(near),
        sources=(),
        independent_sources=0,
        currency=Currency(),
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
    return SimpleNamespace(quote=quote, answer=answer, gold=gold)

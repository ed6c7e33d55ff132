"""What of a question no report has."""

from __future__ import annotations

import pytest
from tests.fakes_index import PrefixWords

from coi_qa.ask.question import Question
from coi_qa.ask.retrieve import unheard_share

WORDS = PrefixWords(
    [("a", "Więzienia są przepełnione."), ("b", "Nauczyciele zarabiają mało.")]
)


@pytest.mark.parametrize(
    ("text", "lang", "reports", "share"),
    [
        ("Ile zarabia nauczyciel?", "pl", ["a"], 1.0),
        ("Ile zarabia nauczyciel?", "pl", ["b"], 0.0),
        ("Przepełnione więzienia, nauczyciele", "pl", ["a"], 1 / 3),
        ("How much does a teacher earn?", "en", ["a"], 0.0),
        ("Ile?", "pl", ["a"], 0.0),
        ("Ile zarabia nauczyciel?", "pl", [], 0.0),
    ],
)
def test_the_share_of_longer_words_that_the_reports_do_not_have(
    text, lang, reports, share
):
    question = Question(text, (), None, in_scope=True, lang=lang)

    assert unheard_share(question, WORDS, reports) == pytest.approx(share)

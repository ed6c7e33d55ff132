"""Question and sentence read together."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes_index import MemoryArchive, imprint_of

from coi_qa.ask.judge import (
    Shortlist,
    Signs,
    chance_of,
    context,
    is_absent,
    judge,
    logit_of,
    weight_of,
)
from coi_qa.ask.question import Question
from coi_qa.ports import Judgement

shares = st.floats(0, 1)
lags = st.floats(-0.5, 0)


class Told:
    """A scorer that says what it was told to."""

    name = "told@00000000"

    def __init__(self, *chances):
        self.chances, self.read = chances, []

    def score(self, question, sentences):
        self.read = list(sentences)
        return [Judgement(chance, 0.0) for chance in self.chances]


def evidence(count):
    said = [f"Zdanie numer {at}." for at in range(count)]
    archive = MemoryArchive([(imprint_of("a" * 64, "KAZ", date="2025-10"), said)])
    return [archive.evidence(at, score=1.0, similarity=0.0) for at in range(count)]


def judged(*chances):
    question = Question("Kto rządzi?", (), None, in_scope=True)
    return judge(
        Shortlist(question, tuple(evidence(len(chances))), unheard=0.0),
        scorer=Told(*chances),
        context_of=lambda item: item.text,
    )


def signs_of(sure, lag):
    return Signs(logit_of(sure), lag)


def test_what_answers_comes_before_what_is_nearer():
    assert [item.text for item in judged(0.1, 0.9)] == [
        "Zdanie numer 1.",
        "Zdanie numer 0.",
    ]


def test_equals_stay_in_the_order_of_their_report():
    assert [item.ordinal for item in judged(0.5, 0.5, 0.5)] == [0, 1, 2]


def test_nothing_near_is_nothing_judged():
    assert judged() == []


@given(shares, shares, lags)
def test_a_surer_scorer_never_makes_an_answer_less_likely(one, other, lag):
    low, high = sorted((one, other))

    chances = [chance_of(signs_of(sure, lag)) for sure in (low, high)]

    assert 0 <= chances[0] <= chances[1] <= 1


@given(shares, lags, lags)
def test_a_nearer_sentence_is_never_less_likely_to_answer(sure, one, other):
    far, near = sorted((one, other))

    assert chance_of(signs_of(sure, far)) <= chance_of(signs_of(sure, near))


@given(shares, lags, shares)
def test_what_no_report_names_is_less_likely_answered_and_keeps_its_place(
    sure, lag, unheard
):
    signs = signs_of(sure, lag)
    less = replace(signs, unheard=unheard)

    assert chance_of(less) <= chance_of(signs)
    assert weight_of(less) == weight_of(signs)


def test_another_time_than_asked_about_speaks_for_silence():
    signs = signs_of(0.9, 0.0)

    other = replace(signs, period=-1.0)

    drop = logit_of(chance_of(signs)) - logit_of(chance_of(other))
    assert drop > weight_of(signs) - weight_of(other) > 0


def test_the_scorer_reads_country_date_and_heading_before_the_sentence():
    item = replace(evidence(1)[0], section=("USTRÓJ", "KARA ŚMIERCI"))

    text = context(item, name_of=lambda code: "Kazachstan", before="")

    assert text == "Kazachstan, 2025-10. KARA ŚMIERCI. Zdanie numer 0."


@pytest.mark.parametrize(
    ("sentence", "learned", "expected"),
    [
        ("W 2024 r. nie odnotowano zamachów.", None, True),
        ("W 2024 r. nie odnotowano zamachów.", 0.1, True),
        ("O zamachach milczą wszystkie źródła.", 0.9, True),
        ("O zamachach milczą wszystkie źródła.", None, False),
        ("Prawo nie przewiduje kary śmierci.", 0.1, False),
        ("Prawo nie przewiduje kary śmierci.", 0.8, False),
    ],
)
def test_an_absence_is_known_by_its_words_or_by_the_model(sentence, learned, expected):
    assert is_absent(sentence, Judgement(0.5, learned)) is expected

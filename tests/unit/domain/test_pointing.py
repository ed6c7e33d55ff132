"""Which questions name nothing that a sentence could be found by."""

from __future__ import annotations

import pytest

from coi_qa.adapters.polish import Morphology
from coi_qa.domain.pointing import names_nothing

MORPHOLOGY = Morphology()


def is_vague(question: str) -> bool:
    return names_nothing(question, lemmas=MORPHOLOGY.lemmas, is_noun=MORPHOLOGY.is_noun)


@pytest.mark.parametrize(
    "question",
    [
        "Ile to kosztuje?",
        "Kiedy to zniesiono?",
        "Czy to prawda?",
        "Dlaczego tak jest?",
        "Ilu ich zginęło?",
        "Proszę powiedzieć o tym więcej.",
        "Is it legal there?",
        "When did this happen?",
        "Коли це сталося?",
        "Сколько это стоит?",
    ],
)
def test_a_pronoun_without_a_noun_names_nothing(question):
    assert is_vague(question)


@pytest.mark.parametrize(
    "question",
    [
        "Ile kosztuje paszport?",
        "Ile to kosztuje w Wardanii?",
        "Czy tam torturują?",
        "Kto tam rządzi?",
        "Do kiedy obowiązuje ten zakaz?",
        "Czy FWT to terroryści?",
        "Kim są ci Tamelowie?",
        "What are prison conditions like there?",
        "Чи є це місто в облозі?",
        "kara śmierci",
    ],
)
def test_a_noun_a_name_or_no_pronoun_names_something(question):
    assert not is_vague(question)

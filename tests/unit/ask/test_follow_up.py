"""Follow-ups: what they leave out comes from the question before, and nothing else."""

from __future__ import annotations

import pytest

from coi_qa.adapters.countries import load_atlas
from coi_qa.adapters.polish import Morphology
from coi_qa.ask.follow_up import Completer, Grammar
from coi_qa.domain.country import Country

PASSPORT = "Ile kosztuje wydanie paszportu w Kazachstanie?"
DETAINED = "Ilu uczestników zamieszek zatrzymano w Kazachstanie w styczniu 2022 roku?"
PENALTY = "Czy w Kazachstanie obowiązuje kara śmierci?"


@pytest.fixture(scope="module")
def complete():
    words = Morphology()
    gazetteer = load_atlas(words.lemmas, invented=(Country("XZE", ("Zelmaria",)),))
    grammar = Grammar(words.is_finite_verb, words.cases, words.described_cases)
    return Completer(gazetteer, grammar).complete


@pytest.mark.parametrize(
    ("before", "said", "asked"),
    [
        (
            PASSPORT,
            "a w Uzbekistanie?",
            "Ile kosztuje wydanie paszportu w Uzbekistanie?",
        ),
        (PASSPORT, "A co z Kirgistanem?", "Kirgistan: Ile kosztuje wydanie paszportu?"),
        (PENALTY, "a Tadżykistan", "Tadżykistan: Czy obowiązuje kara śmierci?"),
        (
            "Is there a death penalty in Kazakhstan?",
            "And in Uzbekistan?",
            "Is there a death penalty in Uzbekistan?",
        ),
        (
            "Чи є смертна кара в Казахстані?",
            "а в Узбекистані?",
            "Чи є смертна кара в Узбекистані?",
        ),
        (
            "Есть ли смертная казнь в Казахстане?",
            "а в Узбекистане?",
            "Есть ли смертная казнь в Узбекистане?",
        ),
        (
            "Jak kazachska policja traktuje zatrzymanych?",
            "a w Uzbekistanie?",
            "Jak policja traktuje zatrzymanych w Uzbekistanie?",
        ),
    ],
)
def test_another_country_takes_the_place_of_the_one_before(
    complete, before, said, asked
):
    assert complete([before, said]) == asked


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        (
            "a w 2024 roku?",
            "Ilu uczestników zamieszek zatrzymano w Kazachstanie w 2024 roku?",
        ),
        (
            "a rok później?",
            "Ilu uczestników zamieszek zatrzymano w Kazachstanie w 2023 roku?",
        ),
        (
            "a w Uzbekistanie w 2023 r.?",
            "Ilu uczestników zamieszek zatrzymano w Uzbekistanie w 2023 r.?",
        ),
    ],
)
def test_another_time_takes_the_place_of_the_one_before(complete, said, asked):
    assert complete([DETAINED, said]) == asked


def test_a_time_is_added_where_there_was_none(complete):
    asked = "Ile kosztuje wydanie paszportu w Kazachstanie w 2024 roku?"
    assert complete([PASSPORT, "a w 2024 roku?"]) == asked


@pytest.mark.parametrize(
    ("before", "said", "asked"),
    [
        (
            PASSPORT,
            "a dowodu osobistego?",
            "Ile kosztuje wydanie dowodu osobistego w Kazachstanie?",
        ),
        (
            "Czy dłużnikom podatkowym wolno wyjechać z Kazachstanu?",
            "a podejrzanym o przestępstwo?",
            "Czy podejrzanym o przestępstwo wolno wyjechać z Kazachstanu?",
        ),
        (
            "paszport Kazachstan koszt",
            "czas oczekiwania",
            "Paszport Kazachstan czas oczekiwania",
        ),
        (
            "Ilu mężczyzn zatrzymano w Kazachstanie?",
            "a ile kobiet?",
            "Ilu kobiet zatrzymano w Kazachstanie?",
        ),
    ],
)
def test_a_thing_takes_the_place_of_the_one_in_its_case(complete, before, said, asked):
    assert complete([before, said]) == asked


def test_a_verb_takes_the_place_of_the_verb(complete):
    asked = "Ilu uczestników zamieszek skazano w Kazachstanie w styczniu 2022 roku?"
    assert complete([DETAINED, "A ilu skazano?"]) == asked
    assert complete([DETAINED, "a ilu z nich skazano?"]) == asked


@pytest.mark.parametrize("said", ["od kiedy?", "kto to nadzoruje?"])
def test_another_question_on_the_same_matter_is_put_before_it(complete, said):
    asked = f"{said[:1].upper()}{said[1:]}"
    assert complete([PENALTY, said]) == f"{asked} {PENALTY}"


def test_a_question_of_its_own_takes_over_the_country_only(complete):
    asked = complete([DETAINED, "Jakie służby odpowiadają za granicę?"])
    assert asked == "Jakie służby odpowiadają za granicę w Kazachstanie?"


def test_a_question_of_its_own_with_a_country_takes_over_nothing(complete):
    asked = "Czy w Uzbekistanie są obozy pracy?"
    assert complete([DETAINED, asked]) == asked


def test_follow_ups_build_on_each_other(complete):
    turns = [DETAINED, "A ilu z nich skazano?", "a w 2023 roku?"]
    asked = "Ilu uczestników zamieszek skazano w Kazachstanie w 2023 roku?"
    assert complete(turns) == asked


def test_a_first_question_stays_as_it_is(complete):
    assert complete([" a  w 2024 roku? "]) == "a w 2024 roku?"


def test_no_word_comes_from_elsewhere(complete):
    said = [DETAINED, "a co z Kirgistanem w 2023?", "a kobiety?", "od kiedy?"]
    known = " ".join(said).lower() + " kirgistan"
    for word in complete(said).lower().replace("?", " ").replace(":", " ").split():
        assert word in known


def test_long_conversations_stay_short_enough_to_ask(complete):
    turns = [PENALTY, *["kto to nadzoruje?"] * 200]
    assert len(complete(turns)) <= 1000


def test_without_messages_there_is_nothing_to_complete(complete):
    with pytest.raises(ValueError, match="no message"):
        complete([])

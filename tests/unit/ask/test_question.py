"""What is taken for a question, and what is made of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coi_qa.adapters.countries import load_gazetteer
from coi_qa.ask.question import MAX_CHARS, read_question
from coi_qa.domain.country import Country
from coi_qa.errors import BadQuestionError, UnknownCountryError

WARDANIA = Country("XWA", ("Wardania",), ("wardański", "Wardańczyk"))
GAZETTEER = load_gazetteer(lambda word: (), invented=[WARDANIA])


def read(text, *, countries=(), reported=("KAZ", "XWA")):
    return read_question(
        text, countries=countries, as_at=None, gazetteer=GAZETTEER, reported=reported
    )


def test_blanks_and_line_breaks_become_single_blanks():
    question = read("  Czy w \n\t Kazachstanie  grozi kara śmierci? ")

    assert question.text == "Czy w Kazachstanie grozi kara śmierci?"


def test_letters_typed_in_two_parts_are_the_same_question():
    assert read("kara s\u0301mierci").text == read("kara śmierci").text


@given(st.text(max_size=60))
def test_a_tidy_question_stays_as_it_is(text):
    try:
        once = read(text).text
    except BadQuestionError:
        return

    assert read(once).text == once


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "?", "2024", "!!! 5 …"])
def test_what_has_no_word_is_no_question(text):
    with pytest.raises(BadQuestionError, match=r"jest puste|nie zawiera słów"):
        read(text)


@pytest.mark.parametrize(
    "char", ["\x00", "\x07", "\x1b", "\x7f", "\u0085", "\ud800", "\uffff"]
)
def test_a_control_character_is_refused_by_its_number(char):
    with pytest.raises(BadQuestionError, match=f"U\\+{ord(char):04X}"):
        read(f"Czy {char} grozi kara?")


def test_a_question_may_be_as_long_as_said_and_not_longer():
    longest = "a" * MAX_CHARS

    assert read(longest).text == longest
    with pytest.raises(BadQuestionError, match=f"najwyżej {MAX_CHARS}"):
        read(longest + "a")


@pytest.mark.parametrize(
    ("text", "given_countries", "asked"),
    [
        ("Czy w Kazachstanie grozi kara śmierci?", (), ("KAZ",)),
        ("Czy w Wardanii grozi kara śmierci?", (), ("XWA",)),
        ("Does Kazakhstan have the death penalty?", (), ("KAZ",)),
        ("Чи є смертна кара в Казахстані?", (), ("KAZ",)),
        ("Грозит ли в Казахстане смертная казнь?", (), ("KAZ",)),
        ("Czy grozi kara śmierci?", (), ()),
        ("Czy grozi kara śmierci?", ("KAZ",), ("KAZ",)),
        ("Czy grozi kara śmierci?", ("kazachstan", "KAZ"), ("KAZ",)),
        ("Czy grozi kara śmierci?", ("Wardania", "KAZ"), ("XWA", "KAZ")),
        ("Czy w Uzbekistanie grozi kara śmierci?", (), ("UZB",)),
        ("Czy w Wardanii grozi kara śmierci?", ("KAZ",), ("XWA",)),
    ],
)
def test_the_countries_that_an_answer_is_held_to(text, given_countries, asked):
    assert read(text, countries=given_countries).countries == asked


@pytest.mark.parametrize("name", ["Nibylandia", "XXX", "", "KAZ; DROP TABLE"])
def test_an_unknown_country_is_refused_by_its_name(name):
    with pytest.raises(UnknownCountryError, match="Nie ma kraju"):
        read("Czy grozi kara śmierci?", countries=[name])


def test_a_request_for_a_decision_is_out_of_scope():
    assert read("Czy w Kazachstanie grozi kara śmierci?").in_scope
    assert not read("Czy przyznać mu azyl?").in_scope

"""What is taken for a question, and what is made of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coi_qa.adapters.countries import load_atlas
from coi_qa.ask.question import MAX_CHARS, asked_of, read_question
from coi_qa.domain.country import Country
from coi_qa.domain.dates import PartialDate
from coi_qa.errors import BadQuestionError, UnknownCountryError

WARDANIA = Country("XWA", ("Wardania",), ("wardański", "Wardańczyk"))
GAZETTEER = load_atlas(lambda word: (), invented=[WARDANIA])


def read(text, *, countries=(), as_at=None, reported=("KAZ", "XWA")):
    return read_question(
        text, countries=countries, as_at=as_at, gazetteer=GAZETTEER, reported=reported
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
        ("Czy żołnierze ćwiczyli w Turcji?", ("KAZ",), ("KAZ",)),
        ("Czy w Kazachstanie pada?", ("KAZ", "Wardania"), ("KAZ",)),
        ("Czy w Kongu grozi kara śmierci?", (), ("COD", "COG")),
        ("Czy grozi kara śmierci?", ("Kongo",), ("COD", "COG")),
        ("Czy na Krymie grozi kara śmierci?", (), ("RUS", "UKR")),
        ("Czy w Kazahstanie grozi kara śmierci?", (), ("KAZ",)),
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


@pytest.mark.parametrize(
    ("text", "as_at"),
    [
        ("Ilu było więźniów według stanu na koniec 2023 r.?", "2023"),
        ("Ilu było więźniów na koniec marca 2023 r.?", "None"),
        ("Jaka jest sytuacja, stan na 1 marca 2025?", "2025-03-01"),
        ("Czy według stanu na dzień 01.03.2025 r. trwa spór?", "2025-03-01"),
        ("What was the law as of March 2024?", "2024-03"),
        ("What was the law as at March 1, 2024?", "2024-03-01"),
        ("Яке право станом на 1 березня 2025 року?", "2025-03-01"),
        ("Каков закон по состоянию на март 2024 года?", "2024-03"),
        ("Ilu zatrzymano do końca 2023 r.?", "None"),
        ("Ilu zatrzymano w 2023 r.?", "None"),
        ("Jaka jest obecnie sytuacja?", "None"),
        ("Kto ma stan na koncie?", "None"),
    ],
)
def test_a_question_may_say_the_day_that_it_is_asked_for(text, as_at):
    assert str(read(text).as_at) == as_at


def test_a_date_given_goes_before_the_words():
    question = read("Jaka sytuacja, stan na 1 marca 2025?", as_at=PartialDate(2024))

    assert (question.as_at, question.as_at_words) == (PartialDate(2024), None)


def test_language_and_periods_are_read():
    question = read("How many were detained since 2022?")

    assert question.lang == "en"
    assert [str(p.first) for p in question.periods] == ["2022-01-01"]
    assert read("Ilu zatrzymano w zeszłym roku?").periods == ()


@pytest.mark.parametrize(
    ("text", "of_kazakhstan", "of_wardania"),
    [
        (
            "Czy w Wardanii i w Kazachstanie grozi kara śmierci?",
            "Czy w Kazachstanie grozi kara śmierci?",
            "Czy w Wardanii grozi kara śmierci?",
        ),
        (
            "Ilu zginęło w Kazachstanie i Wardanii w 2024 r.?",
            "Ilu zginęło w Kazachstanie w 2024 r.?",
            "Ilu zginęło w Wardanii w 2024 r.?",
        ),
        (
            "Czym prawo w Wardanii różni się od tego w Kazachstanie?",
            "Czym prawo różni się od tego w Kazachstanie?",
            "Czym prawo w Wardanii różni się od tego?",
        ),
        (
            "Wardania, Kazachstan: kara śmierci",
            "Kazachstan: kara śmierci",
            "Wardania: kara śmierci",
        ),
        ("Ilu zginęło?", "Ilu zginęło?", "Ilu zginęło?"),
    ],
)
def test_a_question_on_two_countries_is_put_to_each(text, of_kazakhstan, of_wardania):
    question = read(text)

    assert asked_of(question, ["KAZ"]).text == of_kazakhstan
    assert asked_of(question, ["XWA"]).text == of_wardania


@pytest.mark.parametrize(
    "text", ["Czy w Kongu grozi kara śmierci?", "Czy na Krymie grozi kara śmierci?"]
)
def test_a_name_of_several_countries_stays_for_each_of_them(text):
    question = read(text)

    assert len(question.countries) == 2
    assert [asked_of(question, [c]).text for c in question.countries] == [text] * 2


def test_a_country_that_is_only_spoken_of_stays():
    question = read("Ilu Wardańczyków zatrzymano w Kazachstanie?")

    assert asked_of(question, ["KAZ"]).text == question.text

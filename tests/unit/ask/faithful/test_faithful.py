"""What statements of a model get by the check, and what would without a guard."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.ask.faithful.checker import checker, read_pairs, read_quotes
from tests.unit.ask.faithful.mutations import MAKERS, mutations

from coi_qa.ask import faithful
from coi_qa.ask.faithful import verbatim_only
from coi_qa.ask.faithful.guards import GUARDS
from coi_qa.domain.answer import Fault, Statement

QUOTES = read_quotes()
FALSEHOODS = read_pairs("falsehoods.tsv")
OPEN = read_pairs("paraphrases_open.tsv")
BLIND = read_pairs("paraphrases_blind.tsv")
LEAST_LET_THROUGH = 20  # of the 36 open ones; docs/writer.md says what is withheld


def check(statement, quote):
    return checker()(Statement(statement, (1,)), {1: quote})


def is_shown(statement, quote):
    return isinstance(check(statement, quote), Statement)


def falsehoods_of(quote):
    return [(kind, false, quote) for kind, false in mutations(quote)]


def test_every_quote_may_be_said_as_it_is():
    assert [quote for quote in QUOTES if not is_shown(quote, quote)] == []


def shown_of(made):
    return [(kind, false) for kind, false, quote in made if is_shown(false, quote)]


def test_no_falsehood_made_of_some_true_sentences_is_shown():
    made = [each for quote in QUOTES[::8] for each in falsehoods_of(quote)]

    assert shown_of(made) == []
    assert len(made) >= 700
    assert len({kind for kind, _, _ in made}) == len(MAKERS)


@pytest.mark.long
def test_no_falsehood_made_of_any_true_sentence_is_shown():
    made = [each for quote in QUOTES for each in falsehoods_of(quote)]
    made += [
        (kind, false, quote)
        for statement, quote in (*OPEN, *BLIND)
        for kind, false in mutations(statement)
    ]

    assert shown_of(made) == []
    counted = Counter(kind for kind, _, _ in made)
    assert counted.keys() == MAKERS.keys()
    assert counted.total() >= 7000
    assert min(counted.values()) >= 30


def test_no_falsehood_in_its_quotes_own_words_is_shown():
    shown = [pair for pair in FALSEHOODS if is_shown(*pair)]

    assert shown == []
    assert len(FALSEHOODS) >= 90


def test_what_is_true_and_close_to_its_quote_is_mostly_shown():
    shown = [pair for pair in OPEN if is_shown(*pair)]

    assert len(shown) >= LEAST_LET_THROUGH


@pytest.mark.parametrize("statement, quote, fault", [
    ("Zginęło 12 osób.", "Zginęło 120 osób.", Fault.UNKNOWN_NUMBER),
    ("Zginęło 120 osób.", "Zginęło około 120 osób.", Fault.UNKNOWN_NUMBER),
    ("Zginęło dwieście osób.", "Zginęło dwustu ludzi, 5 osób ocalało.",
     Fault.OTHER_UNIT),
    ("Zniesiono ją w 2012 r.", "Zniesiono ją w 2013 r.", Fault.UNKNOWN_DATE),
    ("Zniesiono ją przed 2013 r.", "Zniesiono ją po 2013 r.", Fault.UNKNOWN_DATE),
    ("Prawo Uzbekistanu zna karę.", "Prawo Kazachstanu zna karę.", Fault.UNKNOWN_NAME),
    ("Karę zna prawo surowe.", "Karę zna prawo.", Fault.UNKNOWN_WORDS),
    ("Prawo zna karę.", "Prawo nie zna kary.", Fault.OTHER_NEGATION),
    ("Prawo nie zna kary.", "Prawo zna karę.", Fault.OTHER_NEGATION),
    ("Policję zatrzymali dziennikarze.", "Policja zatrzymała dziennikarzy.",
     Fault.OTHER_FORM),
    ("Kara obowiązuje.", "Kara obowiązywała.", Fault.OTHER_FORM),
    ("Zelmarię zaatakowała Wardania.", "Zelmaria zaatakowała Wardanię.",
     Fault.OTHER_FORM),
    ("Prezydent Zelmarii odwiedził stolicę.",
     "Prezydent Wardanii odwiedził stolicę Zelmarii.", Fault.OTHER_ROLE),
    ("Policja zabiła protestujących.",
     "Policja zatrzymała dziennikarzy, a wojsko zabiło protestujących.",
     Fault.JOINED_PARTS),
    ("Zginęło 7 cywilów i 5 żołnierzy.", "Zginęło 5 cywilów i 7 żołnierzy.",
     Fault.OTHER_UNIT),
    ("Sąd orzeka karę.", "Sąd orzeka karę, jeśli wybuchnie wojna.",
     Fault.LOST_RESERVE),
    ("Nie odnotowano zatrzymań.", "Nie odnotowano zatrzymań poborowych.",
     Fault.LOST_LIMIT),
    ("Obowiązuje <b>stan</b>.", "Obowiązuje stan.", Fault.MARKUP),
    ("Obowiązuje „stan wojny”.", "Obowiązuje stan wojenny.", Fault.NOT_VERBATIM),
    ("Należy udzielić ochrony.", "Należy udzielić ochrony. Tak pisze autor.",
     Fault.JUDGEMENT),
])  # fmt: skip
def test_what_is_withheld_says_why(statement, quote, fault):
    assert check(statement, quote) is fault


@pytest.mark.parametrize(("numbers", "fault"), [
    ((), Fault.NO_QUOTE),
    ((2,), Fault.UNKNOWN_QUOTE),
    ((1, 2), Fault.UNKNOWN_QUOTE),
    ((0,), Fault.UNKNOWN_QUOTE),
])  # fmt: skip
def test_a_statement_rests_on_quotes_that_there_are(numbers, fault):
    said = Statement("Policja zatrzymała dziennikarzy.", numbers)

    assert checker()(said, {1: said.text}) is fault


def test_words_between_quotation_marks_are_put_as_the_quote_prints_them():
    quote = "Ministerstwo prowadzi areszt zwany „Młyn”, gdzie stosuje się bicie."

    found = check("Ministerstwo prowadzi areszt zwany „MŁYN”.", quote)

    assert found == Statement("Ministerstwo prowadzi areszt zwany „Młyn”.", (1,))


def test_only_the_quotes_that_carry_a_statement_are_named():
    said = Statement("Od 2023 r. służba trwa rok.", (1, 2))
    quotes = {1: "Służba od 2023 r. trwa rok.", 2: "Góry są wysokie."}

    assert checker()(said, quotes) == replace(said, quotes=(1,))


def test_words_of_two_quotes_make_no_statement():
    said = Statement("W Wardanii zginęło 5 osób.", (1, 2))
    quotes = {1: "W Wardanii wybuchły protesty.", 2: "W Zelmarii zginęło 5 osób."}

    assert isinstance(checker()(said, quotes), Fault)


@given(st.text(max_size=80))
@settings(deadline=None, max_examples=150)
def test_whatever_a_model_writes_gets_a_verdict(text):
    found = check(text, QUOTES[0])

    assert found == Statement(text, (1,)) if text == QUOTES[0] else found in set(Fault)


# --- controls: what each guard is there for -------------------------------------------

ALONE = {
    Fault.UNKNOWN_NUMBER: ("Zginęło 120 osób.", "Zginęło około 120 osób."),
    Fault.UNKNOWN_DATE: ("Karę zniesiono w 2013 r.", "Karę zniesiono po 2013 r."),
    Fault.UNKNOWN_NAME: ("Działa USK.", "Działa usk, partia."),
    Fault.OTHER_NEGATION: ("Prawo zna karę.", "Prawo nie zna kary."),
    Fault.UNKNOWN_WORDS: ("Prawo zna surową karę.", "Prawo zna karę."),
    Fault.OTHER_UNIT: (
        "Zginęło 7 cywilów i 5 żołnierzy.",
        "Zginęło 5 cywilów i 7 żołnierzy.",
    ),
    Fault.OTHER_FORM: ("Kara obowiązuje.", "Kara obowiązywała."),
    Fault.OTHER_ROLE: (
        "Prezydent Zelmarii odwiedził stolicę.",
        "Prezydent Wardanii odwiedził stolicę Zelmarii.",
    ),
    Fault.JOINED_PARTS: (
        "Policja zabiła protestujących.",
        "Policja zatrzymała dziennikarzy, a wojsko zabiło protestujących.",
    ),
    Fault.JOINED_FIGURES: (
        "W Wardanii zginęło 7 osób.",
        "W Wardanii zginęło 5 osób, a w Zelmarii 7 osób.",
    ),
    Fault.LOST_RESERVE: (
        "Dziennikarzy zatrzymano.",
        "Podobno dziennikarzy zatrzymano.",
    ),
    Fault.LOST_LIMIT: (
        "Nie odnotowano zatrzymań.",
        "Nie odnotowano zatrzymań poborowych.",
    ),
}
# These another guard would keep out as well: whoever changes a number changes a word.
BACKED_UP = {
    Fault.UNKNOWN_NUMBER,
    Fault.OTHER_NEGATION,
    Fault.UNKNOWN_WORDS,
    Fault.OTHER_UNIT,
    Fault.JOINED_FIGURES,
}


def test_without_any_guard_every_falsehood_is_shown():
    blind = replace(checker(), guards=())

    withheld = [
        pair
        for pair in ALONE.values()
        if isinstance(blind(Statement(pair[0], (1,)), {1: pair[1]}), Fault)
    ]

    assert withheld == []


@pytest.mark.parametrize("fault, guard", GUARDS)
def test_each_guard_keeps_out_by_itself_what_it_is_there_for(fault, guard):
    false, quote = ALONE[fault]
    alone = replace(checker(), guards=((fault, guard),))

    assert alone(Statement(false, (1,)), {1: quote}) is fault
    assert isinstance(alone(Statement(quote, (1,)), {1: f"{quote} Tak."}), Statement)


@pytest.mark.parametrize(
    "fault", [fault for fault, _ in GUARDS if fault not in BACKED_UP]
)
def test_without_one_guard_falsehoods_get_by_the_others(fault):
    pairs = [*FALSEHOODS, ALONE[fault]]
    blind = replace(
        checker(), guards=tuple(each for each in GUARDS if each[0] is not fault)
    )

    shown = [
        false
        for false, quote in pairs
        if isinstance(blind(Statement(false, (1,)), {1: quote}), Statement)
    ]

    assert [pair for pair in pairs if is_shown(*pair)] == []
    assert shown


@pytest.mark.parametrize(("taken_out", "false", "fault"), [
    ("is_plain", "Obowiązuje <b>stan</b>.", Fault.MARKUP),
    ("asserts_a_judgement", "Zaleca się ochronę.", Fault.JUDGEMENT),
])  # fmt: skip
def test_without_a_look_at_its_surface_a_statement_gets_by(
    monkeypatch, taken_out, false, fault
):
    quote = "Obowiązuje b stan b. Zaleca się ochronę. Tak."
    assert check(false, quote) is fault

    monkeypatch.setattr(faithful, taken_out, lambda text: taken_out == "is_plain")
    blind = replace(checker(), guards=())

    assert isinstance(blind(Statement(false, (1,)), {1: quote}), Statement)


def test_without_a_look_at_quotation_marks_a_misquotation_gets_by(monkeypatch):
    quote = "Obowiązuje stan wojenny."
    false = Statement("Obowiązuje „wojenny stan”.", (1,))
    assert checker()(false, {1: quote}) is Fault.NOT_VERBATIM

    monkeypatch.setattr(faithful, "quoted_words", lambda text, quotes: text)

    assert isinstance(replace(checker(), guards=())(false, {1: quote}), Statement)


@pytest.mark.parametrize("fault, statement, quote", [
    (Fault.MARKUP, "Obowiązuje stan (wojenny).", "Obowiązuje stan (wojenny), tak."),
])  # fmt: skip
def test_brackets_are_no_markup(fault, statement, quote):
    assert check(statement, quote) is not fault


def test_where_quotes_are_all_that_may_be_said_a_part_of_one_is_not():
    quote = "W kraju nie ma kary śmierci."

    found = verbatim_only(Statement("ma kary śmierci.", (1,)), {1: quote})

    assert found is Fault.NOT_IN_QUOTES

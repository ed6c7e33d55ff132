"""A question from end to end, over a small archive and fakes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.fakes_index import asker_of, imprint_of

from coi_qa.adapters.countries import load_atlas
from coi_qa.ask import OUT_OF_SCOPE, VAGUE
from coi_qa.domain.answer import Draft, Fault, Statement, Status
from coi_qa.domain.country import Country
from coi_qa.domain.dates import PartialDate

KAZ, WAR = "a" * 64, "b" * 64
REPORTS = [
    (
        imprint_of(KAZ, "KAZ", date="2025-10"),
        ["Prawo Kazachstanu nie zna kary śmierci.", "Pogoda bywa zmienna."],
    ),
    (
        imprint_of(WAR, "XWA", date="2024-06"),
        ["Kara śmierci w Wardanii jest wykonywana.", "Góry są wysokie."],
    ),
]
# The fake embedder hears words, so the sentence itself is the nearest question.
PENALTY = "Kara śmierci w Wardanii jest wykonywana."


@pytest.fixture
def asker():
    invented = [Country("XWA", ("Wardania",))]
    return asker_of(REPORTS, load_atlas(lambda word: (), invented=invented))


class Liar:
    """A writer that makes up words and quote numbers."""

    name = ""

    def write(self, question, quotes):
        return Draft((Statement("Jest bezpiecznie.", (1,)), Statement("Tak.", (9,))))


def test_the_sentence_that_answers_is_quoted_and_stated(asker):
    answer = asker.ask(PENALTY)

    assert answer.status is Status.ANSWERED
    assert answer.quotes[0].text == PENALTY
    assert answer.statements == (Statement(PENALTY, (1,)),)


def test_no_quote_is_from_a_report_on_another_country(asker):
    answer = asker.ask(PENALTY)

    shown = [*answer.quotes, *answer.near]
    assert {code for q in shown for code in q.imprint.countries} == {"XWA"}
    assert answer.searched.reports == 1


@pytest.mark.parametrize("leans", [True, False])
def test_only_what_points_back_is_read_with_the_sentence_before(asker, leans):
    item = asker.archive.evidence(1, score=0.0, similarity=0.0)

    text = replace(asker, leans=lambda sentence: leans).context_of(item)

    together = "(Prawo Kazachstanu nie zna kary śmierci.) Pogoda bywa zmienna."
    assert (together in text) is leans


def test_a_question_that_names_nothing_is_told_so_and_quotes_nothing(asker):
    answer = replace(asker, is_vague=lambda question: True).ask(PENALTY)

    assert answer.status is Status.INSUFFICIENT_EVIDENCE
    assert answer.notice == VAGUE
    assert (answer.quotes, answer.near[0].text) == ((), PENALTY)


def test_a_question_whose_vector_asks_for_a_judgement_is_declined(asker):
    answer = replace(asker, is_judgement=lambda vector: True).ask(PENALTY)

    assert (answer.status, answer.notice) == (Status.OUT_OF_SCOPE, OUT_OF_SCOPE)
    assert (answer.quotes, answer.near) == ((), ())


def test_what_a_writer_makes_up_is_withheld(asker):
    answer = replace(asker, writer=Liar()).ask(PENALTY)

    assert answer.statements == ()
    assert [item.fault for item in answer.withheld] == [
        Fault.NOT_IN_QUOTES,
        Fault.UNKNOWN_QUOTE,
    ]
    assert answer.quotes[0].text == PENALTY


def test_a_request_for_a_decision_is_not_searched_for(asker):
    answer = replace(asker, embedder=None).ask("Czy przyznać mu azyl?")

    assert answer.status is Status.OUT_OF_SCOPE
    assert (answer.quotes, answer.near) == ((), ())


def test_a_country_without_a_report_is_not_searched_for(asker):
    answer = replace(asker, dense=None).ask("Czy w Uzbekistanie pada?")

    assert answer.status is Status.INSUFFICIENT_EVIDENCE
    assert (answer.searched.reports, answer.searched.countries) == (0, ("UZB",))
    assert "Uzbekistan" in answer.notice


def test_a_report_later_than_the_day_asked_for_is_left_out(asker):
    answer = asker.ask(PENALTY, as_at=PartialDate(2024, 5))

    assert [q.text for q in (*answer.quotes, *answer.near)] == []


def test_an_answer_says_the_date_that_it_was_held_to(asker):
    given, read, none = (
        asker.ask(PENALTY, as_at=PartialDate(2026, 1)),
        asker.ask(f"{PENALTY} Stan na marzec 2026 r."),
        asker.ask(PENALTY),
    )

    assert given.as_at == PartialDate(2026, 1)
    assert read.as_at == PartialDate(2026, 3)
    assert none.as_at is None


def test_reports_that_are_all_too_late_are_told_as_not_searched(asker):
    answer = asker.ask(PENALTY, as_at=PartialDate(2024, 5))

    assert (answer.searched.reports, answer.searched.chunks) == (0, 0)
    assert "Wszystkie raporty są późniejsze niż 2024-05" in answer.notice


def test_the_answer_to_one_caller_does_not_warn_the_next_of_his_choice(asker):
    chosen = asker.ask("Kto rządzi w Kazachstanie?", countries=["Wardania"])
    free = asker.ask("Kto rządzi w Kazachstanie?")

    assert chosen.id != free.id
    assert (bool(chosen.currency.warnings), free.currency.warnings) == (True, ())


def test_the_id_is_that_of_the_question_and_of_nothing_else(asker):
    question = "Czy góry są wysokie?"
    first = asker.ask(question)

    assert asker.ask(f"  {question} ") == first
    others = [
        asker.ask(question, countries=["KAZ"]),
        asker.ask(question, as_at=PartialDate(2025)),
        asker.ask("Czy pogoda jest zmienna?"),
        replace(asker, key=b"another").ask(question),
    ]
    assert first.id not in {other.id for other in others}


@pytest.mark.parametrize(
    ("question", "countries", "warning"),
    [
        ("Kto rządzi w Kazahstanie?", (), "„Kazahstanie” odczytano jako: Kazachstan."),
        ("Czy ćwiczono w Turcji?", ("KAZ",), "(Turcja); przeszukano wybrane: Kaz"),
        ("Czy w Kazachstanie pada?", ("KAZ", "XWA"), "tylko część wybranych krajów"),
        ("Czy w Wardanii pada?", ("KAZ",), "innego kraju niż wybrany"),
        ("Kara śmierci, stan na koniec 2024 r.", ("XWA",), "późniejsze niż 2024."),
        ("Kara śmierci, stan na 2020 r.", ("XWA",), "wszystkie raporty są późniejsze"),
    ],
)
def test_an_answer_says_how_its_question_was_read(asker, question, countries, warning):
    warnings = asker.ask(question, countries=countries).currency.warnings

    assert [said for said in warnings if warning in said] != []


def test_a_date_in_words_leaves_out_later_reports_and_never_all(asker):
    late = asker.ask("Kara śmierci, stan na 2024 r.")
    never = asker.ask("Kara śmierci w Wardanii, stan na 2020 r.")

    assert (late.searched.reports, never.searched.reports) == (1, 1)


def test_a_contested_region_is_searched_on_all_sides_and_nobody_is_said_to_own_it():
    from coi_qa.ask.notes import notes_on
    from coi_qa.ask.question import read_question

    question = read_question(
        "Co dzieje się na Krymie?",
        countries=(),
        as_at=None,
        gazetteer=load_atlas(lambda word: ()),
        reported={"RUS", "UKR"},
    )
    (note,) = notes_on(question, reported={"RUS", "UKR"}, name=str)

    assert "(RUS, UKR)" in note
    assert "nie rozstrzyga" in note


@pytest.mark.parametrize("leans", [True, False])
def test_what_a_quote_points_back_at_goes_with_it_and_is_no_part_of_it(asker, leans):
    answer = replace(asker, leans=lambda sentence: leans).ask(PENALTY)

    shown = [*answer.quotes, *answer.near]
    before = {quote.text: quote.before_text for quote in shown if quote.before}
    assert bool(before) is leans
    for quote in shown:
        page = asker.archive.page(quote.imprint.id, 1)
        assert quote.before_text in page.body
        assert quote.before_text not in quote.text or not quote.before_text

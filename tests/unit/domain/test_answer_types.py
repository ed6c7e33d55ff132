"""What a question asks for, and whether a sentence holds it."""

from __future__ import annotations

import pytest

from coi_qa.domain.answer_types import AnswerType, expected_type, type_fit

QUANTITY, TIME = AnswerType.QUANTITY, AnswerType.TIME


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Ilu cywilów zginęło?", QUANTITY),
        ("ile kosztuje paszport", QUANTITY),
        ("Jaki odsetek stanowią Rosjanie?", QUANTITY),
        ("How many people live there?", QUANTITY),
        ("Скільки осіб загинуло?", QUANTITY),
        ("Сколько стоит паспорт?", QUANTITY),
        ("Kiedy zniesiono karę śmierci?", TIME),
        ("Od kiedy obowiązuje zakaz?", TIME),
        ("W którym roku były wybory?", TIME),
        ("When was it abolished?", TIME),
        ("Коли були вибори?", TIME),
        ("Когда были выборы?", TIME),
        ("Czy grozi kara śmierci?", None),
        ("Kto rządzi?", None),
        ("kara śmierci", None),
    ],
)
def test_the_form_of_a_question_says_what_it_asks_for(question, expected):
    assert expected_type(question) is expected


@pytest.mark.parametrize(
    ("sentence", "quantity", "time"),
    [
        ("Zginęło 238 osób.", 1, -1),
        ("Zginęło dwustu cywilów.", 1, -1),
        ("Karę zniesiono w 2021 r.", -1, 1),
        ("Karę zniesiono 29 grudnia 2021 r.", -1, 1),
        ("Kara wynosi od 3 do 5 lat więzienia.", 1, -1),
        ("W 2024 r. zatrzymano 12 osób.", 1, 1),
        ("Większość ofiar stanowili cywile.", 1, -1),
        ("Prezydenta wybiera parlament.", -1, -1),
    ],
)
def test_dates_are_no_quantities_and_quantities_no_dates(sentence, quantity, time):
    assert type_fit(QUANTITY, sentence) == quantity
    assert type_fit(TIME, sentence) == time
    assert type_fit(None, sentence) == 0

"""Quotes that count the same: side by side, in their own words."""

from __future__ import annotations

import pytest
from tests.fakes_index import imprint_of
from tests.unit.ask.evidence import evidence_of, name_of, source_of

from coi_qa.ask.conflicts import find_conflicts, find_other_sides, search_words
from coi_qa.domain.claims import Relation

OLDER = imprint_of("b" * 64, "KAZ", date="2023-10")
ELSEWHERE = imprint_of("c" * 64, "XWA", date="2025-10")

MINISTRY = evidence_of(
    "Ministerstwo podało, że w Sadowicach zginęło 12 osób.",
    ordinal=1,
    attributed_to=("Ministerstwo",),
)
COMMITTEE = evidence_of(
    "Komitet twierdzi, że w Sadowicach zginęło 41 osób.",
    ordinal=2,
    attributed_to=("Komitet",),
)
ALL = evidence_of(
    "Według danych ACLED w 2025 r. zginęło 6 osób.",
    source_of("ACLED", filters="Kazakhstan"),
    ordinal=3,
    attributed_to=("ACLED",),
)
VIOLENCE = evidence_of(
    "Odnotowano 35 przypadków, wskutek których w 2025 r. śmierć poniosły 3 osoby.",
    source_of("ACLED", ordinal=1, filters="Kazakhstan, violence"),
    ordinal=4,
)


def sides(conflict) -> list[tuple[int, str, str]]:
    return [(side.quote, side.value, side.unit) for side in conflict.sides]


def test_both_tellings_stand_side_by_side_with_who_tells_them():
    (found,) = find_conflicts([MINISTRY, COMMITTEE], name_of)

    assert found.relation is Relation.CONFLICT
    assert sides(found) == [(1, "12", "osób"), (2, "41", "osób")]
    assert [side.attributed_to for side in found.sides] == [
        ("Ministerstwo",),
        ("Komitet",),
    ]


def test_two_filters_are_named_as_that_with_the_filters():
    (found,) = find_conflicts([VIOLENCE, ALL], name_of)

    assert (found.relation, found.about) == (
        Relation.DIFFERENT_FILTER,
        "ofiary śmiertelne, 2025 r.",
    )
    assert [side.filter for side in found.sides] == [
        "Kazakhstan, violence",
        "Kazakhstan",
    ]
    assert [side.value for side in found.sides] == ["3", "6"]


def test_figures_of_two_countries_are_not_compared():
    other = evidence_of("W 2025 r. zginęło 187 osób.", imprint=ELSEWHERE)

    assert (
        find_conflicts([evidence_of("W 2025 r. zginęło 6 osób."), other], name_of) == []
    )


def test_three_tellings_of_one_thing_are_one_conflict():
    texts = ("W 2024 r. zginęło 5 osób.", "W 2024 r. zginęło 7 osób.")
    three = [
        evidence_of(text, ordinal=n)
        for n, text in enumerate([*texts, "W 2024 r. zginęło dziewięciu ludzi."])
    ]

    (found,) = find_conflicts(three, name_of)

    assert sides(found) == [
        (1, "5", "osób"),
        (2, "7", "osób"),
        (3, "dziewięciu", "ludzi"),
    ]


def test_no_side_is_summed_averaged_or_chosen():
    quotes = [MINISTRY, COMMITTEE]

    (found,) = find_conflicts(quotes, name_of)

    for side in found.sides:
        assert side.value in quotes[side.quote - 1].text


def test_the_other_side_is_found_among_sentences_that_were_not_quoted():
    found = find_other_sides(
        "Ile osób zginęło w Sadowicach?",
        [MINISTRY],
        [evidence_of("Sadowice leżą na północy.", ordinal=9), COMMITTEE, MINISTRY],
        name_of,
    )

    assert found == [COMMITTEE]


@pytest.mark.parametrize(
    "question", ["Ile osób zginęło w 2024 r.?", "Ile osób zatrzymano w 2025 r.?"]
)
def test_what_was_not_asked_is_not_added(question):
    assert find_other_sides(question, [ALL], [VIOLENCE], name_of) == []


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("Ile osób zginęło w 2025 r.?", 1),
        ("Ile osób zginęło?", 1),
        ("Ile osób zginęło w 2024 r.?", 0),
        ("Ile osób zatrzymano?", 0),
    ],
)
def test_only_of_the_event_and_time_asked_about_sides_are_shown(question, count):
    found = find_conflicts([VIOLENCE, ALL], name_of, question=question)

    assert len(found) == count


def test_an_older_edition_is_added_for_what_it_tells_otherwise_without_a_time():
    new = evidence_of("Ludność: ok. 20,26 mln.")
    old = evidence_of("Ludność: ok. 17,5 mln.", imprint=OLDER, ordinal=1)

    assert find_other_sides("Jaka jest ludność?", [new], [old], name_of) == [old]
    (found,) = find_conflicts([new, old], name_of)
    assert found.relation is Relation.DIFFERENT_PERIOD


def test_one_time_told_otherwise_in_an_older_edition_is_a_conflict():
    new = evidence_of("W 2022 r. zginęło 238 osób.")
    old = evidence_of("W 2022 r. zginęło 225 osób.", imprint=OLDER, ordinal=1)

    assert find_conflicts([new, old], name_of)[0].relation is Relation.CONFLICT


def test_at_most_three_quotes_are_added():
    others = [
        evidence_of(f"W 2025 r. zginęło {20 + n} osób.", ordinal=20 + n)
        for n in range(6)
    ]
    quote = evidence_of("W 2025 r. zginęło 6 osób.")

    found = find_other_sides("Ile osób zginęło?", [quote], others, name_of)

    assert found == others[:3]


def test_other_tellings_are_searched_by_the_words_of_the_event():
    ((item, words),) = search_words("Ilu zginęło?", [ALL], name_of)

    assert item is ALL
    assert words.startswith(ALL.text)
    assert "śmierć poniosło" in words


def test_a_sentence_without_figures_is_not_searched_for():
    silent = evidence_of("Prawo nie przewiduje kary śmierci.")

    assert search_words("Czy jest kara śmierci?", [silent], name_of) == []


FEE = evidence_of("Opłata za paszport wynosi 80 lirów.", ordinal=5)
FINE = evidence_of("Kara za brak meldunku wynosi 300 lirów.", ordinal=6)
OTHER_FINE = evidence_of("Kara za brak meldunku wynosi 500 lirów.", ordinal=7)


def test_what_no_leading_quote_tells_of_is_not_set_side_by_side():
    quotes = [FEE, FINE, OTHER_FINE]

    assert find_conflicts(quotes, name_of, question="Ile kosztuje paszport?") == []
    assert len(find_conflicts(quotes, name_of)) == 1
    assert len(find_conflicts(quotes[1:], name_of, question="Ile wynosi kara?")) == 1


def test_those_who_died_may_be_counted_by_a_name_of_their_own():
    """ "Ilu rekrutów zmarło?": one side tells of deaths, the other of recruits."""
    quotes = [
        evidence_of(
            "Według ministerstwa w służbie zmarło w 2024 r. 11 rekrutów.",
            ordinal=8,
            attributed_to=("ministerstwa",),
        ),
        evidence_of(
            "Według matek w służbie zmarło w 2024 r. 26 rekrutów, w tym 8 samobójców.",
            ordinal=9,
            attributed_to=("matek",),
        ),
    ]

    (found,) = find_conflicts(
        quotes, name_of, question="Ilu rekrutów zmarło w 2024 r.?"
    )

    assert [value for _, value, _ in sides(found)] == ["11", "26"]


def test_each_country_has_its_leading_quote():
    abroad = [
        evidence_of(item.text, ordinal=item.ordinal, imprint=ELSEWHERE)
        for item in (FINE, OTHER_FINE)
    ]

    (found,) = find_conflicts([FEE, *abroad], name_of, question="Ile wynosi kara?")

    assert sides(found) == [(2, "300", "lirów"), (3, "500", "lirów")]


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("Czy odnotowano pogromy?", 0),
        ("Czy w 2025 r. ktoś zginął?", 1),
        ("Ofiary 2025", 1),
    ],
)
def test_a_question_for_yes_or_no_asks_for_no_figure(question, count):
    assert len(find_conflicts([ALL, VIOLENCE], name_of, question=question)) == count

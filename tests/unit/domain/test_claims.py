"""Which sentences count the same, and what they then have to do with each other."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coi_qa.domain.claims import Origin, Relation, events_in, read_claims, relation

HOME = frozenset({"kazac"})
HERE = Origin(report="r1", date=date(2025, 10, 31), home=HOME)
OLDER = Origin(report="r0", date=date(2023, 10, 31), home=HOME)
CONFLICT, FILTER = Relation.CONFLICT, Relation.DIFFERENT_FILTER
PERIOD, ATTRIBUTION = Relation.DIFFERENT_PERIOD, Relation.ATTRIBUTION


def by(*names: str) -> Origin:
    return Origin("r1", date(2025, 10, 31), HOME, attributed_to=names)


def under(filters: str) -> Origin:
    return Origin("r1", date(2025, 10, 31), HOME, filters=(("acled", filters),))


def relations(a: str, b: str, first=HERE, second=HERE) -> list[Relation]:
    return [
        found
        for x in read_claims(a, first)
        for y in read_claims(b, second)
        if (found := relation(x, y)) is not None
    ]


def told(text: str) -> list[tuple[str, str, str | None]]:
    return [
        (
            c.quantity.value.of(text),
            c.event,
            text[c.stretch.start : c.stretch.end] if c.stretch else None,
        )
        for c in read_claims(text, HERE)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "W 2024 r. zginęło 5 osób, a 12 zostało rannych.",
            [("5", "deaths", "2024 r."), ("12", "injured", "2024 r.")],
        ),
        (
            "Zginęły: w 2023 r. – 2 osoby, a od 1 stycznia do 12 września 2025 r. – 6 "
            "osób (w tym 3 obywateli Uzbekistanu).",
            [
                ("2", "deaths", "2023 r."),
                ("6", "deaths", "od 1 stycznia do 12 września 2025 r."),
            ],
        ),
        (
            "Od 2023 r. do 2025 r. śmierć poniosło 10 osób (w tym 3 osoby w 2025 r.).",
            [
                ("10", "deaths", "Od 2023 r. do 2025 r."),
                ("3", "deaths", "2025 r."),
            ],
        ),
        (
            "Zginęło w nich 10 osób; na rok 2025 przypada 3 zabitych.",
            [("10", "deaths", None), ("3", "deaths", "2025")],
        ),
        (
            "W lipcu 2024 r. aresztowano pięć osób, które zamierzały zabić ministra.",
            [("pięć", "detained", "lipcu 2024 r.")],
        ),
        (
            "Wobec ludności cywilnej odnotowano 131 przypadków, wskutek których śmierć "
            "poniosło 10 osób.",
            [("131", "", None), ("10", "deaths", None)],
        ),
    ],
)
def test_a_figure_takes_the_event_and_the_time_nearest_to_it(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("W 2024 r. zginęło 120 osób.", "W 2024 r. zginęło 95 osób."),
        (
            "W 2024 r. w starciach zginęło 120 osób.",
            "W starciach w 2024 r. śmierć poniosło 95 ludzi.",
        ),
        (
            "W Ałmaty w 2024 r. zginęło dwanaście osób.",
            "W 2024 r. było w Ałmaty 20 ofiar śmiertelnych.",
        ),
        ("W powodzi zginęło 5 osób.", "W powodzi straciło życie 7 osób."),
        (
            "W 2024 r. zatrzymano 30 osób podejrzanych o terroryzm.",
            "Podejrzanych o terroryzm aresztowano w 2024 r. 45 osób.",
        ),
        (
            "W 2024 r. odnotowano 45 ataków na dziennikarzy.",
            "W 2024 r. odnotowano 61 ataków na dziennikarzy.",
        ),
        (
            "Ludność kraju liczy 20,26 mln osób.",
            "Kazachstan zamieszkuje 19,8 mln osób.",
        ),
        (
            "W 2024 r. stopa bezrobocia wynosiła 5,2%.",
            "Bezrobocie wynosiło w 2024 r. 4,7%.",
        ),
        # More in a part than in the whole.
        (
            "W zamieszkach w styczniu 2022 r. zginęło 238 osób.",
            "W zamieszkach w 2022 r. zginęło 100 osób.",
        ),
    ],
)
def test_one_thing_with_two_figures_for_one_time_is_a_conflict(a, b):
    assert (relations(a, b), relations(b, a)) == ([CONFLICT], [CONFLICT])


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("W Ałmaty zginęło 12 osób.", "W Astanie zginęło 20 osób."),
        ("W Ałmaty w 2024 r. zginęło 12 osób.", "W 2024 r. zginęło 20 osób."),
        (
            "W 2024 r. w starciach zginęło 12 policjantów.",
            "W 2024 r. w starciach zginęło 20 cywilów.",
        ),
        ("W 2024 r. zginęło 12 osób.", "W 2024 r. rannych zostało 20 osób."),
        ("W 2024 r. zginęło 12 osób.", "W 2024 r. w wypadkach zginęło 2300 osób."),
        (
            "W wyniku powodzi w 2024 r. zginęło 12 osób.",
            "W wyniku starć w 2024 r. zginęło 20 osób.",
        ),
        ("W 2024 r. zginęło 120 osób.", "W 2024 r. zginęło 120 osób."),
        ("W 2024 r. zginęło ponad 100 osób.", "W 2024 r. zginęły 104 osoby."),
        ("Kadencja posłów: 98 mandatów.", "Do senatu wybrano 50 deputowanych."),
        ("Rosjanie stanowią 14,9% ludności.", "Uzbecy stanowią 3,3% ludności."),
        ("Amanat (6 miejsc), Respublica (5 miejsc).", "Auył zdobył 8 miejsc."),
    ],
)
def test_other_places_people_events_and_doings_are_nothing(a, b):
    assert (relations(a, b), relations(b, a)) == ([], [])


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (
            "W 2023 r. w starciach zginęło 12 osób.",
            "W 2024 r. w starciach zginęło 20 osób.",
        ),
        (
            "W starciach w maju 2024 r. zginęły 3 osoby.",
            "W starciach w 2024 r. zginęło 20 osób.",
        ),
    ],
)
def test_another_time_is_told_as_that(a, b):
    assert (relations(a, b), relations(b, a)) == ([PERIOD], [PERIOD])


def test_another_edition_counts_for_its_own_time_unless_both_name_one():
    undated = relations("Ludność: 20,26 mln.", "Ludność: 19,8 mln.", HERE, OLDER)
    dated = relations(
        "W 2022 r. zginęło 120 osób.", "W 2022 r. zginęło 95 osób.", HERE, OLDER
    )

    assert (undated, dated) == ([PERIOD], [CONFLICT])


def test_two_selections_of_a_dataset_are_told_as_that_whatever_the_group():
    a, b = "W 2025 r. zginęło 6 cywilów.", "W 2025 r. zginęły 3 osoby."

    assert relations(a, b, under("Civilians"), under("Violence")) == [FILTER]
    assert relations(a, b, under("Violence"), under("Violence")) == []


def test_shares_of_two_selections_stand_side_by_side():
    a = "Większość ofiar stanowili cywile."
    b = "Wszystkie ofiary sklasyfikowano jako cywilne."

    assert relations(a, b, under("All"), under("Civilians")) == [FILTER]


@pytest.mark.parametrize(
    ("a", "b", "first", "second"),
    [
        (
            "W zamieszkach w styczniu 2022 r. zginęło 238 osób.",
            "W 2022 r. z rąk funkcjonariuszy śmierć poniosło 238 ludzi.",
            HERE,
            HERE,
        ),
        (
            "W styczniu 2022 r. zginęło 238 osób.",
            "W styczniu 2022 r. zginęło 238 osób.",
            by("rządu"),
            by("opozycji"),
        ),
    ],
)
def test_one_figure_laid_to_others_is_told_as_that(a, b, first, second):
    assert relations(a, b, first, second) == [ATTRIBUTION]


def test_a_small_figure_met_twice_is_chance():
    a = "W maju 2024 r. w wyniku wybuchu zginęły 2 osoby."

    assert relations(a, "W 2024 r. w wyniku powodzi zginęły 2 osoby.") == []


def test_events_are_heard_in_questions():
    assert events_in("Ile osób zginęło, a ilu zatrzymano?") == {"deaths", "detained"}
    assert events_in("Czy obowiązuje kara śmierci?") == frozenset()


SENTENCES = st.lists(
    st.sampled_from(
        "W 2024 r. zginęło 5 12 238 osób cywilów policjantów w Ałmaty Astanie "
        "starciach wyniku powodzi , ( ) – a i 2023 stycznia ponad większość ofiar 7% "
        "liczba".split()
    ),
    max_size=14,
).map(" ".join)


@given(SENTENCES, SENTENCES)
def test_a_relation_does_not_depend_on_the_order_and_never_binds_equal_words(a, b):
    assert sorted(relations(a, b)) == sorted(relations(b, a))


@given(SENTENCES)
def test_what_a_claim_names_is_printed_in_its_sentence(text):
    for claim in read_claims(text, HERE):
        assert claim.quantity.value.of(text)
        assert claim.cause is None or claim.cause.of(text)
        assert claim.stretch is None or claim.stretch.end <= len(text)


def test_two_fees_without_event_and_time_are_not_compared_for_a_shared_verb():
    duplicate = "Utratę zgłasza się w urzędzie w terminie, duplikat kosztuje 40 koron."
    passport = "Paszport kosztuje 85 koron, a urząd wydaje go w terminie ustawowym."

    assert relations(duplicate, passport, HERE, OLDER) == []
    assert relations("Paszport zwykły kosztuje 70 koron.", passport, HERE, OLDER) == [
        PERIOD
    ]


SERVICE = "Służba trwa 9 miesięcy, a w pułkach granicznych 8."


@pytest.mark.parametrize(
    ("a", "b"),
    [
        # a word or a verb in passing is no common matter
        (
            SERVICE,
            "Podrobienie zaświadczenia lekarskiego lub okaleczenie się w celu "
            "uniknięcia służby karane jest więzieniem od 6 miesięcy do 4 lat.",
        ),
        (SERVICE, "Rozpatrzenie wniosku trwa średnio 5 miesięcy."),
        # two parties
        (
            "W wyborach Sojusz Tamelski zdobył 44 mandaty w izbie.",
            "W wyborach Jedność Wardańska zdobyła 21 mandatów w izbie.",
        ),
    ],
)
def test_figures_in_one_unit_on_two_matters_are_not_compared(a, b):
    assert relations(a, b) == []


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (
            "W 2024 r. zarejestrowano w armii 214 dezercji.",
            "W 2024 r. zarejestrowano w armii 347 dezercji, z czego co dziesiątą "
            "w czasie przepustki świątecznej.",
        ),
        (
            "W 2024 r. wpłynęło 1 286 wniosków o służbę zastępczą.",
            "W 2024 r. wpłynęło 1 520 wniosków o służbę zastępczą, najwięcej "
            "z powiatu Morwin.",
        ),
        (SERVICE, "Zasadnicza służba wojskowa wynosi obecnie 6 miesięcy."),
        (
            "W wyborach Sojusz Tamelski zdobył 44 mandaty w izbie.",
            "W izbie Sojusz Tamelski zdobył 41 mandatów w wyborach.",
        ),
    ],
)
def test_figures_in_one_unit_on_one_matter_are(a, b):
    assert relations(a, b)[0] is CONFLICT

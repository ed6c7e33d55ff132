"""Quantities with what they count, as Polish reports print them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coi_qa.domain.quantities import find_quantities


def found(text: str) -> list[tuple[str, str]]:
    return [
        (q.value.of(text), q.unit.of(text) if q.unit else "")
        for q in find_quantities(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ludność: ok. 20,26 mln.", [("ok. 20,26 mln", "Ludność")]),
        ("MCI wynosi 3 692 tenge.", [("3 692", "tenge")]),
        (
            "ewakuowano od 108 tys. do 111 tys. osób",
            [("108 tys. do 111 tys.", "osób")],
        ),
        ("108 tys.–111 tys. osób", [("108 tys.–111 tys.", "osób")]),
        ("zginęło blisko dwustu cywilów", [("blisko dwustu", "cywilów")]),
        ("ponad 250 osób", [("ponad 250", "osób")]),
        ("co najmniej 45 tys. osób", [("co najmniej 45 tys.", "osób")]),
        ("między 30 a 40 osób", [("30 a 40", "osób")]),
        ("58,2% mieszkańców", [("58,2%", "%")]),
        ("około 7,5 USD", [("około 7,5", "USD")]),
        ("19 niebezpiecznych grup", [("19", "niebezpiecznych grup")]),
        ("3 obywateli Uzbekistanu.", [("3", "obywateli Uzbekistanu")]),
        ("2 osoby w 2023 r., 5 w 2024 r.", [("2", "osoby"), ("5", "osoby")]),
        (
            "liczba zabitych wynosi: 96 w 2022 r. i 58 w 2023 r.",
            [("96", "zabitych"), ("58", "zabitych")],
        ),
        ("zginęło 11 osób, a rannych było 46.", [("11", "osób"), ("46", "rannych")]),
        (
            "protestów było 118, a interwencji 7",
            [("118", "protestów"), ("7", "interwencji")],
        ),
        ("zabitych cywilów jest mniej: w 2023 r. – 23.", [("23", "zabitych cywilów")]),
        ("Większość ofiar stanowili cywile.", [("Większość", "ofiar")]),
        ("wszystkie ofiary zostały opisane", [("wszystkie", "ofiary")]),
        ("Zginęła jedna osoba.", [("jedna", "osoba")]),
    ],
)
def test_a_quantity_is_printed_with_what_it_counts(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "W 2024 r. wybuchł spór.",
        "35-letni żołnierz i 10-letni chłopiec",
        "żołnierze 4. brygady",
        "art. 15 pkt 3",
        "od 22.00 do 5.00",
        "w latach 2018-2022",
        "przede wszystkim",
        "jeden z podejrzanych",
        "Kadencja trwa 5 lat.",
        "pandemia COVID 19",
    ],
)
def test_dates_ages_ordinals_laws_and_names_are_no_quantities(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("first", "second", "agree"),
    [
        ("ponad 250 osób", "270 osób", True),
        ("ponad 250 osób", "240 osób", False),
        ("blisko dwustu osób", "190 osób", True),
        ("blisko dwustu osób", "238 osób", False),
        ("około 131 osób", "133 osoby", True),
        ("od 108 tys. do 111 tys. osób", "109 500 osób", True),
        ("kilkadziesiąt osób", "34 osoby", True),
        ("20,26 mln osób", "20 260 000 osób", True),
        ("5 osób", "6 osób", False),
    ],
)
def test_what_is_said_about_a_number_widens_it(first, second, agree):
    (a,), (b,) = find_quantities(first), find_quantities(second)

    assert (a.agrees_with(b), b.agrees_with(a)) == (agree, agree)


@given(
    st.lists(
        st.sampled_from(
            "zginęło 5 12 osób ponad trzech cywilów w 2024 r. – , ( ) większość 3% "
            "ofiar między a liczba było tys. mln od do".split()
        ),
        max_size=16,
    )
)
def test_quantities_stand_in_their_sentence_and_do_not_overlap(words):
    text = " ".join(words)
    quantities = find_quantities(text)

    assert all(q.value.of(text) and q.low <= q.high for q in quantities)
    assert all(q.unit is None or q.unit.of(text) for q in quantities)
    assert not any(a.value.overlaps(b.value) for a, b in pairwise(quantities))

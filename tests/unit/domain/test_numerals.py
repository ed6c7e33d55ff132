"""Numbers in words, in every case that reports have them in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coi_qa.domain.numerals import find_numerals

UNITS = "dwóch trzech czterech pięciu sześciu siedmiu ośmiu dziewięciu".split()
TENS = (
    "dwudziestu trzydziestu czterdziestu pięćdziesięciu sześćdziesięciu "
    "siedemdziesięciu osiemdziesięciu dziewięćdziesięciu"
).split()
HUNDREDS = (
    "stu dwustu trzystu czterystu pięciuset sześciuset siedmiuset ośmiuset "
    "dziewięciuset"
).split()


def values(text: str) -> list[tuple[float, float]]:
    return [(n.low, n.high) for n in find_numerals(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("aresztował pięć osób", [(5, 5)]),
        ("zabiła dwóch obywateli", [(2, 2)]),
        ("zginęło ośmioro mieszkańców", [(8, 8)]),
        ("troje dzieci", [(3, 3)]),
        ("dwieście trzydzieści osiem osób", [(238, 238)]),
        ("blisko dwustu zabitych", [(200, 200)]),
        ("dwa tysiące trzystu żołnierzy", [(2300, 2300)]),
        ("sto tysięcy uchodźców", [(100_000, 100_000)]),
        ("półtora miliona ludzi", [(1_500_000, 1_500_000)]),
        ("pół miliona ludzi", [(500_000, 500_000)]),
        ("kilka osób", [(2, 9)]),
        ("kilkunastu rannych", [(11, 19)]),
        ("kilkadziesiąt tysięcy osób", [(20_000, 99_000)]),
        ("dwóch policjantów i trzech cywilów", [(2, 2), (3, 3)]),
    ],
)
def test_a_number_in_words_has_its_value(text, expected):
    assert values(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "trzy czwarte zabitych",
        "dwie trzecie ludności",
        "w drugiej połowie roku",
        "tysiące osób",
        "pół roku",
        "stolica i stopa bezrobocia",
        "",
    ],
)
def test_shares_ordinals_and_other_words_are_no_numbers(text):
    assert values(text) == []


@given(
    st.sampled_from(["", *HUNDREDS]),
    st.sampled_from(["", *TENS]),
    st.sampled_from(["", *UNITS]),
)
def test_hundreds_tens_and_units_add_up(hundreds, tens, units):
    words = " ".join(part for part in (hundreds, tens, units) if part)
    if not words:
        return
    value = 0
    value += 100 * (HUNDREDS.index(hundreds) + 1) if hundreds else 0
    value += 10 * (TENS.index(tens) + 2) if tens else 0
    value += UNITS.index(units) + 2 if units else 0

    assert values(f"Zginęło {words} osób.") == [(value, value)]


@given(st.text(alphabet="adeikorstuwyzó ęąść", max_size=60))
def test_every_number_found_stands_where_it_says(text):
    for numeral in find_numerals(text):
        assert 0 <= numeral.start < numeral.end <= len(text)
        assert numeral.low <= numeral.high

"""Figures with what they count."""

from __future__ import annotations

import pytest

from coi_qa.domain.figures import find_figures


def found(text: str) -> list[tuple[float, float, str]]:
    return [(f.low, f.high, f.unit) for f in find_figures(text)]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("Zginęło 238 osób.", [(238, 238, "osób")]),
        ("Ludność: ok. 20,26 mln.", [(20.26e6, 20.26e6, "")]),
        ("MCI wynosi 3 692 tenge.", [(3692, 3692, "tenge")]),
        ("Rosjanie 14,9%, inni 4 proc.", [(14.9, 14.9, "%"), (4, 4, "%")]),
        ("ewakuowano od 108 tys. do 111 tys. osób", [(108e3, 111e3, "osób")]),
        ("Uciekło 108–111 tys. osób.", [(108e3, 111e3, "osób")]),
        ("W 2024 r. zginęło 5 osób.", [(5, 5, "osób")]),
        ("Dnia 9 marca 2023 r. zginął.", []),
    ],
)
def test_a_figure_has_its_value_and_what_it_counts(text, figures):
    assert found(text) == figures

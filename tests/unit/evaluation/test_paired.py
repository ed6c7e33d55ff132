from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from coi_qa.evaluation.paired import compare_pairs, paired_interval, sign_test

PAIRS = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=30)


def test_a_comparison_is_as_worked_out_by_hand():
    pairs = [(0, 1)] * 6 + [(1, 0)] * 1 + [(1, 1)] * 3

    found = compare_pairs("answer@5", pairs)

    assert (found.first, found.second, found.value) == (0.4, 0.9, 0.5)
    assert (found.rose, found.fell, found.n, found.test) == (6, 1, 10, "mcnemar")
    assert found.p == 2 * (comb(7, 0) + comb(7, 1)) / 2**7
    assert 0.0 <= found.low < 0.5 < found.high <= 0.9


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_sign_test_is_the_exact_binomial_one(rose, fell):
    expected = binomtest(rose, rose + fell).pvalue if rose + fell else 1.0

    assert sign_test(rose, fell) == pytest.approx(expected)


def test_thousands_of_pairs_can_be_tested():
    assert 0 < sign_test(900, 1100) < 1e-4


@given(PAIRS)
def test_the_interval_holds_the_difference_and_the_other_way_round_is_its_mirror(pairs):
    there = compare_pairs("mrr", pairs)
    back = compare_pairs("mrr", [(b, a) for a, b in pairs])

    assert -1 <= there.low <= there.value + 1e-9
    assert there.value - 1e-9 <= there.high <= 1
    assert (back.rose, back.fell, back.p) == (there.fell, there.rose, there.p)
    assert back.value == pytest.approx(-there.value)


@pytest.mark.parametrize("alike", [0.0, 1.0, -1.0, 0.25])
def test_pairs_that_are_all_alike_are_no_certainty(alike):
    few, many = paired_interval([alike] * 5), paired_interval([alike] * 500)

    assert few[1] - few[0] > many[1] - many[0] > 0
    assert few[0] <= alike <= few[1]


def test_the_same_pairs_give_the_same_interval():
    differences = [0.5, -0.25, 0.0, 1.0] * 5

    assert paired_interval(differences) == paired_interval(differences[::-1])


def test_shares_are_tested_by_signs():
    assert compare_pairs("mrr", [(0.5, 1.0)]).test == "sign"


def test_no_pairs_cannot_be_compared():
    with pytest.raises(ValueError, match="no pairs"):
        compare_pairs("mrr", [])

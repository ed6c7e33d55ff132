import pytest
from hypothesis import given
from hypothesis import strategies as st

from coi_qa.evaluation.citations import Support, groups_held, weigh_support

HELD = st.lists(st.frozensets(st.integers(0, 2)), max_size=5)


@pytest.mark.parametrize(
    ("held", "recall", "precision"),
    [
        ([], 0.0, 0.0),
        ([{0}], 0.0, 0.0),
        ([{0, 1}], 1.0, 1.0),
        ([{0, 1}, set()], 1.0, 1 / 2),  # the second holds nothing
        ([{0}, {1}], 1.0, 1.0),  # neither can be missed
        ([{0}, {1}, {1}], 1.0, 1 / 3),  # either {1} can be missed, not both
        ([{0, 1}, {0, 1}], 1.0, 1.0),  # each supports by itself
        ([{0, 1}, {0}, {1}], 1.0, 1 / 3),
    ],
)
def test_quotes_support_as_worked_out_by_hand(held, recall, precision):
    assert weigh_support(held, groups=2) == Support(recall, pytest.approx(precision))


@given(HELD)
def test_quotes_without_support_are_never_precise(held):
    found = weigh_support(held, groups=3)

    assert found.recall == float(set().union(*held) == {0, 1, 2})
    assert 0 <= found.precision <= found.recall


@given(HELD)
def test_one_more_quote_never_takes_support_away(held):
    more = weigh_support([*held, frozenset()], groups=3)

    assert more.recall == weigh_support(held, groups=3).recall


def test_marks_and_blanks_do_not_hide_a_wording():
    assert groups_held("Zginęło [12] 5\nosób.", [["zginęło"], ["Zginęło 5 osób"]]) == {
        1
    }


def test_without_fragments_nothing_is_supported():
    with pytest.raises(ValueError, match="no fragments"):
        weigh_support([{0}], groups=0)

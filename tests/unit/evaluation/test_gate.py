from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coi_qa.errors import SettingsError
from coi_qa.evaluation.gate import Gate, failed_gates, read_gate
from coi_qa.evaluation.measures import Measure
from coi_qa.evaluation.run import Evaluation

REPOSITORY = Path(__file__).parents[3]


def evaluation_with(**values):
    measures = tuple(Measure(name, value, None, 9) for name, value in values.items())
    return Evaluation((), measures, (), (), {})


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_floor_and_a_ceiling_at_one_limit_fail_for_opposite_values(value, limit):
    evaluation = evaluation_with(mrr=value)

    below = failed_gates(evaluation, Gate({"mrr": limit}, {}))
    above = failed_gates(evaluation, Gate({}, {"mrr": limit}))

    assert bool(below) == (value < limit - 1e-9)
    assert bool(above) == (value > limit + 1e-9)


def test_a_limit_that_is_met_but_for_the_last_bit_holds():
    bit_more = 0.1 + 0.2  # 0.30000000000000004
    gate = Gate({"mrr": bit_more}, {"errors": 0.3})

    assert failed_gates(evaluation_with(mrr=0.3, errors=bit_more), gate) == []


def test_each_failure_is_a_sentence_with_both_values():
    evaluation = evaluation_with(mrr=0.59996, errors=0.25)

    assert failed_gates(evaluation, Gate({"mrr": 0.61}, {"errors": 0.0})) == [
        "mrr is 0.6000 over 9, below its floor of 0.6100.",
        "errors is 0.2500 over 9, above its ceiling of 0.0000.",
    ]


def test_what_the_gold_says_nothing_about_is_beyond_no_limit():
    evaluation = evaluation_with(false_answers=None)

    gate = Gate({"false_answers": 1.0}, {"false_answers": 0.0})

    assert failed_gates(evaluation, gate) == []


def test_the_gate_of_the_project_can_be_read():
    gate = read_gate(REPOSITORY / "eval" / "gate.toml")

    assert gate.floors["quote_correctness"] == 1.0
    assert gate.ceilings["errors"] == 0.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[floors", "found no TOML"),
        ("[flors]\nmrr = 1", "found 'flors', expected"),
        ("floors = 1", "found 1, expected a table"),
        ("[floors]\nmmr = 1", "found measure 'mmr', expected one of recall@1, "),
        ("[floors]\nmrr = 60", "found mrr = 60, expected a number from 0 to 1"),
        ("[floors]\nmrr = true", "found mrr = True"),
        ("[ceilings]\nerrors = nan", "found errors = nan"),
    ],
)
def test_a_slip_in_the_gate_is_named(tmp_path, text, message):
    path = tmp_path / "gate.toml"
    path.write_text(text)

    with pytest.raises(SettingsError) as caught:
        read_gate(path)

    assert str(caught.value).startswith(f"{path}: ")
    assert message in str(caught.value)


def test_a_missing_gate_is_not_an_open_one(tmp_path):
    with pytest.raises(SettingsError, match="found no readable file"):
        read_gate(tmp_path / "gate.toml")

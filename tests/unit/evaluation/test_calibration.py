import pytest
from hypothesis import given
from hypothesis import strategies as st

from coi_qa.domain.answer import Status
from coi_qa.evaluation.calibration import RiskPoint, calibrate, weigh_confidences
from coi_qa.evaluation.run import evaluate

TOLD = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=30)


def test_confidences_are_weighed_as_worked_out_by_hand():
    told = [(0.95, True), (0.85, True), (0.85, False), (0.25, False)]

    found = weigh_confidences(told)

    assert found.brier == pytest.approx((0.05**2 + 0.15**2 + 0.85**2 + 0.25**2) / 4)
    assert found.calibration_error == pytest.approx(
        (1 * 0.05 + 2 * 0.35 + 1 * 0.25) / 4
    )
    assert [(b.low, b.n, b.share) for b in found.bins] == [
        (0.2, 1, 0.0),
        (0.8, 2, 0.5),
        (0.9, 1, 1.0),
    ]
    # Two are equally sure, so they come in together.
    assert found.curve == (
        RiskPoint(0.25, 0.0),
        RiskPoint(0.75, 1 / 3),
        RiskPoint(1.0, 0.5),
    )
    assert found.area == pytest.approx(0.25 * 0 + 0.5 / 3 + 0.25 * 0.5)


@given(TOLD)
def test_every_question_is_in_one_bin_and_the_curve_ends_with_all(told):
    found = weigh_confidences(told)
    wrong = sum(not was_found for _, was_found in told)

    assert sum(b.n for b in found.bins) == found.n == len(told)
    assert found.curve[-1] == RiskPoint(1.0, wrong / len(told))
    rounding = 1e-12
    assert all(0 <= share <= 1 + rounding for share in (found.brier, found.area))


@pytest.mark.parametrize("told", [[], [(1.2, True)], [(float("nan"), True)]])
def test_what_is_no_confidence_is_refused(told):
    with pytest.raises(ValueError, match="from 0 to 1"):
        weigh_confidences(told)


def test_what_a_service_is_to_be_sure_of_is_that_five_passages_answer(build):
    silent = build.gold("s", status=Status.INSUFFICIENT_EVIDENCE, fragments=())
    found_near = build.answer(
        Status.INSUFFICIENT_EVIDENCE, near=[build.quote("5 osób")]
    )

    def run(confidence):
        return evaluate(
            lambda q, c, d: found_near,
            [build.gold("a"), silent],
            check_quote=lambda quote: True,
            progress=lambda done, total: None,
            confidence=confidence,
        ).scored

    assert calibrate(run(lambda answer: None)) is None
    assert calibrate(run(lambda answer: 1.0)).brier == 0.5

"""What a stored run says when it is read again for a page."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from coi_qa.errors import BadRequestError, NotFoundError
from coi_qa.evaluation import Verdict, store_run
from coi_qa.evaluation.calibration import calibrate
from coi_qa.evaluation.run import evaluate
from coi_qa.evaluation.stored import (
    calibration_from,
    find_runs,
    read_report,
    run_folder,
)

NOW = datetime(2025, 10, 1, 12, 30, tzinfo=UTC)


@pytest.fixture
def evaluation(build):
    def ask(question, countries, as_at):
        return build.answer(quotes=[build.quote("5 osób"), build.quote("Nikt.")])

    confidences = iter([0.9, 0.4])
    return evaluate(
        ask,
        [build.gold("a"), build.gold("b/1", fragments=(("nic",),))],
        check_quote=lambda quote: True,
        confidence=lambda answer: next(confidences),
        progress=lambda done, total: None,
    )


@pytest.fixture
def run(evaluation, tmp_path):
    gold = tmp_path / "gold.jsonl"
    gold.touch()
    return store_run(
        tmp_path / "runs",
        Verdict(evaluation, ()),
        gold_paths=[gold],
        gate_path=None,
        now=NOW,
    )


def test_measures_are_read_as_they_were_measured(run, evaluation):
    summary, said = read_report(run)

    assert tuple(summary.measures.values()) == evaluation.measures
    assert (summary.id, summary.questions, summary.gold) == (
        run.name,
        2,
        ("gold.jsonl",),
    )
    assert [a["id"] for a in said["answers"]] == ["a", "b/1"]
    assert said["answers"][0]["gold"]["fragments"] == [["5 osób"]]
    assert said["answers"][0]["given"]["quotes"][0]["report_id"] == "ab12"


def test_the_calibration_is_read_as_it_was_weighed(run, evaluation):
    _, said = read_report(run)

    assert calibration_from(said["confidence"]) == calibrate(evaluation.scored)
    assert calibration_from(None) is None


def test_runs_are_found_latest_first_and_broken_ones_named(run):
    later = run.with_name("20251101T000000Z-00000000")
    later.mkdir()
    (run.parent / "notes").mkdir()

    runs, broken = find_runs(run.parent)
    assert [r.id for r in runs] == [run.name]
    assert broken == [later.name]
    assert find_runs(run.parent / "missing") == ([], [])


@pytest.mark.parametrize("run_id", ["..", "../runs", "notes", "", "20251001T123000Z"])
def test_only_the_name_of_a_run_leads_to_a_folder(run, run_id):
    (run.parent / "notes").mkdir()
    (run.parent / "notes" / "manifest.json").write_text("{}")
    (run.parent / "manifest.json").write_text("{}")

    assert run_folder(run.parent, run.name) == run
    with pytest.raises(NotFoundError):
        run_folder(run.parent, run_id)


def test_a_report_that_was_touched_is_refused(run):
    path = run / "report.json"
    path.write_text(path.read_text().replace("5 osób", "6 osób"))

    with pytest.raises(BadRequestError, match="nie jest taki"):
        read_report(run)


def test_a_run_of_an_earlier_release_says_what_to_do(run):
    manifest = json.loads((run / "manifest.json").read_text())
    del manifest["files"]["report.json"]
    (run / "manifest.json").write_text(json.dumps(manifest))

    with pytest.raises(BadRequestError, match="wcześniejsza wersja"):
        read_report(run)

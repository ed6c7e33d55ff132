import json
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from coi_qa.errors import BadRequestError
from coi_qa.evaluation import (
    Verdict,
    compare_runs,
    comparison_as_html,
    comparison_as_json,
    comparison_as_text,
    read_run,
    store_run,
)
from coi_qa.evaluation.run import evaluate
from coi_qa.evaluation.runs import gold_digest

NOW = datetime(2025, 10, 1, 12, 30, tzinfo=UTC)


@pytest.fixture
def store(build, tmp_path):
    """Store a run in which the questions named `right` are answered."""

    def store(questions, right, *, now=NOW, latency=0.0):
        def ask(question, countries, as_at):
            text = "5 osób" if question.rstrip("?") in right else "Nikt."
            return build.answer(quotes=[build.quote(text), build.quote("Nikt.")])

        ticks = iter(range(10_000))
        evaluation = evaluate(
            ask,
            questions,
            check_quote=lambda quote: True,
            progress=lambda done, total: None,
            clock=lambda: next(ticks) * latency,
        )
        gold = tmp_path / "gold.jsonl"
        gold.touch()
        return store_run(
            tmp_path / "runs",
            Verdict(evaluation, ("mrr is low.",)),
            gold_paths=[gold],
            gate_path=None,
            now=now,
        )

    return store


def test_a_run_is_stored_whole_with_what_it_was_made_of(build, store):
    folder = store([build.gold("a"), build.gold("b")], right={"a"})
    manifest = json.loads((folder / "manifest.json").read_text())
    answers = [
        json.loads(x) for x in (folder / "answers.jsonl").read_text().split("\n")[:-1]
    ]

    assert sorted(path.name for path in folder.parent.iterdir()) == [folder.name]
    assert sorted(path.name for path in folder.iterdir()) == [
        "answers.jsonl",
        "manifest.json",
        "report.html",
        "report.json",
        "scores.jsonl",
    ]
    assert manifest["id"] == folder.name
    assert folder.name.startswith("20251001T123000Z-")
    assert (manifest["indexes"], manifest["passed"]) == (["index-1"], False)
    assert manifest["gold"][0]["file"] == "gold.jsonl"
    assert manifest["measures"]["recall@1"]["value"] == 0.5
    assert [a["id"] for a in answers] == ["a", "b"]
    assert answers[0]["answer"]["quotes"][0]["text"] == "5 osób"


def test_what_was_stored_is_read_again(build, store):
    run = read_run(store([build.gold("a")], right={"a"}))
    (score,) = run.scores

    assert (score.id, score.question, score.status) == ("a", "a?", "answered")
    assert (score.rank, score.right) == (1, True)
    assert score.values["quote_correctness"] == (1.0, 1.0)
    assert score.values["conflict_recall"] == ()


def test_the_same_answers_are_scored_alike_however_long_they_took(build, store):
    questions = [build.gold("a")]
    first = store(questions, right={"a"})
    second = store(questions, right={"a"}, latency=3, now=NOW.replace(hour=13))

    assert (first / "scores.jsonl").read_bytes() == (
        second / "scores.jsonl"
    ).read_bytes()
    assert first.name.split("-")[1] == second.name.split("-")[1]


def test_a_run_that_was_touched_is_refused(build, store):
    folder = store([build.gold("a")], right=set())
    scores = folder / "scores.jsonl"
    scores.write_text(scores.read_text().replace('"right": false', '"right": true'))

    with pytest.raises(BadRequestError, match=r"scores\.jsonl is not what"):
        read_run(folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"files": 1}', None])
def test_what_is_no_run_is_named(tmp_path, text):
    if text is not None:
        (tmp_path / "manifest.json").write_text(text)
        (tmp_path / "scores.jsonl").touch()

    with pytest.raises(BadRequestError, match=r"found no .*run"):
        read_run(tmp_path)


def test_a_folder_that_cannot_be_made_costs_a_sentence(build, tmp_path):
    (tmp_path / "file").touch()
    evaluation = evaluate(
        lambda q, c, d: build.answer(),
        [build.gold()],
        check_quote=lambda quote: True,
        progress=lambda done, total: None,
    )

    with pytest.raises(BadRequestError, match="name another folder with --run"):
        store_run(
            tmp_path / "file",
            Verdict(evaluation, ()),
            gold_paths=[],
            gate_path=None,
            now=NOW,
        )


def test_the_gold_is_the_same_in_another_file_but_not_in_other_words(build):
    digests = [
        gold_digest(build.gold("a", **change))
        for change in ({"half": "x"}, {"half": "y"}, {"footnotes": ()})
    ]

    assert digests[0] == digests[1] != digests[2]


# --- two runs -------------------------------------------------------------------------


@pytest.fixture
def comparison(build, store):
    both = [build.gold(name) for name in "abcd"]
    first = store([*both, build.gold("old"), build.gold("x")], right={"a", "b"})
    again = build.gold("x", footnotes=(1,))
    second = store(
        [*both, build.gold("new"), again],
        right={"a", "c", "d"},
        now=NOW.replace(hour=13),
    )
    return compare_runs(read_run(first), read_run(second))


def test_the_same_questions_are_compared_in_pairs(comparison):
    by_name = {d.name: d for d in comparison.differences}
    found = by_name["answer@5"]

    assert comparison.compared == 4
    assert (found.first, found.second, found.n) == (0.5, 0.75, 4)
    assert (found.rose, found.fell, found.p, found.test) == (2, 1, 1.0, "mcnemar")
    assert by_name["errors"].value == 0.0
    assert "conflict_recall" not in by_name


def test_a_measure_of_several_quotes_weighs_each_question_once(comparison):
    (found,) = [d for d in comparison.differences if d.name == "quote_correctness"]

    assert found.n == 4


def test_questions_that_changed_are_listed_lost_ones_first(comparison):
    assert [(c.kind, c.first.id) for c in comparison.changes] == [
        ("lost", "b"),
        ("gained", "c"),
        ("gained", "d"),
    ]
    assert "recall@1" in comparison.changes[0].moved
    assert "quote_correctness" not in comparison.changes[0].moved


def test_what_cannot_be_compared_is_named(comparison):
    assert comparison.only_first == ("old",)
    assert comparison.only_second == ("new",)
    assert comparison.regraded == ("x",)


def test_a_measure_that_should_be_low_is_better_when_it_falls(build, store):
    silent = build.gold("s", status="out_of_scope", fragments=())
    first = read_run(store([silent], right=set()))
    (score,) = first.scores
    values = {**score.values, "false_answers": (0.0,)}
    second = type(first)("b", (), (type(score)(*list_of(score)[:-1], values),))

    document = json.loads(comparison_as_json(compare_runs(first, second)))

    (found,) = [d for d in document["differences"] if d["name"] == "false_answers"]
    assert (found["value"], found["better"], found["worse"]) == (-1.0, 1, 0)


def list_of(score):
    return [getattr(score, name) for name in type(score).__slots__]


def test_a_comparison_is_written_as_table_page_and_document(comparison):
    text, html = comparison_as_text(comparison), comparison_as_html(comparison)
    document = json.loads(comparison_as_json(comparison))

    assert "lost: b  b?  answered, rank 1 -> answered, rank -" in text
    assert "not compared, their gold differs (1): x" in text
    assert "+25.0" in text
    assert html.count("<caption>") == 2
    assert "✗ lost" in html
    assert [c["change"] for c in document["changes"]] == ["lost", "gained", "gained"]
    assert document["regraded"] == ["x"]


def test_the_page_of_a_comparison_loads_and_runs_nothing(comparison):
    tags = set()
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, attrs: tags.update(
        {tag, *(name for name, _ in attrs)}
    )
    reader.feed(comparison_as_html(comparison))

    assert not {"script", "link", "img", "src", "href", "style=", "onload"} & tags
    assert "svg" in tags


def test_a_run_compared_with_itself_differs_in_nothing(build, store):
    run = read_run(store([build.gold("a"), build.gold("b")], right={"a"}))

    found = compare_runs(run, run)

    assert found.changes == ()
    assert {d.value for d in found.differences} == {0.0}

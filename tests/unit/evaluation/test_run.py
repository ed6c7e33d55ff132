from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coi_qa.domain.answer import Status
from coi_qa.domain.dates import PartialDate
from coi_qa.errors import NotFoundError, UnknownCountryError
from coi_qa.evaluation import run_eval
from coi_qa.evaluation.gate import NO_GATE
from coi_qa.evaluation.run import evaluate
from coi_qa.evaluation.scored import ERROR, MEASURES


def run(ask, questions, check_quote=lambda quote: True):
    return evaluate(
        ask, questions, check_quote=check_quote, progress=lambda done, total: None
    )


def values_of(evaluation):
    return {m.name: m.value for m in evaluation.measures}


def test_every_measure_is_what_its_definition_says(build):
    right, wrong = build.quote("Było 5 osób.", footnotes=[19]), build.quote("Nikt.")
    questions = [
        build.gold("first", footnotes=(19,)),
        build.gold("second", footnotes=(19, 20)),
        build.gold("near", status=Status.REPORTED_ABSENCE),
        build.gold("silent", status=Status.INSUFFICIENT_EVIDENCE, fragments=()),
    ]
    answers = {
        "first?": build.answer(quotes=[right, wrong]),
        "second?": build.answer(quotes=[wrong, right]),
        "near?": build.answer(Status.INSUFFICIENT_EVIDENCE, near=[wrong] * 5 + [right]),
        "silent?": build.answer(quotes=[wrong]),
    }

    evaluation = run(
        lambda question, countries, as_at: answers[question],
        questions,
        check_quote=lambda quote: quote is right,
    )

    assert values_of(evaluation) == {
        "recall@1": pytest.approx(1 / 3),
        "recall@3": pytest.approx(2 / 3),
        "recall@5": pytest.approx(2 / 3),
        "recall@10": 1.0,
        "mrr": pytest.approx((1 + 1 / 2 + 1 / 6) / 3),
        "ndcg@10": pytest.approx((1 + 1 / log2(3) + 1 / log2(7)) / 3),
        "answer@1": pytest.approx(1 / 3),
        "answer@3": pytest.approx(2 / 3),
        "answer@5": pytest.approx(2 / 3),
        "citation_recall": pytest.approx(2 / 3),
        "citation_precision": pytest.approx((1 / 2 + 1 / 2 + 0) / 3),
        "quote_correctness": 2 / 5,
        "country_correctness": None,
        "wrong_country": None,
        "unlabelled_country": 0.0,
        "date_correctness": None,
        "later_than_asked": None,
        "conflict_precision": None,
        "conflict_recall": None,
        "right_refusal": 0.0,
        "inferred_absence": None,
        "footnote_precision": 1.0,
        "footnote_recall": 0.75,
        "footnote_exact": 0.5,
        "status_accuracy": 0.5,
        "false_answers": 1.0,
        "missed_answers": pytest.approx(1 / 3),
        "errors": 0.0,
    }
    assert evaluation.statuses == {
        ("answered", "answered"): 2,
        ("reported_absence", "insufficient_evidence"): 1,
        ("insufficient_evidence", "answered"): 1,
    }
    assert [s.is_right for s in evaluation.scored] == [True, True, False, False]


def test_a_right_quote_under_a_wrong_status_is_found_but_not_shown(build):
    evaluation = run(
        lambda question, countries, as_at: build.answer(quotes=[build.quote("5 osób")]),
        [build.gold(status=Status.REPORTED_ABSENCE)],
    )
    values = values_of(evaluation)

    assert (values["recall@1"], values["answer@5"]) == (1.0, 0.0)


def test_a_near_passage_that_answers_is_found_but_not_shown(build):
    given = build.answer(quotes=[build.quote("Nikt.")], near=[build.quote("5 osób")])

    values = values_of(run(lambda q, c, d: given, [build.gold()]))

    assert (values["mrr"], values["answer@5"]) == (0.5, 0.0)


def test_the_gold_countries_and_date_are_what_is_asked_with(build):
    asked = []

    def ask(question, countries, as_at):
        asked.append((question, countries, as_at))
        return build.answer()

    day = PartialDate(2025, 10)
    run(ask, [build.gold("a", countries=("KAZ", "UZB")), build.gold("b", as_at=day)])

    assert asked == [("a?", ("KAZ", "UZB"), None), ("b?", (), day)]


@given(st.lists(st.booleans(), min_size=1, max_size=12))
def test_no_question_is_lost_however_many_fail(build, failing):
    def ask(question, countries, as_at):
        if failing[int(question.rstrip("?"))]:
            raise UnknownCountryError("no country 'XQQ'")
        return build.answer(quotes=[build.quote("5 osób")])

    evaluation = run(ask, [build.gold(str(n)) for n in range(len(failing))])
    values = values_of(evaluation)

    assert [s.status == ERROR for s in evaluation.scored] == failing
    assert values["errors"] == failing.count(True) / len(failing)
    for name in ("recall@5", "mrr", "answer@5", "status_accuracy"):
        assert values[name] == pytest.approx(1 - values["errors"])
    assert values["missed_answers"] == values["errors"]
    assert sum(evaluation.statuses.values()) == len(failing)


def test_a_failed_question_says_why(build):
    def ask(question, countries, as_at):
        raise RuntimeError("model gone")

    (scored,) = run(ask, [build.gold()]).scored

    assert scored.error == "RuntimeError: model gone"


def test_a_keyboard_interrupt_stops_the_run(build):
    def ask(question, countries, as_at):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(ask, [build.gold()])


def test_two_quotes_cannot_answer_together(build):
    halves = [build.quote("5 osób"), build.quote("w 2024 r.")]
    gold = build.gold(fragments=(("5 osób",), ("2024",)))

    evaluation = run(lambda q, c, d: build.answer(quotes=halves), [gold])

    assert values_of(evaluation)["recall@5"] == 0.0


def test_the_same_words_in_another_report_do_not_answer(build):
    quotes = [
        build.quote("5 osób", report="uzbekistan.pdf", footnotes=[1]),
        build.quote("5 osób", report="kazachstan.pdf", footnotes=[2]),
    ]
    gold = build.gold(report="kazachstan.pdf", footnotes=(2,))

    values = values_of(run(lambda q, c, d: build.answer(quotes=quotes), [gold]))

    assert (values["mrr"], values["footnote_exact"]) == (0.5, 1.0)


@pytest.mark.parametrize(("shown", "exact"), [((), 1.0), ((33,), 0.0)])
def test_a_sentence_without_gold_footnotes_must_show_none(build, shown, exact):
    quote = build.quote("5 osób", footnotes=shown)

    evaluation = run(
        lambda q, c, d: build.answer(quotes=[quote]), [build.gold(footnotes=())]
    )

    assert values_of(evaluation)["footnote_exact"] == exact


def test_quotes_about_another_country_are_counted(build):
    quotes = [build.quote("5 osób", countries=c) for c in [("KAZ", "UZB"), ("UZB",)]]
    questions = [build.gold("a", countries=("KAZ",)), build.gold("b")]

    evaluation = run(lambda q, c, d: build.answer(quotes=quotes), questions)

    assert values_of(evaluation)["country_correctness"] == 0.5


@pytest.mark.parametrize("error", [NotFoundError("no page 9"), ValueError("range")])
def test_a_quote_that_cannot_be_looked_up_is_not_correct(build, error):
    def check_quote(quote):
        raise error

    evaluation = run(
        lambda q, c, d: build.answer(quotes=[build.quote("5 osób")]),
        [build.gold()],
        check_quote,
    )

    assert values_of(evaluation)["quote_correctness"] == 0.0


def test_a_question_counts_in_each_of_its_kinds_and_in_its_language(build):
    questions = [
        build.gold("a", kind="figure/date", lang="pl"),
        build.gold("b", kind="date", lang=""),
    ]

    evaluation = run(lambda q, c, d: build.answer(), questions)

    assert [(g.name, g.questions) for g in evaluation.kinds] == [
        ("date", 2),
        ("figure", 1),
    ]
    assert [(g.name, g.questions) for g in evaluation.languages] == [
        ("not given", 1),
        ("pl", 1),
    ]


def test_questions_are_grouped_by_their_report_and_by_their_file(build):
    questions = [
        build.gold("a", report="b.pdf", half="open"),
        build.gold("b", report="", half="blind"),
        build.gold("c", report="b.pdf", half="blind"),
    ]

    evaluation = run(lambda q, c, d: build.answer(), questions)

    assert [(g.name, g.questions) for g in evaluation.reports] == [
        ("any", 1),
        ("b.pdf", 2),
    ]
    assert [(g.name, g.questions) for g in evaluation.halves] == [
        ("blind", 2),
        ("open", 1),
    ]


def test_latency_is_that_of_the_questions_that_could_be_asked(build):
    ticks = iter([0, 0.1, 1, 1.3, 2, 9])

    def ask(question, countries, as_at):
        if question == "c?":
            raise RuntimeError("model gone")
        return build.answer()

    evaluation = evaluate(
        ask,
        [build.gold(name) for name in "abc"],
        check_quote=lambda quote: True,
        progress=lambda done, total: None,
        clock=lambda: next(ticks),
    )

    assert evaluation.latency.median_ms == pytest.approx(200)
    assert evaluation.latency.p95_ms == pytest.approx(100 + 0.95 * 200)
    assert evaluation.latency.n == 2


def test_a_confidence_is_kept_with_its_question(build):
    evaluation = evaluate(
        lambda q, c, d: build.answer(index=q),
        [build.gold("a"), build.gold("b")],
        check_quote=lambda quote: True,
        progress=lambda done, total: None,
        confidence=lambda answer: 0.9 if answer.index == "a?" else None,
    )

    assert [s.confidence for s in evaluation.scored] == [0.9, None]


def test_progress_counts_every_question(build):
    told = []

    evaluate(
        lambda q, c, d: build.answer(),
        [build.gold("a"), build.gold("b")],
        check_quote=lambda quote: True,
        progress=lambda done, total: told.append((done, total)),
    )

    assert told == [(1, 2), (2, 2)]


def test_measures_come_in_the_order_that_they_are_named(build):
    evaluation = run(lambda q, c, d: build.answer(), [build.gold()])

    assert [m.name for m in evaluation.measures] == list(MEASURES)


def test_an_index_exchanged_under_way_is_seen(build):
    evaluation = run(
        lambda q, c, d: build.answer(index=q), [build.gold("a"), build.gold("b")]
    )

    assert evaluation.indexes == ("a?", "b?")


def verdict_on(build, gold, gate):
    quotes = [build.quote("Nikt."), build.quote("5 osób")]
    return run_eval(
        [gold],
        ask=lambda q, c, d: build.answer(quotes=quotes),
        check_quote=lambda quote: True,
        reports=["kazachstan.pdf"],
        gate_path=gate,
        progress=lambda done, total: None,
    )


def test_a_run_goes_from_files_to_a_verdict(build, tmp_path):
    gold, gate = tmp_path / "gold.jsonl", tmp_path / "gate.toml"
    gold.write_text(
        '{"id": "Q1", "question": "Ile?", "kind": "figure", "status": "answered",'
        ' "fragments": [["5 osób"]]}\n'
    )
    gate.write_text('[floors]\nmrr = 0.6\n"recall@5" = 1')

    verdict = verdict_on(build, gold, gate)
    free = verdict_on(build, gold, None)

    assert verdict.failed == ("mrr is 0.5000 over 1, below its floor of 0.6000.",)
    assert (verdict.passed, verdict.no_gate) == (False, "")
    assert (free.passed, free.no_gate) == (True, NO_GATE)

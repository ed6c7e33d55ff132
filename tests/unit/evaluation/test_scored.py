import dataclasses

import pytest

from coi_qa.domain.answer import Status
from coi_qa.domain.dates import parse_date
from coi_qa.evaluation.gold import GoldConflict
from coi_qa.evaluation.scored import values_of

SILENT = {"status": Status.INSUFFICIENT_EVIDENCE, "fragments": ()}
NO_COUNTRY = "W pytaniu nie rozpoznano kraju; cytaty dotyczą: Kazachstan, Uzbekistan."


@pytest.fixture
def value(build, score):
    """Return what a question counts for in one measure."""

    def value(name, gold, answer):
        return values_of(score(build.gold(**gold), answer))[name]

    return value


def test_quotes_share_the_groups_of_the_gold_between_them(build, value):
    gold = {"fragments": (("5 osób",), ("2024",))}
    answer = build.answer(quotes=[build.quote("5 osób"), build.quote("w 2024 r.")])

    assert value("citation_recall", gold, answer) == (1.0,)
    assert value("citation_precision", gold, answer) == (1.0,)
    assert value("recall@5", gold, answer) == (0.0,)


def test_a_near_passage_supports_nothing(build, value):
    answer = build.answer(near=[build.quote("5 osób")])

    assert value("citation_recall", {}, answer) == (0.0,)


def test_a_quote_of_another_report_supports_nothing(build, value):
    answer = build.answer(quotes=[build.quote("5 osób", report="uzbekistan.pdf")])

    assert value("citation_recall", {"report": "kazachstan.pdf"}, answer) == (0.0,)


@pytest.mark.parametrize(
    ("countries", "wrong"),
    [
        ([("KAZ",), ("KAZ", "UZB")], (0.0,)),
        ([("KAZ",), ("UZB",)], (1.0,)),
        ([()], (1.0,)),
        ([], (0.0,)),
    ],
)
def test_one_quote_on_another_country_makes_a_question_wrong(
    build, value, countries, wrong
):
    quotes = [build.quote("5 osób", countries=c) for c in countries]
    answer = build.answer(quotes=quotes)

    assert value("wrong_country", {"countries": ("KAZ",)}, answer) == wrong
    assert value("wrong_country", {}, answer) == ()


@pytest.mark.parametrize(
    ("countries", "warnings", "mixed"),
    [
        ([("KAZ",), ("UZB",)], (), (1.0,)),
        ([("KAZ",), ("UZB",)], (NO_COUNTRY,), (0.0,)),
        ([("KAZ",), ("UZB",)], ("Źródeł bez daty …",), (1.0,)),
        ([("KAZ", "UZB"), ("UZB",)], (), (0.0,)),  # one country has both
        ([("KAZ", "UZB")], (), (0.0,)),
        ([], (), (0.0,)),
    ],
)
def test_countries_are_not_mixed_without_a_word(
    build, value, countries, warnings, mixed
):
    quotes = [build.quote("5 osób", countries=c) for c in countries]
    answer = build.answer(quotes=quotes, warnings=warnings)

    assert value("unlabelled_country", {}, answer) == mixed
    assert value("unlabelled_country", {"countries": ("KAZ",)}, answer) == ()


@pytest.mark.parametrize(
    ("given", "right", "false"),
    [
        (Status.INSUFFICIENT_EVIDENCE, (1.0,), (0.0,)),
        (Status.OUT_OF_SCOPE, (0.0,), (0.0,)),  # refused, with the wrong reason
        (Status.ANSWERED, (0.0,), (1.0,)),
    ],
)
def test_a_silence_is_right_with_its_own_reason_only(build, value, given, right, false):
    answer = build.answer(given)

    assert value("right_refusal", SILENT, answer) == right
    assert value("false_answers", SILENT, answer) == false
    assert value("right_refusal", {}, answer) == ()


@pytest.mark.parametrize(
    ("gold", "text", "inferred"),
    [
        ({"status": Status.REPORTED_ABSENCE}, "Nie odnotowano zamachów.", (0.0,)),
        ({"status": Status.REPORTED_ABSENCE}, "Było 5 zamachów.", (1.0,)),
        ({}, "Nie odnotowano zamachów.", (0.0,)),  # wrong status, but reported
        (SILENT, "Nie odnotowano zamachów.", (1.0,)),
    ],
)
def test_an_absence_is_inferred_where_no_report_states_it(
    build, value, gold, text, inferred
):
    answer = build.answer(Status.REPORTED_ABSENCE, quotes=[build.quote(text)])

    assert value("inferred_absence", gold, answer) == inferred


def test_an_absence_without_a_quote_is_inferred(build, value):
    gold = {"status": Status.REPORTED_ABSENCE}

    assert value("inferred_absence", gold, build.answer(Status.REPORTED_ABSENCE)) == (
        1.0,
    )
    assert value("inferred_absence", gold, build.answer()) == ()


@pytest.mark.parametrize(
    ("date", "right"),
    [
        ("2025-04-08", (1.0,)),
        ("2025-04", (0.0,)),
        (None, (0.0,)),
    ],
)
def test_the_date_of_the_answering_quotes_source_is_compared(build, value, date, right):
    quotes = [build.quote("Nikt.", footnotes=[7]), build.quote("5 osób", footnotes=[9])]
    answer = build.answer(
        quotes=quotes,
        sources=[
            build.cited(7, date="2024", number=1),
            build.cited(9, date=date, number=2),
        ],
    )
    day = parse_date("2025-04-08")

    assert value("date_correctness", {"date": day}, answer) == right
    assert value("date_correctness", {}, answer) == ()


def test_without_an_answering_quote_there_is_no_date_to_compare(build, value):
    answer = build.answer(quotes=[build.quote("Nikt.", footnotes=[7])])

    assert value("date_correctness", {"date": parse_date("2025")}, answer) == ()


@pytest.mark.parametrize(
    ("report", "source", "late"),
    [
        (None, None, (0.0,)),
        ("2025-06-15", "2025-06-30", (0.0,)),
        ("2025-07", None, (1.0,)),
        (None, "2025-07-01", (1.0,)),
        ("2025", None, (0.0,)),  # may be its first day
        ("2026", None, (1.0,)),
    ],
)
def test_a_quote_is_late_by_its_report_or_its_source(
    build, value, report, source, late
):
    answer = build.answer(
        quotes=[build.quote("5 osób", footnotes=[9], date=report)],
        sources=[build.cited(9, date=source)],
    )

    assert value("later_than_asked", {"as_at": parse_date("2025-06")}, answer) == late
    assert value("later_than_asked", {}, answer) == ()


@pytest.mark.parametrize(
    ("shown", "gold", "precision", "recall"),
    [
        ([("conflict", ["6", "3"])], ("conflict", ("3", "6")), (1.0,), (1.0,)),
        ([("conflict", ["6", "3", "8"])], ("conflict", ("6", "3")), (1.0,), (1.0,)),
        (
            [("conflict", ["2\u00a0826", "3"])],
            ("conflict", ("2826", "3")),
            (1.0,),
            (1.0,),
        ),
        ([("attribution", ["6", "3"])], ("conflict", ("6", "3")), (0.0,), (0.0,)),
        ([("conflict", ["6", "4"])], ("conflict", ("6", "3")), (0.0,), (0.0,)),
        (
            [("conflict", ["1", "2"]), ("conflict", ["6", "3"])],
            ("conflict", ("6", "3")),
            (0.0, 1.0),
            (1.0,),
        ),
        ([], ("conflict", ("6", "3")), (), (0.0,)),
        ([("conflict", ["6", "3"])], ("none", ()), (0.0,), ()),
        ([("conflict", ["6", "3"])], None, (), ()),
    ],
)
def test_conflicts_are_matched_by_relation_and_values(
    build, score, shown, gold, precision, recall
):
    said = [
        {"relation": relation, "sides": [{"quote": 1, "value": v} for v in values]}
        for relation, values in shown
    ]
    question = build.gold(conflict=gold and GoldConflict(*gold))
    scored = score(question, build.answer(quotes=[build.quote("5 osób")]))
    scored = dataclasses.replace(
        scored, document={**scored.document, "conflicts": said}
    )

    values = values_of(scored)

    assert values["conflict_precision"] == precision
    assert values["conflict_recall"] == recall

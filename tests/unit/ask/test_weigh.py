"""What near sentences amount to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.fakes_index import MemoryArchive, imprint_of

from coi_qa.ask.weigh import MIN_CHANCE, MIN_QUOTED, Verdict, merge, silenced, weigh
from coi_qa.domain.answer import Status


def evidence(*chances):
    said = [f"Zdanie numer {at}." for at, _ in enumerate(chances)]
    archive = MemoryArchive([(imprint_of("a" * 64, "KAZ"), said)])
    return [
        replace(archive.evidence(at, score=0.0, similarity=0.0), chance=chance)
        for at, chance in enumerate(chances)
    ]


def test_nothing_found_answers_nothing():
    assert weigh([], most=5).status is Status.INSUFFICIENT_EVIDENCE


def test_an_unlikely_answer_is_shown_as_near_and_never_as_a_quote():
    found = evidence(MIN_CHANCE - 0.01, 0.01)

    verdict = weigh(found, most=5)

    assert verdict.status is Status.INSUFFICIENT_EVIDENCE
    assert (verdict.quotes, verdict.near) == ((), tuple(found))


def test_what_is_far_less_likely_than_the_best_is_only_near():
    found = evidence(0.9, 0.9 * MIN_QUOTED, 0.9 * MIN_QUOTED - 0.01)

    verdict = weigh(found, most=5)

    assert (verdict.quotes, verdict.near) == (tuple(found[:2]), (found[2],))


def test_no_more_are_shown_than_asked_for():
    found = evidence(*[0.9] * 9)

    verdict = weigh(found, most=5)

    assert (verdict.quotes, verdict.near) == (tuple(found[:5]), ())


@pytest.mark.parametrize(
    ("absent", "status"),
    [
        ((True, False), Status.REPORTED_ABSENCE),
        ((False, True), Status.ANSWERED),
    ],
)
def test_absence_is_reported_only_where_the_best_sentence_reports_it(absent, status):
    found = [
        replace(item, absent=is_absent)
        for item, is_absent in zip(evidence(0.9, 0.9), absent, strict=True)
    ]

    assert weigh(found, most=5).status is status


def test_an_unlikely_report_of_absence_is_silence():
    found = [replace(item, absent=True) for item in evidence(MIN_CHANCE - 0.01)]

    assert weigh(found, most=5).status is Status.INSUFFICIENT_EVIDENCE


def test_weighing_changes_nothing_it_was_given():
    found = evidence(0.9, 0.5)
    before = [replace(item) for item in found]

    weigh(found, most=1)

    assert found == before


def test_every_country_that_answers_keeps_its_best_quote():
    verdicts = [
        Verdict(
            Status.ANSWERED,
            tuple(
                replace(item, imprint=imprint_of(code, code.upper()))
                for item in evidence(best, best - 0.1)
            ),
            (),
        )
        for code, best in (("kaz", 0.7), ("xwa", 0.9), ("xze", 0.8))
    ]

    merged = merge(verdicts, most=2)

    asked = [quote.imprint.countries for quote in merged.quotes]
    assert asked == [("XWA",), ("XZE",), ("KAZ",)]


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ((), Status.INSUFFICIENT_EVIDENCE),
        ((Status.INSUFFICIENT_EVIDENCE, Status.ANSWERED), Status.ANSWERED),
        (
            (Status.INSUFFICIENT_EVIDENCE, Status.REPORTED_ABSENCE),
            Status.REPORTED_ABSENCE,
        ),
        ((Status.REPORTED_ABSENCE, Status.ANSWERED), Status.ANSWERED),
    ],
)
def test_what_one_country_answers_is_not_silenced_by_another(statuses, expected):
    verdicts = [Verdict(status, (), ()) for status in statuses]

    assert merge(verdicts, most=5).status is expected


def test_the_order_given_is_kept_and_the_likeliest_decides():
    found = evidence(MIN_CHANCE - 0.1, MIN_CHANCE + 0.2)

    verdict = weigh(found, most=5)

    assert verdict.status is Status.ANSWERED
    assert verdict.quotes == tuple(found)


def test_a_silenced_verdict_quotes_nothing_and_loses_nothing():
    found = evidence(0.9, 0.2)

    verdict = silenced(weigh(found, most=5), most=5)

    assert verdict.status is Status.INSUFFICIENT_EVIDENCE
    assert (verdict.quotes, verdict.near) == ((), tuple(found))

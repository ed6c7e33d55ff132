"""What near sentences amount to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes_index import MemoryArchive, imprint_of

from coi_qa.ask.weigh import (
    MAX_SCORE_GAP,
    MIN_CHANCE,
    Verdict,
    chance_of_answer,
    merge,
    weigh,
)
from coi_qa.domain.answer import Status

similarities = st.lists(st.floats(0.5, 1.0), min_size=2, max_size=40)


def evidence(*scores, texts=()):
    said = texts or [f"Zdanie numer {at}." for at, _ in enumerate(scores)]
    archive = MemoryArchive([(imprint_of("a" * 64, "KAZ"), said)])
    return [
        archive.evidence(at, score=score, similarity=score)
        for at, score in enumerate(scores)
    ]


@given(similarities, st.floats(0.001, 0.3))
def test_a_nearer_best_sentence_is_likelier_to_answer(found, more):
    best, *rest = sorted(found, reverse=True)

    assert chance_of_answer([best + more, *rest]) > chance_of_answer(found)


@given(similarities)
def test_the_chance_is_a_share_and_the_order_does_not_matter(found):
    chance = chance_of_answer(found)

    assert 0 <= chance <= 1
    assert chance_of_answer(found[::-1]) == chance


@given(st.floats(0.6, 0.95), st.floats(0.01, 0.3))
def test_nearer_rivals_make_an_answer_less_likely(best, gap):
    apart = chance_of_answer([best, *[best - gap] * 20])
    among_equals = chance_of_answer([best] * 21)

    assert apart > among_equals


def test_nothing_found_answers_nothing():
    assert chance_of_answer([]) == 0.0
    assert weigh([], chance=1.0, most=5).status is Status.INSUFFICIENT_EVIDENCE


def test_an_unlikely_answer_is_shown_as_near_and_never_as_a_quote():
    found = evidence(0.9, 0.8)

    verdict = weigh(found, chance=MIN_CHANCE - 0.01, most=5)

    assert verdict.status is Status.INSUFFICIENT_EVIDENCE
    assert (verdict.quotes, verdict.near) == ((), tuple(found))


def test_what_scores_far_below_the_best_is_only_near():
    found = evidence(1.0, 1.0 - MAX_SCORE_GAP / 2, 1.0 - 2 * MAX_SCORE_GAP)

    verdict = weigh(found, chance=1.0, most=5)

    assert (verdict.quotes, verdict.near) == (tuple(found[:2]), (found[2],))


def test_no_more_are_shown_than_asked_for():
    found = evidence(*[1.0] * 9)

    verdict = weigh(found, chance=1.0, most=5)

    assert (verdict.quotes, verdict.near) == (tuple(found[:5]), ())


@pytest.mark.parametrize(
    ("texts", "status"),
    [
        (("W 2024 r. nie odnotowano zamachów.", "Inne."), Status.REPORTED_ABSENCE),
        (("Inne.", "W 2024 r. nie odnotowano zamachów."), Status.ANSWERED),
    ],
)
def test_absence_is_reported_only_where_the_best_sentence_reports_it(texts, status):
    assert weigh(evidence(1.0, 1.0, texts=texts), chance=1.0, most=5).status is status


def test_weighing_changes_nothing_it_was_given():
    found = evidence(0.9, 0.5)
    before = [replace(item) for item in found]

    weigh(found, chance=1.0, most=1)

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
        for code, best in (("kaz", 0.9), ("xwa", 1.2), ("xze", 1.0))
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

"""Editions of one report: the newest first, the older one where it is meant."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.fakes_index import imprint_of
from tests.unit.ask.evidence import evidence_of

from coi_qa.ask.editions import newer_editions, newest_first, prefer_newest
from coi_qa.ask.judge import logit_of

TITLE = "Kazachstan. Sytuacja bezpieczeństwa"


def edition(letter: str, date: str | None, title: str | None = TITLE, country="KAZ"):
    return replace(imprint_of(letter * 64, country, date=date), title=title)


OLD, NEW = edition("a", "2023-10"), edition("b", "2025-10")
NEWER = {OLD.id: NEW}


def test_editions_are_known_by_country_title_and_publisher():
    assert newer_editions([OLD, NEW]) == NEWER


def test_years_and_months_in_a_title_do_not_make_it_another_report():
    old = edition("a", "2023", f"{TITLE} – wydanie 2, październik 2023 r.")

    assert newer_editions([NEW, old]) == {old.id: NEW}


@pytest.mark.parametrize(
    "other",
    [
        edition("c", "2023-10", "Kazachstan. Sytuacja mniejszości"),
        edition("c", "2023-10", country="XWA"),
        replace(edition("c", "2023-10"), publisher="Inny urząd"),
        edition("c", None),
        edition("c", "2025-10"),
        edition("c", "2023-10", None),
    ],
)
def test_other_reports_and_undated_ones_are_no_editions(other):
    assert newer_editions([other, NEW]) == {}


OLDER_SAYS = evidence_of("Ludność kraju: ok. 18,5 mln.", imprint=OLD, score=0.9)
NEWER_SAYS = evidence_of("Ludność kraju: ok. 20,3 mln.", imprint=NEW, score=0.8)
BETWEEN = evidence_of("Miasta rosną.", imprint=NEW, ordinal=1, score=0.85)


def texts(evidence) -> list[tuple[str, float]]:
    return [(item.text, item.score) for item in evidence]


def test_what_the_newest_edition_says_takes_the_place_of_the_older():
    found = prefer_newest(
        [OLDER_SAYS, BETWEEN, NEWER_SAYS], newer=NEWER, question="Jaka jest ludność?"
    )

    assert texts(found) == [(NEWER_SAYS.text, 0.9), (BETWEEN.text, 0.85)]


def test_what_only_the_older_edition_says_stays():
    only = evidence_of("Obowiązuje stan wyjątkowy.", imprint=OLD, score=0.9)

    assert prefer_newest([only, BETWEEN], newer=NEWER, question="Stan?") == [
        only,
        BETWEEN,
    ]


def test_a_question_on_a_time_that_the_older_edition_covers_keeps_it():
    every = [OLDER_SAYS, NEWER_SAYS]

    assert prefer_newest(every, newer=NEWER, question="Ludność w 2022 r.?") == every
    assert prefer_newest(every, newer=NEWER, question="Ludność w 2024 r.?") != every


def test_without_editions_nothing_changes():
    every = [OLDER_SAYS, BETWEEN, NEWER_SAYS]

    assert prefer_newest(every, newer={}, question="Ludność?") == every


def judged(item, chance: float):
    return replace(item, chance=chance, score=logit_of(chance))


@pytest.mark.parametrize(
    ("older", "newer", "question", "first"),
    [
        (0.8, 0.6, "Jaka jest ludność?", NEW),
        (0.95, 0.2, "Jaka jest ludność?", OLD),
        (0.99, 0.65, "Jaka jest ludność?", NEW),  # which answers as well
        (0.8, 0.65, "Jaka była ludność w 2022 r.?", OLD),
    ],
)
def test_an_older_edition_goes_first_only_where_it_is_much_the_likelier(
    older, newer, question, first
):
    both = [judged(OLDER_SAYS, older), judged(NEWER_SAYS, newer)]

    found = newest_first(both, newer=NEWER, question=question)

    assert len(found) == 2
    assert found[0].imprint == first


def test_without_editions_the_likeliest_goes_first():
    both = [judged(NEWER_SAYS, 0.6), judged(OLDER_SAYS, 0.8)]

    assert newest_first(both, newer={}, question="Ludność?") == both[::-1]

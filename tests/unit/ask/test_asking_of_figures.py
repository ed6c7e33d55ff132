"""Figures from end to end: both sides quoted, editions, and the day given."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.fakes_index import asker_of, imprint_of

from coi_qa.adapters.countries import load_gazetteer
from coi_qa.domain.dates import PartialDate
from coi_qa.render import answer_json

OLD = replace(imprint_of("a" * 64, "KAZ", date="2023-10"), title="Kazachstan")
NEW = replace(imprint_of("b" * 64, "KAZ", date="2025-10"), title="Kazachstan")
NEWS = "W zamieszkach w styczniu 2022 r. zginęło 238 osób."
OTHERWISE = "Podczas zamieszek w styczniu 2022 r. śmierć poniosło 225 ludzi."
FILLER = [f"Rzeka numer {n} płynie przez stepy i łąki." for n in range(8)]


def asker_on(*reports):
    return asker_of(reports, load_gazetteer(lambda word: ()))


def test_the_other_side_is_quoted_too_and_both_figures_stand_in_their_quotes():
    answer = asker_on((NEW, [NEWS, *FILLER, OTHERWISE])).ask(NEWS)

    (conflict,) = answer.conflicts
    words = {quote.number: quote.text for quote in answer.quotes}
    assert {side.value for side in conflict.sides} == {"238", "225"}
    assert all(side.value in words[side.quote] for side in conflict.sides)
    assert {NEWS, OTHERWISE} <= set(words.values())


def test_an_older_edition_is_not_quoted_for_what_the_newest_says():
    asker = asker_on((OLD, ["Kara nie obowiązuje."]), (NEW, ["Kara nie obowiązuje."]))

    answer = asker.ask("Kara nie obowiązuje.")

    assert {quote.imprint.id for quote in answer.quotes} == {NEW.id}


def test_the_older_edition_answers_for_a_day_before_the_newest():
    asker = asker_on((OLD, ["Kara nie obowiązuje."]), (NEW, ["Kara nie obowiązuje."]))

    answer = asker.ask("Kara nie obowiązuje.", as_at=PartialDate(2024))

    assert {quote.imprint.id for quote in answer.quotes} == {OLD.id}
    assert not any("nowsze wydanie" in w for w in answer.currency.warnings)


def test_a_quote_from_an_older_edition_is_told_of():
    asker = asker_on((OLD, ["Kara nie obowiązuje."]), (NEW, FILLER))

    answer = asker.ask("Kara nie obowiązuje.")

    assert any("nowsze wydanie" in w for w in answer.currency.warnings)


@pytest.mark.parametrize("as_at", [None, PartialDate(2025, 12)])
def test_the_same_question_gives_the_same_bytes(as_at):
    reports = ((OLD, [NEWS]), (NEW, [OTHERWISE, *FILLER]))

    first = answer_json(asker_on(*reports).ask(NEWS, as_at=as_at))
    second = answer_json(asker_on(*reports).ask(NEWS, as_at=as_at))

    assert first == second


def test_what_came_after_the_day_given_is_not_brought_in_as_another_side():
    undated = replace(imprint_of("c" * 64, "KAZ"), title="Inny")
    later = "W zamieszkach od maja do czerwca 2026 r. zginęło 9 osób."
    asker = asker_on((undated, [later, NEWS]))

    answer = asker.ask(NEWS, as_at=PartialDate(2025))

    assert later not in {quote.text for quote in (*answer.quotes, *answer.near)}

"""The JSON pack: the answer, and a seal that any change breaks."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from tests.unit.export.answers import answered, hostile

from coi_qa.export.sealed import broken_seal, created_on, seal

DAY = date(2026, 2, 3)


def test_a_pack_is_the_answer_with_one_key_more():
    pack = json.loads(seal(answered(), created=DAY))

    told = pack.pop("pack")
    assert pack == answered()
    assert list(pack) == list(answered())
    assert (told["version"], told["created"]) == (1, "2026-02-03")


@pytest.mark.parametrize("answer", [answered(), hostile()], ids=["plain", "hostile"])
def test_a_pack_as_it_was_exported_is_whole(answer):
    assert broken_seal(json.loads(seal(answer, created=None))) == []


def test_every_changed_digit_breaks_the_seal():
    text = seal(answered(), created=DAY)
    digits = [match.start() for match in re.finditer(r"\d", text)]

    kept = [
        at
        for at in digits
        if not _broken(text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :])
    ]

    assert kept == []
    assert len(digits) > 200


def _broken(text):
    try:
        return broken_seal(json.loads(text))
    except ValueError:  # an escape that is none any more: no JSON, so not verified
        return ["no JSON"]


def test_the_order_of_keys_and_blanks_may_change():
    pack = json.loads(seal(answered(), created=DAY))

    again = json.loads(json.dumps(dict(reversed(pack.items())), indent=7))

    assert broken_seal(again) == []


def test_an_answer_without_a_seal_is_not_blamed():
    assert broken_seal(answered()) == []
    assert broken_seal([]) == []


@pytest.mark.parametrize("pack", [None, 1, [], {}, {"sha256": 5}])
def test_a_seal_that_is_none_is_told(pack):
    assert broken_seal(answered() | {"pack": pack})


def test_a_pack_keeps_its_day_when_it_is_exported_again():
    pack = json.loads(seal(answered(), created=DAY))

    assert created_on(pack) == DAY
    assert seal(pack, created=created_on(pack)) == seal(answered(), created=DAY)
    assert created_on(answered()) is None

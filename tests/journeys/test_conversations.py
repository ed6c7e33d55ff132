"""Follow-ups are answered as if they had been asked whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.model

CONVERSATIONS = Path(__file__).parents[2] / "eval" / "conversations"
AIM = 0.9
SOME = 6  # every sixth


def read(half):
    lines = (CONVERSATIONS / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def first_quote(service, question):
    """Status and place of what is shown first."""
    answer = service.ask(question)
    places = answer.quotes[0].places if answer.quotes else ()
    return answer.status, [(p.place.report_id, p.place.span) for p in places]


def missed(service, conversations, complete):
    """Return the ids of conversations that are answered otherwise than asked whole."""
    return [
        each["id"]
        for each in conversations
        if first_quote(service, complete(each["turns"]))
        != first_quote(service, each["whole"])
    ]


def test_some_follow_ups_are_answered_as_if_asked_whole(service):
    conversations = read("open")[::SOME]
    wrong = missed(service, conversations, service.complete)
    assert len(conversations) - len(wrong) >= AIM * len(conversations), wrong


def test_without_being_completed_they_are_not(service):
    conversations = read("open")[::SOME]
    wrong = missed(service, conversations, lambda turns: turns[-1])
    assert len(conversations) - len(wrong) < AIM * len(conversations)


@pytest.mark.long
@pytest.mark.parametrize("half", ["open", "blind"])
def test_follow_ups_are_answered_as_if_asked_whole(service, half):
    conversations = read(half)
    wrong = missed(service, conversations, service.complete)
    shown = wrong if half == "open" else len(wrong)  # nobody is to look at these
    print(f"{half}: {len(wrong)} of {len(conversations)} otherwise: {shown}")
    assert len(conversations) >= 30
    assert len(conversations) - len(wrong) >= AIM * len(conversations)

"""Gold questions through the official client: each quote checked, and led back."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx2 as httpx
import pytest
from mcp import Client
from tests.loops import run_in_loop
from tests.serving import serving

from coi_qa.chat.mcp_tools import MOST_PASSAGES
from coi_qa.server import create_app
from coi_qa.web.guards import hosts_answered

pytestmark = pytest.mark.model

GOLD = Path(__file__).parents[2] / "eval" / "gold"
QUESTIONS = [
    json.loads(line)["question"]
    for name in ("sample_open", "more_countries_open", "wardania_zelmaria_open")
    for line in (GOLD / f"{name}.jsonl").read_text("utf-8").splitlines()[:4]
]


@pytest.fixture(scope="module")
def address(service):
    with serving(create_app(service, hosts=hosts_answered("127.0.0.1", ()))) as found:
        yield found


@pytest.fixture(scope="module")
def talk(address):
    """Hold a conversation with the service over one connection."""

    def run(conversation, **options):
        async def hold():
            async with Client(f"{address}/mcp", **options) as client:
                return await conversation(client)

        return run_in_loop(hold)

    return run


async def given_by(client, tool, **arguments):
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content[0].text
    return result.structured_content


def single(quote, text=None):
    """Return a quote of an answer as `verify` takes one alone."""
    first, *further = [
        {key: place[key] for key in ("page", "start", "end")}
        for place in quote["places"]
    ]
    said = {"report": quote["report"]["id"], "text": text or quote["text"]}
    return said | first | {"further": further}


def other_digit(text):
    return re.sub(r"\d", lambda m: str((int(m[0]) + 1) % 10), text, count=1)


@pytest.fixture(scope="module")
def answers(talk):
    async def conversation(client):
        return [await given_by(client, "ask", question=text) for text in QUESTIONS]

    return talk(conversation)


@pytest.fixture(scope="module")
def quotes(answers):
    return [each for answer in answers for each in (*answer["quotes"], *answer["near"])]


def test_they_are_answered_as_over_v1(address, answers):
    for question, answer in zip(QUESTIONS, answers, strict=True):
        posted = httpx.post(f"{address}/v1/answers", json={"question": question})
        assert answer == posted.json()


def test_every_quote_stands_alone_and_is_a_sentence(talk, quotes):
    async def conversation(client):
        return [
            await given_by(client, "verify", quote=single(quote)) for quote in quotes
        ]

    checked = talk(conversation)

    assert len(quotes) > 30
    assert [each["is_faithful"] for each in checked] == [True] * len(quotes)
    assert [each["quotes"][0]["is_sentence"] for each in checked] == [True] * len(
        quotes
    )


def test_one_changed_digit_is_found_in_each(talk, quotes):
    changed = [
        single(quote, other_digit(quote["text"]))
        for quote in quotes
        if re.search(r"\d", quote["text"])
    ]

    async def conversation(client):
        return [await given_by(client, "verify", quote=quote) for quote in changed]

    checked = talk(conversation)

    assert len(changed) > 10
    assert [each["is_faithful"] for each in checked] == [False] * len(changed)


def test_each_is_read_again_at_its_place_with_its_headings(talk, quotes):
    async def conversation(client):
        read = []
        for quote in quotes:
            at = single(quote)
            del at["text"], at["further"]
            read.append(await given_by(client, "get_passage", **at))
        return read

    for quote, passage in zip(quotes, talk(conversation), strict=True):
        assert quote["text"].startswith(passage["text"])
        assert passage["section"] == quote["section"]
        assert passage["boxes"] == quote["places"][0]["boxes"]
        assert passage["label"] == quote["places"][0]["label"]


def test_each_footnote_leads_to_the_source_that_the_answer_names(talk, answers):
    cited = [
        (quote["report"]["id"], note, answer["sources"][note["source"] - 1])
        for answer in answers
        for quote in answer["quotes"]
        for note in quote["notes"]
    ]

    async def conversation(client):
        return [
            await given_by(
                client,
                "resolve_footnote",
                report=report,
                number=note["number"],
                page=note["page"],
            )
            for report, note, _ in cited
        ]

    assert len(cited) > 10
    for (_, note, source), found in zip(cited, talk(conversation), strict=True):
        by_raw = {each["raw"]: each["source"] for each in found["footnotes"]}
        named = by_raw[note["raw"]]
        for key in ("publisher", "title", "date", "url", "kind"):
            assert named[key] == source[key]


def test_what_is_found_near_stands_on_its_page_and_is_held_to_its_country(talk):
    async def conversation(client):
        found = await given_by(
            client,
            "search",
            query="kara śmierci",
            countries=["Wardania"],
            limit=MOST_PASSAGES,
        )
        checked = [
            await given_by(client, "verify", quote=single(each))
            for each in found["passages"]
        ]
        return found, checked

    found, checked = talk(conversation)

    passages = found["passages"]
    assert len(passages) == MOST_PASSAGES
    assert found["judged"] is False
    assert {code for p in passages for code in p["report"]["countries"]} == {"XWA"}
    assert [each["number"] for each in passages] == [*range(1, MOST_PASSAGES + 1)]
    assert all(each["is_faithful"] for each in checked)
    notes = [note for each in passages for note in each["notes"]]
    assert {n["source"] for n in notes} == {s["number"] for s in found["sources"]}


def test_a_country_without_a_report_is_told_and_nothing_is_found(talk):
    async def conversation(client):
        return await given_by(client, "search", query="kara śmierci", countries=["FRA"])

    found = talk(conversation)

    assert (found["passages"], found["searched"]["reports"]) == ([], 0)
    assert "Francja" in found["notice"]


def test_both_ways_of_the_protocol_give_the_same(talk):
    async def conversation(client):
        return await given_by(client, "ask", question=QUESTIONS[0])

    assert talk(conversation, mode="legacy") == talk(conversation, mode="auto")

"""Gold questions asked in a case system's page, over the real index.

What the page is handed is verbatim on the stored page that it names, and its link opens
that page with these very words marked.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from tests.fakes_case_system import KEY, running, sample
from tests.serving import serving

from coi_qa.chat.embed import ANSWERS
from coi_qa.chat.embed_token import Embedding, mint_token
from coi_qa.domain.text import find_quote
from coi_qa.server import create_app

pytestmark = [pytest.mark.browser, pytest.mark.model]

GOLD = Path(__file__).parents[2] / "eval" / "gold"
ASKED = ("S01", "S04")  # of two countries


def gold():
    lines = (GOLD / "sample_open.jsonl").read_text("utf-8").splitlines()
    return [each for each in map(json.loads, lines) if each["id"] in ASKED]


@pytest.fixture(scope="module")
def host(service):
    """A page whose origin the service knows, the service at its own."""
    system = sample().case_system("", KEY, port=0)
    port = system.server_address[1]
    origin = f"http://127.0.0.1:{port}"
    app = create_app(service, embedding=Embedding(frozenset({origin}), KEY))
    with serving(app) as address:
        system.server_close()
        with running(sample().case_system(address, KEY, port=port)) as at:
            yield at


@pytest.fixture(scope="module")
def tab(chromium, host):
    context = chromium.new_context(locale="pl-PL")
    context.set_default_timeout(60_000)
    tab = context.new_page()
    tab.complaints = []
    tab.on("console", lambda message: tab.complaints.append(message.text))
    tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
    tab.goto(host)
    tab.evaluate(
        """() => {
          window.cited = [];
          addEventListener("coi-qa:cite", ({ detail }) => cited.push(detail));
        }"""
    )
    yield tab
    context.close()


@pytest.mark.parametrize("question", gold(), ids=ASKED)
def test_a_citation_leads_to_its_words_on_their_page(tab, service, question):
    tab.locator("coi-qa #question").fill(question["question"])
    tab.locator("coi-qa button[type=submit]").click()
    tab.locator("coi-qa .asked", has_text=question["question"]).wait_for()
    tab.evaluate("cited.length = 0")
    for button in tab.get_by_role("button", name="Wstaw do decyzji").all():
        button.click()
    cited = tab.evaluate("cited")

    fragments = [one for group in question["fragments"] for one in group]
    assert any(f in each["text"] for each in cited for f in fragments)
    for each in cited:
        bodies = [
            service.page(each["report"]["id"], place["page"]).body
            for place in each["places"]
        ]
        slices = [
            body[place["start"] : place["end"]]
            for body, place in zip(bodies, each["places"], strict=True)
        ]
        assert each["text"] in (" ".join(slices), "".join(slices))
        assert each["text"] in tab.locator("#decision").input_value()
        assert each["page"] == each["places"][0]["page"]

    with tab.context.expect_page() as opening:
        tab.locator("coi-qa [part=quote] a").first.click()
    viewer = opening.value
    viewer.locator(".quoted > rect, mark.quote").first.wait_for(state="attached")
    marked = "".join(viewer.locator("mark.quote").all_text_contents())
    assert find_quote(cited[0]["text"], marked)
    viewer.close()
    assert tab.complaints == []


def test_a_country_beyond_the_token_is_not_answered_about(service, host):
    """Named in the question, it goes before those that the search is held to."""
    embedding = Embedding(frozenset({host}), KEY)
    client = TestClient(create_app(service, embedding=embedding))

    def asked(countries):
        token = mint_token(
            embedding, host, now=int(time.time()), lifetime_s=60, countries=countries
        )
        return client.post(
            ANSWERS,
            json={"question": "Ilu więźniów w Zelmarii oczekuje na egzekucję?"},
            headers={"Origin": host, "Authorization": f"Bearer {token}"},
        )

    refused, taken = asked(["KAZ"]), asked(["XZE"])
    assert (refused.status_code, taken.status_code) == (403, 200)
    assert "sześć osób" not in refused.text
    assert "sześć osób" in taken.text

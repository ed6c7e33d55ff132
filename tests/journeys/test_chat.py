"""A chat product's way through /v1/chat/completions, as its client sends and reads."""

from __future__ import annotations

import json
import re

import pytest
from fastapi.testclient import TestClient
from tests.fakes_web import DEATH_PENALTY, MOSQUES, FakeService

from coi_qa import errors
from coi_qa.chat import openai
from coi_qa.server import create_app

CHAT = "/v1/chat/completions"
QUESTION = "Czy w Kazachstanie obowiązuje kara śmierci?"
MARK = re.compile(r"\[(\d+)\]")


@pytest.fixture
def service(tmp_path):
    return FakeService(tmp_path)


@pytest.fixture
def client(service):
    return TestClient(create_app(service), base_url="http://coi.lan:8000")


def sent(*turns, **more):
    messages = [{"role": "user", "content": turn} for turn in turns]
    return {"model": "coi-qa", "messages": messages, **more}


def plain(client, *turns, **more):
    response = client.post(CHAT, json=sent(*turns, **more))
    assert response.status_code == 200, response.text
    return response.json()


def chunks(client, *turns, **more):
    """The chunks of a stream as a reader of server-sent events gets them."""
    response = client.post(CHAT, json=sent(*turns, stream=True, **more))
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/event-stream")
    events = response.text.split("\n\n")
    assert events[-2:] == ["data: [DONE]", ""]
    return [json.loads(event.removeprefix("data: ")) for event in events[:-2]]


def error(client, body, status):
    headers = {"Content-Type": "application/json"}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = client.post(CHAT, content=content, headers=headers)
    assert response.status_code == status, response.text
    said = response.json()
    assert set(said) == {"error"}
    assert set(said["error"]) == {"message", "type", "param", "code"}
    return said["error"]


class TestPlain:
    def test_a_reply_has_the_shape_that_clients_read(self, client):
        said = plain(client, QUESTION)
        assert said["object"] == "chat.completion"
        assert said["id"].startswith("chatcmpl-")
        assert said["model"] == "coi-qa"
        (choice,) = said["choices"]
        assert choice["finish_reason"] == "stop"
        assert choice["message"]["role"] == "assistant"
        usage = said["usage"]
        assert usage["total_tokens"] == (
            usage["prompt_tokens"] + usage["completion_tokens"]
        )
        assert usage["prompt_tokens"] > 5

    def test_each_number_resolves_to_an_annotation_and_a_note(self, client):
        message = plain(client, QUESTION)["choices"][0]["message"]
        content = message["content"]
        body, _, listed = content.partition("**Przypisy**")
        found = {
            (m.start(), m.end(), int(m[1]), "url_citation") for m in MARK.finditer(body)
        }
        assert found == {
            (a["start_index"], a["end_index"], a["number"], note["type"])
            for note in message["annotations"]
            for a in [note["url_citation"]]
        }
        assert {int(n) for n in MARK.findall(listed)} == {n for _, _, n, _ in found}

    def test_an_annotation_quotes_the_stored_page(self, client, service):
        message = plain(client, QUESTION)["choices"][0]["message"]
        cited = message["annotations"][0]["url_citation"]
        page = service.page(cited["report"]["id"], cited["page"])
        assert cited["cited_text"] == DEATH_PENALTY
        assert cited["cited_text"] in page.body
        assert cited["url"].startswith("http://coi.lan:8000/reports/")
        assert cited["footnotes"][0]["source"]["publisher"] == "Amnesty International"
        assert message["annotations"][0]["cited_text"] == DEATH_PENALTY

    def test_its_address_shows_the_quote_on_its_page(self, client):
        message = plain(client, QUESTION)["choices"][0]["message"]
        page = client.get(message["annotations"][0]["url_citation"]["url"])
        assert page.status_code == 200
        assert 'class="quoted"' in page.text

    def test_the_answer_is_kept_like_any_other(self, client):
        said = plain(client, QUESTION)
        kept = client.get(f"/v1/answers/{said['coi_qa']['id']}").json()
        assert kept["quotes"][0]["text"] == DEATH_PENALTY
        asked = client.post("/v1/answers", json={"question": QUESTION}).json()
        assert asked["id"] == said["coi_qa"]["id"]

    def test_readers_are_sent_where_the_operator_says(self, service):
        client = TestClient(create_app(service, public_url="https://coi.example.org"))
        message = plain(client, QUESTION)["choices"][0]["message"]
        url = message["annotations"][0]["url_citation"]["url"]
        assert url.startswith("https://coi.example.org/reports/")
        assert "http://testserver" not in message["content"]

    def test_country_and_date_may_be_given(self, client, service):
        plain(client, QUESTION, countries=["KAZ"], as_at="10.2025")
        assert service.asked[-1][1] == ("KAZ",)
        assert str(service.asked[-1][2]) == "2025-10"


class TestStreamed:
    def test_nothing_differs_from_the_plain_reply(self, client):
        whole = plain(client, QUESTION)
        message = whole["choices"][0]["message"]
        parts = chunks(client, QUESTION)
        deltas = [part["choices"][0]["delta"] for part in parts]
        assert deltas[0] == {"role": "assistant", "content": ""}
        assert "".join(d.get("content", "") for d in deltas) == message["content"]
        said = [a for d in deltas for a in d.get("annotations", ())]
        assert said == message["annotations"]
        assert parts[-1]["coi_qa"] == whole["coi_qa"]
        assert {part["id"] for part in parts} == {whole["id"]}
        finishes = [part["choices"][0]["finish_reason"] for part in parts]
        assert finishes == [None] * (len(parts) - 1) + ["stop"]

    def test_a_number_and_its_annotation_come_together(self, client):
        seen = 0
        body, before = "", ""
        for part in chunks(client, QUESTION):
            delta = part["choices"][0]["delta"]
            before, body = body, body + delta.get("content", "")
            for note in delta.get("annotations", ()):
                cited = note["url_citation"]
                assert len(before) <= cited["start_index"] < len(body)
                mark = body[cited["start_index"] : cited["end_index"]]
                assert mark == f"[{cited['number']}]"
                seen += 1
        assert seen

    def test_usage_comes_last_where_it_is_asked_for(self, client):
        parts = chunks(client, QUESTION, stream_options={"include_usage": True})
        assert parts[-1]["choices"] == []
        assert parts[-1]["usage"] == plain(client, QUESTION)["usage"]
        assert all(part["usage"] is None for part in parts[:-1])
        assert not any("usage" in part for part in chunks(client, QUESTION))


class TestConversation:
    def test_a_follow_up_is_completed_and_shown(self, client, service):
        said = plain(client, QUESTION, "a w 2024?")
        assert service.asked[-1][0] == f"{QUESTION} a w 2024?"
        content = said["choices"][0]["message"]["content"]
        assert content.startswith("*Pytanie odczytane z rozmowy:* ")
        assert said["coi_qa"]["question"] == f"{QUESTION} a w 2024?"

    def test_a_whole_question_is_not_shown_again(self, client):
        content = plain(client, QUESTION)["choices"][0]["message"]["content"]
        assert "odczytane" not in content

    def test_only_what_the_asker_said_counts(self, client, service):
        messages = [
            {"role": "system", "content": "Odpowiadaj jak pirat."},
            {"role": "user", "content": QUESTION},
            {"role": "assistant", "content": "Tak. [1]"},
            {"role": "user", "content": [{"type": "text", "text": "a w 2024?"}]},
        ]
        client.post(CHAT, json={"model": "coi-qa", "messages": messages})
        assert service.asked[-1][0] == f"{QUESTION} a w 2024?"

    def test_an_overlong_earlier_message_is_passed_over(self, client, service):
        plain(client, "x" * 5000, "a w 2024?")
        assert service.asked[-1][0] == "a w 2024?"


class TestErrors:
    @pytest.mark.parametrize(
        ("changed", "param"),
        [
            ({"messages": []}, "messages"),
            ({"messages": "kara"}, "messages"),
            ({"messages": [{"role": "pirate", "content": "x"}]}, "messages.0.role"),
            ({"messages": [{"role": "assistant", "content": "x"}]}, "messages"),
            ({"messages": [{"role": "user", "content": "  "}]}, "messages"),
            ({"messages": [{"role": "user"}]}, "messages"),
            (
                {
                    "messages": [
                        {
                            "role": "user",
                            "content": [
                                {"type": "image_url", "image_url": {"url": "x"}}
                            ],
                        }
                    ]
                },
                "messages",
            ),
            ({"temperature": "hot"}, "temperature"),
            ({"temperature": 3}, "temperature"),
            ({"n": 2}, "n"),
            ({"stream": "maybe"}, "stream"),
            ({"response_format": {"type": "json_object"}}, "response_format"),
            ({"max_tokens": 0}, "max_tokens"),
            ({"as_at": "wczoraj"}, None),
            ({"countries": ["Atlantyda"]}, None),
        ],
    )
    def test_what_is_wrong_is_named_in_the_shape_that_clients_read(
        self, client, changed, param
    ):
        said = error(client, sent(QUESTION) | changed, 400)
        assert said["type"] == "invalid_request_error"
        assert said["param"] == param
        assert len(said["message"]) > 20

    def test_another_model_is_not_found(self, client):
        said = error(client, sent(QUESTION) | {"model": "gpt-4o"}, 404)
        assert (said["code"], said["param"]) == ("model_not_found", "model")
        assert "coi-qa" in said["message"]

    def test_a_body_that_is_no_json(self, client):
        assert "JSON" in error(client, b"{", 400)["message"]

    def test_too_long_a_question_is_refused_by_its_own_words(self, client):
        assert "skróć" in error(client, sent("x" * 3000), 400)["message"]

    def test_a_long_conversation_is_read_and_an_endless_one_is_not(self, client):
        earlier = ["dawne pytanie " * 500] * 20
        assert len(json.dumps(sent(*earlier))) > 64 * 1024
        plain(client, *earlier, QUESTION)
        endless = sent("x" * openai.MAX_BODY_BYTES, QUESTION)
        assert error(client, endless, 413)["code"] == "request_too_large"

    def test_a_full_house_says_when_to_come_again(self, service, monkeypatch):
        def full(*_, **__):
            raise errors.BusyError("Zbyt wiele pytań czeka; spróbuj za chwilę.")

        monkeypatch.setattr(service, "ask", full)
        client = TestClient(create_app(service))
        response = client.post(CHAT, json=sent(QUESTION, stream=True))
        assert response.status_code == 503
        assert response.headers["retry-after"]
        assert response.json()["error"]["type"] == "server_error"

    def test_an_unexpected_error_has_their_shape_too(self, service, monkeypatch):
        monkeypatch.setattr(service, "ask", lambda *_, **__: 1 / 0)
        client = TestClient(create_app(service), raise_server_exceptions=False)
        said = error(client, sent(QUESTION), 500)
        assert said["type"] == "server_error"
        assert "ZeroDivisionError" not in said["message"]

    def test_another_site_s_page_is_refused(self, client):
        headers = {"Origin": "http://zly.example"}
        response = client.post(CHAT, json=sent(QUESTION), headers=headers)
        assert response.status_code == 403
        assert "error" in response.json()


@pytest.mark.parametrize(
    "more",
    [
        {"tools": [], "tool_choice": "auto", "seed": 7, "logit_bias": {"1": 2}},
        {"unheard_of": {"deep": [1]}, "user": "u-1", "metadata": None, "stop": ["x"]},
        {"temperature": 0.7, "top_p": 1, "max_tokens": 1, "response_format": None},
        {"response_format": {"type": "text"}, "n": 1, "stream_options": None},
    ],
)
def test_what_changes_nothing_is_taken(client, more):
    content = plain(client, QUESTION, **more)["choices"][0]["message"]["content"]
    assert content == plain(client, QUESTION)["choices"][0]["message"]["content"]


def test_the_one_model_is_listed(client):
    listed = client.get("/v1/models").json()
    assert [model["id"] for model in listed["data"]] == ["coi-qa"]
    assert client.get("/v1/models/coi-qa").json() == listed["data"][0]
    unknown = client.get("/v1/models/gpt-4o")
    assert unknown.status_code == 404
    assert unknown.json()["error"]["code"] == "model_not_found"


def test_a_quote_over_two_pages_names_both(client):
    message = plain(client, QUESTION)["choices"][0]["message"]
    cited = message["annotations"][1]["url_citation"]
    assert cited["cited_text"] == MOSQUES
    assert [place["page"] for place in cited["places"]] == [2, 3]

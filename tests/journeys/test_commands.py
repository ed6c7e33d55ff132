"""Questions typed in chat products: who is let in, and what each gets back."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import html
import json
import re
import socket
import threading
import time
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient
from markdown_it import MarkdownIt
from tests.fakes_answers import BAD, HOSTILE, RICH, SILENT, RichService
from tests.fakes_web import DEATH_PENALTY, MOSQUES
from tests.loops import run_in_loop

from coi_qa.chat import commands
from coi_qa.chat.commands import Hooks
from coi_qa.server import create_app

MATTERMOST = "mattermost-token-26-chars-"
ROCKETCHAT = "rocketchat-token-24-char"
SLACK = "8f742231b10e8888abcd99yyyzzz85a5"
TEAMS = base64.b64encode(b"a security token of 32 bytes ...").decode()
HOOKS = Hooks(MATTERMOST, ROCKETCHAT, SLACK, TEAMS)
QUESTION = "Czy w Kazachstanie obowiązuje kara śmierci?"
FORM = "application/x-www-form-urlencoded"
SITE = "http://coi.lan:8000"


@pytest.fixture
def service(tmp_path):
    return RichService(tmp_path)


@pytest.fixture
def client(service):
    with TestClient(create_app(service, hooks=HOOKS), base_url=SITE) as client:
        yield client


# --- what each product sends ----------------------------------------------------------


def mattermost(text, *, token=MATTERMOST, **headers):
    """A custom slash command, as Mattermost posts it."""
    form = {
        "channel_id": "cniah6qa73bjjjan6mzn11f4ie",
        "channel_name": "town-square",
        "command": "/coi",
        "response_url": "http://chat.lan/hooks/commands/x",
        "team_domain": "zespol",
        "team_id": "rdc9bgriktyx9p4kowh3dmgqyc",
        "text": text,
        "trigger_id": "x",
        "user_id": "z3x",
        "user_name": "urzednik",
    }
    if token is not None:
        form["token"] = token
    return (
        "/hooks/mattermost",
        urlencode(form).encode(),
        {"Content-Type": FORM} | headers,
    )


def rocketchat(text, *, token=ROCKETCHAT):
    """An outgoing webhook, as Rocket.Chat posts it."""
    said = {
        "token": token,
        "bot": False,
        "channel_id": "GENERAL",
        "channel_name": "general",
        "message_id": "m",
        "timestamp": "2025-01-01T00:00:00.000Z",
        "user_id": "u",
        "user_name": "urzednik",
        "text": f"!coi {text}",
        "trigger_word": "!coi",
        "siteUrl": "http://chat.lan",
    }
    headers = {"Content-Type": "application/json"}
    return "/hooks/rocketchat", json.dumps(said).encode(), headers


def slack(text, *, secret=SLACK, at=None, **changed):
    """A slash command, as Slack posts and signs it."""
    form = {
        "token": "gIkuvaNzQIHg97ATvDxqgjtO",
        "team_id": "T0001",
        "channel_id": "C2147483705",
        "user_id": "U2147483697",
        "command": "/coi",
        "text": html.escape(text, quote=False),
        "response_url": "http://chat.lan/commands/1234/5678",
        "trigger_id": "13345224609.738474920.8088930838d88f008e0",
        "api_app_id": "A123456",
    }
    body = urlencode(form).encode()
    timestamp = str(int(time.time() if at is None else at))
    signed = f"v0:{timestamp}:".encode() + body
    signature = "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": FORM,
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature,
    }
    kept = {k: v for k, v in (headers | changed).items() if v is not None}
    return "/hooks/slack", body, kept


def teams(text, *, secret=TEAMS, at=None, **changed):
    """An outgoing webhook's activity, as Teams posts and signs it."""
    sent = datetime.fromtimestamp(time.time() if at is None else at, UTC)
    said = {
        "type": "message",
        "id": "1485983408511",
        "timestamp": sent.isoformat().replace("+00:00", "Z"),
        "channelId": "msteams",
        "from": {"id": "29:1", "name": "Urzędnik"},
        "conversation": {"id": "19:x@thread.skype"},
        "textFormat": "plain",
        "text": f"<at>coi</at>&nbsp;{html.escape(text)}\n",
    }
    body = json.dumps(said, ensure_ascii=False).encode()
    digest = hmac.digest(base64.b64decode(secret), body, "sha256")
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Authorization": f"HMAC {base64.b64encode(digest).decode()}",
    }
    kept = {k: v for k, v in (headers | changed).items() if v is not None}
    return "/hooks/teams", body, kept


PRODUCTS = {each.__name__: each for each in (mattermost, rocketchat, slack, teams)}


def post(client, sent):
    path, body, headers = sent
    return client.post(path, content=body, headers=headers)


def said_by(client, product, text):
    response = post(client, PRODUCTS[product](text))
    assert response.status_code == 200, response.text
    return response.json()


def as_read(product, message):
    """The words of a message as its reader sees them."""
    text = message["text"]
    if product == "mattermost":
        return html.unescape(re.sub(r"<[^>]+>", "", MarkdownIt().render(text)))
    if product == "slack":
        return "\n".join(
            "".join(element["text"] for element in section["elements"])
            for section in message["blocks"][0]["elements"]
        )
    if product == "teams":
        return html.unescape(re.sub(r"<[^>]+>", "", text.replace("<br>", "\n")))
    shown = re.sub(r"`([^`]*)`", r"\1", text)
    return re.sub(r"\[([^][]*)\]\([^)]*\)", r"\1", shown)


# --- who is let in --------------------------------------------------------------------


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_question_is_answered_with_its_notes(client, service, product):
    message = said_by(client, product, QUESTION)
    shown = as_read(product, message)

    assert service.asked[-1][0] == QUESTION
    assert f"„{DEATH_PENALTY}” [1]" in shown
    assert "Przypisy" in shown
    notes = shown.partition("Przypisy")[2]
    assert "[1] Kazachstan. Sytuacja bezpieczeństwa" in notes
    assert "przypis 18: Amnesty International" in notes
    assert "nie rozstrzyga o udzieleniu ochrony" in shown
    answer_id = re.search(r"/answers/(\w{32})", json.dumps(message))[1]
    assert f"{SITE}/answers/{answer_id}" in json.dumps(message)
    assert client.get(f"/v1/answers/{answer_id}").status_code == 200
    assert f"{SITE}/reports/" in json.dumps(message)


def test_each_gets_the_shape_that_it_reads(client):
    shapes = {name: said_by(client, name, QUESTION) for name in PRODUCTS}

    assert shapes["mattermost"] == {
        "response_type": "ephemeral",
        "text": shapes["mattermost"]["text"],
        "skip_slack_parsing": True,
    }
    assert set(shapes["rocketchat"]) == {"text", "parseUrls"}
    assert shapes["slack"]["response_type"] == "ephemeral"
    assert set(shapes["slack"]) == {"response_type", "text", "blocks"}
    assert {k: shapes["teams"][k] for k in ("type", "textFormat")} == {
        "type": "message",
        "textFormat": "xml",
    }


WRONG = {
    "mattermost, another token": lambda: mattermost(QUESTION, token="x" * 26),
    "mattermost, no token": lambda: mattermost(QUESTION, token=None),
    "mattermost, an empty token": lambda: mattermost(QUESTION, token=""),
    "mattermost, another in the header": lambda: mattermost(
        QUESTION, Authorization=f"Token {ROCKETCHAT}"
    ),
    "mattermost, twice": lambda: (
        "/hooks/mattermost",
        urlencode([("token", MATTERMOST), ("token", "x"), ("text", "Czy?")]).encode(),
        {"Content-Type": FORM},
    ),
    "rocketchat, another token": lambda: rocketchat(QUESTION, token=MATTERMOST),
    "rocketchat, a number": lambda: rocketchat(QUESTION, token=7),
    "rocketchat, null": lambda: rocketchat(QUESTION, token=None),
    "slack, another secret": lambda: slack(QUESTION, secret="x" * 32),
    "slack, no signature": lambda: slack(QUESTION, **{"X-Slack-Signature": None}),
    "slack, no time": lambda: slack(QUESTION, **{"X-Slack-Request-Timestamp": None}),
    "slack, another time": lambda: slack(
        QUESTION, **{"X-Slack-Request-Timestamp": str(int(time.time()) - 1)}
    ),
    "slack, stale": lambda: slack(QUESTION, at=time.time() - 301),
    "slack, of the future": lambda: slack(QUESTION, at=time.time() + 310),
    "slack, not ASCII": lambda: slack(QUESTION, **{"X-Slack-Signature": b"v0=\xff"}),
    "slack, another body": lambda: (
        "/hooks/slack",
        slack("Inne?")[1],
        slack(QUESTION)[2],
    ),
    "teams, another secret": lambda: teams(
        QUESTION, secret=base64.b64encode(b"x" * 32).decode()
    ),
    "teams, no signature": lambda: teams(QUESTION, Authorization=None),
    "teams, another scheme": lambda: teams(
        QUESTION,
        Authorization="Bearer " + teams(QUESTION)[2]["Authorization"][5:],
    ),
    "teams, stale": lambda: teams(QUESTION, at=time.time() - 301),
    "teams, another body": lambda: (
        "/hooks/teams",
        teams("Inne?")[1],
        teams(QUESTION)[2],
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_signed_rightly_gets_nothing(client, service, name):
    sent = WRONG[name]()
    response = post(client, sent)

    assert response.status_code == 401, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert DEATH_PENALTY not in response.text
    assert service.asked == []
    right = PRODUCTS[sent[0].rpartition("/")[2]](QUESTION)
    assert post(client, right).status_code == 200


def test_mattermosts_header_is_enough(client):
    sent = mattermost(QUESTION, token=None, Authorization=f"Token {MATTERMOST}")

    assert post(client, sent).status_code == 200


def test_nearly_stale_is_taken(client):
    assert post(client, slack(QUESTION, at=time.time() - 290)).status_code == 200
    assert post(client, teams(QUESTION, at=time.time() - 290)).status_code == 200


@pytest.mark.parametrize("product", [slack, teams])
def test_a_request_that_is_sent_again_is_refused(client, service, product):
    sent = product(QUESTION)
    first, again = post(client, sent), post(client, sent)

    assert (first.status_code, again.status_code) == (200, 401)
    assert len(service.asked) == 1
    assert post(client, product(QUESTION, at=time.time() - 7)).status_code == 200


@pytest.mark.parametrize("product", PRODUCTS)
def test_without_its_secret_a_product_has_no_route(service, product):
    others = {f: getattr(HOOKS, f) for f in PRODUCTS if f != product}
    client = TestClient(create_app(service, hooks=Hooks(**others)), base_url=SITE)

    assert post(client, PRODUCTS[product](QUESTION)).status_code == 404
    assert service.asked == []


def test_a_page_of_another_site_is_refused_whatever_it_signs(client, service):
    path, body, headers = mattermost(QUESTION)
    sent = path, body, headers | {"Origin": "https://zly.example"}

    assert post(client, sent).status_code == 403
    assert service.asked == []


def test_the_secrets_are_in_no_words():
    assert not any(s in repr(HOOKS) for s in (MATTERMOST, ROCKETCHAT, SLACK, TEAMS))


# --- what is said ---------------------------------------------------------------------


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize("text", ["", "  ", "help", "Pomoc"])
def test_without_a_question_it_says_how_to_ask(client, service, product, text):
    shown = as_read(product, said_by(client, product, text))

    assert "Po poleceniu wpisz pytanie" in shown
    assert service.asked == []


@pytest.mark.parametrize("product", PRODUCTS)
def test_what_cannot_be_asked_is_said_to_its_asker(client, product):
    shown = as_read(product, said_by(client, product, "x" * 3000))

    assert "może mieć najwyżej" in shown


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_silence_names_what_was_searched(client, product):
    shown = as_read(product, said_by(client, product, SILENT))

    assert "W przeszukanych raportach nie znaleziono odpowiedzi." in shown
    assert "Przeszukano – raporty: 1" in shown
    assert "Fragmenty bliskie" in shown
    assert "[1]" not in shown


@pytest.mark.parametrize("product", PRODUCTS)
def test_hostile_words_are_words(client, product):
    message = said_by(client, product, HOSTILE)
    text = message["text"]

    assert BAD in as_read(product, message)
    if product == "mattermost":
        rendered = MarkdownIt("commonmark", {"html": True}).render(text)
        assert "<script" not in rendered
        assert "<img" not in rendered
    if product == "slack":
        assert "<script" not in text
        assert re.findall(r"<(?!http)", text) == []
        assert {e["type"] for s in rich(message) for e in s} == {"text", "link"}
    if product == "teams":
        assert set(re.findall(r"<(/?\w+)", text)) <= {
            "a",
            "/a",
            "b",
            "/b",
            "i",
            "/i",
            "br",
        }
    if product == "rocketchat":
        assert "`" in text


def rich(message):
    return [section["elements"] for section in message["blocks"][0]["elements"]]


@pytest.mark.parametrize("product", PRODUCTS)
def test_it_follows_no_address_that_it_is_given(client, product, monkeypatch):
    """Nothing is sent to `response_url`: no socket is opened to anywhere."""

    def refuse(*_):
        raise AssertionError("something was sent out")

    monkeypatch.setattr(socket.socket, "connect", refuse)

    said_by(client, product, RICH)


# --- what takes long ------------------------------------------------------------------


@pytest.fixture
def slow(service, monkeypatch):
    """The service answers when it is let go."""
    go, ask = threading.Event(), service.ask

    def wait_and_ask(*given, **more):
        go.wait(20)
        return ask(*given, **more)

    monkeypatch.setattr(service, "ask", wait_and_ask)
    yield go
    go.set()


def test_what_takes_longer_than_slack_waits_is_there_the_next_time(
    client, service, slow
):
    first = post(client, slack(QUESTION)).json()
    assert "nie jest jeszcze gotowa" in first["text"]
    assert DEATH_PENALTY not in first["text"]

    slow.set()
    again = post(client, slack(QUESTION, at=time.time() - 60)).json()
    assert DEATH_PENALTY in again["text"]
    assert len(service.asked) == 1


def test_late_answers_are_not_kept_without_end():
    late = commands.LateAnswers(most=2)

    async def run():
        held = threading.Event()
        for name in "abc":
            await late.soon(name, held.wait, patience_s=0.01)
        held.set()
        await asyncio.sleep(0)
        return len(late._tasks)

    assert run_in_loop(run) == 2


def test_quotes_over_a_page_break_keep_all_their_words(client):
    for product in PRODUCTS:
        assert MOSQUES in as_read(product, said_by(client, product, RICH))

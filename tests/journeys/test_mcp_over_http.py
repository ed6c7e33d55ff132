"""/mcp as the rest of the service guards and runs it, over a small service."""

from __future__ import annotations

import json
import re
import threading

import anyio
import httpx2 as httpx
import pytest
from fastapi.testclient import TestClient
from mcp import Client
from tests.fakes_web import IMPRINTS, KAZAKHSTAN, FakeService
from tests.loops import run_in_loop
from tests.serving import serving

from coi_qa.chat.mcp import MAX_BODY_BYTES
from coi_qa.server import create_app
from coi_qa.service import LiveService
from coi_qa.web.guards import hosts_answered

PENALTY = "Czy w Kazachstanie obowiązuje kara śmierci?"
BOTH = {"Accept": "application/json, text/event-stream"}


def called(tool, **arguments):
    params = {"name": tool, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


LISTED = called("list_reports")


@pytest.fixture
def service(tmp_path):
    return FakeService(tmp_path)


@pytest.fixture
def client(service):
    app = create_app(service, hosts=hosts_answered("127.0.0.1", ["coi.lan"]))
    with TestClient(app, base_url="http://127.0.0.1:8000", headers=BOTH) as client:
        yield client


def result_of(response):
    """Return what a tool gave, sent as JSON or as an event."""
    is_stream = response.headers["content-type"].startswith("text/event-stream")
    text = response.text
    if is_stream:
        (text,) = [
            line.removeprefix("data: ")
            for line in text.splitlines()
            if line.startswith("data: ")
        ]
    return json.loads(text)["result"]


@pytest.mark.parametrize(
    ("accept", "sent_as"),
    [
        (BOTH["Accept"], "text/event-stream"),
        ("application/json", "application/json"),
        ("*/*", "application/json"),
    ],
)
def test_a_client_gets_events_or_json_as_it_wants(client, accept, sent_as):
    response = client.post("/mcp", json=LISTED, headers={"Accept": accept})

    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == sent_as
    reports = result_of(response)["structuredContent"]["reports"]
    assert [each["id"] for each in reports] == [each.id for each in IMPRINTS]


@pytest.mark.parametrize("version", ["2025-03-26", "2025-06-18", "2025-11-25"])
def test_clients_of_several_years_are_answered(client, version):
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": version,
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        },
    }

    response = client.post("/mcp", json=hello)

    assert result_of(response)["protocolVersion"] == version
    assert "mcp-session-id" not in response.headers


@pytest.mark.parametrize("accept", [BOTH["Accept"], "application/json"])
def test_responses_have_safe_headers_and_an_id(client, accept):
    headers = {"X-Request-ID": "abc", "Accept": accept}
    response = client.post("/mcp", json=LISTED, headers=headers)

    assert "no-store" in response.headers["cache-control"]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["x-request-id"] == "abc"
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PUT", "OPTIONS"])
def test_nothing_is_sent_that_was_not_asked_for(client, method):
    """A GET would be held open for as long as its sender likes."""
    response = client.request(method, "/mcp")

    assert response.status_code == 405
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9000"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_page_of_another_site_gets_nothing(client, service, headers):
    response = client.post("/mcp", json=called("ask", question="x"), headers=headers)

    assert response.status_code == 403
    assert service.asked == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://127.0.0.1:8000"},
        {"Host": "coi.lan", "Origin": "http://coi.lan"},
        {"Host": "localhost:8000"},
    ],
)
def test_own_pages_and_programs_are_answered(client, headers):
    response = client.post("/mcp", json=LISTED, headers=headers)

    assert response.status_code == 200


def test_another_host_gets_nothing(client):
    response = client.post("/mcp", json=LISTED, headers={"Host": "evil.example"})

    assert response.status_code == 421


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_body_that_is_too_large_is_refused(client, is_chunked):
    body = json.dumps(called("ask", question="a" * MAX_BODY_BYTES)).encode()

    sent = iter([body[:1000], body[1000:]]) if is_chunked else body
    response = client.post(
        "/mcp", content=sent, headers={"Content-Type": "application/json"}
    )

    assert response.status_code == 413


def test_the_largest_answer_may_be_verified(client):
    answer = {"quotes": [], "padding": "a" * (MAX_BODY_BYTES - 1000)}

    response = client.post("/mcp", json=called("verify", answer=answer))

    assert result_of(response)["isError"]


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{}", "application/json; charset=utf-16", 415),
        (b"{}", "text/plain", 400),
        (b"{", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "no/such"}', "application/json", 200),
        (
            json.dumps(called("ask", question="@")).replace("@", r"\ud800").encode(),
            "application/json",
            400,
        ),
    ],
)
def test_what_cannot_be_read_is_refused(client, service, content, kind, status):
    response = client.post("/mcp", content=content, headers={"Content-Type": kind})

    assert response.status_code == status
    assert "Traceback" not in response.text
    assert service.asked == []


def test_half_a_character_is_refused_by_the_newest_protocol_too(client, service):
    meta = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    asked = called("ask", question="@", countries=["#"])
    asked["params"]["_meta"] = meta
    headers = {
        "MCP-Protocol-Version": "2026-07-28",
        "Mcp-Method": "tools/call",
        "Mcp-Name": "ask",
        "Content-Type": "application/json",
    }

    def send(question, country):
        text = json.dumps(asked).replace("@", question).replace("#", country)
        return client.post("/mcp", content=text.encode(), headers=headers)

    assert not result_of(send(PENALTY, "KAZ"))["isError"]  # the control
    for bad in (send(r"\ud800", "KAZ"), send(PENALTY, r"\ud800")):
        assert result_of(bad)["isError"]
        assert re.search("should be a valid string|lone surrogate", bad.text)
    assert len(service.asked) == 1


def test_the_answer_has_the_bytes_that_every_door_gives(client):
    given = result_of(client.post("/mcp", json=called("ask", question=PENALTY)))
    posted = client.post("/v1/answers", json={"question": PENALTY})

    assert given["structuredContent"] == posted.json()


def test_addresses_are_those_of_the_host_that_was_asked(client):
    passage = called("get_passage", report=KAZAKHSTAN, page=2)

    given = result_of(client.post("/mcp", json=passage, headers={"Host": "coi.lan"}))

    url = given["structuredContent"]["url"]
    assert url == f"http://coi.lan/reports/{KAZAKHSTAN}/pages/2"
    assert client.get(url).status_code == 200


def test_before_the_service_runs_it_says_that_it_does_not(service):
    app = create_app(service)

    response = TestClient(app).post("/mcp", json=LISTED, headers=BOTH)

    assert response.status_code == 503


def test_an_application_may_be_started_again(service):
    app = create_app(service)

    for _ in range(2):
        with TestClient(app, headers=BOTH) as client:
            assert client.post("/mcp", json=LISTED).status_code == 200


# --- many at once ---------------------------------------------------------------------


class Slow(FakeService):
    """Holds back each answer until it is let go."""

    def __init__(self, folder):
        super().__init__(folder)
        self.begun, self.go = threading.Semaphore(0), threading.Event()

    def ask(self, question, **asked):
        self.begun.release()
        self.go.wait(30)
        return super().ask(question, **asked)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_full_service_says_so_and_reads_on(tmp_path, mode):
    slow = Slow(tmp_path)
    found = {}

    async def conversation(address):
        async with Client(f"{address}/mcp", mode=mode) as client:

            async def ask(at):
                arguments = {"question": f"{PENALTY} {at}"}
                found[at] = await client.call_tool("ask", arguments)

            async with anyio.create_task_group() as group:
                for at in range(2):
                    group.start_soon(ask, at)
                    await anyio.to_thread.run_sync(slow.begun.acquire)
                await ask(2)
                found["read"] = await client.call_tool("list_reports", {})
                slow.go.set()

    with serving(create_app(slow, at_once=2, waiting=0)) as address:
        run_in_loop(conversation, address)

    assert [found[at].is_error for at in (0, 1, 2)] == [False, False, True]
    assert "try again in a few seconds" in found[2].content[0].text
    assert not found["read"].is_error
    for at in range(2):
        assert found[at].structured_content["question"] == f"{PENALTY} {at}"


class Passing(FakeService):
    """An index that another one takes the place of as soon as it is listed."""

    def __init__(self, folder):
        super().__init__(folder)
        self.current = self.index_id

    def imprints(self):
        self.current = "empty"
        return super().imprints()


class Empty(FakeService):
    """The index after it, in which there is nothing."""

    def __init__(self, folder):
        super().__init__(folder)
        self.index_id = "empty"

    def imprints(self):
        return ()

    def page_count(self, report_id):
        raise AssertionError("asked of another index")


@pytest.mark.parametrize("accept", [BOTH["Accept"], "application/json"])
def test_a_request_ends_with_the_index_that_it_began_with(tmp_path, accept):
    passing = Passing(tmp_path)
    live = LiveService(
        passing,
        current_id=lambda: passing.current,
        reopen=lambda _: Empty(tmp_path),
    )

    with TestClient(create_app(live), headers={"Accept": accept}) as client:
        first, second = (
            result_of(client.post("/mcp", json=LISTED))["structuredContent"]["reports"]
            for _ in range(2)
        )

    assert (len(first), second) == (2, [])


def test_a_server_that_is_told_to_stop_is_not_held_by_a_client(service):
    with serving(create_app(service)) as address, httpx.Client() as kept:
        kept.post(f"{address}/mcp", json=LISTED, headers=BOTH)

    # `serving` has waited for its end.
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{address}/healthz")

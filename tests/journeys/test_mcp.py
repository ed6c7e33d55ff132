"""An assistant's way to the reports: the official client, over HTTP and over stdio."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import anyio
import httpx2 as httpx
import jsonschema
import pytest
from mcp import Client, MCPError, StdioServerParameters
from tests.loops import run_in_loop
from tests.serving import serving

from coi_qa.server import create_app
from coi_qa.web.guards import hosts_answered

pytestmark = pytest.mark.model

GOLD = Path(__file__).parents[2] / "eval" / "gold" / "sample_open.jsonl"
TOOLS = {
    "ask",
    "search",
    "get_passage",
    "resolve_footnote",
    "verify",
    "list_reports",
}
PENALTY = "Czy w Kazachstanie grozi kara śmierci?"
COMMAND = Path(sys.executable).with_name("coi-qa")
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
JSON = {"Accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def address(service):
    with serving(create_app(service, hosts=hosts_answered("127.0.0.1", ()))) as found:
        yield found


def talk(target, conversation):
    """Hold a conversation with a server and return what it gives."""

    async def hold():
        async with Client(target) as client:
            return await conversation(client)

    return run_in_loop(hold)


@pytest.fixture(scope="module")
def call(address):
    """Call a tool over HTTP."""

    def run(tool, **arguments):
        return talk(f"{address}/mcp", lambda client: client.call_tool(tool, arguments))

    return run


@pytest.fixture(scope="module")
def answer(call):
    return call("ask", question=PENALTY).structured_content


@pytest.fixture(scope="module")
def tools(address):
    return talk(f"{address}/mcp", lambda client: client.list_tools()).tools


class TestOverHttp:
    def test_the_tools_are_listed_with_their_schemas(self, tools):
        assert {tool.name for tool in tools} == TOOLS
        for tool in tools:
            jsonschema.Draft202012Validator.check_schema(tool.input_schema)
            jsonschema.Draft202012Validator.check_schema(tool.output_schema)
            assert tool.description
            assert tool.annotations.read_only_hint

    def test_asking_gives_what_the_service_answers(self, address, answer):
        posted = httpx.post(f"{address}/v1/answers", json={"question": PENALTY})
        assert answer == posted.json()

    def test_a_dozen_gold_questions_verify(self, call, tools):
        schema = next(tool.output_schema for tool in tools if tool.name == "ask")
        for line in GOLD.read_text("utf-8").splitlines()[:12]:
            given = call("ask", question=json.loads(line)["question"])
            jsonschema.validate(given.structured_content, schema)
            checked = call("verify", answer=given.structured_content)
            assert checked.structured_content["differences"] == []
            assert checked.structured_content["is_faithful"]

    def test_its_text_has_numbers_and_notes(self, call):
        (text,) = call("ask", question=PENALTY).content
        assert "[1]" in text.text
        assert "**Przypisy**" in text.text

    def test_one_changed_digit_is_found(self, call, answer):
        source = answer["sources"][0]
        changed = json.loads(json.dumps(answer))
        changed["sources"][0]["date"] = source["date"].replace("2025", "2024")
        checked = call("verify", answer=changed).structured_content
        assert not checked["is_faithful"]
        assert "2024" in checked["differences"][0]

    def test_a_single_quote_is_held_to_its_place(self, call, answer):
        quote = answer["quotes"][0]
        place = quote["places"][0]
        said = {
            "report": quote["report"]["id"],
            "page": place["page"],
            "text": quote["text"],
        }
        placed = said | {"start": place["start"], "end": place["end"]}
        for right in (said, placed):
            assert call("verify", quote=right).structured_content["is_faithful"]
        for right in (said, placed):
            wrong = right | {"text": quote["text"].replace("nie", "", 1)}
            assert not call("verify", quote=wrong).structured_content["is_faithful"]

    def test_a_stored_answer_is_verified_by_its_id(self, call, answer):
        checked = call("verify", answer_id=answer["id"])
        assert checked.structured_content["is_faithful"]

    def test_a_search_gives_passages_that_stand_on_their_pages(self, call):
        found = call("search", query="kara śmierci", countries=["KAZ"], limit=3)
        passages = found.structured_content["passages"]
        assert len(passages) == 3
        for passage in passages:
            assert passage["report"]["countries"] == ["KAZ"]
            place = passage["places"][0]
            read = call(
                "get_passage",
                report=passage["report"]["id"],
                page=place["page"],
                start=place["start"],
                end=place["end"],
            )
            assert passage["text"].startswith(read.structured_content["text"])

    def test_a_footnote_is_resolved_to_its_source(self, call, answer):
        quote = answer["quotes"][0]
        note = quote["notes"][0]
        found = call(
            "resolve_footnote", report=quote["report"]["id"], number=note["number"]
        ).structured_content["footnotes"]
        assert note["raw"] in [each["raw"] for each in found]
        assert found[0]["source"]["publisher"] == answer["sources"][0]["publisher"]

    def test_reports_are_listed_by_country_and_are_resources(self, address, call):
        listed = call("list_reports", country="kaz").structured_content["reports"]
        assert [report["countries"] for report in listed] == [["KAZ"]]
        report_id = listed[0]["id"]

        async def read(client):
            listed = await client.list_resources()
            whole = await client.read_resource(f"coi://reports/{report_id}")
            page = await client.read_resource(f"coi://reports/{report_id}/pages/3")
            return listed.resources, whole.contents[0], page.contents[0]

        resources, whole, page = talk(f"{address}/mcp", read)
        assert f"coi://reports/{report_id}" in [str(each.uri) for each in resources]
        assert json.loads(whole.text) == listed[0]
        stored = httpx.get(f"{address}/v1/reports/{report_id}/pages/3").json()
        assert page.text == stored["text"]

    @pytest.mark.parametrize(
        "uri", ["coi://reports/abc", "coi://reports/abc/pages/one"]
    )
    def test_a_resource_that_is_none_is_told(self, address, uri):
        async def read(client):
            with pytest.raises(MCPError, match=r"raport|is no page"):
                await client.read_resource(uri)

        talk(f"{address}/mcp", read)

    @pytest.mark.parametrize(
        ("tool", "arguments", "said"),
        [
            ("ask", {"question": " "}, "puste"),
            ("ask", {"question": PENALTY, "countries": ["Atlantyda"]}, "Atlantyda"),
            ("ask", {"question": PENALTY, "as_at": "wczoraj"}, "as_at"),
            ("ask", {}, "question"),
            ("search", {"query": "x", "limit": 99}, "limit"),
            ("get_passage", {"report": "abc", "page": 1}, "raport"),
            ("resolve_footnote", {"report": "abc", "number": 1}, "raport"),
            ("verify", {}, "expected one"),
            ("verify", {"answer": {"no": "answer"}}, "not an answer"),
        ],
    )
    def test_what_is_wrong_is_told_in_our_words(self, call, tool, arguments, said):
        result = call(tool, **arguments)
        assert result.is_error
        assert said in result.content[0].text
        assert "Traceback" not in result.content[0].text

    def test_a_range_beyond_its_page_is_told(self, call, answer):
        report = answer["quotes"][0]["report"]["id"]
        result = call("get_passage", report=report, page=1, start=5, end=10**6)
        assert result.is_error
        assert "is no range" in result.content[0].text

    def test_several_at_once_get_their_own(self, address):
        questions = [PENALTY, "Ile trwa służba wojskowa w Zelmarii?"] * 2
        found = {}

        async def ask(client, at):
            given = await client.call_tool("ask", {"question": questions[at]})
            found[at] = given.structured_content["question"]

        async def all_at_once(client):
            async with anyio.create_task_group() as group:
                for at in range(len(questions)):
                    group.start_soon(ask, client, at)

        talk(f"{address}/mcp", all_at_once)
        assert [found[at] for at in range(len(questions))] == questions


class TestGuards:
    def test_a_call_from_here_is_let_in(self, address):
        given = httpx.post(f"{address}/mcp", json=PING, headers=JSON)
        assert given.status_code == 200
        assert given.headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in given.headers["Cache-Control"]

    @pytest.mark.parametrize(
        ("headers", "status"),
        [({"Origin": "http://zly.example"}, 403), ({"Host": "zly.example"}, 421)],
    )
    def test_another_site_s_is_not(self, address, headers, status):
        given = httpx.post(f"{address}/mcp", json=PING, headers=JSON | headers)
        assert given.status_code == status

    def test_too_large_a_body_is_not(self, address):
        body = PING | {"params": {"x": "y" * 2**20}}
        assert httpx.post(f"{address}/mcp", json=body, headers=JSON).status_code == 413


class TestOverStdio:
    def test_the_command_answers_the_official_client(self, environ, indexed):
        parameters = StdioServerParameters(
            command=str(COMMAND), args=["mcp"], env=environ
        )

        async def conversation(client):
            with anyio.fail_after(120):
                listed = await client.list_tools()
                given = await client.call_tool("ask", {"question": PENALTY})
                wrong = await client.call_tool("ask", {"question": " "})
            return listed.tools, given.structured_content, wrong

        tools, given, wrong = talk(parameters, conversation)
        assert {tool.name for tool in tools} == TOOLS
        assert given["status"] == "answered"
        assert wrong.is_error

    def test_it_writes_the_protocol_and_nothing_else_and_ends(self, environ, indexed):
        hello = {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "initialize",
            "params": {
                "protocolVersion": "2025-06-18",
                "capabilities": {},
                "clientInfo": {"name": "test", "version": "1"},
            },
        }
        sent = [hello, {"jsonrpc": "2.0", "method": "notifications/initialized"}]
        done = subprocess.run(
            [COMMAND, "mcp"],
            input="".join(f"{json.dumps(message)}\n" for message in sent),
            capture_output=True,
            text=True,
            env=environ | {"PYTHONWARNINGS": "always"},
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        (reply,) = map(json.loads, done.stdout.splitlines())
        assert reply["id"] == 1
        assert reply["result"]["serverInfo"]["name"] == "coi_qa"
        assert "standard input" in done.stderr

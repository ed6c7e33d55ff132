"""`coi-qa mcp` as an assistant's program starts it, over a small service."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters
from tests.fakes_web import KAZAKHSTAN
from tests.loops import run_in_loop

ROOT = Path(__file__).parents[2]
STARTED = "answers over standard input and output"
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}
READY = {"jsonrpc": "2.0", "method": "notifications/initialized"}


def called(number, tool, **arguments):
    params = {"name": tool, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}


@pytest.fixture
def command(tmp_path):
    return [sys.executable, "-m", "tests.serving_mcp", str(tmp_path)]


@pytest.fixture
def environ(tmp_path):
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    state = str(tmp_path / "state")
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    return kept | {"PYTHONPATH": path, "COI_QA_STATE_DIR": state}


@pytest.fixture
def process(command, environ):
    started = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environ,
        cwd=ROOT,
    )
    yield started
    started.kill()
    started.wait()
    for pipe in (started.stdin, started.stdout, started.stderr):
        pipe.close()


def say(process, *messages):
    process.stdin.write("".join(f"{json.dumps(each)}\n" for each in messages))
    process.stdin.flush()


def wait_until_started(process):
    heard = []
    for line in process.stderr:
        heard.append(line)
        if STARTED in line:
            break
    return heard


def test_the_official_client_uses_every_tool(command, environ):
    parameters = StdioServerParameters(
        command=command[0], args=command[1:], env=environ, cwd=ROOT
    )
    place = {"report": KAZAKHSTAN, "page": 2}

    async def hold():
        async with Client(parameters) as client:
            answer = await client.call_tool("ask", {"question": "Kara śmierci?"})
            calls = {
                "search": {"query": "bazy"},
                "get_passage": place,
                "resolve_footnote": {"report": KAZAKHSTAN, "number": 18},
                "verify": {"answer_id": answer.structured_content["id"]},
                "list_reports": {},
            }
            results = [await client.call_tool(n, a) for n, a in calls.items()]
            listed = await client.list_resources()
            return answer, results, listed.resources

    answer, results, resources = run_in_loop(hold)

    assert "śmierci" in answer.structured_content["quotes"][0]["text"]
    assert [result.is_error for result in results] == [False] * 5
    assert len(resources) == 2


def test_nothing_but_the_protocol_is_on_its_output(process):
    say(process, HELLO, READY, called(2, "search", query="bazy"))
    lines = [json.loads(process.stdout.readline()) for _ in range(2)]
    rest, said = process.communicate()

    assert [line["id"] for line in lines] == [1, 2]
    assert rest == ""
    for stray in ("printed while", "written while", "printed in", "written in"):
        assert stray in said


def test_it_ends_with_its_input(process):
    say(process, HELLO, READY)
    process.stdout.readline()
    _, said = process.communicate()

    assert process.returncode == 0
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("sent", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)], ids=["TERM", "INT"]
)
def test_it_ends_when_it_is_told_to_while_its_input_is_open(process, sent, code):
    wait_until_started(process)
    say(process, HELLO)
    process.stdout.readline()

    process.send_signal(sent)

    assert process.wait(timeout=60) == code
    assert "Traceback" not in process.stderr.read()


def test_it_ends_quietly_when_nobody_reads_its_output(process):
    wait_until_started(process)
    process.stdout.close()
    say(process, HELLO)

    assert process.wait(timeout=60) == 0
    assert "Traceback" not in process.stderr.read()


def test_what_is_no_message_is_passed_over(process):
    process.stdin.write('not json\n{"jsonrpc": "2.0"}\n\n')
    say(process, HELLO)

    assert json.loads(process.stdout.readline())["id"] in (1, None)


def test_without_an_index_it_says_so_and_how_to_make_one(tmp_path, environ):
    done = subprocess.run(
        [sys.executable, "-m", "coi_qa.cli", "mcp", "--indexes", str(tmp_path)],
        capture_output=True,
        text=True,
        env=environ,
        check=False,
        stdin=subprocess.DEVNULL,
    )

    assert (done.returncode, done.stdout) == (4, "")
    assert "coi-qa index" in done.stderr

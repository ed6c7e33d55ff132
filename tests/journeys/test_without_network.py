"""The network cut: what was installed goes on answering."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root"),
    pytest.mark.skipif(
        not (shutil.which("unshare") and shutil.which("ip")),
        reason="needs unshare and ip (util-linux, iproute2)",
    ),
]

COMMAND = str(Path(sys.executable).with_name("coi-qa"))
QUESTION = "Czy w Kazachstanie grozi kara śmierci?"

OUTSIDE = """
import socket
try:
    socket.create_connection(("192.0.2.1", 80), timeout=3)
except OSError as error:
    print(error.strerror)
"""

SERVED = """
import json, subprocess, sys, time, urllib.error, urllib.request
at = "http://127.0.0.1:8000"
server = subprocess.Popen([sys.argv[1], "serve", "--port", "8000"])
try:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            ready = urllib.request.urlopen(at + "/readyz", timeout=5).status
            break
        except urllib.error.URLError:
            time.sleep(0.2)
    body = json.dumps({"question": sys.argv[2]}).encode()
    asked = urllib.request.Request(
        at + "/v1/answers", body, {"Content-Type": "application/json"}
    )
    answer = json.load(urllib.request.urlopen(asked, timeout=60))
    print(json.dumps({"ready": ready, "answer": answer}))
finally:
    server.terminate()
    print(server.wait(20), file=sys.stderr)
"""


@pytest.fixture
def cut_off(environ):
    """Run a command where there is no network but loopback."""

    def run(*arguments):
        script = 'ip link set lo up && exec "$@"'
        return subprocess.run(
            ["unshare", "-n", "sh", "-c", script, "sh", *arguments],
            capture_output=True,
            text=True,
            env=environ,
            check=False,
            timeout=120,
        )

    return run


def test_nothing_outside_can_be_reached_there(cut_off):
    """The control: the network is really cut."""
    done = cut_off(sys.executable, "-c", OUTSIDE)

    assert done.stdout == "Network is unreachable\n"


def test_asking_gives_the_same_bytes_as_with_a_network(cut_off, command_here, indexed):
    done = cut_off(COMMAND, "ask", QUESTION, "--json")

    assert done.returncode == 0, done.stderr
    assert done.stdout == command_here("ask", QUESTION, "--json").out


def test_the_service_answers_over_loopback_and_ends_when_told(cut_off, ask, indexed):
    done = cut_off(sys.executable, "-c", SERVED, COMMAND, QUESTION)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"ready": 200, "answer": ask(QUESTION)}

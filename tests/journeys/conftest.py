"""The sample corpus, indexed once with the real model; the command line beside it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest
from tests.fakes_index import CORPUS, settings_in

from coi_qa import cli, wiring

COMMAND = Path(sys.executable).with_name("coi-qa")
Ended = namedtuple("Ended", "code out err")


@pytest.fixture(scope="session")
def settings(tmp_path_factory, model_cache):
    folder = tmp_path_factory.mktemp("real")
    return replace(settings_in(folder), model_cache=model_cache)


@pytest.fixture(scope="session")
def environ(settings):
    """The environment that a command finds the session's folders by."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("COI_QA_")}
    return kept | {
        "COI_QA_INDEXES_DIR": str(settings.indexes_dir),
        "COI_QA_STATE_DIR": str(settings.state_dir),
        "COI_QA_MODEL_CACHE": str(settings.model_cache),
    }


@pytest.fixture(scope="session")
def command(environ):
    """Run `coi-qa` in a process of its own; loading the model would take 12 s."""

    def run(*arguments):
        done = subprocess.run(
            [COMMAND, *map(str, arguments)],
            capture_output=True,
            text=True,
            env=environ,
            check=False,
            timeout=120,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def command_here(environ, default_embedder):
    """Run `coi-qa` in this process, with the model that is loaded already."""

    def run(*arguments):
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(wiring, "load_embedder", lambda *_, **__: default_embedder)
            for name, value in environ.items():
                patch.setenv(name, value)
            with (
                contextlib.redirect_stdout(out),
                contextlib.redirect_stderr(err),
                pytest.raises(SystemExit) as ended,
            ):
                cli.main([str(argument) for argument in arguments])
        return Ended(ended.value.code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture(scope="session")
def indexed(command_here):
    """What `coi-qa index corpus` says; the index is there from then on."""
    ended = command_here("index", CORPUS)
    assert ended.code == 0, ended.err
    return ended


@pytest.fixture(scope="session")
def ask(command_here, indexed):
    """Return the JSON answer to a question."""

    def run(question, *arguments):
        ended = command_here("ask", question, "--json", *arguments)
        assert ended.code == 0, ended.err
        return json.loads(ended.out)

    return run


@pytest.fixture(scope="session")
def service(settings, default_embedder, indexed):
    return wiring.build_service(settings, embedder=default_embedder)

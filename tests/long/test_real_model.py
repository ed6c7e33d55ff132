"""A real model, small and no Pole, behind a real server, asked through the writer.

It copies, babbles and repeats the example of its prompt. What of that is shown stands
in the quotes; what it says besides is withheld, and both are printed.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from tests.drafts import as_they_are
from tests.fakes_index import CORPUS, settings_in
from tests.long.test_every_question_attacked import (
    DIGITS,
    Quiet,
    misquotes,
    says_more,
)

from coi_qa import wiring
from coi_qa.adapters.writer_remote import Server, is_reachable
from coi_qa.domain.answer import Status

pytestmark = [pytest.mark.long, pytest.mark.model]

ROOT = Path(__file__).parents[2]
VENV = Path(os.environ.get("MODEL_VENV", ROOT / ".venv-model"))
START_S = 300
ANSWER_S = 600  # two cores read a prompt of 2000 tokens in about a minute
QUESTIONS = (
    "Czy w Kazachstanie grozi kara śmierci?",
    "Jakie służby pilnują porządku w Wardanii?",
    "Czyje wojska stacjonują w Zelmarii?",
    "Ilu więźniów w Zelmarii oczekuje na egzekucję?",
    "Ile było protestów w Kazachstanie w 2025 r.?",
    "Ilu cywilów zginęło w Zelmarii w 2024 r.?",
    "Ile osób zginęło w Sadowicach?",
    "Ile kosztuje paszport w Mirostanie?",
    "Ile trwa służba wojskowa w Mirostanie?",
    "Czy kobieta w Talgorii potrzebuje zgody męża na wyjazd?",
    "Czy w Orsenii jest kara śmierci?",
    "Czy w Talgorii obowiązuje stan wojenny?",
    "Is there a death penalty in Orsenia?",
)


@pytest.fixture(scope="module")
def url():
    """Address of a server that is started with the model, and ended."""
    python = VENV / "bin" / "python"
    weights = sorted(VENV.rglob("SmolLM2*.gguf"))
    if not python.exists() or not weights:
        pytest.fail(f"no model server in {VENV}; 'make long' installs it")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [python, "-m", "llama_cpp.server", f"--model={weights[0]}"]
    command += ["--host=127.0.0.1", f"--port={port}", "--n_ctx=4096"]
    log = subprocess.DEVNULL
    running = subprocess.Popen(command, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}/v1"
    try:
        end = time.monotonic() + START_S
        while is_reachable(Server(address, "smollm2")):
            assert running.poll() is None, "the model server ended by itself"
            assert time.monotonic() < end, "the model server did not begin to answer"
            time.sleep(1)
        yield address
    finally:
        running.terminate()
        running.wait(60)


@pytest.fixture(scope="module")
def service(url, tmp_path_factory, model_cache, default_embedder):
    settings = replace(
        settings_in(tmp_path_factory.mktemp("written")),
        model_cache=model_cache,
        writer=url,
        writer_model="smollm2",
        writer_seconds=ANSWER_S,
    )
    wiring.build_index(settings, [CORPUS], progress=Quiet(), embedder=default_embedder)
    return wiring.build_service(settings, embedder=default_embedder)


def has_other_numbers(statement, quotes):
    words = " ".join(q.text for q in quotes if q.number in statement.quotes)
    return not set(DIGITS.findall(statement.text)) <= set(DIGITS.findall(words))


def test_nothing_of_a_real_model_is_shown_that_its_quotes_do_not_say(service, capsys):
    corpus = " ".join(
        body
        for imprint in service.imprints()
        for _, body in service.shelf.bodies(imprint.id)
    )
    written, faults = Counter(), Counter()
    for question in QUESTIONS:
        answer = service.ask(question)
        written[answer.writer or answer.status.value] += 1
        faults.update(each.fault.value for each in answer.withheld)
        copied = as_they_are(answer.quotes)
        own = [each for each in answer.statements if each not in copied]
        with capsys.disabled():
            print(f"\n{question} [{answer.writer}]")
            for each in answer.statements:
                print("  own   " if each in own else "  copied", each.text[:150])
            for each in answer.withheld:
                print("  withheld", each.fault.value, each.text[:150])

        assert [s for s in answer.statements if misquotes(s, corpus)] == []
        assert [s for s in copied if says_more(s, answer.quotes)] == []
        assert [s for s in own if has_other_numbers(s, answer.quotes)] == []
        if answer.status in (Status.ANSWERED, Status.REPORTED_ABSENCE):
            assert answer.statements

    with capsys.disabled():
        print(dict(written), dict(faults))
    assert written["smollm2 (writer-1)"] >= len(QUESTIONS) // 2

"""Every deliberate error is drawn, and has its exit code and its HTTP status."""

from __future__ import annotations

import inspect

import pytest

from coi_qa import cli, errors
from coi_qa.server import STATUSES

ERRORS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, errors.CoiQaError)
]


@pytest.mark.parametrize("kind", ERRORS)
def test_it_is_drawn_in_the_tree(kind):
    assert f" {kind.__name__} " in f"{errors.__doc__}".replace("\n", " ")


@pytest.mark.parametrize("kind", ERRORS)
def test_it_has_a_status(kind):
    assert kind in STATUSES


@pytest.mark.parametrize("kind", ERRORS)
def test_the_command_line_has_an_exit_code_for_it(kind, monkeypatch, capsys):
    def fail(given, settings):
        raise kind("what was found, what was expected")

    monkeypatch.setattr(cli, "_ask", fail)
    with pytest.raises(SystemExit) as ended:
        cli.main(["ask", "Czy?"])

    assert ended.value.code in {1, 2, 3, 4, 74, 75}
    assert capsys.readouterr().err == "coi-qa: what was found, what was expected\n"

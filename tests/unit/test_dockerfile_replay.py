import importlib.util
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def replay():
    spec = importlib.util.spec_from_file_location(
        "dockerfile_replay", CHECKOUT / "docker" / "replay.py"
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def stages(replay):
    return replay.read_stages((CHECKOUT / "Dockerfile").read_text())[1]


def test_continued_lines_are_one_instruction_with_the_number_of_its_first(replay):
    found = replay.read_instructions("# c\n\nENV A=1 \\\n# why\n    B=2\nuser 5\n")

    assert [(i.line, i.name, i.rest) for i in found] == [
        (3, "ENV", "A=1 B=2"),
        (6, "USER", "5"),
    ]


def test_an_instruction_that_does_not_end_is_refused(replay):
    with pytest.raises(replay.ReplayError, match="line 2"):
        replay.read_instructions("FROM a\nRUN b \\\n")


def test_stages_have_their_names_or_their_numbers(replay):
    before, stages = replay.read_stages("ARG V\nFROM a AS one\nRUN x\nFROM b\nRUN y\n")

    assert [i.name for i in before] == ["ARG"]
    assert [(s.name, s.base, len(s.instructions)) for s in stages] == [
        ("one", "a", 1),
        ("1", "b", 1),
    ]


@pytest.mark.parametrize("text", ["", "RUN x\n", "FROM a AS\n", "FROM a b c d\n"])
def test_what_is_no_dockerfile_is_refused(replay, text):
    with pytest.raises(replay.ReplayError):
        replay.read_stages(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$A/b", "1/b"),
        ("${A}b", "1b"),
        ("${B:-2}", "2"),
        ("${A:-2}", "1"),
        ("${A:+yes}${B:+no}", "yes"),
        ("$B.", "."),
    ],
)
def test_variables_are_filled_in(replay, text, expected):
    assert replay.expand(text, {"A": "1"}) == expected


def test_pairs_of_one_env_see_the_values_from_before_it(replay):
    env = replay.Instruction(1, "ENV", "A='x y' B=$A C=\"${A}z\"")

    assert replay.read_pairs(env, {"A": "0"}) == {"A": "x y", "B": "0", "C": "0z"}


def test_commands_are_run_by_a_shell_unless_they_are_lists(replay):
    as_list = replay.Instruction(1, "CMD", '["a", "b c"]')
    as_text = replay.Instruction(1, "RUN", "a && b")

    assert as_list.as_command() == ["a", "b c"]
    assert as_text.as_command() == ["/bin/sh", "-c", "a && b"]


@pytest.mark.parametrize(
    ("path", "ignored"),
    [
        ("src/coi_qa/cli.py", False),
        ("src/coi_qa/__pycache__/cli.pyc", True),
        ("corpus/kazachstan.pdf", False),
        ("corpus/reports.toml", False),
        ("corpus/src/kazachstan.md", True),
        ("state/answers.db", True),
        (".git/config", True),
        ("pyproject.toml", False),
    ],
)
def test_the_image_gets_what_it_is_built_from_and_no_more(replay, path, ignored):
    patterns = replay.read_ignore_file((CHECKOUT / ".dockerignore").read_text())

    assert replay.is_ignored(path, patterns) == ignored


def test_the_paths_that_the_image_writes_are_known(replay, stages):
    assert [replay.find_written_paths(stage) for stage in stages] == [
        ["/opt/build", "/opt/coi_qa", "/opt/venv"],
        ["/opt/coi_qa", "/opt/venv", "/var/lib/coi_qa"],
    ]


def test_the_image_does_not_run_as_root(stages):
    users = [i.rest for i in stages[-1].instructions if i.name == "USER"]

    assert users == ["10001:10001"]


def test_every_install_is_held_to_the_constraints(stages):
    runs = [i.rest for i in stages[0].instructions if i.name == "RUN"]
    installs = [step for run in runs for step in run.split("&&") if " install" in step]

    assert installs
    assert all("constraints.txt" in s or "--no-deps" in s for s in installs)


def test_the_image_never_looks_for_a_model_on_a_hub(replay, stages):
    env = {}
    for instruction in stages[-1].instructions:
        if instruction.name == "ENV":
            env |= replay.read_pairs(instruction, env)

    assert env["HF_HUB_OFFLINE"] == env["TRANSFORMERS_OFFLINE"] == "1"

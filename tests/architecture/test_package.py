"""What holds for every module of the package."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src/coi_qa"
MODULES = sorted(PACKAGE.rglob("*.py"))

NO_NOUNS = {"utils", "util", "helper", "helpers", "manager", "base", "common", "core"}
HEAVY = {"torch", "faiss", "sentence_transformers", "transformers"}
HEAVY |= {"pypdf", "pypdfium2", "morfeusz2", "fastapi", "uvicorn"}

# Two names that would tie the project to one machine.
OUR_MACHINE = re.compile("/" + r"work(?:/|\b(?![\w-]))")
HOST = re.compile(r"https?://([\w.-]+)")
HERE = {"127.0.0.1", "localhost"}


def run(code):
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def tracked_files():
    try:
        done = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.decode().split("\0") if name]


def is_public(name):
    return not name.startswith("_") or (name.startswith("__") and name != "__init__")


def without_docstring(tree):
    """Yield the names of public definitions that say nothing of themselves."""
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if not is_public(node.name):
            continue
        if not ast.get_docstring(node):
            yield node.name
        if isinstance(node, ast.ClassDef):
            yield from (
                f"{node.name}.{inner.name}"
                for inner in node.body
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)
                and not inner.name.startswith("_")
                and not ast.get_docstring(inner)
            )


def code_strings(tree):
    """Yield the strings of a module that are not docstrings."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(
            node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        )
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in docstrings:
            yield node.value


@pytest.mark.parametrize("module", ["wiring", "cli", "ask", "ingest", "evaluation"])
def test_importing_it_loads_no_machine(module):
    loaded = run(f"import sys, coi_qa.{module}; print(*sys.modules)")

    assert loaded & HEAVY == set()
    assert f"coi_qa.{module}" in loaded


def test_the_server_does_load_one():
    """The control: what is not asked for would be seen."""
    assert "fastapi" in run("import sys, coi_qa.server; print(*sys.modules)")


def test_every_public_name_says_what_it_is():
    silent = {
        str(path.relative_to(PACKAGE)): names
        for path in MODULES
        if (names := list(without_docstring(ast.parse(path.read_text("utf-8")))))
    }

    assert silent == {}


def test_every_module_says_what_it_holds():
    silent = [
        p.name for p in MODULES if not ast.get_docstring(ast.parse(p.read_text()))
    ]

    assert silent == []


def test_no_module_is_named_after_nothing():
    names = {p.stem for p in MODULES} | {p.parent.name for p in MODULES}

    assert names & NO_NOUNS == set()
    assert "verify" in names


def test_the_code_names_no_host_of_a_network():
    named = {
        (path.name, host)
        for path in MODULES
        for text in code_strings(ast.parse(path.read_text("utf-8")))
        for host in HOST.findall(text)
        if host not in HERE
    }

    assert named == set()


def test_pages_load_nothing_from_elsewhere():
    pages = [*PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.css")]
    loads = re.compile(r"""(?:src|href|url|@import)\s*[=(]?\s*["']?(?:https?:)?//""")

    found = [p.name for p in pages if loads.search(p.read_text("utf-8"))]

    assert found == []
    assert pages


def test_no_file_names_the_machine_it_was_written_on():
    found = []
    for path in tracked_files():
        try:
            text = path.read_text("utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
        if OUR_MACHINE.search(text):
            found.append(str(path.relative_to(ROOT)))

    assert found == []


def test_an_answer_is_built_in_one_place_only():
    builders = {
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Answer"
    }

    assert builders == {"ask/verify.py"}


def test_only_the_settings_read_the_environment():
    readers = {
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    }

    assert readers <= {"cli.py", "config.py"}

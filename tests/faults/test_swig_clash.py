"""Morfeusz and FAISS in one process share SWIG's table of types."""

from __future__ import annotations

import subprocess
import sys

import pytest

ITERATING = """
import morfeusz2, faiss
found = morfeusz2.Morfeusz(generate=False).analyse("śmierci")
assert any(reading[1].split(":")[0] == "śmierć" for _, _, reading in [
    (r[0], r[1], r[2]) for r in found
])
"""
OURS = """
from coi_qa.adapters.polish import Morphology
{first}
polish = Morphology()
{second}
assert polish.lemmas("śmierci") == ("śmierć",), polish.lemmas("śmierci")
assert polish.is_word("karze") and not polish.is_word("Mażylisu")
"""


def run(code, *, faiss=True):
    """Return how a fresh process with this code ended."""
    code = code if faiss else code.replace(", faiss", "")
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False, timeout=60
    )
    return done.returncode


@pytest.mark.parametrize("order", [("import faiss", ""), ("", "import faiss")])
def test_the_dictionary_works_where_faiss_is_loaded(order):
    first, second = order

    assert run(OURS.format(first=first, second=second)) == 0


def test_morfeusz_s_own_iteration_breaks_where_faiss_is_loaded():
    """The control: the detour in `Morphology` is still needed."""
    assert run(ITERATING) != 0


def test_morfeusz_s_own_iteration_works_alone():
    """The control of the control: nothing but FAISS breaks it."""
    assert run(ITERATING, faiss=False) == 0

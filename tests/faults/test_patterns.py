"""No pattern takes more than its share of time for a long hostile text.

Reports are written by others, so a pattern that takes four times as long for twice the
text would let one line of a report keep the service busy for hours. Growth is compared,
never absolute time.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

import coi_qa
from coi_qa.domain.dates import find_dates
from coi_qa.ingest.sources import read_reference

# Each is repeated; the end keeps a match from being found where one begins.
PIECES = (
    *("a", "A", "1", " ", ".", ",", "-", "–", "(", "[", ")", "]", "/", "ć", "sk"),
    *(
        "1 ",
        "1.",
        "1,",
        "[1",
        "[1]",
        "[1] ",
        "(a",
        "a.",
        "a-",
        "A. ",
        "a, ",
        ", ",
        ": ",
    ),
    *("www.", "http:/", "http://", "12.12.", "2024-", "1 maja ", "dnia ", "1.1", "'a"),
)
ENDS = ("", "!")
SHORT, LONG = 500, 4_000  # characters
MOST_GROWTH = 24.0  # 8 where time is proportional to length, 64 where to its square
TOO_SHORT_TO_TELL_S = 0.002


def patterns() -> Iterator[tuple[str, Callable[[str], object]]]:
    """Yield what looks for each pattern of the package, by where it stands."""
    seen = set()
    for module in pkgutil.walk_packages(coi_qa.__path__, "coi_qa."):
        if module.name.endswith("__main__"):
            continue
        loaded = importlib.import_module(module.name)
        for name, pattern in [*vars(loaded).items(), *inline(loaded)]:
            if not isinstance(pattern, re.Pattern) or isinstance(
                pattern.pattern, bytes
            ):
                continue
            if (pattern.pattern, pattern.flags) not in seen:
                seen.add((pattern.pattern, pattern.flags))
                anchored = is_anchored(loaded, name)
                look = pattern.match if anchored else partial(find_all, pattern)
                yield f"{module.name}, {name}", look


def find_all(pattern, text):
    return sum(1 for _ in pattern.finditer(text))


def inline(module) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield patterns that are written where they are used."""
    tree = ast.parse(Path(module.__file__).read_text("utf-8"))
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
        ):
            written = node.args[0].value
            yield f'"{written}"', re.compile(written)


def is_anchored(module, name):
    """Say whether a pattern is only ever tried at the start of a text."""
    source = Path(module.__file__).read_text("utf-8")
    used = set(re.findall(rf"(?<!\w){re.escape(name)}\.(\w+)", source))
    return bool(used) and used <= {"match", "fullmatch"}


def seconds(look, text):
    """Return the processor time of looking through a text."""
    started = time.process_time()
    look(text)
    return time.process_time() - started


def growth(look, piece, end):
    """Return how much longer eight times the text takes; 1 where it takes no time."""
    short, long = ((piece * n)[:n] + end for n in (SHORT, LONG))
    if seconds(look, long) < TOO_SHORT_TO_TELL_S:
        return 1.0
    slow = min(seconds(look, long) for _ in range(3))
    return slow / max(min(seconds(look, short) for _ in range(5)), 1e-6)


def worst(look):
    """Return the most that it grows, and by which text."""
    found = {(p, e): growth(look, p, e) for p in PIECES for e in ENDS}
    at = max(found, key=found.__getitem__)
    return round(found[at], 1), at


@pytest.mark.parametrize(
    "look", [pytest.param(look, id=name) for name, look in patterns()]
)
def test_a_pattern_takes_time_in_proportion_to_the_text(look):
    grown, text = worst(look)

    assert grown < MOST_GROWTH, f"{text} repeated"


@pytest.mark.parametrize("read", [find_dates, lambda text: read_reference([text])])
def test_dates_and_references_are_read_in_proportion_to_the_text(read):
    grown, text = worst(read)

    assert grown < MOST_GROWTH, f"{text} repeated"


@pytest.mark.parametrize("pattern", [r"a*b", r"\s*x", r"(?:\[1\])+$"])
def test_a_pattern_that_does_not_is_found_out(pattern):
    """The control."""
    look = partial(find_all, re.compile(pattern))

    assert worst(look)[0] >= MOST_GROWTH

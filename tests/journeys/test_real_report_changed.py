"""The real report with other names, figures, fonts and page breaks: the same counts.

Its rules may not have been made for its words or for where its pages end. What was
read out of it is changed, laid out anew by two generators and read again.
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.changed import changed_blocks, typeset_whole
from tests.golden.reading import read
from tests.typeset import (
    Layout,
    Note,
    score,
)

from coi_qa.domain.report import Report
from coi_qa.domain.source import SourceProblem

SHARED = os.environ.get("COI_QA_SHARED")
NAME = "kazachstan-sytuacja-bezpieczenstwa-2025-10.pdf"
FONTS = {
    "typst": ("Libertinus Serif", "New Computer Modern"),
    "weasyprint": ("DejaVu Serif", "DejaVu Sans"),
}
# Stems, so that every case and adjective changes with its name.
NAMES = {
    "kazach": "morań",
    "kazakh": "moran",
    "uzbe": "leven",
    "rosj": "tarw",
    "rosyj": "tarwij",
    "russia": "tarwia",
    "ałma": "olsz",
    "astan": "wierzb",
    "tokaj": "brodz",
    "orda": "wicher",
    "odra": "wihcer",
}
pytestmark = pytest.mark.skipif(SHARED is None, reason="needs COI_QA_SHARED")


@pytest.fixture(scope="module")
def original() -> Report:
    return read(Path(SHARED, "reports", NAME))


def layouts() -> Iterator[tuple[int, Layout]]:
    for seed in range(6):
        dice = random.Random(seed)
        generator = ("typst", "weasyprint")[seed % 2]
        yield (
            seed,
            Layout(
                generator,
                ("raised [n]", "[n]")[seed // 2 % 2],
                font=dice.choice(FONTS[generator]),
                size=dice.choice((9.0, 10.0, 11.0)),
                width=dice.uniform(380, 560),
                justify=dice.random() < 0.5,
            ),
        )


@pytest.mark.parametrize(("seed", "layout"), [*layouts()], ids=lambda value: str(value))
def test_other_names_figures_and_pages_give_the_same_counts(
    seed, layout, original, tmp_path
):
    blocks = list(changed_blocks(original, random.Random(seed), NAMES))
    report = read(typeset_whole(blocks, layout, tmp_path / NAME))
    own = score(report, blocks)

    assert (own.missed, own.strange) == ((), ())
    assert _counts(report) == _counts(original)


def _counts(report: Report) -> dict[str, object]:
    return {
        "headings": len(report.sections) - 1,
        "markers": [marker.number for marker in report.markers],
        "linked": [marker.footnote for marker in report.markers],
        "sources": len(report.sources),
        "shared by": sorted(len(source.footnotes) for source in report.sources),
        "problems": _problems(report),
    }


def _problems(report: Report) -> dict[str, list[int]]:
    """Return the numbers of the notes with each problem."""
    return {
        problem.value: [n.number for n in report.footnotes if problem in n.problems]
        for problem in SourceProblem
    }


def test_the_changes_are_changes(original):
    """The control: a changed report is not the same one again."""
    blocks = list(changed_blocks(original, random.Random(1), NAMES))
    notes = [p for b in blocks for p in getattr(b, "line", ()) if isinstance(p, Note)]
    words = " ".join(
        piece
        for b in blocks
        for piece in getattr(b, "line", ())
        if isinstance(piece, str)
    )

    assert len(notes) == 68
    assert "Kazachstan" not in words
    assert Counter(re.findall(r"\d+", words)) != Counter(
        re.findall(r"\d+", " ".join(page.body for page in original.pages))
    )

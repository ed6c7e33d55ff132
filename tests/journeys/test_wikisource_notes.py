"""Pages of Polish books with their notes, laid out by two generators and read again.

The pages (453 with 1,007 marks) are given with the notes that their marks mean. They
cannot be handed on with the project. Numbering restarts on every page.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from tests.golden.reading import read
from tests.typeset import NOTHING, Layout, NewPage, Note, Paragraph, score, typeset

SHARED = os.environ.get("COI_QA_SHARED")
PAGES = "data/footnotes_pl_wikisource/dev/pages.jsonl"
PAGES_A_PDF = 40
FLOOR = 0.99  # of the marks, tied to the right note

FONT = {"typst": "Libertinus Serif", "weasyprint": "DejaVu Serif"}
# Every so-manieth page is laid out in `make test`; WeasyPrint takes 0.1 s a page.
SAMPLE = {"typst": 12, "weasyprint": 36}

pytestmark = pytest.mark.skipif(SHARED is None, reason="needs COI_QA_SHARED")


def book_pages() -> list[dict]:
    with Path(SHARED, PAGES).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def blocks_of(page: dict) -> list:
    """The paragraphs of a page's body, each `[n]` replaced by its note."""
    notes = {note["n"]: " ".join(note["text"].split()) for note in page["notes"]}
    blocks = [NewPage()]
    for paragraph in page["body"].split("\n"):
        pieces = re.split(r"\[(\d+)\]", paragraph)
        line = [Note(notes[int(p)]) if at % 2 else p for at, p in enumerate(pieces)]
        if paragraph.strip():
            blocks.append(Paragraph(tuple(piece for piece in line if piece)))
    return blocks


def measure(pages: list[dict], layout: Layout, folder: Path):
    total = NOTHING
    for start in range(0, len(pages), PAGES_A_PDF):
        own = pages[start : start + PAGES_A_PDF]
        blocks = [block for page in own for block in blocks_of(page)][1:]
        path = typeset(blocks, layout, folder / f"pages-{start}.pdf")
        total += score(read(path), blocks)
    return total


def layouts(*styles: tuple[str, str]):
    return pytest.mark.parametrize(
        "layout",
        [
            Layout(generator, mark, notes=notes, restart="page", font=FONT[generator])
            for generator in FONT
            for mark, notes in styles
        ],
        ids=str,
    )


@layouts(("raised", "foot"), ("[n]", "foot"), ("*", "foot"))
def test_marks_of_some_pages_are_tied_to_their_notes(layout, tmp_path):
    total = measure(book_pages()[:: SAMPLE[layout.generator]], layout, tmp_path)

    assert total.printed > 20
    assert total.right >= FLOOR * total.printed, (total.missed, total.strange)


@pytest.mark.long
@layouts(
    ("raised", "foot"),
    ("[n]", "foot"),
    ("raised [n]", "foot"),
    ("raised n)", "foot"),
    ("*", "foot"),
    ("[n]", "hand"),
    ("raised", "hand"),
)
def test_marks_of_all_pages_are_tied_to_their_notes(layout, tmp_path):
    total = measure(book_pages(), layout, tmp_path)

    print(f"{layout}: {total.right} of {total.printed}; {total.missed}")
    assert total.printed == 1007
    assert total.right >= FLOOR * total.printed, (total.missed, total.strange)
    assert len(total.strange) <= (1 - FLOOR) * total.printed

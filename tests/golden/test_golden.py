"""Small PDFs and everything that is read out of them (`make golden` rewrites both)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.golden.reading import document

from coi_qa.adapters.pdf import read_pages

HERE = Path(__file__).parent
EXPECTED = sorted((HERE / "expected").glob("*.json"))
MAX_BYTES = 60_000


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.stem)
def test_what_is_read_is_what_is_printed(expected):
    found = document(HERE / f"{expected.stem}.pdf")

    assert found == json.loads(expected.read_text("utf-8"))


def test_every_golden_pdf_has_its_expected_document_and_is_small():
    pdfs = {path.stem: path.stat().st_size for path in HERE.glob("*.pdf")}

    assert sorted(pdfs) == [path.stem for path in EXPECTED]
    assert {name for name, size in pdfs.items() if size > MAX_BYTES} == set()


def test_the_addresses_that_notes_link_to_are_read_with_their_places():
    pages = read_pages(HERE / "bare.pdf").pages
    links = [link for page in pages for link in page.links]

    assert all(link.url.startswith("https://") for link in links)
    assert all(0 < link.box[1] < link.box[3] < pages[0].height for link in links)
    assert len(links) == 10

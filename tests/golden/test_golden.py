"""Small PDFs and everything that is read out of them (`make golden` rewrites both)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.golden.reading import document

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

"""Real PDFs by others, many of them broken: each is read or refused with its reason."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.faults.reading_table import table

from coi_qa.errors import Refusal

ROOT = Path(__file__).parents[2]
SHARED = os.environ.get("COI_QA_SHARED")
needs_files = pytest.mark.skipif(SHARED is None, reason="needs COI_QA_SHARED")

# poppler counts characters in these two; pdfium draws them as pictures or not at all.
WORDLESS = {"malformed-from-issue-932.pdf", "type3_font_nomapping.pdf"}
A_REASON = {refusal.value for refusal in Refusal} - {"crashed", "other"}
LONG_REPORT_S = 60.0  # 172 pages; a file that yields no page ends after 9 s


def results(every):
    folder = Path(SHARED) / "data" / "pdfs" / "dev"
    command = [sys.executable, "-m", "tests.faults.reading_table", str(folder)]
    done = subprocess.run(
        [*command, "--every", str(every), "--json"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def check(found):
    print(*table(found), sep="\n")
    unexplained = [r for r in found if r["outcome"] not in {"read", *A_REASON}]
    wrong = [
        r["said"]
        for r in found
        if "text" in r["tags"] and r["outcome"] in ("no_text_layer", "damaged")
    ]

    assert unexplained == []
    assert [s for s in wrong if s.split(":")[0] not in WORDLESS] == []
    assert [r for r in found if r["outcome"] != "read" and r["s"] >= 10] == []
    assert [r for r in found if r["s"] >= LONG_REPORT_S or r["mib"] >= 1024] == []


@needs_files
def test_each_eighth_pdf_by_others_is_read_or_refused_with_a_reason():
    check(results(every=8))


@needs_files
@pytest.mark.long
def test_each_pdf_by_others_is_read_or_refused_with_a_reason():
    check(results(every=1))


def test_the_table_counts_files_by_tag():
    made = [
        {"tags": ["text"], "outcome": "read", "s": 1.5, "mib": 100},
        {"tags": ["text", "damaged"], "outcome": "damaged", "s": 0.5, "mib": 90},
    ]

    assert list(table(made))[2:] == [
        "| all | 2 | 1 | damaged 1 | 1.5 | 100 |",
        "| damaged | 1 | 0 | damaged 1 | 0.5 | 90 |",
        "| text | 2 | 1 | damaged 1 | 1.5 | 100 |",
    ]

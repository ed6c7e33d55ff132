"""Words that nobody can see are listed with a reason and are not read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.golden.reading import document
from tests.hidden import GENERATORS, HIDDEN, SEEN, TECHNIQUES, with_hidden

from coi_qa.adapters import pdf_child
from coi_qa.adapters.pdf import read_pages

ROOT = Path(__file__).parents[2]
SHARED = os.environ.get("COI_QA_SHARED")
UNREAD = "in an annotation"  # no annotation is read, seen or not


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Write a PDF and read it as the child does, in this process; return its page."""
    folder = tmp_path_factory.mktemp("hidden")

    def read(generator, technique, *, hide):
        path = folder / f"{generator} {technique} {hide}.pdf"
        path.write_bytes(with_hidden(generator, technique, hide=hide))
        _, page = pdf_child.read_document(str(path), ())
        return page

    return read


def words(page):
    return "".join(line["text"] for line in page["lines"])


def solid(text):
    return text.replace(" ", "")


@pytest.mark.parametrize("generator", GENERATORS)
@pytest.mark.parametrize("technique", TECHNIQUES)
def test_hidden_words_are_listed_and_not_read(pages, generator, technique):
    page = pages(generator, technique, hide=True)

    assert solid(HIDDEN) in solid("".join(found["text"] for found in page["hidden"]))
    assert solid(HIDDEN) not in words(page)
    assert solid(SEEN) in words(page)
    assert not any("Widoczne" in found["text"] for found in page["hidden"])


@pytest.mark.parametrize("generator", GENERATORS)
@pytest.mark.parametrize("technique", TECHNIQUES)
def test_the_same_words_are_read_where_they_can_be_seen(pages, generator, technique):
    """The control."""
    page = pages(generator, technique, hide=False)

    assert page["hidden"] == []
    assert solid(SEEN) in words(page)
    assert technique == UNREAD or solid(HIDDEN) in words(page)


def test_inspect_lists_hidden_words_with_page_and_reason(tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(with_hidden("reportlab", "white on white"))

    shown = document(path)

    assert shown["hidden_text"] == [
        {"page": 1, "text": HIDDEN, "reason": "white on white"}
    ]
    assert not any("Ukryte" in body for body in shown["bodies"])


@pytest.mark.parametrize("path", sorted((ROOT / "corpus").glob("*.pdf")), ids=str)
def test_no_words_of_the_sample_reports_count_as_hidden(path):
    assert [found for page in read_pages(path).pages for found in page.hidden] == []


@pytest.mark.skipif(SHARED is None, reason="needs COI_QA_SHARED")
def test_no_words_of_the_real_report_count_as_hidden():
    (path,) = (Path(SHARED) / "reports").glob("*.pdf")

    assert [found for page in read_pages(path).pages for found in page.hidden] == []

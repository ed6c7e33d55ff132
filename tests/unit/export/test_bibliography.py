"""Reports and sources as BibTeX and CSL-JSON, read back by others' eyes."""

from __future__ import annotations

import json

import bibtexparser
import pytest
from bibtexparser.middlewares import LatexDecodingMiddleware, RemoveEnclosingMiddleware
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.export.answers import answered, hostile

from coi_qa.export.bibliography import as_bibtex, as_csl_json, in_address, items_of
from coi_qa.export.lines import printable, printable_document


def read(text):
    """Return the entries of a BibTeX file as a library reads them, TeX undone."""
    found = bibtexparser.parse_string(
        text,
        parse_stack=[
            RemoveEnclosingMiddleware(allow_inplace_modification=True),
            LatexDecodingMiddleware(allow_inplace_modification=True),
        ],
    )
    assert found.failed_blocks == []
    assert all(block.comment[:1] == "%" for block in found.comments)
    return {
        entry.key: {f.key: f.value for f in entry.fields} for entry in found.entries
    }


def balance(text):
    """Return how many braces stay open, counted as BibTeX counts: each one."""
    return text.count("{") - text.count("}")


def test_bibtex_comes_back_as_it_went():
    entries = read(as_bibtex(items_of(answered())))

    assert list(entries) == [k for k in entries if k.startswith("raport-")] + [
        "zrodlo-1",
        "zrodlo-2",
        "zrodlo-3",
    ]
    assert entries["zrodlo-1"] == {
        "author": "Amnesty International",
        "title": "Death sentences and executions 2024",
        "year": "2025",
        "month": "4",
        "day": "8",
        "url": "https://www.amnesty.org/en/documents/act50/8976/2025/en/",
    }
    assert entries["zrodlo-2"] == {
        "author": "Orda.kz",
        "title": "Казахстан: регистрация религиозных объединений",
        "note": "data w raporcie: 06.06.20216",
    }
    assert entries["zrodlo-3"]["note"].startswith("filtry: Kazakhstan, 01.01.2023-")
    assert entries["zrodlo-3"]["urldate"] == "2025-09-17"


def test_what_tex_would_obey_comes_back_as_it_was():
    title = "a_b \\textbf 100% $e & #f ~"

    entries = read(as_bibtex([{"id": "x", "type": "document", "title": title}]))

    assert entries["x"]["title"] == title


@given(st.text(st.characters(), max_size=40))
def test_no_title_can_break_out_of_its_entry(title):
    item = {"id": "x", "type": "webpage", "title": printable(title) or "-"}

    text = as_bibtex([item, {"id": "y", "type": "document", "title": "kontrola"}])

    assert balance(text) == 0
    assert text.count("\n@") == 1  # the second entry and no more
    assert set(read(text)) == {"x", "y"}


def test_an_unescaped_brace_would_break_out():
    """The control: what is guarded against does swallow the next entry."""
    text = "@misc{x,\n  title = {{a } b}},\n}\n\n@misc{y,\n  title = {{kontrola}},\n}\n"

    assert balance(text) == -1


def test_hostile_words_stay_inside_their_fields():
    document = printable_document(hostile())

    text = as_bibtex(items_of(document))

    assert balance(text) == 0
    entries = read(text)
    assert len(entries) == 4
    for entry in entries.values():
        assert not set(entry) - {
            "author", "institution", "title", "year", "month", "day", "url", "urldate",
            "note", "langid", "edition",
        }  # fmt: skip


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.pl/b?c=1&d=%20#e", "https://a.pl/b?c=1&d=%20#e"),
        ("https://a.pl/{x}\\y z", "https://a.pl/%7Bx%7D%5Cy%20z"),
        ("https://a.pl/ż", "https://a.pl/%C5%BC"),
    ],
)
def test_an_address_holds_only_what_may_stand_in_one(url, expected):
    assert in_address(url) == expected


def test_csl_json_is_json_with_the_keys_of_csl():
    items = json.loads(as_csl_json(items_of(answered())))

    assert [item["type"] for item in items] == [
        "report",
        "webpage",
        "document",
        "dataset",
    ]
    assert items[0]["issued"] == {"date-parts": [[2025, 10]]}
    assert items[1]["author"] == [{"literal": "Amnesty International"}]
    assert items[2]["issued"] == {"literal": "06.06.20216"}
    assert "issued" not in items[3]
    assert items[3]["accessed"] == {"date-parts": [[2025, 9, 17]]}


COLOPHON = ["Wyciąg", "Pytanie: @string{a = {b}} @misc{x,", "Sprawdzone przez: ……"]


def test_the_question_stands_above_the_entries_and_begins_none():
    text = as_bibtex(items_of(answered()), colophon=COLOPHON)

    assert text.startswith("% Wyciąg\n% Pytanie: (at)string{a = {b}} (at)misc{x,\n")
    assert read(text) == read(as_bibtex(items_of(answered())))


def test_an_at_sign_above_the_entries_would_begin_one():
    """The control: BibTeX knows no comments but what is outside of entries."""
    text = "% @misc{x, title = {y}}\n" + as_bibtex(items_of(answered()))

    assert "x" in read(text)


def test_each_entry_of_csl_json_is_annotated_with_the_question():
    items = json.loads(as_csl_json(items_of(answered()), colophon=COLOPHON))

    assert {item["annote"] for item in items} == {"\n".join(COLOPHON)}

"""The front door of the evidence pack: forms, styles, names, and what is no answer."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date

import docx
import pypdf
import pytest
from tests.unit.export.answers import answered, hostile, silent

from coi_qa.errors import BadRequestError
from coi_qa.export import FORMS, STYLES, export_answer

DAY = date(2026, 2, 3)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("answer", [answered, silent, hostile])
def test_a_files_name_is_plain_and_says_nothing_of_the_question(form, answer):
    pack = export_answer(answer(), form=form, created=DAY)

    assert re.fullmatch(r"odpowiedz(-[A-Za-z0-9]+)*\.[a-z.]+", pack.file_name)
    assert pack.file_name.endswith(FORMS[form].suffix)
    assert pack.content


@pytest.mark.parametrize("form", ["", "doc", "DOCX", "../pdf"])
def test_another_form_is_refused_with_those_there_are(form):
    with pytest.raises(BadRequestError) as refused:
        export_answer(answered(), form=form)

    assert all(name in str(refused.value) for name in FORMS)
    assert form == "" or form not in str(refused.value).split(", ")


def test_another_style_is_refused_with_those_there_are():
    with pytest.raises(BadRequestError, match=", ".join(STYLES)):
        export_answer(answered(), form="docx", style="chicago")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "change",
    [
        lambda answer: answer.pop("quotes"),
        lambda answer: answer.update(quotes=[{}]),
        lambda answer: answer.update(quotes=5),
        lambda answer: answer.update(status="maybe"),
        lambda answer: answer.update(question=None),
        lambda answer: answer["quotes"][0].update(text=5),
        lambda answer: answer["sources"][0].update(date="8 kwietnia"),
        lambda answer: answer.update(pack={"created": "wczoraj"}),
        lambda answer: answer.update(searched=None),
    ],
)
def test_what_is_no_answer_gets_no_pack(form, change):
    answer = json.loads(json.dumps(answered()))
    change(answer)

    with pytest.raises(BadRequestError, match="not an answer"):
        export_answer(answer, form=form)


@pytest.mark.parametrize("answer", [[], None, 5, "x"])
def test_json_of_another_kind_gets_no_pack(answer):
    with pytest.raises(BadRequestError, match="not an answer"):
        export_answer(answer, form="json")


def test_a_pack_exported_from_a_pack_is_the_same():
    pack = export_answer(answered(), form="json", created=DAY)

    again = export_answer(json.loads(pack.content), form="json")

    assert again.content == pack.content


def test_an_answer_kept_of_old_is_exported_too():
    answer = answered()
    for key in ("tellers", "as_at", "confidence"):
        del answer[key]

    assert export_answer(answer, form="docx", created=DAY).content


def test_nothing_given_is_changed():
    answer = hostile()
    before = json.dumps(answer)

    for form in FORMS:
        export_answer(answer, form=form, created=DAY)

    assert json.dumps(answer) == before


def words_of(pack):
    """Return a pack's words in one line, blanks folded as a page folds them."""
    if pack.file_name.endswith(".docx"):
        document = docx.Document(io.BytesIO(pack.content))
        cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
        text = "\n".join([*(p.text for p in document.paragraphs), *cells])
    elif pack.file_name.endswith(".pdf"):
        pages = pypdf.PdfReader(io.BytesIO(pack.content)).pages
        text = "\n".join(page.extract_text() for page in pages)
    else:
        text = pack.content.decode()
    return " ".join(text.split())


@pytest.mark.parametrize("form", FORMS)
def test_every_form_says_what_was_asked_when_of_which_index_and_is_to_be_signed(form):
    said = words_of(export_answer(answered(), form=form, created=DAY))

    document = answered()
    assert document["question"].strip() in said
    assert document["index"] in said
    assert document["disclaimer"] in said
    assert "2026-02-03" in said or "3 lutego 2026" in said
    assert "Wyszukane przez system, sprawdzone przez: ………" in said


def notes_of(pack):
    """Return the words of a pack with those of its footnotes."""
    if not pack.file_name.endswith(".docx"):
        return words_of(pack)
    with zipfile.ZipFile(io.BytesIO(pack.content)) as archive:
        said = archive.read("word/footnotes.xml").decode()
    return "".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", said))


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_the_footnote_of_a_replaced_edition_says_so(form):
    document = answered()
    document["quotes"][0]["superseded_by"] = {
        "report": "f" * 64,
        "date": "2026-03",
        "edition": "3",
    }
    marked = "uwaga: jest nowsze wydanie tego raportu: marzec 2026"

    for given, count in ((answered(), 0), (document, 1)):
        pack = export_answer(given, form=form)
        assert notes_of(pack).count(marked) == count


@pytest.mark.parametrize("form", ["docx", "pdf", "bibtex", "csl-json"])
def test_a_pack_says_where_its_answer_can_be_seen_again(form):
    address = "https://coi.lan/answers/abc"

    assert address in words_of(export_answer(answered(), form=form, address=address))

"""With a model that writes: what a caseworker sees, keeps and can check."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from pypdf import PdfReader
from tests.scripted_model import scripted_model

from coi_qa import wiring
from coi_qa.adapters.originals import StoredOriginals
from coi_qa.adapters.writer_remote import NO_ANSWER, PROMPT
from coi_qa.ask.recheck import differences
from coi_qa.asking import keep_answer
from coi_qa.export import export_answer
from coi_qa.server import create_app

pytestmark = pytest.mark.model

QUESTION = "Czy w Kazachstanie grozi kara śmierci?"
TRUE = "W prawie Kazachstanu nie ma kary śmierci."
FALSE = "W prawie Kazachstanu jest kara śmierci."
NAME = f"scripted ({PROMPT})"


@pytest.fixture
def model():
    with scripted_model() as model:
        yield model


def says(*texts):
    return lambda exchange: exchange.state(
        [{"text": text, "quotes": [1]} for text in texts]
    )


@pytest.fixture
def with_writer(settings, default_embedder, indexed, tmp_path):
    """Return a service whose writer is the server at an address."""

    def build(url):
        own = replace(
            settings,
            state_dir=tmp_path / "state",
            writer=url,
            writer_model="scripted",
            writer_seconds=20,
        )
        return wiring.build_service(own, embedder=default_embedder)

    return build


@pytest.fixture
def document(model, with_writer):
    model.reply = says(TRUE, FALSE)
    return json.loads(keep_answer(with_writer(model.url), QUESTION))


def test_the_answer_says_who_wrote_and_how_much_was_withheld(document):
    assert document["writer"] == NAME
    assert [s["text"] for s in document["statements"]] == [TRUE]
    assert [w["fault"] for w in document["withheld"]] == ["other_negation"]
    assert "nie ma kary śmierci" in document["quotes"][0]["text"]


def test_asked_again_the_answer_is_the_same_and_the_model_is_not_asked(
    model, with_writer
):
    model.reply = says(TRUE)
    first = keep_answer(with_writer(model.url), QUESTION)
    model.reply = says(FALSE)

    assert keep_answer(with_writer(model.url), QUESTION) == first
    assert len(model.requests) == 1


def test_with_and_without_a_model_are_two_answers(model, with_writer, service):
    model.reply = says(TRUE)

    written = with_writer(model.url).ask(QUESTION)

    plain = service.ask(QUESTION)
    assert plain.writer is None
    assert written.id != plain.id
    assert written.quotes == plain.quotes


def test_while_the_model_fails_the_quotes_are_kept_under_another_address(
    model, with_writer
):
    service = with_writer(model.url)
    model.reply = lambda exchange: exchange.send(b"", status=503)
    failed = json.loads(keep_answer(service, QUESTION))
    model.reply = says(TRUE)
    written = json.loads(keep_answer(service, QUESTION))

    assert (failed["writer"], failed["notice"]) == (None, NO_ANSWER)
    assert written["writer"] == NAME
    assert failed["id"] != written["id"]


@pytest.mark.parametrize("question", [
    "Ile kosztuje chleb w Kazachstanie na targu w Ałmatach?",
    "Czy należy przyznać ochronę Kazachowi?",
])  # fmt: skip
def test_where_nothing_is_quoted_the_model_is_not_asked(model, with_writer, question):
    answer = with_writer(model.url).ask(question)

    assert answer.quotes == ()
    assert model.requests == []


def test_the_page_shows_the_sentence_who_wrote_it_and_no_word_of_what_was_withheld(
    model, with_writer
):
    model.reply = says(TRUE, FALSE)
    app = create_app(with_writer(model.url))
    with TestClient(app) as client:
        page = client.post("/", data={"question": QUESTION}).text
        english = client.get("/?lang=en", follow_redirects=False)
        turned = client.post("/", data={"question": QUESTION}).text

    assert TRUE in page
    assert NAME in page
    assert FALSE not in page
    assert "przeczenie jest inne niż w cytacie" in page
    assert english.status_code == 200
    assert "A language model wrote these sentences" in turned


def words_of(pack, form):
    if form == "docx":
        xml = zipfile.ZipFile(io.BytesIO(pack)).read("word/document.xml").decode()
        return re.sub(r"<[^>]+>", "", xml)
    pages = PdfReader(io.BytesIO(pack)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_a_pack_has_the_sentence_and_no_word_of_what_was_withheld(document, form):
    words = words_of(export_answer(document, form=form).content, form)

    assert TRUE in words
    assert f"„{TRUE}”" not in words  # only a report's own words are quoted
    assert FALSE not in words
    assert NAME in words


def test_an_answer_on_paper_is_held_to_the_same_check(document, service, settings):
    originals = StoredOriginals(service.shelf)
    check = wiring.check_of_answers(settings)
    forged = json.loads(json.dumps(document))
    forged["statements"][0]["text"] = FALSE

    assert differences(document, originals, check=check) == []
    assert differences(forged, originals, check=check) == [
        "statement 1: it does not hold to its quotes (other_negation)"
    ]
    forged["writer"] = None
    assert differences(forged, originals, check=check) == [
        "statement 1: its words are not those of its quotes"
    ]


def test_without_a_writer_nothing_is_sent_anywhere(service):
    assert service.asker.writer.name == ""
    assert json.loads(keep_answer(service, QUESTION))["writer"] is None

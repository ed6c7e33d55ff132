"""From a question to a file for the case: over HTTP, by command, in LibreOffice."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import zipfile
from datetime import date

import docx
import pypdf
import pytest
from fastapi.testclient import TestClient
from tests.fakes_index import CORPUS
from tests.fakes_web import FakeService
from tests.unit.export.answers import COUNTRIES, answered, foreign, hostile

from coi_qa.ask.recheck import differences
from coi_qa.export import FORMS, STYLES, export_answer
from coi_qa.export.dossier import dossier_of
from coi_qa.export.lines import plain
from coi_qa.server import create_app

QUESTION = "Czy w Kazachstanie obowiązuje kara śmierci?"
KAZAKHSTAN = CORPUS / "kazachstan-2025-10.pdf"
DAY = date(2026, 2, 3)


# --- over HTTP ------------------------------------------------------------------------


@pytest.fixture
def client(tmp_path):
    service = FakeService(tmp_path)
    return TestClient(create_app(service), follow_redirects=False)


@pytest.fixture
def answer_id(client):
    return client.post("/v1/answers", json={"question": QUESTION}).json()["id"]


def export(client, answer_id, **asked):
    return client.get(f"/v1/answers/{answer_id}/export", params=asked)


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_handed_out_as_a_file(client, answer_id, form):
    response = export(client, answer_id, format=form)

    assert response.status_code == 200
    assert response.headers["content-type"] == FORMS[form].media_type
    assert re.fullmatch(
        rf'attachment; filename="odpowiedz-KAZ-[0-9a-f]{{8}}\.{FORMS[form].suffix}"',
        response.headers["content-disposition"],
    )
    assert response.headers["cache-control"] == "no-store"


def test_what_is_handed_out_can_be_opened(client, answer_id):
    word, pdf, pack = (
        export(client, answer_id, format=form).content
        for form in ("docx", "pdf", "json")
    )

    assert "Kraj:\tKazachstan" in [
        each.text for each in docx.Document(io.BytesIO(word)).paragraphs
    ]
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) >= 1
    kept = client.get(f"/v1/answers/{answer_id}").json()
    assert {k: v for k, v in json.loads(pack).items() if k != "pack"} == kept


def test_the_pack_bears_the_day_of_the_answer(client, answer_id):
    pack = export(client, answer_id, format="json").json()

    assert pack["pack"]["created"] == date.today().isoformat()


def test_the_styles_differ_and_the_first_is_the_usual_one(client, answer_id):
    usual, first, second = (
        export(client, answer_id, format="docx", **asked).content
        for asked in ({}, {"style": STYLES[0]}, {"style": STYLES[1]})
    )

    assert usual == first
    assert first != second


@pytest.mark.parametrize("asked", [{}, {"format": "odt"}, {"format": "<b>"}])
def test_another_form_gets_a_problem_that_lists_the_forms(client, answer_id, asked):
    response = export(client, answer_id, **asked)

    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["title"] == "Nie można wydać odpowiedzi w tej postaci"
    assert "docx, pdf, json, bibtex, csl-json" in problem["detail"]
    assert "<b>" not in response.text


def test_another_style_gets_a_problem_that_lists_the_styles(client, answer_id):
    response = export(client, answer_id, format="docx", style="apa")

    assert (response.status_code, response.json()["title"]) == (
        422,
        "Nie można wydać odpowiedzi w tej postaci",
    )
    assert "administracyjny, oscola" in response.json()["detail"]


@pytest.mark.parametrize("form", ["docx", "odt"])
def test_an_unknown_answer_is_not_found(client, form):
    response = export(client, "0" * 32, format=form)

    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


def test_the_answer_page_leads_to_every_form(client, answer_id):
    page = client.get(f"/answers/{answer_id}").text

    links = re.findall(r'href="(/v1/answers/\w+/export\?format=[\w-]+)"', page)
    assert [link.rpartition("=")[2] for link in links] == [*FORMS]
    assert {client.get(link).status_code for link in links} == {200}


def test_a_silent_answers_page_offers_no_sources(client):
    asked = client.post("/v1/answers", json={"question": "Ile kosztuje chleb?"})
    page = client.get(f"/answers/{asked.json()['id']}").text

    forms = re.findall(r"/export\?format=([\w-]+)", page)
    assert forms == ["docx", "pdf", "json"]


# --- through another program's eyes ---------------------------------------------------


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """Return what turns a Word document into a PDF's text with LibreOffice."""
    program = shutil.which("soffice")
    if program is None:
        pytest.fail(
            "this test opens the document: apt-get install libreoffice-writer-nogui"
        )
    folder = tmp_path_factory.mktemp("office")

    def text_of(content):
        (folder / "pack.docx").write_bytes(content)
        subprocess.run(
            [
                program,
                f"-env:UserInstallation=file://{folder}/profile",
                "--headless",
                "--convert-to",
                "pdf",
                "--outdir",
                str(folder),
                str(folder / "pack.docx"),
            ],
            check=True,
            capture_output=True,
            timeout=300,
        )
        reader = pypdf.PdfReader(folder / "pack.pdf")
        return "\n".join(page.extract_text() for page in reader.pages)

    return text_of


def squeezed(text):
    return "".join(text.split())


@pytest.mark.parametrize("answer", [answered, foreign])
def test_libreoffice_prints_all_words_and_all_footnotes(office, answer):
    said = {"style": "administracyjny", "countries": COUNTRIES, "created": DAY}
    dossier = dossier_of(answer(), **said)

    text = squeezed(office(export_answer(answer(), form="docx", **said).content))

    passages = [*dossier.quotes, *dossier.near]
    expected = [
        dossier.question,
        *(f"„{each.text.text}”" for each in passages),
        *(plain(each.footnote) for each in passages),
        *(words for fact in dossier.facts for words in fact),
        *(cell for table in dossier.comparisons for row in table.rows for cell in row),
        *map(plain, (*dossier.reports, *dossier.sources)),
        *dossier.basis,
        *dossier.closing,
    ]
    assert [words for words in expected if squeezed(words) not in text] == []
    # The report is named in each footnote and once in the list of sources.
    named = squeezed(plain(dossier.reports[0]).removesuffix("."))
    assert text.count(named) == len(passages) + 1 == 4


def test_libreoffice_prints_hostile_words_as_words(office):
    text = squeezed(office(export_answer(hostile(), form="docx").content))

    for words in ("<script>alert(1)</script>", '#eval("1")', "}{", "</w:t><w:b/>]]>"):
        # Two quotes with a footnote each, a near passage with its own, the question.
        assert text.count(words) >= 7


def test_a_document_without_its_footnotes_would_be_seen(office):
    """The control: the same document with its notes emptied prints none of them."""
    said = {"style": "administracyjny", "countries": COUNTRIES, "created": DAY}
    content = export_answer(answered(), form="docx", **said).content
    emptied = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as given,
        zipfile.ZipFile(emptied, "w") as made,
    ):
        for name in given.namelist():
            data = given.read(name)
            if name == "word/footnotes.xml":
                data = re.sub(rb"<w:t[ >].*?</w:t>", b"", data)
            made.writestr(name, data)

    text = squeezed(office(emptied.getvalue()))

    assert "przyp.18)." in squeezed(
        plain(dossier_of(answered(), **said).quotes[0].footnote)
    )
    assert "za:AmnestyInternational" not in text


# --- by command -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def pack(ask, command, tmp_path_factory):
    """An answer of the sample corpus, exported by the command as JSON; its path."""
    folder = tmp_path_factory.mktemp("pack")
    answer, path = folder / "answer.json", folder / "pack.json"
    said = ask("Czy w Kazachstanie grozi kara śmierci?")
    answer.write_text(json.dumps(said), "utf-8")
    ended = command(
        "export", answer, "--format", "json", "--out", path, "--date", "2026-02-03"
    )
    assert ended.code == 0, ended.err
    return path


@pytest.mark.model
@pytest.mark.parametrize("pdf", [(), ("--pdf", KAZAKHSTAN)])
def test_a_pack_is_verified_from_the_index_and_from_the_pdf(pack, command, pdf):
    ended = command("verify", pack, *pdf)

    assert ended.code == 0, ended.out + ended.err


@pytest.mark.model
@pytest.mark.parametrize("pdf", [(), ("--pdf", KAZAKHSTAN)])
@pytest.mark.parametrize("resealed", [False, True], ids=["as changed", "sealed anew"])
def test_one_changed_digit_is_found(pack, command, tmp_path, pdf, resealed):
    changed = json.loads(pack.read_text("utf-8"))
    source = changed["sources"][0]["footnotes"][0]
    source["raw"] = re.sub(
        r"\d(?!.*\d)", lambda m: str((int(m[0]) + 1) % 10), source["raw"], count=1
    )
    if resealed:  # the pages tell, whatever the seal says
        changed = json.loads(export_answer(changed, form="json").content)
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(changed), "utf-8")

    ended = command("verify", path, *pdf)

    assert ended.code == 1
    assert ended.out.startswith("source 1:" if resealed else "pack: something")


@pytest.mark.model
def test_a_digit_that_no_page_says_is_found_by_the_seal_alone(pack, service):
    from coi_qa.adapters.originals import StoredOriginals
    from coi_qa.export.sealed import broken_seal

    changed = json.loads(pack.read_text("utf-8"))
    changed["searched"]["chunks"] += 1

    assert differences(changed, StoredOriginals(service.shelf)) == []
    assert broken_seal(changed)


@pytest.mark.model
def test_the_command_names_the_country_and_writes_word(pack, command, tmp_path):
    path = tmp_path / "pack.docx"

    ended = command("export", pack, "--format", "docx", "--out", path)

    assert ended.code == 0, ended.err
    lines = [each.text for each in docx.Document(path).paragraphs]
    assert "Kraj:\tKazachstan" in lines
    assert "Data odpowiedzi:\t3 lutego 2026" in lines  # the pack bears it


@pytest.mark.model
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--format", "odt", "--out", "x"), "docx, pdf, json, bibtex, csl-json"),
        (("--format", "pdf", "--out", "x", "--style", "apa"), "administracyjny, "),
        (("--format", "pdf"), "--out"),
        (("--format", "pdf", "--out", "no/such/x"), "there is no folder"),
        (("--format", "pdf", "--out", "x", "--date", "wczoraj"), "expected YYYY-MM-DD"),
    ],
)
def test_a_wrong_argument_of_the_command_exits_2(pack, command, arguments, sentence):
    ended = command("export", pack, *arguments)

    assert (ended.code, ended.out) == (2, "")
    assert sentence in ended.err
    assert ended.err.count("\n") == 1

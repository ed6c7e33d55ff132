"""A report is added, asked about and withdrawn, in a browser with scripts off.

The indexing runs are processes of their own, with the stand-in embedder.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tests.fakes import FakeEmbedder, FakeScorer
from tests.fakes_index import index_with_fake, settings_in, write_pdf
from tests.serving import serving

from coi_qa.server import create_app
from coi_qa.wiring import build_keeper, build_live_service

STAND_IN = Path(__file__).parents[1] / "index_with_stand_in.py"
FACT = "Zapora w Czarwaku ma wysokosc 168 metrow i pilnuje jej wojsko."
QUESTION = "Jaka wysokosc ma zapora w Czarwaku?"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("library") / "corpus"
    folder.mkdir()
    write_pdf(folder / "kazachstan.pdf")
    return folder


@pytest.fixture(scope="module")
def address(corpus):
    settings = replace(settings_in(corpus.parent), corpus_dir=corpus)
    index_with_fake(settings, corpus)
    service = build_live_service(settings, embedder=FakeEmbedder(), scorer=FakeScorer())
    command = [sys.executable, str(STAND_IN), "index"]
    keeper = build_keeper(
        settings, service, command=[*command, f"--indexes={settings.indexes_dir}"]
    )
    app = create_app(service, keeper=keeper)
    with serving(app) as at:
        yield at


@pytest.fixture(scope="module")
def page(chromium, address):
    context = chromium.new_context(java_script_enabled=False, locale="pl-PL")
    context.set_default_timeout(240_000)  # a busy machine indexes slowly
    yield context.new_page()
    context.close()


def answer_to(page, address, question):
    page.goto(address)
    page.get_by_label("Pytanie", exact=True).fill(question)
    page.get_by_role("button", name="Szukaj w raportach").click()
    return page.inner_text("main")


def test_a_report_comes_answers_and_goes(page, address, corpus, tmp_path):
    sent = write_pdf(
        tmp_path / "zapora.pdf", ("Uzbekistan. Raport testowy numer dwa", FACT)
    )
    assert FACT not in answer_to(page, address, QUESTION)

    page.goto(f"{address}/library")
    page.get_by_label("Pliki PDF").set_input_files(sent)
    page.get_by_text("Opis raportu").click()
    page.get_by_label("Tytuł").fill("Uzbekistan. Zapora")
    page.get_by_label("Kraj").fill("Uzbekistan")
    page.get_by_label("Data raportu").fill("2025-10")
    page.get_by_role("button", name="Dodaj i zindeksuj").click()
    assert page.url == f"{address}/library/run"
    # Nothing is clicked: the page renews itself until the run is over.
    page.wait_for_selector("text=Usługa odpowiada już z nowego indeksu")
    assert (corpus / "zapora.pdf").read_bytes() == sent.read_bytes()

    assert FACT in answer_to(page, address, QUESTION)
    page.goto(f"{address}/library")
    page.get_by_role("link", name="Czytaj: Uzbekistan. Zapora").click()
    assert FACT in page.text_content("article")  # folded below the page's picture

    page.goto(f"{address}/library")
    page.get_by_role("link", name="Wycofaj: Uzbekistan. Zapora").click()
    page.get_by_label("Powód").fill("Raport próbny.")
    page.get_by_role("button", name="Wycofaj raport").click()
    page.wait_for_selector("text=Usługa odpowiada już z nowego indeksu")
    assert not (corpus / "zapora.pdf").exists()

    assert FACT not in answer_to(page, address, QUESTION)
    page.goto(f"{address}/library")
    shelf = page.locator(".shelf").all_inner_texts()
    assert len(shelf) == 1 and "Zapora" not in shelf[0]
    assert "Raport próbny." in page.text_content("main")


def test_a_file_that_is_no_report_is_named_and_the_form_is_kept(
    page, address, corpus, tmp_path
):
    sent = tmp_path / "list.pdf"
    sent.write_bytes(b"Szanowni Panstwo")
    page.goto(f"{address}/library")
    page.get_by_label("Pliki PDF").set_input_files(sent)
    page.get_by_text("Opis raportu").click()
    page.get_by_label("Wydawca").fill("Urząd")
    page.get_by_role("button", name="Dodaj i zindeksuj").click()

    assert "To nie jest plik PDF" in page.locator("[role=alert]").inner_text()
    assert page.get_by_label("Wydawca").input_value() == "Urząd"
    assert sorted(p.name for p in corpus.glob("*.pdf")) == ["kazachstan.pdf"]

"""The first five minutes, in a real browser over the real index, with scripts off."""

from __future__ import annotations

import httpx
import pytest
from tests.serving import serving

from coi_qa.server import create_app

QUESTION = "Czy w Kazachstanie grozi kara śmierci?"

pytestmark = [pytest.mark.browser, pytest.mark.model]


@pytest.fixture(scope="module")
def address(service):
    with serving(create_app(service)) as at:
        yield at


@pytest.fixture(scope="module")
def page(chromium, address):
    context = chromium.new_context(java_script_enabled=False, locale="pl-PL")
    tab = context.new_page()
    tab.requested = []
    tab.on("request", lambda request: tab.requested.append(request.url))
    yield tab
    context.close()


@pytest.fixture
def answer(page, address):
    page.goto(address)
    page.get_by_label("Pytanie").fill(QUESTION)
    page.get_by_role("button", name="Szukaj w raportach").click()
    return page


def test_the_form_leads_to_the_reports_own_sentence_and_its_source(answer):
    text = answer.inner_text("main")

    assert "W prawie Kazachstanu nie ma kary śmierci" in text
    assert "Amnesty International" in text
    assert "8 kwietnia 2025" in text
    link = answer.locator('a[href^="https://www.amnesty.org/en/documents/"]').first
    assert link.get_attribute("rel") == "noreferrer noopener"


def test_no_question_stands_in_an_address(answer, address):
    assert answer.url.startswith(f"{address}/answers/")
    assert not any("kara" in url or "Kazach" in url for url in answer.requested)


def test_a_form_is_sent_as_one_of_the_services_own(page, address):
    page.goto(address)
    page.get_by_label("Pytanie").fill(QUESTION)
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.get_by_role("button", name="Szukaj w raportach").click()

    # Without Sec-Fetch-Site, as over plain HTTP in a network, Origin alone tells.
    assert sent.value.all_headers()["origin"] == address


def test_one_click_leads_to_the_sentence_marked_on_its_page(answer):
    answer.locator('.quote a[href*="/pages/"]').first.click()

    assert answer.locator(".quoted > rect").count() == 1
    assert answer.locator("mark").all_text_contents() == [
        "W prawie Kazachstanu nie ma kary śmierci: nie grozi ona za żadne przestępstwo."
    ]


def test_the_pdf_itself_can_be_opened(answer, address):
    answer.locator('.quote a[href*="/pages/"]').first.click()
    href = answer.locator('a[href*="/file#page="]').first.get_attribute("href")

    served = httpx.get(f"{address}{href.split('#')[0]}").content
    assert served.startswith(b"%PDF-")
    assert href.endswith("#page=3")


def test_nothing_is_asked_of_another_host(answer, address):
    elsewhere = [url for url in answer.requested if not url.startswith(address)]

    assert answer.requested
    assert elsewhere == []


def test_an_empty_question_keeps_the_form_and_says_why(page, address):
    page.goto(address)
    page.get_by_label("Pytanie").fill("   ")
    page.get_by_role("button", name="Szukaj w raportach").click()

    assert "puste" in page.inner_text("main")

"""What the one script adds, what pages are without it, and what print shows."""

from __future__ import annotations

import io
import json
from urllib.parse import parse_qs

import pytest
from pypdf import PdfReader
from tests.browser.asking import ask
from tests.fakes_answers import ABSENT, BAD, BEYOND, HOSTILE, RICH, SILENT

pytestmark = pytest.mark.browser

MAY_COPY = {"permissions": ["clipboard-read", "clipboard-write"]}


def clipboard(tab):
    return tab.evaluate("navigator.clipboard.readText()")


@pytest.mark.parametrize("question", [RICH, ABSENT, SILENT, BEYOND, HOSTILE])
def test_pages_ask_only_this_host_and_complain_of_nothing(opened, address, question):
    tab = opened()
    ask(tab, question)
    tab.goto("/dostepnosc")

    assert f"{address}/static/app.js" in tab.requested
    assert [url for url in tab.requested if not url.startswith(address)] == []
    assert tab.complaints == []


def test_hostile_words_run_nowhere(opened):
    tab = opened()
    ask(tab, HOSTILE)
    tab.locator("details").first.evaluate("d => { d.open = true }")
    tab.goto("/")  # where the question now is in the visitor's own list

    assert BAD in tab.locator(".history").inner_text()
    assert tab.title() == "Zadaj pytanie – coi_qa"
    assert tab.complaints == []


def test_the_policy_stops_a_script_that_a_page_would_hold(opened):
    """The control: were something not escaped, it would still not run."""
    tab = opened()
    ask(tab, RICH)
    tab.evaluate(
        """() => {
            const bad = document.createElement("script");
            bad.textContent = "document.title = 'BAD'";
            document.body.append(bad);
        }"""
    )

    assert "BAD" not in tab.title()
    assert any("Content Security Policy" in text for text in tab.complaints)


def test_a_quote_is_copied_with_its_footnote(opened):
    tab = opened(**MAY_COPY)
    ask(tab, RICH)
    tab.get_by_role("button", name="Kopiuj cytat [2] z przypisem").click()
    tab.get_by_text("Skopiowano.").wait_for()

    copied = clipboard(tab)
    assert "„Prawo Kazachstanu nie przewiduje kary śmierci" in copied
    assert "Kazachstan. Sytuacja bezpieczeństwa, Urząd do Spraw Cudzoziemców" in copied
    assert "s. 2; przypis 18: Amnesty International, Death sentences" in copied
    assert "https://www.amnesty.org/en/documents/act50/8976/2025/en/" in copied
    assert copied.endswith(f"{tab.url.partition('#')[0]}#cytat-2")
    assert tab.locator("#kopia-2").is_hidden()


def test_the_permanent_address_is_copied(opened):
    tab = opened(**MAY_COPY)
    ask(tab, RICH)
    tab.get_by_role("button", name="Kopiuj adres").click()
    tab.get_by_text("Skopiowano.").wait_for()

    assert clipboard(tab) == tab.url


def test_where_copying_is_forbidden_the_text_is_selected(opened):
    tab = opened()
    ask(tab, RICH)
    tab.evaluate(
        """() => {
            navigator.clipboard.writeText = () => Promise.reject();
            document.execCommand = () => false;
        }"""
    )
    tab.get_by_role("button", name="Kopiuj cytat [2] z przypisem").click()
    tab.get_by_text("Przeglądarka nie pozwala kopiować").wait_for()

    assert tab.locator("#kopia-2").is_visible()
    assert "przypis 18" in tab.evaluate("getSelection().toString()")


# --- the visitor's own questions ------------------------------------------------------


def kept(tab):
    return tab.evaluate("JSON.parse(localStorage.getItem('coi-qa-questions') || '[]')")


def test_nothing_is_kept_before_the_first_question(opened):
    tab = opened()

    assert tab.locator(".history").is_hidden()
    assert tab.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_own_questions_are_listed_newest_first_and_can_be_cleared(opened):
    tab = opened()
    for question in (RICH, SILENT, RICH):
        tab.goto("/")
        ask(tab, question)
    tab.goto("/")

    assert tab.locator(".history a").all_inner_texts() == [RICH, SILENT]
    tab.locator(".history a").first.click()
    assert tab.locator("h1").inner_text() == RICH
    tab.goto("/")
    tab.get_by_role("button", name="Wyczyść listę").click()
    assert tab.locator(".history a").count() == 0
    assert kept(tab) == []
    assert tab.locator(":focus").inner_text() == "Nie zapamiętuj pytań"


def test_an_answer_that_was_only_linked_to_is_not_kept(opened):
    asked = opened()
    ask(asked, RICH)

    linked = opened(asked.url)
    assert kept(linked) == []
    assert kept(asked) != []


def test_the_list_can_be_turned_off_for_good(opened):
    tab = opened()
    ask(tab, RICH)
    tab.goto("/")
    tab.get_by_role("button", name="Nie zapamiętuj pytań").click()
    assert kept(tab) == []

    ask(tab, SILENT)
    tab.goto("/")
    assert kept(tab) == []
    tab.get_by_role("button", name="Zapamiętuj moje pytania").click()
    ask(tab, SILENT)
    assert [entry["question"] for entry in kept(tab)] == [SILENT]


@pytest.mark.parametrize(
    "stored",
    [
        "not JSON",
        "7",
        json.dumps([{"question": "x", "address": "javascript:alert(1)", "asked": 1}]),
        json.dumps([{"question": "x", "address": "//evil.example/", "asked": 1}]),
        json.dumps([{"question": "x", "address": "/answers/a"}]),
        json.dumps([None, 7, {"question": 7}]),
    ],
)
def test_a_list_that_was_tampered_with_is_no_list(opened, stored):
    tab = opened()
    tab.evaluate("text => localStorage.setItem('coi-qa-questions', text)", stored)
    tab.reload()

    assert tab.locator(".history").is_hidden()
    assert tab.complaints == []


# --- without a script -----------------------------------------------------------------


def test_without_a_script_all_is_there_and_nothing_that_needs_one(opened, address):
    tab = opened(java_script_enabled=False)
    ask(tab, RICH)

    assert tab.locator("[data-copy], [data-print]").all() != []
    assert not any(
        b.is_visible() for b in tab.locator("[data-copy], [data-print]").all()
    )
    tab.get_by_text("Cytat z przypisem do skopiowania").nth(1).click()
    assert "przypis 18: Amnesty International" in tab.locator("#kopia-2").inner_text()
    tab.get_by_label("nieaktualna").check()
    tab.get_by_role("button", name="Zapisz opinię").click()
    tab.get_by_text("Dziękujemy, opinia została zapisana.").wait_for()
    assert f"{address}/static/app.js" not in tab.requested


def test_an_example_is_asked_without_a_script(opened):
    tab = opened(java_script_enabled=False)
    tab.get_by_role("button", name="Kazachstan: czy grozi kara śmierci?").click()
    tab.wait_for_url("**/answers/*")

    assert tab.locator("h1").inner_text() == "Kazachstan: czy grozi kara śmierci?"


@pytest.mark.parametrize("scripts", [True, False])
def test_print_shows_what_is_folded_and_leaves_out_what_is_for_the_screen(
    opened, scripts
):
    tab = opened(java_script_enabled=scripts)
    ask(tab, RICH)
    pdf = PdfReader(io.BytesIO(tab.pdf()))
    printed = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())

    for folded in ("33 Orda.kz", "Meczetów jest mało.", "trzy rosyjskie bazy"):
        assert folded in printed
    assert "https://www.amnesty.org/en/documents/act50/8976/2025/en/" in printed
    assert tab.url in printed.replace(" ", "")
    for left_out in ("Zapisz opinię", "Nowe pytanie", "Zapytaj inaczej", "Kopiuj"):
        assert left_out not in printed


def dated_wrongly(opened):
    tab = opened()
    tab.get_by_label("Pytanie", exact=True).fill(RICH)
    tab.get_by_label("Stan na").fill("koniec 2025")
    tab.get_by_role("button", name="Szukaj w raportach").click()
    tab.get_by_role("alert").wait_for()
    return tab


def as_at_sent(tab, act):
    """Return the dates that a form sends when `act` sends it."""
    with tab.expect_request(lambda request: request.method == "POST") as sent:
        act()
    return parse_qs(sent.value.post_data, keep_blank_values=True)["as_at"]


def test_a_suggested_date_takes_the_place_of_the_one_typed(opened):
    tab = dated_wrongly(opened)
    button = tab.get_by_role("button", name="Szukaj z datą 2025")

    assert as_at_sent(tab, button.click) == ["koniec 2025", "2025"]
    tab.wait_for_url("**/answers/*")


def test_the_enter_key_sends_what_was_typed_and_no_suggestion(opened):
    tab = dated_wrongly(opened)
    tab.get_by_label("Stan na").fill("2024-05")

    assert as_at_sent(tab, lambda: tab.keyboard.press("Enter")) == ["2024-05"]


# --- what the visitor's system asks for -----------------------------------------------


def test_the_dark_theme_is_dark(opened):
    shades = {
        theme: opened(color_scheme=theme).evaluate(
            "getComputedStyle(document.body).backgroundColor"
        )
        for theme in ("light", "dark")
    }

    assert shades == {"light": "rgb(244, 246, 248)", "dark": "rgb(20, 24, 29)"}

"""Every page by axe-core's rules, by keyboard, at 320 pixels, in both themes."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.browser.asking import ask
from tests.fakes_answers import ABSENT, BEYOND, HOSTILE, RICH, SILENT

pytestmark = pytest.mark.browser

RULES = "wcag2a wcag2aa wcag21a wcag21aa wcag22aa best-practice".split()
THEMES = ("light", "dark")
PAGES = ("/", "/dostepnosc", "/nothing")
QUESTIONS = (RICH, ABSENT, SILENT, BEYOND, HOSTILE)


def violations(tab):
    """Return what axe-core finds, as rule and element."""
    # What is folded is not looked at, so all is unfolded first.
    tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    found = Axe().run(tab, options={"runOnly": RULES, "resultTypes": ["violations"]})
    return [
        (violation["id"], node["html"][:120])
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_breaks_no_rule(opened, path, theme):
    assert violations(opened(path, color_scheme=theme)) == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_breaks_no_rule(opened, question, theme):
    tab = opened(color_scheme=theme)
    ask(tab, question)

    assert violations(tab) == []


@pytest.mark.parametrize("theme", THEMES)
def test_a_form_with_errors_breaks_no_rule(opened, theme):
    tab = opened(color_scheme=theme)
    tab.get_by_label("Pytanie", exact=True).fill(RICH)
    tab.get_by_label("Stan na").fill("do końca 2025 r.")
    tab.get_by_role("button", name="Szukaj w raportach").click()
    tab.get_by_role("alert").wait_for()

    assert violations(tab) == []


@pytest.mark.parametrize("theme", THEMES)
def test_an_english_answer_breaks_no_rule(opened, theme):
    tab = opened(color_scheme=theme)
    ask(tab, RICH)
    tab.get_by_role("link", name="English").click()
    tab.get_by_role("heading", name="What the reports say").wait_for()

    assert violations(tab) == []


@pytest.fixture
def quote_on_its_page(opened):
    """Open the page of an answer's first quote, with words looked for in its report."""

    def run(**settings):
        tab = opened(**settings)
        ask(tab, RICH)
        tab.locator('.quote a[href*="/pages/"]').first.click()
        tab.locator("#szukaj").fill("kara")
        tab.locator("#szukaj").press("Enter")
        tab.wait_for_url("**szukaj=kara*")
        tab.locator(".quoted > rect, mark.quote").first.wait_for(state="attached")
        return tab

    return run


@pytest.mark.parametrize("locale", ["pl-PL", "en-GB"])
@pytest.mark.parametrize("theme", THEMES)
def test_a_quote_on_its_page_breaks_no_rule(quote_on_its_page, theme, locale):
    tab = quote_on_its_page(color_scheme=theme, locale=locale)

    assert violations(tab) == []
    assert tab.complaints == []


def test_axe_would_tell(opened):
    """The control: rules that are broken are found."""
    tab = opened()
    tab.evaluate("document.querySelector('label[for=question]').remove()")
    tab.evaluate("document.querySelector('h1').outerHTML = '<h4>Pytanie</h4>'")

    assert {"label", "page-has-heading-one"} <= {rule for rule, _ in violations(tab)}


NARROW = {"viewport": {"width": 320, "height": 640}}


def overflow(tab):
    """Return by how many pixels a page is wider than the window."""
    return tab.evaluate("document.documentElement.scrollWidth - innerWidth")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_320_pixels(opened, path):
    assert overflow(opened(path, **NARROW)) <= 0


@pytest.mark.parametrize("question", [RICH, HOSTILE, SILENT])
def test_an_answer_fits_320_pixels_with_all_unfolded(opened, question):
    tab = opened(**NARROW)
    ask(tab, question)
    tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")

    assert overflow(tab) <= 0


def test_a_quote_on_its_page_fits_320_pixels(quote_on_its_page):
    tab = quote_on_its_page(**NARROW)
    tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")

    assert overflow(tab) <= 0


def test_too_wide_a_page_would_be_told(opened):
    tab = opened(**NARROW)
    tab.evaluate("document.querySelector('h1').textContent = 'x'.repeat(80)")
    tab.evaluate("document.querySelector('h1').style.whiteSpace = 'nowrap'")
    tab.evaluate("document.querySelector('h1').style.overflowWrap = 'normal'")

    assert overflow(tab) > 0


# --- by keyboard ----------------------------------------------------------------------


def press_until(tab, matches, *, key="Tab", most=80):
    """Press `key` until the element in focus matches a selector; None if it never does.

    Fails where an element in focus is not to be seen to be so.
    """
    for _ in range(most):
        tab.keyboard.press(key)
        focused = tab.evaluate(
            """selector => {
                const at = document.activeElement, style = getComputedStyle(at);
                return { found: at.matches(selector), tag: at.outerHTML.slice(0, 90),
                         outline: style.outlineStyle, width: style.outlineWidth };
            }""",
            matches,
        )
        assert (focused["outline"], focused["width"]) == ("solid", "3px"), focused[
            "tag"
        ]
        if focused["found"]:
            return
    pytest.fail(f"{most} times {key} did not lead to {matches}")


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_form_to_a_quote_and_an_opinion_by_keyboard_alone(opened, scripts):
    tab = opened(java_script_enabled=scripts)
    tab.keyboard.press("Tab")
    assert tab.locator(":focus").inner_text() == "Przejdź do treści"
    tab.keyboard.press("Enter")
    press_until(tab, "#question", most=1)
    tab.keyboard.type(RICH)
    press_until(tab, "#country", most=1)
    tab.keyboard.type("Kazachstan")
    press_until(tab, "#as_at", most=1)
    press_until(tab, "button", most=1)
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/answers/*")

    press_until(tab, '.quote a[href*="/pages/2"]')
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/pages/2*")
    assert "#znaleziony" in tab.url
    tab.go_back()
    tab.wait_for_url("**/answers/*")

    press_until(tab, "[name=verdict]")
    tab.keyboard.press("Space")
    press_until(tab, "#comment", most=1)
    tab.keyboard.type("Dobrze.")
    press_until(tab, "button", most=1)
    tab.keyboard.press("Enter")

    tab.get_by_text("Dziękujemy, opinia została zapisana.").wait_for()
    assert tab.url.endswith("?noted=true#opinia")


@pytest.mark.parametrize("scripts", [True, False])
def test_after_an_error_the_focus_is_on_its_summary(opened, scripts):
    tab = opened(java_script_enabled=scripts)
    tab.get_by_label("Pytanie", exact=True).fill("   ")
    tab.get_by_role("button", name="Szukaj w raportach").click()
    tab.get_by_role("alert").wait_for()

    assert tab.locator(":focus").get_attribute("role") == "alert"
    press_until(tab, '[href="#question"]', most=1)
    tab.keyboard.press("Enter")
    assert tab.locator(":focus").get_attribute("id") == "question"

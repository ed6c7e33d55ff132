"""`<coi-qa>` in another site's page: keyboard, axe-core, both themes, hostile words."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.browser.test_accessibility import NARROW, RULES, THEMES, overflow
from tests.fakes_answers import (
    ABSENT,
    BAD,
    BEYOND,
    HOSTILE,
    RICH,
    SILENT,
    RichService,
)
from tests.fakes_case_system import KEY, running, sample
from tests.fakes_web import MOSQUES
from tests.serving import serving

from coi_qa.chat.embed_token import Embedding
from coi_qa.server import create_app

pytestmark = pytest.mark.browser

LISTEN = """
  window.heard = [];
  for (const name of ["answer", "cite", "error"]) {
    addEventListener(`coi-qa:${name}`, (event) =>
      heard.push({ name, detail: event.detail, target: event.target.localName }));
  }
"""


class TwoSites:
    """The service and the page that embeds it, each at its own origin."""

    def __init__(self, service, host):
        self.service, self.host = service, host


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    """A page may embed the component if its origin is named: it is known first."""
    system = sample().case_system("", KEY, port=0)
    host = f"http://127.0.0.1:{system.server_address[1]}"
    app = create_app(
        RichService(tmp_path_factory.mktemp("embedded")),
        embedding=Embedding(frozenset({host}), KEY),
    )
    with serving(app) as service:
        system.server_close()
        port = int(host.rpartition(":")[2])
        again = sample().case_system(service, KEY, port=port)
        with running(again):
            yield TwoSites(service, host)


@pytest.fixture
def opened(chromium, sites):
    """Open the host's page; what it asks for, complains of and is told is kept."""
    contexts = []

    def run(**settings):
        context = chromium.new_context(**({"locale": "pl-PL"} | settings))
        context.set_default_timeout(60_000)
        context.add_init_script(LISTEN)
        contexts.append(context)
        tab = context.new_page()
        tab.requested, tab.complaints = [], []
        context.on("request", lambda request: tab.requested.append(request.url))
        tab.on("console", lambda message: tab.complaints.append(message.text))
        tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
        tab.goto(sites.host)
        tab.get_by_role("option", name="Kazachstan").wait_for(state="attached")
        return tab

    yield run
    for context in contexts:
        context.close()


def ask(tab, question, answer="article"):
    tab.locator("coi-qa #question").fill(question)
    tab.locator("coi-qa button[type=submit]").click()
    tab.locator(f"coi-qa {answer}").wait_for()


def told(tab, name):
    return [each for each in tab.evaluate("heard") if each["name"] == name]


def unfold(tab):
    tab.evaluate(
        """() => {
          const { shadowRoot } = document.querySelector("coi-qa");
          for (const each of shadowRoot.querySelectorAll("details")) each.open = true;
        }"""
    )


def violations(tab):
    """Return what axe-core finds on the page, shadow tree and all."""
    unfold(tab)
    # The page forbids scripts of others, so axe-core comes in past its policy.
    axe = Axe()
    tab.evaluate(axe.axe_script)
    options = {"runOnly": RULES, "resultTypes": ["violations"]}
    found = tab.evaluate("options => axe.run(document, options)", options)
    return [
        (violation["id"], node["html"][:120])
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


# --- two sites ------------------------------------------------------------------------


@pytest.mark.parametrize("question", [RICH, ABSENT, SILENT, BEYOND, HOSTILE])
def test_it_asks_its_two_hosts_alone_and_complains_of_nothing(opened, sites, question):
    tab = opened()
    ask(tab, question)

    assert f"{sites.service}/embed/answers" in tab.requested
    hosts = {f"{urlsplit(u).scheme}://{urlsplit(u).netloc}" for u in tab.requested}
    assert hosts - {"data://"} == {sites.service, sites.host}
    assert tab.complaints == []
    assert len(told(tab, "answer")) == 1
    assert told(tab, "error") == []


def test_a_quote_is_handed_to_the_page_around_it(opened, sites):
    tab = opened()
    ask(tab, RICH)
    tab.get_by_role("button", name="Wstaw do decyzji cytat [1]").click()
    tab.get_by_text("Przekazano do systemu spraw.").wait_for()

    (event,) = told(tab, "cite")
    cited = event["detail"]
    assert event["target"] == "coi-qa"
    assert cited["text"] == MOSQUES
    assert (cited["number"], cited["page"]) == (1, 2)
    assert [note["number"] for note in cited["footnotes"]] == [33, 34]
    assert cited["footnotes"][0]["source"]["publisher"] == "Orda.kz"
    assert cited["url"].startswith(f"{sites.service}/reports/")
    assert cited["address"] == f"{sites.service}/answers/{cited['answer']}"
    pasted = tab.locator("#decision").input_value()
    assert pasted == f"„{MOSQUES}” ({cited['citation'][:-1]}).\n\n"


def test_hostile_words_are_shown_as_words(opened):
    tab = opened()
    ask(tab, HOSTILE)
    unfold(tab)
    tab.get_by_role("button", name="Wstaw do decyzji").click()

    assert BAD in tab.locator("coi-qa .words").first.inner_text()
    assert BAD in tab.locator("coi-qa .asked").inner_text()
    assert tab.locator("coi-qa :is(script, img, style, [style])").count() == 0
    assert tab.locator('coi-qa a[href^="javascript"]').count() == 0
    assert BAD in tab.locator("#decision").input_value()
    assert "BAD" not in tab.title()
    assert tab.complaints == []


def test_the_viewer_opens_in_a_tab_of_its_own_with_the_quote_marked(opened, sites):
    tab = opened()
    ask(tab, RICH)
    with tab.context.expect_page() as opening:
        tab.locator('coi-qa [part=quote] a[href*="/pages/2"]').first.click()
    viewer = opening.value
    viewer.wait_for_load_state()

    assert viewer.url.startswith(f"{sites.service}/reports/")
    assert viewer.url.endswith("&quote=1#znaleziony")
    assert viewer.locator(".quoted > rect, mark.quote").count() > 0
    assert viewer.evaluate("opener") is None


@pytest.mark.parametrize("break_it", ["token", "origin"])
def test_without_a_right_token_there_is_nothing(opened, sites, break_it):
    tab = opened()
    tab.evaluate("heard.length = 0")
    now = int(time.time())
    signed_for = sites.host if break_it == "token" else "https://inne.example"
    key = "z" * 32 if break_it == "token" else KEY
    bad = sample().sign_token(key, signed_for, now=now)
    tab.evaluate(
        """token => {
          const asking = document.querySelector("coi-qa");
          asking.removeAttribute("token-url");
          asking.setAttribute("token", token);
        }""",
        bad,
    )
    ask(tab, RICH, ".alert span")

    assert tab.locator("coi-qa article").count() == 0
    assert told(tab, "answer") == []
    assert {each["detail"]["code"] for each in told(tab, "error")} == {"unreachable"}

    good = sample().sign_token(KEY, sites.host, now=now)
    tab.evaluate("t => document.querySelector('coi-qa').setAttribute('token', t)", good)
    ask(tab, RICH)
    assert len(told(tab, "answer")) == 1


def test_a_page_of_another_origin_gets_nothing(chromium, sites):
    """The same page under the other name of this machine is another origin."""
    tab = chromium.new_page()
    tab.add_init_script(LISTEN)
    system = sample().case_system(sites.service, KEY, port=0)
    with running(system) as elsewhere:
        tab.goto(elsewhere)
        tab.locator("coi-qa .alert span").wait_for()
        ask(tab, RICH, ".alert span")

        assert tab.locator("coi-qa article").count() == 0
        assert told(tab, "answer") == []
    tab.close()


def test_a_token_that_ends_is_fetched_anew(opened, sites):
    tab = opened()
    tokens = [url for url in tab.requested if url.endswith("/token")]
    ask(tab, RICH)
    assert [url for url in tab.requested if url.endswith("/token")] == tokens

    tab.evaluate("Date.now = () => 1000 * 4e9")  # years later
    ask(tab, SILENT, ".insufficient_evidence")
    assert len([u for u in tab.requested if u.endswith("/token")]) > len(tokens)
    assert tab.complaints == []


# --- for everybody --------------------------------------------------------------------


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("question", ["", RICH, ABSENT, SILENT, BEYOND, HOSTILE])
def test_it_breaks_no_rule(opened, question, theme):
    tab = opened(color_scheme=theme)
    if question:
        ask(tab, question)

    assert violations(tab) == []


@pytest.mark.parametrize("theme", THEMES)
def test_with_errors_it_breaks_no_rule(opened, theme):
    tab = opened(color_scheme=theme)
    tab.get_by_role("button", name="Szukaj w raportach").click()
    tab.get_by_text("Wpisz pytanie.").wait_for()
    assert tab.locator("coi-qa :focus").get_attribute("id") == "question"
    assert violations(tab) == []

    tab.get_by_label("Stan na").fill("jutro")
    ask(tab, RICH, ".alert span")
    assert "to nie data" in tab.get_by_role("alert").inner_text()
    assert told(tab, "error")[0]["detail"]["code"] == "invalid"
    assert violations(tab) == []


@pytest.mark.parametrize("theme", THEMES)
def test_in_english_it_breaks_no_rule(opened, theme):
    tab = opened(color_scheme=theme)
    ask(tab, RICH)
    tab.evaluate("document.querySelector('coi-qa').lang = 'en'")

    tab.get_by_role("heading", name="What the reports say").wait_for()
    assert tab.get_by_role("heading", name="Found in the reports").count() == 1
    assert tab.locator("coi-qa #question").input_value() == RICH
    assert violations(tab) == []


def test_axe_would_tell(opened):
    """The control: rules that are broken inside the component are found."""
    tab = opened()
    tab.evaluate(
        """() => document.querySelector("coi-qa").shadowRoot
             .querySelector("label[for=question]").remove()"""
    )

    assert "label" in {rule for rule, _ in violations(tab)}


@pytest.mark.parametrize("question", [RICH, HOSTILE, SILENT])
def test_it_fits_320_pixels_with_all_unfolded(opened, question):
    tab = opened(**NARROW)
    ask(tab, question)
    unfold(tab)

    assert overflow(tab) <= 0


FOCUSED = """() => {
  let at = document.activeElement;
  while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  const style = getComputedStyle(at);
  return { id: at.id, part: at.getAttribute("part") ?? "", tag: at.localName,
           words: at.textContent, label: at.getAttribute("aria-label") ?? "",
           href: at.href ?? "",
           outline: `${style.outlineStyle} ${style.outlineWidth}` };
}"""


def press_until(tab, matches, *, key="Tab", most=60):
    """Press `key` until `matches` is true of what has the focus, visibly so."""
    for _ in range(most):
        tab.keyboard.press(key)
        focused = tab.evaluate(FOCUSED)
        if focused["id"] != "decision" and focused["tag"] != "body":
            assert focused["outline"] == "solid 3px", focused
        if matches(focused):
            return focused
    pytest.fail(f"{most} times {key} did not lead there; last: {focused}")


def test_from_a_question_to_a_citation_and_its_page_by_keyboard_alone(opened):
    tab = opened()
    press_until(tab, lambda at: at["id"] == "question", most=3)
    tab.keyboard.type(RICH)
    press_until(tab, lambda at: at["id"] == "country", most=1)
    tab.keyboard.type("Kazachstan")
    press_until(tab, lambda at: at["id"] == "as-at", most=1)
    press_until(tab, lambda at: at["tag"] == "button", most=1)
    tab.keyboard.press("Enter")
    tab.locator("coi-qa article").wait_for()
    assert tab.evaluate(FOCUSED)["id"] == "outcome"

    press_until(tab, lambda at: at["label"] == "[1] przypisy cytatu")
    tab.keyboard.press("Enter")
    assert tab.evaluate(FOCUSED)["id"] == "note-1"
    press_until(tab, lambda at: at["label"] == "[1] wróć do cytatu", most=1)
    tab.keyboard.press("Enter")
    assert tab.evaluate(FOCUSED)["id"] == "quote-1"

    press_until(tab, lambda at: at["part"] == "cite")
    tab.keyboard.press("Space")
    tab.get_by_text("Przekazano do systemu spraw.").wait_for()
    assert MOSQUES in tab.locator("#decision").input_value()

    press_until(tab, lambda at: "/pages/2" in at["href"], key="Shift+Tab")
    with tab.context.expect_page() as opening:
        tab.keyboard.press("Enter")
    assert "#znaleziony" in opening.value.url
    assert tab.complaints == []


def test_who_went_on_elsewhere_is_told_and_not_called_back(opened):
    tab = opened()
    held = []
    tab.route("**/embed/answers", lambda route: held.append(route))
    with tab.expect_request("**/embed/answers"):
        tab.locator("coi-qa #question").fill(RICH)
        tab.locator("coi-qa button[type=submit]").click()
    tab.locator("#decision").focus()
    assert tab.locator("coi-qa [part=status]").inner_text() == "Szukam w raportach…"
    held[0].continue_()
    tab.locator("coi-qa article").wait_for()

    assert tab.evaluate(FOCUSED)["id"] == "decision"
    status = tab.locator("coi-qa [part=status]").inner_text()
    assert status == "Odpowiedź jest gotowa: Znaleziono w raportach"

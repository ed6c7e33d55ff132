"""What the pages for browsers show: the form, the answer, languages, safe headers."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from fastapi.testclient import TestClient
from tests.fakes_answers import (
    ABSENT,
    BAD,
    BEYOND,
    HOSTILE,
    RICH,
    SILENT,
    RichService,
    rich_answer,
)
from tests.fakes_web import KAZAKHSTAN, NEAR, NOT_FOUND

from coi_qa import render
from coi_qa.adapters.answers import Feedback
from coi_qa.domain.dates import PartialDate
from coi_qa.render import answer_json
from coi_qa.server import create_app
from coi_qa.web.guards import hosts_answered
from coi_qa.web.headers import CONTENT_POLICY
from coi_qa.web.language import LOCALE
from coi_qa.web.pages import Operator

ROOT = Path(__file__).parents[2]
ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}


@pytest.fixture
def service(tmp_path):
    return RichService(tmp_path)


@pytest.fixture
def client(service):
    return TestClient(create_app(service), follow_redirects=False)


class Tree(HTMLParser):
    """A page as a list of (path of tags, attributes) and its words by language."""

    VOID = frozenset({"meta", "link", "input", "img", "br"})

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.said = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        languages = [attrs["lang"] for _, attrs in self.open if "lang" in attrs]
        if data.strip():
            self.said.append((languages[-1], " ".join(data.split())))

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]

    def words(self):
        return " ".join(words for _, words in self.said)

    def words_in(self, language):
        return " ".join(words for spoken, words in self.said if spoken == language)


def answer_to(client, question, **headers):
    moved = client.post("/", data={"question": question})
    return client.get(moved.headers["location"], headers=headers)


def page_of(client, question, **headers):
    return Tree(answer_to(client, question, **headers).text)


# --- safe headers ---------------------------------------------------------------------

POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SAFE = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
    "content-security-policy": POLICY,
}
OWN_WAY = {
    # Kept by browsers under its own tag, and drawn with a page of their own.
    "/v1/reports/{report_id}/file": {
        "cache-control": "private, no-cache",
        "content-security-policy": None,
    },
    "/reports/{report_id}/pages/{number}/image": {"cache-control": "private, no-cache"},
    # Loaded by other sites' pages, the same for everybody.
    "/widget.js": {
        "cache-control": "public, max-age=300",
        "cross-origin-resource-policy": "cross-origin",
    },
}


def routes_of(router):
    """Return all routes, those of the routers that were included too."""
    for route in router.routes:
        if hasattr(route, "original_router"):
            yield from routes_of(route.original_router)
        elif hasattr(route, "methods"):
            yield route


def test_every_route_and_every_failure_has_the_safe_headers(client, service):
    answer_id = client.post("/v1/answers", json={"question": RICH}).json()["id"]
    known = {"answer_id": answer_id, "report_id": KAZAKHSTAN, "number": "2"}
    asked = {"/static/style.css": "GET", "/static/app.js": "GET", "/nothing": "GET"}
    asked |= {"/v1/nothing": "GET", "/healthz": "DELETE", "/answers/nothing": "GET"}
    templates = {path: path for path in asked}
    for route in routes_of(client.app):
        path = re.sub(r"\{(\w+)(?::\w+)?\}", lambda m: known.get(m[1], "1"), route.path)
        if route.methods is None:  # /mcp needs a server that runs: test_mcp.py
            continue
        asked[path] = min(route.methods - {"HEAD", "OPTIONS"})
        templates[path] = route.path

    wrong = {}
    for path, method in asked.items():
        headers = client.request(method, path).headers
        expected = SAFE | OWN_WAY.get(templates[path], {})
        differ = {n: headers.get(n) for n in expected if headers.get(n) != expected[n]}
        if differ:
            wrong[f"{method} {path}"] = differ

    assert {"/", "/dostepnosc", "/v1/reports", "/openapi.json"} <= asked.keys()
    assert wrong == {}


def test_refusals_have_the_safe_headers(service):
    app = create_app(service, hosts=hosts_answered("127.0.0.1", []))
    client = TestClient(app, raise_server_exceptions=False)
    service.imprints = lambda: 1 / 0
    home = {"Host": "127.0.0.1"}

    refused = {
        421: client.get("/", headers={"Host": "rebound.example"}),
        403: client.post("/", headers=home | {"Sec-Fetch-Site": "cross-site"}),
        413: client.post("/", data={"question": "x" * 99_999}, headers=home),
        500: client.get("/", headers=home),
    }

    assert {status: r.status_code for status, r in refused.items()} == {
        status: status for status in refused
    }
    for response in refused.values():
        assert {name: response.headers.get(name) for name in SAFE} == SAFE


def test_the_policy_allows_nothing_that_stands_in_a_page():
    assert CONTENT_POLICY == POLICY
    assert "unsafe" not in CONTENT_POLICY


# --- languages ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "headers", "language"),
    [
        ("/", {}, "pl"),
        ("/", {"Accept-Language": "de-DE,de"}, "pl"),
        ("/", {"Accept-Language": "pl-PL,pl;q=0.9,en;q=0.8"}, "pl"),
        ("/", ENGLISH, "en"),
        ("/", ENGLISH | {"Cookie": "lang=pl"}, "pl"),
        ("/", {"Cookie": "lang=en"}, "en"),
        ("/", {"Cookie": "lang=xx; lang"}, "pl"),
        ("/?lang=en", {"Cookie": "lang=pl"}, "en"),
        ("/?lang=xx", {}, "pl"),
        ("/?lang=pl", ENGLISH, "pl"),
        ("/nothing", ENGLISH, "en"),
        ("/dostepnosc", ENGLISH, "en"),
    ],
)
def test_a_page_speaks_the_language_asked_for(client, path, headers, language):
    response = client.get(path, headers=headers)

    assert Tree(response.text).all("html") == [{"lang": language}]
    assert response.headers["content-language"] == language


def test_a_language_that_is_chosen_is_kept(client):
    client.get("/?lang=en")

    assert Tree(client.get("/").text).all("html") == [{"lang": "en"}]
    assert client.get("/?lang=pl").headers["set-cookie"] == (
        "lang=pl; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"
    )


def test_no_cookie_is_set_where_no_language_is_chosen(client):
    responses = [client.get("/", headers=ENGLISH), answer_to(client, RICH)]

    assert [r.headers.get("set-cookie") for r in responses] == [None, None]


@pytest.mark.parametrize(
    ("path", "href"),
    [
        ("/", "/?lang=en"),
        ("/dostepnosc?lang=pl&x=1", "/dostepnosc?x=1&lang=en"),
        ("/answers/a%22%3E", "/answers/a%22%3E?lang=en"),
        ("//evil.example/", "/evil.example/?lang=en"),
    ],
)
def test_the_switch_leads_to_the_same_page_of_this_host(client, path, href):
    page = Tree(client.get(f"http://testserver{path}").text)

    assert [a["href"] for a in page.all("a") if "hreflang" in a] == [href]


def test_a_page_that_was_sent_is_switched_on_the_form(client):
    page = Tree(client.post("/", data={"question": ""}).text)

    assert [a["href"] for a in page.all("a") if "hreflang" in a] == ["/?lang=en"]


@pytest.mark.parametrize("question", [RICH, ABSENT, SILENT, BEYOND])
def test_an_english_answer_marks_what_stays_polish(client, question):
    page = page_of(client, question, **ENGLISH)

    letters = re.findall(r"\S*[ąćęłńóśźż]\S*", page.words_in("en"))
    assert letters == []


def test_an_english_answer_keeps_the_reports_words_and_dates_in_english(client):
    page = page_of(client, RICH, **ENGLISH)

    assert "Władze zarejestrowały 2 826 meczetów" in page.words_in("pl")
    assert "March 2024 – 8 April 2025" in page.words_in("en")
    assert "Contradictory figures" in page.words_in("en")
    assert "countries: Kazakhstan" in page.words_in("en")
    assert "Казахстан: регистрация" in page.words_in("ru")


def words_of_pages():
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(ROOT, methods, options)
    return {message for _, _, message, _, _ in found}


def test_the_catalogue_has_every_word_of_the_pages_and_no_other():
    with (LOCALE / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = {m.id: m for m in read_po(file, locale="en") if m.id}

    wanted = words_of_pages()

    assert {"Szukaj w raportach", render.DISCLAIMER} <= wanted
    assert sorted(wanted - catalogue.keys()) == []  # else: make messages
    assert sorted(catalogue.keys() - wanted) == []
    assert [m.id for m in catalogue.values() if not m.string or m.fuzzy] == []
    names = re.compile(r"%\(\w+\)s")
    differ = [
        m.id
        for m in catalogue.values()
        if sorted(names.findall(m.id)) != sorted(names.findall(m.string))
    ]
    assert differ == []


def test_every_word_of_an_answer_by_key_is_turned():
    with (LOCALE / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        known = {m.id for m in read_po(file, locale="en")}
    tables = (
        render.STATUS_WORDS,
        render.PROBLEM_WORDS,
        render.RELATION_WORDS,
        render.FAULT_WORDS,
        render.SCOPE_WORDS,
    )

    assert {w for t in tables for w in t.values() if w} <= known


# --- the form -------------------------------------------------------------------------


def test_examples_fit_the_reports_and_are_asked_by_a_button(client, service):
    page = Tree(client.get("/").text)

    [button] = [b for b in page.all("button") if b.get("name") == "question"]
    assert button["value"] == "Kazachstan: czy grozi kara śmierci?"
    moved = client.post("/", data={"question": button["value"], "country": "KAZ"})
    assert moved.status_code == 303
    assert service.asked[0][:2] == (button["value"], ("KAZ",))


def test_without_a_report_that_fits_there_are_no_examples(client, service):
    service.imprints = lambda: ()

    page = Tree(client.get("/").text)

    assert [b for b in page.all("button") if b.get("name") == "question"] == []
    assert "Nie ma żadnych raportów." in page.words()


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ("do 31 października 2025 r.", "2025-10-31"),
        ("koniec października 2025", "2025-10"),
        ("2025-13", "2025"),
        ("wczoraj", None),
    ],
)
def test_a_date_that_was_perhaps_meant_is_suggested(client, service, typed, suggested):
    page = Tree(client.post("/", data={"question": RICH, "as_at": typed}).text)

    offered = [b["value"] for b in page.all("button") if b.get("name") == "as_at"]
    assert offered == ([suggested] if suggested else [])
    if suggested:
        # As a browser sends it: the field, then the button that was pressed.
        sent = f"question=Czy&as_at={typed}&as_at={suggested}"
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        assert client.post("/", content=sent, headers=headers).status_code == 303
        assert str(service.asked[0][2]) == suggested


def test_errors_are_summed_up_above_the_form_with_a_way_to_the_field(client):
    page = Tree(client.post("/", data={"question": " ", "as_at": "2025"}).text)

    [summary] = [attrs for _, attrs in page.tags if attrs.get("role") == "alert"]
    assert {"tabindex": "-1", "autofocus": None}.items() <= summary.items()
    assert "#question" in [a.get("href") for a in page.all("a")]
    assert page.words().startswith("Błąd: Zadaj pytanie")


# --- the answer -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "name", "said"),
    [
        (RICH, "Znaleziono w raportach", "Sprawdź, czy odpowiadają."),
        (ABSENT, "Raport podaje, że nie odnotowano", "usługa nie wnioskuje go"),
        (SILENT, "Nie znaleziono odpowiedzi", "Nie oznacza to, że czegoś nie ma"),
        (BEYOND, "Poza zakresem raportów", "wykracza poza to, co opisują raporty"),
    ],
)
def test_each_kind_of_answer_is_named_and_explained(client, question, name, said):
    words = page_of(client, question).words()

    before = words.partition("Na czym to się opiera")[0]
    assert (name in before, said in before) == (True, True)


@pytest.mark.parametrize("question", [SILENT, BEYOND])
def test_a_silence_says_what_was_searched(client, question):
    words = page_of(client, question).words()

    searched = words.partition("Co przeszukano Przeszukano")[2]
    assert "raporty: 1; fragmenty: 57; kraje: Kazachstan" in searched
    assert "najnowszy raport: październik 2025" in searched


def test_an_absence_quotes_the_report(client):
    page = page_of(client, ABSENT)

    assert NOT_FOUND in page.words_in("pl")
    assert len(page.all("blockquote")) == 1


def test_a_quote_has_its_place_dates_and_whose_word_it_is(client):
    words = page_of(client, RICH).words()

    for expected in (
        "Rozdział USTRÓJ I SYTUACJA POLITYCZNA › KARA ŚMIERCI",
        "Strona s. 2 , s. 3",
        "Na czyje słowa się powołuje władze",
        "O jakim czasie mówi 1 stycznia 2024 – 31 grudnia 2024",
        "Data źródeł marzec 2024 – 8 kwietnia 2025",
        "W raporcie jest odnośnik 7, ale brak treści tego przypisu.",
    ):
        assert expected in words


def test_figures_stand_side_by_side_with_their_relation_named(client):
    page = page_of(client, RICH)

    for relation, words in render.RELATION_WORDS.items():
        assert f"{words} : meczety" in page.words()
        assert {"class": f"conflict {relation}"} in page.all("div")
    card = page.words().partition("Sprzeczne dane : meczety ")[2]
    assert card.startswith(
        "2 826 meczetów Kiedy w 2024 r. Według władze Przypisanie "
        "„w wyniku rejestracji” Filtry Kazakhstan, 01.01.2023-12.09.2025 Cytat [1] "
        "2 900 meczetów"
    )


def test_currency_and_independence_have_a_line_each(client):
    words = page_of(client, RICH).words()

    assert (
        "Aktualność daty źródeł: marzec 2024 – 8 kwietnia 2025; źródeł bez daty: "
        "1; raport: październik 2025 Niezależne źródła 2 ( Orda.kz , ACLED )"
    ) in words


def test_near_passages_stand_apart_and_are_called_what_they_are(client):
    words = page_of(client, RICH).words()

    before, title, after = words.partition(render.NEAR_WORDS)
    assert (bool(title), NEAR in before, NEAR in after) == (True, False, True)
    assert "Nie przytaczaj ich jako odpowiedzi." in after


def test_the_permanent_address_is_whole_and_leads_here(client):
    response = answer_to(client, RICH)
    page = Tree(response.text)

    assert f"http://testserver{response.url.path}" in page.words()
    assert client.get(response.url.path).status_code == 200


def test_an_opinion_without_a_verdict_is_explained_and_its_comment_kept(
    client, service
):
    path = answer_to(client, RICH).url.path

    response = client.post(f"{path}/feedback", data={"comment": "Jest nowsze."})

    page = Tree(response.text)
    assert response.status_code == 422
    assert "Wybierz jedną z ocen" in page.words()
    assert "Jest nowsze." in page.words()
    [wrong] = [attrs for _, attrs in page.tags if attrs.get("role") == "alert"]
    assert page.all("fieldset") == [{"aria-describedby": wrong["id"]}]
    assert service.answers.feedback() == []


def test_a_comment_that_is_too_long_is_explained(client, service):
    path = answer_to(client, RICH).url.path
    said = {"verdict": "wrong", "comment": "x" * 4001}

    response = client.post(f"{path}/feedback", data=said)

    assert (response.status_code, service.answers.feedback()) == (422, [])
    assert "skróć go do 4000 znaków" in Tree(response.text).words()
    said["comment"] = "x" * 4000
    assert client.post(f"{path}/feedback", data=said).status_code == 303
    assert [type(f) for f in service.answers.feedback()] == [Feedback]


def test_hostile_words_are_shown_as_words(client):
    response = answer_to(client, HOSTILE)
    page = Tree(response.text)

    assert page.all("script") == [{"type": "module", "src": "/static/app.js"}]
    assert page.all("img") == []
    assert [n for _, attrs in page.tags for n in attrs if n.startswith("on")] == []
    assert [a for a in page.all("a") if "script" in a["href"]] == []
    assert page.words().count('document.title="BAD"') > 20
    assert BAD in page.words()
    assert "49" not in page.words()


# --- the accessibility declaration ----------------------------------------------------

REQUIRED_IDS = """
    a11y-wstep a11y-podmiot a11y-url a11y-data-publikacja a11y-data-aktualizacja
    a11y-status a11y-data-sporzadzenie a11y-audytor a11y-kontakt a11y-osoba
    a11y-procedura a11y-architektura a11y-aplikacje
""".split()


def test_the_declaration_has_the_parts_that_the_act_asks_for(service):
    operator = Operator("Urząd Próbny", "dostepnosc@example.org")
    client = TestClient(create_app(service, operator=operator))

    page = Tree(client.get("/dostepnosc").text)

    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    assert sorted({*REQUIRED_IDS, "a11y-email"} - ids) == []
    assert "Urząd Próbny" in page.words()
    assert "mailto:dostepnosc@example.org" in [a["href"] for a in page.all("a")]
    assert "deklaracja jest niepełna" not in page.words()


def test_a_declaration_without_its_operator_says_so(client):
    page = Tree(client.get("/dostepnosc").text)

    assert "ta deklaracja jest niepełna" in page.words()


def test_every_page_leads_to_the_declaration(client):
    pages = [client.get("/"), client.get("/nothing"), answer_to(client, RICH)]

    for response in pages:
        page = Tree(response.text)
        assert "/dostepnosc" in [a["href"] for a in page.all("a")]
        assert {"name": "deklaracja-dostępności", "content": "/dostepnosc"} in page.all(
            "meta"
        )


def test_headings_are_in_order_and_ids_are_used_once(client):
    paths = ["/", "/dostepnosc", answer_to(client, RICH).url.path]

    for path in paths:
        page = Tree(client.get(path).text)
        levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
        ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
        assert levels.count(1) == 1
        assert [b for a, b in pairwise(levels) if b > a + 1] == []
        assert len(ids) == len(set(ids))


# --- editions and days ----------------------------------------------------------------


def test_a_quote_of_a_replaced_edition_says_so_on_its_card_and_in_its_copy(
    client, service
):
    given = rich_answer("Ile jest meczetów?", answer_id="e" * 32)
    newest = replace(given.quotes[0].imprint, id="f" * 64, date=PartialDate(2026, 3))
    quotes = (replace(given.quotes[0], newer=newest), *given.quotes[1:])
    text = answer_json(replace(given, quotes=quotes))
    service.answers.put("e" * 32, text)

    page = Tree(client.get(f"/answers/{'e' * 32}").text)

    said = "Z wydania, które zastąpiło nowsze: marzec 2026."
    assert page.words().count(said) == 2  # of two quotes, on one card and in its copy
    copied = page.words().partition("Cytat z przypisem do skopiowania")[2]
    assert f"[uwaga: {said}]" in copied


def test_an_answer_says_of_which_day_it_is(client, service):
    page = page_of(client, RICH)

    today = render.date_words(datetime.now().astimezone().date().isoformat())
    assert f"Odpowiedź z dnia: {today}." in page.words()


@pytest.mark.parametrize("typed", ["10.2025", "październik 2025", "2025-10"])
def test_a_month_may_be_typed_as_people_do(client, service, typed):
    client.post("/", data={"question": RICH, "as_at": typed})

    assert service.asked[-1][-1] == PartialDate(2025, 10)

"""A reader's way through the pages of a report, and the pictures in it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from urllib.parse import quote as quoted_in_url

import pytest
from fastapi.testclient import TestClient
from tests.fakes_web import (
    DEATH_PENALTY,
    KAZAKHSTAN,
    MOSQUES,
    NEAR,
    PAGES,
    PNG,
    ZELMARIA,
    FakeService,
)

from coi_qa.domain.text import Span
from coi_qa.errors import BusyError
from coi_qa.server import create_app

QUESTION = "Czy w Kazachstanie obowiązuje kara śmierci?"
PAGE_2 = f"/reports/{KAZAKHSTAN}/pages/2"
IMAGE = f"{PAGE_2}/image"


@pytest.fixture
def service(tmp_path):
    return FakeService(tmp_path)


@pytest.fixture
def client(service):
    return TestClient(create_app(service), follow_redirects=False)


@pytest.fixture
def answer(client):
    return client.post("/v1/answers", json={"question": QUESTION}).json()


@pytest.fixture
def near(client):
    asked = {"question": "Ile kosztuje chleb?"}
    return client.post("/v1/answers", json=asked).json()


class Tags(HTMLParser):
    """The tags of a page, each with its attributes and the id of the group it is in."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text, self._groups = [], "", [None]
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs, self._groups[-1]))
        if tag == "g":
            self._groups.append(attrs.get("id") or attrs.get("class"))

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs), self._groups[-1]))

    def handle_endtag(self, tag):
        if tag == "g":
            self._groups.pop()

    def handle_data(self, data):
        self.text += data

    def all(self, tag):
        return [attrs for name, attrs, _ in self.tags if name == tag]

    def rects(self, group):
        return [a for name, a, within in self.tags if (name, within) == ("rect", group)]

    def links(self):
        return [a["href"] for a in self.all("a")]

    def words(self):
        return " ".join(self.text.split())


def view(client, path):
    response = client.get(path)
    assert response.status_code == 200, response.text
    return Tags(response.text)


# --- the picture ----------------------------------------------------------------------


def test_the_picture_is_served_with_a_tag_of_report_page_and_scale(client, service):
    response = client.get(f"{IMAGE}?scale=2")

    assert (response.status_code, response.content) == (200, PNG)
    assert response.headers["content-type"] == "image/png"
    assert response.headers["etag"] == f'"{KAZAKHSTAN}-2-2"'
    assert response.headers["cache-control"] == "private, no-cache"
    assert service.drawn == [(2, 2)]


def test_a_picture_that_is_known_is_not_sent_or_drawn_again(client, service):
    tag = client.get(f"{IMAGE}?scale=2").headers["etag"]
    service.drawn.clear()

    again = client.get(f"{IMAGE}?scale=2", headers={"If-None-Match": tag})
    other = client.get(f"{IMAGE}?scale=1", headers={"If-None-Match": tag})

    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert other.status_code == 200
    assert service.drawn == [(2, 1)]


@pytest.mark.parametrize("scale", ["0", "3", "-1", "1.5", "", "2 ", "1000000", "x"])
def test_only_two_scales_are_drawn(client, service, scale):
    assert client.get(IMAGE, params={"scale": scale}).status_code == 422
    assert service.drawn == []


@pytest.mark.parametrize(
    "path",
    [
        f"/reports/{'0' * 64}/pages/1/image",
        f"/reports/{KAZAKHSTAN}/pages/9/image",
        f"/reports/{KAZAKHSTAN}/pages/0/image",
        f"/reports/{ZELMARIA}/pages/1/image",  # cannot be drawn
    ],
)
def test_what_has_no_picture_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_not_even_a_known_tag_makes_a_page_that_is_not_there(client):
    path = f"/reports/{KAZAKHSTAN}/pages/9/image"
    response = client.get(path, headers={"If-None-Match": f'"{KAZAKHSTAN}-9-1"'})

    assert response.status_code == 404


def test_the_page_shows_its_picture_for_plain_and_dense_screens(client):
    (image,) = view(client, PAGE_2).all("img")

    assert image["src"] == f"{IMAGE}?scale=1"
    assert image["srcset"] == f"{IMAGE}?scale=1 1x, {IMAGE}?scale=2 2x"
    assert (image["width"], image["height"]) == ("892", "1263")
    assert image["alt"]


def test_a_page_that_cannot_be_drawn_is_shown_as_text_and_says_so(client):
    page = view(client, f"/reports/{ZELMARIA}/pages/1")

    assert "nie udało się pokazać obrazu tej strony" in page.words()
    assert "Raport bez daty." in page.words()
    assert (page.all("img"), page.all("svg")) == ([], [])


def test_a_quote_on_such_a_page_is_marked_in_its_text(client, service, answer):
    def busy(*_, **__):
        raise BusyError("…")

    service.page_image = busy
    text = client.get(f"{PAGE_2}?answer={answer['id']}&quote=1").text

    assert f'<mark class="quote" id="znaleziony">{DEATH_PENALTY}</mark>' in text


# --- marks ----------------------------------------------------------------------------


def boxes_of(page, words):
    start = page.body.index(words)
    return page.boxes(Span(start, start + len(words)))


def test_the_marks_are_the_quotes_boxes_from_the_top(client, answer):
    page = view(client, f"{PAGE_2}?answer={answer['id']}&quote=1")

    ((x0, y0, x1, y1),) = boxes_of(PAGES[KAZAKHSTAN, 2], DEATH_PENALTY)
    (rect,) = page.rects("znaleziony")
    assert [float(rect[side]) for side in ("x", "y", "width", "height")] == [
        pytest.approx(x0 - 1),
        pytest.approx(842 - y1 - 1),
        pytest.approx(x1 - x0 + 2),
        pytest.approx(y1 - y0 + 2),
    ]


def test_a_quote_over_a_page_break_is_marked_on_both_pages(client, answer):
    first = view(client, f"{PAGE_2}?answer={answer['id']}&quote=2")
    second = view(
        client, f"/reports/{KAZAKHSTAN}/pages/3?answer={answer['id']}&quote=2"
    )

    head, _, tail = MOSQUES.partition(" odmówiły")
    assert len(first.rects("znaleziony")) == len(boxes_of(PAGES[KAZAKHSTAN, 2], head))
    tail_boxes = boxes_of(PAGES[KAZAKHSTAN, 3], f"odmówiły{tail}")
    assert len(second.rects("znaleziony")) == len(tail_boxes)
    assert any(
        link.startswith(f"/reports/{KAZAKHSTAN}/pages/3?answer=")
        and link.endswith("#znaleziony")
        for link in first.links()
    )


def test_the_mark_is_named_for_those_who_do_not_see_it(client, answer):
    page = view(client, f"{PAGE_2}?answer={answer['id']}&quote=1")

    (mark,) = [g for g in page.all("g") if g.get("id") == "znaleziony"]
    assert mark["role"] == "img"
    assert DEATH_PENALTY in mark["aria-label"]
    assert "Cytat [1]" in mark["aria-label"]


def test_the_text_is_there_for_readers_once(client, answer):
    text = client.get(f"{PAGE_2}?answer={answer['id']}&quote=1").text

    layer = re.search(r'<g class="layer" aria-hidden="true".*?</g>', text, re.DOTALL)
    body = "".join(re.findall(r"<tspan[^>]*>(.*?)</tspan>", layer[0]))
    assert body == PAGES[KAZAKHSTAN, 2].body
    assert text.replace(layer[0], "").count(f">{DEATH_PENALTY}<") == 1


def test_a_near_passage_is_marked_and_leads_back_to_its_place(client, near):
    page = view(client, f"{PAGE_2}?answer={near['id']}&near=1")

    assert len(page.rects("znaleziony")) == len(boxes_of(PAGES[KAZAKHSTAN, 2], NEAR))
    assert f"/answers/{near['id']}#bliski-1" in page.links()
    assert "Fragment bliski 1" in page.words()


def test_words_that_have_changed_are_not_marked_and_it_is_said(client, service, answer):
    answer["quotes"][0]["places"][0]["start"] += 3
    service.answers.put("moved", json.dumps(answer))

    page = view(client, f"{PAGE_2}?answer=moved&quote=1")

    assert page.rects("znaleziony") == []
    assert "nie zawiera już słów cytatu [1]" in page.words()


def test_words_without_boxes_are_marked_in_the_text_and_it_is_said(
    client, service, answer, monkeypatch
):
    stored = PAGES[KAZAKHSTAN, 2]
    blank = type(stored)(2, "2", 595.0, 842.0, stored.body, bytes(len(stored.ink)))
    monkeypatch.setitem(PAGES, (KAZAKHSTAN, 2), blank)

    response = client.get(f"{PAGE_2}?answer={answer['id']}&quote=1")

    page = Tags(response.text)
    assert page.rects("znaleziony") == []
    assert "nie wiadomo, gdzie na obrazie strony stoją" in page.words()
    assert '<details class="page-text" open>' in response.text
    assert (
        f'<mark class="quote" id="znaleziony">{DEATH_PENALTY}</mark>' in response.text
    )


@pytest.mark.parametrize(
    "path",
    [
        f"{PAGE_2}?answer=expired&quote=1",
        f"{PAGE_2}?answer={{}}&quote=99",
        f"/reports/{ZELMARIA}/pages/1?answer={{}}&quote=1",  # of another report
    ],
)
def test_a_quote_that_is_gone_is_not_marked_and_it_is_said(client, answer, path):
    page = view(client, path.format(answer["id"]))

    assert page.rects("znaleziony") == []
    assert "nie zaznaczono cytatu" in page.words()
    carried = [link for link in page.links() if "answer=" in link]
    assert all("lang=en" in link for link in carried)  # the same page in English


# --- finding the way ------------------------------------------------------------------


def test_pages_and_quotes_lead_to_each_other(client, answer):
    links = view(client, f"{PAGE_2}?answer={answer['id']}&quote=1").links()

    carried = f"?answer={answer['id']}&quote="
    assert f"/reports/{KAZAKHSTAN}/pages/1{carried}1" in links
    assert f"/reports/{KAZAKHSTAN}/pages/3{carried}1" in links
    assert f"{PAGE_2}{carried}2#znaleziony" in links
    assert f"/answers/{answer['id']}#cytat-1" in links
    assert f"/v1/reports/{KAZAKHSTAN}/file#page=2" in links


def test_the_quote_before_may_be_in_another_report(client, service, answer):
    answer["quotes"][0]["report"]["id"] = ZELMARIA
    answer["quotes"][0]["places"][0]["page"] = 1
    service.answers.put("two", json.dumps(answer))

    links = view(client, f"{PAGE_2}?answer=two&quote=2").links()

    assert f"/reports/{ZELMARIA}/pages/1?answer=two&quote=1#znaleziony" in links


def test_the_outline_names_sections_with_their_pages(client):
    page = view(client, PAGE_2)

    assert "USTRÓJ I SYTUACJA POLITYCZNA s. 2 KARA ŚMIERCI s. 2" in page.words()
    here = [a["href"] for a in page.all("a") if "aria-current" in a]
    assert here == [PAGE_2, PAGE_2]


@pytest.mark.parametrize(("number", "here"), [(1, 0), (2, 2), (3, 1)])
def test_the_outline_tells_what_the_open_page_holds(client, number, here):
    page = view(client, f"/reports/{KAZAKHSTAN}/pages/{number}")

    assert sum("aria-current" in a for a in page.all("a")) == here


def test_a_search_lists_pages_and_marks_the_open_one(client, answer):
    path = f"{PAGE_2}?answer={answer['id']}&quote=1&szukaj=kary+smierci"
    page = view(client, path)

    (rect,) = page.rects("trafienie")
    ((x0, *_),) = boxes_of(PAGES[KAZAKHSTAN, 2], "kary śmierci")
    assert float(rect["x"]) == pytest.approx(x0 - 1)
    assert len(page.rects("znaleziony")) == 1
    assert "Znalezione miejsca: 1." in page.words()
    assert f"{path.replace('%20', '+')}#trafienie" in page.links()
    hidden = {i["name"]: i["value"] for i in page.all("input") if i["type"] == "hidden"}
    assert hidden == {"answer": answer["id"], "quote": "1"}


def test_a_search_finds_other_pages_than_the_open_one(client):
    page = view(client, f"/reports/{KAZAKHSTAN}/pages/1?szukaj=ujgur")

    assert page.rects("trafienie") == []
    assert f"/reports/{KAZAKHSTAN}/pages/3?szukaj=ujgur#trafienie" in page.links()


OWN_SCRIPT = [{"type": "module", "src": "/static/app.js"}]
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onfocus=alert(1) autofocus='",
    "{{ 7 * 7 }} %(number)s %s",
    "</svg><svg onload=alert(1)>",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("typed", HOSTILE)
@pytest.mark.parametrize("report", [KAZAKHSTAN, ZELMARIA])
def test_what_is_looked_for_stays_text(client, typed, report):
    page = view(client, f"/reports/{report}/pages/1?szukaj={quoted_in_url(typed)}")

    assert f"„{typed}”" in page.text
    assert page.all("script") == OWN_SCRIPT
    assert [i for i in page.all("img") if i.get("src") == "x"] == []
    assert len(page.all("svg")) == (report == KAZAKHSTAN)
    (field,) = [i for i in page.all("input") if i["type"] == "search"]
    assert field["value"] == typed
    assert [n for _, attrs, _ in page.tags for n in attrs if n.startswith("on")] == []
    assert [link for link in page.links() if not link.startswith(("/", "#"))] == []


def test_a_page_that_holds_markup_is_shown_as_text(client, monkeypatch):
    stored = PAGES[KAZAKHSTAN, 1]
    bad = "<script>alert(1)</script>"
    body = bad + stored.body[len(bad) :]
    monkeypatch.setitem(
        PAGES,
        (KAZAKHSTAN, 1),
        type(stored)(1, "i", 595.0, 842.0, body, stored.ink),
    )

    page = view(client, f"/reports/{KAZAKHSTAN}/pages/1?szukaj=alert")

    assert page.all("script") == OWN_SCRIPT
    assert (
        page.text.count(bad) == 3
    )  # over the picture, below it, and where it is found


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("chleb", "nie ma takich słów"),
        ("–„”", "nie ma takich słów"),
        ("x" * 201, "najwyżej 200 znaków"),
    ],
)
def test_a_search_without_a_find_says_so(client, typed, said):
    page = view(client, f"{PAGE_2}?szukaj={quoted_in_url(typed)}")

    assert said in page.words()
    assert page.rects("trafienie") == []


def test_the_viewer_needs_no_style_attribute_script_or_other_host(client, answer):
    response = client.get(f"{PAGE_2}?answer={answer['id']}&quote=1&szukaj=kara")

    page = Tags(response.text)
    assert [tag for tag, attrs, _ in page.tags if "style" in attrs] == []
    assert page.all("script") == OWN_SCRIPT
    assert page.all("style") == []
    loaded = [a["href"] for a in page.all("link")] + [a["src"] for a in page.all("img")]
    assert [path for path in loaded if not path.startswith("/")] == []
    assert "/static/viewer.css" in loaded
    assert [client.get(path).status_code for path in loaded] == [200] * len(loaded)


def test_what_is_too_long_to_be_looked_for_is_not_carried_on(client):
    usual = len(client.get(PAGE_2).content)

    assert len(client.get(f"{PAGE_2}?szukaj={'x' * 60_000}").content) < usual + 20_000

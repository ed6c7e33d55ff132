"""The evaluators' pages over runs that were stored as `coi-qa eval --run` does."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient
from tests.fakes_runs import store_two
from tests.fakes_web import DEATH_PENALTY, KAZAKHSTAN, FakeService

from coi_qa.evaluation.scored import MEASURES
from coi_qa.server import create_app


class Page(HTMLParser):
    """The tags and words of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], ""
        self.feed(text)
        self.words = " ".join(self.words.split())

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += f"{data} "

    def all(self, tag, name):
        return [
            attrs[name] for known, attrs in self.tags if known == tag and name in attrs
        ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("evaluation")


@pytest.fixture(scope="module")
def service(folder):
    return FakeService(folder)


@pytest.fixture(scope="module")
def runs(folder, service):
    return store_two(folder, service)


@pytest.fixture(scope="module")
def client(service, folder, runs):
    return TestClient(create_app(service, runs_dir=folder / "runs"))


def test_runs_are_listed_with_measures_and_intervals(client, runs):
    page = Page(client.get("/evaluation").text)

    links = [href for href in page.all("a", "href") if "/evaluation/2" in href]
    assert links == [f"/evaluation/{runs[1]}", f"/evaluation/{runs[0]}"]
    assert "answer@1" in page.words and "0,500" in page.words
    assert re.search(r"0,\d{3}–[01],\d{3}", page.words)
    assert page.all("option", "value").count(runs[0]) == 2


def test_without_runs_the_command_that_stores_one_is_named(service, tmp_path):
    client = TestClient(create_app(service, runs_dir=tmp_path / "none"))

    assert "coi-qa eval" in client.get("/evaluation").text


def test_a_run_has_every_measure_and_each_kind_in_chart_and_table(client, runs):
    response = client.get(f"/evaluation/{runs[0]}?only=all")
    page = Page(response.text)

    for measure in MEASURES:
        assert response.text.count(f'<th scope="row">{measure}</th>') >= 1
    for kind in ("fact", "law", "weather"):
        assert f"only=all&amp;kind={kind}#pytania" in response.text
        assert re.search(rf"<text[^>]*>{kind}</text>", response.text)
    assert "Czy grozi kara śmierci?" in page.words


def test_charts_are_named_for_those_who_do_not_see_them(client, runs):
    page = Page(client.get(f"/evaluation/{runs[0]}").text)
    charts = [attrs for tag, attrs in page.tags if tag == "svg"]

    assert len(charts) == 4
    assert {attrs["role"] for attrs in charts} == {"img"}
    assert [attrs["aria-label"].split(".")[0] for attrs in charts] == [
        "Miary z przedziałami 95 %",
        "Miara według rodzaju pytania: answer@5",
        "Wiarygodność podawanej pewności",
        "Ryzyko i pokrycie",
    ]
    assert len(page.all("table", "class")) + page.words.count("Każda miara") >= 2


def test_the_list_of_questions_is_narrowed_by_kind_and_outcome(client, runs):
    def listed(query):
        text = client.get(f"/evaluation/{runs[0]}?{query}").text
        return re.findall(rf'href="/evaluation/{runs[0]}/questions/([^"]+)"', text)

    assert listed("only=all") == ["kara", "pogoda/1"]
    assert listed("") == ["pogoda/1"]
    assert listed("only=all&kind=law") == ["kara"]
    assert listed("only=wrong&kind=law") == []


def test_a_question_has_its_gold_beside_its_answer_and_leads_to_the_page(client, runs):
    page = Page(client.get(f"/evaluation/{runs[0]}/questions/kara").text)

    assert "„nie przewiduje kary śmierci”" in page.words
    assert DEATH_PENALTY in page.words
    assert "odpowiada wzorcowi" in page.words
    assert f"/reports/{KAZAKHSTAN}/pages/2" in page.all("a", "href")
    assert "następne nietrafne" in page.words


def test_a_question_with_a_slash_and_marks_in_it_is_shown_as_it_is(client, runs):
    response = client.get(f"/evaluation/{runs[0]}/questions/pogoda/1")

    assert response.status_code == 200
    assert "&lt;b&gt;pogoda&lt;/b&gt;" in response.text
    assert "„słonecznie” albo „pogodnie”" in Page(response.text).words


def test_a_report_that_is_not_served_has_no_link(folder, runs, service, monkeypatch):
    monkeypatch.setattr(service, "imprints", lambda: ())
    client = TestClient(create_app(service, runs_dir=folder / "runs"))
    page = Page(client.get(f"/evaluation/{runs[0]}/questions/kara").text)

    assert DEATH_PENALTY in page.words
    assert not [href for href in page.all("a", "href") if "/reports/" in href]


def test_two_runs_are_compared_with_the_questions_that_changed(client, runs):
    page = Page(
        client.get(f"/evaluation/compare?first={runs[0]}&second={runs[1]}").text
    )

    assert "✗ utracone Czy grozi kara śmierci?" in page.words
    assert "-50,0" in page.words
    assert len(page.all("svg", "aria-label")) == 1
    assert f"/evaluation/{runs[1]}/questions/kara" in page.all("a", "href")


@pytest.mark.parametrize(
    "path",
    [
        "/evaluation/20250101T000000Z-00000000",
        "/evaluation/..%2fstate",
        "/evaluation/compare",
        "/evaluation/compare?first=..&second=..",
        "/evaluation/{run}/questions/none",
    ],
)
def test_what_is_not_there_is_said_to_be_missing(client, runs, path):
    assert client.get(path.format(run=runs[0])).status_code == 404


def test_no_page_of_the_evaluation_needs_what_the_policy_forbids(client, runs):
    paths = [
        "",
        f"/{runs[0]}",
        f"/{runs[0]}/questions/kara",
        f"/compare?first={runs[0]}&second={runs[1]}",
    ]
    for path in paths:
        response = client.get(f"/evaluation{path}")
        page = Page(response.text)
        assert "unsafe" not in response.headers["content-security-policy"]
        assert set(page.all("script", "src")) == {"/static/app.js"}
        assert not {"style", "iframe"} & {tag for tag, _ in page.tags}
        assert not any("style" in attrs for _, attrs in page.tags)

"""A caseworker's way through the form, and a program's through /v1."""

from __future__ import annotations

import io
import json
import logging
import re
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient
from tests.fakes_web import (
    DEATH_PENALTY,
    KAZAKHSTAN,
    MOSQUES,
    NEAR,
    NOT_FOUND,
    PDF,
    ZELMARIA,
    FakeService,
)

from coi_qa import errors, server
from coi_qa.adapters.answers import Feedback
from coi_qa.asking import Asking
from coi_qa.domain.dates import PartialDate
from coi_qa.log import JsonLines
from coi_qa.server import MAX_BODY_BYTES, STATUSES, create_app
from coi_qa.web.guards import hosts_answered

QUESTION = "Czy w Kazachstanie obowiązuje kara śmierci?"
JSON = {"Content-Type": "application/json"}
OWN_SCRIPT = {"type": "module", "src": "/static/app.js"}


@pytest.fixture
def service(tmp_path):
    return FakeService(tmp_path)


@pytest.fixture
def client(service):
    return TestClient(
        create_app(service), follow_redirects=False, raise_server_exceptions=True
    )


@pytest.fixture
def logged():
    """What the package logs, as the lines an operator sees."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    package = logging.getLogger("coi_qa")
    level = package.level
    package.addHandler(handler)
    package.setLevel(logging.DEBUG)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    package.removeHandler(handler)
    package.setLevel(level)


class Tags(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]

    def words(self):
        return " ".join(self.text.split())


def ask(client, question=QUESTION, **more):
    return client.post("/v1/answers", json={"question": question, **more})


def answer_page(client, question=QUESTION):
    moved = client.post("/", data={"question": question})
    return client.get(moved.headers["location"])


# --- /v1 ------------------------------------------------------------------------------


def test_a_question_gets_the_answers_bytes_and_keeps_them(client, service):
    response = ask(client, countries=["Kazachstan"], as_at="2025-10")

    assert (response.status_code, response.headers["content-type"]) == (
        200,
        "application/json",
    )
    answer = response.json()
    assert answer["quotes"][0]["text"] == DEATH_PENALTY
    assert service.answers.get(answer["id"]) == response.text
    assert client.get(f"/v1/answers/{answer['id']}").content == response.content
    assert service.asked == [(QUESTION, ("Kazachstan",), PartialDate(2025, 10))]


def test_the_same_question_gets_the_same_bytes(client):
    assert ask(client).content == ask(client).content


def test_keys_that_are_not_known_are_ignored(client):
    assert ask(client, colour="red").status_code == 200


def test_what_is_not_set_may_be_null(client):
    assert ask(client, countries=None, as_at=None).status_code == 200


@pytest.mark.parametrize(
    "question", ["", " \n\t", "x" * 10_000, "a\0b", "a\x1b[2J"], ids=repr
)
def test_a_question_that_is_none_is_refused_with_a_problem(client, question):
    response = ask(client, question)

    problem = response.json()
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert set(problem) == {"type", "title", "status", "detail", "request"}
    assert "Pytanie" in problem["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"question"',
        b"null",
        b'{"question": "\xff\xfe"}',
        b'{"question": "\\ud800"}',
        b'{"question": "Czy?", "countries": ["\\ud800"]}',
        b'{"question": 7}',
        b'{"question": null}',
        b'{"question": ["Czy"]}',
        b'{"pytanie": "Czy?"}',
        b'{"question": "Czy?", "countries": "KAZ"}',
        b'{"question": "Czy?", "as_at": "wczoraj"}',
        b'{"question": "Czy?", "as_at": "2025-13"}',
        b'{"question": "Czy?", "countries": ["Narnia"]}',
        b"[" * 60_000,
        b'{"question": ' + b"9" * 6_000 + b"}",
    ],
    ids=lambda body: body[:40],
)
def test_a_body_that_is_no_question_is_refused_with_a_problem(client, body):
    response = client.post("/v1/answers", content=body, headers=JSON)

    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert len(response.json()["detail"]) > 20


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
def test_a_body_of_another_type_is_refused(client, kind):
    body = json.dumps({"question": QUESTION}).encode()

    response = client.post("/v1/answers", content=body, headers={"Content-Type": kind})

    assert response.status_code == 422
    assert "application/json" in response.json()["detail"]


def test_a_problem_never_repeats_what_was_sent(client):
    for body in (b'{"question": ["Jan Kowalski"]}', b'{"question": "Jan Kowalski'):
        response = client.post("/v1/answers", content=body, headers=JSON)

        assert "Kowalski" not in response.text


def test_a_body_that_is_too_large_is_refused(client, service):
    said = ask(client, "x" * MAX_BODY_BYTES)
    unsaid = client.post(
        "/v1/answers", content=(b"x" * 1024 for _ in range(99)), headers=JSON
    )
    form = client.post("/", data={"question": "x" * MAX_BODY_BYTES})

    assert [r.status_code for r in (said, unsaid, form)] == [413, 413, 413]
    assert said.headers["content-type"] == "application/problem+json"
    assert "64 KiB" in form.text
    assert service.asked == []


def test_a_body_of_just_the_limit_is_read(client):
    body = json.dumps({"question": QUESTION, "pad": ""}).encode()
    body = body[:-2] + b" " * (MAX_BODY_BYTES - len(body)) + body[-2:]

    assert client.post("/v1/answers", content=body, headers=JSON).status_code == 200


def test_an_answer_that_is_not_kept_is_not_found(client):
    response = client.get("/v1/answers/nothing")

    assert (response.status_code, response.json()["status"]) == (404, 404)


def test_feedback_is_kept_with_its_answer(client, service):
    answer_id = ask(client).json()["id"]
    said = {"verdict": "outdated", "comment": "Jest nowsze wydanie."}

    response = client.post(f"/v1/answers/{answer_id}/feedback", json=said)

    assert (response.status_code, response.content) == (204, b"")
    assert service.answers.feedback() == [
        Feedback(answer_id, "outdated", "Jest nowsze wydanie.")
    ]


@pytest.mark.parametrize(
    ("known", "said", "status"),
    [
        (False, {"verdict": "useful"}, 404),
        (True, {"verdict": "fine"}, 422),
        (True, {}, 422),
        (True, {"verdict": "wrong", "comment": "x" * 4001}, 422),
    ],
)
def test_feedback_that_cannot_be_kept_is_refused(client, service, known, said, status):
    answer_id = ask(client).json()["id"] if known else "nothing"

    response = client.post(f"/v1/answers/{answer_id}/feedback", json=said)

    assert response.status_code == status
    assert service.answers.feedback() == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"{}", b'{"verdict": "fine"}'])
def test_what_is_no_feedback_is_refused_in_words_that_fit(client, body):
    path = f"/v1/answers/{ask(client).json()['id']}/feedback"

    problem = client.post(path, content=body, headers=JSON).json()

    assert problem["title"] == "Nie można zapisać tej opinii"
    assert "„verdict”" in problem["detail"]
    assert "question" not in problem["detail"]


def test_reports_are_listed_and_shown(client):
    listed = client.get("/v1/reports").json()

    assert [(r["id"], r["pages"]) for r in listed] == [(KAZAKHSTAN, 3), (ZELMARIA, 1)]
    assert client.get(f"/v1/reports/{KAZAKHSTAN}").json() == listed[0]


def test_a_page_is_shown_with_its_boxes(client):
    page = client.get(f"/v1/reports/{KAZAKHSTAN}/pages/1").json()

    assert (page["label"], page["text"][:10]) == ("i", "KAZACHSTAN")
    assert len(page["boxes"]) == len(page["text"])


@pytest.mark.parametrize(
    "path",
    [
        "/v1/reports/nothing",
        "/v1/reports/nothing/file",
        f"/v1/reports/{ZELMARIA}/file",
        f"/v1/reports/{KAZAKHSTAN}/pages/4",
        f"/v1/reports/{KAZAKHSTAN}/pages/0",
        f"/v1/reports/{KAZAKHSTAN}/pages/{10**30}",
        f"/v1/reports/{KAZAKHSTAN}/pages/four",
        "/v1/nothing",
    ],
)
def test_what_is_not_there_is_a_problem(client, path):
    response = client.get(path)

    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


def test_the_pdf_is_shown_in_the_browser_and_tagged_with_its_id(client):
    response = client.get(f"/v1/reports/{KAZAKHSTAN}/file")

    assert response.content == PDF
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["content-disposition"].startswith("inline")
    assert response.headers["etag"] == f'"{KAZAKHSTAN}"'


def test_a_pdf_that_is_at_hand_is_not_sent_again(client):
    tag = {"If-None-Match": f'W/"x", "{KAZAKHSTAN}"'}

    response = client.get(f"/v1/reports/{KAZAKHSTAN}/file", headers=tag)

    assert (response.status_code, response.content) == (304, b"")


def test_a_part_of_the_pdf_can_be_had(client):
    part = {"Range": "bytes=0-3"}

    response = client.get(f"/v1/reports/{KAZAKHSTAN}/file", headers=part)

    assert (response.status_code, response.content) == (206, b"%PDF")


def test_the_service_says_that_it_is_well(client):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready", "index": "kaz-1"}


@pytest.mark.parametrize("broken", ["store", "index", "empty"])
def test_the_service_says_that_it_cannot_answer(client, service, broken):
    def fail():
        raise errors.DamagedIndexError("reports.db is not what was written")

    if broken == "store":
        service.answers.close()
    else:
        service.imprints = fail if broken == "index" else tuple

    response = client.get("/readyz")

    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert client.get("/healthz").status_code == 200


def test_openapi_describes_an_answer(client):
    described = client.get("/openapi.json").json()

    ok = described["paths"]["/v1/answers"]["post"]["responses"]["200"]["content"]
    assert ok == {
        "application/json": {"schema": {"$ref": "#/components/schemas/Answer"}}
    }
    assert "conflicts" in described["components"]["schemas"]["Answer"]["properties"]


# --- errors, waiting, the log ---------------------------------------------------------


def leaves(kind):
    below = kind.__subclasses__()
    return [leaf for each in below for leaf in leaves(each)] if below else [kind]


@pytest.mark.parametrize("kind", leaves(errors.CoiQaError), ids=lambda k: k.__name__)
def test_every_error_has_an_http_status_of_its_own(kind):
    assert kind in STATUSES


@pytest.mark.parametrize("kind", STATUSES, ids=lambda k: k.__name__)
def test_an_error_becomes_a_problem_and_a_page_with_its_status(client, service, kind):
    def fail(*_, **__):
        raise kind("W indeksie znaleziono A, oczekiwano B; zrób C.")

    service.ask = fail

    problem, page = ask(client), client.post("/", data={"question": QUESTION})

    assert [problem.status_code, page.status_code] == [STATUSES[kind]] * 2
    assert problem.json()["detail"] == "W indeksie znaleziono A, oczekiwano B; zrób C."
    assert ("zrób C." in page.text, QUESTION in page.text) == (True, True)


def test_what_nobody_expected_shows_and_logs_no_words(client, service, logged):
    def fail(question, **_):
        raise RuntimeError(f"cannot embed {question}")

    service.ask = fail

    problem, page = ask(client), client.post("/", data={"question": QUESTION})

    assert [problem.status_code, page.status_code] == [500, 500]
    assert "śmierci" not in problem.text + page.text
    failed = [line for line in logged() if line["event"] == "unexpected_error"]
    assert [line["error"] for line in failed] == ["RuntimeError"] * 2
    assert failed[0]["request"] == problem.headers["x-request-id"]


def test_a_store_that_fails_is_an_error_of_the_service(client, service):
    service.answers.close()

    with pytest.raises(sqlite3.ProgrammingError):
        service.answers.get("")
    assert ask(client).status_code == 500


class SlowService(FakeService):
    """Answers when it is told to, and counts how many it answers at once."""

    def __init__(self, folder):
        super().__init__(folder)
        self.go_on, self.begun = threading.Event(), threading.Semaphore(0)
        self.now, self.most, self.lock = 0, 0, threading.Lock()

    def ask(self, question, **more):
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self.begun.release()
        self.go_on.wait(30)
        with self.lock:
            self.now -= 1
        return super().ask(question, **more)


def test_one_is_answered_some_wait_and_the_rest_are_told_to_come_back(tmp_path):
    service = SlowService(tmp_path)
    client = TestClient(create_app(service, at_once=1, waiting=2))
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(ask, client, f"{QUESTION} {n}") for n in range(8)]
        assert service.begun.acquire(timeout=30)
        while sum(each.done() for each in asked) < 5:
            pass
        well = client.get("/healthz").status_code
        service.go_on.set()
    responses = [each.result() for each in asked]

    refused = [r for r in responses if r.status_code == 503]
    assert sorted(r.status_code for r in responses) == [200] * 3 + [503] * 5
    assert [r.headers["retry-after"] for r in refused] == ["5"] * 5
    assert (service.most, well) == (1, 200)
    assert ask(client).status_code == 200


def test_no_word_of_a_question_is_logged_or_stands_in_an_address(client, logged):
    secret = "Abdrachmanow"  # nobody's name in the reports
    question = f"Czy {secret} i Ujgurów wydalono?"

    moved = client.post("/", data={"question": question})
    page = client.get(moved.headers["location"])
    answer_id = ask(client, question).json()["id"]
    ask(client, f"{secret}\0")
    client.post("/", data={"question": f"{secret}\0"})
    client.post("/", data={"question": question, "country": secret})
    client.post(
        f"/v1/answers/{answer_id}/feedback",
        json={"verdict": "wrong", "comment": secret},
    )
    client.get(f"/{secret}?question={secret}")

    addresses = re.findall(r'(?:href|action|src)="([^"]*)"', page.text)
    titles = re.findall(r"<title>(.*?)</title>", page.text)
    assert secret in page.text  # the page itself shows what was asked
    assert [a for a in [moved.headers["location"], *addresses] if secret in a] == []
    assert [t for t in titles if secret in t] == []
    assert len(logged()) >= 8
    assert [line for line in logged() if secret in json.dumps(line)] == []


def test_each_request_is_logged_once_by_its_route(client, logged):
    client.get("/v1/answers/secret", headers={"X-Request-ID": "case-7"})

    served = [line for line in logged() if line["event"] == "served"]
    assert [(s["request"], s["method"], s["route"], s["status"]) for s in served] == [
        ("case-7", "GET", "/v1/answers/{answer_id}", 404)
    ]


def test_a_request_id_that_could_forge_a_line_is_replaced(client):
    response = client.get("/healthz", headers={"X-Request-ID": 'a" b'})

    assert re.fullmatch(r"[0-9a-f]{16}", response.headers["x-request-id"])


def test_the_stand_in_is_a_service():
    service: Asking = FakeService.__new__(FakeService)
    methods = {n for n in vars(Asking) if not n.startswith("_")} - {
        "index_id",
        "answers",
    }

    assert [n for n in methods if not callable(getattr(service, n, None))] == []
    assert [n for n in methods if not hasattr(server.QueuedService, n)] == []


# --- HEAD, other hosts, other sites ---------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/healthz",
        "/readyz",
        "/v1/reports",
        f"/v1/reports/{KAZAKHSTAN}/file",
        f"/reports/{KAZAKHSTAN}/pages/2",
        "/static/style.css",
        "/openapi.json",
        "/nothing",
        "/v1/nothing",
    ],
)
def test_head_has_the_head_of_get_and_no_body(client, path):
    got, asked = client.get(path), client.head(path)

    differ = {"x-request-id", "date"}
    heads = [
        {name: text for name, text in r.headers.items() if name not in differ}
        for r in (got, asked)
    ]
    assert (asked.status_code, asked.content) == (got.status_code, b"")
    assert heads[0] == heads[1]


def test_head_is_logged_as_such(client, logged):
    client.head(f"/v1/reports/{KAZAKHSTAN}")

    [served] = [line for line in logged() if line["event"] == "served"]
    assert (served["method"], served["route"]) == ("HEAD", "/v1/reports/{report_id}")


def test_what_cannot_be_got_has_no_head(client):
    assert client.head("/v1/answers").status_code == 405


def at_home(service, bound="127.0.0.1", allowed=()):
    hosts = hosts_answered(bound, allowed)
    return TestClient(create_app(service, hosts=hosts), follow_redirects=False)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8000", "localhost:9", "LOCALHOST", "[::1]:8000"]
)
def test_on_a_loopback_address_its_names_are_answered(service, host):
    assert at_home(service).get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "rebound.example",
        "rebound.example:8000",
        "127.0.0.1.rebound.example",
        "localhost.rebound.example",
        "localhost:8000@rebound.example",
        "127.0.0.1:80:80",
        "[::1",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/", "/healthz", "/v1/reports"])
def test_on_a_loopback_address_no_other_name_is_answered(service, host, path):
    response = at_home(service).get(path, headers={"Host": host})

    assert response.status_code == 421
    assert response.headers["content-type"] == "application/problem+json"
    assert "COI_QA_ALLOWED_HOSTS" in response.json()["detail"]


@pytest.mark.parametrize(
    ("bound", "allowed", "host", "status"),
    [
        ("0.0.0.0", (), "anything.example", 200),
        ("coi.lan", (), "anything.example", 200),
        ("0.0.0.0", ("coi.lan",), "coi.lan:8000", 200),
        ("0.0.0.0", ("coi.lan",), "127.0.0.1:8000", 200),
        ("0.0.0.0", ("coi.lan",), "anything.example", 421),
        ("127.0.0.1", ("coi.lan",), "COI.lan", 200),
        ("127.0.0.2", (), "127.0.0.2:8000", 200),
        ("::1", (), "[::1]:8000", 200),
        ("::1", (), "anything.example", 421),
        ("localhost", (), "anything.example", 421),
    ],
)
def test_elsewhere_every_name_is_answered_unless_some_are_set(
    service, bound, allowed, host, status
):
    client = at_home(service, bound, allowed)

    assert client.get("/readyz", headers={"Host": host}).status_code == status


OTHER_SITES = {
    "cross-site": {"Sec-Fetch-Site": "cross-site"},
    "same-site": {"Sec-Fetch-Site": "same-site", "Origin": "null"},
    "another host": {"Origin": "https://other.example"},
    "another port": {"Origin": "http://testserver:3000"},
    "nobody": {"Origin": "null"},
    "a longer name": {"Origin": "http://testserver.other.example"},
    "no web page": {"Origin": "chrome-extension://testserver"},
}
OWN_PAGES = {
    "a program": {},
    "its own": {"Origin": "http://testserver"},
    "behind TLS": {"Origin": "https://testserver", "Sec-Fetch-Site": "same-origin"},
    "behind a proxy": {"Origin": "http://coi.lan", "Sec-Fetch-Site": "same-origin"},
    "typed": {"Sec-Fetch-Site": "none"},
}


@pytest.mark.parametrize("headers", OTHER_SITES.values(), ids=OTHER_SITES)
def test_what_the_page_of_another_site_sends_is_refused(client, service, headers):
    page = client.post("/", data={"question": QUESTION}, headers=headers)
    problem = client.post("/v1/answers", json={"question": QUESTION}, headers=headers)

    assert [page.status_code, problem.status_code] == [403, 403]
    assert "wysłała strona z innego adresu" in Tags(page.text).words()
    assert problem.headers["content-type"] == "application/problem+json"
    assert "access-control-allow-origin" not in problem.headers
    assert service.asked == []


@pytest.mark.parametrize("headers", OWN_PAGES.values(), ids=OWN_PAGES)
def test_what_its_own_pages_and_programs_send_is_answered(client, headers):
    page = client.post("/", data={"question": QUESTION}, headers=headers)
    answer = client.post("/v1/answers", json={"question": QUESTION}, headers=headers)

    assert [page.status_code, answer.status_code] == [303, 200]


def test_a_page_of_a_host_that_is_allowed_may_send(service):
    """As behind a proxy that puts its own Host, over plain HTTP."""
    client = TestClient(create_app(service, allowed_hosts=["coi.lan"]))
    headers = {"Origin": "http://coi.lan"}
    response = client.post("/v1/answers", json={"question": QUESTION}, headers=headers)

    assert response.status_code == 200


@pytest.mark.parametrize(
    ("allowed", "origin", "status"),
    [
        ("coi.lan", "https://coi.lan", 200),
        ("coi.lan", "http://coi.lan:9999", 403),  # something else on that machine
        ("coi.lan:8443", "https://coi.lan:8443", 200),
        ("coi.lan:8443", "https://coi.lan", 403),
    ],
)
def test_an_allowed_name_stands_for_one_port(service, allowed, origin, status):
    client = TestClient(create_app(service, allowed_hosts=[allowed]))
    headers = {"Origin": origin}

    response = client.post("/v1/answers", json={"question": QUESTION}, headers=headers)
    assert response.status_code == status


def test_another_sites_script_reads_nothing_and_its_links_lead_here(client):
    script = {"Origin": "https://other.example", "Sec-Fetch-Site": "cross-site"}
    link = {"Sec-Fetch-Site": "cross-site"}

    read = client.get("/v1/reports", headers=script)
    preflight = client.options("/v1/answers", headers=script)
    followed = client.get(f"/reports/{KAZAKHSTAN}/pages/2", headers=link)

    assert [read.status_code, preflight.status_code] == [403, 403]
    assert followed.status_code == 200


# --- the form -------------------------------------------------------------------------


def test_the_form_has_its_fields_labelled_and_the_countries_to_choose_from(client):
    page = Tags(client.get("/").text)

    labelled = {attrs["for"] for attrs in page.all("label")}
    options = [attrs["value"] for attrs in page.all("option")]
    assert page.all("html") == [{"lang": "pl"}]
    assert labelled == {"question", "country", "as_at"}
    assert options == ["", "KAZ", "XZM"]
    assert page.all("form")[0]["method"] == "post"


def test_a_question_leads_to_its_answer(client, service):
    typed = {"question": QUESTION, "country": "KAZ", "as_at": "2025-10"}

    moved = client.post("/", data=typed)

    assert (moved.status_code, moved.headers["location"].count("?")) == (303, 0)
    assert client.get(moved.headers["location"]).status_code == 200
    assert service.asked == [(QUESTION, ("KAZ",), PartialDate(2025, 10))]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("question", "   ", "Pytanie jest puste"),
        ("question", "x" * 10_000, "może mieć najwyżej 2000"),
        ("question", "a\x07b", "znaki, które nie są tekstem"),
        ("country", "Narnia", "Nieznany kraj"),
        ("as_at", "wczoraj", "to nie data"),
    ],
)
def test_bad_input_is_explained_beside_its_field_and_kept(
    client, service, field, value, sentence
):
    typed = {"question": QUESTION, "country": "KAZ", "as_at": "2025"} | {field: value}

    response = client.post("/", data=typed)

    page = Tags(response.text)
    named = {
        a["name"]: a for tag in ("textarea", "input", "select") for a in page.all(tag)
    }
    wrong = [name for name, attrs in named.items() if "aria-invalid" in attrs]
    assert (response.status_code, wrong, service.asked) == (422, [field], [])
    assert f"{field}-error" in named[field]["aria-describedby"].split()
    assert sentence in response.text.split(f'id="{field}-error">')[1].split("</p>")[0]
    kept = {"question": page.text, "as_at": named["as_at"]["value"]}
    assert all(typed[name] in text for name, text in kept.items())
    chosen = [o["value"] for o in page.all("option") if "selected" in o]
    assert chosen == ([] if field == "country" else ["KAZ"])


def selected(page):
    return [o["value"] for o in Tags(page.text).all("option") if "selected" in o]


def test_the_country_that_was_selected_stays_selected(client):
    """The question names Kazakhstan, whose reports are searched."""
    asked = {"question": QUESTION, "country": "XZM"}
    moved = client.post("/", data=asked).headers["location"]

    assert moved.endswith("?country=XZM")
    assert selected(client.get(moved)) == ["XZM"]
    assert selected(client.get(moved.partition("?")[0])) == ["KAZ"]


def test_an_empty_form_is_explained(client):
    response = client.post("/")

    assert (response.status_code, "Pytanie jest puste" in response.text) == (422, True)


def test_the_answer_page_shows_quotes_with_places_and_footnotes(client):
    response = answer_page(client)

    page = Tags(response.text)
    words, links = page.words(), [a["href"] for a in page.all("a")]
    assert len(page.all("blockquote")) == 2
    for expected in (
        "Oto zdania raportów najbliższe pytaniu. Sprawdź, czy odpowiadają.",
        DEATH_PENALTY,
        MOSQUES,
        "USTRÓJ I SYTUACJA POLITYCZNA › KARA ŚMIERCI",
        "przypis 18: Amnesty International, Death sentences and executions 2024, "
        "8 kwietnia 2025, https://www.amnesty.org/",
        "w raporcie podano niemożliwą datę („06.06.20216”)",
        "33 Orda.kz, Казахстан",
        "kraje: Kazachstan",
        "Uwaga: Źródeł bez daty",
        "Wstrzymane zdania: 1",
        "nie rozstrzyga o udzieleniu ochrony",
    ):
        assert expected in words
    answer_id = str(response.url).rpartition("/")[2]
    at = f"/reports/{KAZAKHSTAN}/pages/{{}}?answer={answer_id}&quote={{}}#znaleziony"
    assert [link for link in links if "#znaleziony" in link] == [
        at.format(2, 1),
        at.format(2, 2),
        at.format(3, 2),
    ]


def test_addresses_elsewhere_are_web_addresses_and_are_told_nothing(client):
    links = Tags(answer_page(client).text).all("a")

    away = [a for a in links if not a["href"].startswith(("/", "#"))]
    assert {(a["href"], a["rel"]) for a in away} == {
        (
            "https://www.amnesty.org/en/documents/act50/8976/2025/en/",
            "noreferrer noopener",
        )
    }


def test_what_a_report_does_not_find_is_its_own_word(client):
    words = Tags(answer_page(client, "Ilu Ujgurów wydalono?").text).words()

    assert (
        "Raport podaje, że czegoś nie stwierdzono. Sprawdź, czy chodzi o to pytanie."
        in words
    )
    assert NOT_FOUND in words
    assert "W raporcie zdanie nie ma przypisu." in words


def test_near_passages_stand_apart_from_answers(client):
    words = Tags(answer_page(client, "Ile kosztuje chleb?").text).words()

    before, title, after = words.partition(
        "Fragmenty bliskie, których nie uznano za odpowiedź"
    )
    assert (bool(title), NEAR in before, NEAR in after) == (True, False, True)
    assert "Co mówią raporty" not in words
    assert "Co przeszukano" in before
    assert "[1]" not in words  # as quotes are numbered


def test_what_was_typed_cannot_become_markup(client):
    bad = '<script>alert(1)</script>"><img src=x>'

    page = Tags(answer_page(client, bad).text)

    assert (page.all("script"), page.all("img")) == ([OWN_SCRIPT], [])
    assert bad in page.text


def test_no_page_asks_anything_of_another_host_or_holds_a_script_or_style(client):
    answer = answer_page(client)
    viewer = client.get(f"/reports/{KAZAKHSTAN}/pages/2")

    for page in map(Tags, (client.get("/").text, answer.text, viewer.text)):
        fetched = [a["href"] for a in page.all("link")]
        assert [f for f in fetched if not f.startswith("/static/")] == []
        assert [client.get(f).status_code for f in fetched] == [200] * len(fetched)
        assert page.all("script") == [OWN_SCRIPT]
        assert [t for t, a in page.tags if t == "style" or "style" in a] == []
        assert [n for _, a in page.tags for n in a if n.startswith("on")] == []


def marked(client, path):
    text = client.get(path).text
    return re.findall(r"<mark[^>]*>(.*?)</mark>", text, re.DOTALL)


def test_the_viewer_marks_the_quote_on_each_of_its_pages(client):
    answer_id = ask(client).json()["id"]
    page = f"/reports/{KAZAKHSTAN}/pages/{{}}?answer={answer_id}&quote={{}}"

    assert marked(client, page.format(2, 1)) == [DEATH_PENALTY]
    assert marked(client, page.format(2, 2)) == [MOSQUES.partition(" odmówiły")[0]]
    assert marked(client, page.format(3, 2)) == [
        "odmówiły" + MOSQUES.split("odmówiły")[1]
    ]
    assert marked(client, page.format(1, 1)) == []


def test_the_viewer_marks_a_near_passage(client):
    answer_id = ask(client, "Ile kosztuje chleb?").json()["id"]

    page = f"/reports/{KAZAKHSTAN}/pages/2?answer={answer_id}&near=1"
    assert marked(client, page) == [NEAR]


@pytest.mark.parametrize("query", ["", "?answer=nothing&quote=1", "?answer=x"])
def test_the_viewer_shows_a_page_without_a_quote(client, query):
    response = client.get(f"/reports/{KAZAKHSTAN}/pages/2{query}")

    assert (response.status_code, DEATH_PENALTY in response.text) == (200, True)
    assert "<mark" not in response.text
    assert f"/v1/reports/{KAZAKHSTAN}/file#page=2" in response.text


def test_the_viewer_does_not_mark_other_words_than_the_quotes(client, service):
    answer = ask(client).json()
    answer["quotes"][0]["places"][0]["start"] -= 3
    service.answers.put("moved", json.dumps(answer))

    path = f"/reports/{KAZAKHSTAN}/pages/2?answer=moved&quote=1"

    assert marked(client, path) == []
    assert "nie zawiera już słów cytatu [1]" in client.get(path).text


def test_the_viewer_shows_paragraphs_apart(client):
    page = client.get(f"/reports/{KAZAKHSTAN}/pages/2").text

    sheet = page.partition("<article")[2].partition("</article>")[0]
    assert [p.strip() for p in re.findall(r"<p>(.*?)</p>", sheet)][:3] == [
        "KARA ŚMIERCI",
        DEATH_PENALTY,
        "SYTUACJA BEZPIECZEŃSTWA",
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/answers/nothing",
        "/reports/nothing/pages/1",
        f"/reports/{KAZAKHSTAN}/pages/9",
        f"/reports/{KAZAKHSTAN}/pages/zero",
    ],
)
def test_a_browser_gets_a_page_that_says_what_is_not_there(client, path):
    response = client.get(path)

    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/html")
    assert 'href="/"' in response.text


def test_an_opinion_is_kept_and_thanked_for(client, service):
    page = answer_page(client)
    path = page.url.path

    moved = client.post(f"{path}/feedback", data={"verdict": "useful", "comment": " "})

    assert (moved.status_code, moved.headers["location"]) == (
        303,
        f"{path}?noted=true#opinia",
    )
    assert "opinia została zapisana" in client.get(moved.headers["location"]).text
    assert service.answers.feedback() == [
        Feedback(path.rpartition("/")[2], "useful", None)
    ]

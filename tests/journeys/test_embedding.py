"""Who is let in under /embed, and what they get; each refusal beside what is taken."""

from __future__ import annotations

import html
import io
import json
import re
import time
from base64 import urlsafe_b64encode

import docx
import jwt
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from tests.fakes_answers import BAD, HOSTILE, RICH, SILENT, RichService
from tests.fakes_case_system import KEY, ORIGIN, sample
from tests.fakes_web import DEATH_PENALTY, MOSQUES

from coi_qa.chat.embed import ANSWERS, COUNTRIES, SCRIPT_PATH, embed_routes
from coi_qa.chat.embed_token import Embedding, mint_token
from coi_qa.errors import BadTokenError
from coi_qa.server import create_app

OTHER = "https://inne.example"  # allowed as well
STRANGER = "https://zly.example"
EMBEDDING = Embedding(frozenset({ORIGIN, OTHER}), KEY)
QUESTION = "Czy w Kazachstanie obowiązuje kara śmierci?"


@pytest.fixture
def service(tmp_path):
    return RichService(tmp_path)


@pytest.fixture
def client(service):
    return TestClient(
        create_app(service, embedding=EMBEDDING), base_url="http://coi.lan:8000"
    )


def claims(**changed):
    now = int(time.time())
    said = {"iss": ORIGIN, "aud": "coi-qa", "iat": now, "exp": now + 300} | changed
    return {name: value for name, value in said.items() if value is not None}


def signed(key=KEY, algorithm="HS256", **changed):
    return jwt.encode(claims(**changed), key, algorithm=algorithm)


def headers(token=None, origin=ORIGIN, **more):
    """What a browser sends for a page of another site."""
    said = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", **more}
    if origin is not None:
        said["Origin"] = origin
    if token is not None:
        said["Authorization"] = f"Bearer {token}"
    return said


def asked(client, token, question=QUESTION, *, origin=ORIGIN, **more):
    return client.post(
        ANSWERS, json={"question": question, **more}, headers=headers(token, origin)
    )


def cors_of(response):
    return [name for name in response.headers if name.startswith("access-control-")]


# Made while a test runs, as some would have become right or wrong before that.
WRONG_TOKENS = {
    "none": lambda now: None,
    "empty": lambda now: "",
    "no JWT": lambda now: "abc",
    "no JSON": lambda now: "a.b.c",
    "another key": lambda now: signed(key="x" * 32),
    "expired": lambda now: signed(exp=now - 60, iat=now - 300),
    "of the future": lambda now: signed(iat=now + 120, exp=now + 300),
    "not before later": lambda now: signed(nbf=now + 3600),
    "a second too long": lambda now: signed(exp=now + 901, iat=now),
    "for ever": lambda now: signed(exp=now + 10**9),
    "for no time": lambda now: signed(iat=now - 5, exp=now - 5),
    "without exp": lambda now: signed(exp=None),
    "without iat": lambda now: signed(iat=None),
    "without iss": lambda now: signed(iss=None),
    "without aud": lambda now: signed(aud=None),
    "another audience": lambda now: signed(aud="other"),
    "several audiences": lambda now: signed(aud=["coi-qa"]),
    "endless": lambda now: signed(exp=float("inf")),
    "parts of a second": lambda now: signed(exp=now + 300.5),
    "exp as text": lambda now: signed(exp=str(now + 300)),
    "no country": lambda now: signed(countries=[]),
    "a text of countries": lambda now: signed(countries="KAZ"),
    "numbers for countries": lambda now: signed(countries=[7]),
    "HS512": lambda now: signed(algorithm="HS512", key=KEY * 2),
    "HS384": lambda now: signed(algorithm="HS384", key=KEY * 2),
    "alg none": lambda now: jwt.encode(claims(), None, algorithm="none"),
    "signature cut off": lambda now: signed().rpartition(".")[0] + ".",
    "signature changed": lambda now: signed()[:-4] + "AAAA",
    "too long": lambda now: signed(countries=["KAZ"] * 2000),
    "nested": lambda now: urlsafe_b64encode(b"[" * 2900).decode() + ".e30.AAAA",
    "another allowed page's": lambda now: signed(iss=OTHER),
    "a stranger's": lambda now: signed(iss=STRANGER),
}
FORBIDDEN = ("another allowed page's", "a stranger's")


class TestTokens:
    def test_a_page_with_a_token_gets_the_answer_and_may_read_it(self, client, service):
        response = asked(client, signed())

        assert response.status_code == 200
        assert response.headers["access-control-allow-origin"] == ORIGIN
        assert response.headers["vary"] == "Origin"
        assert "access-control-allow-credentials" not in response.headers
        assert response.headers["cross-origin-resource-policy"] == "cross-origin"
        assert response.headers["cache-control"] == "no-store"
        answer = response.json()
        shown = answer.pop("shown")
        assert answer == json.loads(service.answers.get(answer["id"]))
        assert answer["quotes"][0]["text"] == DEATH_PENALTY
        assert shown["address"] == f"http://coi.lan:8000/answers/{answer['id']}"

    @pytest.mark.parametrize("name", [*WRONG_TOKENS])
    def test_any_other_token_gets_nothing(self, client, service, name):
        status = 403 if name in FORBIDDEN else 401
        token = WRONG_TOKENS[name](int(time.time()))
        response = asked(client, token)

        assert response.status_code == status
        assert response.headers["content-type"] == "application/problem+json"
        assert cors_of(response) == []
        assert response.headers["cross-origin-resource-policy"] == "same-origin"
        assert DEATH_PENALTY not in response.text
        assert service.asked == []
        assert client.get(COUNTRIES, headers=headers(token)).status_code == status
        assert asked(client, signed()).status_code == 200

    def test_the_longest_token_that_may_be_is_taken(self, client):
        longest = signed(exp=int(time.time()) + 900, iat=int(time.time()))

        assert asked(client, longest).status_code == 200

    @pytest.mark.parametrize(
        "origin",
        [
            None,
            "null",
            "",
            STRANGER,
            f"{ORIGIN}.zly.example",
            f"{ORIGIN}:8443",
            ORIGIN.replace("https", "http"),
            ORIGIN.upper(),
            f"{ORIGIN}/",
            "http://coi.lan:8000",  # its own pages have no business here
        ],
    )
    def test_another_origin_gets_nothing(self, client, service, origin):
        for token in (signed(), signed(iss=origin or ORIGIN)):
            response = asked(client, token, origin=origin)

            assert response.status_code == 403
            assert cors_of(response) == []
        assert service.asked == []
        assert asked(client, signed()).status_code == 200

    def test_each_allowed_origin_gets_its_own(self, client):
        response = asked(client, signed(iss=OTHER), origin=OTHER)

        assert response.headers["access-control-allow-origin"] == OTHER
        assert asked(client, signed(iss=OTHER)).status_code == 403

    def test_two_origins_or_tokens_are_none(self, client):
        taken = headers(signed())
        for name in ("Origin", "Authorization"):
            twice = [*taken.items(), (name, taken[name])]
            response = client.post(ANSWERS, json={"question": "Czy?"}, headers=twice)

            assert response.status_code in (401, 403)
            assert cors_of(response) == []

    def test_a_cookie_is_no_token(self, client):
        client.cookies.set("token", signed())

        assert asked(client, None).status_code == 401

    def test_the_sample_case_system_and_the_command_sign_alike(self, client):
        now = int(time.time())
        ours = mint_token(EMBEDDING, ORIGIN, now=now, lifetime_s=300)
        theirs = sample().sign_token(KEY, ORIGIN, now=now)

        assert ours == theirs
        assert asked(client, theirs).status_code == 200

    def test_the_key_is_in_no_words(self):
        assert KEY not in repr(EMBEDDING)


class TestErrorsForThePage:
    """Whoever is let in may read what is wrong with what it asked."""

    @pytest.mark.parametrize(
        "body",
        [
            b"{",
            b"[]",
            b"{}",
            b'{"question": 7}',
            b'{"question": "   "}',
            b'{"question": "Czy?", "countries": ["Narnia"]}',
            b'{"question": "Czy?", "countries": ["\\ud800"]}',
            b'{"question": "\\ud800"}',
            b'{"question": "Czy?", "as_at": "jutro"}',
        ],
    )
    def test_what_cannot_be_asked_is_said(self, client, body):
        sent = headers(signed(), **{"Content-Type": "application/json"})
        response = client.post(ANSWERS, content=body, headers=sent)

        assert response.status_code == 422
        assert response.headers["access-control-allow-origin"] == ORIGIN
        assert response.json()["detail"]

    def test_too_long_a_body_is_said(self, client):
        response = asked(client, signed(), "x" * 70_000)

        assert response.status_code == 413
        assert response.headers["access-control-allow-origin"] == ORIGIN


class TestCountries:
    def test_all_are_listed_and_one_may_be_chosen(self, client, service):
        listed = client.get(COUNTRIES, headers=headers(signed())).json()
        asked(client, signed(), countries=["XZM"], as_at="2025-10")

        assert listed == [
            {"code": "KAZ", "name": "Kazachstan"},
            {"code": "XZM", "name": "Zelmaria"},
        ]
        assert [(c, str(d)) for _, c, d in service.asked] == [(("XZM",), "2025-10")]

    def test_a_token_may_be_held_to_some(self, client, service):
        token = signed(countries=["KAZ"])

        assert client.get(COUNTRIES, headers=headers(token)).json() == [
            {"code": "KAZ", "name": "Kazachstan"}
        ]
        assert asked(client, token).status_code == 200
        assert service.asked[-1][1] == ("KAZ",)

    def test_another_country_is_not_answered_about(self, client, service):
        token = signed(countries=["XZM"])
        response = asked(client, token, countries=["KAZ"])

        assert response.status_code == 403
        assert response.headers["access-control-allow-origin"] == ORIGIN
        assert service.asked == []

    def test_a_country_that_the_question_names_does_not_get_round_it(self, client):
        """The small service always searches Kazakhstan, as a question can make it."""
        response = asked(client, signed(countries=["XZM"]))

        assert response.status_code == 403
        assert DEATH_PENALTY not in response.text
        assert asked(client, signed(countries=["XZM", "KAZ"])).status_code == 200


class TestBrowsersAskFirst:
    def preflight(self, client, path, origin, method="POST"):
        asked_for = {
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "authorization,content-type",
        }
        return client.options(path, headers=headers(None, origin, **asked_for))

    @pytest.mark.parametrize(
        ("path", "method"), [(ANSWERS, "POST"), (COUNTRIES, "GET")]
    )
    def test_an_allowed_page_may_send_its_token(self, client, path, method):
        response = self.preflight(client, path, ORIGIN, method)

        assert response.status_code == 204
        assert response.headers["access-control-allow-origin"] == ORIGIN
        assert response.headers["access-control-allow-methods"] == method
        allowed = response.headers["access-control-allow-headers"]
        assert allowed == "authorization, content-type"

    @pytest.mark.parametrize("origin", [STRANGER, "null", None])
    def test_no_other_may(self, client, origin):
        response = self.preflight(client, ANSWERS, origin)

        assert response.status_code == 403
        assert cors_of(response) == []

    @pytest.mark.parametrize(
        "path", ["/v1/answers", "/", "/library/reports", "/embed/"]
    )
    def test_nothing_else_is_opened(self, client, path):
        assert cors_of(self.preflight(client, path, ORIGIN)) == []
        response = client.post(
            path, json={"question": "Czy?"}, headers=headers(signed())
        )
        assert response.status_code in (401, 403, 404)
        assert cors_of(response) == [] or path == "/embed/"


class TestSwitchedOff:
    @pytest.fixture
    def closed(self, service):
        return TestClient(create_app(service), base_url="http://coi.lan:8000")

    def test_without_origins_no_page_is_let_in(self, closed, service):
        assert asked(closed, signed()).status_code == 403  # as any other site's page
        sent = {"Authorization": f"Bearer {signed()}"}
        body = {"question": QUESTION}
        assert closed.post(ANSWERS, json=body, headers=sent).status_code == 404
        assert closed.get(COUNTRIES, headers=headers(signed())).status_code == 404
        assert service.asked == []

    def test_routes_without_the_door_before_them_let_nobody_in(self, service):
        app = FastAPI()
        app.include_router(embed_routes(service))
        with pytest.raises(BadTokenError):
            asked(TestClient(app), signed())


class TestScript:
    def test_it_is_served_to_any_page(self, client):
        response = client.get(SCRIPT_PATH, headers={"Sec-Fetch-Site": "cross-site"})

        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/javascript")
        assert response.headers["cross-origin-resource-policy"] == "cross-origin"
        assert response.headers["access-control-allow-origin"] == "*"
        assert 'customElements.define("coi-qa"' in response.text

    def test_it_is_not_sent_again(self, client):
        tag = client.get(SCRIPT_PATH).headers["etag"]
        again = client.get(SCRIPT_PATH, headers={"If-None-Match": tag})
        other = client.get(SCRIPT_PATH, headers={"If-None-Match": '"other"'})

        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["cross-origin-resource-policy"] == "cross-origin"
        assert other.status_code == 200

    def test_pages_keep_their_policy(self, client):
        response = client.get("/")

        assert response.headers["cross-origin-resource-policy"] == "same-origin"
        assert response.headers["x-frame-options"] == "DENY"
        assert cors_of(response) == []

    def test_it_parses_nothing_and_names_no_host(self, client):
        script = client.get(SCRIPT_PATH).text
        forbidden = (
            r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\(|https?://\w"
        )

        assert re.findall(forbidden, script) == []
        assert re.findall(r"\.style\b|\bstyle=|new Function", script) == []


class TestWhatIsShown:
    def shown(self, client, question):
        answer = asked(client, signed(), question).json()
        return answer, answer["shown"]

    def test_a_citation_names_report_page_and_sources(self, client):
        answer, shown = self.shown(client, RICH)
        first = shown["quotes"][0]

        assert answer["quotes"][0]["text"] == MOSQUES
        assert first["citation"].startswith("Urząd do Spraw Cudzoziemców, Kazachstan.")
        assert "s. 2–3" in first["citation"]
        assert "; za: Orda.kz" in first["citation"]
        assert [item["id"] for item in first["csl"]][1:] == ["zrodlo-1", "zrodlo-2"]
        assert first["speaks_of"] == "1 stycznia 2024 – 31 grudnia 2024"
        assert [page["url"].partition("?")[0][-7:] for page in first["pages"]] == [
            "pages/2",
            "pages/3",
        ]

    def test_the_citation_is_that_of_the_evidence_pack(self, client):
        answer, shown = self.shown(client, RICH)
        pack = client.get(f"/v1/answers/{answer['id']}/export?format=docx").content
        document = docx.Document(io.BytesIO(pack))
        part = next(
            rel.target_part
            for rel in document.part.rels.values()
            if rel.reltype.endswith("/footnotes")
        )
        printed = re.sub(r"<[^>]+>", "", part.blob.decode())
        for quote in shown["quotes"]:
            assert quote["citation"] in html.unescape(printed)

    def test_hostile_words_stay_words(self, client):
        _, shown = self.shown(client, HOSTILE)
        markup = shown["quotes"][0]["html"]

        assert "<script" not in markup
        assert "<img" not in markup
        assert set(re.findall(r"<(/?\w+)", markup)) <= {
            *("blockquote", "/blockquote", "p", "/p", "i", "/i", "a", "/a")
        }
        assert html.escape(BAD) in markup
        assert shown["quotes"][0]["sources"][0]["url"] is None

    def test_silence_is_told_with_what_was_searched(self, client):
        answer, shown = self.shown(client, SILENT)

        assert answer["status"] == "insufficient_evidence"
        assert shown["status_name"] == "Nie znaleziono odpowiedzi w raportach"
        assert shown["quotes"] == []
        assert shown["facts"] == [
            "Przeszukano – raporty: 1; fragmenty: 57; kraje: Kazachstan; najnowszy "
            "raport: październik 2025."
        ]
        assert "near=1" in shown["near"][0]["pages"][0]["url"]

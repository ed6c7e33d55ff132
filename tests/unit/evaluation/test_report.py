import json
import re
from html.parser import HTMLParser

import pytest

from coi_qa.domain.answer import Status
from coi_qa.evaluation import Verdict, as_html, as_json, as_text
from coi_qa.evaluation.run import evaluate
from coi_qa.evaluation.scored import MEASURES

HOSTILE = "<script src='https://example.org/x.js'></script>\"'&{{ 7*7 }}"
NOT_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
LOADING = {"src", "srcset", "href", "action", "data", "poster", "background", "style"}


class Reader(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self):
        super().__init__()
        self.tags, self.loading, self.words = [], [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.loading += [
            (tag, key) for key, _ in attrs if key in LOADING or key.startswith("on")
        ]

    def handle_data(self, data):
        self.words += data


@pytest.fixture
def verdict(build):
    questions = [
        build.gold(
            HOSTILE,
            kind=HOSTILE.replace("/", "|"),
            lang=HOSTILE,
            report=HOSTILE,
            fragments=((HOSTILE,),),
            footnotes=(18,),
            countries=("KAZ",),
        ),
        build.gold("silent", status=Status.OUT_OF_SCOPE, fragments=()),
        build.gold("failing"),
    ]

    def ask(question, countries, as_at):
        if question == "failing?":
            raise RuntimeError(HOSTILE + "\x1b[2J\nnext")
        if question == "silent?":
            return build.answer(Status.OUT_OF_SCOPE)
        quote = build.quote(HOSTILE, report=HOSTILE, footnotes=[18])
        return build.answer(quotes=[quote], near=[build.quote("Blisko.")], index="i<1>")

    evaluation = evaluate(
        ask, questions, check_quote=lambda q: False, progress=lambda done, total: None
    )
    return Verdict(evaluation, (f"mrr is low {HOSTILE}.",))


@pytest.fixture
def page(verdict):
    reader = Reader()
    reader.feed(as_html(verdict))
    return reader


def test_the_page_loads_and_runs_nothing(page):
    assert page.loading == []
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(page.tags)


def test_every_table_has_a_caption_and_heads_and_every_chart_its_words(verdict):
    html = as_html(verdict)
    tables = re.findall(r"<table>.*?</table>", html, re.DOTALL)

    assert len(tables) == 6
    assert [t for t in tables if "<caption>" not in t or 'scope="col"' not in t] == []
    assert re.findall(r"<svg (?!role=\"img\" aria-label=\"[^\"])", html) == []
    assert html.count("<svg") == html.count("</title>") - 1 == 1


def test_no_place_of_a_chart_is_missing(verdict):
    assert "nan" not in NOT_STYLE.sub("", as_html(verdict)).lower()


def test_how_sure_the_answers_were_is_drawn(build):
    evaluation = evaluate(
        lambda q, c, d: build.answer(quotes=[build.quote("5 osób")]),
        [build.gold("a"), build.gold("b")],
        check_quote=lambda quote: True,
        progress=lambda done, total: None,
        confidence=lambda answer: 0.75,
    )
    sure = Verdict(evaluation, ())

    assert as_html(sure).count("<svg") == 3
    assert "Brier score 0.062" in as_html(sure)
    assert "confidence (2): Brier 0.062" in as_text(sure)
    assert json.loads(as_json(sure))["confidence"]["bins"][0]["n"] == 2
    assert json.loads(as_json(sure))["answers"][0]["given"]["confidence"] == 0.75


def test_where_no_answer_says_how_sure_it_is_the_page_says_so(verdict):
    assert "do not say how sure they are" in as_html(verdict)
    assert json.loads(as_json(verdict))["confidence"] is None


def test_variants_stand_beside_their_originals(build):
    evaluation = evaluate(
        lambda q, c, d: build.answer(quotes=[build.quote("5 osób" * (q == "a?"))]),
        [build.gold("a"), build.gold("b", variant_of="a", kind="typos")],
        check_quote=lambda quote: True,
        progress=lambda done, total: None,
    )
    lost = Verdict(evaluation, ())

    assert "-100.0" in as_text(lost)
    assert "What 1 variants lose against their originals" in as_html(lost)
    assert json.loads(as_json(lost))["variants"]["kinds"]["typos"]["value"] == -1.0


def test_the_style_of_the_page_loads_nothing(verdict):
    style = as_html(verdict).partition("<style>")[2].partition("</style>")[0]

    assert "url(" not in style
    assert "@import" not in style


def test_what_was_written_is_shown_as_it_was_written(page):
    # gate, language, report among the groups, id, question, fragment, gold report,
    # quote, its report, error; the kind has no slash
    assert page.words.count(HOSTILE) == 10
    assert page.words.count(HOSTILE.replace("/", "|")) == 2
    assert "i<1>" in page.words


def test_the_page_names_every_measure_and_question(page):
    missing = [
        name for name in (*MEASURES, "silent", "failing") if name not in page.words
    ]

    assert missing == []


def test_the_page_opens_the_questions_that_are_not_right(verdict):
    html = as_html(verdict)

    assert html.count("<details open>") == 1
    assert html.count("<details>") == 2


def test_the_document_has_all_that_was_measured(verdict):
    document = json.loads(as_json(verdict))

    assert document["questions"] == 3
    assert document["gate"] == {"passed": False, "failed": list(verdict.failed)}
    assert list(document["measures"]) == list(MEASURES)
    assert document["measures"]["errors"] == {
        "value": pytest.approx(1 / 3),
        "low": pytest.approx(0.0615, abs=1e-4),
        "high": pytest.approx(0.7923, abs=1e-4),
        "method": "wilson",
        "n": 3,
    }
    assert document["statuses"]["answered"] == {
        "answered": 1,
        "reported_absence": 0,
        "insufficient_evidence": 0,
        "out_of_scope": 0,
        "error": 1,
    }


def test_the_document_has_gold_and_answer_of_each_question(verdict):
    first, silent, failing = json.loads(as_json(verdict))["answers"]

    assert first["gold"]["footnotes"] == [18]
    assert first["given"]["quotes"] == [
        {
            "text": HOSTILE,
            "report": HOSTILE,
            "report_id": "ab12",
            "countries": ["KAZ"],
            "pages": [4],
            "section": ["KARA ŚMIERCI"],
            "footnotes": [18],
            "answers": True,
            "genuine": False,
        }
    ]
    assert [q["text"] for q in first["given"]["near"]] == ["Blisko."]
    assert silent["gold"]["footnotes"] is None
    assert failing["given"]["error"].startswith("RuntimeError: <script")
    assert [a["right"] for a in (first, silent, failing)] == [True, True, False]


def test_a_measure_of_nothing_is_null_and_a_dash(build):
    evaluation = evaluate(
        lambda q, c, d: build.answer(),
        [build.gold()],
        check_quote=lambda q: True,
        progress=lambda done, total: None,
    )
    verdict = Verdict(evaluation, ())

    assert json.loads(as_json(verdict))["measures"]["false_answers"] == {
        "value": None,
        "low": None,
        "high": None,
        "method": None,
        "n": 0,
    }
    row = next(
        r for r in as_text(verdict).splitlines() if r.startswith("false_answers")
    )
    assert row.split()[1:4] == ["-", "-", "0"]


def test_the_table_ends_with_the_gate_and_names_what_is_not_right(verdict):
    text = as_text(verdict)

    assert text.endswith(f"gate: failed\n{verdict.failed[0]}")
    assert "not right (1): failing" in text


def test_the_table_cannot_steer_the_terminal(verdict):
    assert [c for c in as_text(verdict) if not c.isprintable() and c != "\n"] == []


def test_where_there_is_no_gate_none_was_passed(verdict):
    free = Verdict(verdict.evaluation, (), no_gate="eval/gate.toml not found")

    assert as_text(free).endswith("no gate: eval/gate.toml not found")
    assert "No gate: eval/gate.toml not found." in as_html(free)
    assert json.loads(as_json(free))["gate"] == {
        "passed": None,
        "failed": [],
        "no_gate": "eval/gate.toml not found",
    }


def test_a_passed_gate_is_said(verdict):
    passed = Verdict(verdict.evaluation, ())

    assert as_text(passed).endswith("gate: passed")
    assert "Every measure is within the gate" in as_html(passed)
    assert json.loads(as_json(passed))["gate"] == {"passed": True, "failed": []}

"""A technician's way: index, ask, inspect, verify, eval, doctor, in real words."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
import typst
from fastapi.testclient import TestClient
from tests.fakes_index import CORPUS

from coi_qa.domain.dates import parse_date
from coi_qa.server import create_app

pytestmark = pytest.mark.model

DEATH_PENALTY = "Czy w Kazachstanie grozi kara śmierci?"
JUDGEMENT = "Jaką decyzję wydać wobec Kazacha, który uchyla się od wojska?"
GOLD = Path(__file__).parents[2] / "eval/gold/sample_open.jsonl"
NO_QUESTIONS = {
    "empty": "",
    "blank": "  \n ",
    "10,000 characters": "a" * 10_000,
    "control character": "Czy \x07 grozi kara?",
}

ANSWER = (
    "id question index status statements quotes sources independent_sources currency "
    "conflicts searched withheld disclaimer"
).split()
QUOTE = "number text report section places footnotes scope".split()
REPORT = "id title publisher date countries edition".split()
PLACE = "page label start end boxes".split()
SOURCE = "number footnotes publisher title date url problems".split()
CURRENCY = "oldest newest undated report warnings".split()
OURS = {"answer": {"notice", "confidence", "near", "tellers", "as_at", "writer"}}
OURS |= {
    "quote": {
        "notes",
        "attributed_to",
        "undefined",
        "dates",
        "before",
        "superseded_by",
    },
    "report": {"file", "language", "guessed"},
}
OURS |= {"source": {"kind", "filters", "accessed", "originator", "notes_in_report"}}


def one_line(ended):
    """Say whether a command said one sentence, and no traceback."""
    return ended.err.count("\n") == 1 and "Traceback" not in ended.err


# --- index ----------------------------------------------------------------------------


def test_indexing_says_what_is_indexed(indexed):
    assert re.fullmatch(
        r"index [0-9a-f]{16}: 8 reports, 74 pages, \d+ chunks; "
        r"\d+ texts embedded, 0 reused\n",
        indexed.out,
    )


def test_indexing_the_same_again_embeds_nothing_and_keeps_the_id(indexed, command_here):
    again = command_here("index", CORPUS)

    assert again.code == 0
    assert again.out.split(":")[0] == indexed.out.split(":")[0]
    assert "; 0 texts embedded, " in again.out


def test_nothing_is_done_where_nothing_is_needed(indexed, command):
    ended = command("index", CORPUS, "--if-needed")

    assert (ended.code, ended.out) == (0, "the index is up to date\n")


# --- ask ------------------------------------------------------------------------------


def test_the_death_penalty_in_kazakhstan_is_answered_with_its_source(ask):
    answer = ask(DEATH_PENALTY)

    best = answer["quotes"][0]
    [source] = [
        source
        for source in answer["sources"]
        for note in source["footnotes"]
        if note["number"] == best["footnotes"][0]
    ]
    assert answer["status"] == "answered"
    assert best["report"]["countries"] == ["KAZ"]
    assert "kary śmierci" in best["text"]
    assert "nie grozi ona za żadne przestępstwo" in best["text"]
    assert source["publisher"] == "Amnesty International"
    assert source["date"] == "2025-04-08"
    assert source["url"] == "https://www.amnesty.org/en/documents/act50/8976/2025/en/"


def test_the_same_question_on_another_country_quotes_only_its_report(ask):
    answer = ask("Czy w Wardanii grozi kara śmierci?")

    countries = {code for q in answer["quotes"] for code in q["report"]["countries"]}
    assert answer["status"] == "answered"
    assert countries == {"XWA"}
    # The newer edition, which tells of a moratorium, goes before the older one.
    assert "lecz wyroki nie są wykonywane" in answer["quotes"][0]["text"]


def test_an_answer_has_the_fields_of_the_interface(ask):
    answer = ask(DEATH_PENALTY)

    quotes = [*answer["quotes"], *answer["near"]]
    assert set(answer) == {*ANSWER, *OURS["answer"]}
    assert {frozenset(q) for q in quotes} == {frozenset({*QUOTE, *OURS["quote"]})}
    assert all(set(q["report"]) == {*REPORT, *OURS["report"]} for q in quotes)
    assert all(set(at) == set(PLACE) for q in quotes for at in q["places"])
    assert all(len(b) == 4 for q in quotes for at in q["places"] for b in at["boxes"])
    assert [set(s) for s in answer["sources"]] == [{*SOURCE, *OURS["source"]}]
    assert set(answer["sources"][0]["footnotes"][0]) == {
        "report",
        "number",
        "page",
        "raw",
    }
    assert set(answer["currency"]) == set(CURRENCY)
    assert set(answer["searched"]) == {"reports", "chunks", "countries", "until"}
    assert all(set(s) == {"text", "quotes"} for s in answer["statements"])


def test_the_same_question_gives_the_same_bytes(command_here, indexed):
    first, second = (command_here("ask", DEATH_PENALTY, "--json") for _ in range(2))

    assert first.out == second.out != ""


def test_an_answer_in_words_has_the_quote_and_its_footnote(command_here, indexed):
    ended = command_here("ask", DEATH_PENALTY)

    said = " ".join(ended.out.split())
    assert ended.code == 0
    assert "nie grozi ona za żadne przestępstwo" in said
    assert "Amnesty International" in said
    assert "8 kwietnia 2025" in said


def test_a_request_for_a_decision_is_out_of_scope(ask):
    answer = ask(JUDGEMENT)

    assert answer["status"] == "out_of_scope"
    assert (answer["quotes"], answer["statements"], answer["near"]) == ([], [], [])
    assert answer["notice"]


def test_a_country_without_reports_is_met_with_silence(ask):
    answer = ask("Czy w Uzbekistanie grozi kara śmierci?")

    assert answer["status"] == "insufficient_evidence"
    assert answer["searched"]["reports"] == 0
    assert answer["searched"]["countries"] == ["UZB"]
    assert (answer["quotes"], answer["near"]) == ([], [])


def test_later_reports_and_sources_are_left_out(ask):
    day = parse_date("2024-12-31")

    answer = ask("Czy grozi kara śmierci?", "--as-at", str(day))

    dates = [q["report"]["date"] for q in answer["quotes"]]
    dates += [source["date"] for source in answer["sources"] if source["date"]]
    assert dates
    assert all(parse_date(date).first_day <= day.last_day for date in dates)
    assert {q["report"]["countries"][0] for q in answer["quotes"]} == {"XWA", "XTA"}


def test_before_the_first_report_there_is_nothing(ask):
    assert ask(DEATH_PENALTY, "--as-at", "2020")["quotes"] == []


def test_a_file_of_questions_is_answered_in_order(tmp_path, command_here, indexed, ask):
    asked = [
        {"id": "a", "question": DEATH_PENALTY, "lang": "pl"},
        {"id": 7, "question": "Czy grozi kara śmierci?", "countries": ["Wardania"]},
        {"id": "late", "question": DEATH_PENALTY, "as_at": "2020"},
    ]
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in asked))

    ended = command_here("ask", "--from", path)

    said = [json.loads(line) for line in ended.out.splitlines()]
    assert ended.code == 0
    assert [each["request"] for each in said] == ["a", 7, "late"]
    assert said[0] == ask(DEATH_PENALTY) | {"request": "a"}
    assert said[1]["searched"]["countries"] == ["XWA"]
    assert said[2]["quotes"] == []


# --- what cannot be asked -------------------------------------------------------------


def test_an_unknown_country_exits_2(command_here, indexed):
    ended = command_here("ask", DEATH_PENALTY, "--country", "Nibylandia")

    assert (ended.code, ended.out) == (2, "")
    assert "Nibylandia" in ended.err
    assert one_line(ended)


@pytest.mark.parametrize("question", NO_QUESTIONS.values(), ids=NO_QUESTIONS)
def test_what_is_no_question_exits_2(command_here, indexed, question):
    ended = command_here("ask", question)

    assert (ended.code, ended.out) == (2, "")
    assert one_line(ended)


@pytest.mark.parametrize("question", NO_QUESTIONS.values(), ids=NO_QUESTIONS)
def test_what_is_no_question_is_a_422_over_http(service, question):
    client = TestClient(create_app(service))

    response = client.post("/v1/answers", json={"question": question})

    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


def test_over_http_the_answer_is_the_same(service, ask):
    client = TestClient(create_app(service))

    response = client.post("/v1/answers", json={"question": DEATH_PENALTY})

    assert response.status_code == 200
    assert response.json() == ask(DEATH_PENALTY)


def test_without_an_index_asking_exits_4_and_says_how_to_make_one(tmp_path, command):
    ended = command("ask", DEATH_PENALTY, "--indexes", tmp_path)

    assert ended.code == 4
    assert "coi-qa index" in ended.err
    assert one_line(ended)


def test_a_damaged_index_exits_4_and_names_the_file(
    tmp_path, settings, indexed, command
):
    damaged = shutil.copytree(settings.indexes_dir, tmp_path / "indexes")
    path = damaged / (damaged / "CURRENT").read_text().strip() / "vectors.faiss"
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(data)

    ended = command("ask", DEATH_PENALTY, "--indexes", damaged)

    assert ended.code == 4
    assert "vectors.faiss is damaged" in ended.err
    assert one_line(ended)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("answer",),
        ("ask",),
        ("ask", "Czy?", "--nope"),
        ("ask", "Czy?", "--as-at", "2025-13"),
        ("ask", "Czy?", "--from", "pyproject.toml"),
        ("ask", "--from", "nowhere.jsonl"),
        ("index",),
        ("index", "nowhere.pdf"),
        ("serve", "--port", "http"),
        ("serve", "--port", "0"),
        ("verify", "pyproject.toml"),
    ],
)
def test_a_wrong_argument_exits_2_with_one_sentence(command, arguments):
    ended = command(*arguments)

    assert (ended.code, ended.out) == (2, "")
    assert one_line(ended)


# --- inspect, eval, doctor ------------------------------------------------------------


def test_inspecting_a_report_shows_what_was_read(command_here):
    ended = command_here("inspect", CORPUS / "kazachstan-2025-10.pdf", "--json")

    said = json.loads(ended.out)
    [note] = [each for each in said["footnotes"] if each["number"] == 19]
    source = said["sources"][note["source"] - 1]
    [marker] = [each for each in said["markers"] if each["number"] == 19]
    assert ended.code == 0
    assert {"text": "KARA ŚMIERCI", "level": 2, "page": 3} in said["headings"]
    assert note["raw"].startswith("19 Amnesty International, ")
    assert 19 in source["footnotes"]
    assert "nie grozi ona za żadne przestępstwo" in marker["sentence"]
    assert {"report", "headings", "markers", "footnotes", "sources", "chunks"} <= set(
        said
    )
    assert "hidden_text" in said
    assert all(
        {"id", "section", "pages", "tokens", "text"} <= set(c) for c in said["chunks"]
    )


def test_a_reports_defects_are_named_with_page_and_note_and_exit_1(command_here):
    ended = command_here("lint", CORPUS / "wardania-2024-06.pdf", "--json")
    found = json.loads(ended.out)

    assert ended.code == 1
    assert {frozenset(defect) for defect in found} == {
        frozenset({"kind", "page", "number", "text", "message"})
    }
    assert ("marker_undefined", 7, 60) in {
        (defect["kind"], defect["page"], defect["number"]) for defect in found
    }
    assert [defect["page"] for defect in found] == sorted(d["page"] for d in found)


def test_a_report_without_defects_exits_0(tmp_path, command_here):
    (tmp_path / "clean.typ").write_text(
        "= PRAWO\nW 2024 r. wydano 3 wyroki.#footnote[UNHCR, Raport, 12.01.2025, "
        "https://unhcr.example.org/raport]",
        "utf-8",
    )
    typst.compile(tmp_path / "clean.typ", output=tmp_path / "clean.pdf")

    ended = command_here("lint", tmp_path / "clean.pdf")
    assert (ended.code, ended.out) == (0, "Bez usterek.\n")


def test_inspecting_what_is_no_report_exits_3(tmp_path, command_here):
    path = tmp_path / "empty.pdf"
    path.touch()

    ended = command_here("inspect", path, "--json")

    assert (ended.code, ended.out) == (3, "")
    assert one_line(ended)


def test_open_gold_questions_pass_what_no_number_of_them_moves(
    tmp_path, command_here, indexed
):
    """The other limits allow for what 200 questions vary by, and these are 25."""
    page, gate = tmp_path / "report.html", tmp_path / "gate.toml"
    gate.write_text(
        "[floors]\nquote_correctness = 1.0\ncountry_correctness = 1.0\n"
        "footnote_exact = 0.98\n[ceilings]\nerrors = 0.0\nwrong_country = 0.0\n"
        "unlabelled_country = 0.0\ninferred_absence = 0.0\n"
    )

    ended = command_here("eval", GOLD, "--json", "--html", page, "--gate", gate)

    assert ended.code == 0, ended.out + ended.err
    assert json.loads(ended.out)
    assert "<html" in page.read_text("utf-8")


def test_below_the_gate_it_exits_1(tmp_path, command_here, indexed):
    """The control: words that no report has."""
    gold, gate = tmp_path / "gold.jsonl", tmp_path / "gate.toml"
    asked = json.loads(GOLD.read_text("utf-8").splitlines()[0])
    gold.write_text(json.dumps(asked | {"fragments": [["tego nie ma w raporcie"]]}))
    gate.write_text('[floors]\n"recall@1" = 0.5\n')

    ended = command_here("eval", gold, "--gate", gate)

    assert ended.code == 1


def test_the_doctor_finds_nothing_wrong_with_what_works(indexed, command):
    ended = command("doctor", "--offline")

    assert ended.code == 0, ended.out
    assert "8 reports" in ended.out
    assert "wrong" not in ended.out


def test_the_doctor_names_what_is_missing_with_its_remedy(tmp_path, command):
    ended = command("doctor", "--indexes", tmp_path)

    wrong = [line for line in ended.out.splitlines() if line.startswith("wrong")]
    assert ended.code == 1
    assert len(wrong) == 1
    assert "remedy: run 'coi-qa index PATH...'" in wrong[0]

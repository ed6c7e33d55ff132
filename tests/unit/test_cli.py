"""The command line's own work: arguments, files of questions, what is printed."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient
from tests.fakes_case_system import KEY
from tests.fakes_index import settings_in, write_pdf
from tests.fakes_web import DEATH_PENALTY, FakeService
from tests.scripted_model import scripted_model

from coi_qa import cli, inspection, wiring
from coi_qa.chat.embed_token import Embedding, read_permit
from coi_qa.domain.dates import PartialDate
from coi_qa.render import answer_json
from coi_qa.service import LiveService

ASKED = "Czy w Kazachstanie obowiązuje kara śmierci?"
GOLD = {
    "id": "Q1",
    "question": ASKED,
    "lang": "pl",
    "kind": "fact",
    "status": "answered",
    "fragments": [[DEATH_PENALTY]],
    "report": "kazachstan-2025-10.pdf",
}


@pytest.fixture
def service(tmp_path):
    return FakeService(tmp_path)


@pytest.fixture
def run(tmp_path, service, monkeypatch, capsys):
    """Run `coi-qa` in an empty folder over a small service."""
    monkeypatch.setattr(wiring, "build_service", lambda *_, **__: service)
    live = LiveService(service, current_id=lambda: None, reopen=lambda s: s)
    monkeypatch.setattr(wiring, "build_live_service", lambda *_, **__: live)
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            cli.main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return SimpleNamespace(code=ended.value.code, out=printed.out, err=printed.err)

    return run


@pytest.fixture
def gold(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(GOLD) + "\n")
    return path


@pytest.fixture
def gate(tmp_path):
    (tmp_path / "eval").mkdir()
    (tmp_path / "eval/gate.toml").write_text('[floors]\n"recall@1" = 1.0\n')


def is_one_sentence(ended):
    return (ended.out, ended.err.count("\n")) == ("", 1)


# --- a file of questions --------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "request_id", "sentence"),
    [
        (
            '{"id": 7, "question": "Czy?", "as_at": "zz"}',
            7,
            "line 2 has an \"as_at\" that is not a date: 'zz'; expected ",
        ),
        ('{"id": 7, "question": "Czy?", "as_at": 2025}', 7, "line 2 has an "),
        (
            '{"id": 7, "question": "Czy?", "countries": "KAZ"}',
            7,
            'line 2 has "countries" that are no list',
        ),
        ('{"id": 7, "question": "Czy?", "countries": [1]}', 7, "line 2 has "),
        ('{"id": 7}', 7, 'line 2 has no text as its "question"; expected {"id"'),
        ('{"id": 7, "question": null}', 7, "line 2 has no text"),
        ('{"id": 7, "question": "  "}', 7, "Pytanie jest puste"),
        ('{"id": 7, "question": "Czy?", "countries": ["Narnia"]}', 7, "Nieznany kraj"),
        ('["Czy?"]', None, "line 2 is no JSON object; expected "),
        ('"Czy?"', None, "line 2 is no JSON object"),
        ("Czy?", None, "line 2 is no JSON in UTF-8; expected "),
        ('{"id": 7, "question": "Czy\\ud800?"}', None, "line 2 is no JSON in UTF-8"),
        ('{"id": NaN, "question": "Czy?"}', None, "line 2 is no JSON in UTF-8"),
        ("[" * 200_000, None, "line 2 is no JSON in UTF-8"),
        (b'{"id": 7, "question": "Czy \xb3"}', None, "line 2 is no JSON in UTF-8"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_bad_line_gets_its_error_and_the_others_their_answers(
    run, tmp_path, line, request_id, sentence
):
    asked = json.dumps({"id": "a", "question": ASKED}).encode()
    bad = line if isinstance(line, bytes) else line.encode()
    path = tmp_path / "questions.jsonl"
    path.write_bytes(asked + b"\n" + bad + b"\n" + asked.replace(b'"a"', b'"c"'))

    ended = run("ask", "--from", path)

    first, wrong, last = map(json.loads, ended.out.splitlines())
    assert ended.code == 2
    assert [first["request"], last["request"]] == ["a", "c"]
    assert [first["status"], last["status"]] == ["answered", "answered"]
    assert set(wrong) == {"request", "status", "error"}
    assert (wrong["request"], wrong["status"]) == (request_id, "error")
    assert wrong["error"].startswith(sentence)
    assert "Error" not in wrong["error"]
    assert ended.err == ""


def test_a_byte_order_mark_and_separators_inside_a_question_are_read(
    run, tmp_path, service
):
    question = ASKED.replace(" ", "\u2028", 1)
    line = json.dumps(
        {"id": 1, "question": question, "countries": ["KAZ"], "as_at": "2025"},
        ensure_ascii=False,
    )
    path = tmp_path / "questions.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + line.encode() + b"\r\n\r\n")

    ended = run("ask", "--from", path)

    assert (ended.code, json.loads(ended.out)["request"]) == (0, 1)
    assert service.asked == [(question, ("KAZ",), PartialDate(2025))]


def test_what_is_no_file_of_questions_is_refused_in_one_sentence(run, tmp_path):
    ended = run("ask", "--from", tmp_path)

    assert (ended.code, is_one_sentence(ended)) == (2, True)


# --- arguments ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("inspect", "nowhere.pdf"),
        ("verify", "gold.jsonl", "--pdf", "nowhere.pdf"),
        ("eval", "gold.jsonl", "--html", "nowhere/page.html"),
        ("eval", "gold.jsonl", "--html", "."),
        ("eval", "gold.jsonl", "--html", "gold.jsonl/page.html"),
        ("eval", "gold.jsonl", "--gate", "nowhere.toml"),
        ("eval", "gold.jsonl", "--run", "gold.jsonl"),
        ("eval", "--compare", ".", "nowhere"),
        ("gold-from-feedback", "--out", "nowhere/gold.jsonl"),
    ],
)
def test_a_file_that_is_not_there_is_a_wrong_argument(
    run, gold, gate, service, arguments
):
    ended = run(*arguments)

    assert (ended.code, is_one_sentence(ended)) == (2, True)
    assert service.asked == []


def test_a_page_that_may_not_be_written_is_refused_before_the_run(
    run, gold, gate, service, monkeypatch
):
    monkeypatch.setattr(cli.os, "access", lambda path, mode: False)  # root may all

    ended = run("eval", gold, "--html", "page.html")

    assert (ended.code, is_one_sentence(ended), service.asked) == (2, True, [])


def test_a_disk_that_is_full_costs_the_page_and_not_the_measures(run, gold, gate):
    ended = run("eval", gold, "--html", "/dev/full")

    assert ended.code == 2
    assert "status_accuracy" in ended.out
    assert (ended.err.count("\n"), "/dev/full" in ended.err) == (1, True)


# --- eval -----------------------------------------------------------------------------


def test_without_a_gate_the_measures_are_printed_and_it_says_so(run, gold):
    ended = run("eval", gold)

    assert ended.code == 0
    assert ended.out.splitlines()[-1].startswith(
        "no gate: eval/gate.toml not found; nothing was held against a limit"
    )


def test_the_gate_of_the_current_folder_is_found(run, gold, gate):
    assert run("eval", gold).out.endswith("gate: passed\n")


def test_gold_on_a_report_that_is_not_indexed_is_refused_before_the_run(
    run, gold, service
):
    gold.write_text(json.dumps(GOLD | {"report": "kazachstan-2024.pdf"}))

    ended = run("eval", gold)

    assert (ended.code, is_one_sentence(ended), service.asked) == (2, True, [])
    assert ended.err == (
        f'coi-qa: {gold}:1: found report "kazachstan-2024.pdf", expected one of the '
        'reports in the index (2), such as "kazachstan-2025-10.pdf"\n'
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("eval",),
            "expected GOLD.jsonl..., --passages FOLDER or --compare RUN_A RUN_B",
        ),
        (("eval", "gold.jsonl", "--compare", ".", "."), "--compare asks nothing"),
        (
            ("eval", "gold.jsonl", "--export", "csv", "x"),
            "--export csv: expected ragas",
        ),
    ],
)
def test_arguments_of_eval_that_say_nothing_together_are_refused(
    run, gold, gate, service, arguments, sentence
):
    ended = run(*arguments)

    assert (ended.code, is_one_sentence(ended), service.asked) == (2, True, [])
    assert sentence in ended.err


def test_two_stored_runs_are_compared(run, gold, gate, service, tmp_path):
    more = GOLD | {"id": "Q2", "question": "Ilu jest uczonych?", "fragments": [["x"]]}
    assert run("eval", gold, "--run", "runs").code == 0
    gold.write_text(f"{json.dumps(GOLD)}\n{json.dumps(more)}\n")
    assert run("eval", gold, "--run", "runs").code == 1
    runs = sorted((tmp_path / "runs").iterdir(), key=lambda path: path.stat().st_mtime)

    ended = run("eval", "--compare", *runs, "--html", "c.html")

    assert ended.code == 0
    assert "not compared, asked in the second run alone (1): Q2" in ended.out
    assert "Two runs compared" in (tmp_path / "c.html").read_text("utf-8")


def test_a_run_is_exported_for_other_evaluators(run, gold, gate, tmp_path):
    ended = run("eval", gold, "--export", "ragas", "r.jsonl", "--export", "trec", "t")

    assert ended.code == 0
    assert json.loads((tmp_path / "r.jsonl").read_text())["user_input"] == ASKED
    assert (tmp_path / "t/qrels.trec").read_text().startswith("Q1 0 ")


def test_what_caseworkers_said_becomes_gold_once(run, service, tmp_path):
    answer = service.ask(ASKED)
    service.answers.put(answer.id, answer_json(answer))
    service.answers.put_feedback(answer.id, "useful")

    first = run("gold-from-feedback", "--answers", "state", "--out", "mine.jsonl")
    again = run("gold-from-feedback", "--answers", "state", "--out", "mine.jsonl")

    assert first.out == "1 gold questions drafted, 0 were there already\n"
    assert again.out == "0 gold questions drafted, 1 were there already\n"
    (line,) = (tmp_path / "mine.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["fragments"] == [[DEATH_PENALTY]]
    assert run("eval", "mine.jsonl").code == 0


def test_without_stored_answers_it_says_where_to_look(run, tmp_path):
    (tmp_path / "empty").mkdir()

    ended = run("gold-from-feedback", "--answers", "empty", "--out", "mine.jsonl")

    assert (ended.code, is_one_sentence(ended)) == (2, True)
    assert "name the service's state folder with --answers" in ended.err
    assert list((tmp_path / "empty").iterdir()) == []


# --- inspect --------------------------------------------------------------------------


def test_a_report_without_a_title_is_shown_without_a_gap(run, tmp_path, monkeypatch):
    said = {"title": None, "publisher": None, "date": None, "pages": 1}
    lists = "headings", "markers", "footnotes", "sources", "chunks", "hidden_text"
    document = {"report": said} | {name: [] for name in lists}
    monkeypatch.setattr(wiring, "read_one", lambda *_: (None, None))
    monkeypatch.setattr(inspection, "inspect_document", lambda *_, **__: document)

    ended = run("inspect", write_pdf(tmp_path / "bare.pdf"))

    assert ended.out.splitlines()[0] == "1 page"


# --- serve ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "allowed", "status"),
    [
        ("127.0.0.1", "", 422),  # taken, but for the folder, which lacks the reports
        ("::1", "", 422),
        ("127.0.0.1", "127.0.0.1,coi.lan", 403),
        ("0.0.0.0", "", 403),
    ],
)
def test_the_library_is_changed_only_where_the_service_is_local(
    run, monkeypatch, host, allowed, status
):
    served = []
    monkeypatch.setattr("uvicorn.run", lambda app, **_: served.append(app))
    monkeypatch.setattr(cli, "_refuse_taken", lambda host, port: None)
    monkeypatch.setenv("COI_QA_ALLOWED_HOSTS", allowed)

    run("serve", "--host", host)

    client = TestClient(served[0], base_url="http://127.0.0.1:8000")
    assert client.post("/library/run").status_code == status


@pytest.mark.parametrize(
    ("host", "allowed", "answered"),
    [
        ("127.0.0.1", "", {"127.0.0.1:8000"}),
        ("127.0.0.1", "coi.lan", {"127.0.0.1:8000", "coi.lan"}),
        ("0.0.0.0", "", {"127.0.0.1:8000", "coi.lan", "rebound.example"}),
    ],
)
def test_the_service_answers_to_the_hosts_it_is_bound_to_or_allowed(
    run, monkeypatch, host, allowed, answered
):
    served = []
    monkeypatch.setattr("uvicorn.run", lambda app, **_: served.append(app))
    monkeypatch.setattr(cli, "_refuse_taken", lambda host, port: None)
    monkeypatch.setenv("COI_QA_ALLOWED_HOSTS", allowed)

    run("serve", "--host", host)

    client = TestClient(served[0])
    asked = ["127.0.0.1:8000", "coi.lan", "rebound.example"]
    assert answered == {
        name
        for name in asked
        if client.get("/healthz", headers={"Host": name}).status_code == 200
    }


# --- doctor ---------------------------------------------------------------------------


@pytest.fixture
def examined(run, tmp_path, monkeypatch):
    """What the doctor says of a folder of indexes, by what it looked at."""
    settings = settings_in(tmp_path)
    monkeypatch.setenv("COI_QA_STATE_DIR", str(settings.state_dir))
    monkeypatch.setenv("COI_QA_MODEL_CACHE", str(settings.model_cache))

    def examined(folder):
        lines = run("doctor", "--offline", "--indexes", folder).out.splitlines()
        return {line[7:].partition(": ")[0]: line for line in lines}

    return examined


def test_the_doctor_finds_a_folder_of_indexes_that_is_not_there(examined, tmp_path):
    said = examined(tmp_path / "nowhere")

    assert said["indexes folder"].startswith("wrong")
    assert "there is no" in said["indexes folder"]
    assert said["state folder"].startswith("ok")  # made when it is needed


def test_the_doctor_says_once_what_to_do_about_a_damaged_index(examined, tmp_path):
    (tmp_path / "CURRENT").write_text("0123456789abcdef\n")

    said = examined(tmp_path)

    assert said["index"].startswith("wrong")
    assert said["index"].count("coi-qa index") == 1
    assert said["index"].endswith("; remedy: run 'coi-qa index PATH...'")


class TestToken:
    ORIGIN = "https://sprawy.example"

    @pytest.fixture
    def embeds(self, monkeypatch):
        monkeypatch.setenv("COI_QA_EMBED_ORIGINS", self.ORIGIN)
        monkeypatch.setenv("COI_QA_EMBED_KEY", KEY)

    def test_it_is_one_that_the_service_takes(self, run, embeds):
        ended = run("token", "--origin", self.ORIGIN, "--country", "KAZ")

        embedding = Embedding(frozenset({self.ORIGIN}), KEY)
        permit = read_permit(embedding, ended.out.strip(), origin=self.ORIGIN)
        assert (ended.code, permit.countries) == (0, ("KAZ",))
        assert KEY not in ended.out + ended.err

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--origin", "https://inne.example"], "expected one of"),
            (["--origin", ORIGIN, "--minutes", "16"], "expected 1 to 15"),
            (["--origin", ORIGIN, "--minutes", "0"], "expected 1 to 15"),
        ],
    )
    def test_one_that_it_would_refuse_is_not_made(self, run, embeds, arguments, said):
        ended = run("token", *arguments)

        assert (ended.code, ended.out) == (2, "")
        assert said in ended.err

    def test_without_sites_it_says_what_to_set(self, run):
        ended = run("token", "--origin", self.ORIGIN)

        assert ended.code == 2
        assert "COI_QA_EMBED_ORIGINS is not set" in ended.err


@pytest.fixture
def examined_with_writer(examined, tmp_path, monkeypatch):
    """Return what the doctor says of a writer at an address."""

    def examine(url, key="s3cret"):
        monkeypatch.setenv("COI_QA_WRITER", url)
        monkeypatch.setenv("COI_QA_WRITER_MODEL", "bielik")
        monkeypatch.setenv("COI_QA_WRITER_KEY", key)
        return examined(tmp_path)["writer"]

    return examine


def test_the_doctor_says_that_nothing_leaves_the_machine(examined, tmp_path):
    said = examined(tmp_path)["writer"]

    assert said.startswith("ok")
    assert "nothing leaves this machine" in said


def test_the_doctor_reaches_the_writer_and_keeps_its_key_quiet(examined_with_writer):
    with scripted_model() as model:
        said = examined_with_writer(model.url)

    assert said.startswith("ok")
    assert model.url in said
    assert "with a key" in said
    assert "s3cret" not in said


def test_the_doctor_says_what_to_do_about_a_writer_that_is_not_there(
    examined_with_writer,
):
    said = examined_with_writer("http://127.0.0.1:9/v1")

    assert said.startswith("wrong")
    assert "unreachable" in said
    assert "COI_QA_WRITER" in said


def test_an_offline_machine_has_no_writer_elsewhere(examined_with_writer):
    said = examined_with_writer("https://model.invalid/v1")

    assert said.startswith("wrong")
    assert "questions and quotes are sent there" in said

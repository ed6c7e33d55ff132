"""Who may change which reports there are: what is done, refused, and taken back."""

from __future__ import annotations

import errno
import io
import json
from dataclasses import replace

import pytest
from tests.fakes_index import imprint_of
from tests.fakes_library import (
    DONE,
    FAILING,
    READING,
    WRITE,
    digest,
    ended,
    keeper_in,
    refusing,
    waiting_for,
)

from coi_qa.adapters import keeper as keeper_module
from coi_qa.adapters.corpus import Corpus
from coi_qa.adapters.index_run import StatusFile
from coi_qa.adapters.keeper import Upload
from coi_qa.errors import BadRequestError, IndexLockedError, NotFoundError
from coi_qa.ingest.build import Built, Failure

ONE = b"%PDF-1.4\n1 0 obj<</A/B>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
OTHER = ONE.replace(b"/A", b"/C")


def add(keeper, name="raport.pdf", data=ONE, **said):
    return keeper.add([Upload(name, io.BytesIO(data))], said)


def files(keeper):
    return sorted(path.name for path in keeper.folder.glob("*.pdf"))


@pytest.fixture
def filled(tmp_path):
    """A corpus of two reports, both of them in the index."""
    keeper = keeper_in(tmp_path, imprints=[imprint_of(digest(d)) for d in (ONE, OTHER)])
    (keeper.folder / "a.pdf").write_bytes(ONE)
    (keeper.folder / "b.pdf").write_bytes(OTHER)
    return keeper


def test_a_report_that_was_added_is_indexed(tmp_path):
    keeper = keeper_in(tmp_path)
    add(keeper, title="Raport", country="Kazachstan", date="2025-10", edition="2")
    state = ended(keeper)

    assert (state.phase, state.code) == ("done", 0)
    assert [each["file"] for each in state.record["added"]] == ["raport.pdf"]
    text = (keeper.folder / "reports.toml").read_text("utf-8")
    assert 'countries = ["KAZ"]' in text and 'date = "2025-10"' in text


def test_what_is_not_taken_starts_no_run(tmp_path):
    keeper = keeper_in(tmp_path)
    (outcome,) = add(keeper, data=b"no pdf")

    assert outcome.why == "not_a_pdf"
    assert keeper.state().phase == "none"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"date": "wczoraj"}, "nie data"),
        ({"title": "x" * 301}, "300 znaków"),
        ({"publisher": "a\x00b"}, "zwykłego tekstu"),
    ],
)
def test_a_field_that_cannot_be_used_keeps_the_report_out(tmp_path, said, words):
    keeper = keeper_in(tmp_path)

    with pytest.raises(BadRequestError, match=words):
        add(keeper, **said)

    assert files(keeper) == []


def test_a_title_for_several_files_is_refused(tmp_path):
    keeper = keeper_in(tmp_path)
    uploads = [Upload("a.pdf", io.BytesIO(ONE)), Upload("b.pdf", io.BytesIO(OTHER))]

    with pytest.raises(BadRequestError, match="przy jednym pliku"):
        keeper.add(uploads, {"title": "Raport"})

    assert files(keeper) == []


def test_one_run_at_a_time(tmp_path):
    keeper = keeper_in(tmp_path, waiting_for(tmp_path / "go"))
    add(keeper)
    try:
        assert keeper.state().phase == "running"
        with pytest.raises(IndexLockedError):
            add(keeper, "drugi.pdf", OTHER)
        with pytest.raises(IndexLockedError):
            keeper.index_again()
        assert files(keeper) == ["raport.pdf"]
    finally:
        (tmp_path / "go").touch()

    assert ended(keeper).phase == "done"
    add(keeper, "drugi.pdf", OTHER)
    assert files(keeper) == ["drugi.pdf", "raport.pdf"]
    ended(keeper)


def test_a_run_of_somebody_else_is_waited_for(tmp_path):
    keeper = keeper_in(tmp_path, is_locked=True)

    with pytest.raises(IndexLockedError):
        add(keeper)

    assert files(keeper) == []


def test_a_report_that_could_not_be_read_is_taken_back(tmp_path):
    keeper = keeper_in(tmp_path, refusing("raport.pdf", "password_needed"))
    add(keeper, title="Tajny")
    state = ended(keeper)

    assert state.phase == "done"
    assert state.status["built"]["failures"][0]["refusal"] == "password_needed"
    assert files(keeper) == []
    assert (tmp_path / "state" / "refused" / f"{digest(ONE)}.pdf").is_file()
    assert "Tajny" not in (keeper.folder / "reports.toml").read_text("utf-8")


def test_a_report_that_lay_there_before_is_not_taken_away(tmp_path):
    keeper = keeper_in(tmp_path, refusing("dawny.pdf", "damaged"))
    (keeper.folder / "dawny.pdf").write_bytes(OTHER)
    add(keeper)
    ended(keeper)

    assert files(keeper) == ["dawny.pdf", "raport.pdf"]
    assert (digest(OTHER), "dawny.pdf") in keeper.pending()


def test_a_report_is_not_taken_back_for_a_bad_one_of_its_name_in_a_subfolder(tmp_path):
    keeper = keeper_in(tmp_path, refusing("sub/raport.pdf", "damaged"))
    (keeper.folder / "sub").mkdir()
    (keeper.folder / "sub" / "raport.pdf").write_bytes(OTHER)
    add(keeper)
    ended(keeper)

    assert files(keeper) == ["raport.pdf"]


def test_a_run_that_fails_says_how_and_can_be_begun_again(tmp_path):
    keeper = keeper_in(tmp_path, FAILING)
    add(keeper)
    state = ended(keeper)

    assert (state.phase, state.code, state.log) == ("failed", 74, "coi-qa: no room")
    assert files(keeper) == ["raport.pdf"]
    keeper.index_again()
    assert ended(keeper).phase == "failed"


def test_how_a_run_ended_is_known_after_a_new_start(tmp_path):
    keeper = keeper_in(tmp_path)
    add(keeper)
    before = ended(keeper)

    assert keeper_in(tmp_path).state() == before


def test_a_run_that_was_cut_off_is_told_after_a_new_start(tmp_path):
    first = keeper_in(tmp_path, WRITE % READING)
    add(first)
    ended(first)
    record = tmp_path / "state" / "indexing" / "run.json"
    said = json.loads(record.read_text("utf-8"))
    del said["code"]  # as when the service ends before the run does
    record.write_text(json.dumps(said), "utf-8")

    assert keeper_in(tmp_path).state().phase == "failed"
    assert keeper_in(tmp_path, is_locked=True).state().phase == "running"


def test_a_report_is_withdrawn_with_a_reason(filled, tmp_path):
    filled.withdraw(digest(ONE), " Nieaktualny. ")
    ended(filled)

    assert files(filled) == ["b.pdf"]
    assert (tmp_path / "state" / "withdrawn" / f"{digest(ONE)}.pdf").is_file()
    (removal,) = filled.removals()
    assert (removal.id, removal.reason) == (digest(ONE), "Nieaktualny.")
    assert filled.missing() == []


def test_a_withdrawn_report_can_be_added_again(filled):
    filled.withdraw(digest(ONE), "Pomyłka.")
    ended(filled)
    add(filled)
    ended(filled)

    assert files(filled) == ["b.pdf", "raport.pdf"]
    assert filled.removals() == []


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (" \n", "Podaj powód"),
        ("x" * 1001, "1001 znaków"),
        ("nie\ud800ważny", "znaki, których nie widać"),
        ("nie\u202eważny", "znaki, których nie widać"),
    ],
)
def test_without_a_fit_reason_nothing_is_withdrawn(filled, reason, words):
    with pytest.raises(BadRequestError, match=words):
        filled.withdraw(digest(ONE), reason)

    assert files(filled) == ["a.pdf", "b.pdf"]


def test_the_last_report_stays(tmp_path):
    keeper = keeper_in(tmp_path, imprints=[imprint_of(digest(ONE))])
    (keeper.folder / "a.pdf").write_bytes(ONE)

    with pytest.raises(BadRequestError, match="jedyny raport"):
        keeper.withdraw(digest(ONE), "Nieaktualny.")

    assert files(keeper) == ["a.pdf"]


def test_a_report_that_is_not_there_is_not_withdrawn(filled):
    with pytest.raises(NotFoundError):
        filled.withdraw("0" * 64, "Nieaktualny.")


def test_a_folder_of_another_index_is_left_alone(tmp_path):
    elsewhere = replace(imprint_of("e" * 64), file_name="elsewhere.pdf")
    keeper = keeper_in(tmp_path, imprints=[elsewhere])

    with pytest.raises(BadRequestError, match=r"elsewhere\.pdf"):
        add(keeper)

    assert files(keeper) == []


def test_the_progress_file_says_what_a_run_does(tmp_path):
    path = tmp_path / "status.json"
    said = []
    with StatusFile(path) as status:
        for step in (
            lambda: status.preparing("unpacking", 0.5),
            lambda: status.reading(tmp_path / "a.pdf", at=0, of=2),
            lambda: status.embedding(pages=3.5, of=8),
            lambda: status.finished(
                Built("i", 1, 8, 9, 9, 0, (Failure(tmp_path / "b.pdf", "why"),), ())
            ),
        ):
            step()
            said.append(json.loads(path.read_text("utf-8")))

    assert [each["stage"] for each in said] == [
        "model",
        "reading",
        "embedding",
        "finished",
    ]
    assert said[1] == {"stage": "reading", "done": 0, "of": 2, "report": "a.pdf"}
    assert said[3]["built"]["failures"][0]["refusal"] == "other"


def test_the_run_is_the_one_that_was_given(tmp_path):
    """The control: another script ends otherwise, so the tests see the process."""
    keeper = keeper_in(tmp_path, DONE + "exit 7")
    add(keeper)

    assert (ended(keeper).phase, keeper.state().code) == ("failed", 7)


def test_a_withdrawal_that_cannot_be_written_down_leaves_the_report(
    filled, monkeypatch
):
    def no_room(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(keeper_module, "append_lines", no_room)
    with pytest.raises(OSError, match="No space"):
        filled.withdraw(digest(ONE), "Nieaktualny.")

    assert files(filled) == ["a.pdf", "b.pdf"]
    monkeypatch.undo()
    filled.withdraw(digest(ONE), "Nieaktualny.")
    assert files(filled) == ["b.pdf"]


def test_a_withdrawal_that_was_cut_off_has_not_taken_place(filled, monkeypatch):
    def cut(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(Corpus, "take_out", cut)
    with pytest.raises(KeyboardInterrupt):
        filled.withdraw(digest(ONE), "Nieaktualny.")
    monkeypatch.undo()

    assert (filled.removals(), filled.missing()) == ([], [])
    filled.withdraw(digest(ONE), "Nieaktualny.")
    assert [removal.id for removal in filled.removals()] == [digest(ONE)]


def test_a_line_of_the_journal_that_was_cut_off_is_passed_over(filled, tmp_path):
    filled.withdraw(digest(ONE), "Nieaktualny.")
    ended(filled)
    journal = tmp_path / "state" / "library.jsonl"
    journal.write_bytes(journal.read_bytes() + b'{"at": "2026-\xc5')

    assert [removal.id for removal in filled.removals()] == [digest(ONE)]
    add(filled)
    ended(filled)
    assert filled.removals() == []
    last = json.loads(journal.read_text("utf-8", errors="replace").splitlines()[-1])
    assert (last["did"], last["id"]) == ("added", digest(ONE))  # on a line of its own


def test_what_the_library_keeps_is_its_owners(filled, tmp_path):
    filled.withdraw(digest(ONE), "Nieaktualny.")
    ended(filled)

    state = tmp_path / "state"
    assert state.joinpath("library.jsonl").stat().st_mode & 0o077 == 0
    for folder in ("withdrawn", "indexing"):
        assert (state / folder).stat().st_mode & 0o077 == 0

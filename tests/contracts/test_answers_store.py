"""The store of answers: shared by processes, for so many days, its owner's alone."""

from __future__ import annotations

import multiprocessing
import stat
from datetime import datetime, timedelta

import pytest

from coi_qa.adapters.answers import (
    KEY_BYTES,
    VERDICTS,
    AnswerStore,
    Feedback,
    answer_key,
)
from coi_qa.errors import NotFoundError, SettingsError

DAY_S = 86_400


class Clock:
    """Stands still until it is moved."""

    def __init__(self):
        self.now = 1_000_000.0

    def __call__(self):
        return self.now

    def pass_days(self, days):
        self.now += days * DAY_S


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(tmp_path, clock):
    store = AnswerStore(tmp_path / "answers.db", 30, clock=clock)
    yield store
    store.close()


def test_an_answer_comes_back_as_it_was_put(store):
    text = '{"question": "Żółć – „ś” 🙂\\u0000"}\n'

    assert store.put("a", text) == text
    assert store.get("a") == text


def test_what_was_never_put_is_none(store):
    assert store.get("a") is None


def test_the_first_answer_under_an_id_stays(store):
    store.put("a", "first")

    assert store.put("a", "second") == "first"
    assert store.get("a") == "first"


def test_an_answer_goes_when_its_days_are_over(store, clock):
    store.put("a", "{}")
    clock.pass_days(29)
    kept = store.get("a")
    clock.pass_days(1)

    assert (kept, store.get("a")) == ("{}", None)


def test_an_answer_is_of_the_day_it_was_last_asked_for(store, clock):
    store.put("a", "{}")
    first = store.given_on("a")
    clock.pass_days(2)
    store.put("a", "{}")

    assert first == datetime.fromtimestamp(1_000_000.0).date()
    assert store.given_on("a") - first == timedelta(days=2)
    clock.pass_days(30)
    assert (store.given_on("a"), store.given_on("b")) == (None, None)


def test_an_answer_asked_for_again_stays_longer(store, clock):
    store.put("a", "{}")
    clock.pass_days(20)
    store.put("a", "{}")
    clock.pass_days(20)

    assert store.get("a") == "{}"


def test_an_old_answer_leaves_the_file_and_does_not_come_back(store, clock, tmp_path):
    store.put("a", "old words")
    clock.pass_days(31)
    store.put("b", "{}")

    assert store.put("a", "new words") == "new words"


def test_another_store_on_the_same_file_sees_the_answer(store, tmp_path, clock):
    store.put("a", "{}")
    other = AnswerStore(tmp_path / "answers.db", 30, clock=clock)

    assert other.get("a") == "{}"
    other.close()


def test_feedback_is_kept_in_its_order(store):
    store.put("a", "{}")
    store.put_feedback("a", "useful")
    store.put_feedback("a", "outdated", "Jest nowsze wydanie.")

    assert store.feedback() == [
        Feedback("a", "useful", None),
        Feedback("a", "outdated", "Jest nowsze wydanie."),
    ]


def test_a_comment_goes_with_its_days_and_the_verdict_stays(store, clock):
    store.put("a", "{}")
    store.put_feedback("a", "wrong", "Pan K. mówi co innego.")
    clock.pass_days(30)

    assert store.feedback() == [Feedback("a", "wrong", None)]


def test_feedback_needs_an_answer_that_is_kept(store):
    with pytest.raises(NotFoundError):
        store.put_feedback("a", "useful")
    assert store.feedback() == []


def test_a_verdict_is_one_of_those_there_are(store):
    store.put("a", "{}")

    with pytest.raises(ValueError, match="fine"):
        store.put_feedback("a", "fine")
    assert [store.put_feedback("a", each) for each in VERDICTS] == [None] * 4


def test_the_files_are_their_owners_alone(store, tmp_path):
    store.put("a", "{}")

    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in tmp_path.iterdir()}
    assert modes == {
        "answers.db": 0o600,
        "answers.db-wal": 0o600,
        "answers.db-shm": 0o600,
        "answers.db.lock": 0o600,
    }


def test_a_file_that_is_no_store_is_refused_by_name(tmp_path):
    (tmp_path / "answers.db").write_bytes(b"not a database, but long enough" * 99)

    with pytest.raises(SettingsError, match=r"COI_QA_STATE_DIR.*answers\.db"):
        AnswerStore(tmp_path / "answers.db", 30)


def test_a_folder_that_cannot_be_made_is_refused_by_name(tmp_path):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(SettingsError, match="COI_QA_STATE_DIR"):
        AnswerStore(tmp_path / "file" / "answers.db", 30)
    with pytest.raises(SettingsError, match="COI_QA_STATE_DIR"):
        answer_key(tmp_path / "file")


def test_the_key_stays_the_same_and_is_its_owners_alone(tmp_path):
    key = answer_key(tmp_path / "state")

    assert answer_key(tmp_path / "state") == key
    assert len(key) == KEY_BYTES
    assert [
        (p.name, stat.S_IMODE(p.stat().st_mode)) for p in (tmp_path / "state").iterdir()
    ] == [("answer.key", 0o600)]


def test_two_installations_have_two_keys(tmp_path):
    assert answer_key(tmp_path / "a") != answer_key(tmp_path / "b")


def test_a_damaged_key_is_refused(tmp_path):
    (tmp_path / "answer.key").write_bytes(b"short")

    with pytest.raises(SettingsError, match=r"5 bytes, expected 32"):
        answer_key(tmp_path)


# Without the store's turn-taking, eight workers at once failed in one round of five.
@pytest.mark.parametrize("turn", range(20))
def test_workers_that_start_at_once_share_one_key_and_one_store(tmp_path, turn):
    context = multiprocessing.get_context("fork")
    start = context.Barrier(8)
    told = context.Queue()
    workers = [
        context.Process(target=_work, args=(tmp_path, start, told, n)) for n in range(8)
    ]
    for worker in workers:
        worker.start()
    said = [told.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join()
    store = AnswerStore(tmp_path / "answers.db", 30)

    assert [error for _, _, error in said if error] == []
    assert len({key for key, _, _ in said}) == 1
    assert {first for _, first, _ in said} == {store.get("shared")}
    assert [store.get(f"{n}-{i}") for n in range(8) for i in range(5)] == ["{}"] * 40
    store.close()


def _work(folder, start, told, number):
    start.wait()
    try:
        key = answer_key(folder)
        store = AnswerStore(folder / "answers.db", 30)
        first = store.put("shared", f"put by {number}")
        for i in range(5):
            store.put(f"{number}-{i}", "{}")
    except Exception as exc:  # the test names it
        told.put((None, None, str(exc)))
    else:
        told.put((key, first, None))

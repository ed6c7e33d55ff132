"""Answers and feedback on disk, shared by all workers, and the key of answer ids."""

from __future__ import annotations

import fcntl
import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from coi_qa.errors import NotFoundError, SettingsError

VERDICTS: Final = ("useful", "wrong", "outdated", "missing")
KEY_BYTES: Final = 32  # the length of an HMAC-SHA256 key beyond which nothing is won

_BUSY_TIMEOUT_S: Final = 10.0  # writes take milliseconds; other workers wait their turn
_DAY_S: Final = 86_400
_TABLES: Final = """
    CREATE TABLE IF NOT EXISTS answers (
        id TEXT PRIMARY KEY, stored_at REAL NOT NULL, json TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS answers_by_age ON answers (stored_at);
    CREATE TABLE IF NOT EXISTS feedback (
        answer_id TEXT NOT NULL, stored_at REAL NOT NULL,
        verdict TEXT NOT NULL, comment TEXT
    );
    CREATE TABLE IF NOT EXISTS drafts (
        key TEXT PRIMARY KEY, stored_at REAL NOT NULL, json TEXT NOT NULL
    ) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a caseworker said of an answer; `comment` is None once its days are over."""

    answer_id: str
    verdict: str
    comment: str | None


class AnswerStore:
    """Answers as JSON under their ids, for so many days after they were last put.

    Questions may hold personal data, so the file is its owner's alone, and comments
    go when answers of their age go; verdicts stay.
    """

    def __init__(
        self, path: Path, keep_days: int, *, clock: Callable[[], float] = time.time
    ) -> None:
        """Open the store at `path`, making it and its folder where there is none.

        Raises:
            SettingsError: the file cannot be made, written or read as a store.
        """
        self._keep_s = keep_days * _DAY_S
        self._clock = clock
        self._lock = threading.Lock()  # one connection, many threads
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = _connect(path)
        except (OSError, sqlite3.Error) as exc:
            raise SettingsError(
                f"COI_QA_STATE_DIR: cannot keep answers in {path} ({exc}); expected a "
                "folder that may be written and an answers.db made by coi-qa"
            ) from exc

    def put(self, answer_id: str, json_text: str) -> str:
        """Keep an answer and return what is kept under its id: the first one put."""
        with self._lock, self._db:
            self._purge()
            row = self._db.execute(
                "INSERT INTO answers VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE "
                "SET stored_at = excluded.stored_at RETURNING json",
                (answer_id, self._clock(), json_text),
            ).fetchone()
        return str(row[0])

    def get(self, answer_id: str) -> str | None:
        """Return the answer as it was put, or None where there is none (any more)."""
        with self._lock:
            row = self._db.execute(
                "SELECT json FROM answers WHERE id = ? AND stored_at > ?",
                (answer_id, self._oldest()),
            ).fetchone()
        return None if row is None else str(row[0])

    def put_draft(self, key: str, json_text: str) -> str:
        """Keep what a model wrote; return what is kept under `key`: the first put."""
        with self._lock, self._db:
            self._purge()
            row = self._db.execute(
                "INSERT INTO drafts VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE "
                "SET stored_at = excluded.stored_at RETURNING json",
                (key, self._clock(), json_text),
            ).fetchone()
        return str(row[0])

    def get_draft(self, key: str) -> str | None:
        """Return what a model wrote, kept as long as answers are, or None."""
        with self._lock:
            row = self._db.execute(
                "SELECT json FROM drafts WHERE key = ? AND stored_at > ?",
                (key, self._oldest()),
            ).fetchone()
        return None if row is None else str(row[0])

    def given_on(self, answer_id: str) -> date | None:
        """Return the day an answer was last put, None where there is none (any more).

        By the clock and time zone of this machine, as the caseworker saw it.
        """
        with self._lock:
            row = self._db.execute(
                "SELECT stored_at FROM answers WHERE id = ? AND stored_at > ?",
                (answer_id, self._oldest()),
            ).fetchone()
        return None if row is None else datetime.fromtimestamp(row[0]).date()

    def put_feedback(
        self, answer_id: str, verdict: str, comment: str | None = None
    ) -> None:
        """Keep what a caseworker says of an answer.

        Raises:
            NotFoundError: no such answer is kept.
            ValueError: `verdict` is not one of `VERDICTS`.
        """
        if verdict not in VERDICTS:
            raise ValueError(f"not a verdict: {verdict!r}; expected one of {VERDICTS}")
        if self.get(answer_id) is None:
            raise NotFoundError(
                f"Nie ma odpowiedzi {answer_id}; mogła już wygasnąć. "
                "Zadaj pytanie ponownie."
            )
        with self._lock, self._db:
            self._purge()
            self._db.execute(
                "INSERT INTO feedback VALUES (?, ?, ?, ?)",
                (answer_id, self._clock(), verdict, comment or None),
            )

    def feedback(self) -> list[Feedback]:
        """Return all feedback in the order it came."""
        with self._lock, self._db:
            self._purge()
            rows = self._db.execute(
                "SELECT answer_id, verdict, comment FROM feedback ORDER BY rowid"
            ).fetchall()
        return [Feedback(*row) for row in rows]

    def close(self) -> None:
        """Let go of the file; nothing else works afterwards."""
        with self._lock:
            self._db.close()

    def _oldest(self) -> float:
        return self._clock() - self._keep_s

    def _purge(self) -> None:
        """Take out what has had its days."""
        oldest = self._oldest()
        self._db.execute("DELETE FROM answers WHERE stored_at <= ?", (oldest,))
        self._db.execute("DELETE FROM drafts WHERE stored_at <= ?", (oldest,))
        self._db.execute(
            "UPDATE feedback SET comment = NULL "
            "WHERE stored_at <= ? AND comment IS NOT NULL",
            (oldest,),
        )


def answer_key(state_dir: Path) -> bytes:
    """Return the secret key of this installation's answer ids, made on first use.

    Processes that start at once agree on one key.

    Raises:
        SettingsError: the key cannot be kept, or its file is damaged.
    """
    path = state_dir / "answer.key"
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _publish_key(path)
        key = path.read_bytes()
    except OSError as exc:
        raise SettingsError(
            f"COI_QA_STATE_DIR: cannot keep a key in {state_dir} ({exc}); "
            "expected a folder that may be written"
        ) from exc
    if len(key) != KEY_BYTES:
        raise SettingsError(
            f"COI_QA_STATE_DIR: {path} has {len(key)} bytes, expected {KEY_BYTES}; "
            "delete it to get a new key (the same questions then get new ids)"
        )
    return key


def _publish_key(path: Path) -> None:
    """Write a new key whole under its name, unless another process was first."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)
    except FileExistsError:
        return  # theirs is the key
    finally:
        draft.unlink()


def _connect(path: Path) -> sqlite3.Connection:
    # Turning a file to WAL does not wait for its lock as writes do: of workers that
    # open a new store at once, some were told "database is locked". One at a time.
    lock = path.with_name(f"{path.name}.lock")
    with os.fdopen(_for_its_owner(lock), "wb") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        # SQLite would make it readable for all; its -wal and -shm follow suit. Not
        # opened where it exists: closing it would drop this process's locks on it.
        if not path.exists():
            os.close(_for_its_owner(path))
        db = sqlite3.connect(path, timeout=_BUSY_TIMEOUT_S, check_same_thread=False)
        db.execute("PRAGMA journal_mode = WAL")
        # An answer lost in a power cut can be asked for again.
        db.execute("PRAGMA synchronous = NORMAL")
        db.executescript(_TABLES)
    return db


def _for_its_owner(path: Path) -> int:
    return os.open(path, os.O_CREAT | os.O_RDWR, 0o600)

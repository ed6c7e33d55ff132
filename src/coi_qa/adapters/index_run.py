"""An indexing run in a process of its own, and how far it has come.

The process is `coi-qa index`, which writes its progress to a file. What the run was
begun for, and how it ended, is kept beside it, so that both can be told after the
service was started again.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, Protocol, TypeAlias

from coi_qa.adapters.disk import make_private
from coi_qa.errors import IndexLockedError

STATUS: Final = "status.json"
BUSY: Final = (
    "Trwa indeksowanie; poczekaj, aż się skończy, i dopiero wtedy zmień bibliotekę."
)

_RECORD: Final = "run.json"
_LOG: Final = "log.txt"
_MOST_LOG_CHARS: Final = 2000  # of its end, which says why the process stopped
_SOME_FAILED: Final = 3  # exit code: some reports are not in the index

Phase: TypeAlias = Literal["none", "running", "done", "failed"]


@dataclass(frozen=True, slots=True)
class RunState:
    """How far an indexing run is, or how the last one ended.

    Attributes:
        phase: "none" where there was none; "done" also where some reports failed.
        code: Exit code of the process, None while it runs or where nobody saw it end.
        status: What the process last wrote: `stage`, `done`, `of`, `report`; `built`
            once it has an index.
        record: What the run was begun for, and what was noted of it since.
        log: The end of what the process printed.
    """

    phase: Phase
    code: int | None = None
    status: Mapping[str, Any] = field(default_factory=dict)
    record: Mapping[str, Any] = field(default_factory=dict)
    log: str = ""


class Result(Protocol):
    """What an indexing run has done; `ingest.build.Built` is one."""

    @property
    def index_id(self) -> str | None:
        """Of the index being served now."""
        ...

    @property
    def reports(self) -> int:
        """How many are in it."""
        ...

    @property
    def pages(self) -> int:
        """How many are in it."""
        ...

    @property
    def failures(self) -> Sequence[Any]:
        """Reports that are not in it: `path`, `refusal`, `reason`."""
        ...


class StatusFile:
    """Writes the progress of an indexing run to a file, whole at any moment."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._write({"stage": "starting"})

    def __enter__(self) -> StatusFile:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the file as it stands."""

    def preparing(self, what: str, share: float) -> None:
        """The embedding model is being made ready."""
        self._write({"stage": "model", "done": share, "of": 1})

    def reading(self, path: Path, *, at: int, of: int) -> None:
        """Report number `at` of `of`, from 0, is about to be read."""
        self._write({"stage": "reading", "done": at, "of": of, "report": path.name})

    def embedding(self, *, pages: float, of: int) -> None:
        """So many of all pages have their vectors."""
        self._write({"stage": "embedding", "done": pages, "of": of})

    def finished(self, built: Result) -> None:
        """The run is through."""
        failures = [
            {"path": str(f.path), "refusal": str(f.refusal), "reason": f.reason}
            for f in built.failures
        ]
        said = {
            "index": built.index_id,
            "reports": built.reports,
            "pages": built.pages,
            "failures": failures,
        }
        self._write({"stage": "finished", "built": said})

    def _write(self, said: Mapping[str, object]) -> None:
        _replace(self._path, said)


class IndexRun:
    """The one indexing run that a service has going, or the last one it had."""

    def __init__(
        self, folder: Path, command: Sequence[str], *, is_locked: Callable[[], bool]
    ) -> None:
        """Take where the run's files are kept, and how it is started.

        Args:
            folder: Made when a run begins.
            command: Of the process; it writes its progress to `STATUS` in `folder`.
            is_locked: Says whether any process is writing indexes.
        """
        self._folder = folder
        self._command = list(command)
        self._is_locked = is_locked
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self, record: Mapping[str, Any]) -> None:
        """Start a run; `record` says what for.

        Raises:
            IndexLockedError: one is going on.
        """
        if self.is_busy():
            raise IndexLockedError(BUSY)
        make_private(self._folder)
        (self._folder / STATUS).unlink(missing_ok=True)
        _replace(self._folder / _RECORD, record)
        with (self._folder / _LOG).open("wb") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C ends the service; the run goes on to its end.
                start_new_session=True,
            )

    def is_busy(self) -> bool:
        """Say whether this run or any other one is going on."""
        return self.state().phase == "running" or self._is_locked()

    def note(self, **said: object) -> None:
        """Add to what is kept of the run."""
        _replace(self._folder / _RECORD, {**_read(self._folder / _RECORD), **said})

    def state(self) -> RunState:
        """Return how far the run is."""
        record = _read(self._folder / _RECORD)
        if not record:
            return RunState("none")
        code = self._exit_code(record)
        status = _read(self._folder / STATUS)
        return RunState(
            phase=self._phase(code, status),
            code=code,
            status=status,
            record=record,
            log=self._log(),
        )

    def _exit_code(self, record: Mapping[str, Any]) -> int | None:
        """Return how the process ended; noted, for who asks after a new start."""
        if "code" in record:
            return int(record["code"])
        code = None if self._process is None else self._process.poll()
        if code is not None:
            self.note(code=code)
        return code

    def _phase(self, code: int | None, status: Mapping[str, Any]) -> Phase:
        built = status.get("built")
        if code is None:
            if self._process is not None or (built is None and self._is_locked()):
                return "running"
            return "failed" if built is None else "done"
        if code in (0, _SOME_FAILED) and built is not None and built["index"]:
            return "done"
        return "failed"

    def _log(self) -> str:
        try:
            text = (self._folder / _LOG).read_text("utf-8", errors="replace")
        except OSError:
            return ""
        return text[-_MOST_LOG_CHARS:].strip()


def _read(path: Path) -> dict[str, Any]:
    try:
        said = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _replace(path: Path, said: Mapping[str, Any]) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
    draft.replace(path)

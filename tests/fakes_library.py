"""A library that works in miniature: its indexing runs are a few lines of shell."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from coi_qa.adapters.corpus import Corpus
from coi_qa.adapters.index_run import STATUS, IndexRun, RunState
from coi_qa.adapters.keeper import Keeper

NOW = datetime(2025, 10, 1, 12, 30, tzinfo=UTC)

WRITE = "cat > \"${0#--status=}\" <<'E'\n%s\nE\n"
BUILT = (
    '{"stage": "finished", "built": {"index": "kaz-1", "reports": 2, "pages": 9, '
    '"failures": [%s]}}'
)
READING = '{"stage": "reading", "done": 2, "of": 7, "report": "raport.pdf"}'

DONE = WRITE % (BUILT % "")
FAILING = "echo 'coi-qa: no room' >&2; exit 74"


def refusing(file: str, refusal: str) -> str:
    """Return a run that reads all but one file."""
    failure = (
        f'{{"path": "@corpus@/{file}", "refusal": "{refusal}", '
        f'"reason": "{file}: {refusal}: cannot be read"}}'
    )
    return WRITE % (BUILT % failure) + "exit 3"


def waiting_for(path: Path) -> str:
    """Return a run that is reading until `path` is there."""
    wait = f"until [ -e '{path}' ]; do sleep 0.05; done\n"
    return WRITE % READING + wait + DONE


def keeper_in(
    folder: Path,
    script: str = DONE,
    *,
    imprints: Sequence[object] = (),
    is_locked: bool = False,
) -> Keeper:
    """Return a keeper over `folder`/corpus whose runs are a shell script."""
    (folder / "corpus").mkdir(exist_ok=True)
    run = IndexRun(
        folder / "state" / "indexing",
        [
            "sh",
            "-c",
            script.replace("@corpus@", str((folder / "corpus").absolute())),
            f"--status={folder / 'state' / 'indexing' / STATUS}",
        ],
        is_locked=lambda: is_locked,
    )
    return Keeper(
        Corpus(folder / "corpus"),
        run,
        state_dir=folder / "state",
        imprints=lambda: imprints,
        country_code=lambda name: {"Kazachstan": "KAZ"}[name],
        now=lambda: NOW,
    )


def ended(keeper: Keeper) -> RunState:
    """Wait until a run is over; return how."""
    while (state := keeper.state()).phase == "running":
        time.sleep(0.02)
    return state


def digest(data: bytes) -> str:
    """Return the id of the report with these bytes."""
    return hashlib.sha256(data).hexdigest()

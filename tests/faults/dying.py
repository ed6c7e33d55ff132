"""Indexing runs in a process of their own, which is killed before it is done."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from tests.fakes_index import index_with_fake, settings_in

# The modules are loaded once; each run is forked from there.
processes = get_context("forkserver")
processes.set_forkserver_preload(
    ["tests.faults.dying", "coi_qa.wiring", "faiss", "morfeusz2", "babel", "pycountry"]
)

STEPS = ("fsync", "rename", "replace")


def index_dying(folder: Path, report: Path, step: int) -> None:
    """Index `report`, and die right before the step of this number, from 0."""
    count = 0

    def dying_before(name: str) -> Callable[..., Any]:
        real = getattr(os, name)

        def counted(*args: Any, **named: Any) -> Any:
            nonlocal count
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)
            count += 1
            return real(*args, **named)

        return counted

    for name in STEPS:
        setattr(os, name, dying_before(name))
    index_with_fake(settings_in(folder), report)


def index_whole(folder: Path, report: Path) -> None:
    """Index `report`."""
    index_with_fake(settings_in(folder), report)


def overwrite_dying(new: Path, served: Path, step: int) -> None:
    """Write an index over the one being served, file by file, and die in between.

    What indexing would be without a folder of its own and a CURRENT.
    """
    written = (path for path in sorted(new.rglob("*")) if path.is_file())
    for number, path in enumerate(written):
        if number == step:
            os.kill(os.getpid(), signal.SIGKILL)
        target = served / path.relative_to(new)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(path.read_bytes())

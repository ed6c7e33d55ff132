"""Two indexing runs at once, and a disk without room."""

from __future__ import annotations

import resource
import signal
import sys
import time

import pytest
from tests.fakes_index import index_with_fake, serve_with_fake, settings_in
from tests.faults.dying import processes

from coi_qa.adapters.library import Library
from coi_qa.errors import IndexLockedError, IndexNotWrittenError


def test_a_second_run_is_refused_while_the_first_one_writes(installed):
    settings = settings_in(installed)
    with (
        Library(settings.indexes_dir).locked(),
        pytest.raises(IndexLockedError, match="another 'coi-qa index'"),
    ):
        index_with_fake(settings, installed / "new.pdf")

    assert index_with_fake(settings, installed / "new.pdf").index_id


def test_a_killed_run_takes_its_lock_along(installed):
    process = processes.Process(target=hold_lock, args=(installed / "indexes",))
    process.start()
    wait_for(installed / "indexes" / "held")
    with (
        pytest.raises(IndexLockedError),
        Library(installed / "indexes").locked(),
    ):
        pass
    process.kill()
    process.join()

    assert index_with_fake(settings_in(installed), installed / "new.pdf").index_id


@pytest.mark.parametrize("room", [4_096, 16_384, 65_536])
def test_without_room_on_the_disk_the_old_index_stays(installed, room):
    before = serve_with_fake(settings_in(installed)).index_id
    process = processes.Process(target=index_without_room, args=(installed, room))
    process.start()
    process.join()

    assert process.exitcode == 74
    assert serve_with_fake(settings_in(installed)).index_id == before
    assert list((installed / "indexes").glob(".new-*")) == []


def hold_lock(indexes):
    """Hold the lock until killed."""
    with Library(indexes).locked():
        (indexes / "held").touch()
        signal.pause()


def index_without_room(folder, room):
    """Index where no file may have more bytes; errors as a full disk does."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    try:
        index_with_fake(settings_in(folder), folder / "new.pdf")
    except IndexNotWrittenError:
        sys.exit(74)


def wait_for(path):
    until = time.monotonic() + 20
    while not path.exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert path.exists()

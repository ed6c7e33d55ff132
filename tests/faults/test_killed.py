"""An indexing run killed at any moment: the old index serves, or the new one."""

from __future__ import annotations

import json
import random
import shutil
import signal
import time

import pytest
from tests.fakes_index import (
    digest_of,
    index_with_fake,
    serve_with_fake,
    settings_in,
)
from tests.faults.dying import (
    index_dying,
    index_whole,
    overwrite_dying,
    processes,
)

from coi_qa.adapters.library import CURRENT, LOCK, MANIFEST, Library, check
from coi_qa.errors import DamagedIndexError

STEPS = 11
"""Files, folders and names that publishing one report syncs, renames and replaces."""

MOMENTS = 20


def run(target, *args):
    """Run `target` in its own process; return the process, started."""
    process = processes.Process(target=target, args=args, daemon=True)
    process.start()
    return process


def served_reports(folder):
    """Return the ids of the reports being served, after every check."""
    service = serve_with_fake(settings_in(folder))
    return [imprint.id for imprint in service.imprints()]


@pytest.fixture
def reports(pristine):
    return {name: digest_of(pristine / f"{name}.pdf") for name in ("old", "new")}


@pytest.mark.parametrize("step", range(STEPS + 1))
def test_killed_at_any_step_of_publishing_one_whole_index_serves(
    installed, reports, step
):
    process = run(index_dying, installed, installed / "new.pdf", step)
    process.join()

    # The last step is behind the replaced CURRENT; one more does not exist.
    died = step < STEPS
    assert process.exitcode == (-signal.SIGKILL if died else 0)
    expected = reports["old"] if step < STEPS - 1 else reports["new"]
    assert served_reports(installed) == [expected]


def test_killed_at_any_moment_one_whole_index_serves_and_the_next_run_tidies_up(
    pristine, reports, tmp_path
):
    began = time.perf_counter()
    run(
        index_whole, shutil.copytree(pristine, tmp_path / "w"), pristine / "new.pdf"
    ).join()
    whole_s = time.perf_counter() - began
    moments = random.Random(1)
    found = []
    for number in range(MOMENTS):
        folder = shutil.copytree(pristine, tmp_path / f"{number}")
        process = run(index_whole, folder, folder / "new.pdf")
        time.sleep(moments.uniform(0.1, 1.0) * whole_s)
        process.kill()
        process.join()
        found += served_reports(folder)
        with Library(folder / "indexes").locked():
            pass
        left = {path.name for path in (folder / "indexes").iterdir()}
        indexes = {name for name in left if len(name) == 16}
        assert left - indexes == {CURRENT, LOCK}

    assert set(found) <= set(reports.values())
    assert len(found) == MOMENTS


def test_writing_over_the_served_index_would_leave_a_mix(pristine, tmp_path):
    """The control: the same kills, without a folder of its own."""
    fresh = shutil.copytree(pristine, tmp_path / "fresh")
    index_with_fake(settings_in(fresh), fresh / "new.pdf")
    old_id = Library(pristine / "indexes").current_id()
    new_id = Library(fresh / "indexes").current_id()
    states = []
    for step in range(5):
        served = tmp_path / f"{step}" / "served"
        shutil.copytree(pristine / "indexes" / old_id, served)
        process = run(overwrite_dying, fresh / "indexes" / new_id, served, step)
        process.join()
        states.append(is_whole(served))

    # PDF, manifest, database and vectors, in this order.
    assert states == [True, True, False, False, True]


def is_whole(served):
    """Say whether an index folder is sound under the id of its own manifest."""
    named = json.loads((served / MANIFEST).read_text())["index"]
    try:
        return bool(check(served.rename(served.with_name(named))))
    except DamagedIndexError:
        return False


def test_what_killed_runs_left_is_removed_by_the_next_one(installed):
    indexes = installed / "indexes"
    (indexes / ".new-4242" / "files").mkdir(parents=True)
    (indexes / ".new-4242" / "reports.db").write_bytes(b"half")
    (indexes / f"{CURRENT}.4242").write_text("half")
    (indexes / "notes.txt").write_text("the technician's own")

    index_with_fake(settings_in(installed), installed / "new.pdf")

    left = {path.name for path in indexes.iterdir()}
    assert {name for name in left if "4242" in name} == set()
    assert "notes.txt" in left


def test_orphans_stay_while_another_run_holds_the_lock(installed):
    """The control: what looks like an orphan may be at work."""
    orphan = installed / "indexes" / ".new-4242"
    orphan.mkdir()

    serve_with_fake(settings_in(installed))

    assert orphan.is_dir()

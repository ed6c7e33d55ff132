"""Nothing escapes the reader, whatever a file or a footnote says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def fuzz(target, seconds, folder):
    command = [sys.executable, "-m", "tests.fuzz.fuzzing", target]
    command += ["--seconds", str(seconds), "--finds", str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.mark.parametrize("target", ["lines", "footnotes", "dates"])
def test_nothing_escapes_within_a_few_seconds(target, tmp_path):
    done = fuzz(target, 2, tmp_path)

    assert done.returncode == 0, (done.stdout + done.stderr)[-2_000:]


@pytest.mark.long
@pytest.mark.parametrize("target", ["reader", "lines", "footnotes", "dates"])
def test_nothing_escapes_within_a_minute(target, tmp_path):
    done = fuzz(target, 60, tmp_path)

    assert done.returncode == 0, (done.stdout + done.stderr)[-2_000:]


def test_what_escapes_is_found(tmp_path):
    """The control: a reader of dates that fails on a year fails within seconds."""
    broken = (
        "import sys\n"
        "from tests.fuzz import fuzzing\n"
        "sys.argv = ['x', 'dates', '--seconds', '20', '--finds', sys.argv[1]]\n"
        "fuzzing.find_dates = lambda text: [] if text[:1] != '6' else 1 / 0\n"
        "fuzzing.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", broken, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert "ZeroDivisionError" in done.stdout + done.stderr
    assert done.returncode != 0

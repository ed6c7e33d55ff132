import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="needs root on Linux"
)


def replay(checkout: Path) -> subprocess.CompletedProcess:
    script = CHECKOUT / "docker" / "replay.py"
    return subprocess.run(
        [sys.executable, script, "--checkout", checkout],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.long
def test_the_dockerfile_makes_an_image_that_answers_without_root_or_network():
    done = replay(CHECKOUT)

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    assert "POST /v1/answers: " in done.stdout
    assert "HEALTHCHECK: healthy" in done.stdout


def test_a_run_line_that_fails_ends_the_replay_with_its_number(tmp_path):
    (tmp_path / "Dockerfile").write_text("FROM a\nRUN true\nRUN exit 3\nRUN true\n")

    done = replay(tmp_path)

    assert done.returncode == 1
    assert "FAILED: line 3: RUN ended with 3" in done.stdout
    assert "line 4" not in done.stdout


def test_a_service_that_writes_beside_its_volume_is_found_out(tmp_path):
    write = "import sys; open(sys.argv[1] + '/x', 'w').close()"
    (tmp_path / "Dockerfile").write_text(
        "FROM a\nWORKDIR /opt/app\nRUN chown 10001:10001 /opt/app\nUSER 10001:10001\n"
        f'CMD ["python3", "-c", "{write}", "/opt/app", "--port", "8000"]\n'
    )

    done = replay(tmp_path)

    assert done.returncode == 1
    assert "Read-only file system: '/opt/app/x'" in done.stderr
    assert "FAILED: CMD ended by itself with 1" in done.stdout


def test_a_service_that_asks_the_network_is_found_out(tmp_path):
    ask = "import socket; socket.create_connection(('192.0.2.1', 443), 5)"
    (tmp_path / "Dockerfile").write_text(
        f'FROM a\nUSER 10001\nCMD ["python3", "-c", "{ask}", "--port", "8000"]\n'
    )

    done = replay(tmp_path)

    assert done.returncode == 1
    assert "Network is unreachable" in done.stderr


def test_nothing_is_left_behind(tmp_path):
    (tmp_path / "Dockerfile").write_text("FROM a\nWORKDIR /opt/app\nRUN touch x\n")

    done = replay(tmp_path)

    assert done.returncode == 1  # there is no CMD to start
    assert not Path("/opt/app").exists()
    assert "coi-qa-replay-" not in Path("/proc/self/mounts").read_text()

"""The sample case system of the documentation, run beside a test."""

from __future__ import annotations

import importlib.util
import threading
from contextlib import contextmanager
from pathlib import Path

KEY = "k" * 16 + "0123456789abcdef"  # as short as may be
ORIGIN = "https://sprawy.example"

_PATH = Path(__file__).parents[1] / "docs" / "embedding" / "serve.py"


def sample():
    """Return the module of the sample, which is in no package."""
    spec = importlib.util.spec_from_file_location("sample_case_system", _PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def running(system):
    """Let a case system answer from a thread, and give its address."""
    thread = threading.Thread(target=system.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{system.server_address[1]}"
    finally:
        system.shutdown()
        thread.join()
        system.server_close()

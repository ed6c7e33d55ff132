"""What several folders of tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def model_cache():
    """Where the default model is unpacked to, once for all runs of the tests."""
    chosen = os.environ.get("COI_QA_MODEL_CACHE")
    return Path(chosen) if chosen else Path.home() / ".cache" / "coi_qa" / "models"


@pytest.fixture(scope="session")
def default_embedder(model_cache):
    """The default model, loaded once; only for tests marked `model`."""
    from coi_qa.adapters.embedder import load_embedder

    return load_embedder(cache_dir=model_cache)


CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_MS = 180_000  # a machine with other work starts a browser slowly


@pytest.fixture(scope="session")
def chromium():
    """Debian's browser; one for all tests, as playwright starts once a process."""
    if not CHROMIUM.exists():
        pytest.fail("this test drives Debian's chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=FLAGS, timeout=START_MS
        )
        yield browser
        browser.close()

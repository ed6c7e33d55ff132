"""A service with answers of every kind, and a browser for its pages."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
import uvicorn
from tests.fakes_answers import RichService

from coi_qa.server import create_app
from coi_qa.web.pages import Operator

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


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """Where the service answers; it is fast, having no model."""
    service = RichService(tmp_path_factory.mktemp("rich"))
    operator = Operator("Urząd Próbny", "dostepnosc@example.org")
    app = create_app(service, operator=operator)
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_config=None, access_log=False)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="session")
def chromium():
    if not CHROMIUM.exists():
        pytest.fail("this test drives Debian's chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium, address):
    """Open a page of the service; what it asks for and complains of is kept."""
    contexts = []

    def run(path="/", **settings):
        context = chromium.new_context(
            base_url=address, **({"locale": "pl-PL"} | settings)
        )
        context.set_default_timeout(60_000)
        contexts.append(context)
        tab = context.new_page()
        tab.requested, tab.complaints = [], []
        tab.on("request", lambda request: tab.requested.append(request.url))
        tab.on("console", lambda message: tab.complaints.append(message.text))
        tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
        tab.goto(path)
        return tab

    yield run
    for context in contexts:
        context.close()

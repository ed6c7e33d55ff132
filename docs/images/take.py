"""Takes the pictures of the README: `make pictures`.

Starts the service over the current index, asks a question in Debian's chromium as a
caseworker would, and writes a PNG for each picture beside this file.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn
from playwright.sync_api import Page, sync_playwright

from coi_qa.config import Settings
from coi_qa.server import create_app
from coi_qa.wiring import build_service

HERE = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
QUESTION = "Czy w Kazachstanie grozi kara śmierci?"
WINDOW = {"width": 820, "height": 900}


@contextmanager
def serving() -> Iterator[str]:
    """Run the service while the block runs; give its address."""
    with TemporaryDirectory() as state:
        environ = {k: v for k, v in os.environ.items() if k != "COI_QA_SHARED"}
        settings = Settings.from_environ(environ | {"COI_QA_STATE_DIR": state})
        app = create_app(build_service(settings))
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None))
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        port = server.servers[0].sockets[0].getsockname()[1]
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join()


def ask(page: Page, address: str, question: str) -> None:
    """Ask on the form, and wait for the answer."""
    page.goto(address)
    page.get_by_label("Pytanie", exact=True).fill(question)
    page.get_by_role("button", name="Szukaj w raportach").click()
    page.wait_for_url("**/answers/*")


def take(address: str) -> None:
    """Write the pictures."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--headless", "--no-sandbox"]
        )
        context = browser.new_context(locale="pl-PL", viewport=WINDOW)
        context.set_default_timeout(120_000)
        page = context.new_page()
        page.goto(address)
        page.get_by_label("Pytanie", exact=True).fill(QUESTION)
        page.screenshot(path=HERE / "form.png")
        ask(page, address, QUESTION)
        page.screenshot(path=HERE / "answer.png")
        browser.close()


if __name__ == "__main__":
    with serving() as found:
        take(found)

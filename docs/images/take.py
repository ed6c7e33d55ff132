"""Takes the pictures of the README: `make pictures`.

Starts the service over the current index with a stored evaluation run beside it, goes
through its pages in Debian's chromium as a caseworker and an evaluator would, and
writes a PNG for each picture beside this file.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from coi_qa.config import Settings
from coi_qa.evaluation import run_eval_of, store_run
from coi_qa.server import create_app
from coi_qa.service import LiveService
from coi_qa.wiring import build_keeper, build_live_service

HERE = Path(__file__).parent
GOLD = HERE.parents[1] / "eval" / "gold" / "sample_open.jsonl"
CHROMIUM = "/usr/bin/chromium"
QUESTION = "Czy w Kazachstanie grozi kara śmierci?"
WINDOW = {"width": 820, "height": 900}
PICTURES = ("form", "answer", "viewer", "library", "evaluation")


def evaluate(service: LiveService, runs_dir: Path) -> None:
    """Store a run over one file of gold questions for the evaluators' page."""
    verdict = run_eval_of(
        service, [GOLD], gate_path=None, progress=lambda done, of: None
    )
    store_run(
        runs_dir, verdict, gold_paths=[GOLD], gate_path=None, now=datetime.now(UTC)
    )


@contextmanager
def serving(settings: Settings, service: LiveService) -> Iterator[str]:
    """Run the service while the block runs; give its address."""
    app = create_app(
        service, keeper=build_keeper(settings, service), runs_dir=settings.runs_dir
    )
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


def take(browser: Browser, address: str, folder: Path) -> None:
    """Write the pictures into `folder`."""
    context = browser.new_context(
        locale="pl-PL", viewport=WINDOW, base_url=address, reduced_motion="reduce"
    )
    context.set_default_timeout(120_000)
    page = context.new_page()

    def picture(name: str) -> None:
        page.screenshot(path=folder / f"{name}.png")

    page.goto("/")
    page.get_by_label("Pytanie", exact=True).fill(QUESTION)
    picture("form")
    page.get_by_role("button", name="Szukaj w raportach").click()
    page.wait_for_url("**/answers/*")
    picture("answer")
    page.locator('.quote a[href*="/pages/"]').first.click()
    wait_for_the_mark(page)
    picture("viewer")
    page.get_by_role("link", name="Raporty", exact=True).click()
    page.wait_for_url("**/library")
    picture("library")
    page.get_by_role("link", name="Ocena", exact=True).click()
    page.wait_for_url("**/evaluation")
    page.locator('main a[href^="/evaluation/"]').first.click()
    page.wait_for_url("**/evaluation/*")
    picture("evaluation")
    context.close()


def wait_for_the_mark(page: Page) -> None:
    """Wait until a page of a report is drawn with its quote marked."""
    page.wait_for_url("**/pages/*")
    page.locator(".quoted > rect").first.wait_for()
    page.wait_for_function("document.querySelector('.paper img').complete")


def main() -> None:
    """Take all pictures over the current index."""
    with TemporaryDirectory() as folder:
        state, runs = Path(folder, "state"), Path(folder, "runs")
        environ = {k: v for k, v in os.environ.items() if k != "COI_QA_SHARED"}
        settings = Settings.from_environ(
            environ | {"COI_QA_STATE_DIR": str(state), "COI_QA_RUNS_DIR": str(runs)}
        )
        service = build_live_service(settings)
        evaluate(service, runs)
        with serving(settings, service) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--headless", "--no-sandbox"]
            )
            take(browser, address, HERE)
            browser.close()


if __name__ == "__main__":
    main()

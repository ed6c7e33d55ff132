"""What the pages weigh and how long they take, by the browser's performance entries.

    python bench/pages.py [--rounds N]

Serves the current index, goes through the pages in Debian's chromium with an empty
cache each round, and asks gold questions by turns on the form and as JSON over HTTP.
Prints JSON: bytes and milliseconds of each page, what the form adds to a question, and
how busy the machine was meanwhile.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "docs" / "images"))

from take import CHROMIUM, GOLD, evaluate, serving, wait_for_the_mark  # noqa: E402

from coi_qa.config import Settings  # noqa: E402
from coi_qa.wiring import build_live_service  # noqa: E402

# Of one page: what was fetched for it, and when it was there.
ENTRIES = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const rest = performance.getEntriesByType("resource");
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  const sum = key => [page, ...rest].reduce((all, entry) => all + entry[key], 0);
  return {
    requests: 1 + rest.length,
    bytes: sum("transferSize"),
    page_bytes: page.transferSize,
    first_paint_ms: paint ? paint.startTime : 0,
    loaded_ms: page.loadEventEnd,
  };
}"""
# From the click that sends a question to the first byte of its answer.
ASKED = """() => performance.getEntriesByType("navigation")[0].responseStart"""


def main() -> None:
    """Print the figures of one run as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    before = os.getloadavg()[0]
    with TemporaryDirectory() as folder:
        settings = Settings.from_environ(
            os.environ
            | {
                "COI_QA_STATE_DIR": str(Path(folder, "state")),
                "COI_QA_RUNS_DIR": str(Path(folder, "runs")),
            }
        )
        service = build_live_service(settings)
        evaluate(service, settings.runs_dir)
        with serving(settings, service) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--headless", "--no-sandbox"]
            )
            rounds = [walk(browser, address) for _ in range(given.rounds)]
            asked = ask_by_turns(browser, address, questions()[: 4 * given.rounds])
            browser.close()
    said = {
        "pages": {name: middle([r[name] for r in rounds]) for name in rounds[0]},
        "question": asked,
        "rounds": given.rounds,
        "load": [round(before, 2), round(os.getloadavg()[0], 2)],
    }
    print(json.dumps(said, indent=2, ensure_ascii=False))


def questions() -> list[str]:
    """Return gold questions that the form takes without a country."""
    lines = map(json.loads, GOLD.read_text("utf-8").splitlines())
    return [str(line["question"]) for line in lines]


def walk(browser: Browser, address: str) -> dict[str, dict[str, float]]:
    """Return the entries of each page, seen for the first time by a new visitor."""
    seen: dict[str, dict[str, float]] = {}
    context = browser.new_context(base_url=address, locale="pl-PL")
    context.set_default_timeout(120_000)
    page = context.new_page()

    def take(name: str) -> None:
        page.wait_for_load_state("load")
        page.wait_for_function(
            "performance.getEntriesByType('navigation')[0].loadEventEnd > 0"
        )
        seen[name] = page.evaluate(ENTRIES)

    page.goto("/")
    take("form")
    ask(page, questions()[0])
    take("answer")
    page.locator('.quote a[href*="/pages/"]').first.click()
    wait_for_the_mark(page)
    take("viewer")
    page.goto("/library")
    take("library")
    page.goto("/evaluation")
    take("evaluation")
    page.locator('main a[href^="/evaluation/"]').first.click()
    page.wait_for_url("**/evaluation/*")
    take("evaluation run")
    context.close()
    return seen


def ask(page: Page, question: str) -> None:
    """Ask on the form that is open."""
    page.locator("#question").fill(question)
    page.locator("form:has(#question) button[type=submit]").click()
    page.wait_for_url("**/answers/*")


def ask_by_turns(
    browser: Browser, address: str, asked: Sequence[str]
) -> dict[str, Any]:
    """Return the time of a question on the form, as JSON, and their ratio.

    Each question goes both ways, every other one over the form first, since what was
    asked before is read a little faster.
    """
    context = browser.new_context(base_url=address, locale="pl-PL")
    context.set_default_timeout(120_000)
    page = context.new_page()
    times: dict[str, list[float]] = {"form": [], "json": []}

    def on_the_form(question: str) -> None:
        page.goto("/")
        ask(page, question)
        times["form"].append(page.evaluate(ASKED))

    def as_json(question: str) -> None:
        began = time.perf_counter()
        client.post("/v1/answers", json={"question": question}).raise_for_status()
        times["json"].append(1000 * (time.perf_counter() - began))

    with httpx.Client(base_url=address, timeout=120) as client:
        for n, question in enumerate(asked):
            ways = (on_the_form, as_json) if n % 2 else (as_json, on_the_form)
            for way in ways:
                way(question)
    context.close()
    middles = {f"{way}_ms": round(statistics.median(t)) for way, t in times.items()}
    ratio = statistics.median(times["form"]) / statistics.median(times["json"])
    return middles | {"form_to_json": round(ratio, 2), "questions": len(asked)}


def middle(entries: Sequence[Mapping[str, float]]) -> dict[str, int]:
    """Return the median of each figure."""
    return {
        name: round(statistics.median(entry[name] for entry in entries))
        for name in entries[0]
    }


if __name__ == "__main__":
    main()

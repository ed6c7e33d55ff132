"""Reads PDFs one after the other and says, by tag, what became of them.

    python -m tests.faults.reading_table FOLDER [--every N]

FOLDER holds `manifest.jsonl` with {"file", "tags"} a line. Prints a table in Markdown;
with --json an object a file, as it is read.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from coi_qa.adapters.pdf import read_pages
from coi_qa.errors import UnreadableReportError


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1, help="only each N-th file")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    results = []
    for entry in entries(given.folder)[:: given.every]:
        result = entry | outcome(given.folder / entry["file"])
        results.append(result)
        if given.json:
            print(json.dumps(result), flush=True)
    if not given.json:
        print("\n".join(table(results)))


def entries(folder: Path) -> list[dict[str, Any]]:
    """Return the files of a manifest with their tags, in a fixed mixed order."""
    lines = (folder / "manifest.jsonl").read_text("utf-8").splitlines()
    said = sorted(map(json.loads, lines), key=lambda entry: entry["sha256"])
    return [{"file": s["file"], "tags": s["tags"]} for s in said]


def outcome(path: Path) -> dict[str, Any]:
    """Return what reading a file ended in, its time and its peak of memory.

    It is read in a process of its own, whose largest child is the one that parsed.
    """
    told, tell = os.pipe()
    if os.fork() == 0:
        os.close(told)
        with os.fdopen(tell, "w") as door:
            json.dump(_read(path), door)
        os._exit(0)
    os.close(tell)
    with os.fdopen(told) as door:
        found = door.read()
    os.wait()
    return json.loads(found) if found else {"outcome": "escaped", "s": 0, "mib": 0}


def _read(path: Path) -> dict[str, Any]:
    started = time.monotonic()
    try:
        pages = read_pages(path).pages
        ended, said = "read", f"{len(pages)} pages"
    except UnreadableReportError as exc:
        ended, said = exc.refusal.value, str(exc)
    except BaseException as exc:
        ended, said = "escaped", repr(exc)
    taken = time.monotonic() - started
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    peak = sum(resource.getrusage(who).ru_maxrss for who in whose) // 1024
    return {"outcome": ended, "said": said, "s": round(taken, 2), "mib": peak}


def table(results: list[dict[str, Any]]) -> Iterator[str]:
    """Yield a row for each tag: files, read, refused by reason, slowest, peak."""
    tags = Counter(tag for result in results for tag in result["tags"])
    yield "| tag | files | read | refused | slowest, s | peak, MiB |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for tag in ("all", *sorted(tags)):
        own = [r for r in results if tag == "all" or tag in r["tags"]]
        ends = Counter(r["outcome"] for r in own)
        read = ends.pop("read", 0)
        refused = ", ".join(f"{end} {n}" for end, n in ends.most_common())
        slowest, peak = max(r["s"] for r in own), max(r["mib"] for r in own)
        yield f"| {tag} | {len(own)} | {read} | {refused} | {slowest} | {peak} |"


if __name__ == "__main__":
    sys.exit(main())

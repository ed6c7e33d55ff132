"""Pages per second of processor time: our reader, and the libraries that it stands on.

    python bench/reading.py [PDF...] [--rounds N]

Every way of reading takes every file in turn, N rounds, each in a process of its own,
so that start-up counts and nothing is cached. Prints JSON: what was read, by how many
pages a second, and how busy the machine was meanwhile. Without PDFs it reads `corpus/`.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).resolve().parents[1] / "corpus"

WAYS = {
    "coi_qa: glyphs, boxes, hidden text": (
        "from pathlib import Path\n"
        "from coi_qa.adapters.pdf import read_pages\n"
        "pages = read_pages(Path(path)).pages\n"
        "print(len(pages), sum(len(line) for p in pages for line in p.lines))"
    ),
    "pypdfium2: text": (
        "import pypdfium2\n"
        "texts = [p.get_textpage().get_text_bounded()"
        " for p in pypdfium2.PdfDocument(path)]\n"
        "print(len(texts), sum(len(''.join(t.split())) for t in texts))"
    ),
    "pypdf: text": (
        "import pypdf\n"
        "texts = [p.extract_text() for p in pypdf.PdfReader(path).pages]\n"
        "print(len(texts), sum(len(''.join(t.split())) for t in texts))"
    ),
    "nothing but Python": "print(0, 0)",
}


def main() -> None:
    """Print the figures of one run as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pdfs", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    pdfs = given.pdfs or sorted(CORPUS.glob("*.pdf"))
    before = os.getloadavg()[0]
    rounds = [
        {name: measure(code, pdfs) for name, code in WAYS.items()}
        for _ in range(given.rounds)
    ]
    print(json.dumps(summary(rounds, pdfs, before), indent=2, ensure_ascii=False))


def measure(code: str, pdfs: list[Path]) -> dict[str, float]:
    """Return the pages, characters and seconds of processor time of one way."""
    pages = chars = 0
    started = processor_time_s()
    for pdf in pdfs:
        command = [sys.executable, "-c", f"path = {str(pdf)!r}\n{code}"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        read = [int(word) for word in done.stdout.split()]
        pages, chars = pages + read[0], chars + read[1]
    return {"pages": pages, "chars": chars, "cpu_s": processor_time_s() - started}


def processor_time_s() -> float:
    """Return what the children that have ended used, and theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def summary(
    rounds: list[dict[str, dict[str, float]]], pdfs: list[Path], load_before: float
) -> dict[str, Any]:
    """Return the median of each way over the rounds, and what it was measured on."""
    found = {}
    for name in WAYS:
        own = [r[name] for r in rounds]
        rates = sorted(r["pages"] / r["cpu_s"] for r in own)
        found[name] = {
            "pages": own[0]["pages"],
            "chars": own[0]["chars"],
            "cpu_s": round(statistics.median(r["cpu_s"] for r in own), 3),
            "pages_per_cpu_s": round(statistics.median(rates), 1),
            "lowest": round(rates[0], 1),
            "highest": round(rates[-1], 1),
        }
    return {
        "files": [pdf.name for pdf in pdfs],
        "rounds": len(rounds),
        "ways": found,
        "versions": {name: version(name) for name in ("pypdf", "pypdfium2", "numpy")},
        "cores": os.cpu_count(),
        "load": {"before": load_before, "after": os.getloadavg()[0]},
    }


if __name__ == "__main__":
    main()

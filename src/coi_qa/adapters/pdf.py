"""Reads the glyphs of a PDF in a child process that may not grow, hang or escape.

A PDF is somebody else's program for drawing. What it does to a parser is kept in a
child process with limits on memory, processor time and wall time; whatever happens
there comes back as one sentence. pypdf opens the file and tells what it says of itself;
pdfium draws, and its glyphs are the only text that is kept (docs/decisions/0003).
"""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from coi_qa.domain.layout import Glyph, RawPage, RawReport
from coi_qa.errors import UnreadableReportError

MAX_FILE_BYTES = 200 * 2**20  # the largest reports seen are 20 MB
WALL_S = 300.0
CPU_S = 240
MEMORY_BYTES = 2 * 2**30
TAIL_BYTES = 4096  # mail gateways append lines after the end mark
MIN_GLYPHS_A_PAGE = 20  # below it on average, pages are pictures of text

CHILD_MODULE = "coi_qa.adapters.pdf_child"


def read_pages(path: Path) -> RawReport:
    """Return the glyphs of every page of the PDF at `path`.

    Raises:
        UnreadableReportError: the file is missing, empty, no PDF, damaged, encrypted,
            scanned, too large, or costs more than the limits to read.
    """
    data = _read_file(path)
    head, *pages = _run_child(path)
    report = RawReport(
        sha256=sha256(data).hexdigest(),
        file_name=path.name,
        title=head["title"],
        author=head["author"],
        pages=tuple(_page(page) for page in pages),
    )
    glyphs = sum(len(line) for page in report.pages for line in page.lines)
    if glyphs < MIN_GLYPHS_A_PAGE * len(report.pages):
        raise UnreadableReportError(
            f"{path.name}: pages: {len(report.pages)}, characters of text: {glyphs}, "
            "so this is a scan or empty; expected a PDF with a text layer: run OCR on "
            "it (ocrmypdf -l pol) and index the result"
        )
    return report


def _read_file(path: Path) -> bytes:
    """Return the file's bytes, refused with a sentence where they are no PDF."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            # Reading a pipe or a device may never end.
            raise UnreadableReportError(f"{path.name}: not a file; expected a PDF")
        size = found.st_size
        if size > MAX_FILE_BYTES:
            raise UnreadableReportError(
                f"{path.name}: {size:,} bytes, over the limit of {MAX_FILE_BYTES:,}; "
                "split the report"
            )
        data = path.read_bytes()
    except OSError as exc:
        raise UnreadableReportError(
            f"{path.name}: cannot be opened ({exc.strerror}); expected a readable PDF"
        ) from exc
    if not data:
        raise UnreadableReportError(
            f"{path.name}: the file is empty (0 bytes); expected a PDF: copy it again"
        )
    # Readers accept a header within the first kilobyte (ISO 32000-1, annex H.3).
    if b"%PDF-" not in data[:1024]:
        raise UnreadableReportError(
            f"{path.name}: not a PDF (it begins with {data[:8]!r}); expected a file "
            "that begins with %PDF-: export the report as PDF"
        )
    # Parsers mend a cut file silently and would lose the pages that are gone.
    if b"%%EOF" not in data[-TAIL_BYTES:]:
        raise UnreadableReportError(
            f"{path.name}: cut off after {len(data):,} bytes (no %%EOF mark at its "
            "end); expected a whole PDF: copy it again"
        )
    return data


def _run_child(path: Path) -> list[dict[str, Any]]:
    """Return what the child wrote: a head, then one object a page."""
    command = [sys.executable, "-I", "-m", CHILD_MODULE]
    command += [str(path.resolve()), str(CPU_S), str(MEMORY_BYTES)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=WALL_S, check=False)
    except subprocess.TimeoutExpired as exc:
        raise UnreadableReportError(
            f"{path.name}: not read within {WALL_S:.0f} s, so the file is damaged or "
            "hostile; expected a report of ordinary complexity: print it to PDF anew"
        ) from exc
    if done.returncode != 0:
        raise UnreadableReportError(f"{path.name}: {_reason(done)}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def _reason(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return the child's own sentence, or one about how it ended."""
    for line in reversed(done.stderr.decode("utf-8", "replace").splitlines()):
        if line.startswith("{"):
            return str(json.loads(line)["reason"])
    how = f"signal {-done.returncode}" if done.returncode < 0 else "an error"
    return (
        f"reading it ended with {how} (limits: {CPU_S} s, {MEMORY_BYTES >> 20} MiB), "
        "so the file is damaged or hostile; print it to PDF anew"
    )


def _page(stored: dict[str, Any]) -> RawPage:
    return RawPage(
        number=stored["number"],
        label=stored["label"],
        width=stored["width"],
        height=stored["height"],
        lines=tuple(tuple(_glyphs(line)) for line in stored["lines"]),
    )


def _glyphs(line: dict[str, Any]) -> Iterator[Glyph]:
    """Yield the glyphs of one line; styles are run-length coded by the child."""
    styles = [
        (style["size"], style["bold"], style["font"])
        for style in line["styles"]
        for _ in range(style["run"])
    ]
    spaces, hyphens = set(line["spaces"]), set(line["hyphens"])
    for at, (char, box, base, (size, bold, font)) in enumerate(
        zip(line["text"], line["boxes"], line["bases"], styles, strict=True)
    ):
        x0, y0, x1, y1 = box
        yield Glyph(
            char=char,
            box=(x0, y0, x1, y1),
            base=base,
            size=size,
            bold=bold,
            font=font,
            hyphen=at in hyphens,
            space_before=at in spaces,
        )

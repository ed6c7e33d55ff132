"""Reads the glyphs of a PDF in a child process that may not grow, hang or escape.

A PDF is somebody else's program for drawing. What it does to a parser is kept in a
child process with limits on memory, processor time and wall time, which can write no
file; whatever happens there comes back as one sentence with its `Refusal`. pypdf tells
what the file says of itself; pdfium draws, and its glyphs are the only text that is
kept (docs/decisions/0003).
"""

from __future__ import annotations

import json
import os
import re
import select
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from coi_qa.domain.layout import Glyph, HiddenText, Link, RawPage, RawReport
from coi_qa.errors import Refusal, UnreadableReportError

MAX_FILE_BYTES = 200 * 2**20  # the largest reports seen are 20 MB
MEMORY_BYTES = 900 * 2**20  # of the child; this process needs its share of 1 GiB
MAX_LINE_BYTES = 64 * 2**20  # a page of MAX_PAGE_GLYPHS takes 8
FARTHEST = 1e6  # points; the largest page that PDF allows has 14,400 to a side
MIN_GLYPHS_A_PAGE = 20  # below it, a picture with a page number is still a picture

CHILD_MODULE = "coi_qa.adapters.pdf_child"


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may cost.

    Time is granted as pages come in, so that a long report is read to its end while a
    file that yields none is given up after `wall_s`.

    Attributes:
        cpu_s: Processor time until the first page.
        wall_s: Likewise, by the clock. Wide, as a busy machine gives a good report
            little of its time; a file that costs processor time meets the other limit.
        cpu_page_s: What each page adds to the processor time; dense ones take 0.1 s.
        wall_page_s: Likewise, by the clock.
        memory_bytes: Address space of the child.
    """

    cpu_s: float = 6.0
    wall_s: float = 45.0
    cpu_page_s: float = 0.5
    wall_page_s: float = 5.0
    memory_bytes: int = MEMORY_BYTES


LIMITS = Limits()


def read_pages(
    path: Path, *, passwords: Sequence[str] = (), limits: Limits | None = None
) -> RawReport:
    """Return the glyphs of every page of the PDF at `path`.

    Args:
        path: Of the file.
        passwords: Tried after the empty one where the file is encrypted.
        limits: What reading it may cost.

    Raises:
        UnreadableReportError: the file is missing, empty, no PDF, damaged, encrypted,
            scanned, too large, or costs more than the limits to read.
    """
    digest = check_file(path)
    head, pages = _run_child(path, passwords, limits or LIMITS)
    report = RawReport(
        sha256=digest,
        file_name=path.name,
        title=head.title,
        author=head.author,
        pages=tuple(pages),
    )
    _refuse_pictures(report)
    return report


def refused(path: Path, refusal: Refusal, sentence: str) -> UnreadableReportError:
    """Return the error that says why a file is not read, its kind before the words."""
    return UnreadableReportError(f"{path.name}: {refusal.value}: {sentence}", refusal)


def _refuse_pictures(report: RawReport) -> None:
    """Refuse a report most of whose pages are pictures of text, or show none at all."""
    counts = [sum(map(len, page.lines)) for page in report.pages]
    pictures = sum(
        page.is_picture and count < MIN_GLYPHS_A_PAGE
        for page, count in zip(report.pages, counts, strict=True)
    )
    if sum(counts) and pictures <= len(counts) / 2:
        return
    raise UnreadableReportError(
        f"{report.file_name}: {Refusal.NO_TEXT_LAYER.value}: pages: {len(counts)}, "
        f"characters of text: {sum(counts)}, so this is a scan or empty; expected a "
        "PDF with a text layer: index it with --ocr",
        Refusal.NO_TEXT_LAYER,
    )


def check_file(path: Path) -> str:
    """Return the sha256 of a file that may be a whole PDF; refuse any other one."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            # Reading a pipe or a device may never end.
            raise refused(path, Refusal.CANNOT_OPEN, "not a file; expected a PDF")
        size = found.st_size
        if size > MAX_FILE_BYTES:
            raise refused(
                path,
                Refusal.TOO_HEAVY,
                f"{size:,} bytes, over the limit of {MAX_FILE_BYTES:,}; split the "
                "report",
            )
        data = path.read_bytes()
    except OSError as exc:
        raise refused(
            path,
            Refusal.CANNOT_OPEN,
            f"cannot be opened ({exc.strerror}); expected a readable PDF",
        ) from exc
    _refuse_no_pdf(path, data)
    return sha256(data).hexdigest()


def _refuse_no_pdf(path: Path, data: bytes) -> None:
    if not data:
        raise refused(
            path,
            Refusal.EMPTY,
            "the file is empty (0 bytes); expected a PDF: copy it again",
        )
    # Readers accept a header within the first kilobyte (ISO 32000-1, annex H.3).
    if b"%PDF-" not in data[:1024]:
        raise refused(
            path,
            Refusal.NOT_A_PDF,
            f"not a PDF (it begins with {data[:8]!r}); expected a file that begins "
            "with %PDF-: export the report as PDF",
        )
    # Parsers mend a cut file silently and would lose the pages that are gone.
    if not is_whole(data):
        raise refused(
            path,
            Refusal.CUT_OFF,
            f"cut off after {len(data):,} bytes (no %%EOF mark at its end); expected "
            "a whole PDF: copy it again",
        )


_START_OF_TABLE = re.compile(rb"startxref\s{1,4}(\d{1,12})\s{0,4}$")


def is_whole(data: bytes) -> bool:
    """Say whether a PDF ends where its writer ended it.

    That is at an end mark with no object after it: mail gateways and web servers append
    lines, an interrupted copy does not. A file without the mark is whole too if its
    last words say where its table of objects is, and a table is there.

    >>> is_whole(b"%PDF-1.7 1 0 obj 7 endobj %%EOF <!-- sent by a gateway -->")
    True
    >>> is_whole(b"%PDF-1.7 1 0 obj 7 endobj %%EOF 1 0 obj 8 en")
    False
    """
    end = data.rfind(b"%%EOF")
    if end >= 0:
        return b" obj" not in data[end:]
    table = _START_OF_TABLE.search(data[-64:])
    return table is not None and data[int(table[1]) :].lstrip()[:4] == b"xref"


def _run_child(
    path: Path, passwords: Sequence[str], limits: Limits
) -> tuple[Head, list[RawPage]]:
    """Return what the child read: the head and the pages."""
    given = {
        "memory_bytes": limits.memory_bytes,
        "start_s": limits.cpu_s,
        "page_s": limits.cpu_page_s,
        "passwords": list(passwords),
    }
    heads: list[Head] = []
    pages: list[RawPage] = []
    child, source = _start_child(path, given)
    try:
        for line in _lines(path, source, limits):
            if heads:
                pages.append(_understood(path, line, _page))
            else:
                heads.append(_understood(path, line, _head))
        child.wait(timeout=2.0)  # its output has ended: it has little left to do
    except subprocess.TimeoutExpired:
        pass
    finally:
        os.close(source)
        child.kill()
        child.wait()
    if child.returncode != 0 or not pages:
        raise _died(path, child.returncode, limits)
    return heads[0], pages


def _start_child(
    path: Path, given: dict[str, Any]
) -> tuple[subprocess.Popen[bytes], int]:
    """Return a child that reads `path`, and the descriptor that it writes to."""
    told, tell = os.pipe()
    source, sink = os.pipe()
    try:
        # Passwords go through a pipe: arguments and environments can be looked at.
        os.write(tell, json.dumps(given).encode() + b"\n")
        child = subprocess.Popen(
            [sys.executable, "-I", "-m", CHILD_MODULE, str(path.resolve())],
            stdin=told,
            stdout=sink,
            stderr=subprocess.DEVNULL,
            # Threads of a linear algebra library would each reserve address space.
            env={"PATH": os.defpath, "OPENBLAS_NUM_THREADS": "1"},
        )
    finally:
        for end in (told, tell, sink):
            os.close(end)
    return child, source


def _lines(path: Path, source: int, limits: Limits) -> Iterator[bytes]:
    """Yield what the child writes, line by line, while it is in time."""
    deadline = time.monotonic() + limits.wall_s
    pending = b""
    while True:
        left_s = deadline - time.monotonic()
        if left_s <= 0 or not select.select([source], [], [], left_s)[0]:
            raise refused(
                path,
                Refusal.TOO_HEAVY,
                f"not read within {limits.wall_s:.0f} s, so the file is damaged or "
                "hostile; expected a report of ordinary complexity: print it to PDF "
                "anew",
            )
        got = os.read(source, 2**20)
        if not got:
            return
        *whole, rest = got.split(b"\n")
        if whole:
            yield pending + whole[0]
            yield from whole[1:]
            pending = rest
        else:
            pending += rest
        deadline += limits.wall_page_s * len(whole)
        if len(pending) > MAX_LINE_BYTES:
            raise refused(
                path, Refusal.TOO_HEAVY, "a page of it is over 64 MiB of text"
            )


def _understood(
    path: Path, line: bytes, understand: Callable[[dict[str, Any]], Said]
) -> Said:
    """Return the head or the page in a line of the child.

    The child has met the file, so that nothing it writes is taken on trust.
    """
    try:
        said = json.loads(line)
        if "refusal" in said:
            raise refused(path, Refusal(said["refusal"]), str(said["reason"])[:300])
        return understand(said)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as exc:
        raise refused(
            path,
            Refusal.DAMAGED,
            f"reading it gave nonsense ({type(exc).__name__}); print it to PDF anew",
        ) from exc


class Head(NamedTuple):
    """What a file says of itself."""

    title: str | None
    author: str | None


Said = TypeVar("Said", Head, RawPage)


def _head(stored: dict[str, Any]) -> Head:
    return Head(_text_or_none(stored["title"]), _text_or_none(stored["author"]))


def _text_or_none(said: object) -> str | None:
    return None if said is None else str(said)


def _died(path: Path, code: int, limits: Limits) -> UnreadableReportError:
    """Return the error about a child that ended without giving a reason."""
    how = f"signal {-code}" if code < 0 else "an error"
    # pdfium aborts where it is given no more memory.
    heavy = -code in (signal.SIGXCPU, signal.SIGABRT, signal.SIGKILL)
    return refused(
        path,
        Refusal.TOO_HEAVY if heavy else Refusal.CRASHED,
        f"reading it ended with {how} (limits: {limits.cpu_s:.0f} s, "
        f"{limits.memory_bytes >> 20} MiB), so the file is damaged or hostile; print "
        "it to PDF anew",
    )


def _page(stored: dict[str, Any]) -> RawPage:
    return RawPage(
        number=int(stored["number"]),
        label=str(stored["label"]),
        width=_length(stored["width"]),
        height=_length(stored["height"]),
        lines=tuple(tuple(_glyphs(line)) for line in stored["lines"]),
        hidden=tuple(
            HiddenText(stored["number"], str(found["text"]), str(found["reason"]))
            for found in stored["hidden"]
        ),
        is_ocr=bool(stored["is_ocr"]),
        is_picture=bool(stored["is_picture"]),
        links=tuple(_link(stored["number"], found) for found in stored["links"]),
    )


def _link(page_number: int, stored: dict[str, Any]) -> Link:
    x0, y0, x1, y1 = map(float, stored["box"])
    return Link(page_number, (x0, y0, x1, y1), str(stored["url"]))


def _length(said: float) -> float:
    if not 0 < said < FARTHEST:
        raise ValueError("a page without size")
    return float(said)


def _glyphs(line: dict[str, Any]) -> Iterator[Glyph]:
    """Yield the glyphs of one line; styles are run-length coded by the child."""
    text = line["text"]
    spaces, hyphens = set(line["spaces"]), set(line["hyphens"])
    for at, (char, box, base, (size, bold, font)) in enumerate(
        zip(text, line["boxes"], line["bases"], _styles(line), strict=True)
    ):
        x0, y0, x1, y1 = box
        if not all(-FARTHEST < value < FARTHEST for value in (x0, y0, x1, y1, base)):
            raise ValueError("a glyph is on no page")
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


def _styles(line: dict[str, Any]) -> list[tuple[float, bool, str]]:
    """Return size, boldness and font of each glyph of a line."""
    most = len(line["text"])
    found: list[tuple[float, bool, str]] = []
    for style in line["styles"]:
        if not 0 < style["run"] <= most or not 0 <= style["size"] < FARTHEST:
            raise ValueError("a style of no glyphs or of no size")
        found += [(style["size"], bool(style["bold"]), str(style["font"]))] * style[
            "run"
        ]
    return found

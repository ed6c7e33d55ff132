"""Feeds a part of the reader with texts and files that grow towards new branches.

    python -m tests.fuzz.fuzzing TARGET [--seconds N] [--finds FOLDER]

TARGET is `reader` (a file in, what its parent understands out), `lines` (what a child
taken over by its file may write), `footnotes` or `dates`. Ends with code 0 where
nothing escaped; else what did is shown and its input kept in FOLDER.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import resource
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["coi_qa", "pypdf"]):
    from coi_qa.adapters import pdf, pdf_child
    from coi_qa.domain.dates import find_dates
    from coi_qa.domain.layout import RawPage
    from coi_qa.domain.report import pack_boxes
    from coi_qa.errors import UnreadableReportError
    from coi_qa.ingest.sources import read_reference

GOLDEN = Path(__file__).parents[1] / "golden"
HERE = Path("report.pdf")
MAX_BYTES = 40_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--finds", type=Path, default=Path(tempfile.gettempdir()))
    given = parser.parse_args()
    feed, seeds = TARGETS[given.target]
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds()):
            Path(folder, str(number)).write_bytes(seed)
        options = [f"-max_total_time={given.seconds}", f"-max_len={MAX_BYTES}"]
        options += [f"-artifact_prefix={given.finds}/", "-timeout=10", "-verbosity=0"]
        # A process inherits the peak of the one that started it.
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        options.append(f"-rss_limit_mb={peak + 1024}")
        atheris.Setup([sys.argv[0], *options, folder], feed)
        atheris.Fuzz()


def feed_reader(data: bytes) -> None:
    """Read a file as the child does, and what it wrote as the parent does."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        with contextlib.suppress(UnreadableReportError):
            pdf.check_file(Path(file.name))
        said = io.StringIO()
        # Every Exception is caught by the child's `main`.
        caught = contextlib.suppress(SystemExit, Exception)
        with contextlib.redirect_stdout(said), caught:
            for line in pdf_child.read_document(file.name, ("tajne",)):
                pdf_child.say(line)
    for line in said.getvalue().encode().splitlines():
        if not line.startswith(b'{"refusal"'):
            understand = pdf._head if b'"author"' in line[:9_000] else pdf._page
            pdf._understood(HERE, line, understand)


def feed_lines(data: bytes) -> None:
    """Understand what a child may write once its file has taken it over."""
    for understand in (pdf._head, pdf._page):
        with contextlib.suppress(UnreadableReportError):
            said = pdf._understood(HERE, data, understand)
            if isinstance(said, RawPage):
                check_page(said)


def check_page(page: RawPage) -> None:
    """Fail where a page has what the stories after the reader choke on."""
    glyphs = [glyph for line in page.lines for glyph in line]
    numbers = [page.width, page.height, *(g.base for g in glyphs)]
    numbers += [side for g in glyphs for side in g.box]
    assert all(abs(number) <= pdf.FARTHEST for number in numbers)
    pack_boxes([g.box for g in glyphs])


def feed_footnotes(data: bytes) -> None:
    """Take footnotes apart."""
    read_reference(data.decode("utf-8", "replace").split("\n"))


def feed_dates(data: bytes) -> None:
    """Find dates, which stand where they say."""
    text = data.decode("utf-8", "replace")
    for printed in find_dates(text):
        assert text[printed.start :].startswith(printed.text)


def pdfs() -> Iterable[bytes]:
    return (
        p.read_bytes() for p in GOLDEN.glob("*.pdf") if p.stat().st_size < MAX_BYTES
    )


def lines() -> Iterable[bytes]:
    line = {
        "text": "ab",
        "boxes": [[1, 2, 3, 4], [1, 2, 3, 4]],
        "bases": [1, 1],
        "styles": [{"run": 2, "size": 9, "bold": False, "font": "F"}],
        "spaces": [1],
        "hyphens": [],
    }
    page = {"number": 1, "label": "1", "width": 9, "height": 9, "lines": [line]}
    page |= {"hidden": [{"text": "x", "reason": "y"}], "is_ocr": False}
    yield json.dumps(page | {"is_picture": False}).encode()
    yield b'{"title": null, "author": "A"}'
    yield b'{"refusal": "damaged", "reason": "x"}'


def footnotes() -> Iterable[bytes]:
    yield (
        "18 Amnesty International (AI), Death sentences 2024, 08.04.2025,\n"
        "https://www.amnesty.org/en/documents/act50/8976/2025/en/ (dostęp: 1.2.2025)"
    ).encode()
    yield "60 Forsal.pl, Największa powódź, 15 kwietnia 2024, za.html".encode()
    yield b"7 ACLED, filtry: Kazakhstan; 2024-01-01 - 2024-12-31, htps:/acled.org/x"


TARGETS: dict[str, tuple[Callable[[bytes], None], Callable[[], Iterable[bytes]]]] = {
    "reader": (feed_reader, pdfs),
    "lines": (feed_lines, lines),
    "footnotes": (feed_footnotes, footnotes),
    "dates": (feed_dates, footnotes),
}


if __name__ == "__main__":
    main()

"""The child process of `adapters.pdf`: one PDF in, JSON lines out, then it ends.

Run as `python -I -m coi_qa.adapters.pdf_child FILE`, with limits and passwords as a
line of JSON on standard input. The first line out describes the document, each further
one a page. On failure: exit 1, and the last line has "refusal" and "reason".
"""

from __future__ import annotations

import ctypes
import io
import json
import logging
import resource
import signal
import sys
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import Any, NoReturn

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from pypdf import PasswordType, PdfReader, PdfWriter

from coi_qa.adapters.pdf_glyphs import Char, packed_line, read_chars, split_lines
from coi_qa.adapters.pdf_hidden import (
    COVERED,
    HIDDEN_ANNOTATION,
    INVISIBLE,
    PICTURE_SHARE,
    SCALED_AWAY,
    Content,
    flattened_words,
    hidden_annotations,
    hidden_reasons,
    hidden_runs,
    is_ocr_layer,
    read_content,
)
from coi_qa.errors import Refusal

MAX_GLYPHS = 2_000_000  # a report of 500 dense pages
MAX_LINKS, MAX_URL_BYTES = 2_000, 4_000  # of a page, of an address
MAX_PAGE_GLYPHS = 100_000  # the densest page seen has 12,000
MAX_PAGES = 5_000
MAX_HIDDEN_CHARS = 2_000  # of one run, for the people who look into it
PROPERTIES_S = 1.5  # of processor time for pypdf, which 20 KB can keep busy for 11 s


def main() -> None:
    """Read the file named on the command line within the limits given to it."""
    given = json.loads(sys.stdin.readline())
    give_up_rights(memory_bytes=given["memory_bytes"])
    logging.disable(logging.CRITICAL)  # pypdf's warnings are not for operators
    budget = Budget(start_s=given["start_s"], page_s=given["page_s"])
    try:
        for line in read_document(sys.argv[1], given["passwords"]):
            say(line)
            budget.grow()
    except MemoryError:
        fail(Refusal.TOO_HEAVY, "needs more memory than a report may; print it anew")
    except Exception as exc:
        found = f"damaged ({type(exc).__name__})"
        fail(Refusal.DAMAGED, f"{found}; expected a whole PDF: copy it again")


def give_up_rights(*, memory_bytes: int) -> None:
    """Allow this process no more memory than that, no files and no children.

    Files can still be read. Processes are counted by user, so that the last of these
    does not hold for root.
    """
    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (most, most))


class Budget:
    """Processor time of this process, in seconds: some to start with, more a page.

    A report of 300 pages takes its time page by page; a hostile file spends it on one.
    The kernel ends the process (SIGXCPU) when it is used up.
    """

    def __init__(self, *, start_s: float, page_s: float) -> None:
        self._allowed_s, self._page_s = start_s, page_s
        self._apply()

    def grow(self) -> None:
        """Allow the time of one more page."""
        self._allowed_s += self._page_s
        self._apply()

    def _apply(self) -> None:
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(self._allowed_s) + 1, hard))


def fail(refusal: Refusal, reason: str) -> NoReturn:
    """End this process with a reason for its parent."""
    say({"refusal": refusal.value, "reason": reason})
    sys.exit(1)


def say(line: dict[str, Any]) -> None:
    """Write a line for the parent."""
    print(json.dumps(line, ensure_ascii=True, separators=(",", ":")), flush=True)


def read_document(path: str, passwords: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the head of the document, then its pages."""
    document, password = open_document(path, passwords)
    pages = len(document)
    if pages > MAX_PAGES:
        fail(Refusal.TOO_HEAVY, f"has {pages:,} pages; split the report")
    head = read_properties(path, password) or pdfium_properties(document)
    if head["pages"] > pages:
        fail(
            Refusal.DAMAGED,
            f"damaged (its table of pages names {head['pages']}, {pages} can "
            "be drawn); expected a whole PDF: copy it again",
        )
    yield head
    glyphs = 0
    for index in range(pages):
        page = read_page(document, index)
        glyphs += sum(len(line["text"]) for line in page["lines"])
        if glyphs > MAX_GLYPHS:
            fail(
                Refusal.TOO_HEAVY,
                f"has over {MAX_GLYPHS:,} characters; split the report",
            )
        yield page


def read_page(document: pdfium.PdfDocument, index: int) -> dict[str, Any]:
    """Return page number `index`, from 0: its lines, and what cannot be seen on it."""
    page = document[index]
    text_page = page.get_textpage()
    if text_page.count_chars() > MAX_PAGE_GLYPHS:
        fail(
            Refusal.TOO_HEAVY,
            f"has over {MAX_PAGE_GLYPHS:,} characters on page {index + 1}; print it "
            "to PDF anew",
        )
    chars = list(read_chars(text_page))
    content = read_content(page)
    reasons = hidden_reasons(page, chars, content)
    is_ocr = is_ocr_layer(chars, reasons, content)
    if is_ocr:
        reasons = [None if r in (INVISIBLE, COVERED) else r for r in reasons]
    shown = [c for c, reason in zip(chars, reasons, strict=True) if reason is None]
    lines = [packed_line(line) for line in split_lines(shown)]
    width, height = page.get_size()
    read = {
        "number": index + 1,
        "label": page_label(document, index) or str(index + 1),
        "width": round(width, 2),
        "height": round(height, 2),
        "lines": [line for line in lines if line["text"]],
        "is_ocr": is_ocr,
        "is_picture": content.picture_share >= PICTURE_SHARE,
        "hidden": list(hidden_words(page, chars, reasons, content)),
        "links": list(web_links(document, page)),
    }
    text_page.close()
    page.close()
    return read


def web_links(
    document: pdfium.PdfDocument, page: pdfium.PdfPage
) -> Iterator[dict[str, Any]]:
    """Yield the addresses that places of a page lead to, with the places."""
    at, link = ctypes.c_int(0), pdfium_c.FPDF_LINK()
    rect = pdfium_c.FS_RECTF()
    for _ in range(MAX_LINKS):
        if not pdfium_c.FPDFLink_Enumerate(page.raw, at, link):
            return
        action = pdfium_c.FPDFLink_GetAction(link)
        if not action or not pdfium_c.FPDFLink_GetAnnotRect(link, rect):
            continue
        length = pdfium_c.FPDFAction_GetURIPath(document.raw, action, None, 0)
        if not 1 < length <= MAX_URL_BYTES:
            continue
        url = ctypes.create_string_buffer(length)
        pdfium_c.FPDFAction_GetURIPath(document.raw, action, url, length)
        box = [round(v, 2) for v in (rect.left, rect.bottom, rect.right, rect.top)]
        yield {"url": url.value.decode("utf-8", "replace"), "box": box}


def hidden_words(
    page: pdfium.PdfPage,
    chars: Sequence[Char],
    reasons: Sequence[str | None],
    content: Content,
) -> Iterator[dict[str, str]]:
    """Yield the words of a page that cannot be seen, with what hides them."""
    known = {char.drawn_by for char in chars}
    found = [
        *hidden_runs(chars, reasons),
        *((words, HIDDEN_ANNOTATION) for words in hidden_annotations(page)),
        (flattened_words(page, content, known), SCALED_AWAY),
    ]
    for words, reason in found:
        if any(map(str.isalnum, words)):
            yield {"text": " ".join(words.split())[:MAX_HIDDEN_CHARS], "reason": reason}


def open_document(
    path: str, passwords: Sequence[str]
) -> tuple[pdfium.PdfDocument, str]:
    """Return the document and the password that opened it; the empty one goes first."""
    for password in ("", *passwords):
        try:
            return pdfium.PdfDocument(path, password=password or None), password
        except pdfium.PdfiumError as exc:
            if "password" not in str(exc).lower():
                refuse_empty(path)
                raise
    unlocked = unlock_for_owner(path)
    if unlocked is not None:
        return pdfium.PdfDocument(unlocked), ""
    fail(
        Refusal.PASSWORD_NEEDED,
        "is encrypted with a password; expected an open PDF: save it without one, or "
        "set COI_QA_PDF_PASSWORDS",
    )


def unlock_for_owner(path: str) -> bytes | None:
    """Return the file without its encryption if the owner's password is empty.

    pdfium takes an empty password for the reader's only.
    """
    reader = PdfReader(path, strict=False)
    if reader.decrypt("") is PasswordType.NOT_DECRYPTED:
        return None
    written = io.BytesIO()
    PdfWriter(clone_from=reader).write(written)
    return written.getvalue()


def refuse_empty(path: str) -> None:
    """Give the reason for a document without pages, which pdfium takes for damaged."""
    properties = read_properties(path, "")
    if properties is not None and properties["pages"] == 0:
        fail(Refusal.NO_PAGES, "has no pages; expected a report: copy it again")


def read_properties(path: str, password: str) -> dict[str, Any] | None:
    """Return what the file says of itself, or None where pypdf cannot tell.

    It tells what pdfium does not, that pages have been lost; but it fails, or goes on
    for minutes, for files that can be drawn.
    """
    # Counts the time of this process, so that it does not depend on the machine's load.
    signal.signal(signal.SIGVTALRM, _give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, PROPERTIES_S, 0.1)
    try:
        reader = PdfReader(path, strict=False)
        if reader.is_encrypted:
            reader.decrypt(password)
        info = reader.metadata
        return {
            "title": plain(info.title if info else None),
            "author": plain(info.author if info else None),
            "pages": len(reader.pages),
        }
    except (Exception, _TooLongError):
        return None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


class _TooLongError(BaseException):
    """Passes through pypdf, which catches every Exception in places."""


def _give_up(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise _TooLongError


def pdfium_properties(document: pdfium.PdfDocument) -> dict[str, Any]:
    """Return what pdfium can tell of the document."""
    said = document.get_metadata_dict()
    return {
        "title": plain(said.get("Title")),
        "author": plain(said.get("Author")),
        "pages": len(document),
    }


def plain(text: object) -> str | None:
    """Return a property of the document without controls, or None for none."""
    if not isinstance(text, str):
        return None
    kept = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(kept.split())[:500] or None


def page_label(document: pdfium.PdfDocument, index: int) -> str:
    """Return the page's label, or ""."""
    try:
        return plain(str(document.get_page_label(index))) or ""
    except pdfium.PdfiumError:
        return ""


if __name__ == "__main__":
    main()

"""PDFs that cannot be read: one sentence each, and the other report is indexed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from tests.fakes import FakeEmbedder
from tests.fakes_index import (
    CORPUS,
    LINES,
    index_with_fake,
    serve_with_fake,
    settings_in,
    write_objects,
    write_pdf,
)

from coi_qa import cli, wiring
from coi_qa.adapters import pdf
from coi_qa.adapters.pdf import read_pages
from coi_qa.errors import Refusal, UnreadableReportError
from coi_qa.wiring import is_served

CATALOG = "<</Type/Catalog/Pages 2 0 R>>"
ONE_PAGE = "<</Type/Pages/Kids[3 0 R]/Count 1>>"
DRAWN_PAGE = (
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
    "/Resources<</Font<</F1 5 0 R>>>>>>"
)
FONT = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def packed(content):
    data = zlib.compress(content, 9)
    head = b"<</Filter/FlateDecode/Length %d>>stream\n" % len(data)
    return head + data + b"\nendstream"


def write_encrypted(path, *, password):
    plain = write_pdf(path.with_suffix(".plain"))
    writer = PdfWriter(clone_from=PdfReader(plain))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="AES-256")
    with path.open("wb") as file:
        writer.write(file)
    plain.unlink()


def write_half(path):
    whole = write_pdf(path).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def write_holed(path):
    """Write a PDF with its end mark but without its middle."""
    whole = write_pdf(path).read_bytes()
    path.write_bytes(whole[:15] + whole[-6:])


def write_scanned(path):
    """Write a page that is a picture but for its number."""
    picture = (
        "<</Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8"
        "/ColorSpace/DeviceGray/Length 1>>stream\n \nendstream"
    )
    drawn = "q 595 0 0 842 0 0 cm /I1 Do Q BT /F1 11 Tf 300 30 Td (1) Tj ET"
    page = DRAWN_PAGE.replace("/Font", "/XObject<</I1 6 0 R>>/Font")
    content = f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream"
    write_objects(path, CATALOG, ONE_PAGE, page, content, FONT, picture)


BAD = {
    "empty": (lambda p: p.write_bytes(b""), "empty: the file is empty"),
    "blank": (
        lambda p: write_objects(
            p, CATALOG, ONE_PAGE, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"
        ),
        "this is a scan or empty",
    ),
    "scanned": (write_scanned, "no_text_layer: "),
    "locked": (
        lambda p: write_encrypted(p, password="secret"),
        "password_needed: is encrypted with a password",
    ),
    "half": (write_half, "cut_off: "),
    "holed": (write_holed, "damaged: "),
    "no pages": (
        lambda p: write_objects(p, CATALOG, "<</Type/Pages/Kids[]/Count 0>>"),
        "no_pages: has no pages",
    ),
    "word file": (lambda p: p.write_bytes(b"PK\x03\x04" * 99), "not_a_pdf: "),
    "web page": (lambda p: p.write_text("<html>%PDF</html>"), "not_a_pdf: "),
    "only the mark": (lambda p: p.write_bytes(b"%PDF-1.7\n%%EOF"), "damaged"),
    "own ancestor": (
        lambda p: write_objects(p, CATALOG, "<</Type/Pages/Kids[2 0 R]/Count 1>>"),
        ("damaged", "nested without end", "has no pages", "a scan or empty"),
    ),
    "deep": (
        lambda p: write_objects(p, CATALOG, ONE_PAGE, "[" * 100_000 + "]" * 100_000),
        ("damaged", "nested without end", "a scan or empty"),
    ),
}


def one_sentence(text):
    """Say whether a message is short and of one line, without a traceback."""
    return len(text) < 300 and "\n" not in text and "Traceback" not in text


def children():
    return Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text()


@pytest.mark.parametrize("name", BAD)
def test_a_bad_pdf_is_refused_with_one_sentence(tmp_path, name):
    write, expected = BAD[name]
    path = tmp_path / "report.pdf"
    write(path)

    with pytest.raises(UnreadableReportError) as refused:
        read_pages(path)

    said = str(refused.value)
    wanted = (expected,) if isinstance(expected, str) else expected
    assert said.startswith(f"report.pdf: {refused.value.refusal.value}: ")
    assert any(words in said for words in wanted)
    assert one_sentence(said)


def test_what_the_bad_ones_are_made_from_can_be_read(tmp_path):
    """The control."""
    report = read_pages(write_pdf(tmp_path / "good.pdf"))

    text = "".join(glyph.char for line in report.pages[0].lines for glyph in line)
    assert text.startswith(LINES[0].replace(" ", ""))


def test_a_pdf_that_opens_without_a_password_is_read(tmp_path):
    path = tmp_path / "report.pdf"
    write_encrypted(path, password="")

    assert len(read_pages(path).pages) == 1


def test_a_pdf_whose_password_is_set_is_read(tmp_path):
    path = tmp_path / "report.pdf"
    write_encrypted(path, password="secret")

    assert len(read_pages(path, passwords=["other", "secret"]).pages) == 1


def test_a_setting_names_the_passwords(tmp_path, fake_cli, capsys, monkeypatch):
    write_encrypted(tmp_path / "report.pdf", password="secret")
    monkeypatch.setenv("COI_QA_PDF_PASSWORDS", "other secret")

    code = fake_cli("index", tmp_path / "report.pdf", "--indexes", tmp_path / "indexes")

    said = capsys.readouterr()
    assert code == 0
    assert "secret" not in said.out + said.err


def test_bytes_after_the_end_mark_are_no_damage(tmp_path):
    path = write_pdf(tmp_path / "report.pdf")
    path.write_bytes(path.read_bytes() + b"\r\n-- mail gateway --\r\n")

    assert len(read_pages(path).pages) == 1


@pytest.mark.parametrize("make", [os.mkfifo, lambda p: p.symlink_to("/dev/zero")])
def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path, make):
    make(tmp_path / "report.pdf")

    with pytest.raises(UnreadableReportError, match="not a file"):
        read_pages(tmp_path / "report.pdf")


def test_a_link_to_nothing_is_named_as_not_indexed(tmp_path):
    folder = tmp_path / "reports"
    folder.mkdir()
    write_pdf(folder / "good.pdf")
    (folder / "lost.pdf").symlink_to("nowhere.pdf")
    (folder / "folder.pdf").mkdir()
    settings = settings_in(tmp_path)

    built = index_with_fake(settings, folder)

    assert built.reports == 1
    assert [failure.reason for failure in built.failures] == [
        "lost.pdf: cannot_open: cannot be opened (No such file or directory); expected "
        "a readable PDF"
    ]
    assert not is_served(settings, [folder])


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_a_pdf_that_this_user_may_not_read_is_refused():
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o755)
    path = write_pdf(folder / "report.pdf")
    path.chmod(0o600)
    try:
        os.seteuid(65534)
        with pytest.raises(UnreadableReportError, match="Permission denied"):
            read_pages(path)
    finally:
        os.seteuid(0)
        readable = read_pages(path)
        shutil.rmtree(folder)

    assert len(readable.pages) == 1


def test_a_report_too_large_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "report.pdf"
    path.touch()
    os.truncate(path, pdf.MAX_FILE_BYTES + 1)

    with pytest.raises(UnreadableReportError, match="over the limit"):
        read_pages(path)


@pytest.fixture
def fake_cli(monkeypatch, tmp_path):
    """Run the command line with the fake embedder; return its exit code."""
    monkeypatch.setattr(wiring, "load_embedder", lambda *_, **__: FakeEmbedder())
    monkeypatch.setenv("COI_QA_STATE_DIR", str(tmp_path / "state"))

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            cli.main([str(argument) for argument in arguments])
        return ended.value.code

    return run


def test_bad_reports_are_named_and_the_good_one_is_indexed(tmp_path, fake_cli, capsys):
    reports = tmp_path / "reports"
    (reports / "folder.pdf").mkdir(parents=True)
    write_pdf(reports / "folder.pdf" / "inside.pdf")
    for name, (write, _) in BAD.items():
        write(reports / f"{name}.pdf")

    code = fake_cli("index", reports, "--indexes", tmp_path / "indexes")

    said = capsys.readouterr()
    lines = [x for x in said.err.splitlines() if x.startswith("not indexed: ")]
    named = [line.removeprefix("not indexed: ").split(":")[0] for line in lines]
    assert code == 3
    assert named == sorted(f"{name}.pdf" for name in BAD)
    assert all(map(one_sentence, lines))
    assert "1 reports, 1 pages" in said.out


def test_only_bad_reports_leave_the_served_index_as_it_is(installed, fake_cli, capsys):
    (installed / "bad.pdf").write_bytes(b"")
    before = serve_with_fake(settings_in(installed)).index_id

    code = fake_cli("index", installed / "bad.pdf", "--indexes", installed / "indexes")

    assert code == 3
    assert "stays as it is" in capsys.readouterr().err
    assert serve_with_fake(settings_in(installed)).index_id == before


def test_a_folder_without_pdfs_is_said_to_have_none(tmp_path, fake_cli, capsys):
    code = fake_cli("index", tmp_path, "--indexes", tmp_path / "indexes")

    assert code == 3
    assert "no PDF was found" in capsys.readouterr().err


@pytest.mark.parametrize("change", ["edited", "deleted"])
def test_a_report_that_changes_while_it_is_read_is_left_out(
    tmp_path, monkeypatch, change
):
    good = write_pdf(tmp_path / "good.pdf")
    moving = write_pdf(tmp_path / "moving.pdf", (*LINES, "Zdanie dodatkowe."))

    def read_and_change(path, **given):
        raw = read_pages(path, **given)
        if path == moving and change == "edited":
            write_pdf(moving, (*LINES, "Zupelnie inne zdanie."))
        elif path == moving:
            moving.unlink()
        return raw

    monkeypatch.setattr(wiring, "read_pages", read_and_change)
    built = index_with_fake(settings_in(tmp_path), moving, good)

    assert [failure.path for failure in built.failures] == [moving]
    assert "while it was being read" in built.failures[0].reason
    assert built.reports == 1
    served = serve_with_fake(settings_in(tmp_path))
    assert [imprint.file_name for imprint in served.imprints()] == ["good.pdf"]
    folder = tmp_path / "indexes" / served.index_id / "files"
    assert len(list(folder.iterdir())) == 1


BOMB = packed(b"0 0 m 9 9 l S\n" * 6_000_000)
TEXT_BOMB = packed(b"BT /F1 9 Tf (aaaaaaaaaaaaaaaa) Tj ET\n" * 1_500_000)


SMALL = replace(pdf.LIMITS, memory_bytes=400 * 2**20)
SHORT = replace(pdf.LIMITS, cpu_s=1.0)
IMPATIENT = replace(pdf.LIMITS, wall_s=1.0, wall_page_s=1.0)


@pytest.mark.parametrize(
    ("limits", "content", "expected"),
    [
        (SMALL, BOMB, ("memory", "limits: 6 s, 400 MiB")),
        (SHORT, BOMB, ("limits: 1 s",)),
        (IMPATIENT, BOMB, ("not read within 1 s",)),
        (pdf.LIMITS, TEXT_BOMB, ("limits: 6 s, 900 MiB", "over 100,000 characters")),
    ],
)
def test_a_pdf_that_costs_too_much_ends_in_one_sentence_and_leaves_nothing(
    tmp_path, limits, content, expected
):
    path = tmp_path / "report.pdf"
    write_objects(path, CATALOG, ONE_PAGE, DRAWN_PAGE, content, FONT)
    before = children(), sorted(tmp_path.iterdir())
    started = time.monotonic()

    with pytest.raises(UnreadableReportError) as refused:
        read_pages(path, limits=limits)

    said = str(refused.value)
    assert any(words in said for words in expected)
    assert refused.value.refusal is Refusal.TOO_HEAVY
    assert one_sentence(said)
    assert (children(), sorted(tmp_path.iterdir())) == before
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("limits", [SMALL, replace(IMPATIENT, wall_s=5.0)])
def test_an_ordinary_report_stays_within_the_same_limits(tmp_path, limits):
    """The control."""
    assert len(read_pages(write_pdf(tmp_path / "report.pdf"), limits=limits).pages) == 1


CHILDREN = {
    "noise": "print('noise')",
    "a list": "print([1])",
    "no page": 'print(\'{"title": null, "author": null}\')',
    "a glyph on no page": (
        'import json; print(\'{"title": null, "author": null}\'); '
        "print(json.dumps(dict(number=1, label='1', width=9, height=9, is_ocr=False, "
        "is_picture=False, hidden=[], lines=[dict(text='a', boxes=[[1, 2, 1e39, 4]], "
        "bases=[1], spaces=[], hyphens=[], "
        "styles=[dict(run=1, size=9, bold=False, font='F')])])))"
    ),
    "a style without end": (
        'import json; print(\'{"title": null, "author": null}\'); '
        "print(json.dumps(dict(number=1, label='1', width=9, height=9, is_ocr=False, "
        "is_picture=False, hidden=[], lines=[dict(text='a', boxes=[[1, 2, 3, 4]], "
        "bases=[1], spaces=[], hyphens=[], "
        "styles=[dict(run=10**12, size=9, bold=False, font='F')])])))"
    ),
    "a crash": "import os; os.kill(os.getpid(), 11)",
    "no end": "while True: print('x' * 2**20, end='')",
}


@pytest.mark.parametrize("name", CHILDREN)
def test_whatever_the_child_writes_ends_in_one_sentence(tmp_path, monkeypatch, name):
    (tmp_path / "taken_over.py").write_text(CHILDREN[name], "utf-8")
    start = pdf.subprocess.Popen

    def popen(command, **given):
        return start([sys.executable, str(tmp_path / "taken_over.py")], **given)

    monkeypatch.setattr(pdf.subprocess, "Popen", popen)
    monkeypatch.setattr(pdf, "MAX_LINE_BYTES", 2**24)
    path = write_pdf(tmp_path / "report.pdf")

    with pytest.raises(UnreadableReportError) as refused:
        read_pages(path)

    assert refused.value.refusal in (
        Refusal.DAMAGED,
        Refusal.CRASHED,
        Refusal.TOO_HEAVY,
    )
    assert one_sentence(str(refused.value))


RIGHTS = """
import os, sys
from coi_qa.adapters.pdf_child import give_up_rights
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)  # root may always start more
give_up_rights(memory_bytes=2**30)
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
for attempt in (
    lambda: os.write(os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT), b"x"),
    lambda: os.fork() or os._exit(0),
    lambda: bytearray(2**31),
):
    try:
        attempt()
        print("allowed")
    except (OSError, MemoryError) as exc:
        print(type(exc).__name__)
"""


def test_the_child_may_write_no_file_start_no_process_and_take_no_more_memory():
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o777)
        done = subprocess.run(
            [sys.executable, "-c", RIGHTS, f"{folder}/file"],
            capture_output=True,
            text=True,
        )

    assert done.stdout.split() == ["OSError", "BlockingIOError", "MemoryError"]


@pytest.mark.long
def test_a_report_of_300_pages_is_read_to_its_end(tmp_path):
    writer = PdfWriter()
    for _ in range(30):
        writer.append(CORPUS / "kazachstan-2025-10.pdf")
    path = tmp_path / "report.pdf"
    writer.write(path)

    assert len(read_pages(path).pages) == 300

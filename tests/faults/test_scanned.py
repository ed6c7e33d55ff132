"""A scan is read with --ocr, or refused with a sentence on how to come by that."""

from __future__ import annotations

import shutil
import subprocess

import pypdfium2
import pytest
from tests.fakes import FakeEmbedder
from tests.fakes_index import CORPUS, digest_of, serve_with_fake, settings_in

from coi_qa import cli, wiring
from coi_qa.adapters import ocr
from coi_qa.adapters.ocr import OcrReader
from coi_qa.adapters.pdf import read_pages
from coi_qa.errors import Refusal, UnreadableReportError

DPI = 150
QUESTION = "Kto objął urząd premiera?"


def has_tesseract():
    if shutil.which("tesseract") is None:
        return False
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True)
    return b"pol" in listed.stdout.split()


needs_tesseract = pytest.mark.skipif(not has_tesseract(), reason="needs tesseract")


@pytest.fixture(scope="module")
def scan(tmp_path_factory):
    """A page of a sample report as a picture in a PDF."""
    path = tmp_path_factory.mktemp("scan") / "scan.pdf"
    page = pypdfium2.PdfDocument(CORPUS / "zelmaria-2025-03.pdf")[1]
    page.render(scale=DPI / 72, grayscale=True).to_pil().save(path, resolution=DPI)
    return path


@pytest.fixture
def index(monkeypatch, tmp_path):
    """Run `coi-qa index` with the fake embedder; return its exit code."""
    monkeypatch.setattr(wiring, "load_embedder", lambda *_, **__: FakeEmbedder())
    monkeypatch.setenv("COI_QA_STATE_DIR", str(tmp_path / "state"))

    def run(*arguments):
        command = [
            "index",
            *map(str, arguments),
            "--indexes",
            str(tmp_path / "indexes"),
        ]
        with pytest.raises(SystemExit) as ended:
            cli.main(command)
        return ended.value.code

    return run


@needs_tesseract
def test_a_scan_indexed_with_ocr_answers_at_its_own_places(scan, index, tmp_path):
    code = index(scan, "--ocr")

    service = serve_with_fake(settings_in(tmp_path))
    quote = service.ask(QUESTION).quotes[0]
    printed = read_pages(CORPUS / "zelmaria-2025-03.pdf").pages[1]
    stored = service.report_file(quote.imprint.id)
    assert code == 0
    assert "premiera objął Jonas Ferrel" in quote.text
    assert quote.imprint.id == digest_of(scan)
    assert stored.read_bytes() == scan.read_bytes()
    assert is_on_a_line(quote.places[0].boxes[0], printed)


def is_on_a_line(box, page):
    """Say whether a box begins on a line of the page that was scanned."""
    ends = [(line[0].box, line[-1].box) for line in page.lines]
    return any(
        abs(first[1] - box[1]) < 4 and first[0] - 3 < box[0] < last[2]
        for first, last in ends
    )


@needs_tesseract
def test_recognised_words_are_kept_and_marked(scan, tmp_path):
    reader = OcrReader(read_pages, tmp_path / "ocr", may_recognise=True)

    raw = reader(scan)

    again = OcrReader(read_pages, tmp_path / "ocr", may_recognise=False)
    assert [page.is_ocr for page in raw.pages] == [True]
    assert (raw.sha256, raw.file_name) == (digest_of(scan), "scan.pdf")
    assert again(scan) == raw
    assert [p.name for p in (tmp_path / "ocr").iterdir()] == [f"{raw.sha256}.pdf"]


def test_without_ocr_a_scan_is_refused_with_a_word_on_ocr(scan, index, capsys):
    code = index(scan)

    assert code == 3
    assert "no_text_layer" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("missing", "remedy"),
    [
        ("tesseract", "apt-get install tesseract-ocr tesseract-ocr-pol"),
        ("ocrmypdf", "pip install 'coi-qa[ocr]'"),
    ],
)
def test_what_ocr_lacks_is_named_with_how_to_install_it(
    scan, index, capsys, monkeypatch, missing, remedy
):
    if missing == "tesseract":
        monkeypatch.setenv("PATH", "/nowhere")
    else:
        if not has_tesseract():
            pytest.skip("needs tesseract")
        monkeypatch.setattr(ocr, "find_spec", lambda name: None)

    code = index(scan, "--ocr")

    said = " ".join(capsys.readouterr().err.split())
    assert code == 3
    assert "ocr_not_installed" in said
    assert remedy in said


@needs_tesseract
def test_what_cannot_be_recognised_leaves_no_layer(tmp_path, monkeypatch):
    path = tmp_path / "scan.pdf"
    path.write_bytes(b"%PDF-1.7\n%%EOF")

    with pytest.raises(UnreadableReportError) as refused:
        ocr.recognise(path, tmp_path / "ocr" / "layer.pdf")

    assert refused.value.refusal is Refusal.OCR_FAILED
    assert list((tmp_path / "ocr").iterdir()) == []

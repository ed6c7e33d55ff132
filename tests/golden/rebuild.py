"""Rebuild the golden PDFs and what is expected of them (`make golden`).

The PDFs come from `src/`: typst sets the .typ, WeasyPrint the .html, and three more are
made from the first of them. Read the diff of `expected/` like code: a change there is a
change in what caseworkers are shown.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))  # `make` runs this file as a script

from tests.golden.reading import document  # noqa: E402  needs the path above

SOURCES, EXPECTED = HERE / "src", HERE / "expected"
DAY_OF_FONTS = "1640995200"  # fontTools writes the time of the run into fonts it cuts


def main() -> None:
    """Write the PDFs that have changed, and the documents read out of them all."""
    for name, pdf in pdfs().items():
        _write(HERE / name, pdf)
    for path in sorted(HERE.glob("*.pdf")):
        text = json.dumps(document(path), ensure_ascii=False, indent=1) + "\n"
        _write(EXPECTED / f"{path.stem}.json", text.encode())


def pdfs() -> dict[str, bytes]:
    """Return every golden PDF by its file name."""
    set_ = {f"{s.stem}.pdf": set_with_typst(s) for s in SOURCES.glob("*.typ")}
    set_ |= {f"{s.stem}.pdf": set_with_weasyprint(s) for s in SOURCES.glob("*.html")}
    marks = set_["marks.pdf"]
    return set_ | {
        "cut.pdf": marks[: len(marks) * 6 // 10],
        "locked.pdf": lock(marks),
        "scan.pdf": scan(marks),
    }


def set_with_typst(source: Path) -> bytes:
    import typst

    pdf = typst.compile(str(source), root=str(source.parent), ignore_system_fonts=True)
    assert isinstance(pdf, bytes)
    return pdf


def set_with_weasyprint(source: Path) -> bytes:
    from weasyprint import HTML

    os.environ["SOURCE_DATE_EPOCH"] = DAY_OF_FONTS
    identifier = hashlib.sha256(source.name.encode()).digest()[:16]
    pdf = HTML(filename=source).write_pdf(pdf_identifier=identifier)
    assert isinstance(pdf, bytes)
    return pdf


def lock(pdf: bytes) -> bytes:
    """Encrypt a PDF with a password, the old way, which has no random part."""
    from pypdf import PdfWriter
    from pypdf.generic import ArrayObject, ByteStringObject

    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    identifier = ByteStringObject(hashlib.sha256(pdf).digest()[:16])
    writer._ID = ArrayObject((identifier, identifier))
    writer.generate_file_identifiers = lambda: None  # would draw random ones
    writer.encrypt("tajne", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def scan(pdf: bytes) -> bytes:
    """Return the first page as a picture of itself."""
    import pypdfium2

    bitmap = pypdfium2.PdfDocument(pdf)[0].render(scale=1.2, grayscale=True)
    picture = io.BytesIO()
    bitmap.to_pil().quantize(8).save(picture, format="PNG", optimize=True)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "scan.png").write_bytes(picture.getvalue())
        source = Path(folder, "scan.typ")
        source.write_text(
            "#set document(date: none)\n"
            "#set page(width: 400pt, height: 400pt, margin: 0pt)\n"
            '#image("scan.png", width: 100%)',
            "utf-8",
        )
        return set_with_typst(source)


def _write(path: Path, data: bytes) -> None:
    same = path.is_file() and path.read_bytes() == data
    if not same:
        path.write_bytes(data)
    print(f"{path.relative_to(HERE)}: {'unchanged' if same else 'changed'}")


if __name__ == "__main__":
    main()

"""Rebuild the sample reports from their texts: `python corpus/build.py`.

A report's text stands in `src/`, its title, publisher and date stand in
`reports.toml`, and its looks are one of six designs: three for Typst, one for
WeasyPrint, two for LibreOffice, which is given a Word document. The same versions of
the programs and fonts give the same bytes, whenever and wherever they run; `--check`
says whether the PDFs here are those bytes.

The texts use a small part of Markdown: headings, paragraphs, lists, a table (its
caption is the line above it, begun with a colon), `---` for a new page, and `[^key]`
for a footnote. Every use of a key prints its own numbered note, as the real reports do.
Two more marks plant defects: `[^?]` is a mark whose note is missing, `[^key!]` a note
that nothing refers to.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import partial
from pathlib import Path

CORPUS = Path(__file__).resolve().parent
SOURCES = CORPUS / "src"
FONTS = Path("/usr/share/fonts/truetype/dejavu")  # Debian's package fonts-dejavu
LIBERATION = Path("/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf")
CARLITO = Path("/usr/share/fonts/truetype/crosextra/Carlito-Regular.ttf")


class BuildError(Exception):
    """A sentence for whoever runs this: what is missing or wrong, and the remedy."""


# --- what a text is made of -----------------------------------------------------------


class NoteKind(Enum):
    """How a note and its mark hang together."""

    CITED = "a mark and a note"
    UNDEFINED = "a mark without a note"
    UNMARKED = "a note without a mark"


@dataclass(frozen=True)
class Note:
    """One footnote where it is used; it gets its number when the page is set."""

    kind: NoteKind
    text: str


Line = tuple[str | Note, ...]


@dataclass(frozen=True)
class Heading:
    """A heading; `level` counts from 1."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    line: Line


@dataclass(frozen=True)
class Bullets:
    """A list, one line an item."""

    items: tuple[Line, ...]


@dataclass(frozen=True)
class Table:
    """A captioned table; its first row holds the column heads."""

    caption: Line
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class NewPage:
    """What follows begins on a new page."""


Block = Heading | Paragraph | Bullets | Table | NewPage


@dataclass(frozen=True)
class Metadata:
    """What the PDF says about itself."""

    title: str
    publisher: str
    date: str

    @property
    def created(self) -> datetime:
        """The first moment of the report's month: a build must not show when it ran."""
        return datetime.strptime(self.date, "%Y-%m").replace(tzinfo=UTC)


# --- reading a text -------------------------------------------------------------------

_DEFINITION = re.compile(r"^\[\^([\w-]+)\]: (.+)$", re.MULTILINE)
_MARK = re.compile(r"\[\^([^]?!]*)([?!]?)\]")


def read_text(text: str) -> list[Block]:
    """Return the blocks of a report's text, in order.

    Raises:
        BuildError: a mark names a note that is defined nowhere, or a note is unused.
    """
    notes = dict(_DEFINITION.findall(text))
    body = _DEFINITION.sub("", text)
    unused = notes.keys() - {key for key, _ in _MARK.findall(body)}
    if unused:
        raise BuildError(f"notes that no mark names: {', '.join(sorted(unused))}")
    return [_read_block(part, notes) for part in re.split(r"\n{2,}", body.strip())]


def _read_block(part: str, notes: dict[str, str]) -> Block:
    if part == "---":
        return NewPage()
    if part.startswith("#"):
        hashes, text = part.split(" ", 1)
        return Heading(len(hashes), text)
    if part.startswith("- "):
        return Bullets(tuple(_read_line(item[2:], notes) for item in part.splitlines()))
    if part.startswith(": "):
        caption, *rows = part.splitlines()
        cells = (
            tuple(cell.strip() for cell in row.strip("|").split("|")) for row in rows
        )
        return Table(_read_line(caption[2:], notes), tuple(cells))
    return Paragraph(_read_line(part.replace("\n", " "), notes))


def _read_line(text: str, notes: dict[str, str]) -> Line:
    """Return the text cut at its marks, notes in their places."""
    pieces: list[str | Note] = []
    start = 0
    for mark in _MARK.finditer(text):
        pieces += [text[start : mark.start()], _read_note(mark[1], mark[2], notes)]
        start = mark.end()
    return tuple(piece for piece in [*pieces, text[start:]] if piece)


def _read_note(key: str, sign: str, notes: dict[str, str]) -> Note:
    if sign == "?":
        return Note(NoteKind.UNDEFINED, "")
    if key not in notes:
        raise BuildError(f"a mark names the note {key!r}, which is defined nowhere")
    return Note(NoteKind.UNMARKED if sign == "!" else NoteKind.CITED, notes[key])


# --- Typst ----------------------------------------------------------------------------


def set_with_typst(blocks: list[Block], metadata: Metadata, *, design: str) -> bytes:
    """Return the PDF of a report set in `src/<design>.typ`."""
    try:
        import typst
    except ModuleNotFoundError as exc:
        raise BuildError("Typst is missing: pip install typst") from exc
    with tempfile.TemporaryDirectory() as folder:
        main = Path(folder, "main.typ")
        main.write_text(
            "".join(_typst_source(blocks, metadata, design)), encoding="utf-8"
        )
        looks = (SOURCES / f"{design}.typ").read_bytes()
        Path(folder, "design.typ").write_bytes(looks)
        return typst.compile(str(main), root=folder, ignore_system_fonts=True)


def _typst_source(
    blocks: list[Block], metadata: Metadata, design: str
) -> Iterator[str]:
    day = metadata.created
    yield '#import "design.typ": *\n'
    yield f"#show: report.with(title: {_typst(metadata.title)}, "
    yield f"publisher: {_typst(metadata.publisher)}, "
    yield f"date: datetime(year: {day.year}, month: {day.month}, day: {day.day}))\n\n"
    for block in blocks:
        yield _typst_block(block) + "\n\n"


def _typst_block(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"#heading(level: {level}, {_typst(text)})"
        case Paragraph(line):
            return _typst_line(line)
        case Bullets(items):
            return (
                "#list(" + ", ".join(f"[{_typst_line(item)}]" for item in items) + ")"
            )
        case Table(caption, rows):
            cells = ", ".join(_typst(cell) for row in rows for cell in row)
            return f"#captioned([{_typst_line(caption)}], {len(rows[0])}, {cells})"
        case NewPage():
            return "#pagebreak()"


def _typst_line(line: Line) -> str:
    return "".join(
        "#" + _typst(piece) if isinstance(piece, str) else _typst_note(piece)
        for piece in line
    )


def _typst_note(note: Note) -> str:
    """The functions `unmarked` and `undefined` are the design's."""
    match note.kind:
        case NoteKind.CITED:
            return f"#footnote({_typst(note.text)})"
        case NoteKind.UNMARKED:
            return f"#unmarked({_typst(note.text)})"
        case NoteKind.UNDEFINED:
            return "#undefined()"


def _typst(text: str) -> str:
    """Return the text as a Typst string; in markup an address would begin a comment."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


# --- WeasyPrint -----------------------------------------------------------------------


def set_with_weasyprint(
    blocks: list[Block], metadata: Metadata, *, design: str
) -> bytes:
    """Return the PDF of a report set in `src/<design>.css`."""
    try:
        from weasyprint import HTML
    except ModuleNotFoundError as exc:
        raise BuildError("WeasyPrint is missing: pip install weasyprint") from exc
    if not (FONTS / "DejaVuSerif.ttf").is_file():
        raise BuildError(f"no DejaVu fonts in {FONTS}: apt-get install fonts-dejavu")
    # fontTools would write the time of the run into the fonts it cuts.
    os.environ["SOURCE_DATE_EPOCH"] = str(int(metadata.created.timestamp()))
    page = HTML(string="".join(_html_source(blocks, metadata)), base_url=str(SOURCES))
    identifier = hashlib.md5(metadata.title.encode(), usedforsecurity=False).digest()
    pdf = page.write_pdf(
        stylesheets=[SOURCES / f"{design}.css"], pdf_identifier=identifier
    )
    assert isinstance(pdf, bytes)  # noqa: S101  None only if given a file to write
    return pdf


def _html_source(blocks: list[Block], metadata: Metadata) -> Iterator[str]:
    title, publisher = html.escape(metadata.title), html.escape(metadata.publisher)
    yield '<!doctype html><html lang="pl"><head><meta charset="utf-8">'
    yield f"<title>{title}</title>"
    yield f'<meta name="author" content="{publisher}">'
    for event in ("created", "modified"):
        yield f'<meta name="dcterms.{event}" content="{metadata.created:%Y-%m-%d}">'
    yield "</head><body>"
    yield f'<p class="publisher">{publisher}</p><p class="title">{title}</p>'
    yield f'<p class="date">{metadata.created:%m.%Y}</p>'
    yield from map(_html_block, blocks)
    yield "</body></html>"


def _html_block(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"<h{level}>{html.escape(text)}</h{level}>"
        case Paragraph(line):
            return f"<p>{_html_line(line)}</p>"
        case Bullets(items):
            return (
                "<ul>"
                + "".join(f"<li>{_html_line(item)}</li>" for item in items)
                + "</ul>"
            )
        case Table(caption, rows):
            body = "".join(map(_html_row, rows))
            return f"<table><caption>{_html_line(caption)}</caption>{body}</table>"
        case NewPage():
            return '<div class="new-page"></div>'


def _html_row(row: tuple[str, ...]) -> str:
    return "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"


def _html_line(line: Line) -> str:
    return "".join(
        html.escape(piece) if isinstance(piece, str) else _html_note(piece)
        for piece in line
    )


def _html_note(note: Note) -> str:
    return f'<span class="{note.kind.name.lower()}">{html.escape(note.text)}</span>'


# --- LibreOffice ----------------------------------------------------------------------

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARTS = ("styles", "header", "footer", "numbering", "settings", "footnotes")

# Two notes that Word wants in every document: the rule above the notes, and the one
# above those that go on from the page before.
_RULES = "".join(
    f'<w:footnote w:id="{number}" w:type="{kind}"><w:p><w:r><w:{mark}/></w:r></w:p>'
    "</w:footnote>"
    for number, kind, mark in (
        (0, "separator", "separator"),
        (1, "continuationSeparator", "continuationSeparator"),
    )
)
_BULLET = (
    f'{_DECLARED}<w:numbering xmlns:w="{_WORD}"><w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/>'
    '<w:pPr><w:ind w:left="567" w:hanging="283"/></w:pPr></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)
_SETTINGS = (
    f'{_DECLARED}<w:settings xmlns:w="{_WORD}"><w:footnotePr>'
    '<w:footnote w:id="0"/><w:footnote w:id="1"/></w:footnotePr></w:settings>'
)
_PAGE = (
    '<w:sectPr><w:headerReference w:type="default" r:id="header"/>'
    '<w:footerReference w:type="default" r:id="footer"/>'
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1474" w:right="1418" '
    'w:bottom="1361" w:left="1418" w:header="680" w:footer="624" w:gutter="0"/>'
    "</w:sectPr>"
)
OFFICE_TIMEOUT_S = 180


def set_with_libreoffice(
    blocks: list[Block], metadata: Metadata, *, design: str, mark: str, font: Path
) -> bytes:
    """Return the PDF that LibreOffice makes of a Word document of the report.

    Args:
        blocks: The report.
        metadata: Of the report.
        design: Folder in `src/`: styles, header and footer of the document.
        mark: What stands for a footnote, `{}` being its number.
        font: A file of the design's font, in whose stead another would be taken.
    """
    office = shutil.which("soffice")
    if office is None:
        raise BuildError("no LibreOffice: apt-get install libreoffice-writer-nogui")
    if not font.is_file():
        raise BuildError(f"no {font}: see corpus/README.md for the fonts' packages")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.docx")
        _write_word(report, blocks, metadata, design=design, mark=mark)
        subprocess.run(
            [
                office,
                f"-env:UserInstallation=file://{folder}/profile",
                "--headless",
                *("--convert-to", "pdf:writer_pdf_Export", "--outdir", folder),
                str(report),
            ],
            check=True,
            capture_output=True,
            timeout=OFFICE_TIMEOUT_S,
            env={**os.environ, "TZ": "UTC"},
        )
        return _without_run(report.with_suffix(".pdf").read_bytes(), metadata)


def _without_run(pdf: bytes, metadata: Metadata) -> bytes:
    """Return the PDF, its time and identifiers replaced by others of the same length.

    LibreOffice knows no SOURCE_DATE_EPOCH.
    """
    digest = hashlib.md5(metadata.title.encode(), usedforsecurity=False).hexdigest()
    seal = digest.upper().encode()
    day = f"{metadata.created:%Y%m%d%H%M%S}".encode()
    pdf = re.sub(rb"(?<=/CreationDate\(D:)\d{14}", day, pdf)
    pdf = re.sub(rb"(?<=/DocChecksum /)[0-9A-F]{32}", seal, pdf)
    return re.sub(rb"<[0-9A-F]{32}>", b"<" + seal + b">", pdf)


def _write_word(
    path: Path, blocks: list[Block], metadata: Metadata, *, design: str, mark: str
) -> None:
    """Write the report as a Word document whose notes Word itself would number."""
    notes: list[str] = []
    body = "".join(_word_source(blocks, metadata, mark, notes))
    parts = {
        "styles": (SOURCES / design / "styles.xml").read_text(encoding="utf-8"),
        "header": (SOURCES / design / "header.xml").read_text(encoding="utf-8"),
        "footer": (SOURCES / design / "footer.xml").read_text(encoding="utf-8"),
        "numbering": _BULLET,
        "settings": _SETTINGS,
        "footnotes": f'{_DECLARED}<w:footnotes xmlns:w="{_WORD}">{_RULES}'
        f"{''.join(notes)}</w:footnotes>",
        "document": f'{_DECLARED}<w:document xmlns:w="{_WORD}" xmlns:r="{_OFFICE}">'
        f"<w:body>{body}{_PAGE}</w:body></w:document>",
    }
    kinds = {"document": "document.main"}
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" '
        f'ContentType="{_CONTENT}{kinds.get(name, name)}+xml"/>'
        for name in parts
    )
    with zipfile.ZipFile(path, "w") as package:
        package.writestr(
            "[Content_Types].xml",
            f'{_DECLARED}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'{overrides}<Override PartName="/docProps/core.xml" '
            'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
            "</Types>",
        )
        package.writestr(
            "_rels/.rels",
            _relations(
                ("document", f"{_OFFICE}/officeDocument", "word/document.xml"),
                (
                    "core",
                    f"{_PACKAGE}/relationships/metadata/core-properties",
                    "docProps/core.xml",
                ),
            ),
        )
        package.writestr(
            "word/_rels/document.xml.rels",
            _relations(*((n, f"{_OFFICE}/{n}", f"{n}.xml") for n in _PARTS)),
        )
        package.writestr(
            "docProps/core.xml",
            f"{_DECLARED}<cp:coreProperties "
            f'xmlns:cp="{_PACKAGE}/metadata/core-properties" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:title>{html.escape(metadata.title)}</dc:title>"
            f"<dc:creator>{html.escape(metadata.publisher)}</dc:creator>"
            "<dc:language>pl-PL</dc:language></cp:coreProperties>",
        )
        for name, xml in parts.items():
            package.writestr(f"word/{name}.xml", xml)


def _relations(*entries: tuple[str, str, str]) -> str:
    """Return a part that says where others are, by their name and kind."""
    return (
        f'{_DECLARED}<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>'
            for name, kind, target in entries
        )
        + "</Relationships>"
    )


def _word_source(
    blocks: list[Block], metadata: Metadata, mark: str, notes: list[str]
) -> Iterator[str]:
    """Yield the document's paragraphs; its notes are added to `notes` on the way."""
    yield _word_paragraph("Subtitle", (metadata.publisher,), mark, notes)
    yield _word_paragraph("Title", (metadata.title,), mark, notes)
    yield _word_paragraph("Subtitle", (f"{metadata.created:%m.%Y}",), mark, notes)
    for block in blocks:
        match block:
            case Heading(level, text):
                yield _word_paragraph(f"Heading{level}", (text,), mark, notes)
            case Paragraph(line):
                yield _word_paragraph("Normal", line, mark, notes)
            case Bullets(items):
                for item in items:
                    yield _word_paragraph("ListParagraph", item, mark, notes)
            case Table(caption, rows):
                yield _word_paragraph("Caption", caption, mark, notes)
                yield from _word_table(rows, mark, notes)
            case NewPage():
                yield '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


def _word_table(
    rows: tuple[tuple[str, ...], ...], mark: str, notes: list[str]
) -> Iterator[str]:
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "bottom", "insideH")
    )
    yield f'<w:tbl><w:tblPr><w:tblW w:w="9000" w:type="dxa"/><w:tblBorders>{lines}'
    yield "</w:tblBorders></w:tblPr><w:tblGrid>"
    width = 9000 // len(rows[0])
    yield f'<w:gridCol w:w="{width}"/>' * len(rows[0]) + "</w:tblGrid>"
    for row in rows:
        yield "<w:tr>"
        for cell in row:
            yield f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
            yield _word_paragraph("Cell", (cell,), mark, notes) + "</w:tc>"
        yield "</w:tr>"
    yield "</w:tbl>"
    yield _word_paragraph("Cell", (), mark, notes)  # Word wants one after a table


def _word_paragraph(style: str, line: Line, mark: str, notes: list[str]) -> str:
    listed = (
        '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
        if style == "ListParagraph"
        else ""
    )
    runs = "".join(
        _word_run(piece) if isinstance(piece, str) else _word_note(piece, mark, notes)
        for piece in line
    )
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{listed}</w:pPr>{runs}</w:p>'


def _word_note(note: Note, mark: str, notes: list[str]) -> str:
    """Return a mark; its note is added to `notes`."""
    if note.kind is not NoteKind.CITED:
        raise BuildError("in a Word document a note and its mark stand and fall as one")
    number = len(notes) + 2  # after the two rules
    notes.append(
        f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/>'
        f"</w:pPr>{_word_run('', '<w:footnoteRef/>')}{_word_run(f' {note.text}', '')}"
        "</w:p></w:footnote>"
    )
    before, after = mark.split("{}")
    reference = _word_run("", f'<w:footnoteReference w:id="{number}"/>')
    return f"{_raised(before)}{reference}{_raised(after)}"


def _raised(text: str) -> str:
    return _word_run(text, " ") if text else ""


def _word_run(text: str, mark: str = "") -> str:
    """Return text or, where `mark` is given, that, raised like every mark."""
    looks = '<w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>' if mark else ""
    words = f'<w:t xml:space="preserve">{html.escape(text)}</w:t>' if text else ""
    return f"<w:r>{looks}{mark.strip()}{words}</w:r>"


# --- the command ----------------------------------------------------------------------

Setter = Callable[..., bytes]

REPORTS: dict[str, tuple[str, Setter, str]] = {  # file: text, program, design
    "kazachstan-2025-10.pdf": ("kazachstan.md", set_with_typst, "plain"),
    "wardania-2024-06.pdf": ("wardania.md", set_with_weasyprint, "letter"),
    "wardania-2025-09.pdf": ("wardania-2.md", set_with_weasyprint, "letter"),
    "zelmaria-2025-03.pdf": ("zelmaria.md", set_with_typst, "numbered"),
    "mirostan-2025-06.pdf": (
        "mirostan.md",
        partial(set_with_libreoffice, mark="{}", font=LIBERATION),
        "office",
    ),
    "talgoria-2024-11.pdf": (
        "talgoria.md",
        partial(set_with_libreoffice, mark="[{}]", font=CARLITO),
        "memo",
    ),
    "orsenia-2025-09.pdf": ("orsenia.md", set_with_weasyprint, "letter"),
    "zelmaria-sluzba-wojskowa-2025-06.pdf": (
        "zelmaria-sluzba.md",
        set_with_typst,
        "brief",
    ),
}


def build(name: str) -> bytes:
    """Return the PDF of one report.

    Raises:
        BuildError: a program or a font is missing, or notes don't fit their marks.
    """
    text, set_report, design = REPORTS[name]
    entry = tomllib.loads((CORPUS / "reports.toml").read_text(encoding="utf-8"))[name]
    metadata = Metadata(entry["title"], entry["publisher"], entry["date"])
    return set_report(
        read_text((SOURCES / text).read_text(encoding="utf-8")), metadata, design=design
    )


def main() -> int:
    """Write the PDFs, or compare them; return 1 when `--check` finds another PDF."""
    parser = argparse.ArgumentParser(description="Rebuild the sample reports.")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 if a PDF differs"
    )
    parser.add_argument(
        "--out", type=Path, default=CORPUS, help="folder of the PDFs (default: corpus/)"
    )
    arguments = parser.parse_args()
    changed = False
    for name in REPORTS:
        try:
            pdf = build(name)
        except BuildError as exc:
            sys.exit(f"{name}: {exc}")
        path: Path = arguments.out / name
        same = path.is_file() and path.read_bytes() == pdf
        changed |= not same
        if not arguments.check:
            path.write_bytes(pdf)
        verdict = "unchanged" if same else "changed"
        print(f"{hashlib.sha256(pdf).hexdigest()}  {name}  {verdict}")
    return int(arguments.check and changed)


if __name__ == "__main__":
    sys.exit(main())

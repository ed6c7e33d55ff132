"""The evidence pack as a Word document with footnotes that Word itself numbers.

python-docx writes the document; footnotes it does not know, so their part, its styles
and settings are made here.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Final, cast

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part, XmlPart
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import BaseStyle, CharacterStyle, ParagraphStyle
from docx.table import Table
from docx.text.paragraph import Paragraph

from coi_qa.export.dossier import LANGUAGE, Comparison, Dossier, Passage
from coi_qa.export.lines import UNKNOWN, Line, Run

FONT: Final = "Calibri"  # on every machine with Word; Carlito takes its place elsewhere

SOURCES_HEADING: Final = "Źródła pierwotne, jak podają je przypisy raportów"
TEXT_WIDTH_CM: Final = 16.0

_UNKNOWN_DAY: Final = datetime(2000, 1, 1)  # Word wants one; the text says so
_ZIP_TIME: Final = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say
_DARK: Final = RGBColor(0x1F, 0x2A, 0x44)
_GREY: Final = RGBColor(0x4A, 0x4A, 0x4A)
_LINK: Final = RGBColor(0x0B, 0x4F, 0x9C)
_REGIONS: Final = {"pl": "pl-PL", "en": "en-GB", "uk": "uk-UA", "ru": "ru-RU"}
_RIGHT_TO_LEFT: Final = frozenset("ar fa he ku ps ur yi".split())
# Where ECMA-376 wants the footnotes' settings: before the first of these there is.
_AFTER_NOTES: Final = (
    "w:endnotePr",
    "w:compat",
    "w:docVars",
    "w:rsids",
    "m:mathPr",
    "w:themeFontLang",
    "w:clrSchemeMapping",
    "w:shapeDefaults",
    "w:decimalSymbol",
    "w:listSeparator",
)


def as_docx(dossier: Dossier) -> bytes:
    """Return the pack as the bytes of a .docx; the same pack gives the same bytes."""
    document = docx.Document()
    _describe(document, dossier)
    _set_up_page(document)
    _set_up_styles(document)
    footnotes = _Footnotes(document)
    _write(document, dossier, footnotes)
    written = io.BytesIO()
    document.save(written)
    return _without_times(written.getvalue())


# --- what the document says -----------------------------------------------------------


def _write(document: Document, dossier: Dossier, footnotes: _Footnotes) -> None:
    document.add_paragraph(dossier.title, "Title")
    document.add_heading("Pytanie", 1)
    document.add_paragraph(dossier.question, "Question")
    for label, words in dossier.facts:
        fact = document.add_paragraph(style="Fact")
        fact.add_run(f"{label}:").bold = True
        fact.add_run(f"\t{words}")
    for text in filter(None, [dossier.notice]):
        document.add_paragraph(text)
    for warning in dossier.warnings:
        line = document.add_paragraph(style="Warning")
        line.add_run("Uwaga: ").bold = True
        line.add_run(warning)
    if dossier.statements:
        document.add_heading("Odpowiedź", 1)
        for text in dossier.statements:
            document.add_paragraph(text)
    if dossier.quotes:
        document.add_heading("Co mówią raporty", 1)
        for passage in dossier.quotes:
            _write_passage(document, passage, footnotes)
    if dossier.comparisons:
        document.add_heading("Zestawienie: to samo podane różnie", 1)
        for comparison in dossier.comparisons:
            _write_table(document, comparison)
    document.add_heading(
        "Na czym to się opiera" if dossier.quotes else "Co przeszukano", 1
    )
    for text in dossier.basis:
        document.add_paragraph(text)
    if dossier.near:
        document.add_heading("Fragmenty bliskie, których nie uznano za odpowiedź", 1)
        for passage in dossier.near:
            _write_passage(document, passage, footnotes)
    if dossier.reports or dossier.sources:
        document.add_heading("Wykaz źródeł", 1)
        _write_list(document, "Raporty", dossier.reports)
        _write_list(document, SOURCES_HEADING, dossier.sources)
    document.add_heading("Zastrzeżenie", 1)
    for text in dossier.closing:
        document.add_paragraph(text)
    for text in dossier.checked_by:
        document.add_paragraph(text, "Signature line")


def _write_passage(document: Document, passage: Passage, footnotes: _Footnotes) -> None:
    paragraph = document.add_paragraph(style="Quote")
    if passage.number:
        paragraph.add_run(f"[{passage.number}] ")
    paragraph.add_run("„")
    _add_run(paragraph, passage.text)
    paragraph.add_run("”")
    footnotes.add(paragraph, passage.footnote)
    if passage.remark:
        document.add_paragraph(passage.remark, "Remark")


def _write_table(document: Document, comparison: Comparison) -> None:
    document.add_paragraph(comparison.caption, "Table title")
    table = document.add_table(rows=0, cols=len(comparison.header), style="Table Grid")
    for number, cells in enumerate([comparison.header, *comparison.rows]):
        row = table.add_row()
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if number == 0:  # told by a screen reader, and repeated on a new page
            properties.append(OxmlElement("w:tblHeader"))
        for cell, text in zip(row.cells, cells, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.style = document.styles["Cell"]
            paragraph.add_run(text).bold = True if number == 0 else None
    _share_width(table, [comparison.header, *comparison.rows])
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), comparison.caption)
    table._tbl.tblPr.append(caption)
    document.add_paragraph(style="Cell")


def _share_width(table: Table, rows: Sequence[Sequence[str]]) -> None:
    """Give each column its share of the page by what stands in it."""
    wanted = [
        # A bold header of seven letters wants as much as ten others.
        max(10, min(max(map(len, cells)), 30), *map(_longest_word, cells)) + 5
        for cells in zip(*rows, strict=True)
    ]
    table.autofit = False
    for column, characters in zip(table.columns, wanted, strict=True):
        width = Cm(TEXT_WIDTH_CM * characters / sum(wanted))
        column.width = width
        for cell in column.cells:
            cell.width = width


def _longest_word(text: str) -> int:
    return max(map(len, text.split()), default=0)


def _write_list(document: Document, heading: str, lines: Sequence[Line]) -> None:
    if not lines:
        return
    document.add_heading(heading, 2)
    for number, line in enumerate(lines, start=1):
        paragraph = document.add_paragraph(style="Source")
        paragraph.add_run(f"{number}.\t")
        _add_line(paragraph._p, line, document.part)


# --- runs and links -------------------------------------------------------------------


def _add_run(paragraph: Paragraph, run: Run) -> None:
    paragraph._p.append(_run_element(run))


def _add_line(parent: BaseOxmlElement, line: Line, part: Part) -> None:
    """Add the runs of a line to a paragraph's element in `part`."""
    for run in line:
        if run.url is None:
            parent.append(_run_element(run))
            continue
        link = OxmlElement("w:hyperlink")
        link.set(
            qn("r:id"),
            part.relate_to(run.url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True),
        )
        link.append(_run_element(run, style="Hyperlink"))
        parent.append(link)


def _run_element(run: Run, *, style: str = "") -> BaseOxmlElement:
    element = OxmlElement("w:r")
    properties = OxmlElement("w:rPr")
    if style:
        properties.append(_valued("w:rStyle", style))
    if run.is_italic:
        properties.append(OxmlElement("w:i"))
    if run.language == UNKNOWN:  # no spelling is checked that nobody can know
        properties.append(OxmlElement("w:noProof"))
    elif run.language:
        is_rtl = run.language in _RIGHT_TO_LEFT
        if is_rtl:
            properties.append(OxmlElement("w:rtl"))
        language = OxmlElement("w:lang")
        code = _REGIONS.get(run.language, run.language)
        language.set(qn("w:bidi" if is_rtl else "w:val"), code)
        properties.append(language)
    if len(properties):
        element.append(properties)
    element.append(_text_element(run.text))
    return element


def _text_element(text: str) -> BaseOxmlElement:
    element = OxmlElement("w:t")
    element.text = text
    element.set(qn("xml:space"), "preserve")
    return element


def _valued(tag: str, value: str) -> BaseOxmlElement:
    element = OxmlElement(tag)
    element.set(qn("w:val"), value)
    return element


# --- footnotes ------------------------------------------------------------------------


class _Footnotes:
    """The part of a document that holds its footnotes, numbered from 1."""

    def __init__(self, document: Document) -> None:
        self._count = 0
        self._part = XmlPart(
            PackURI("/word/footnotes.xml"),
            CONTENT_TYPE.WML_FOOTNOTES,
            parse_xml(
                f"<w:footnotes {nsdecls('w', 'r')}>"
                '<w:footnote w:type="separator" w:id="-1"><w:p><w:pPr>'
                '<w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr>'
                "<w:r><w:separator/></w:r></w:p></w:footnote>"
                '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:pPr>'
                '<w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr>'
                "<w:r><w:continuationSeparator/></w:r></w:p></w:footnote>"
                "</w:footnotes>"
            ),
            document.part.package,
        )
        document.part.relate_to(self._part, RELATIONSHIP_TYPE.FOOTNOTES)
        _name_separators(document)

    def add(self, paragraph: Paragraph, line: Line) -> None:
        """Put a mark at the end of a paragraph and the line at the page's foot."""
        self._count += 1
        mark = _run_with_style("FootnoteReference")
        reference = OxmlElement("w:footnoteReference")
        reference.set(qn("w:id"), str(self._count))
        mark.append(reference)
        paragraph._p.append(mark)

        note = OxmlElement("w:footnote")
        note.set(qn("w:id"), str(self._count))
        text = OxmlElement("w:p")
        properties = OxmlElement("w:pPr")
        properties.append(_valued("w:pStyle", "FootnoteText"))
        text.append(properties)
        number = _run_with_style("FootnoteReference")
        number.append(OxmlElement("w:footnoteRef"))
        text.append(number)
        _add_line(text, (Run(" "), *line), self._part)
        note.append(text)
        self._part.element.append(note)


def _run_with_style(style: str) -> BaseOxmlElement:
    run = OxmlElement("w:r")
    properties = OxmlElement("w:rPr")
    properties.append(_valued("w:rStyle", style))
    run.append(properties)
    return run


def _name_separators(document: Document) -> None:
    """Tell the settings which two notes are the rules above the others."""
    notes = OxmlElement("w:footnotePr")
    for number in ("-1", "0"):
        note = OxmlElement("w:footnote")
        note.set(qn("w:id"), number)
        notes.append(note)
    settings = document.settings.element
    later = [child for tag in _AFTER_NOTES for child in settings.findall(qn(tag))]
    if later:
        min(later, key=settings.index).addprevious(notes)
    else:
        settings.append(notes)


# --- looks ----------------------------------------------------------------------------


def _describe(document: Document, dossier: Dossier) -> None:
    _drop_thumbnail(document)
    said = document.core_properties
    day = dossier.created
    at = datetime(day.year, day.month, day.day) if day else _UNKNOWN_DAY
    said.title, said.subject = dossier.title, dossier.question[:255]
    said.author, said.last_modified_by = "coi_qa", "coi_qa"
    said.language, said.comments, said.keywords = "pl-PL", "", ""
    said.created = said.modified = at
    said.revision = 1


def _drop_thumbnail(document: Document) -> None:
    """Take out the picture of the library's own template."""
    relations = document.part.package.rels
    for name in [
        name
        for name, relation in relations.items()
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL
    ]:
        del relations[name]


def _set_up_page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.2)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run("Strona ")
    _add_field(footer, "PAGE")
    footer.add_run(" z ")
    _add_field(footer, "NUMPAGES")


def _add_field(paragraph: Paragraph, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = OxmlElement("w:r")
    run.append(_text_element("1"))
    field.append(run)
    paragraph._p.append(field)


def _set_up_styles(document: Document) -> None:
    styles = document.styles
    _speak_polish(document)
    normal = styles["Normal"]
    _set_font(normal, size=11)
    normal.paragraph_format.space_after = Pt(6)
    for name, size in (("Title", 18), ("Heading 1", 14), ("Heading 2", 12)):
        heading = styles[name]
        _set_font(heading, size=size)
        heading.font.bold, heading.font.color.rgb = True, _DARK
        heading.paragraph_format.keep_with_next = True
        heading.paragraph_format.space_before = Pt(0 if name == "Title" else 14)
        heading.paragraph_format.space_after = Pt(6)
    _drop_border(styles["Title"])
    quote = styles["Quote"]
    _set_font(quote, size=11)
    quote.font.italic, quote.font.color.rgb = False, RGBColor(0, 0, 0)
    quote.paragraph_format.left_indent = Cm(0.8)
    quote.paragraph_format.space_after = Pt(8)
    _add_styles(document)


def _add_styles(document: Document) -> None:
    _add_style(document, "Question", size=12).font.bold = True
    _add_style(document, "Warning", size=11).paragraph_format.space_before = Pt(6)
    fact = _add_style(document, "Fact", size=11).paragraph_format
    fact.left_indent, fact.first_line_indent = Cm(4), Cm(-4)
    fact.tab_stops.add_tab_stop(Cm(4))
    fact.space_after = Pt(2)
    remark = _add_style(document, "Remark", size=10)
    remark.font.color.rgb = _GREY
    remark.paragraph_format.left_indent = Cm(0.8)
    caption = _add_style(document, "Table title", size=11)
    caption.font.bold = True
    caption.paragraph_format.keep_with_next = True
    _add_style(document, "Cell", size=10).paragraph_format.space_after = Pt(2)
    source = _add_style(document, "Source", size=10.5).paragraph_format
    source.left_indent, source.first_line_indent = Cm(0.8), Cm(-0.8)
    source.tab_stops.add_tab_stop(Cm(0.8))
    signature = _add_style(document, "Signature line", size=11).paragraph_format
    signature.space_before, signature.keep_together = Pt(14), True
    note = _add_style(document, "footnote text", size=9)
    note.paragraph_format.space_after = Pt(2)
    note.paragraph_format.line_spacing = 1.0
    _rename(note, "FootnoteText")
    mark = _add_character_style(document, "footnote reference")
    mark.font.superscript = True
    _rename(mark, "FootnoteReference")
    link = _add_character_style(document, "Hyperlink")
    link.font.color.rgb, link.font.underline = _LINK, True


def _add_style(document: Document, name: str, *, size: float) -> ParagraphStyle:
    made = _paragraph_style(document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH))
    made.base_style = document.styles["Normal"]
    _set_font(made, size=size)
    return made


def _add_character_style(document: Document, name: str) -> CharacterStyle:
    return cast(
        "CharacterStyle", document.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
    )


def _paragraph_style(style: BaseStyle) -> ParagraphStyle:
    """Return a style as what it is, which the library's types do not tell."""
    return cast("ParagraphStyle", style)


def _rename(style: BaseStyle, style_id: str) -> None:
    style.element.set(qn("w:styleId"), style_id)


def _set_font(style: CharacterStyle, *, size: float) -> None:
    style.font.size = Pt(size)
    style.font.name = FONT
    fonts = style.element.get_or_add_rPr().find(qn("w:rFonts"))
    for attribute in list(fonts.attrib):  # a theme's font would outdo the named one
        if "heme" in attribute:
            del fonts.attrib[attribute]
    for slot in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(slot), FONT)


def _drop_border(style: BaseStyle) -> None:
    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)


def _speak_polish(document: Document) -> None:
    """Make Polish the language of all text that says no other."""
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), _REGIONS[LANGUAGE])
    for language in document.settings.element.iter(qn("w:themeFontLang")):
        language.set(qn("w:val"), _REGIONS[LANGUAGE])


def _without_times(written: bytes) -> bytes:
    """Return a zip whose files bear no time but the earliest there is."""
    tidied = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(written)) as given,
        zipfile.ZipFile(tidied, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in given.namelist():
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(entry, given.read(name))
    return tidied.getvalue()

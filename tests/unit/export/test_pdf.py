"""The pack as a PDF: tagged, with fonts inside, the same bytes each time."""

from __future__ import annotations

import io
import json
from datetime import date

import pypdf
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.export.answers import COUNTRIES, answered, foreign, hostile, silent

from coi_qa.export import export_answer
from coi_qa.export.dossier import dossier_of
from coi_qa.export.drawable import DRAWABLE, breakable, drawable
from coi_qa.export.lines import plain

DAY = date(2026, 2, 3)


def made(answer, *, created=DAY, style="administracyjny"):
    return export_answer(
        answer, form="pdf", style=style, countries=COUNTRIES, created=created
    ).content


def squeezed(text):
    """Return the letters of a text, wherever its lines were broken."""
    return "".join(text.split()).replace("\u200b", "")


def text_of(content):
    return squeezed(
        "\n".join(
            page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages
        )
    )


def test_it_says_what_the_word_document_says():
    dossier = dossier_of(
        answered(), style="administracyjny", countries=COUNTRIES, created=DAY
    )
    text = text_of(made(answered()))

    said = [
        dossier.question,
        *(words for fact in dossier.facts for words in fact),
        *dossier.warnings,
        *(f"[{q.number}] „{q.text.text}”" for q in dossier.quotes),
        *(f"„{q.text.text}”" for q in dossier.near),
        *(cell for table in dossier.comparisons for row in table.rows for cell in row),
        *dossier.basis,
        *map(plain, (*dossier.reports, *dossier.sources)),
        *dossier.closing,
        *dossier.checked_by,
    ]
    assert [words for words in said if squeezed(words) not in text] == []
    notes = [plain(q.footnote) for q in (*dossier.quotes, *dossier.near)]
    assert [note for note in notes if squeezed(note)[:60] not in text] == []


def test_it_is_tagged_and_says_its_title_and_language():
    reader = pypdf.PdfReader(io.BytesIO(made(answered())))

    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "pl-PL"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == (
        "Wyciąg z raportów o krajach pochodzenia: Kazachstan"
    )
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert "<pdfaid:part>2</pdfaid:part>" in xmp


def test_its_only_day_is_the_answers():
    dated = pypdf.PdfReader(io.BytesIO(made(answered())))
    undated = pypdf.PdfReader(io.BytesIO(made(answered(), created=None)))

    assert dated.metadata.creation_date.date() == DAY
    assert undated.metadata.get("/CreationDate") is None


def test_all_fonts_are_inside():
    reader = pypdf.PdfReader(io.BytesIO(made(answered())))

    fonts = [
        font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    ]
    assert fonts
    assert all({"/FontFile2", "/FontFile3"} & set(font.get_object()) for font in fonts)


@pytest.mark.parametrize("answer", [answered, foreign, silent, hostile])
def test_the_same_answer_gives_the_same_bytes(answer):
    assert made(answer()) == made(answer())


def test_hostile_words_are_text():
    text = text_of(made(hostile()))

    for words in ("<script>alert(1)</script>", '#eval("1")', "$x^2$", "[U+1F600]"):
        assert words in text
    assert "[U+5317]" in text
    assert "/JavaScript" not in str(
        pypdf.PdfReader(io.BytesIO(made(hostile()))).trailer
    )


def test_a_hyphen_at_the_end_of_a_line_is_printed_once():
    answer = answered()
    words = " ".join(["społeczno-gospodarczo-polityczny"] * 40)
    answer["question"] = words

    text = text_of(made(answer))

    assert squeezed(words) in text
    assert "--" not in text


def compiled(text):
    """Set a text in the pack's font under PDF/UA, which suffers no missing picture."""
    source = (
        b'#set document(title: "t")\n#set text(font: "Libertinus Serif")\n'
        b"#for said in json(bytes(sys.inputs.said)) { par(said) }\n"
    )
    return typst.compile(
        source,
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        sys_inputs={"said": json.dumps(text)},
    )


def test_the_fonts_draw_every_character_that_is_let_through():
    characters = [chr(code) for code in sorted(DRAWABLE)]

    assert compiled(characters).startswith(b"%PDF-")


def test_a_character_that_is_not_let_through_would_stop_it():
    """The control: the fonts lack it, and PDF/UA forbids an empty box."""
    with pytest.raises(typst.TypstError, match="could not be displayed"):
        compiled(["北"])

    assert drawable("北") == "[U+5317]"


@settings(max_examples=25)  # each sets a PDF
@given(st.lists(st.text(st.characters(), max_size=30), max_size=30))
def test_any_text_can_be_set_once_it_is_drawable(texts):
    assert compiled([breakable(drawable(text)) for text in texts])

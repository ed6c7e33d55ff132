"""The pack as a Word document, read back by python-docx and as the XML it is."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree
from tests.unit.export.answers import (
    COUNTRIES,
    EVIL,
    answered,
    foreign,
    hostile,
    silent,
)

from coi_qa.export import export_answer
from coi_qa.export.dossier import CHECKED_BY, dossier_of
from coi_qa.export.lines import plain, printable

DAY = date(2026, 2, 3)


def made(answer, *, style="administracyjny", created=DAY):
    return export_answer(
        answer, form="docx", style=style, countries=COUNTRIES, created=created
    ).content


def part(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return etree.fromstring(file.read(name))


def footnotes_of(content):
    """Return the texts of the footnotes by number, the rules above them left out."""
    notes = part(content, "word/footnotes.xml").findall(qn("w:footnote"))
    return {
        int(note.get(qn("w:id"))): "".join(note.itertext()).strip()
        for note in notes
        if note.get(qn("w:type")) is None
    }


def marks_of(content):
    """Return the numbers of the footnotes in the order of their marks."""
    body = part(content, "word/document.xml")
    return [int(m.get(qn("w:id"))) for m in body.iter(qn("w:footnoteReference"))]


def paragraphs(content, style=None):
    document = docx.Document(io.BytesIO(content))
    return [
        each.text
        for each in document.paragraphs
        if style is None or each.style.name == style
    ]


def test_each_quote_stands_in_quotation_marks_and_has_its_footnote():
    answer, content = answered(), made(answered())

    passages = [*answer["quotes"], *answer["near"]]
    assert paragraphs(content, "Quote") == [
        f"[{quote['number']}] „{quote['text']}”" for quote in answer["quotes"]
    ] + [f"„{quote['text']}”" for quote in answer["near"]]
    assert marks_of(content) == [1, 2, 3]
    assert list(footnotes_of(content)) == [1, 2, 3]
    assert len(passages) == 3


def test_a_footnote_names_the_report_and_page_and_then_its_source():
    notes = footnotes_of(made(answered()))

    assert notes[1] == (
        "Urząd do Spraw Cudzoziemców, Kazachstan. Sytuacja bezpieczeństwa, "
        "październik 2025 r., s. 2, rozdz. USTRÓJ I SYTUACJA POLITYCZNA › KARA "
        "ŚMIERCI; za: Amnesty International, Death sentences and executions 2024, "
        "8 kwietnia 2025 r., "
        "https://www.amnesty.org/en/documents/act50/8976/2025/en/ (przyp. 18)."
    )
    assert "s. 2–3, rozdz." in notes[2]
    assert (
        "za: Orda.kz, Казахстан: регистрация религиозных объединений, "
        "„06.06.20216” [sic] (przyp. 33) [uwaga: w raporcie podano niemożliwą datę "
        "(„06.06.20216”); w raporcie nie podano adresu]; ACLED, zbiór danych, filtry: "
    ) in notes[2]
    assert notes[2].endswith("[uwaga: adres wydrukowany w raporcie jest uszkodzony].")
    assert "; w przypisach raportu: 18 Amnesty International" in notes[3]


def test_the_other_style_connects_in_its_own_words():
    notes = footnotes_of(made(answered(), style="oscola"))

    assert notes[1] == (
        "Urząd do Spraw Cudzoziemców, Kazachstan. Sytuacja bezpieczeństwa (October "
        "2025) 2, ‘USTRÓJ I SYTUACJA POLITYCZNA › KARA ŚMIERCI’, citing Amnesty "
        "International, ‘Death sentences and executions 2024’ (8 April 2025) "
        "<https://www.amnesty.org/en/documents/act50/8976/2025/en/> (n 18)."
    )


def test_all_that_a_case_needs_is_said():
    text = "\n".join(paragraphs(made(answered())))

    for words in (
        "Czy obowiązuje kara śmierci?",
        "Kraj:\tKazachstan",
        "Stan na:\tpaździernik 2025",
        "Wynik:\tOto zdania raportów najbliższe pytaniu. Sprawdź, czy odpowiadają.",
        "Data odpowiedzi:\t3 lutego 2026",
        "Odcisk indeksu:\tkaz-1",
        "Uwaga: Źródeł bez daty nie można było odnieść do dnia.",
        "niezależne źródła: 3 (Amnesty International, ACLED)",
        "Przeszukano – raporty: 1; fragmenty: 57; kraje: Kazachstan",
        "Różny czas: wspólnoty wyznaniowe",
        "nie rozstrzyga o udzieleniu ochrony",
        CHECKED_BY[0],
    ):
        assert words in text


def test_a_silent_answer_says_what_was_searched_and_lists_no_source():
    content = made(silent(), created=None)
    text = "\n".join(paragraphs(content))

    assert "W przeszukanych raportach nie znaleziono odpowiedzi." in text
    assert "Raporty o tym milczą." in text
    assert "Data odpowiedzi:\tnie zapisano jej w pliku odpowiedzi" in text
    assert paragraphs(content, "Heading 1") == [
        "Pytanie",
        "Co przeszukano",
        "Fragmenty bliskie, których nie uznano za odpowiedź",
        "Zastrzeżenie",
    ]


def test_figures_stand_side_by_side_under_a_header_row():
    document = docx.Document(io.BytesIO(made(answered())))

    table = document.tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Cytat", "Wartość", "Czas"],
        ["[1]", "2 826 meczetów", "–"],
        ["[2]", "trzem", "2024 r."],
    ]
    headers = [row._tr.find(f".//{qn('w:tblHeader')}") for row in table.rows]
    assert [header is not None for header in headers] == [True, False, False]


def test_the_document_has_a_title_a_language_and_headings():
    document = docx.Document(io.BytesIO(made(answered())))

    said = document.core_properties
    assert said.title == "Wyciąg z raportów o krajach pochodzenia: Kazachstan"
    assert (said.language, said.created.date()) == ("pl-PL", DAY)
    defaults = document.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}")
    assert defaults.get(qn("w:val")) == "pl-PL"


def test_a_foreign_quote_is_marked_with_its_language():
    content = made(foreign())

    languages = {
        element.get(qn("w:val"))
        for element in part(content, "word/document.xml").iter(qn("w:lang"))
    }
    assert languages == {"uk-UA"}
    assert paragraphs(content, "Remark") == ["Cytat w języku: ukraiński."] * 2


def test_the_settings_name_the_rules_where_the_schema_wants_them():
    settings = part(made(answered()), "word/settings.xml")

    tags = [etree.QName(child).localname for child in settings]
    assert tags.count("footnotePr") == 1
    assert tags.index("footnotePr") < tags.index("compat")
    assert [n.get(qn("w:id")) for n in settings.find(qn("w:footnotePr"))] == ["-1", "0"]


def test_every_part_that_is_named_is_there_and_known_by_its_type():
    content = made(answered())
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        names = set(file.namelist())
        types = file.read("[Content_Types].xml").decode()
        relations = file.read("word/_rels/document.xml.rels").decode()

    assert "word/footnotes.xml" in names
    assert "/word/footnotes.xml" in types
    assert 'Target="footnotes.xml"' in relations
    assert "word/_rels/footnotes.xml.rels" in names  # where the links' targets are


@pytest.mark.parametrize("answer", [answered, foreign, silent, hostile])
def test_the_same_answer_gives_the_same_bytes(answer):
    assert made(answer()) == made(answer())


def test_no_file_in_it_bears_a_time():
    with zipfile.ZipFile(io.BytesIO(made(answered()))) as file:
        times = {entry.date_time for entry in file.infolist()}

    assert times == {(1980, 1, 1, 0, 0, 0)}


def test_hostile_words_are_text_everywhere():
    content = made(hostile())

    shown = printable(EVIL)
    assert paragraphs(content, "Quote")[0] == f"[1] „{shown}”"
    assert shown in footnotes_of(content)[1]
    elements = part(content, "word/document.xml").iter(etree.Element)
    assert "script" not in {etree.QName(each).localname for each in elements}
    assert "w ich miejscu stoi \ufffd" in "\n".join(paragraphs(content))


def test_hostile_addresses_lead_nowhere_but_to_the_web():
    content = made(hostile())

    with zipfile.ZipFile(io.BytesIO(content)) as file:
        relations = file.read("word/_rels/footnotes.xml.rels").decode()
    targets = re.findall(r'Target="([^"]*)"', relations)
    assert targets
    assert all(target.startswith("https://orda.kz/%22%3E%3Cx") for target in targets)


def test_an_address_that_is_none_of_the_web_is_no_link():
    content = made(answered())

    with zipfile.ZipFile(io.BytesIO(content)) as file:
        relations = file.read("word/_rels/footnotes.xml.rels").decode()
    assert "javascript:" not in relations
    assert "javascript:alert(1)" in footnotes_of(content)[2]


def test_word_and_dossier_say_the_same_footnotes():
    dossier = dossier_of(
        answered(), style="administracyjny", countries=COUNTRIES, created=DAY
    )

    passages = [*dossier.quotes, *dossier.near]
    assert list(footnotes_of(made(answered())).values()) == [
        plain(passage.footnote) for passage in passages
    ]

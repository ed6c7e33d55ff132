"""References in both styles, held to what a person wrote down."""

from __future__ import annotations

import warnings

import pytest

from coi_qa.export.bibliography import report_item, source_item
from coi_qa.export.citations import STYLES, _style, cite
from coi_qa.export.lines import UNKNOWN, plain, printable

SOURCE = {
    "number": 1,
    "footnotes": [{"report": "f", "number": 18, "page": 4, "raw": ""}],
    "publisher": None,
    "title": None,
    "date": None,
    "url": None,
    "problems": [],
    "kind": None,
    "filters": None,
    "accessed": None,
}

WEB_PAGE = SOURCE | {
    "publisher": "Amnesty International",
    "title": "Death sentences and executions 2024",
    "date": "2025-04-08",
    "url": "https://www.amnesty.org/en/documents/act50/8976/2025/en/",
    "accessed": "2025-09-02",
    "kind": "ngo",
}
DATASET = SOURCE | {
    "publisher": "ACLED",
    "filters": "Kazakhstan, Civilians, 01.01.2023-12.09.2025",
    "date": "2025-09-17",
    "accessed": "2025-09-17",
    "url": "https://acleddata.com/data-export-tool",
    "kind": "dataset",
}
UNDATED = SOURCE | {
    "publisher": "Freedom House",
    "title": "Kazakhstan: Country Profile",
    "url": "https://freedomhouse.org/country/kazakhstan",
}
IMPOSSIBLE = SOURCE | {
    "publisher": "Orda.kz",
    "title": "Регистрация религиозных объединений",
    "problems": ["date_invalid", "url_missing"],
    "footnotes": [
        {"report": "f", "number": 33, "page": 4, "raw": "33 Orda.kz, 06.06.20216"}
    ],
}
NO_PUBLISHER = SOURCE | {
    "title": "О гражданстве",
    "date": "2024",
    "url": "https://adilet.zan.kz/rus/docs/Z910001",
}
INSTITUTION = SOURCE | {
    "publisher": "Urząd do Spraw Cudzoziemców",
    "title": "Napływ cudzoziemców ubiegających się o ochronę",
    "date": "2025-01",
    "url": "https://www.gov.pl/web/udsc/zestawienia",
}

EXPECTED = {
    "web page": (
        WEB_PAGE,
        "Amnesty International, Death sentences and executions 2024, 8 kwietnia "
        "2025 r., https://www.amnesty.org/en/documents/act50/8976/2025/en/, dostęp: "
        "2 września 2025 r.",
        "Amnesty International, ‘Death sentences and executions 2024’ (8 April 2025) "
        "<https://www.amnesty.org/en/documents/act50/8976/2025/en/> accessed "
        "2 September 2025",
    ),
    "dataset with filters": (
        DATASET,
        "ACLED, zbiór danych, filtry: Kazakhstan, Civilians, 01.01.2023-12.09.2025, "
        "https://acleddata.com/data-export-tool, dane pobrano 17 września 2025 r.",
        "ACLED, dataset (filtry: Kazakhstan, Civilians, 01.01.2023-12.09.2025) "
        "<https://acleddata.com/data-export-tool> accessed 17 September 2025",
    ),
    "undated": (
        UNDATED,
        "Freedom House, Kazakhstan: Country Profile, b.d., "
        "https://freedomhouse.org/country/kazakhstan",
        "Freedom House, ‘Kazakhstan: Country Profile’ (nd) "
        "<https://freedomhouse.org/country/kazakhstan>",
    ),
    "impossible date": (
        IMPOSSIBLE,
        "Orda.kz, Регистрация религиозных объединений, „06.06.20216” [sic]",
        "Orda.kz, ‘Регистрация религиозных объединений’ („06.06.20216” [sic])",
    ),
    "no publisher": (
        NO_PUBLISHER,
        "О гражданстве, 2024 r., https://adilet.zan.kz/rus/docs/Z910001",
        "‘О гражданстве’ (2024) <https://adilet.zan.kz/rus/docs/Z910001>",
    ),
    "Polish institution": (
        INSTITUTION,
        "Urząd do Spraw Cudzoziemców, Napływ cudzoziemców ubiegających się o ochronę, "
        "styczeń 2025 r., https://www.gov.pl/web/udsc/zestawienia",
        "Urząd do Spraw Cudzoziemców, ‘Napływ cudzoziemców ubiegających się o "
        "ochronę’ (January 2025) <https://www.gov.pl/web/udsc/zestawienia>",
    ),
    "nothing known": (
        SOURCE,
        "źródło bez wydawcy i tytułu, b.d.",
        "no author or title given (nd)",
    ),
}

REPORT = {
    "id": "ab" * 32,
    "title": "Kazachstan. Sytuacja bezpieczeństwa",
    "publisher": "Urząd do Spraw Cudzoziemców",
    "date": "2025-10",
    "edition": "2",
    "file": "kazachstan.pdf",
    "language": "pl",
}


@pytest.mark.parametrize("kind", EXPECTED)
@pytest.mark.parametrize("style", STYLES)
def test_a_source_is_cited_as_a_person_would_write_it(kind, style):
    source, *expected = EXPECTED[kind]
    item = source_item(source)

    cited = cite([item], style=style)

    assert plain(cited[item["id"]]) == expected[STYLES.index(style)]


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        (
            "administracyjny",
            "Urząd do Spraw Cudzoziemców, Kazachstan. Sytuacja bezpieczeństwa, wyd. 2, "
            "październik 2025 r.",
        ),
        (
            "oscola",
            "Urząd do Spraw Cudzoziemców, Kazachstan. Sytuacja bezpieczeństwa "
            "(2nd edn, October 2025)",
        ),
    ],
)
def test_a_report_is_cited_with_its_edition_and_its_title_leans(style, expected):
    item = report_item(REPORT)

    line = cite([item], style=style)[item["id"]]

    assert plain(line) == expected
    assert [run.text for run in line if run.is_italic] == [REPORT["title"]]


def test_a_report_without_a_title_goes_by_its_file():
    item = report_item(REPORT | {"title": None, "publisher": None, "edition": None})

    line = cite([item], style="administracyjny")[item["id"]]

    assert plain(line) == "kazachstan.pdf, październik 2025 r."


def test_web_addresses_are_links_and_others_are_text():
    web = source_item(WEB_PAGE)
    other = source_item(SOURCE | {"url": "javascript:alert(1)", "number": 2})

    cited = cite([web, other], style="administracyjny")

    assert [run.url for run in cited["zrodlo-1"] if run.url] == [WEB_PAGE["url"]]
    assert "javascript:alert(1)" in plain(cited["zrodlo-2"])
    assert [run.url for run in cited["zrodlo-2"] if run.url] == []


def test_markup_in_a_title_is_shown_and_not_obeyed():
    title = 'A <i>b</i> <span class="nocase">c</span> & “d” <'
    item = source_item(SOURCE | {"title": title})

    line = cite([item], style="administracyjny")["zrodlo-1"]

    assert next(run for run in line if run.is_italic).text == title
    assert next(run for run in line if run.is_italic).language == UNKNOWN


def test_the_processor_alone_would_swallow_that_markup():
    """The control: without hiding "<" a part of the title is lost."""
    from citeproc.source.json import CiteProcJSON

    title = 'A <span class="nocase">c</span>'
    read = CiteProcJSON([{"id": "x", "type": "webpage", "title": title}])

    assert str(read["x"]["title"]) == "A c"


def test_marks_of_our_own_cannot_come_from_a_text():
    assert printable("\ufdd0x\ufdd1\ufdd2") == "\ufffdx\ufffd\ufffd"


@pytest.mark.parametrize("style", STYLES)
def test_a_style_keeps_to_the_schema_of_csl(style):
    from citeproc import CitationStylesStyle

    from coi_qa.export import citations

    with warnings.catch_warnings():
        warnings.simplefilter("error")  # the processor only warns of a bad file
        CitationStylesStyle(str(citations._FOLDER / f"{style}.csl"), validate=True)

    assert _style(style).has_bibliography()


def test_a_file_that_breaks_the_schema_is_told(tmp_path):
    from citeproc import CitationStylesStyle

    from coi_qa.export import citations

    text = (citations._FOLDER / "oscola.csl").read_text("utf-8")
    path = tmp_path / "bad.csl"
    path.write_text(text.replace("<citation>", "<citation><b/>"), "utf-8")

    with pytest.warns(UserWarning, match="schema"):
        CitationStylesStyle(str(path), validate=True)

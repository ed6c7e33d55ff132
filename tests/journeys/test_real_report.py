"""A real report of 13 pages, which cannot be handed on: what is read out of it."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from tests.golden.reading import read

from coi_qa.domain.absence import reports_absence
from coi_qa.domain.source import SourceProblem
from coi_qa.ingest.lint import find_defects

SHARED = os.environ.get("COI_QA_SHARED")
NAME = "kazachstan-sytuacja-bezpieczenstwa-2025-10.pdf"

pytestmark = pytest.mark.skipif(SHARED is None, reason="needs COI_QA_SHARED")


@pytest.fixture(scope="module")
def report():
    return read(Path(SHARED, "reports", NAME))


@pytest.fixture(scope="module")
def sentences(report):
    return [report.text_of(sentence.places) for sentence in report.sentences]


def sentence_with(report, words: str):
    found = [s for s in report.sentences if words in report.text_of(s.places)]
    assert len(found) == 1
    return found[0]


def notes_of(report, sentence) -> list[int]:
    return [report.footnotes[at].number for at in sentence.footnotes]


def numbers_with(report, problem: SourceProblem) -> list[int]:
    return [f.number for f in report.footnotes if problem in f.problems]


def test_every_mark_names_its_note_and_every_note_has_its_mark(report):
    numbers = list(range(1, 69))

    assert [m.number for m in report.markers] == numbers
    assert [f.number for f in report.footnotes] == numbers
    assert [m.footnote for m in report.markers] == list(range(68))
    assert numbers_with(report, SourceProblem.UNMARKED) == []


def test_marks_side_by_side_are_eleven_clusters(report):
    places = Counter((m.page_number, m.offset) for m in report.markers)
    clusters = [count for count in places.values() if count > 1]

    assert (len(clusters), max(clusters)) == (11, 5)
    five = sentence_with(report, "ewakuowano ponad 250 osób")
    assert (notes_of(report, five), five.scope) == ([59, 60, 61, 62, 63], "cluster")


def test_the_notes_name_43_sources(report):
    assert len(report.sources) == 43
    assert [report.footnotes[at].number for at in report.sources[0].footnotes] == [
        *range(1, 5),
        *range(6, 17),
        20,
        22,
        53,
    ]


def test_a_dataset_under_another_filter_is_another_source(report):
    acled = [s for s in report.sources if s.publisher == "ACLED"]

    assert [[report.footnotes[at].number for at in s.footnotes] for s in acled] == [
        [19],
        [30, 31],
        [43, 44, 45],
        [46],
    ]
    assert [s.filters for s in acled] == [
        "Kazakhstan, 01.01.2023-12.09.2025",
        "Kazakhstan, Civilians, 01.01.2023-12.09.2025",
        "Kazakhstan, violence against civilians, 01.01.2023-12.09.2025",
        "Kazakhstan, protests: peaceful, with intervention, 01.01.2023-12.09.2025",
    ]


def test_34_headings_four_of_them_joined_from_two_lines(report):
    texts = [section.path[-1] for section in report.sections[1:]]

    assert len(texts) == 34
    assert {
        "ZAGROŻENIA DLA CYWILÓW NIEZWIĄZANE Z KONFLIKTEM ZBROJNYM",
        "SYTUACJA HUMANITARNA W STREFACH KONFLIKTU ZBROJNEGO",
        "PRZEMOC STOSOWANA W TRAKCIE DEMONSTRACJI I PROTESTÓW",
        "PRAWNE I PRAKTYCZNE ASPEKTY DOTYCZĄCE ZMIANY MIEJSCA POBYTU",
    } <= set(texts)


def test_the_same_heading_stands_under_two_parents(report):
    assert [s.path for s in report.sections if "ANALIZA STATYSTYCZNA" in s.path] == [
        ("SYTUACJA BEZPIECZEŃSTWA", "ANALIZA STATYSTYCZNA"),
        ("SYTUACJA LUDNOŚCI CYWILNEJ", "ANALIZA STATYSTYCZNA"),
    ]


@pytest.mark.parametrize(
    "words",
    [
        "1 stycznia 2025 r. Kazachstan zdał rotacyjne przewodnictwo",
        "31 grudnia 2024 r. odnotowano 1255 wydarzeń",
        "111 tys. osób",
    ],
)
def test_body_lines_that_look_like_a_note_are_in_the_body(report, words):
    assert any(words in page.body for page in report.pages)
    assert not any(words in footnote.raw for footnote in report.footnotes)


def test_wrong_and_missing_dates_and_addresses_are_told_and_no_others(report):
    found = {
        problem.value: numbers_with(report, problem)
        for problem in (
            SourceProblem.DATE_MISSING,
            SourceProblem.DATE_INVALID,
            SourceProblem.URL_MISSING,
            SourceProblem.URL_DAMAGED,
        )
    }

    assert found == {
        "date_missing": [5, 47, 54, 58, 59, 64],
        "date_invalid": [33, 52],
        "url_missing": [61, 62],
        "url_damaged": [60],
    }


def test_spellings_of_one_publisher_are_told_with_their_usual_one(report):
    found = {
        report.footnotes[at].number: (source.publisher, source.originator)
        for source in report.sources
        for at in source.footnotes
        if SourceProblem.PUBLISHER_VARIANT in report.footnotes[at].problems
    }

    assert found == {
        28: ("KazTag", "KazTAG"),
        40: ("Odra.kz", "Orda.kz"),
        41: ("Tangrinews.kz", "Tengri News"),
        59: ("IDCM", "IDMC"),
        65: ("Orda", "Orda.kz"),
    }


def test_dates_that_cannot_support_their_sentence_are_told_and_no_others(report):
    assert numbers_with(report, SourceProblem.DATE_BEFORE_CLAIM) == [25, 28, 42, 63]
    assert numbers_with(report, SourceProblem.DATE_AFTER_CLAIM) == [35]


def test_its_sentences_without_a_note_are_absences(report):
    notes = {problem.value for problem in SourceProblem}
    found = [str(defect.kind) for defect in find_defects(report)]

    assert [kind for kind in found if kind not in notes] == (
        ["absence_without_footnote"] * 6
    )


def test_two_notes_have_a_year_only(report):
    years = [
        f.number
        for f in report.footnotes
        if (date := report.sources[f.source].date) is not None and date.month is None
    ]

    assert years == [17, 55]


def test_every_address_is_joined_and_has_no_blank(report):
    urls = [source.url for source in report.sources if source.url]

    assert len(urls) == 40
    assert [url for url in urls if " " in url or not url.startswith("http")] == []
    assert report.sources[report.footnotes[24].source].url == (
        "https://apnews.com/article/kazakhstan-turgumbayez-nazarbayez-nursultan-"
        "police-brutality-protests-4e9f93612f66dcdb624224f6e13b59ae"
    )


def test_a_stray_address_after_the_last_note_is_not_its_own(report):
    last = report.footnotes[-1]
    url = "https://el.kz/en/over-300-refugees-find-asylum-in-kazakhstan_400021537/"

    assert report.sources[last.source].url == url
    assert last.raw.count(url) == 2
    assert last.problems == ()


def test_eight_sentences_report_that_nothing_was_found_and_one_is_footnoted(report):
    period = (
        "W okresie od początku 2023 r. do początku października 2025 r. na terenie "
        "Kazachstanu nie odnotowano "
    )
    civilians = ", które wymierzone byłyby w ludność cywilną."
    absent = [
        (report.text_of(s.places), notes_of(report, s))
        for s in report.sentences
        if reports_absence(report.text_of(s.places))
    ]

    assert absent == [
        (
            "Nie znaleziono informacji wskazujących na to, by w Kazachstanie "
            "obowiązywało obecnie ustawodawstwo specjalne typu: stan wojenny, operacja "
            "specjalna, godzina policyjna itp.",
            [],
        ),
        (f"{period}działań zbrojnych o charakterze wojennym{civilians}", []),
        (f"{period}działań zbrojnych o charakterze partyzanckim{civilians}", []),
        (f"{period}działań zbrojnych o charakterze odwetowym{civilians}", []),
        (
            f"{period}żadnych problemów humanitarnych związanych z konfliktem zbrojnym "
            "lub złą sytuacją bezpieczeństwa.",
            [],
        ),
        (f"{period}zdarzeń o charakterze terrorystycznym.", []),
        (
            "Brak jest informacji o wynikających z konfliktów zbrojnych przymusowych "
            "przesiedleniach oraz obecności wewnętrznych uchodźców w Kazachstanie.",
            [58],
        ),
        ("W Kazachstanie nie odnotowuje się przymusowych przesiedleń ludności.", []),
    ]


def test_a_compound_broken_at_its_own_hyphen_keeps_it(report):
    assert any("północno-kazachstański" in page.body for page in report.pages)
    assert not any("północnokazachstański" in page.body for page in report.pages)


def test_a_sentence_that_a_blank_line_parts_is_whole(sentences):
    assert (
        "W 2024 r., łącznie w skutek powodzi ewakuowano wg różnych źródeł od 108 tys. "
        "do 111 tys. osób, z czego w krótkim czasie do domów powróciło jedynie ok 12 "
        "tys. osób." in sentences
    )


@pytest.mark.parametrize(
    ("words", "pages"),
    [
        ("system kontynentalny ma ujednoliconą hierarchię", [3, 4]),
        ("dokonały zmian personalnych i strukturalnych", [4, 5]),
        ("2 cywilów", [5, 6]),
        ("Podejrzanych zatrzymano podczas nalotów", [7, 8]),
        ("odnotowano 1255 wydarzeń", [8, 9]),
        ("niektórym obywatelom zabroniono wyjazdu", [9, 10]),
        ("Tym samym migracje między Kazachstanem", [11, 12]),
    ],
)
def test_a_quote_over_a_page_break_is_whole_and_names_both_pages(report, words, pages):
    sentence = sentence_with(report, words)
    text = report.text_of(sentence.places)

    assert [place.page_number for place in sentence.places] == pages
    assert text[0].isupper()
    assert text.endswith(".")
    assert "  " not in text


def test_the_imprint_is_the_reports_own_and_its_date_a_guess(report):
    imprint = report.imprint

    assert (imprint.title, imprint.language, imprint.countries) == (
        "Kazachstan. Sytuacja bezpieczeństwa",
        "pl",
        ("KAZ",),
    )
    assert (str(imprint.date), imprint.guessed) == ("2025-10", ("date",))

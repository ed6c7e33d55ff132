"""Footnote definitions -> primary sources, with what is wrong in them."""

from __future__ import annotations

import pytest
from tests.unit.ingest.layouts import glyphs

from coi_qa.domain.layout import Link
from coi_qa.domain.source import SourceProblem
from coi_qa.ingest.lines import Line
from coi_qa.ingest.notes import NoteLines
from coi_qa.ingest.sources import read_reference, read_sources


def parts(*lines: str):
    found = read_reference(lines)
    date = None if found.date is None else str(found.date)
    problems = [problem.value for problem in found.problems]
    return found.publisher, found.title, date, found.url, problems


def problems(*lines: str) -> list[str]:
    return parts(*lines)[-1]


def test_a_sound_reference_is_taken_apart_and_nothing_is_wrong():
    assert parts(
        "18 Amnesty International, Death sentences and executions 2024, 08.04.2025,",
        "https://www.amnesty.org/en/documents/act50/8976/2025/en/",
    ) == (
        "Amnesty International",
        "Death sentences and executions 2024",
        "2025-04-08",
        "https://www.amnesty.org/en/documents/act50/8976/2025/en/",
        [],
    )


def test_the_raw_text_is_kept_whole_however_broken():
    lines = ["60 Forsal.pl,  Największa powódź,", " 15.04.2024,", "za.html"]

    assert (
        read_reference(lines).raw
        == "60 Forsal.pl, Największa powódź, 15.04.2024, za.html"
    )


@pytest.mark.parametrize("note", ["", " ", "7", "7 https://example.org/a", "www."])
def test_a_note_of_an_address_or_nothing_has_no_publisher(note):
    assert read_reference([note]).publisher is None


@pytest.mark.parametrize("number", ["1 ", "1. ", "[1] ", "1) ", "1"])
def test_the_number_is_not_part_of_the_publisher(number):
    assert parts(f"{number}CIA, Kazachstan, 2025, https://cia.gov/x")[0] == "CIA"


def test_a_publishers_spelled_out_form_is_left_out():
    assert parts(
        "1 OSW (Ośrodek Studiów Wschodnich, Warszawa), Protesty, 2022, https://osw.pl"
    )[:2] == (
        "OSW",
        "Protesty",
    )


def test_commas_inside_figures_and_brackets_part_nothing():
    assert (
        parts(
            "62 Asia Times, Over 111,000 People Evacuated (North, West), 15.04.2024,",
            "https://asiatimes.com/x",
        )[1]
        == "Over 111,000 People Evacuated (North, West)"
    )


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("https://www.cia.gov/the-world-", "factbook/countries/kazakhstan/"),
        ("https://www.cia.gov/the-world-factbook/", "countries/kazakhstan/"),
        ("https://www.cia.", "gov/the-world-factbook/countries/kazakhstan/"),
        ("https://", "www.cia.gov/the-world-factbook/countries/kazakhstan/"),
        ("https://www.cia.gov/the-world-factbook/coun", "tries/kazakhstan/"),
    ],
)
def test_an_address_is_joined_over_the_lines(above, below):
    whole = "https://www.cia.gov/the-world-factbook/countries/kazakhstan/"

    assert parts(f"1 CIA, Kazachstan, 01.10.2025, {above}", below) == (
        "CIA",
        "Kazachstan",
        "2025-10-01",
        whole,
        [],
    )


def test_a_hyphen_set_twice_in_an_address_is_one():
    assert (
        parts("1 KazTAG, Powódź, 2025, https://kaztag.kz/kto-", "-pomaga")[3]
        == "https://kaztag.kz/kto-pomaga"
    )


def test_an_address_over_three_lines_is_joined():
    assert parts(
        "1 KazTAG, Powódź, 14.04.2025,",
        "https://kaztag.kz/en/news/34-",
        "people-in-",
        "kazakhstan/",
    )[3] == ("https://kaztag.kz/en/news/34-people-in-kazakhstan/")


def test_a_stray_address_after_the_sources_own_is_left_in_the_raw_text_only():
    own, stray = "https://el.kz/en/over-300_400021537/", "https://el.kz/en/over-300/"

    found = read_reference(
        ["69 EL.kz, Over 300 refugees, 25.04.2025,", own, stray, stray]
    )

    assert (found.url, found.problems) == (own, ())
    assert found.raw.count(stray) == 2


@pytest.mark.parametrize(
    ("printed", "date"),
    [
        ("08.04.2025", "2025-04-08"),
        ("2024", "2024"),
        ("marzec 2023", "2023-03"),
        ("8 marca 2023", "2023-03-08"),
        ("2025-10", "2025-10"),
    ],
)
def test_a_date_keeps_its_precision(printed, date):
    assert parts(f"1 CABAR, Migracje, {printed}, https://cabar.asia/x")[2:] == (
        date,
        "https://cabar.asia/x",
        [],
    )


def test_a_year_in_the_title_is_not_the_sources_date():
    assert parts("1 Wikipedia, Wybory w 2023 r., https://pl.wikipedia.org/x")[2] is None
    assert problems("1 Komitet, Raport roczny 2023, https://kop.example.org/x") == [
        "date_missing"
    ]


@pytest.mark.parametrize(
    "printed", ["06.06.20216", "05.01.20265", "31.11.2023", "32.07.2016"]
)
def test_an_impossible_date_is_told_and_not_repaired(printed):
    assert parts(
        f"33 Al Jazeera, 17 killed, {printed}, https://aljazeera.com/2016/6/6/x"
    ) == (
        "Al Jazeera",
        "17 killed",
        None,
        "https://aljazeera.com/2016/6/6/x",
        ["date_invalid"],
    )


def test_a_date_glued_to_the_title_is_read():
    assert parts("62 KazTAG, Evacuees approached 111.2 thousand15.04.2024,") == (
        "KazTAG",
        "Evacuees approached 111.2 thousand",
        "2024-04-15",
        None,
        ["url_missing"],
    )


def test_a_reference_without_a_date_says_so():
    assert problems(
        "5 Wikipedia, Ustrój polityczny Kazachstanu,", "https://pl.wikipedia.org/wiki/x"
    ) == ["date_missing"]


def test_a_reference_without_an_address_says_so():
    assert problems("61 Asia Times, Kazakhstan Evacuates, 15.04.2024,") == [
        "url_missing"
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ("60 Forsal.pl, Największa powódź, 15.04.2024,", "za.html"),
        ("60 Forsal.pl, Największa powódź, 15.04.2024, za.html",),
        ("39 Forsal.pl, Największa powódź, 15.04.2024, htps:/kop.example,org/miny",),
        ("39 Forsal.pl, Największa powódź, 15.04.2024, http//kop.example.org/miny",),
        ("39 Forsal.pl, Największa powódź, 15.04.2024, https:kop.example.org/miny",),
        ("39 Forsal.pl, Największa powódź, 15.04.2024, htps:/kop.example,", "org/miny"),
        ("39 Forsal.pl, Największa powódź, 15.04.2024, htps:/", "kop.example,org/miny"),
    ],
)
def test_what_is_left_of_an_address_is_damage_and_no_title(lines):
    assert parts(*lines) == (
        "Forsal.pl",
        "Największa powódź",
        "2024-04-15",
        None,
        ["url_damaged"],
    )


@pytest.mark.parametrize("url", ["https://localhost/x", "https://", "https://.org/"])
def test_an_address_without_a_host_is_damaged(url):
    assert problems(f"1 CIA, Kazachstan, 2025, {url}") == ["url_damaged"]


@pytest.mark.parametrize(
    "lines",
    [
        (
            "1 RFE/RL, Kazakhstan Remove Taliban and/or others, 2024, https://rferl.org/a",
        ),
        ("1 Gov.kz, Minimum indexes, 2025, https://www.gov.kz/article/17157?lang=en",),
        ("1 TASS, Kyrgyzstan takes the chairmanship: CSTO, 2025, https://tass.com/1/",),
        ("1 Sąd, Wyrok K 7/23, 14.02.2024, https://example.org/k-7-", "23"),
    ],
)
def test_ordinary_slashes_and_colons_are_no_damage(lines):
    assert problems(*lines) == []


def test_a_dataset_has_its_filter_and_the_day_it_was_taken():
    found = read_reference(
        [
            "46 ACLED (Armed Conflict), filtry: Kazakhstan, protests: peaceful,",
            "01.01.2023-",
            "12.09.2025, dane pobrano 17.09.2025, https://acleddata.com/tool",
        ]
    )

    assert (found.publisher, found.title, found.problems) == ("ACLED", None, ())
    assert found.filters == "Kazakhstan, protests: peaceful, 01.01.2023-12.09.2025"
    assert (str(found.date), str(found.accessed)) == ("2025-09-17", "2025-09-17")


def test_the_day_of_access_is_not_the_date_of_a_source_that_has_one():
    found = read_reference(
        ["1 CIA, Kazachstan, 2024, dostęp: 17.09.2025, https://cia.gov/x"]
    )

    assert (str(found.date), str(found.accessed)) == ("2024", "2025-09-17")


def note(number: int, *texts: str, page_number: int = 1) -> NoteLines:
    set_ = [
        Line(page_number, glyphs(f"{number} {text}" if not at else text, size=8))
        for at, text in enumerate(texts)
    ]
    return NoteLines(number, page_number, set_)


CIA = "CIA, The World Factbook. Kazachstan, 01.10.2025,"
ACLED = (
    "ACLED, filtry: Kazakhstan{}, dane pobrano 17.09.2025, https://acleddata.com/tool"
)


def sources_of(*notes: NoteLines) -> list[tuple[int, ...]]:
    _, sources = read_sources(list(notes), marked=frozenset(range(len(notes))))
    return [source.footnotes for source in sources]


def test_many_footnotes_share_one_source():
    assert sources_of(
        note(1, CIA, "https://www.cia.gov/the-world-factbook/"),
        note(2, "Amnesty, Report, 2025, https://amnesty.org/x"),
        note(3, CIA, "http://cia.gov/the-world-", "factbook"),
    ) == [(0, 2), (1,)]


def test_a_dataset_under_another_filter_is_another_source():
    assert sources_of(
        note(1, ACLED.format("")),
        note(2, ACLED.format(", Civilians")),
        note(3, ACLED.format(", Civilians")),
    ) == [(0,), (1, 2)]


def test_without_an_address_publisher_title_and_date_tell():
    assert sources_of(
        note(24, "Liga Morska, Obiekty Ligi, 14.05.2024,"),
        note(25, "Liga morska, Obiekty ligi, 14.05.2024,"),
        note(26, "Liga Morska, Obiekty Ligi, 15.05.2024,"),
    ) == [(0, 1), (2,)]


def test_a_damaged_address_does_not_make_two_sources_one():
    assert sources_of(
        note(1, "A, Pierwszy, 2024, https://localhost/x"),
        note(2, "B, Drugi, 2024, https://localhost/x"),
    ) == [(0,), (1,)]


def test_a_note_that_no_mark_names_says_so():
    notes = [note(1, "A, T, 2024, https://a.org/x"), note(2, "B, T, https://b.org/y")]

    footnotes, _ = read_sources(notes, marked=frozenset({0}))

    assert [f.problems for f in footnotes] == [
        (),
        (SourceProblem.DATE_MISSING, SourceProblem.UNMARKED),
    ]


def test_a_footnote_knows_its_page_and_where_it_is_printed():
    over = note(7, CIA, page_number=3)
    over.lines.append(Line(4, glyphs("https://cia.gov/x", size=8)))

    footnotes, _ = read_sources([over], marked=frozenset({0}))

    assert (footnotes[0].page_number, footnotes[0].number) == (3, 7)
    assert len(footnotes[0].boxes) == 1


WHOLE = "https://forsal.pl/powodz-w-kazachstanie.html"
BELOW = (80.0, 738.0, 200.0, 748.0)  # where `note` sets its lines


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Forsal.pl, Powódź, 15.04.2024, za.html", "url_damaged"),
        ("Forsal.pl, Powódź, 15.04.2024, https://forsal.pl/powodz-w…", "url_damaged"),
        ("Forsal.pl, Powódź, 15.04.2024", "url_missing"),
    ],
)
def test_the_link_under_a_note_leads_where_its_printed_address_does_not(text, problem):
    footnotes, sources = read_sources(
        [note(1, text)], marked=frozenset({0}), links=[Link(1, BELOW, WHOLE)]
    )

    assert sources[0].url == WHOLE
    assert footnotes[0].problems == (SourceProblem(problem),)


@pytest.mark.parametrize(
    "links",
    [
        [Link(2, BELOW, WHOLE)],
        [Link(1, (80.0, 700.0, 200.0, 708.0), WHOLE)],
        [Link(1, BELOW, "javascript:alert(1)")],
        [Link(1, BELOW, WHOLE), Link(1, BELOW, "https://orda.kz/other")],
    ],
)
def test_a_link_elsewhere_or_of_two_minds_is_not_taken(links):
    _, sources = read_sources(
        [note(1, "Forsal.pl, Powódź, 15.04.2024")], marked=frozenset({0}), links=links
    )

    assert sources[0].url is None


def test_a_whole_printed_address_is_kept_whatever_the_link():
    text = "Forsal.pl, Powódź, 15.04.2024, https://forsal.pl/powodz"
    _, sources = read_sources(
        [note(1, text)], marked=frozenset({0}), links=[Link(1, BELOW, WHOLE)]
    )

    assert sources[0].url == "https://forsal.pl/powodz"


@pytest.mark.parametrize("label", ["* ", "**", "†) ", "12) ", "[12] ", "12"])
def test_the_label_of_a_note_is_no_part_of_its_publisher(label):
    found = read_reference(
        [f"{label}CIA, Factbook 2025, 12.01.2025, https://cia.gov/x"]
    )

    assert (found.publisher, found.title) == ("CIA", "Factbook 2025")


def test_a_note_that_repeats_another_has_its_source_and_its_own_words():
    footnotes, sources = read_sources(
        [note(1, CIA), note(2, "Tamże, s. 12."), note(3, "Ibidem")],
        marked=frozenset({0, 1, 2}),
    )

    assert [f.source for f in footnotes] == [0, 0, 0]
    assert sources[0].footnotes == (0, 1, 2)
    assert {f.problems for f in footnotes} == {(SourceProblem.URL_MISSING,)}
    assert footnotes[1].raw == "2 Tamże, s. 12."


@pytest.mark.parametrize(
    ("reference", "kind"),
    [
        (
            "ACLED, filtry: Kazakhstan, dane pobrano 17.09.2025, https://a.org/t",
            "dataset",
        ),
        ("Wikipedia, Ustrój, https://pl.wikipedia.org/x", "encyclopaedia"),
        ("UNHCR, Report, 2024, https://unhcr.org/x", "international_organisation"),
        ("Amnesty International, Report, 2024, https://amnesty.org/x", "ngo"),
        ("Orda.kz, Migration Drops, 2025, https://orda.kz/x", "media"),
        ("Fortuna Media, Plebiscyt axiom, 2025, https://f.example.org/x", "media"),
    ],
)
def test_a_publishers_name_may_tell_its_kind(reference, kind):
    _, sources = read_sources([note(1, reference)], marked=frozenset({0}))

    assert [source.kind for source in sources] == [kind]

"""Who published a report when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coi_qa.domain.country import Country, Gazetteer
from coi_qa.domain.dates import PartialDate
from coi_qa.domain.layout import RawReport
from coi_qa.errors import UnknownCountryError, UnreadableReportError
from coi_qa.ingest.imprint import Catalogue, read_catalogue, read_imprint

WORLD = Gazetteer(
    (
        Country("KAZ", ("Kazachstan", "Kazakhstan")),
        Country("UZB", ("Uzbekistan",)),
        Country("XWA", ("Wardania",)),
    ),
    lambda word: (),
)
RAW = RawReport("a" * 64, "raport.pdf", None, None, ())
POLISH = "Prawo kraju nie jest jedno i się zmienia na mocy ustaw z roku."


def imprint(raw=RAW, entry=(), *, printed_title=None, first_pages=POLISH):
    return read_imprint(
        raw,
        dict(entry),
        printed_title=printed_title,
        first_pages=first_pages,
        gazetteer=WORLD,
    )


def test_the_catalogue_goes_before_everything_that_the_file_says():
    raw = replace(
        RAW, file_name="uzbekistan-2019.pdf", title="Microsoft Word", author="x"
    )
    entry = {
        "title": "Kazachstan. Sytuacja",
        "publisher": "Wydział",
        "date": "2025-10",
        "language": "pl",
        "countries": ["KAZ"],
        "edition": 2,
    }

    found = imprint(
        raw, entry, printed_title="Uzbekistan", first_pages="Uzbekistan the of and"
    )

    assert (found.title, found.publisher, found.date, found.edition) == (
        "Kazachstan. Sytuacja",
        "Wydział",
        PartialDate(2025, 10),
        "2",
    )
    assert (found.language, found.countries, found.guessed) == ("pl", ("KAZ",), ())


def test_what_nobody_says_is_unknown():
    found = imprint(first_pages="")

    assert (found.title, found.publisher, found.date, found.edition) == (None,) * 4
    assert (found.language, found.countries, found.guessed) == (None, (), ())


def test_the_files_own_title_and_author_come_next_then_the_printed_title():
    raw = replace(RAW, title="Sytuacja w Kazachstanie", author="Urząd")

    assert imprint(raw, printed_title="Inny").title == "Sytuacja w Kazachstanie"
    assert imprint(raw).publisher == "Urząd"
    assert (
        imprint(printed_title="Sytuacja w Kazachstanie").title
        == "Sytuacja w Kazachstanie"
    )


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("kazachstan-2025-10.pdf", PartialDate(2025, 10)),
        ("raport_2024.pdf", PartialDate(2024)),
        ("COI.2023.07.final.pdf", PartialDate(2023, 7)),
        ("raport-2025-13.pdf", PartialDate(2025)),
    ],
)
def test_a_date_in_the_files_name_is_a_guess_and_marked_as_one(name, date):
    found = imprint(replace(RAW, file_name=name), {"countries": ["KAZ"]})

    assert (found.date, found.guessed) == (date, ("date",))


@pytest.mark.parametrize("name", ["raport.pdf", "raport-120251.pdf", "raport-1899.pdf"])
def test_without_a_date_anywhere_there_is_none(name):
    found = imprint(replace(RAW, file_name=name), {"countries": ["KAZ"]})

    assert (found.date, found.guessed) == (None, ())


def test_dates_of_the_sources_are_not_the_reports_date():
    found = imprint(first_pages=f"{POLISH} Dane z 12.09.2025 r. Kazachstan.")

    assert found.date is None


def test_a_file_has_no_date_of_its_own_to_be_used():
    fields = set(RawReport.__slots__)

    assert fields == {"sha256", "file_name", "title", "author", "pages"}


def test_the_country_is_the_titles_before_the_first_pages():
    pages = f"{POLISH} O Uzbekistanie i Kazachstanie."

    assert imprint(printed_title="Prawo Kazachstanu", first_pages=pages).countries == (
        "KAZ",
    )
    assert imprint(printed_title="Prawo", first_pages=pages).countries == ("UZB",)


def test_a_country_that_only_goes_with_another_is_not_the_reports():
    found = imprint(printed_title="Granica z Uzbekistanem. Kazachstan")

    assert (found.countries, found.guessed) == (("KAZ",), ())


def test_a_country_in_the_files_name_is_a_guess_and_marked_as_one():
    found = imprint(replace(RAW, file_name="kazachstan-sytuacja.pdf"))

    assert (found.countries, found.guessed) == (("KAZ",), ("countries",))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (POLISH, "pl"),
        ("The law of the country is that for which it was made.", "en"),
        ("Казахстан является республикой", None),
    ],
)
def test_the_language_is_told_by_the_commonest_words(text, language):
    assert imprint(first_pages=text).language == language


@pytest.mark.parametrize("date", ["październik", "2025-13", "31.11.2025", ""])
def test_a_catalogue_date_that_is_none_is_refused_by_file_and_value(date):
    with pytest.raises(
        UnreadableReportError, match=r"raport\.pdf: reports\.toml: not a date"
    ):
        imprint(entry={"date": date})


def test_a_catalogue_country_that_is_none_is_refused():
    with pytest.raises(UnknownCountryError, match="Atlantyda"):
        imprint(entry={"countries": ["Atlantyda"]})


def test_a_folder_without_a_catalogue_has_an_empty_one(tmp_path):
    assert read_catalogue(tmp_path) == Catalogue()


def test_a_catalogue_has_entries_by_file_and_invented_countries(tmp_path):
    (tmp_path / "reports.toml").write_text(
        '["a.pdf"]\ntitle = "A"\ncountries = ["XWA"]\n'
        '[countries.XWA]\nname = "Wardania"\nadjective = "wardański"\n',
        "utf-8",
    )

    assert read_catalogue(tmp_path) == Catalogue(
        {"a.pdf": {"title": "A", "countries": ["XWA"]}},
        (Country("XWA", ("Wardania",), ("wardański",)),),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('["a.pdf"\n', "cannot be read"),
        ('["a.pdf"]\ntytul = "A"\n', "unknown tytul"),
        ('title = "A"\n', "unknown title"),
        (
            '[countries.XWA]\nadjective = "wardański"\n',
            r"\[countries\.XWA\] has no name",
        ),
        ('countries = ["KAZ"]\n', "'countries' outside"),
        ('[countries]\nXWA = "Wardania"\n', r"\[countries\.XWA\] has no name"),
    ],
)
def test_a_catalogue_that_nobody_can_read_is_refused(tmp_path, text, said):
    (tmp_path / "reports.toml").write_text(text, "utf-8")

    with pytest.raises(UnreadableReportError, match=said):
        read_catalogue(tmp_path)

"""Spellings of one publisher, and what sort a publisher is."""

from __future__ import annotations

import pytest

from coi_qa.ingest.kinds import kind_of
from coi_qa.ingest.publishers import Naming, find_variants


def usual(*named: tuple[str, str | None]) -> list[str | None]:
    """The usual spelling for each naming that has another, None for the others."""
    variants = find_variants(
        [Naming(publisher.split(" (")[0], publisher, url) for publisher, url in named]
    )
    return [variants[at].usual if at in variants else None for at in range(len(named))]


ORDA, KAZTAG = "https://en.orda.kz/a", "https://new.kaztag.kz/b"


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (
            [("Orda.kz", ORDA), ("Odra.kz", ORDA), ("Orda", ORDA)],
            [None, "Orda.kz", "Orda.kz"],
        ),
        (
            [("KazTag", KAZTAG), ("KazTAG", None), ("KazTAG", KAZTAG)],
            ["KazTAG", None, None],
        ),
        (
            [("Tangri", "https://tengri.kz/a"), ("Tengri", "https://tengri.kz/b")],
            ["Tengri", None],
        ),
    ],
)
def test_the_commonest_spelling_is_usual_then_the_one_nearest_to_the_site(
    named, expected
):
    assert usual(*named) == expected


@pytest.mark.parametrize(
    "named",
    [
        [("Ministerstwo Obrony", "https://gov.pl/a"), ("Ministerstwo Skarbu", None)],
        [
            ("Ministerstwo Obrony", "https://gov.pl/a"),
            ("Ministerstwo Skarbu", "https://gov.pl/b"),
        ],
        [("Odra", "https://odra.pl/a"), ("Orda", "https://orda.kz/a")],
        [("AP", "https://site.com/a"), ("Reuters", "https://site.com/b")],
        [("???", ORDA), ("!!!", ORDA)],
    ],
)
def test_other_publishers_are_no_variants(named):
    assert usual(*named) == [None] * len(named)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("IDCM (Internal Displacement Monitoring Center)", "IDMC"),
        ("CIA (Central Intelligence Agency)", None),
        ("RFE/RL (Radio Free Europe/Radio Liberty)", None),
        ("IHD (Integral Human Development)", None),
        ("KOP (Komitet Obrony Praw)", None),
        ("TASS (Russian News Agency)", None),
    ],
)
def test_an_acronym_with_its_letters_shuffled_is_a_variant(printed, expected):
    assert usual((printed, None)) == [expected]


@pytest.mark.parametrize(
    ("publisher", "title", "url", "kind"),
    [
        ("ACLED", None, None, "dataset"),
        ("CIA", "The World Factbook. Kazachstan", "https://cia.gov/x", "encyclopaedia"),
        ("USDOS", "Report", "https://state.gov/x", "state"),
        ("Ministerstwo Spraw Wewnętrznych", None, None, "state"),
        ("Amnesty International", "Death sentences", None, "ngo"),
        ("UNHCR", "Global trends", None, "international_organisation"),
        ("Instytut Studiów Wschodnich", None, None, "academic"),
        ("Notatka służbowa WIKP", None, None, "own_archive"),
        ("Reuters", None, None, "media"),
        ("Forsal.pl", None, None, "media"),
        ("Crisis 24", "Country Report", "https://crisis24.garda.com/x", None),
        ("Unia Pisarzy", "Who is who", None, None),
    ],
)
def test_a_publisher_is_of_the_kind_that_its_name_or_host_tells(
    publisher, title, url, kind
):
    assert kind_of(publisher, title, url) == kind

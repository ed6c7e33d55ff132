"""Countries as people write them, held as codes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from coi_qa.adapters.countries import load_atlas, load_gazetteer
from coi_qa.adapters.polish import Morphology
from coi_qa.domain.country import Country, Gazetteer, Mention, countries_asked
from coi_qa.errors import UnknownCountryError

DOCS = Path(__file__).parents[3] / "docs"
INVENTED = (
    Country("XWA", ("Wardania",), ("wardański", "Wardańczyk")),
    Country("XZE", ("Zelmaria",), ("zelmarski", "Zelmarczyk")),
)


@pytest.fixture(scope="module")
def world() -> Gazetteer:
    return load_gazetteer(Morphology().lemmas, invented=INVENTED)


@pytest.fixture(scope="module")
def atlas() -> Gazetteer:
    return load_atlas(Morphology().lemmas, invented=INVENTED)


def no_lemmas(word: str) -> tuple[str, ...]:
    return ()


def mentions(gazetteer: Gazetteer, text: str) -> list[tuple[str, str]]:
    return [(mention.code, mention.role) for mention in gazetteer.mentions(text)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("sytuacja Kazachstanu", "KAZ"),
        ("czy w Niemczech", "DEU"),
        ("na Węgrzech", "HUN"),
        ("prawo Włoch", "ITA"),
        ("w Polsce", "POL"),
        ("Wardanią", "XWA"),
        ("o Zelmarii", "XZE"),
    ],
)
def test_a_country_is_found_in_whatever_case_its_name_stands(world, text, code):
    assert [mention.code for mention in world.mentions(text)] == [code]


@pytest.mark.parametrize(
    "text", ["w Tadzykistanie", "w TADŻYKISTANIE", "w tadżykistanie"]
)
def test_a_country_is_found_without_diacritics_and_capitals(world, text):
    assert mentions(world, text) == [("TJK", "place")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Чи є смертна кара в Казахстані?", "KAZ"),
        ("Есть ли смертная казнь в Казахстане?", "KAZ"),
        ("Ситуация в Украине", "UKR"),
        ("Ситуація в Україні", "UKR"),
        ("Is there a death penalty in Kazakhstan?", "KAZ"),
    ],
)
def test_a_country_is_found_in_the_languages_of_questions(world, text, code):
    assert mentions(world, text) == [(code, "place")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("w Sudanie Południowym", "SSD"),
        ("w Sudanie", "SDN"),
        ("w Gwinei Bissau", "GNB"),
        ("w Gwinei", "GIN"),
        ("w Papui-Nowej Gwinei", "PNG"),
        ("w Korei Północnej", "PRK"),
        ("w Korei Południowej", "KOR"),
        ("w Demokratycznej Republice Konga", "COD"),
        ("w Kongu", "COG"),
        ("w Nigrze", "NER"),
        ("w Nigerii", "NGA"),
        ("in South Sudan", "SSD"),
        ("w Federacji Rosyjskiej", "RUS"),
        ("w Wielkiej Brytanii", "GBR"),
        ("na Sri Lance", "LKA"),
        ("w Kosowie", "XKX"),
    ],
)
def test_a_neighbour_in_name_is_another_country(world, text, code):
    assert mentions(world, text) == [(code, "place")]


def test_every_name_of_a_country_names_that_country(world):
    wrong = {
        (country.code, name)
        for country in world.countries
        for name in country.names
        if len(name) > 2
        and [mention.code for mention in world.mentions(name)] != [country.code]
    }

    assert wrong == set()


@pytest.mark.parametrize(
    "text",
    [
        "mali chłopcy w szkole",
        "czad z pieca",
        "kara śmierci",
        "stan wojenny",
        "władze federacji",
        "Nowe prawo",
    ],
)
def test_words_that_only_look_like_a_country_are_none(world, text):
    assert mentions(world, text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Czy w Kazachstanie jest kara śmierci?", [("KAZ", "place")]),
        ("Kazachstan i Kirgistan", [("KAZ", "named"), ("KGZ", "named")]),
        ("Polska", [("POL", "named")]),
        ("relacje Kazachstanu z Rosją", [("KAZ", "named"), ("RUS", "beside")]),
        ("granica z Uzbekistanem", [("UZB", "beside")]),
        ("kazachstańskie prawo", [("KAZ", "beside")]),
        ("wardańskie sądy", [("XWA", "beside")]),
        (
            "obywatele Uzbekistanu zabici w Kazachstanie",
            [("UZB", "beside"), ("KAZ", "place")],
        ),
        (
            "citizens of Uzbekistan in Kazakhstan",
            [("UZB", "beside"), ("KAZ", "place")],
        ),
        (
            "Kazachstan: kara śmierci w Kazachstanie",
            [("KAZ", "place")],
        ),
    ],
)
def test_a_country_is_where_something_is_or_only_goes_with_it(world, text, expected):
    assert mentions(world, text) == expected


def test_every_country_of_a_list_stands_as_the_first_does():
    plain = Gazetteer((Country("KAZ", ("Kazachstan",)), *INVENTED), no_lemmas)

    assert mentions(plain, "Czy w Kazachstanie, Wardanii lub Zelmarii są wybory?") == [
        ("KAZ", "place"),
        ("XWA", "place"),
        ("XZE", "place"),
    ]
    assert mentions(plain, "Porównaj kary w Wardanii z Zelmarią") == [
        ("XWA", "place"),
        ("XZE", "place"),
    ]
    assert mentions(plain, "Kary w Kazachstanie. Wardania milczy") == [
        ("KAZ", "place"),
        ("XWA", "named"),
    ]


def test_where_somebody_goes_to_does_not_outdo_what_was_chosen():
    plain = Gazetteer((Country("KAZ", ("Kazachstan",)), *INVENTED), no_lemmas)
    found = plain.mentions("Czy odsyła się ich do Wardanii?")
    known = {"KAZ", "XWA", "XZE"}

    assert countries_asked(found, given=("XZE",), reported=known) == ("XZE",)
    assert countries_asked(found, given=(), reported=known) == ("XWA",)
    assert countries_asked(found, given=(), reported={"KAZ"}) == ("XWA",)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Czy Kazach może swobodnie wyjechać z kraju?", "KAZ"),
        ("Ilu Uzbekom odmówiono?", "UZB"),
        ("Czy Tadżycy mogą wrócić?", "TJK"),
        ("Prawa Białorusinów", "BLR"),
        ("Czy Ukrainka dostanie paszport?", "UKR"),
        ("Sytuacja Afgańczyków", "AFG"),
    ],
)
def test_people_stand_beside_for_their_country(world, text, code):
    assert mentions(world, text) == [(code, "beside")]


@pytest.mark.parametrize("text", ["Ukraść paszport", "Kazanie księdza", "kazach"])
def test_words_that_begin_alike_are_no_people(world, text):
    assert mentions(world, text) == []


def test_names_are_found_without_a_dictionary():
    plain = Gazetteer((Country("KAZ", ("Kazachstan",)), *INVENTED), no_lemmas)

    assert mentions(
        plain, "Uchodźcy z Wardanii mieszkają w Zelmarii, nie w Kazachstanie"
    ) == [
        ("XWA", "toward"),
        ("XZE", "place"),
        ("KAZ", "place"),
    ]


def test_the_dictionary_knows_cases_that_no_ending_tells():
    irregular = Gazetteer(
        (Country("DEU", ("Niemcy",)),),
        lambda word: ("Niemcy",) if word == "Niemczech" else (),
    )

    assert mentions(irregular, "w Niemczech") == [("DEU", "place")]
    assert Gazetteer(irregular.countries, no_lemmas).mentions("w Niemczech") == []


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("KAZ", "KAZ"),
        ("kaz", "KAZ"),
        (" Kazachstan ", "KAZ"),
        ("kazachstan", "KAZ"),
        ("Kazakhstan", "KAZ"),
        ("Казахстан", "KAZ"),
        ("w Kazachstanie", "KAZ"),
        ("wardania", "XWA"),
        ("XZE", "XZE"),
        ("UK", "GBR"),
    ],
)
def test_a_country_is_given_by_its_name_or_code(world, said, code):
    assert world.code(said) == code


@pytest.mark.parametrize("said", ["", "Atlantyda", "XXX", "Kazachstan i Kirgistan"])
def test_what_is_not_one_country_is_refused_with_an_example(world, said):
    with pytest.raises(UnknownCountryError, match="Kazachstan"):
        world.code(said)


def test_a_country_is_shown_by_its_first_name_and_else_by_its_code(world):
    assert [world.name(code) for code in ("KAZ", "XWA", "ZZZ")] == [
        "Kazachstan",
        "Wardania",
        "ZZZ",
    ]


A, B, C = "AAA", "BBB", "CCC"


@pytest.mark.parametrize(
    ("asked", "given", "reported", "expected"),
    [
        # Nothing said, nothing held.
        ([], [], [A, B], ()),
        # What the question says is enough, with a report or without.
        ([(A, "place")], [], [A, B], (A,)),
        ([(C, "place")], [], [A, B], (C,)),
        ([(A, "named")], [], [A], (A,)),
        ([(A, "named"), (B, "named")], [], [A, B], (A, B)),
        # A place goes before a name, a name before company.
        ([(A, "named"), (B, "place")], [], [A, B], (B,)),
        ([(A, "place"), (B, "beside")], [], [A, B], (A,)),
        ([(A, "named"), (B, "beside")], [], [A, B], (A,)),
        # Company counts only where there are reports on it.
        ([(A, "beside")], [], [A, B], (A,)),
        ([(C, "beside")], [], [A, B], ()),
        ([(C, "place"), (A, "beside")], [], [A, B], (A,)),
        ([(C, "place"), (B, "beside")], [], [A], (C,)),
        # Of several that were chosen, those that are named.
        ([(A, "place")], [A, B], [A, B], (A,)),
        ([(A, "named"), (B, "beside")], [A, B], [A, B], (A, B)),
        ([(A, "beside")], [A, B], [A, B], (A, B)),
        ([(C, "place")], [A, B], [A, B], (A, B)),
        # A place without a report does not outdo the form.
        ([(C, "place")], [A], [A, B], (A,)),
        ([(C, "place"), (B, "named")], [A], [A, B], (B,)),
        # The form holds unless the question is placed elsewhere.
        ([], [A], [A, B], (A,)),
        ([(A, "place")], [A], [A, B], (A,)),
        ([(B, "named")], [A], [A, B], (B,)),
        ([(C, "named")], [A], [A, B], (A,)),
        ([(B, "beside")], [A], [A, B], (A,)),
        ([(B, "place")], [A], [A, B], (B,)),
        ([(B, "place"), (A, "beside")], [A], [A, B], (A,)),
        ([], [A, B], [A], (A, B)),
    ],
)
def test_an_answer_is_held_to_the_countries_asked_about(
    asked, given, reported, expected
):
    found = [Mention(code, role) for code, role in asked]

    assert countries_asked(found, given=given, reported=reported) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("w Kazahstanie", "KAZ"),
        ("w Kazachsanie", "KAZ"),
        ("Kazahstan: kara śmierci", "KAZ"),
        ("czy Uzbekstan", "UZB"),
        ("w tadzykistanie", "TJK"),
        ("in Kazakstan", "KAZ"),
        ("в Узбекистоне", "UZB"),
        ("w Afganistnie", "AFG"),
        ("w Wardnaii", "XWA"),
        ("w Vardanii", "XWA"),
    ],
)
def test_a_misspelt_name_is_the_country_that_it_is_near(atlas, text, code):
    assert [mention.code for mention in atlas.mentions(text)] == [code]


def test_without_a_speller_a_misspelt_name_is_none(world):
    assert mentions(world, "w Kazahstanie") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("в Вардании", [("XWA", "place")]),
        ("у Варданії", [("XWA", "place")]),
        ("Зельмария", [("XZE", "named")]),
        ("Зелмарія", [("XZE", "named")]),
        ("варданские суды", [("XWA", "beside")]),
        ("варданські суди", [("XWA", "beside")]),
        ("Wardania's courts", [("XWA", "named")]),
        ("Wardanian courts", [("XWA", "beside")]),
        ("Zelmarians in Wardania", [("XZE", "beside"), ("XWA", "place")]),
        ("w wardanii", [("XWA", "place")]),
        ("wardanskie sady", [("XWA", "beside")]),
    ],
)
def test_an_invented_country_is_known_in_other_letters(atlas, text, expected):
    assert mentions(atlas, text) == expected


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("w Astanie", ["KAZ"]),
        ("w Ałmaty", ["KAZ"]),
        ("в Астане", ["KAZ"]),
        ("у Києві", ["UKR"]),
        ("w Ułan Batorze", ["MNG"]),
        ("in Tehran", ["IRN"]),
        ("w Czeczenii", ["RUS"]),
        ("w Tybecie", ["CHN"]),
        ("na Krymie", ["RUS", "UKR"]),
        ("в Крыму", ["RUS", "UKR"]),
        ("w Donbasie", ["RUS", "UKR"]),
        ("w Górskim Karabachu", ["ARM", "AZE"]),
        ("na Zanzibarze", ["TZA"]),
        ("w Somalilandzie", ["SOM"]),
        ("w Osetii Południowej", ["GEO", "RUS"]),
        ("w Kurdystanie", ["TUR", "IRQ", "IRN", "SYR"]),
        ("w irackim Kurdystanie", ["IRQ"]),
        ("w Mongolii Wewnętrznej", ["CHN"]),
        ("w Irlandii Północnej", ["GBR"]),
        ("w Irlandii", ["IRL"]),
        ("w Kongu", ["COD", "COG"]),
        ("w DR Konga", ["COD"]),
        ("w Korei", ["KOR", "PRK"]),
        # A name that others have too counts only where no country is named.
        ("w Trypolisie", ["LBY"]),
        ("w Trypolisie w Libanie", ["LBN"]),
        # Gas, and gauze.
        ("w gazie", []),
    ],
)
def test_a_city_or_region_stands_for_all_states_concerned(atlas, text, codes):
    found = atlas.mentions(text)

    assert [mention.code for mention in found] == codes
    assert {mention.role for mention in found} <= {"place"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("syryjskie władze", "SYR"),
        ("Tureccy policjanci", "TUR"),
        ("Rosjan zatrzymano", "RUS"),
        ("Turkish police", "TUR"),
        ("Uzbekistani migrants", "UZB"),
        ("китайские власти", "CHN"),
        ("російська влада", "RUS"),
        ("казахи", "KAZ"),
    ],
)
def test_adjectives_and_people_only_go_with_something(atlas, text, code):
    assert mentions(atlas, text) == [(code, "beside")]


@pytest.mark.parametrize("text", ["języka rosyjskiego", "po rosyjsku", "in Russian"])
def test_a_language_is_no_country(atlas, text):
    assert mentions(atlas, text) == []


def ordinary_words() -> list[str]:
    """Return the words of Python's manual, of docs/, and some that are near a name."""
    from pydoc_data import topics

    texts = [
        *topics.topics.values(),
        *(path.read_text("utf-8") for path in DOCS.rglob("*.md")),
        "family reunion, islands, liberal grenades, surname, parade, hungry",
        "фракция словами лидером словаре сложения либерал черноморец",
        "фракція словник лідер вардан",
        "mali czad kara stan kreta turek węgierka japonki salwa",
    ]
    found = {w for text in texts for w in re.findall(r"[^\W\d_]{4,}", text.lower())}
    return sorted(found)


def test_no_ordinary_word_is_a_misspelt_country_or_a_place(atlas):
    taken = {
        (word, mention.code, mention.reading)
        for word in ordinary_words()
        for text in (word, f"in {word}", f"w {word}", f"{word.capitalize()} is")
        for mention in atlas.mentions(text)
        if mention.reading not in ("name", "people")
    }

    assert taken == set()


@pytest.mark.parametrize("said", ["Kongo", "Kaszmir"])
def test_a_name_of_several_countries_is_all_of_them_but_not_one_code(atlas, said):
    assert len(atlas.codes(said)) > 1
    with pytest.raises(UnknownCountryError, match="kilka państw"):
        atlas.code(said)


def test_every_code_of_the_tables_is_a_country(atlas):
    known = {country.code for country in atlas.countries}

    assert {code for place in atlas.places for code in place.codes} <= known


def test_every_city_and_region_is_found_by_each_of_its_names(atlas):
    wrong = {
        (name, place.codes)
        for place in atlas.places
        for name in place.names
        if not {m.code for m in atlas.mentions(f"in {name}")} & set(place.codes)
    }

    assert wrong == set()

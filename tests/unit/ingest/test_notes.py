"""Where footnotes are defined, and the marks that name them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.ingest.layouts import BODY, column, foot, glyphs, line, lines

from coi_qa.ingest.lines import Line
from coi_qa.ingest.marks import Labels, find_marks, is_marks_only, labels_on
from coi_qa.ingest.notes import split_notes

TEXT = ["Kazachstan jest republiką.[1] Prawo nie", "przewiduje kary śmierci.[2]"]


def split(*pages: tuple[list[str], list[str]]):
    """Body texts, and number, page and text of each note."""
    set_ = [
        [Line(number, own) for own in column(body) + foot(notes)]
        for number, (body, notes) in enumerate(pages, start=1)
    ]
    bodies, notes = split_notes(set_, size=BODY)
    return (
        [[line.text for line in own] for own in bodies],
        [(n.number, n.page_number, [line.text for line in n.lines]) for n in notes],
    )


def test_notes_stand_in_small_print_at_the_foot():
    notes = ["1 CIA, The World Factbook, 2025", "2 Amnesty International, 08.04.2025,"]

    bodies, found = split((TEXT, [*notes, "https://www.amnesty.org/"]))

    assert bodies == [TEXT]
    assert found == [
        (1, 1, [notes[0]]),
        (2, 1, [notes[1], "https://www.amnesty.org/"]),
    ]


@pytest.mark.parametrize(
    "shape",
    ["{n} CIA, 2025", "{n}. CIA", "[{n}] CIA", "{n}) CIA", "^{n}^CIA", "~{n}~CIA"],
)
def test_a_note_may_be_numbered_in_several_ways(shape):
    notes = [shape.format(n=n) for n in (1, 2, 3)]

    _, found = split((["Tekst.[1][2][3]"], notes))

    assert [number for number, _, _ in found] == [1, 2, 3]


@pytest.mark.parametrize(
    "year",
    ["2024, https://stat.gov.kz", "3 osoby zatrzymane", "15.04.2024, https://kaz.kz"],
)
def test_a_figure_at_the_start_of_a_notes_second_line_begins_no_other(year):
    _, found = split(
        (["Tekst.[1][2]"], ["1 USDOS, Country Report", year, "2 CIA, 2025"])
    )

    assert found == [(1, 1, ["1 USDOS, Country Report", year]), (2, 1, ["2 CIA, 2025"])]


def test_a_body_line_that_begins_like_a_note_stays_in_the_body():
    body = [
        "Ćwiczenia odbyły się we wrześniu.[1]",
        "1 stycznia 2025 r. Kazachstan zdał",
        "111 tys. osób wróciło.",
    ]

    bodies, found = split((body, ["1 TASS, 01.01.2025"]))

    assert bodies == [body]
    assert found == [(1, 1, ["1 TASS, 01.01.2025"])]


def test_a_missing_number_loses_no_other_note():
    marked = ["Tekst.[58][59][60]", "Dalej.[61]"]
    before = [f"{n} CIA, 2025" for n in range(1, 58)]

    _, found = split(
        (["Tekst."], before), (marked, ["58 A, 2024", "59 B, 2024", "61 C, 2024"])
    )

    assert [(number, page) for number, page, _ in found[-3:]] == [
        (58, 2),
        (59, 2),
        (61, 2),
    ]


def test_a_number_that_skips_without_its_mark_is_a_line_of_the_note_before():
    _, found = split(
        (["Tekst.[1]"], ["1 Raport o zdarzeniach, strony", "4 i następne, 2024"])
    )

    assert found == [(1, 1, ["1 Raport o zdarzeniach, strony", "4 i następne, 2024"])]


def test_a_note_goes_on_at_the_foot_of_the_next_page():
    rest = "w Kazachstanie, 2024, https://example.org"

    bodies, found = split(
        (["Tekst.[1]"], ["1 Bardzo długi tytuł raportu o prawie"]),
        (["Dalej.[2]"], [rest, "2 CIA, 2025"]),
    )

    assert bodies == [["Tekst.[1]"], ["Dalej.[2]"]]
    assert found == [
        (1, 1, ["1 Bardzo długi tytuł raportu o prawie", rest]),
        (2, 2, ["2 CIA, 2025"]),
    ]


def test_numbers_may_restart_on_each_page():
    _, found = split(
        (["Tekst.[1][2]"], ["1 A, 2024", "2 B, 2024"]),
        (["Dalej.[1]"], ["1 C, 2024"]),
    )

    assert found == [
        (1, 1, ["1 A, 2024"]),
        (2, 1, ["2 B, 2024"]),
        (1, 2, ["1 C, 2024"]),
    ]


def test_small_print_without_a_definition_is_body():
    caption = ["Źródło: opracowanie własne"]

    assert split((["Tabela."], caption)) == ([["Tabela.", *caption]], [])


def test_a_page_without_notes_is_body_to_its_end():
    assert split((TEXT, [])) == ([TEXT], [])


def marks(
    text: str, known=range(1, 100), closed=frozenset()
) -> list[tuple[str, tuple[int, ...]]]:
    printed = line(text)
    chars = "".join(g.char for g in printed.glyphs)
    labels = set(map(str, known))
    found = find_marks(printed, Labels(labels, labels, closed))
    return [(chars[m.start : m.end], tuple(map(int, m.labels))) for m in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("śmierci.[18]", [("[18]", (18,))]),
        ("śmierci.^[18]^ Dalej", [("[18]", (18,))]),
        ("osób.[59][60][61]", [("[59]", (59,)), ("[60]", (60,)), ("[61]", (61,))]),
        ("osób.[59, 60]", [("[59,60]", (59, 60))]),
        ("osób.[59–61]", [("[59–61]", (59, 60, 61))]),
        ("osób.[4, 6-8]", [("[4,6-8]", (4, 6, 7, 8))]),
        ("osób^12^ oraz", [("12", (12,))]),
        ("osób~7~", [("7", (7,))]),
        ("osób.^3,4^ oraz", [("3,4", (3, 4))]),
        ("osób.~3–5~", [("3–5", (3, 4, 5))]),
        ("osób^3^,^4^", [("3", (3,)), ("4", (4,))]),
        ("[22] Rozejm", [("[22]", (22,))]),
    ],
)
def test_marks_are_found_alone_in_clusters_and_in_ranges(text, expected):
    assert marks(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("osób.^34^ Dalej", [("34", (3, 4))]),
        ("osób.^2627^", [("2627", (26, 27))]),
        ("osób.^91011^", [("91011", (9, 10, 11))]),
        ("osób.^99100^", [("99100", (99, 100))]),
        ("osób.^12^", [("12", (12,))]),
        ("osób.^43^", []),
        ("osób.^45^", []),
    ],
)
def test_raised_marks_side_by_side_may_have_nothing_between_them(text, expected):
    known = {1, 2, 3, 4, 9, 10, 11, 12, 26, 27, 99, 100}

    assert marks(text, known) == expected


@pytest.mark.parametrize(
    "text",
    [
        "wybory [2024]",
        "Konstytucja [dalej: KRK]",
        "strony [1-99]",
        "strony [9-1]",
        "w 12 obwodach",
        "km^2^",
        "m^200^",
        "km^2,5^",
    ],
)
def test_what_names_no_note_is_no_mark(text):
    assert marks(text, known={1, 12, 18}) == []


def test_a_raised_bracketed_number_is_a_mark_even_without_its_note():
    assert marks("ograniczeń.^[60]^", known={59, 61}) == [("[60]", (60,))]
    assert marks("ograniczeń.[60]", known={58, 59}) == []


def test_a_bracketed_number_that_the_notes_skip_is_a_mark_without_its_note():
    assert marks("ograniczeń.[60]", known={59, 61}) == [("[60]", (60,))]
    assert marks("w latach [2019]", known={59, 61}) == []


@given(st.lists(st.integers(1, 99), min_size=1, max_size=6, unique=True))
def test_every_mark_of_a_cluster_is_found_once_and_in_order(numbers):
    text = "osób." + "".join(f"[{n}]" for n in numbers)

    assert [n for _, own in marks(text) for n in own] == numbers


@pytest.mark.parametrize(
    ("text", "only"),
    [("[44][45]", True), ("[40], [41]", True), ("[44] Ich", False), ("44", False)],
)
def test_a_line_may_hold_nothing_but_marks(text, only):
    assert is_marks_only(line(text)) == only


def test_marks_carried_over_to_a_line_of_their_own_begin_no_note():
    body = ["W marcu pobito na śmierć zatrzymanego.[43]", "[44][45]"]

    bodies, found = split((body, [f"{n} A, 2024" for n in (1, 2)]))

    assert bodies == [body]
    assert [number for number, _, _ in found] == [1, 2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("książce1) jest", [("1)", (1,))]),
        ("książce.^1^^)^ Dalej", [("1)", (1,))]),
        ("(por. książkę^1^)", [("1", (1,))]),
    ],
)
def test_a_closing_bracket_goes_with_its_mark(text, expected):
    closed = {"1"} if "(" not in text else set()

    assert marks(text, known={1}, closed=closed) == expected


@pytest.mark.parametrize(
    "text", ["w punkcie 1) ustawy", "(zob. pkt 2 i 1)", "ust. 2.1) ustawy", "1) Dalej"]
)
def test_a_figure_with_a_closing_bracket_in_running_text_is_no_mark(text):
    assert marks(text, known={1}, closed={"1"}) == []


def labels_of(texts: list[str]) -> list[str]:
    return labels_on(lines(texts))


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["słowo* i inne**, dalej"], ["*", "**"]),
        (["słowo∗, dalej†."], ["*", "†"]),
        (["Rozdział. *"], ["*"]),
        (["słowo * i inne* dalej"], ["*"]),
        (["iloczyn 5 * 3 daje"], []),
        (["(* gwiazdka na początku)"], []),
        (["na 3 km^2^ i dalej.^2^"], ["2"]),
        (["na trzech km.^1^ Potem 5 km^2^"], ["1", "2"]),
    ],
)
def test_what_looks_like_a_mark_on_a_page(texts, expected):
    assert labels_of(texts) == expected


def test_raised_figures_alone_on_a_line_are_told_by_their_size():
    small = [Line(1, glyphs("12)", size=6.0, base=700.0))]

    assert labels_on([*lines(["Tekst zdania", "i jego koniec."]), *small]) == ["12"]


def test_stars_and_daggers_define_notes_of_their_own_page():
    _, found = split(
        (["Tekst* i dalej**", "koniec†"], ["* CIA, 2025", "** TASS", "† Orda"]),
        (["Dalej*"], ["*) AP, 2024"]),
    )

    assert found == [
        (1, 1, ["* CIA, 2025"]),
        (2, 1, ["** TASS"]),
        (3, 1, ["† Orda"]),
        (1, 2, ["*) AP, 2024"]),
    ]


def test_a_star_without_a_mark_defines_nothing():
    small = ["* opracowanie własne"]

    assert split((["Tabela."], small)) == ([["Tabela.", *small]], [])


def test_numbering_may_restart_in_the_middle_of_a_page():
    notes = ["14 A, 2024", "15 B, 2024", "1 C, 2024"]
    before = [f"{n} CIA, 2025" for n in range(1, 14)]

    _, found = split((["Tekst."], before), (["Tekst.[14][15]", "Dalej.[1]"], notes))

    assert [number for number, _, _ in found[-3:]] == [14, 15, 1]


def test_a_note_whose_rest_begins_with_a_figure_goes_on_on_the_next_page():
    rest = "10 klas i 12 oddziałów, 2024"

    bodies, found = split(
        (["Tekst.[1]"], ["1 Bardzo długi tytuł raportu o prawie"]),
        (["Dalej.[2]"], [rest, "2 CIA, 2025"]),
    )

    assert bodies == [["Tekst.[1]"], ["Dalej.[2]"]]
    assert found[0] == (1, 1, ["1 Bardzo długi tytuł raportu o prawie", rest])


def test_the_next_number_inside_a_note_begins_none_where_a_later_line_does():
    notes = [
        "1 Raport o zatrzymaniach, w którym mowa o",
        "2 osobach w areszcie",
        "2 CIA, The World Factbook, 2025",
    ]

    _, found = split((["Tekst.[1][2]"], notes))

    assert found == [(1, 1, notes[:2]), (2, 1, notes[2:])]


def test_a_raised_label_is_parted_from_a_figure_that_follows_it():
    _, found = split((["Tekst.^1^"], ["^1^10 osób zatrzymano, 2024"]))

    assert found == [(1, 1, ["1 10 osób zatrzymano, 2024"])]


def test_a_list_of_notes_below_its_heading_is_taken_out_of_the_body():
    listed = ["1. CIA, 2025", "2. TASS, 2024"]
    set_ = [lines(["Tekst.[1]", "Dalej.[2]", "Przypisy", *listed])]

    bodies, notes = split_notes(set_, size=BODY)

    assert [line.text for line in bodies[0]] == ["Tekst.[1]", "Dalej.[2]", "Przypisy"]
    assert [(n.label, n.end_list) for n in notes] == [("1", 0), ("2", 0)]


@pytest.mark.parametrize("heading", ["Żądania", "Przypisy"])
def test_a_numbered_list_that_no_mark_names_stays_in_the_body(heading):
    printed = ["Tekst.", heading, "1. wolne wybory", "2. niezależne sądy"]

    bodies, notes = split_notes([lines(printed)], size=BODY)

    assert ([line.text for line in bodies[0]], notes) == (printed, [])


def test_notes_at_the_feet_of_two_columns_are_read_column_by_column():
    left = [*column(["Tekst.[1]"]), *foot(["1 A, 2024"])]
    right = [
        glyphs("Dalej.[2]", left=320),
        glyphs("2 B, 2024", left=320, size=8, base=90),
    ]

    bodies, notes = split_notes([[Line(1, own) for own in left + right]], size=BODY)

    assert [line.text for line in bodies[0]] == ["Tekst.[1]", "Dalej.[2]"]
    assert [[line.text for line in note.lines] for note in notes] == [
        ["1 A, 2024"],
        ["2 B, 2024"],
    ]


def test_a_numbered_list_that_marks_hardly_name_stays_in_the_body():
    listed = ["1. wolne wybory", "2. sądy", "3. prasa", "4. policja"]
    printed = ["Tekst.[1]", "Źródła", *listed]

    bodies, notes = split_notes([lines(printed)], size=BODY)

    assert ([line.text for line in bodies[0]], notes) == (printed, [])

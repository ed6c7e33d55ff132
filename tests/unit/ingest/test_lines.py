"""Lines of a page, without running heads."""

from __future__ import annotations

import pytest
from tests.unit.ingest.layouts import column, foot, glyphs, line, page

from coi_qa.ingest.lines import Line, body_lines, body_size

BODY = [
    "Prawo Kazachstanu nie przewiduje kary",
    "śmierci za jakiekolwiek przestępstwo.",
]


def texts(pages) -> list[list[str]]:
    return [[line.text for line in own] for own in body_lines(pages)]


def with_heads(number: int, *, head: str = "", feet: str = ""):
    parts = [column(BODY), column([f"Strona {number} ma swój tekst."], top=600)]
    if head:
        parts.insert(0, column([head], top=810))
    if feet:
        parts.append(column([feet], top=40))
    return page(number, *parts)


def own_text(number: int) -> list[str]:
    return [*BODY, f"Strona {number} ma swój tekst."]


@pytest.mark.parametrize(
    ("head", "feet"),
    [
        ("Kazachstan. Sytuacja bezpieczeństwa", ""),
        ("PRZYKŁAD – kraj zmyślony", "{n}"),
        ("", "Strona {n} z 12"),
        ("", "– {n} –"),
        ("Raport 10/2025, s. {n}", "Wydział Informacji, s. {n}"),
    ],
)
def test_running_heads_and_page_numbers_are_no_text(head, feet):
    pages = [
        with_heads(n, head=head.format(n=n), feet=feet.format(n=n)) for n in range(1, 5)
    ]

    assert texts(pages) == [own_text(n) for n in range(1, 5)]


def test_a_page_number_goes_even_where_it_stands_once():
    assert texts([with_heads(1, feet="1")]) == [own_text(1)]
    roman = page(1, column(BODY), column(["iv"], top=40), label="iv")
    assert texts([roman]) == [BODY]


def test_another_number_in_the_margin_stays():
    assert texts([with_heads(1, feet="2024")]) == [[*own_text(1), "2024"]]


def test_a_line_that_recurs_on_two_pages_only_is_text():
    head = "Zastrzeżenie"

    pages = [with_heads(n, head=head if n < 3 else "") for n in range(1, 4)]

    assert [own[0] for own in texts(pages)] == [head, head, BODY[0]]


def test_a_line_that_recurs_outside_the_margins_is_text():
    pages = [
        page(n, column(BODY), column(["Dane ACLED"], top=400)) for n in range(1, 6)
    ]

    assert texts(pages) == [[*BODY, "Dane ACLED"]] * 5


def test_the_last_line_of_a_note_is_no_running_foot_though_it_recurs():
    notes = ["{n} ACLED, filtry: Kazakhstan,", "https://acleddata.com/tool"]
    numbers = [1, 3, 4, 6, 9]
    pages = [
        page(
            at,
            column(BODY),
            foot([text.format(n=n) for text in notes], bottom=60),
            column([str(at)], top=30),
        )
        for at, n in enumerate(numbers, start=1)
    ]

    assert texts(pages) == [
        [*BODY, f"{n} ACLED, filtry: Kazakhstan,", notes[1]] for n in numbers
    ]


def test_a_running_foot_may_begin_with_a_page_number_that_is_not_the_files():
    pages = [
        page(n, column(BODY), column([f"{n + 2} Raport o Kazachstanie"], top=40))
        for n in range(1, 6)
    ]

    assert texts(pages) == [BODY] * 5


def test_a_running_head_of_two_lines_goes_whole():
    pages = [
        page(n, column(["Urząd", f"Raport, strona {n}"], top=820), column(BODY))
        for n in range(1, 5)
    ]

    assert texts(pages) == [BODY] * 4


def test_notes_drawn_before_the_body_stand_below_it():
    assert texts([page(1, foot(["1 CIA, 2025"]), column(BODY))]) == [
        [*BODY, "1 CIA, 2025"]
    ]


def test_two_columns_are_read_in_the_order_in_which_they_are_drawn():
    left = column([f"lewa {n}" for n in range(6)], left=72)
    right = column([f"prawa {n}" for n in range(6)], left=320)

    read = texts([page(1, left, right)])[0]

    assert read == [f"lewa {n}" for n in range(6)] + [f"prawa {n}" for n in range(6)]


def test_bullets_drawn_after_everything_else_stand_before_their_items():
    items = ["Jedność – 58 mandatów,", "Zielone Góry – 27 mandatów."]
    bullets = column(["•", "•"], left=60)

    assert texts([page(1, column(items), bullets)]) == [[f"• {item}" for item in items]]


def test_marks_that_a_raised_comma_parts_are_one_line_with_their_sentence():
    text = glyphs("dobroczynne.^3^")
    comma = glyphs("^,^", left=text[-1].box[2] + 0.4)
    four = glyphs("^4^ Dalej", left=comma[-1].box[2] + 0.4)

    assert texts([page(1, [text, comma, four])]) == [["dobroczynne.3,4 Dalej"]]


def test_neighbouring_columns_and_cells_are_not_one_line():
    left, right = glyphs("cywile"), glyphs("14", left=160)

    assert texts([page(1, [left, right])]) == [["cywile", "14"]]


def test_a_running_head_goes_even_from_a_report_of_two_pages():
    pages = [with_heads(n, head="Odpowiedź na zapytanie") for n in (1, 2)]

    assert texts(pages) == [own_text(1), own_text(2)]


def test_a_bullet_far_from_every_item_stays_a_line():
    assert texts([page(1, column(["Tekst"], top=700), column(["•"], top=650))]) == [
        ["Tekst", "•"]
    ]


def test_the_body_is_set_in_the_largest_size_of_running_text():
    notes = foot(
        ["1 CIA, The World Factbook. Kazachstan, 01.10.2025, https://cia.gov"] * 9
    )
    title = column(["Kazachstan"], size=20, top=780)

    assert body_size([page(1, title, column(BODY * 3), notes)]) == 10.0
    assert body_size([]) == 10.0


@pytest.mark.parametrize(
    ("text", "raised"),
    [
        ("osób^12^", "12"),
        ("osób~12~", "12"),
        ("osób^[12]^", "[12]"),
        ("km2", ""),
        ("„Ofiary”’", ""),
    ],
)
def test_superscripts_are_told_by_their_base_line_or_their_ink(text, raised):
    printed = line(text)

    assert "".join(g.char for g in printed.glyphs if printed.is_raised(g)) == raised


def test_a_line_knows_its_own_print():
    capitals = line("KARA ŚMIERCI 2024", bold=True, size=12)
    mixed = Line(1, (*glyphs("Uwaga:", bold=True), *glyphs("tekst", left=200)))

    assert (capitals.is_capitals, capitals.is_bold, capitals.size) == (True, True, 12)
    assert (mixed.is_capitals, mixed.is_bold) == (False, False)
    assert not line("12").is_capitals
    assert not line("A").is_capitals


def two_columns(*, left: list[str], right: list[str]) -> list[list[str]]:
    set_ = [*column(left, size=9), *column(right, size=9, left=320)]
    across = column(
        ["Tytuł nad obiema kolumnami, który sięga daleko w prawo " * 2], top=780
    )
    return texts([page(1, across, sorted(set_, key=lambda own: -own[0].base))])


def test_columns_are_read_one_after_the_other():
    left = ["Kazachstan jest republiką, a prawo nie", "przewiduje kary śmierci.", "Sąd"]
    right = ["W ostatnich wyborach wzięło udział wielu", "deputowanych."]

    found = two_columns(left=left, right=right)

    assert found[0][1:] == [*left, *right]


def test_cells_of_a_table_are_no_columns():
    found = two_columns(left=["Rok", "2023", "2024"], right=["Ofiary", "12", "17"])

    assert found[0][1:] == ["Rok", "Ofiary", "2023", "12", "2024", "17"]


def test_a_note_that_pdfium_runs_on_with_the_body_is_a_line_of_its_own():
    body, note = glyphs("zatrzymano apo-", base=200), glyphs("1 CIA, 2025", base=90)

    assert texts([page(1, [(*body, *note)])]) == [["zatrzymano apo-", "1 CIA, 2025"]]

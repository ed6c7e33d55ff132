"""Body lines -> normalised text with a box for every character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.ingest.layouts import glyphs, line, lines

from coi_qa.domain.report import NO_INK
from coi_qa.domain.text import Span
from coi_qa.ingest.body import PageText, Words
from coi_qa.ingest.lines import Line
from coi_qa.ingest.marks import Labels, find_marks

DICTIONARY = frozenset(
    "demonstracja konstytucja kraju prawo północny kazachstański południowozachodni "
    "północnokazachstański zachodni anty rządowy".split()
)


def set_page(printed: list[Line], *, in_report=(), known=range(1, 100)) -> PageText:
    text = PageText(1)
    labels = set(map(str, known))
    marks = {own: find_marks(own, Labels(labels, labels)) for own in printed}
    words = Words(frozenset(in_report), DICTIONARY.__contains__)
    text.add_block(printed, marks, words)
    return text


def marks_of(text: PageText) -> list[tuple[int, int]]:
    return [(int(mark.label), mark.offset) for mark in text.marks]


def body(*texts: str, in_report=()) -> str:
    return set_page(lines(texts), in_report=in_report).text()


def test_lines_are_joined_with_one_blank():
    assert body("Prawo Kazachstanu", "nie przewiduje kary.") == (
        "Prawo Kazachstanu nie przewiduje kary."
    )


@pytest.mark.parametrize(
    ("above", "below", "joined"),
    [
        ("demon-", "stracja trwa", "demonstracja trwa"),
        ("Konsty\u2010", "tucja kraju", "Konstytucja kraju"),
        ("konsty\u00ad", "tucja", "konstytucja"),
        ("xxxxan\u00ad", "yyyyna", "xxxxanyyyyna"),
    ],
)
def test_a_typesetters_hyphen_goes(above, below, joined):
    assert body(above, below) == joined


@pytest.mark.parametrize(
    ("above", "below", "kept"),
    [
        ("Kasym-", "Żomart Tokajew", "Kasym-Żomart Tokajew"),
        ("ćwiczenia Anadolu-", "2025", "ćwiczenia Anadolu-2025"),
        ("rzymsko-", "germańskie", "rzymsko-germańskie"),
        (
            "https://example.org/the-world-",
            "factbook",
            "https://example.org/the-world-factbook",
        ),
        ("2021-", "2023", "2021-2023"),
        ("12–", "17 września", "12–17 września"),
    ],
)
def test_a_hyphen_of_the_word_itself_stays(above, below, kept):
    assert body(above, below) == kept


def test_a_dash_of_a_sentence_keeps_its_blanks():
    assert body("Mażylis –", "izba niższa") == "Mażylis – izba niższa"
    assert body("w 2023 r. –", "2 osoby") == "w 2023 r. – 2 osoby"


def test_what_the_report_prints_unbroken_goes_before_the_dictionary():
    halves = ("północno-", "kazachstański")

    assert body(*halves) == "północnokazachstański"
    assert (
        body(*halves, in_report={"północno-kazachstański"}) == "północno-kazachstański"
    )
    assert (
        body(*halves, in_report={"wschodnio-kazachstański"}) == "północno-kazachstański"
    )


def test_a_name_that_no_dictionary_has_is_joined_as_the_report_prints_it():
    assert body("Żetysu-", "skiego", in_report={"żetysuskiego"}) == "Żetysuskiego"


@pytest.mark.parametrize("second", ["-zachodni Hadrów", "\u00adzachodni Hadrów"])
def test_a_hyphen_set_twice_by_polish_custom_is_one(second):
    assert body("południowo-", second) == "południowo-zachodni Hadrów"


def test_the_second_hyphen_is_seen_by_its_gap_where_the_reader_drops_it():
    flush = lines(["miasta poza nią, a", "południowo-", "zachodni Hadrów"])
    gap = [*flush[:2], Line(1, glyphs("zachodni Hadrów", base=714, left=75.3))]

    assert set_page(gap).text().endswith("południowo-zachodni Hadrów")
    assert set_page(flush).text().endswith("południowozachodni Hadrów")


def test_a_soft_hyphen_inside_a_line_is_no_character():
    assert body("kon\u00adsty\u00adtucja") == "konstytucja"


def test_ligatures_are_letters_each_with_the_box_of_the_ligature():
    text = set_page([line("ﬁkcja ﬃ")])

    assert text.text() == "fikcja ffi"
    assert text.boxes[0] == text.boxes[1]
    assert len(set(text.boxes[-3:])) == 1


@pytest.mark.parametrize(
    ("drawn", "read"),
    [
        ("s\u0301mierc\u0301", "śmierć"),
        ("e\u0328", "ę"),
        ("Z\u0307o\u0142nierz", "Żołnierz"),
    ],
)
def test_a_diacritic_drawn_apart_is_part_of_its_letter(drawn, read):
    text = set_page([line(drawn)])

    assert text.text() == read
    assert len(text.boxes) == len(read)


def test_a_diacritic_without_a_letter_is_kept():
    assert body("a \u0301b") == "a \u0301b"


def test_a_no_break_space_is_a_blank_like_any_other():
    # The reader of the PDF gives no blanks, only where they stand.
    printed = Line(1, glyphs("27 400 osób"))

    assert set_page([printed]).text() == "27 400 osób"


def test_marks_are_taken_out_and_their_offsets_kept():
    text = set_page(lines(["Kary śmierci nie ma.[18] Prawo", "jest jedno.[19][20]"]))

    assert text.text() == "Kary śmierci nie ma. Prawo jest jedno."
    assert marks_of(text) == [(18, 20), (19, 38), (20, 38)]


def test_a_mark_set_apart_leaves_no_blank_before_the_full_stop():
    text = set_page([line("Kary śmierci nie ma [18].")])

    assert text.text() == "Kary śmierci nie ma ."
    assert marks_of(text) == [(18, 19)]


def test_a_block_of_marks_alone_is_no_text():
    text = PageText(1)
    own = line("[44][45]")

    assert (
        text.add_block(
            [own],
            {own: find_marks(own, Labels({"44", "45"}, set()))},
            Words(frozenset(), bool),
        )
        is None
    )
    assert (text.text(), marks_of(text)) == ("", [(44, 0), (45, 0)])


def test_blocks_stand_apart_by_one_blank():
    text = PageText(1)
    words = Words(frozenset(), bool)

    spans = [text.add_block([line(t)], {}, words) for t in ("KARA ŚMIERCI", "Prawo.")]

    assert text.text() == "KARA ŚMIERCI Prawo."
    assert spans == [Span(0, 12), Span(13, 19)]


printed_lines = st.lists(
    st.text("aąbcż-–.,[]12 \u00adﬁ\u0301", min_size=1, max_size=20).filter(str.strip),
    min_size=1,
    max_size=6,
)


@given(printed_lines)
def test_every_character_of_the_body_has_a_box_and_only_blanks_have_no_ink(texts):
    text = set_page(lines(texts))

    assert len(text.boxes) == len(text.text())
    assert all(
        (c == " ") == (b == NO_INK)
        for c, b in zip(text.text(), text.boxes, strict=True)
    )


@given(printed_lines)
def test_the_body_has_single_blanks_and_marks_inside_it(texts):
    text = set_page(lines(texts))

    assert text.text().strip() == " ".join(text.text().split())
    assert all(0 <= offset <= len(text.text()) for _, offset in marks_of(text))


@given(printed_lines)
def test_no_letter_is_lost_and_none_is_added(texts):
    text = set_page(lines(texts), known=())
    drawn = "".join(g.char for own in lines(texts) for g in own.glyphs)

    assert [c for c in text.text() if c in "aąbcż"] == [
        c for c in drawn if c in "aąbcż"
    ] or "\u0301" in drawn

"""Pages with the boxes of their characters, and words cut from several pages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coi_qa.domain.report import (
    NO_INK,
    Page,
    Place,
    Section,
    join_slices,
    merge_boxes,
    pack_boxes,
    section_at,
)
from coi_qa.domain.text import Span


def page(body: str, *, number: int = 1, inside_word: bool = False) -> Page:
    boxes = [
        NO_INK if c == " " else (10.0 * i, 700.0, 10.0 * i + 8, 707.0)
        for i, c in enumerate(body)
    ]
    return Page(number, str(number), 595, 842, body, pack_boxes(boxes), inside_word)


def place(page_number: int, start: int, end: int) -> Place:
    return Place("0" * 64, page_number, Span(start, end))


@pytest.mark.parametrize("boxes", [0, 2, 4])
def test_a_page_without_one_box_a_character_is_refused(boxes):
    with pytest.raises(ValueError, match="page 1: 3 characters"):
        Page(1, "1", 595, 842, "abc", pack_boxes([NO_INK] * boxes))


def test_the_boxes_of_a_span_cover_its_characters_and_no_other():
    body = page("Prawo Kazachstanu")

    assert body.boxes(Span(6, 17)) == ((60.0, 700.0, 168.0, 707.0),)


def test_the_boxes_of_a_span_of_another_page_are_refused():
    with pytest.raises(ValueError, match="in a text of 5"):
        page("Prawo").boxes(Span(2, 9))


def test_a_blank_alone_has_no_box():
    assert page("a b").boxes(Span(1, 2)) == ()


@given(st.integers(1, 6), st.integers(1, 30), st.floats(6, 14))
def test_a_paragraph_has_one_box_for_each_printed_line(lines, chars, size):
    boxes = [
        (72 + k * size / 2, 700 - n * 1.4 * size, 72 + (k + 0.9) * size / 2, 0.0)
        for n in range(lines)
        for k in range(chars)
    ]
    boxes = [(x0, y0, x1, y0 + 0.7 * size) for x0, y0, x1, _ in boxes]

    assert len(merge_boxes(boxes)) == lines


@given(
    st.lists(
        st.tuples(
            *[st.floats(0, 600, width=32)] * 2, st.floats(1, 20), st.floats(1, 20)
        )
    )
)
def test_every_character_is_inside_a_merged_box(corners):
    boxes = [(x, y, x + w, y + h) for x, y, w, h in corners]

    merged = merge_boxes(boxes)

    for x0, y0, x1, y1 in boxes:
        if (x0, y0) == (0, 0):
            continue
        assert any(
            a <= x0 + 0.01 and b <= y0 + 0.01 and x1 <= c + 0.01 and y1 <= d + 0.01
            for a, b, c, d in merged
        )


def test_a_full_stop_and_a_raised_quotation_mark_stay_on_their_line():
    letter, stop, mark = (10, 700, 16, 707), (17, 700, 18, 701), (18, 705, 21, 708)

    assert merge_boxes([letter, stop, mark]) == ((10, 700, 21, 708),)


def test_a_line_set_close_below_a_tall_one_is_another_line():
    tall, below = (10, 700, 100, 712), (10, 690, 16, 697)

    assert merge_boxes([tall, below]) == (tall, below)


def test_slices_of_two_pages_are_joined_with_one_space():
    pages = {1: page("Wojsko i"), 2: page("policja.", number=2)}

    assert join_slices(pages, [place(1, 0, 8), place(2, 0, 8)]) == "Wojsko i policja."


def test_slices_are_joined_with_nothing_where_the_break_is_inside_a_word():
    pages = {1: page("demon"), 2: page("stracja trwa", number=2, inside_word=True)}

    assert join_slices(pages, [place(1, 0, 5), place(2, 0, 7)]) == "demonstracja"


def test_only_the_first_word_of_a_page_may_have_begun_before():
    pages = {1: page("demon"), 2: page("stracja trwa", number=2, inside_word=True)}

    assert join_slices(pages, [place(1, 0, 5), place(2, 8, 12)]) == "demon trwa"
    assert join_slices(pages, [place(2, 0, 7)]) == "stracja"


@pytest.mark.parametrize("beyond", [place(3, 0, 1), place(1, 0, 6)])
def test_a_place_beyond_the_stored_report_is_refused(beyond):
    with pytest.raises(ValueError, match=r"no page 3|in a text of"):
        join_slices({1: page("Prawo")}, [beyond])


@given(st.lists(st.text("abcż .", min_size=1, max_size=20), min_size=1, max_size=4))
def test_whole_pages_joined_are_their_bodies(bodies):
    pages = {n: page(body, number=n) for n, body in enumerate(bodies, start=1)}
    places = [place(n, 0, len(body)) for n, body in enumerate(bodies, start=1)]

    assert join_slices(pages, places) == " ".join(bodies)


def section(path, page_number, start=None):
    places = ()
    if start is not None:
        places = (Place("a", page_number, Span(start, start + 5)),)
    return Section(0, path, len(path), page_number, places)


@pytest.mark.parametrize(
    ("page_number", "offset", "above"),
    [
        (1, 0, ()),
        (2, 9, ()),
        (2, 10, ("A",)),
        (2, 39, ("A",)),
        (2, 40, ("A", "B")),
        (3, 0, ("A", "B")),
        (4, 0, ("C",)),
        (9, 9, ("C",)),
    ],
)
def test_the_headings_above_a_place_are_the_last_that_begin_before_it(
    page_number, offset, above
):
    sections = (
        section((), 1),
        section(("A",), 2, 10),
        section(("A", "B"), 2, 40),
        section(("C",), 4),  # whose heading's place is not known
    )

    assert section_at(sections, page_number, offset) == above


def test_a_report_without_headings_has_none_above_a_place():
    assert section_at((), 3, 7) == ()

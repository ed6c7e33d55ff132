"""Boxes of characters become lines, and are turned and flipped onto a picture."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coi_qa.domain.picture import flip, marked_boxes, place, printed_lines
from coi_qa.domain.text import Span

sides = st.tuples(st.integers(0, 500), st.integers(501, 900))


@given(sides, sides)
def test_a_box_flipped_twice_is_itself(across, up):
    box = (across[0], up[0], across[1], up[1])

    assert flip(flip(box, height=842), height=842) == box


@given(sides, sides)
def test_a_flipped_box_has_its_top_first_and_its_size(across, up):
    x0, y0, x1, y1 = flip((across[0], up[0], across[1], up[1]), height=842)

    assert (x1 - x0, y1 - y0) == (across[1] - across[0], up[1] - up[0])
    assert y0 == 842 - up[1]


@pytest.mark.parametrize(
    ("placing", "placed"),
    [
        ((1, 0, 0, 1, 0, 0), (10, 20, 30, 25)),
        ((1, 0, 0, 1, -5, -15), (5, 5, 25, 10)),  # cropped
        ((-1, 0, 0, -1, 100, 200), (70, 175, 90, 180)),  # upside down
        ((0, 1, -1, 0, 200, 0), (175, 10, 180, 30)),  # turned to the left
        ((2, 0, 0, 2, 0, 0), (20, 40, 60, 50)),  # a unit of two points
    ],
)
def test_a_box_is_placed_in_the_picture(placing, placed):
    assert place((10, 20, 30, 25), placing) == placed


def set_text(*lines, size=10.0):
    """Return a body and its boxes: lines below each other, joined by a blank."""
    body, boxes = "", []
    for at, line in enumerate(lines):
        base = 700.0 - 14 * at
        for column, char in enumerate(line):
            x0 = 70.0 + 6 * column
            boxes.append(
                None if char == " " else (x0, base, x0 + 5, base + 0.72 * size)
            )
        body += line
        if at + 1 < len(lines):
            body, boxes = body + " ", [*boxes, None]
    return body, boxes


def test_a_line_runs_up_to_the_first_character_of_the_next():
    body, boxes = set_text("Kara śmierci", "nie grozi")

    lines = printed_lines(boxes)

    assert [line.span.of(body) for line in lines] == ["Kara śmierci ", "nie grozi"]
    assert [(line.left, line.base, line.size) for line in lines] == [
        (70, 700, pytest.approx(10)),
        (70, 686, pytest.approx(10)),
    ]


@given(st.lists(st.text("aąy .,", min_size=1).filter(str.strip), min_size=1))
def test_every_character_is_on_one_line(texts):
    body, boxes = set_text(*(text.strip() for text in texts))

    spans = [line.span for line in printed_lines(boxes)]

    assert "".join(span.of(body) for span in spans) == body


def test_a_page_without_boxes_has_no_lines():
    assert printed_lines([None, None]) == []


def test_a_quote_is_marked_from_its_first_letter_to_its_last():
    body, boxes = set_text("Pierwsze. Kara", "śmierci. Drugie")
    quote = "Kara śmierci."
    span = Span(body.index(quote), body.index(quote) + len(quote))

    marked = marked_boxes(printed_lines(boxes), [span])

    assert [box for _, box in marked] == [
        (130, 700, 153, 707.2),
        (70, 686, 117, 693.2),
    ]


def test_a_blank_alone_is_not_marked():
    _, boxes = set_text("Kara śmierci")

    assert marked_boxes(printed_lines(boxes), [Span(4, 5)]) == []


def test_the_letters_of_a_ligature_stand_on_one_line():
    """A caseworker's reader said "pacyf istyczne"."""
    boxes = [(0, 0, 5, 8), (6, 0, 14, 9), (6, 0, 14, 9), (15, 0, 20, 8)]

    assert [line.span for line in printed_lines(boxes)] == [Span(0, 4)]

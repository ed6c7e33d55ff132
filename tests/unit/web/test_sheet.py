"""What is laid over a page's picture, and what is marked in its text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.fakes_web import (
    DEATH_PENALTY,
    FILLER,
    KAZAKHSTAN,
    MOSQUES,
    NEAR,
    PAGES,
    PNG,
    quote_of,
)

from coi_qa.domain.picture import Picture
from coi_qa.domain.text import Span
from coi_qa.web.sheet import draw_over, paragraphs_of, quoted_spans

PAGE = PAGES[KAZAKHSTAN, 2]
PICTURE = Picture(PNG, PAGE.width, PAGE.height)


def span_of(words, page=PAGE):
    start = page.body.index(words)
    return Span(start, start + len(words))


def document(text, page_number=2, **changed):
    """Return a quote as an answer's JSON has it."""
    places = [
        {
            "page": p.place.page_number,
            "start": p.place.span.start,
            "end": p.place.span.end,
        }
        for p in quote_of(1, text).places
    ]
    places[0] |= changed
    return {"text": text, "places": places}


def test_the_rectangles_are_the_quotes_boxes_counted_from_the_top():
    span = span_of(DEATH_PENALTY)
    ((x0, y0, x1, y1),) = PAGE.boxes(span)

    drawing = draw_over(PAGE, PICTURE, quote=[span])

    assert drawing.quote == [
        (x0 - 1, pytest.approx(842 - y1 - 1), x1 - x0 + 2, y1 - y0 + 2)
    ]
    assert drawing.hits == []


def test_each_printed_line_has_a_rectangle_and_the_run_one_bar():
    drawing = draw_over(PAGE, PICTURE, quote=[span_of(FILLER)])

    (bar,) = drawing.bars
    first, *_, last = drawing.quote
    assert len(drawing.quote) == len(PAGE.boxes(span_of(FILLER))) > 2
    assert bar.x + bar.width < first.x
    assert (bar.y, bar.y + bar.height) == (first.y, pytest.approx(last.y + last.height))


def test_the_text_layer_holds_the_body_letter_by_letter():
    drawing = draw_over(PAGE, PICTURE)

    paragraphs = ["".join(line.text for line in lines) for lines in drawing.paragraphs]
    assert "".join(paragraphs) == PAGE.body
    assert paragraphs[1].strip() == DEATH_PENALTY
    for lines in drawing.paragraphs:
        for line in lines:
            assert len(line.xs.split()) == len(line.text)


def test_a_letter_of_two_halves_gets_two_places():
    body = "𝔸" + PAGE.body[1:]
    drawing = draw_over(replace(PAGE, body=body), PICTURE)

    line = drawing.paragraphs[0][0]
    assert len(line.xs.split()) == len(line.text) + 1


def test_nothing_is_laid_over_a_picture_of_another_size():
    other = replace(PICTURE, width=PAGE.height, height=PAGE.width)

    drawing = draw_over(PAGE, other, quote=[span_of(NEAR)], hits=[span_of("KARA")])

    assert (drawing.quote, drawing.bars, drawing.hits, drawing.paragraphs) == (
        [],
        [],
        [],
        [],
    )


def test_words_without_boxes_are_not_marked():
    blank = replace(PAGE, ink=bytes(len(PAGE.ink)))

    assert draw_over(blank, PICTURE, quote=[span_of(NEAR)]).quote == []


def test_a_quote_and_what_was_looked_for_are_told_apart_in_the_text():
    quote, hit = span_of(DEATH_PENALTY), span_of("kary śmierci")

    pieces = [
        piece
        for paragraph in paragraphs_of(PAGE, quote=[quote], hits=[hit])
        for piece in paragraph
    ]

    head, tail = DEATH_PENALTY.split("kary śmierci")
    assert [(p.text, p.kind, p.is_first) for p in pieces if p.kind] == [
        (head, "quote", True),
        ("kary śmierci", "hit", True),
        (tail, "quote", False),
    ]
    assert "".join(p.text for p in pieces) == PAGE.body


def test_a_quote_is_found_where_the_answer_says():
    assert quoted_spans(PAGE, document(DEATH_PENALTY)) == [span_of(DEATH_PENALTY)]


def test_the_part_of_a_quote_on_this_page_is_found():
    assert quoted_spans(PAGE, document(MOSQUES)) == [
        span_of(MOSQUES.partition(" odmówiły")[0])
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"start": span_of(DEATH_PENALTY).start - 3},
        {"start": span_of(DEATH_PENALTY).start + 3},  # words of it, and not all
        {"end": 10**6},
        {"start": -5},
        {"end": 0},
    ],
)
def test_other_words_than_the_quotes_are_not_found(changed):
    assert quoted_spans(PAGE, document(DEATH_PENALTY, **changed)) == []

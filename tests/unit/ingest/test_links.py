"""Which definition each mark means."""

from __future__ import annotations

from collections import Counter

import pytest
from tests.unit.ingest.layouts import line

from coi_qa.ingest.links import PlacedMark, labels_near, link_marks
from coi_qa.ingest.notes import NoteLines


def linked(marks: str, notes: str) -> list[int | None]:
    """Link what stands on pages parted by "|": labels; "L" before those of a list.

    All notes of a page stand after all its marks.
    """
    placed, defined, order = [], [], {}
    pairs = zip(marks.split("|"), notes.split("|"), strict=True)
    lists = 0
    for page, (own_marks, own_notes) in enumerate(pairs, start=1):
        for label in own_marks.split():
            placed.append(PlacedMark(label, 0, line("Tekst", page_number=page)))
            order[placed[-1].line] = len(order)
        labels = own_notes.split()
        in_list = labels[:1] == ["L"]
        for label in labels[in_list:]:
            number = int(label) if label.isdigit() else 1
            note = NoteLines(number, page, [line("Nota", page_number=page)])
            note.symbol = "" if label.isdigit() else label
            note.end_list = lists if in_list else None
            order[note.lines[0]] = len(order)
            defined.append(note)
        lists += in_list
    return link_marks(placed, defined, order)


@pytest.mark.parametrize(
    ("marks", "notes", "expected"),
    [
        ("1 2 | 3", "1 2 | 3", [0, 1, 2]),
        ("1 2 | 1", "1 2 | 1", [0, 1, 2]),
        ("* ** | *", "* ** | *", [0, 1, 2]),
        ("14 15 1 | 2", "14 15 1 | 2", [0, 1, 2, 3]),
        ("1 2 1", "1 2 1", [0, 1, 2]),
        ("1 1", "1", [0, 0]),
        ("1 9", "1", [0, None]),
    ],
)
def test_a_mark_names_the_note_of_its_page(marks, notes, expected):
    assert linked(marks, notes) == expected


@pytest.mark.parametrize(
    ("marks", "notes", "expected"),
    [
        ("1 2 | 3", "1 | 2 3", [0, 1, 2]),
        ("1 2 | 1 2", "1 | 2 1 2", [0, 1, 2, 3]),
    ],
)
def test_a_note_put_off_to_the_next_page_is_found(marks, notes, expected):
    assert linked(marks, notes) == expected


def test_a_number_without_its_like_is_named_from_every_page():
    assert linked("1 | 2 | 1", "1 | 2 |") == [0, 1, 0]


def test_a_mark_without_its_note_does_not_take_the_next_pages():
    assert linked("1 2 | 1 2", "1 | 1 2") == [0, None, 1, 2]


def test_a_note_left_on_the_page_before_its_mark_is_found():
    assert linked("* | † | *", "* † | | *") == [0, 1, 2]


@pytest.mark.parametrize(
    ("marks", "notes", "expected"),
    [
        ("1 2 | | 1 2 |", "| L 1 2 | | L 1 2", [0, 1, 2, 3]),
        ("1 2 | 3 | ", " | | L 1 2 3", [0, 1, 2]),
        ("1 2 | 1 | ", " | | L 1 2 1", [0, 1, 2]),
        ("1 | 1 2 | ", " | | L 1 1 2", [0, 1, 2]),
        ("1 2 1 | ", " | L 1 2", [0, 1, 0]),
    ],
)
def test_a_mark_names_the_note_of_the_next_list(marks, notes, expected):
    assert linked(marks, notes) == expected


def test_labels_near_are_those_that_no_mark_of_another_page_means():
    notes = [NoteLines(number, page) for number, page in [(1, 1), (2, 2), (3, 3)]]
    marked = [Counter({"1": 1}), Counter(), Counter()]

    assert labels_near(2, notes, marked) == {"2", "3"}

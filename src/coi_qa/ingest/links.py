"""Marks and notes brought together: which definition each mark means."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from coi_qa.ingest.lines import Line
from coi_qa.ingest.notes import NoteLines


class PlacedMark(NamedTuple):
    """One label of a mark, and where it stands.

    Attributes:
        label: "12" or "**".
        offset: In its page's body.
        line: On which it is printed.
    """

    label: str
    offset: int
    line: Line


def labels_near(
    page_number: int, notes: Sequence[NoteLines], marked: Sequence[Counter[str]]
) -> set[str]:
    """Return the labels that a mark on a page may mean without square brackets.

    Those are the labels of its own notes, of notes on the pages before and after that
    the marks there do not mean, and of all lists after a section.

    Args:
        page_number: From 1.
        notes: All of the report.
        marked: How many marks there seem to be of each label, page by page.
    """
    feet = [note for note in notes if note.end_list is None]
    near = {note.label for note in notes if note.end_list is not None}
    near |= {note.label for note in feet if note.page_number == page_number}
    for beside in {page_number - 1, page_number + 1} & set(range(1, len(marked) + 1)):
        labels = Counter(n.label for n in feet if n.page_number == beside)
        near |= set(labels - marked[beside - 1])
    return near


def link_marks(
    marks: Sequence[PlacedMark],
    notes: Sequence[NoteLines],
    order: Mapping[Line, int],
) -> list[int | None]:
    """Return for each mark the index of the note it names, or None.

    A note at the foot of the same page comes first: of two with one number, because
    numbering restarts there, the one whose turn it is. Then comes a note that was put
    off to the next page, then the next list after the mark, then the only note of
    that label in the whole report.

    Args:
        marks: All of a report, in reading order.
        notes: Likewise.
        order: The place of each line of the report in reading order.
    """
    by_label: dict[str, list[int]] = defaultdict(list)
    for at, note in enumerate(notes):
        by_label[note.label].append(at)
    marked = Counter((mark.line.page_number, mark.label) for mark in marks)
    feet = _Feet(notes, marked)
    restarts = any(len(same) > 1 for same in by_label.values())
    seen: Counter[tuple[int, str]] = Counter()
    found: list[int | None] = []
    for mark, listed in zip(marks, _find_in_lists(marks, notes, order), strict=True):
        where = (mark.line.page_number, mark.label)
        at_foot = feet.named(*where, turn=seen[where])
        seen[where] += 1
        same = by_label[mark.label]
        only = same[0] if same and not restarts else None
        choices = (at_foot, listed, only)
        found.append(next((at for at in choices if at is not None), None))
    return found


class _Feet:
    """The notes at the feet of pages."""

    def __init__(
        self, notes: Sequence[NoteLines], marked: Mapping[tuple[int, str], int]
    ) -> None:
        """Keep the notes by page and label, and how many marks a page has of each."""
        self._marked = marked
        self._notes: dict[tuple[int, str], list[int]] = defaultdict(list)
        for at, note in enumerate(notes):
            if note.end_list is None:
                self._notes[note.page_number, note.label].append(at)

    def named(self, page: int, label: str, *, turn: int) -> int | None:
        """Return the note that mark number `turn` of a page, from 0, names, or None.

        Of two notes of one label on a page, each has its mark: numbering restarts
        there, or the first was put off from the page before. With more marks than
        notes, the last ones name the last note again.
        """
        own = self._notes[page, label][self._put_off_to(page, label) :]
        next_page = self._notes[page + 1, label]
        choices = own + next_page[: self._put_off_to(page + 1, label)]
        if not choices and not self._marked.get((page - 1, label)):
            choices = self._notes[page - 1, label]  # its mark moved on without it
        return choices[min(turn, len(choices) - 1)] if choices else None

    def _put_off_to(self, page: int, label: str) -> int:
        """Return how many notes of a page belong to marks of the page before."""
        here, before = (page, label), (page - 1, label)
        surplus = len(self._notes[here]) - self._marked.get(here, 0)
        lacking = self._marked.get(before, 0) - len(self._notes[before])
        return max(0, min(surplus, lacking))


def _find_in_lists(
    marks: Sequence[PlacedMark], notes: Sequence[NoteLines], order: Mapping[Line, int]
) -> list[int | None]:
    """Return for each mark the note it names in the next list after it, or None."""
    lists: dict[int, list[int]] = defaultdict(list)
    for at, note in enumerate(notes):
        if note.end_list is not None:
            lists[note.end_list].append(at)
    starts = {own: order[notes[ats[0]].lines[0]] for own, ats in lists.items()}
    following = [
        next((own for own in sorted(lists) if starts[own] > order[mark.line]), None)
        for mark in marks
    ]
    found: list[int | None] = [None] * len(marks)
    for own, ats in lists.items():
        members = [at for at, of in enumerate(following) if of == own]
        named = _in_turn([marks[at].label for at in members], ats, notes)
        for at, note_at in zip(members, named, strict=True):
            found[at] = note_at
    return found


def _in_turn(
    labels: Sequence[str], ats: Sequence[int], notes: Sequence[NoteLines]
) -> list[int | None]:
    """Return for each label of a mark the note of one list that it names, or None.

    Where numbering restarts in the list as many times as in the marks, the first run
    of marks names the first run of notes, and so on.
    """
    note_runs = _runs([notes[at].label for at in ats], repeats=False)
    mark_runs = _runs(labels, repeats=True)
    if mark_runs[-1:] != note_runs[-1:]:
        mark_runs = _runs(labels, repeats=False)
    same_count = mark_runs[-1:] == note_runs[-1:]
    named: list[int | None] = []
    for label, run in zip(labels, mark_runs, strict=True):
        same = [
            at
            for at, own_run in zip(ats, note_runs, strict=True)
            if notes[at].label == label and (own_run == run or not same_count)
        ]
        named.append(same[0] if len(same) == 1 else None)
    return named


def _runs(labels: Sequence[str], *, repeats: bool) -> list[int]:
    """Return how many times numbering had restarted at each label.

    Args:
        labels: Of marks or notes in their order.
        repeats: A second 1 in a row is the same one again.

    >>> _runs(["1", "1", "2", "3", "1"], repeats=True)
    [0, 0, 0, 0, 1]
    >>> _runs(["1", "1", "2", "3", "1"], repeats=False)
    [0, 1, 1, 1, 2]
    """
    runs: list[int] = []
    run, largest = 0, 0
    for label in labels:
        number = int(label) if label.isdigit() else 0
        if number == 1 and largest > int(repeats):
            run, largest = run + 1, 0
        largest = max(largest, number)
        runs.append(run)
    return runs

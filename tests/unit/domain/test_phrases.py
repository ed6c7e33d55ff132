"""Words are found in a report in any form, and other words are not."""

from __future__ import annotations

import pytest

from coi_qa.domain.phrases import Phrase
from coi_qa.domain.text import Span

LEMMAS = {
    "kara": ("kara",),
    "karę": ("kara",),
    "karze": ("kara", "karz"),
    "karta": ("karta",),
    "śmierć": ("śmierć",),
    "śmierci": ("śmierć",),
}


def found(typed, body):
    phrase = Phrase(typed, lemmas=lambda word: LEMMAS.get(word, ()))
    return [span.of(body) for span in phrase.find(body)]


@pytest.mark.parametrize(
    ("typed", "body", "words"),
    [
        ("kara", "Zniesiono karę.", ["karę"]),
        ("Kara śmierci", "o karze śmierci, o karze", ["karze śmierci"]),
        ("kara smierci", "Kara śmierci.", ["Kara śmierci"]),
        ("kazach", "w Kazachstanie", ["Kazachstanie"]),
        ("12.09.2025", "do 12.09.2025 r.", ["12.09.2025"]),
        ("20,26 mln", "ma 20,26 mln osób", ["20,26 mln"]),
        ("ﬁkcja", "to fikcja", ["fikcja"]),
    ],
)
def test_words_are_found_in_other_forms_and_typesetting(typed, body, words):
    assert found(typed, body) == words


@pytest.mark.parametrize(
    ("typed", "body"),
    [
        ("kara", "Karta i karnet."),
        ("zginęło 12", "zginęło 120"),
        ("kara śmierci", "śmierci kara"),
        ("kara śmierci", "kara, choć nie zawsze, śmierci"),
        ("ka", "Kazachstan"),
    ],
)
def test_other_words_are_not(typed, body):
    assert found(typed, body) == []


@pytest.mark.parametrize("typed", ["", "   ", "„–…”", "<>&\"'"])
def test_nothing_is_found_without_a_word(typed):
    assert found(typed, "Kara <b>śmierci</b> & „–…”") == []


def test_what_is_found_does_not_overlap():
    assert Phrase("a a", lemmas=lambda word: ()).find("a a a a a") == [
        Span(0, 3),
        Span(4, 7),
    ]


def test_the_words_around_are_whole_and_the_bodys_own():
    body = "początek " * 20 + "Kara śmierci" + " dalszy" * 20

    (one,) = Phrase("kara", lemmas=lambda word: ()).occurrences(
        page_number=7, body=body
    )

    assert (one.page_number, one.words, one.span.of(body)) == (7, "Kara", "Kara")
    assert one.before.startswith("… początek ")
    assert one.after.endswith(" dalszy …")
    shown = one.before.removeprefix("… ") + one.words + one.after.removesuffix(" …")
    assert shown in body

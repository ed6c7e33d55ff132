"""Paragraphs -> whole sentences, each with the footnotes it rests on."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coi_qa.adapters.polish import Morphology
from coi_qa.adapters.sentences import SentenceSplitter
from coi_qa.domain.report import NO_INK, Page, Paragraph, Place, join_slices, pack_boxes
from coi_qa.domain.source import Marker
from coi_qa.domain.text import Span
from coi_qa.ingest.sentences import read_sentences

_MARK = re.compile(r"\[(\d+)\]")


def at_stops(paragraph: str) -> list[tuple[int, int]]:
    """Split after every full stop and blank; enough where that is not the point."""
    return [match.span() for match in re.finditer(r"[^.\s][^.]*\.?", paragraph)]


@pytest.fixture(scope="module")
def polish() -> SentenceSplitter:
    return SentenceSplitter(Morphology())


def read(*slices: str, split=at_stops, kind="text", inside_word=False, undefined=()):
    """Sentences of one paragraph, given page by page with its marks in brackets."""
    pages, places, markers = [], [], []
    for number, text in enumerate(slices, start=1):
        body, at = "", 0
        for match in _MARK.finditer(text):
            body += text[at : match.start()]
            note = int(match[1])
            named = None if note in undefined else note
            markers.append(Marker(note, number, len(body), named))
            at = match.end() + (not body and text[match.end() :].startswith(" "))
        body = (body + text[at:]).strip()
        ink = pack_boxes([NO_INK] * len(body))
        cut = inside_word and number > 1
        pages.append(Page(number, str(number), 595, 842, body, ink, cut))
        places.append(Place("a" * 64, number, Span(0, len(body))))
    found = read_sentences(
        pages, [Paragraph(0, 0, kind, tuple(places))], markers, split=split
    )
    by_number = {page.number: page for page in pages}
    return [(join_slices(by_number, s.places), s.footnotes, s.scope) for s in found]


def test_a_sentence_rests_on_its_own_mark():
    assert read("Kary nie ma.[1] Prawo jest jedno.[2]") == [
        ("Kary nie ma.", (1,), "sentence"),
        ("Prawo jest jedno.", (2,), "sentence"),
    ]


def test_several_marks_side_by_side_are_a_cluster():
    assert read("Ewakuowano ludzi.[1][2][3]") == [
        ("Ewakuowano ludzi.", (1, 2, 3), "cluster")
    ]


def test_marks_apart_in_one_sentence_are_both_its_own():
    assert read("Bazy są trzy[1], a kraj należy do OUBZ.[2]") == [
        ("Bazy są trzy, a kraj należy do OUBZ.", (1, 2), "sentence")
    ]


def test_a_sentence_without_a_mark_takes_the_next_one_of_its_paragraph():
    assert read("Pierwsze. Drugie. Trzecie.[1][2] Czwarte.[3]") == [
        ("Pierwsze.", (1, 2), "paragraph"),
        ("Drugie.", (1, 2), "paragraph"),
        ("Trzecie.", (1, 2), "cluster"),
        ("Czwarte.", (3,), "sentence"),
    ]


def test_after_the_last_mark_of_a_paragraph_there_is_none():
    assert read("Pierwsze.[1] Drugie. Trzecie.") == [
        ("Pierwsze.", (1,), "sentence"),
        ("Drugie.", (), "none"),
        ("Trzecie.", (), "none"),
    ]


def test_a_mark_before_the_full_stop_belongs_to_its_sentence():
    assert read("Kary nie ma[1]. Prawo jest jedno[2].") == [
        ("Kary nie ma.", (1,), "sentence"),
        ("Prawo jest jedno.", (2,), "sentence"),
    ]


def test_a_mark_without_its_note_names_none_and_keeps_others_from_its_sentence():
    assert read("Podróżuje się swobodnie.[60] Wizy zniesiono.[61]", undefined={60}) == [
        ("Podróżuje się swobodnie.", (), "none"),
        ("Wizy zniesiono.", (61,), "sentence"),
    ]


def test_a_mark_ends_a_sentence_that_the_splitter_runs_on():
    def whole(paragraph: str) -> list[tuple[int, int]]:
        return [(0, len(paragraph))]

    assert read("Trwa od 2022 r.[1] Walki ustały.[2]", split=whole) == [
        ("Trwa od 2022 r.", (1,), "sentence"),
        ("Walki ustały.", (2,), "sentence"),
    ]
    assert read("W 2022 r.[1] walki ustały.[2]", split=whole) == [
        ("W 2022 r. walki ustały.", (1, 2), "sentence"),
    ]


def test_a_sentence_over_a_page_break_has_a_place_on_each_page():
    assert read("Pierwsze.[1] Protesty były", "głównie pokojowe.[2] Trzecie.[3]") == [
        ("Pierwsze.", (1,), "sentence"),
        ("Protesty były głównie pokojowe.", (2,), "sentence"),
        ("Trzecie.", (3,), "sentence"),
    ]


def test_a_word_over_a_page_break_is_whole():
    assert read("Trwa demon", "stracja.[1]", inside_word=True) == [
        ("Trwa demonstracja.", (1,), "sentence")
    ]


def test_a_mark_carried_over_to_the_next_page_belongs_to_the_sentence_before():
    assert read("Zatrzymano przemytnika.", "[1] Skazano policjantów.[2]") == [
        ("Zatrzymano przemytnika.", (1,), "sentence"),
        ("Skazano policjantów.", (2,), "sentence"),
    ]


def test_a_row_of_a_table_is_never_split():
    assert read("cywile 4. 6. 0.", kind="row") == [("cywile 4. 6. 0.", (), "none")]


@pytest.mark.parametrize(
    "one",
    [
        "W lipcu 2024 r. KNB aresztował pięć osób.",
        "Ćwiczenia odbyły się m.in. w Turcji i in. krajach.",
        "Zginęło ok. 12 tys. osób, tj. co setny mieszkaniec.",
        "Rozmawiał z nim gen. Wit Adamir.",
        "Mowa o tym w art. 15 ust. 2 Konstytucji.",
        "Do 31 maja 2024 r. Ministerstwo Spraw Wewnętrznych nie podało liczby.",
        "Partia Amanat (do 2022 r. Nur Otan) zwyciężyła.",
        "Żołnierze 4. brygady spalili domy.",
    ],
)
def test_an_abbreviation_does_not_end_a_sentence(polish, one):
    assert [text for text, _, _ in read(one, split=polish)] == [one]


@pytest.mark.parametrize(
    "two",
    [
        (
            "Ostatnie wybory odbyły się 19 marca 2023 r.",
            "Zwyciężyła w nich partia Amanat.",
        ),
        ("Zginęło ok. 20 tys.", "Ranni są liczni."),
        ("Kraj uzyskał niepodległość 16 grudnia 1991 r.", "Kazachstan jest republiką."),
        ("Kary śmierci nie ma.", "Prawo jej nie przewiduje."),
        ("„Nie strzelaliśmy”.", "Tak mówił minister."),
    ],
)
def test_a_full_stop_after_a_clause_with_its_verb_ends_it(polish, two):
    assert [text for text, _, _ in read(" ".join(two), split=polish)] == list(two)


fragments = st.lists(
    st.text("abc. [1]2", min_size=1, max_size=20).filter(
        lambda t: _MARK.sub("", t).strip()
    ),
    min_size=1,
    max_size=3,
)


@given(fragments)
def test_sentences_keep_every_letter_and_no_letter_twice(slices):
    found = read(*slices)
    printed = " ".join(_MARK.sub("", text) for text in slices)

    letters = [c for text, _, _ in found for c in text if c.isalnum()]
    assert letters == [c for c in printed if c.isalnum()]


@given(fragments)
def test_scope_and_footnotes_agree(slices):
    for _, footnotes, scope in read(*slices):
        assert bool(footnotes) == (scope != "none")

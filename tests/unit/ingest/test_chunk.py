"""Sections -> chunks that fit the embedding model."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coi_qa.domain.report import (
    NO_INK,
    Imprint,
    Page,
    Paragraph,
    Place,
    Report,
    Section,
    Sentence,
    pack_boxes,
)
from coi_qa.domain.text import Span
from coi_qa.errors import TextTooLongError
from coi_qa.ingest.build import vector_texts
from coi_qa.ingest.chunk import chunk, evidence_sections, is_frame, windows

PAGE_WORDS = 40  # of the pages that the sentences below fill


def count_words(text: str) -> int:
    return len(text.split())


def make_report(sections, *, noted=()) -> Report:
    """A report of sections: (heading or "", [paragraphs of [words of a sentence]]).

    Sentences run over page breaks as they come.
    """
    bodies = [""]
    heads, paragraphs, sentences = [], [], []
    for ordinal, (heading, own) in enumerate(sections):
        path = (heading,) if heading else ()
        heads.append(Section(ordinal, path, len(path), len(bodies), ()))
        for sentence_words in own:
            for words in sentence_words:
                places = _print(bodies, words)
                at = len(sentences)
                sentences.append(
                    Sentence(
                        at,
                        len(paragraphs),
                        ordinal,
                        places,
                        (0,) if at in noted else (),
                        "sentence" if at in noted else "none",
                    )
                )
            paragraphs.append(Paragraph(len(paragraphs), ordinal, "text", ()))
    pages = tuple(
        Page(n, str(n), 595, 842, body, pack_boxes([NO_INK] * len(body)))
        for n, body in enumerate(bodies, start=1)
    )
    imprint = Imprint("a" * 64, "r.pdf", None, None, None, None, "pl", ("KAZ",))
    return Report(
        imprint, pages, tuple(heads), tuple(paragraphs), tuple(sentences), (), (), ()
    )


def _print(bodies: list[str], words: list[str]) -> tuple[Place, ...]:
    places: dict[int, Place] = {}
    for word in words:
        if len(bodies[-1].split()) >= PAGE_WORDS:
            bodies.append("")
        start = len(bodies[-1]) + bool(bodies[-1])
        bodies[-1] += (" " if bodies[-1] else "") + word
        number = len(bodies)
        first = places[number].span.start if number in places else start
        places[number] = Place("a" * 64, number, Span(first, len(bodies[-1])))
    return tuple(places.values())


sentences = st.integers(1, 25).map(lambda n: [f"s{at}" for at in range(n)])
paragraphs = st.lists(sentences, min_size=1, max_size=5)
reports = st.lists(
    st.tuples(st.sampled_from(["", "KARA", "WOJNA"]), st.lists(paragraphs, max_size=4)),
    min_size=1,
    max_size=4,
).map(make_report)


@given(reports, st.integers(5, 60))
def test_every_sentence_is_in_exactly_one_chunk_and_in_its_order(report, budget):
    chunks = chunk(
        report, country="Kazachstan", count_tokens=count_words, budget_tokens=budget
    )

    assert [at for piece in chunks for at in piece.sentences] == [
        sentence.ordinal for sentence in report.sentences
    ]


@given(reports, st.integers(5, 60))
def test_a_chunk_is_over_the_budget_only_where_one_sentence_is(report, budget):
    chunks = chunk(
        report, country="Kazachstan", count_tokens=count_words, budget_tokens=budget
    )

    assert all(piece.tokens <= budget or len(piece.sentences) == 1 for piece in chunks)


@given(reports, st.integers(5, 60))
def test_a_chunk_is_of_one_section_and_says_where_its_words_stand(report, budget):
    for piece in chunk(
        report, country="", count_tokens=count_words, budget_tokens=budget
    ):
        own = [report.sentences[at] for at in piece.sentences]

        assert {s.section for s in own} == {piece.section}
        numbers = [place.page_number for place in piece.places]
        assert numbers == sorted(set(numbers))
        for place in [place for s in own for place in s.places]:
            held = piece.places[numbers.index(place.page_number)].span
            assert held.start <= place.span.start < place.span.end <= held.end


@given(reports, st.integers(5, 60))
def test_no_two_chunks_of_a_report_have_one_id(report, budget):
    chunks = chunk(report, country="", count_tokens=count_words, budget_tokens=budget)

    assert len({piece.id for piece in chunks}) == len(chunks)


def test_a_paragraph_is_kept_whole_where_it_fits():
    words = ["a"] * 4
    report = make_report([("", [[words, words], [words, words, words]])])

    found = chunk(report, country="", count_tokens=count_words, budget_tokens=12)

    assert [piece.sentences for piece in found] == [(0, 1), (2, 3, 4)]


def test_the_budget_counts_the_country_and_the_headings():
    report = make_report([("KARA ŚMIERCI", [[["a"] * 4, ["b"] * 4]])])

    def chunks(budget: int) -> list[tuple[int, ...]]:
        found = chunk(
            report, country="Kazachstan", count_tokens=count_words, budget_tokens=budget
        )
        return [piece.sentences for piece in found]

    assert chunks(11) == [(0, 1)]
    assert chunks(10) == [(0,), (1,)]


texts = st.lists(st.text("abcdef", min_size=1, max_size=30), min_size=1, max_size=20)


def count_pieces(text: str) -> int:
    """Count as a model with pieces of four letters does."""
    return sum(-(-len(word) // 4) for word in text.split())


@given(texts, st.integers(1, 40))
def test_every_window_fits(words, limit):
    found = windows(" ".join(words), count_tokens=count_pieces, limit=limit)

    assert all(count_pieces(window) <= limit for window in found)


@given(st.integers(1, 60), st.integers(8, 40))
def test_windows_lose_no_word_and_keep_their_order(count, limit):
    words = [f"słowo{n}" for n in range(count)]
    found = windows(" ".join(words), count_tokens=count_pieces, limit=limit)

    end = 0
    for window in found:
        own = window.split()
        start = words.index(own[0])
        assert start <= end
        assert own == words[start : start + len(own)]
        end = start + len(own)
    assert end == count


def test_a_text_that_fits_is_its_own_window():
    assert windows("raz dwa trzy", count_tokens=count_words, limit=3) == [
        "raz dwa trzy"
    ]


@given(reports, st.integers(12, 40))
def test_everything_that_is_embedded_fits_the_model(report, limit):
    chunks = chunk(report, country="Kazachstan", count_tokens=count_words)
    texts = vector_texts(
        report, chunks, country="Kazachstan", count_tokens=count_words, limit=limit
    )

    assert all(count_words(text.text) <= limit for text in texts)
    quotable = evidence_sections(report)
    assert {t.sentence for t in texts if t.sentence is not None} == {
        s.ordinal for s in report.sentences if s.section in quotable
    }


@pytest.mark.parametrize(
    "path",
    [
        ("PODSUMOWANIE",),
        ("7. Podsumowanie",),
        ("ZASTRZEŻENIE",),
        ("Zastrzeżenia",),
        ("TREŚĆ ZLECENIA",),
        ("Spis treści",),
        ("Executive summary", "Details"),
    ],
)
def test_a_frame_is_no_evidence(path):
    assert is_frame(path)


@pytest.mark.parametrize("path", [(), ("KARA ŚMIERCI",), ("USTRÓJ", "PODSUMOWANIE")])
def test_what_frames_nothing_is_no_frame(path):
    assert not is_frame(path)


def test_a_title_page_is_no_evidence_unless_it_has_footnotes():
    title, text = ("", [[["Kazachstan"]]]), ("KARA", [[["Kary", "nie", "ma."]]])

    assert evidence_sections(make_report([title, text])) == {1}
    assert evidence_sections(make_report([title, text], noted={0})) == {0, 1}
    assert evidence_sections(make_report([title])) == {0}


def test_a_model_without_room_for_a_character_is_named_and_not_tried_forever():
    with pytest.raises(TextTooLongError, match="leaves 0 tokens"):
        windows("Zdanie o kraju.", count_tokens=len, limit=0)

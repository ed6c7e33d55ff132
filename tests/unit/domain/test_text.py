"""Ranges of text, and finding words on a page however they were typeset."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coi_qa.domain.text import Span, find_quote, fold, strip_diacritics

LETTERS = "aąbcćdeęlłnńoópsśzźżAŁŻ"
PRINT = "„”\"'’–—-‐\u00ad\u00a0 \n\t.,()[]1290ﬁﬂ½…´″"
DRAWN_APART = ["o\u0301", "e\u0328", "Z\u0307"]
texts = st.lists(st.sampled_from([*LETTERS, *PRINT, *DRAWN_APART]), max_size=60).map(
    "".join
)
words = st.text(LETTERS, min_size=1, max_size=8)


@st.composite
def spans(draw):
    start = draw(st.integers(0, 50))
    return Span(start, start + draw(st.integers(1, 20)))


@given(st.integers(-5, 60), st.integers(-5, 60))
def test_a_span_is_a_range_of_a_text_or_refused(start, end):
    if 0 <= start < end:
        assert len(Span(start, end).of("x" * 60)) == end - start
    else:
        with pytest.raises(ValueError, match="not a range of a text"):
            Span(start, end)


@given(spans(), st.text(max_size=80))
def test_a_span_of_another_text_is_refused_and_never_cut_short(span, text):
    if span.end <= len(text):
        assert span.of(text) == text[span.start : span.end]
    else:
        with pytest.raises(ValueError, match="in a text of"):
            span.of(text)


@given(spans(), spans())
def test_spans_overlap_when_they_hold_a_character_together(one, other):
    shared = [n for n in range(80) if one.holds(n) and other.holds(n)]

    assert one.overlaps(other) == other.overlaps(one) == bool(shared)


@given(texts)
def test_every_folded_character_points_to_the_one_that_it_came_from(text):
    folded = fold(text)

    assert len(folded.origins) == len(folded.text)
    assert list(folded.origins) == sorted(folded.origins)
    for char, origin in zip(folded.text, folded.origins, strict=True):
        end = origin + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        cluster = text[origin:end]
        assert char in fold(f"x{cluster}x").text[1:-1]


@given(texts)
def test_folding_what_is_folded_changes_nothing(text):
    once = fold(text).text

    assert fold(once).text == once


@given(texts)
def test_folded_text_has_single_blanks_and_none_at_its_ends(text):
    folded = fold(text).text

    assert folded == " ".join(folded.split())


@given(texts)
def test_letters_and_digits_outlive_folding(text):
    kept = [c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum()]

    assert [c for c in fold(text).text if c.isalnum()] == kept


@pytest.mark.parametrize(
    ("printed", "folded"),
    [
        ("„Ofiary”", '"ofiary"'),
        ("«Ofiary»", '"ofiary"'),
        ("O´Brien i O’Brien", "o'brien i o'brien"),
        ("5″", '5"'),
        ("2021–2023", "2021-2023"),
        ("pół\u00adno\u00adcny", "północny"),
        ("27\u00a0400", "27 400"),
        ("o\u0301smy z\u0307o\u0142nierz", "ósmy żołnierz"),
        ("ﬁkcja", "fikcja"),
    ],
)
def test_the_accidents_of_print_fold(printed, folded):
    assert fold(printed).text == folded


@pytest.mark.parametrize("other", ["zgineło", "zginęła", "zginęło", "ginęło"])
def test_a_letter_is_not_an_accident_of_print(other):
    assert (fold("zginęło").text == fold(other).text) == (other == "zginęło")


@given(st.lists(words, min_size=1, max_size=12), st.data())
def test_whole_words_of_a_page_are_found_where_they_stand(page_words, data):
    first = data.draw(st.integers(0, len(page_words) - 1))
    last = data.draw(st.integers(first, len(page_words) - 1))
    blank = st.sampled_from([" ", "\n", "  ", "\u00a0", " \u00ad"])
    page = page_words[0]
    for word in page_words[1:]:
        page += data.draw(blank) + word
    quote = data.draw(blank).join(page_words[first : last + 1])

    found = find_quote(quote, page)

    assert found is not None
    assert fold(found.of(page)).text == fold(quote).text


@given(texts, texts)
def test_what_is_found_says_what_was_looked_for(quote, page):
    found = find_quote(quote, page)

    if found is not None:
        assert fold(found.of(page)).text == fold(quote).text


@given(texts.filter(lambda text: fold(text).text))
def test_a_page_holds_itself(page):
    found = find_quote(page, page)

    assert found is not None
    assert fold(found.of(page)).text == fold(page).text


# What readers of other systems were shown as words of the page.


def test_500_people_are_not_found_where_the_page_says_5():
    assert find_quote("zginęło 500 osób", "W zamieszkach zginęło 5 osób.") is None


def test_nobody_died_is_not_found_where_the_page_says_the_opposite():
    page = "W zamieszkach zginął jeden policjant. Nikt nie ucierpiał w Astanie."

    assert find_quote("nikt nie zginął", page) is None


@pytest.mark.parametrize(
    "page",
    [
        "W starciach zginęło 120 osób.",
        "W starciach zginęło 12,5 tys. osób.",
        "W starciach zginęło 12.500 osób.",
        "W starciach zginęło 12 500 osób.",
        "W starciach zginęło 12\u00a0500 osób.",
        "W starciach zginęło 12½ tys. osób.",
    ],
)
def test_a_number_cut_short_is_not_a_quote(page):
    assert find_quote("zginęło 12", page) is None


@pytest.mark.parametrize(
    ("quote", "page"),
    [
        ("500 osób", "Zginęło 12 500 osób."),
        ("5 tys. osób", "Zginęło 12,5 tys. osób."),
        ("11", "Trwało to 1½ roku."),
        ("letni chłopiec", "Zginął 10letni chłopiec."),
    ],
)
def test_the_tail_of_a_number_is_not_a_quote(quote, page):
    assert find_quote(quote, page) is None


@pytest.mark.parametrize(
    ("quote", "page"),
    [
        ("zginęło 12", "Zginęło 12. Ranne zostały 54 osoby."),
        ("zginęło 12", "Zginęło 12, a 54 zostały ranne."),
        ("500 osób", "W 2024 r. 500 osób uciekło."),
        ("zginęło 12 osób", "„Zginęło 12 osób” – podano."),
    ],
)
def test_a_number_before_a_stop_is_whole(quote, page):
    found = find_quote(quote, page)

    assert found is not None
    assert found.of(page).casefold() == quote


def test_a_later_place_is_found_when_the_first_one_is_inside_a_word():
    page = "Przeżyło 120 osób, a 12 zginęło."

    assert find_quote("12", page) == Span(21, 23)


def test_a_diacritic_drawn_apart_belongs_to_the_quote():
    page = "Konstytucja e\u0328."

    assert find_quote("konstytucja ę", page) == Span(0, 14)


def test_a_ligature_cut_in_two_is_not_found():
    assert find_quote("f", "ﬁ") is None


@pytest.mark.parametrize("nothing", ["", "   ", "\u00ad"])
def test_no_words_are_found_nowhere(nothing):
    assert find_quote(nothing, "Prawo Kazachstanu.") is None


@given(st.text("ąćęłńóśźżĄĆĘŁŃÓŚŹŻабвЇё xyz", max_size=30))
def test_without_diacritics_nothing_is_left_to_take_off(text):
    plain = strip_diacritics(text)

    assert strip_diacritics(plain) == plain
    assert not set(plain) & set("ąćęłńóśźżїё")
    assert plain == plain.lower()

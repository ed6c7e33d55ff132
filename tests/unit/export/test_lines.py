"""What of a text may stand in a document."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coi_qa.export.lines import (
    REPLACEMENT,
    Run,
    count_replaced,
    ended,
    printable,
    printable_document,
)

ANY = st.text(st.characters(), max_size=60)


@given(ANY)
def test_each_character_stays_in_its_place_or_is_replaced_there(text):
    shown = printable(text)

    assert len(shown) == len(text)
    for before, after in zip(text, shown, strict=True):
        assert after in (before, " ", REPLACEMENT)


@given(ANY)
def test_nothing_that_xml_forbids_or_nobody_sees_is_left(text):
    shown = printable(text)

    for char in shown:
        assert unicodedata.category(char) not in ("Cc", "Cs")
        assert char not in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200e"
        assert char not in "\ufffe\uffff\ufdd0\u200b\ufeff\u2028\u2029"


@pytest.mark.parametrize(
    "text", ["Żółć – „ś”", "Україна № 5", "می‌خواهم", "de\u00admo", "1\u00a0000"]
)
def test_words_of_any_script_stay_as_they_are(text):
    assert printable(text) == text


def test_a_documents_texts_are_all_cleaned_and_counted():
    document = {"a": ["x\u202e", {"b": "\x00\ufffd"}], "n": 1, "none": None}

    assert printable_document(document) == {
        "a": ["x\ufffd", {"b": "\ufffd\ufffd"}],
        "n": 1,
        "none": None,
    }
    assert count_replaced(document) == 2  # the third one stood there before


def test_a_line_ends_with_one_full_stop():
    assert ended((Run("2025 r."),)) == (Run("2025 r."),)
    assert ended((Run("s. 4"),)) == (Run("s. 4"), Run("."))


def test_what_is_no_text_cannot_be_shown():
    with pytest.raises(TypeError, match="expected a text"):
        Run(5)

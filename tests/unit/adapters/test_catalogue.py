"""`reports.toml` is changed without touching what people wrote in it."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coi_qa.adapters.catalogue import with_entry, without_entry
from coi_qa.errors import BadRequestError

WRITTEN = """\
# What is known of each report.

["a.pdf"]   # the first
title = "A [x]"
countries = [
  "KAZ",
]

# About the second.
["b c.pdf"]
date = "2025-10"

# Invented countries.

[countries.XWA]
name = "Wardania"
"""

FIELDS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=40)


def test_a_new_table_stands_behind_what_was_written():
    changed = with_entry(WRITTEN, "nowy.pdf", {"title": "Nowy", "countries": ["UZB"]})

    assert changed.startswith(WRITTEN)
    assert tomllib.loads(changed)["nowy.pdf"] == {"title": "Nowy", "countries": ["UZB"]}


def test_a_table_goes_and_the_comments_of_its_neighbours_stay():
    changed = without_entry(WRITTEN, "b c.pdf")

    assert changed == WRITTEN.replace('["b c.pdf"]\ndate = "2025-10"\n', "")


def test_an_old_table_of_the_name_is_replaced():
    changed = with_entry(WRITTEN, "a.pdf", {"edition": "2"})

    assert tomllib.loads(changed)["a.pdf"] == {"edition": "2"}
    assert changed.count("a.pdf") == 1


def test_nothing_said_leaves_no_table():
    assert with_entry(WRITTEN, "nowy.pdf", {}) == WRITTEN


@settings(deadline=None)
@given(FIELDS.filter(lambda name: f"{name}.pdf" not in WRITTEN), FIELDS)
def test_whatever_a_field_says_is_what_is_read_again(name, title):
    changed = with_entry(WRITTEN, f"{name}.pdf", {"title": title})

    assert tomllib.loads(changed)[f"{name}.pdf"] == {"title": title}
    assert tomllib.loads(without_entry(changed, f"{name}.pdf")) == tomllib.loads(
        WRITTEN
    )


@pytest.mark.parametrize(
    "written",
    [
        'a = """\n["a.pdf"]\n"""\n["a.pdf"]\ntitle = "A"\n',
        '"a.pdf" = { title = "A" }\n',
        '"a.pdf".title = "A"\n',
        "[oops",
    ],
    ids=["text that looks like a table", "inline", "dotted", "no TOML"],
)
def test_what_cannot_be_changed_safely_is_left_to_people(written):
    with pytest.raises(BadRequestError, match=r"reports\.toml"):
        without_entry(written, "a.pdf")

"""What an index was built from and with."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coi_qa.domain.manifest import Manifest, Recipe

RECIPE = Recipe(
    reports=(("a" * 64, "imprint-1"), ("b" * 64, "imprint-2")),
    reader="reader-1",
    embedder="model@1",
    dim=384,
    budget_tokens=200,
)
MANIFEST = Manifest(RECIPE, {"vectors.faiss": "c" * 64, "reports.db": "d" * 64})


def test_the_id_of_an_index_is_the_same_on_every_machine():
    assert RECIPE.index_id == replace(RECIPE).index_id
    assert len(RECIPE.index_id) == 16
    assert int(RECIPE.index_id, 16) >= 0


@pytest.mark.parametrize(
    "change",
    [
        {"reports": RECIPE.reports[:1]},
        {"reports": (("a" * 64, "imprint-1"), ("b" * 64, "imprint-3"))},
        {"reports": (("e" * 64, "imprint-1"), ("b" * 64, "imprint-2"))},
        {"reader": "reader-2"},
        {"embedder": "model@2"},
        {"dim": 385},
        {"budget_tokens": 201},
        {"format": RECIPE.format + 1},
    ],
    ids=str,
)
def test_whatever_decides_what_is_in_an_index_changes_its_id(change):
    assert replace(RECIPE, **change).index_id != RECIPE.index_id


def test_every_attribute_of_a_recipe_is_in_its_id():
    changed = {"reports", "reader", "embedder", "dim", "budget_tokens", "format"}

    assert set(Recipe.__slots__) == changed


names = st.text(min_size=1, max_size=10)


@given(
    st.lists(st.tuples(names, names), max_size=3),
    names,
    st.dictionaries(names, names, max_size=3),
)
def test_a_stored_manifest_is_read_as_it_was_written(reports, reader, files):
    written = Manifest(replace(RECIPE, reports=tuple(reports), reader=reader), files)

    assert Manifest.from_json(written.to_json()) == written


def _changed(**fields):
    return json.dumps({**json.loads(MANIFEST.to_json()), **fields})


def _changed_recipe(**fields):
    recipe = {**json.loads(MANIFEST.to_json())["recipe"], **fields}
    return _changed(recipe=recipe)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        _changed(index="0" * 16),
        _changed(recipe=None),
        _changed(files=None),
        _changed_recipe(dim=385),
        _changed_recipe(reports=[["a"]]),
        _changed_recipe(reports=None),
        _changed_recipe(colour="red"),
    ],
)
def test_what_is_no_manifest_or_has_been_changed_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        Manifest.from_json(text)

"""A service over another index: nothing of the index before is left in it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

from coi_qa.adapters.countries import load_atlas
from coi_qa.adapters.polish import Morphology
from coi_qa.ask.follow_up import Grammar
from coi_qa.domain.country import Country
from coi_qa.service import Service

PENALTY = "Czy w Kazachstanie obowiązuje kara śmierci?"


def test_a_follow_up_knows_the_countries_of_the_index_that_is_current():
    words = Morphology()
    known = load_atlas(words.lemmas, invented=(Country("XZE", ("Zelmaria",)),))
    unknown = load_atlas(words.lemmas, invented=())
    before = Service(
        shelf=None,
        asker=SimpleNamespace(gazetteer=unknown),
        answers=None,
        images=None,
        lemmas=words.lemmas,
        grammar=Grammar(words.is_finite_verb, words.cases, words.described_cases),
    )
    reopened = replace(before, asker=SimpleNamespace(gazetteer=known))

    turns = [PENALTY, "a w Zelmarii?"]
    asked = "Czy w Zelmarii obowiązuje kara śmierci?"
    assert reopened.complete(turns) == asked
    assert before.complete(turns) != asked

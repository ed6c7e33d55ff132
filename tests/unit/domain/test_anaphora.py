"""Which sentences leave their subject to the one before."""

from __future__ import annotations

import pytest

from coi_qa.adapters.polish import Morphology
from coi_qa.domain.anaphora import leans_back


@pytest.fixture(scope="module")
def is_finite_verb():
    return Morphology().is_finite_verb


@pytest.mark.parametrize(
    "sentence",
    [
        "Zakaz ten może obowiązywać do pięciu lat.",
        "Przyznała się do niego grupa Synowie Stepu.",
        "Parlament przedłużył go dwukrotnie, ostatnio do 10 grudnia 2025 r.",
        "W 2023 r. zwerbowała pod przymusem co najmniej 190 chłopców.",
        "Od stycznia do marca 2024 r. zatrzymano 40 osób.",
        "W tym samym okresie rannych było 31 cywilów.",
        "Ich dzieci nie otrzymują dokumentów.",
    ],
)
def test_what_points_back_or_begins_with_its_verb_leans(sentence, is_finite_verb):
    assert leans_back(sentence, is_finite_verb)


@pytest.mark.parametrize(
    "sentence",
    [
        "Ludność kraju szacuje się na 4,37 mln.",
        "W 2023 r. w aresztach przebywało 11 400 osób.",
        "Prawo nie przewiduje kary śmierci za żadne przestępstwo.",
        "Ministerstwo Obrony podało liczbę poborowych za 2024 r.",
        "",
    ],
)
def test_what_names_its_subject_does_not(sentence, is_finite_verb):
    assert not leans_back(sentence, is_finite_verb)

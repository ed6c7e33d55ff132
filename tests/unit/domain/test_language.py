"""In which language something is asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coi_qa.domain.language import detect_language

PROBES = Path(__file__).parent.parent / "ask"


def probes() -> list[tuple[str, str]]:
    lines = [
        line.split("\t")
        for name in ("scope_open.tsv", "scope_blind.tsv")
        for line in (PROBES / name).read_text("utf-8").splitlines()
    ]
    return [(lang, question) for _, lang, question in lines]


def test_the_language_of_every_probe_is_told():
    wrong = [(lang, q) for lang, q in probes() if detect_language(q) != lang]

    assert wrong == []


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("kara smierci w Kazachstanie", "pl"),
        ("kara śmierci", "pl"),
        ("death penalty in Kazakhstan", "en"),
        ("Чи катують ув'язнених?", "uk"),
        ("смертна кара у Казахстані", "uk"),
        ("смертная казнь в Казахстане", "ru"),
        ("Gibt es in Kasachstan die Todesstrafe?", "other"),
        ("La peine de mort est-elle appliquée dans le pays ?", "other"),
        ("Ці ёсць у Казахстане смяротнае пакаранне?", "other"),
        ("Existuje v Kazachstánu trest smrti, nebo je zrušen? Kolik?", "other"),
        ("عقوبة الإعدام", "other"),
    ],
)
def test_short_questions_and_neighbouring_languages(text, lang):
    assert detect_language(text) == lang


@given(st.text(max_size=40))
def test_whatever_is_typed_has_a_language_of_the_five(text):
    assert detect_language(text) in {"pl", "en", "uk", "ru", "other"}

"""Whose word a sentence passes on."""

from __future__ import annotations

import pytest

from coi_qa.ingest.attributions import find_attributions


@pytest.mark.parametrize(
    ("sentence", "origins"),
    [
        ("Według danych ACLED, zginęło 5 osób.", ("ACLED",)),
        ("Wg. danych ACLED, wszystkie ofiary to cywile.", ("ACLED",)),
        ("Z danych ACLED wynika, że policja nadużywa siły.", ("ACLED",)),
        ("Zginęło — według oficjalnych danych — 238 osób.", ("oficjalnych danych",)),
        ("Pięć osób, które według śledczych brały udział.", ("śledczych",)),
        ("Ewakuowano wg różnych źródeł 108 tys. osób.", ("różnych źródeł",)),
        (
            "Według informacji podanych przez organizację „Global Index”, tak jest.",
            ("organizację „Global Index”",),
        ),
        (
            "Na początku 2025 r., Komitet Bezpieczeństwa Narodowego poinformował, że …",
            ("Komitet Bezpieczeństwa Narodowego",),
        ),
        ("Władze Kazachstanu oceniają jednak, że jest źle.", ("Władze Kazachstanu",)),
        ("15 stycznia rząd ogłosił, że powiększy Korpus.", ("rząd",)),
        (
            "Według FSB byli to terroryści, a KNB podał, że nie.",
            ("FSB", "KNB"),
        ),
        ("Jak podaje Amnesty International, kary nie ma.", ("Amnesty International",)),
    ],
)
def test_the_origin_is_told_as_it_is_printed(sentence, origins):
    assert find_attributions(sentence) == origins
    assert all(origin in sentence for origin in origins)


@pytest.mark.parametrize(
    "sentence",
    [
        "Wg nowych przepisów podatnik może zostać objęty zakazem.",
        "Zatrzymano pięć osób, że aż strach.",
        "Prawo nie przewiduje kary śmierci.",
        "Według",
        "",
    ],
)
def test_a_sentence_that_passes_on_nobodys_word_has_no_origin(sentence):
    assert find_attributions(sentence) == ()

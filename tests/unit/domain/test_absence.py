"""A report that says that it found nothing."""

from __future__ import annotations

import pytest

from coi_qa.domain.absence import reports_absence

ABSENT = [
    "W 2024 r. nie odnotowano zamachów terrorystycznych.",
    "Nie natrafiono na informacje, że w kraju obowiązuje stan wojenny.",
    "Brak jest doniesień o zbrojnym odwecie na mieszkańcach.",
    "Nie udało się ustalić, ilu żołnierzy zginęło.",
    "Źródła nie wspominają o takich przypadkach.",
    "W dostępnych źródłach nie znaleziono informacji o wydaleniach.",
    "Nie ma danych o liczbie zatrzymanych.",
    "No information was found on forced returns.",
    "Such cases have not been recorded.",
]
PRESENT = [
    "Prawo nie przewiduje kary śmierci.",
    "W prawie Kazachstanu nie ma kary śmierci: nie grozi ona za żadne przestępstwo.",
    "Władze nie odmówiły rejestracji żadnej wspólnocie.",
    "W 2024 r. odnotowano trzy zamachy.",
    "Nie wykonano ani jednego wyroku śmierci.",
    "Brak wody pitnej dotknął trzy powiaty.",
    "Kobiety nie są powoływane do wojska.",
    "The law does not provide for the death penalty.",
]


@pytest.mark.parametrize("sentence", ABSENT)
def test_a_report_that_found_nothing_says_so(sentence):
    assert reports_absence(sentence)


@pytest.mark.parametrize("sentence", PRESENT)
def test_a_law_without_something_is_no_absence_of_findings(sentence):
    assert not reports_absence(sentence)

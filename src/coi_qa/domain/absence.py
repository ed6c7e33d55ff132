"""A report's own words for having looked and found nothing."""

from __future__ import annotations

import re

from coi_qa.domain.text import strip_diacritics

# Folded by `strip_diacritics`.
_ABSENCE = re.compile(
    r"\b(?:nie (?:odnotowano|odnotowuje|znaleziono|stwierdzono|zarejestrowano"
    r"|natrafiono|dotarto|pozyskano|notuje sie|stwierdza sie"
    r"|(?:sa|byly) znane (?:\w+ ){0,2}(?:przypadki|zdarzenia|skupiska|doniesienia)"
    r"|udalo sie (?:znalezc|odnalezc|ustalic|potwierdzic)"
    r"|zidentyfikowano|wykazano|posiada\w* informacji"
    r"|ma (?:\w+ )?(?:informacji|danych))"
    r"|brak(?:uje)?(?: jest)?(?: \w+)? (?:informacji|danych|doniesien|doniesieniach"
    r"|potwierdz\w+|dowodow|przypadkow|raportow)"
    r"|(?:zrodla|raporty|media) nie (?:odnotowa|wspomina|podaj|zawiera|informu)\w*"
    r"|no (?:information|reports?|records?|incidents?|evidence)"
    r" (?:was|were|could|has|have)"
    r"|could not be found|not (?:been )?recorded)"
)


def reports_absence(sentence: str) -> bool:
    """Say whether a sentence reports that nothing was found or recorded.

    >>> reports_absence("W 2024 r. nie odnotowano zamachów.")
    True
    >>> reports_absence("Prawo nie przewiduje kary śmierci.")
    False
    """
    return bool(_ABSENCE.search(strip_diacritics(sentence)))

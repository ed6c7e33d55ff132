"""Sentences that say "it", and leave to the one before them what that is."""

from __future__ import annotations

import re
from collections.abc import Callable

from coi_qa.domain.text import strip_diacritics

LOOKED_AT = 8  # words; what points back stands near the beginning

_WORD = re.compile(r"[^\W\d_]+")
# Folded. What points at something said before.
_POINTING = frozenset(
    "ten ta to tego tej tym te tych tymi temu tamten tamta tamtego tamtych taki taka "
    "takie takich takiej takiego nim niej nich nimi niego nia go jej ich jego mu jemu "
    "im one oni ona ono on wtedy wowczas stamtad tam dlatego ponadto rowniez takze "
    "obaj obie oba oboje obydwa natomiast jednak nastepnych nastepne nastepnie "
    "pierwszy druga drugi drugie trzeci trzecia pozostale pozostali pozostalych reszta "
    "roznica liczba ostatnio tamtejszy tamtejsze".split()
)
# "W 2023 r.", "Od stycznia do września 2024 r.,": when, which no verb follows on.
_WHEN = re.compile(
    r"^(?:w|we|od|do|po|przed|na|pod|miedzy|z)\b[^.]{0,60}?\d{4}(?: r\.| roku)?,?\s+"
    r"|^\d{1,2} [a-z]+ \d{4}(?: r\.| roku)?,?\s+"
)


def leans_back(sentence: str, is_finite_verb: Callable[[str], bool]) -> bool:
    """Say whether a sentence may need the one before it to be understood.

    It points back ("Zakaz ten może…"), or begins with its verb, as Polish sentences do
    that leave their subject to the one before ("W 2023 r. zwerbowała 190 chłopców").
    Errs on the side of yes: the sentence before is then read in vain.

    Args:
        sentence: In Polish.
        is_finite_verb: Says so of a word.

    >>> verbs = {"zwerbowała", "liczy"}.__contains__
    >>> leans_back("W 2023 r. zwerbowała co najmniej 190 chłopców.", verbs)
    True
    >>> leans_back("Zakaz ten dotyczy zgromadzeń.", verbs)
    True
    >>> leans_back("Ludność Czadu liczy 18 mln.", verbs)
    False
    """
    folded = strip_diacritics(sentence)
    begun = [match[0] for match in _WORD.finditer(folded)][:LOOKED_AT]
    if any(word in _POINTING for word in begun):
        return True
    said = _WHEN.match(folded)
    rest = sentence[said.end() :] if said and len(folded) == len(sentence) else sentence
    first = _WORD.search(rest)
    return first is not None and is_finite_verb(first[0].lower())

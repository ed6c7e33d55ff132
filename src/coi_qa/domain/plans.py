"""Sentences on what is planned: they may be told of before it comes."""

from __future__ import annotations

import re

_PLANNED = re.compile(
    r"\b(?:przewidzian|planowan|zaplanowan|planuj|zapowiedzian|zapowiad|zamierza|"
    r"mają? (?:się )?(?:odbyć|zostać|wejść|zacząć|trwać)|kończy się|wygasa|upływa|"
    r"scheduled|planned|expected to|will\b)",
    re.IGNORECASE,
)


def is_planned(sentence: str) -> bool:
    """Say whether a sentence names what it tells of as planned.

    >>> is_planned("Kolejne wybory przewidziane są w 2029 r.")
    True
    """
    return bool(_PLANNED.search(sentence))

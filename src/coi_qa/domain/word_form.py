"""What a dictionary says of a word: which word it is a form of, and which form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

NOUNS: Final = frozenset({"subst", "depr", "ger"})
FINITE: Final = frozenset({"fin", "praet", "bedzie", "imps", "winien", "pred", "cond"})


@dataclass(frozen=True, slots=True)
class Form:
    """One reading of a word.

    Attributes:
        lemma: The word that it is a form of.
        kind: Part of speech as Morfeusz tags it, the tense of verbs and the degree of
            adjectives with it: "subst", "praet", "adj:sup".
        cases: Grammatical cases that it may stand in: "nom", "gen"; none where it has
            none.
        is_negated: Whether a "nie" is written with it ("niedozwolony").
    """

    lemma: str
    kind: str
    cases: frozenset[str] = frozenset()
    is_negated: bool = False


Forms = Callable[[str], Sequence[Form]]
"""A word -> its readings; none where the dictionary does not know it."""

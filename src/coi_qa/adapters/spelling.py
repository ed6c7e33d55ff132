"""Misspelt words, by RapidFuzz."""

from __future__ import annotations

from collections.abc import Sequence


def closest(word: str, known: Sequence[str], most: int) -> list[str]:
    """Return the known words that `word` takes the fewest typing errors to become.

    An error is a letter left out, put in, exchanged, or swapped with its neighbour.

    Args:
        word: As typed, folded like the known words.
        known: To look among.
        most: Errors; a word that needs more is not returned.

    >>> closest("uzbekstan", ["uzbekistan", "kazachstan"], 2)
    ['uzbekistan']
    """
    # Imported here: only a question with an unknown word needs it.
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    found = extract(word, known, scorer=OSA.distance, score_cutoff=most, limit=None)
    fewest = min((errors for _, errors, _ in found), default=0)
    return [name for name, errors, _ in found if errors == fewest]

"""Ranges of text, and finding words on a page however they were typeset."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Quotation marks and dashes that typesetters exchange freely; each folds to one form.
_SAME_PRINT = str.maketrans(
    {
        **dict.fromkeys("„”“‟«»″", '"'),
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "\u00ad": "",
        "\u200b": "",
        "\ufeff": "",
    }
)
# Decimals and thousands: the ",5" of "12,5", the " 500" of "12 500".
_REST_OF_NUMBER = re.compile(r"[.,]\d| \d{3}(?!\d)")
STEM_LETTERS = 5  # as many as tell most Polish words apart, whatever their endings
_LONGER_WORD = re.compile(r"[^\W\d_]{4,}")
_START_OF_NUMBER = re.compile(r"\d[., ]$")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A range of one text in code points, from 0, with an exclusive end.

    Raises:
        ValueError: the range is empty or begins before the text.

    >>> Span(0, 4).of("Prawo")
    'Praw'
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"not a range of a text: {self.start}..{self.end}")

    def of(self, text: str) -> str:
        """Return the characters of `text` in this range.

        Raises:
            ValueError: the range goes beyond the text, so it belongs to another one.
        """
        if self.end > len(text):
            raise ValueError(f"{self} in a text of {len(text)} characters")
        return text[self.start : self.end]

    def holds(self, offset: int) -> bool:
        """Say whether the character at `offset` is in the range."""
        return self.start <= offset < self.end

    def overlaps(self, other: Span) -> bool:
        """Say whether the ranges share a character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as it is compared, with the way back to the characters it came from.

    `origins[i]` is the offset in the original of the folded character `i`.
    """

    text: str
    origins: tuple[int, ...]


def fold(text: str) -> Folded:
    """Return `text` with the accidents of print taken out and the words left alone.

    Compatibility forms, ligatures, soft hyphens, quotation marks, dashes, case and
    white space fold; letters, digits and diacritics do not.

    >>> fold("„Ofiary” – ﬁkcja").text
    '"ofiary" - fikcja'
    """
    folded: list[str] = []
    origins: list[int] = []
    for offset, cluster in _clusters(text):
        for piece in _fold_cluster(cluster):
            if piece == " " and (not folded or folded[-1] == " "):
                continue
            folded.append(piece)
            origins.append(offset)
    if folded and folded[-1] == " ":
        folded.pop()
        origins.pop()
    return Folded("".join(folded), tuple(origins))


def find_quote(quote: str, page: str) -> Span | None:
    """Return where the words of `quote` stand in `page`, or None.

    Print is forgiven as in `fold`; words are not: a match begins and ends at the edge
    of a word or number, so that "zginęło 12" is not found in "zginęło 120", "12,5" or
    "12 500".

    >>> page = "Nikt nie zginął. Ranne zostały 54 osoby."
    >>> find_quote("ranne  zostały 54 osoby", page)
    Span(start=17, end=39)
    >>> find_quote("zostały 5", page) is None
    True
    """
    needle, hay = fold(quote).text, fold(page)
    start = hay.text.find(needle) if needle else -1
    while start >= 0:
        end = start + len(needle)
        if _is_edge(hay, start) and _is_edge(hay, end):
            return Span(hay.origins[start], _end_of(hay, end, page))
        start = hay.text.find(needle, start + 1)
    return None


@lru_cache(maxsize=4096)
def strip_diacritics(text: str) -> str:
    """Return `text` in lower case without diacritics, Polish ł included.

    >>> strip_diacritics("Żołnierzy ŁÓDŹ")
    'zolnierzy lodz'
    """
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("ł", "l"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def content_stems(text: str) -> frozenset[str]:
    """Return the beginnings of the longer words of a text, which its cases share.

    >>> sorted(
    ...     content_stems("Ofiary pogromów") & content_stems("ofiar pogromu nie było")
    ... )
    ['ofiar', 'pogro']
    """
    return frozenset(
        strip_diacritics(word)[:STEM_LETTERS] for word in longer_words(text)
    )


def longer_words(text: str) -> list[str]:
    """Return the words of four letters and more, in their order."""
    return _LONGER_WORD.findall(text)


def _clusters(text: str) -> list[tuple[int, str]]:
    """Return each base character with the combining marks that follow it."""
    clusters: list[tuple[int, str]] = []
    for offset, char in enumerate(text):
        if clusters and unicodedata.combining(char):
            start, cluster = clusters[-1]
            clusters[-1] = (start, cluster + char)
        else:
            clusters.append((offset, char))
    return clusters


@lru_cache(maxsize=4096)
def _fold_cluster(cluster: str) -> str:
    # Before NFKC, which takes "´" and "″" apart, and after it, which makes dashes.
    composed = unicodedata.normalize("NFKC", cluster.translate(_SAME_PRINT))
    composed = composed.translate(_SAME_PRINT).casefold()
    return "".join(" " if c.isspace() else c for c in composed)


def _is_edge(hay: Folded, at: int) -> bool:
    """Say whether no word, number or single character runs across the offset `at`."""
    text = hay.text
    if at in (0, len(text)):
        return True
    # "1½" folds to "11⁄2", in which "11" must not be found.
    if hay.origins[at - 1] == hay.origins[at]:
        return False
    if text[at - 1].isalnum() and text[at].isalnum():
        return False
    goes_on = text[at - 1].isdigit() and _REST_OF_NUMBER.match(text, at)
    began = _START_OF_NUMBER.search(text, max(0, at - 2), at)
    return not (goes_on or (began and _REST_OF_NUMBER.match(text, at - 1)))


def _end_of(hay: Folded, end: int, original: str) -> int:
    """Return the exclusive end in the original of the folded offset `end`."""
    last = hay.origins[end - 1]
    after = last + 1
    while after < len(original) and unicodedata.combining(original[after]):
        after += 1
    return after

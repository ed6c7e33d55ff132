"""Words looked for in a report: where they stand, in any of their forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from coi_qa.domain.text import Span, fold, strip_diacritics

Lemmas = Callable[[str], Collection[str]]

MAX_PHRASE_CHARS = 200  # of what may be looked for; a sentence of a report is shorter
AROUND_CHARS = 70  # shown on each side of what was found

_WORD = re.compile(r"\w+")
_MAX_GAP = 3  # characters between two words of one phrase: "20,26", "r. –"
_MIN_BEGINNING = 3  # letters; fewer begin too many words


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Words that were looked for, where they stand.

    Attributes:
        page_number: From 1.
        span: In the page's body.
        before: Words of the body before them, whole ones.
        words: They themselves, as printed.
        after: Words of the body after them.
    """

    page_number: int
    span: Span
    before: str
    words: str
    after: str


class Phrase:
    """Words that are looked for, one after the other.

    A word is found in its other forms, by its beginning, and whatever its case,
    diacritics and typesetting.

    >>> Phrase("kara smierc", lemmas=lambda word: ()).find("Kara śmierci.")
    [Span(start=0, end=12)]
    """

    def __init__(self, typed: str, *, lemmas: Lemmas) -> None:
        """Take what a person typed.

        Args:
            typed: Words, with anything between them.
            lemmas: A word -> the dictionary forms that it may be a form of.
        """
        self._wanted = [_Wanted(word, lemmas) for word in _WORD.findall(typed)]

    def find(self, body: str) -> list[Span]:
        """Return where the words follow each other in `body`, from its start."""
        if not self._wanted:
            return []
        words = list(_WORD.finditer(body))
        found: list[Span] = []
        for at in range(len(words) - len(self._wanted) + 1):
            run = words[at : at + len(self._wanted)]
            if found and run[0].start() < found[-1].end:
                continue
            if self._is_met_by(run) and _is_close(run):
                found.append(Span(run[0].start(), run[-1].end()))
        return found

    def occurrences(self, *, page_number: int, body: str) -> list[Occurrence]:
        """Return where the words stand on a page, with the words around them."""
        return [
            Occurrence(
                page_number,
                span,
                before=_words_before(body, span.start),
                words=span.of(body),
                after=_words_after(body, span.end),
            )
            for span in self.find(body)
        ]

    def _is_met_by(self, run: Sequence[re.Match[str]]) -> bool:
        return all(
            wanted.is_met_by(match[0])
            for wanted, match in zip(self._wanted, run, strict=True)
        )


class _Wanted:
    """One word that is looked for."""

    def __init__(self, word: str, lemmas: Lemmas) -> None:
        self._plain = _plain(word)
        self._lemmas = lemmas
        self._forms = _forms(word, lemmas)
        # A few thousand words make up a report, and each is compared once.
        self._known: dict[str, bool] = {}

    def is_met_by(self, word: str) -> bool:
        """Say whether `word` is a form of it or begins with it."""
        if word not in self._known:
            self._known[word] = self._compare(word)
        return self._known[word]

    def _compare(self, word: str) -> bool:
        plain = _plain(word)
        if plain == self._plain:
            return True
        # "12" does not begin "120": that is another number.
        is_beginning = len(self._plain) >= _MIN_BEGINNING and self._plain.isalpha()
        if is_beginning and plain.startswith(self._plain):
            return True
        return not self._forms.isdisjoint(_forms(word, self._lemmas))


def _is_close(run: Sequence[re.Match[str]]) -> bool:
    return all(
        after.start() - before.end() <= _MAX_GAP for before, after in pairwise(run)
    )


def _plain(word: str) -> str:
    return strip_diacritics(fold(word).text)


def _forms(word: str, lemmas: Lemmas) -> frozenset[str]:
    return frozenset(
        lemma.lower() for form in {word, word.lower()} for lemma in lemmas(form)
    )


def _words_before(body: str, start: int) -> str:
    cut = max(0, start - AROUND_CHARS)
    text = body[cut:start]
    return text if cut == 0 else "… " + text.partition(" ")[2]


def _words_after(body: str, end: int) -> str:
    text = body[end : end + AROUND_CHARS]
    return text if end + AROUND_CHARS >= len(body) else text.rpartition(" ")[0] + " …"

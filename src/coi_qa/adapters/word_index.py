"""Sentences by their words: BM25 of SQLite's FTS5 over lemmas and prefixes."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Collection

from coi_qa.domain.text import strip_diacritics
from coi_qa.ports import Hit

PREFIX = 5  # letters; best of 4 to 7 on PoQuAD's open half
OWN_WEIGHT, AROUND_WEIGHT = 1.0, 0.35

Lemmas = Callable[[str], tuple[str, ...]]

_WORD = re.compile(r"[^\W_]+")
# Words of questions and of every sentence; they tell no sentence from another.
_STOP = frozenset(
    "a aby albo ale ani az bardzo bez bo by byc byl byla bylo byly bylby byłoby ci co "
    "czy dla do gdy gdzie go i ich ile ilu im inne innych iz ja jak jaka jaki jakie "
    "jakich jakim jako jaki jest jego jej jemu juz kiedy kim kto ktora ktore ktory "
    "ktorych ktorym ktorzy lub ma maja mi miedzy moze mozna na nad nam nich nie niej "
    "nim o od on ona oni ono oraz po pod poza przed przez przy sa sie skad so swoj ta "
    "tak taka takie takich takze tam te tego tej tez tu tych tylko tym u w we wiec "
    "wraz z za zas ze zeby "
    "an and are as at be been by can did do does for from had has have how in is it "
    "its many much of on or that the their there these they this to was were what "
    "when where which who whom whose why will with".split()
)


class Analyser:
    """Turns a text into the terms that it is found by."""

    def __init__(self, lemmas: Lemmas) -> None:
        self._lemmas = lemmas

    def terms(self, text: str) -> list[str]:
        """Return the terms of `text`, repeats included.

        A lemma finds other stems ("karze" and "kara"), a prefix finds what no
        dictionary has ("Mażylisu" and "Mażylisie"); both are needed.
        """
        terms: list[str] = []
        for match in _WORD.finditer(text):
            word = match[0]
            plain = strip_diacritics(word)
            if plain in _STOP or len(plain) < 2:
                continue
            if any(char.isdigit() for char in plain):
                terms.append(f"n{plain}")
                continue
            terms.append(f"p{plain[:PREFIX]}")
            terms += sorted({f"l{_plain(lemma)}" for lemma in self._lemmas(word)})
        return terms


class FtsWordIndex:
    """The `words` table of an index."""

    def __init__(
        self, connect: Callable[[], sqlite3.Connection], analyser: Analyser
    ) -> None:
        self._connect = connect
        self._analyser = analyser

    def search(
        self, text: str, k: int, *, reports: Collection[str] | None = None
    ) -> list[Hit]:
        """Return the `k` sentences that share most with `text`, best first."""
        query = self._query(text)
        if not query:
            return []
        held, ids = _held_to(reports)
        rows = self._connect().execute(
            f"SELECT words.rowid, -bm25(words, ?, ?) AS score {_MATCHING} {held} "
            "ORDER BY score DESC, words.rowid LIMIT ?",
            [OWN_WEIGHT, AROUND_WEIGHT, query, *ids, k],
        )
        return [Hit(row=int(sentence), score=float(score)) for sentence, score in rows]

    def has(self, text: str, *, reports: Collection[str]) -> bool:
        """Say whether a sentence of these reports shares a term with `text`."""
        query = self._query(text)
        if not query:
            return True
        held, ids = _held_to(reports)
        # Nothing is scored: the first sentence found ends the search.
        sql = f"SELECT 1 {_MATCHING} {held} LIMIT 1"
        return self._connect().execute(sql, [query, *ids]).fetchone() is not None

    def _query(self, text: str) -> str:
        """Return what FTS5 is asked: terms are letters and digits, so quoting does."""
        terms = sorted(set(self._analyser.terms(text)))
        return " OR ".join(f'"{term}"' for term in terms)


_MATCHING = "FROM words JOIN sentence ON sentence.id = words.rowid WHERE words MATCH ?"


def _held_to(reports: Collection[str] | None) -> tuple[str, list[str]]:
    """Return a condition that holds sentences to reports, and its values."""
    if reports is None:
        return "", []
    marks = ",".join("?" * len(reports))
    return f"AND sentence.report IN ({marks})", sorted(reports)


def _plain(lemma: str) -> str:
    return "".join(_WORD.findall(strip_diacritics(lemma)))

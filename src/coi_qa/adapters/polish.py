"""Polish words by Morfeusz: what a form is a form of, and what is a word at all."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any

from coi_qa.domain.word_form import Form

_UNKNOWN = "ign"
# What may follow in one word: "zrobił|em", "zrobił|by|m".
_SECOND_SEGMENT = frozenset({"aglt", "praet", "qub", "part", "cond", "bedzie"})
_NOUNS = frozenset({"subst", "depr", "ger"})
_CASES = frozenset({"nom", "gen", "dat", "acc", "inst", "loc", "voc"})
_DEGREES = frozenset({"com", "sup"})
_ADJECTIVES = frozenset({"adj", "pact", "ppas"})
_FINITE = frozenset({"fin", "praet", "bedzie", "imps", "winien", "pred", "aglt"})


class Morphology:
    """A dictionary of Polish; safe to share between threads."""

    def __init__(self) -> None:
        # Imported here: loading the dictionary takes a quarter of a second.
        import morfeusz2

        self._morfeusz: Any = morfeusz2.Morfeusz(generate=False)
        self._lock = threading.Lock()
        self._analyse = lru_cache(maxsize=50_000)(self._look_up)
        self._read = lru_cache(maxsize=50_000)(self._look_up_forms)

    def is_word(self, word: str) -> bool:
        """Say whether the dictionary has `word`, as one word."""
        return bool(self._analyse(word))

    def lemmas(self, word: str) -> tuple[str, ...]:
        """Return the dictionary forms that `word` may be a form of, or none."""
        return tuple(dict.fromkeys(lemma for lemma, _ in self._analyse(word)))

    def is_finite_verb(self, word: str) -> bool:
        """Say whether `word` can only be, or mostly is, a finite verb."""
        found = self._analyse(word)
        finite = sum(tag in _FINITE for _, tag in found)
        return 2 * finite > len(found)

    def is_noun(self, word: str) -> bool:
        """Say whether `word` can be a noun."""
        return any(tag in _NOUNS for _, tag in self._analyse(word))

    def cases(self, word: str) -> frozenset[str]:
        """Return number and case of each reading of `word` as a noun: "sg:gen"."""
        return self._declined(word, _NOUNS)

    def described_cases(self, word: str) -> frozenset[str]:
        """Return the same of its readings as an adjective or participle."""
        return self._declined(word, _ADJECTIVES)

    def _declined(self, word: str, kinds: frozenset[str]) -> frozenset[str]:
        with self._lock:
            tags = [tag for start, _, tag in self._readings(word) if start == 0]
        declined = [tag.split(":") for tag in tags if tag.split(":")[0] in kinds]
        return frozenset(
            f"{number}:{case}"
            for _, number, cases, *_ in declined
            for case in cases.split(".")
        )

    def is_future(self, word: str) -> bool:
        """Say whether `word` can only be a verb of what is still to come.

        The present of a perfective verb is one in Polish ("wejdzie", "zostanie").
        """
        with self._lock:
            tags = [tag for start, _, tag in self._readings(word) if start == 0]
        return bool(tags) and all(
            tag.startswith("bedzie")
            or (tag.startswith("fin:") and "perf" in _parts(tag))
            for tag in tags
        )

    def forms(self, word: str) -> tuple[Form, ...]:
        """Return the readings of `word`; none where the dictionary lacks it."""
        return self._read(word)

    def _look_up_forms(self, word: str) -> tuple[Form, ...]:
        with self._lock:
            readings = self._readings(word)
        is_conditional = any(
            lemma.startswith("by") for at, lemma, _ in readings if at > 0
        )
        return tuple(
            dict.fromkeys(
                _form(lemma.split(":")[0], tag, is_conditional=is_conditional)
                for start, lemma, tag in readings
                if start == 0 and tag != _UNKNOWN
            )
        )

    def _look_up(self, word: str) -> tuple[tuple[str, str], ...]:
        """Return lemma and part of speech of each reading; none if it is unknown."""
        with self._lock:
            readings = self._readings(word)
        # A form of two segments ("zrobiłem") starts with its verb; a text of several
        # words is not one word.
        later = [tag for start, _, tag in readings if start > 0]
        if any(tag.split(":")[0] not in _SECOND_SEGMENT for tag in later):
            return ()
        return tuple(
            (lemma.split(":")[0], tag.split(":")[0])
            for start, lemma, tag in readings
            if start == 0 and tag != _UNKNOWN
        )

    def _readings(self, word: str) -> list[tuple[int, str, str]]:
        """Return segment, lemma and tag of each reading.

        Morfeusz and FAISS are both wrapped by SWIG and share its table of types, so
        that Morfeusz's own `analyse`, which iterates over the result, ends in FAISS's
        iterator and crashes the process. Reading by index goes round it.
        """
        resolver = self._morfeusz._morfeusz_obj
        found = resolver.analyse(word)
        return [
            (reading.startNode, reading.lemma, reading.getTag(resolver))
            for reading in (found[at] for at in range(len(found)))
        ]


def _form(lemma: str, tag: str, *, is_conditional: bool) -> Form:
    kind, parts = tag.split(":")[0], _parts(tag)
    if kind == "praet" and is_conditional:
        kind = "cond"
    degree = next((part for part in parts if part in _DEGREES), None)
    return Form(
        lemma,
        kind if degree is None else f"{kind}:{degree}",
        frozenset(_CASES & set(parts)),
        is_negated="neg" in parts,
    )


def _parts(tag: str) -> list[str]:
    """Return the parts of a tag: "imperf" is another one than "perf"."""
    return tag.replace(".", ":").split(":")

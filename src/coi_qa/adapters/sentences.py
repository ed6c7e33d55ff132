"""Polish sentences by Punkt, with the abbreviations of COI reports."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from typing import Any

from coi_qa.adapters.polish import Morphology

# What Punkt's Polish model lacks or takes for the end of a sentence.
ABBREVIATIONS = (
    "r w ww m.in tzw tzn tj np itd itp wg por zob ok tys mln mld proc godz ul al pl "
    "os woj pow gm art ust pkt lit poz nr str s t rozdz tab rys ryc red wyd zm późn "
    "dr prof hab mgr inż płk ppłk mjr kpt gen sierż kpr adm kmdr marsz prez "
    "św ks bp abp im pt ds dot in cd br ub zł gr jw b.r ur tel dn późn cz "
    "dz.u sygn nb pn płd płn wsch zach śr pol ang ros kaz ukr łac dosł wł"
).split()

# Abbreviations that also end sentences; whether one does is decided below.
_CAPITAL = r"[A-ZŻŹĆĄŚĘŁÓŃ]"
_MAY_END = re.compile(
    rf"(?<=[\d\s])(r|w|tys|mln|mld|proc|zł)\.\s+(?=[„\"(]?({_CAPITAL}\w*))"
)
_ENDS_LISTS = re.compile(rf"(?:itp|itd|i in)\.\s+(?=[„\"(]?{_CAPITAL})")
_CLAUSE = re.compile(r"[,;:–—(]")
_SUBORDINATE = re.compile(
    r"\s*(?:że|iż|gdyż|ponieważ|bo|gdy|kiedy|jeśli|choć|chociaż|a|lecz|ale)\b"
)
_WORD = re.compile(r"[^\W\d_]+")


class SentenceSplitter:
    """Splits paragraphs; safe to share between threads."""

    def __init__(self, morphology: Morphology) -> None:
        # Imported here: the model is read from the package only where it is needed.
        import punkt

        parameters = punkt.load_model("polish").merged_with(
            punkt.with_nonbreaking_prefixes(punkt.load_model("polish"), "polish")
        )
        parameters.abbrev_types.update(ABBREVIATIONS)
        self._punkt: Any = punkt.PunktSentenceTokenizer(parameters)
        self._morphology = morphology
        self._lock = threading.Lock()

    def __call__(self, paragraph: str) -> Sequence[tuple[int, int]]:
        """Return the start and exclusive end of each sentence, in order."""
        with self._lock:
            spans = [(int(s), int(e)) for s, e in self._punkt.span_tokenize(paragraph)]
        return self._divide(paragraph, _merge_false_ends(paragraph, spans))

    def _divide(
        self, text: str, spans: Sequence[tuple[int, int]]
    ) -> list[tuple[int, int]]:
        """Part sentences that run on after an abbreviation ("… 2023 r. Zwyciężyła …").

        One ends there if the clause before has its verb: "W lipcu 2024 r." has none,
        and goes on.
        """
        divided: list[tuple[int, int]] = []
        for start, end in spans:
            at = start
            ends = [m.end() for m in _ENDS_LISTS.finditer(text, start, end)]
            ends += [
                m.end()
                for m in _MAY_END.finditer(text, start, end)
                if self._ends_there(text[start : m.start()], m)
            ]
            for cut in sorted(set(ends)):
                if self._is_closed(text[at:cut]):
                    divided.append((at, len(text[:cut].rstrip())))
                    at = cut
            divided.append((at, end))
        return divided

    def _ends_there(self, before: str, abbreviation: re.Match[str]) -> bool:
        """Say whether the sentence so far ends with this abbreviation.

        It does if its last clause has a verb, or if one before has and a common word
        that begins no name comes next ("…: w 2024 r. – 5 osób. Trzy ofiary …").
        """
        starts_plainly = self._morphology.is_word(abbreviation[2].lower())
        if abbreviation[1] != "r" and not starts_plainly:
            return False
        clause = _CLAUSE.split(before)[-1]
        if self._has_verb(clause):
            return True
        text, end = abbreviation.string, abbreviation.end(2)
        begins_name = text[end : end + 2].strip()[:1].isupper()
        is_subordinate = bool(_SUBORDINATE.match(clause))
        return (
            starts_plainly
            and not begins_name
            and not is_subordinate
            and self._has_verb(before)
        )

    def _has_verb(self, clause: str) -> bool:
        return any(
            self._morphology.is_finite_verb(word) for word in _WORD.findall(clause)
        )

    @staticmethod
    def _is_closed(text: str) -> bool:
        """Say whether no bracket or quotation is open at the end of `text`."""
        return text.count("(") <= text.count(")") and text.count("„") <= text.count("”")


def _merge_false_ends(
    text: str, spans: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Join what a full stop parted before small letters or inside brackets."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and _goes_on(text[merged[-1][0] : merged[-1][1]], text[start:end]):
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def _goes_on(before: str, after: str) -> bool:
    """Say whether `after` is the rest of the sentence that `before` began."""
    return after[:1].islower() or before.count("(") > before.count(")")

"""Whose word a sentence passes on: "according to the KNB", "the police said that"."""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_WORDS = 8  # "Biuro Wysokiego Komisarza Narodów Zjednoczonych do spraw Uchodźców"

_WORD = re.compile(r"[^\s,;:()–—]+")
_ACCORDING = re.compile(
    r"\b(?:według|wg\.?|zdaniem|w ocenie|w opinii|w raporcie|"
    r"jak (?:podaj[eą]|podał[aoy]?|informuj[eą]|poinformował[aoy]?|twierdz[iąa]+|"
    r"wskazuj[eą]|donos[iząa]+)|z danych|according to)\s",
    re.IGNORECASE,
)
# What is said, before whose it is: "według danych ACLED".
_WHAT = re.compile(
    r"(?:(?:danych|informacji|informacje|raportu|ustaleń|szacunków|relacji|doniesień|"
    r"opublikowanych|zebranych|podanych|przez|data|reports?|from|by|the)\s)*",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"\b(?:poinformował[aoiy]*|podał[aoiy]*|oświadczył[aoiy]*|stwierdził[aoiy]*|"
    r"ogłosił[aoiy]*|ocenia(?:ją)?|twierdz[ią]|szacuj[eą]|przyznał[aoiy]*|"
    r"zaprzeczył[aoiy]*|utrzymuj[eą]|alarmował[aoiy]*|zapewnia(?:ją)?)"
    r"(?:\s\w+)?,\s(?:że|iż)\b"
)
# Origins without a name of their own.
_ORIGIN_NOUN = re.compile(
    r"(?:władz|rząd|policj|śledcz|prokurat|źród|medi|organizacj|obrońc|świadk|minister|"
    r"opozycj|aktywist|mieszka[nń]|wojsk|oficjaln)",
    re.IGNORECASE,
)
_NAME = re.compile(r"[„\"'«]?[^\W\d_a-ząćęłńóśźż]")
_JOINS = frozenset("do spraw i ds. of for the and".split())
_CLOSING = "\"'”»."


def find_attributions(sentence: str) -> tuple[str, ...]:
    """Return whose word the sentence says it passes on, as printed, in their order.

    >>> find_attributions("Według danych ACLED zginęło 5 osób.")
    ('ACLED',)
    >>> find_attributions("KNB poinformował również, że rozbił 19 grup.")
    ('KNB',)
    >>> find_attributions("Wg nowych przepisów podatnik może wyjechać.")
    ()
    """
    found = sorted((*_named_after(sentence), *_named_before(sentence)))
    return tuple(dict.fromkeys(origin for _, origin in found))


def _named_after(sentence: str) -> Iterator[tuple[int, str]]:
    """Yield the origins after "according to", with where they stand."""
    for match in _ACCORDING.finditer(sentence):
        what = _WHAT.match(sentence, match.end())
        start = what.end() if what else match.end()
        words = [
            word for word in _WORD.finditer(sentence, start) if word.start() >= start
        ]
        end = _end_of_name(sentence, words, start)
        if end is not None:
            yield start, sentence[start:end].rstrip(".")


def _end_of_name(sentence: str, words: list[re.Match[str]], start: int) -> int | None:
    """Return where the origin that begins at `start` ends; None if it is none."""
    end: int | None = None
    is_quoted = False
    for at, word in enumerate(words[:MAX_WORDS]):
        gap = sentence[end if end is not None else start : word.start()]
        if gap.strip():
            break  # a comma, a dash, a bracket
        is_quoted = is_quoted or word[0][0] in "„«"
        is_name = bool(_NAME.match(word[0])) or is_quoted
        joins = word[0] in _JOINS and at + 1 < len(words) and end is not None
        if joins and _NAME.match(words[at + 1][0]):
            continue
        is_led = bool(_ORIGIN_NOUN.match(word[0])) or word[0] == "danych"
        if not is_name and not is_led and not (end is None and _can_lead(words, at)):
            break
        end = word.end()
        if word[0][-1] in "”»":
            break
    return end


def _can_lead(words: list[re.Match[str]], at: int) -> bool:
    """Say whether a small-letter word is an origin, or leads to one or to a name."""
    following = words[at + 1][0] if at + 1 < len(words) else ""
    return bool(
        _ORIGIN_NOUN.match(words[at][0])
        or _ORIGIN_NOUN.match(following)
        or (following[:1] in "„«" and following)
    )


def _named_before(sentence: str) -> Iterator[tuple[int, str]]:
    """Yield the subjects of verbs of saying, with where they stand."""
    for match in _SAID.finditer(sentence):
        words = list(_WORD.finditer(sentence, 0, match.start()))
        start = match.start()
        for word in reversed(words[-MAX_WORDS:]):
            is_apart = bool(sentence[word.end() : start].strip())
            if is_apart or not (_NAME.match(word[0]) or _ORIGIN_NOUN.match(word[0])):
                break
            start = word.start()
        origin = sentence[start : match.start()].strip()
        if origin:
            yield start, origin

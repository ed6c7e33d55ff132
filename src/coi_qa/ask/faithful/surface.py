"""What is told of a statement by its characters, before its words are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from coi_qa.ask.scope import asks_for_a_judgement
from coi_qa.domain.text import find_quote, strip_diacritics

MOST_CHARS: Final = 600  # the longest sentence of the sample reports has 480

_MARKS: Final = frozenset(" \u00a0.,;:!?%()„”“\"«»'’‘‚–—-/&+")
_ADDRESS: Final = re.compile(r"://|\bwww\.|[\w.+-]@\w|[\w-]\.(?:com|org|net|pl)\b")
_ENTITY: Final = re.compile(r"&\w*;|&#|--|//")


def is_plain(text: str) -> bool:
    """Say whether a text is words and their punctuation: no markup, address, control.

    >>> is_plain("W 2024 r. zginęło 5 osób (20%)."), is_plain("<b>5</b> osób")
    (True, False)
    """
    return (
        0 < len(text) <= MOST_CHARS
        and text == unicodedata.normalize("NFC", text)
        and all(_is_plain_character(char) for char in text)
        and any(char.isalpha() for char in text)
        and not _ADDRESS.search(text)
        and not _ENTITY.search(text)
        and not _mixes_alphabets(text)
    )


def _is_plain_character(char: str) -> bool:
    # Digits of other scripts and ligatures would be read otherwise than compared.
    if char.isascii():
        return char.isalnum() or char in _MARKS
    is_letter = unicodedata.category(char) in {"Ll", "Lu"}
    return char in _MARKS or (is_letter and unicodedata.normalize("NFKC", char) == char)


def _mixes_alphabets(text: str) -> bool:
    """Say whether a word has letters of two alphabets, which look alike."""
    for word in re.findall(r"[^\W\d_]+", text):
        scripts = {unicodedata.name(char, "").split(" ")[0] for char in word}
        if len(scripts) > 1:
            return True
    return False


# --- words between quotation marks ----------------------------------------------------

_QUOTED: Final = re.compile(
    r"„(?P<a>[^„”“\"«»]+)[”“\"]|“(?P<b>[^„”“\"«»]+)”|\"(?P<c>[^„”“\"«»]+)\""
    r"|«(?P<d>[^„”“\"«»]+)»|»(?P<e>[^„”“\"«»]+)«"
    r"|(?<!\w)[‚‘'](?P<f>[^‚‘’']+)[’'](?!\w)"
)
_LEFT_OVER: Final = re.compile(r"[„”“\"«»‚‘]|(?<!\w)['’]|['’](?!\w)")


def quoted_words(text: str, quotes: Iterable[str]) -> str | None:
    """Return a text with the words between quotation marks put as quotes print them.

    None where one of them stands in no quote, or a mark has no fellow.

    >>> quoted_words("Prawo zna „Kary  Śmierci”.", ["Nie zna kary śmierci."])
    'Prawo zna „kary śmierci”.'
    >>> quoted_words("Prawo zna „kary chłosty”.", ["Nie zna kary śmierci."]) is None
    True
    """
    held = list(quotes)
    parts: list[str] = []
    at = 0
    for match in _QUOTED.finditer(text):
        group = match.lastgroup or "a"
        printed = _printed(match[group], held)
        before = text[at : match.start()]
        if printed is None or _LEFT_OVER.search(before):
            return None
        parts += [before, text[match.start() : match.start(group)], printed]
        parts.append(text[match.end(group) : match.end()])
        at = match.end()
    rest = text[at:]
    return None if _LEFT_OVER.search(rest) else "".join([*parts, rest])


def _printed(words: str, quotes: Iterable[str]) -> str | None:
    for quote in quotes:
        span = find_quote(words, quote)
        if span is not None:
            return span.of(quote)
    return None


# --- what reports cannot say ----------------------------------------------------------

_CONCLUDES: Final = re.compile(
    r"\b(?:nalezy (?!do\b)|nalezaloby|trzeba|warto|zaleca|rekomend|powinn?[oy]? sie"
    r"|wskazane jest"
    r"|(?:przyzna|udziel|nada|odmow|odmawia)\w* .{0,40}(?:ochron|azyl|status|pobyt)"
    r"|(?:ochron|azyl|status|pobyt)\w* .{0,40}(?:przyzna|udziel|nada|odmow|przyslug)"
    r"|wnioskodaw|wnioskuj|skarzac|aplikant|jest uchodzc|wiarygodn|niewiarygodn"
    r"|(?:spelnia|zachodz)\w* .{0,20}(?:przeslan|warun|kryter)|uzasadnion\w+ obaw"
    r"|well-founded|applicant|claimant|(?:should|must|ought to) be"
    r"|(?:grant|refus|deserv|qualif)\w* .{0,30}(?:asylum|protection|status)"
    r"|bezpieczn\w+ (?:kraj|panstw)|ryzyk\w+ przesladow|recommend)"
)


def asserts_a_judgement(text: str) -> bool:
    """Say whether a statement draws a conclusion, recommends, or obeys somebody.

    >>> asserts_a_judgement("Wnioskodawcy należy przyznać ochronę.")
    True
    >>> asserts_a_judgement("W 2024 r. wykonano dwa wyroki śmierci.")
    False
    """
    return bool(_CONCLUDES.search(strip_diacritics(text))) or asks_for_a_judgement(text)


_FRAME: Final = re.compile(
    r"^(?:(?:według|wg) (?:tego )?raportu|zgodnie z raportem|jak (?:podaje|wskazuje) "
    r"raport|raport (?:podaje|wskazuje|informuje), że|according to the report|"
    r"the report (?:says|states) that),?\s+(?=\w)",
    re.IGNORECASE,
)


def without_frame(text: str) -> str:
    """Return a statement less the words that say that it is a report's.

    >>> without_frame("Raport podaje, że prawo nie przewiduje kary śmierci.")
    'prawo nie przewiduje kary śmierci.'
    """
    return _FRAME.sub("", text)

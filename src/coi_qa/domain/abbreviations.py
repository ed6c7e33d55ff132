"""Abbreviations that a report defines itself: "Komitet … (KNB)", "(dalej: KNB)"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from coi_qa.domain.text import strip_diacritics

MAX_WORDS = 12  # words of an expansion; names of offices are long
MIN_LETTERS = 2

_SHORT = r"[A-ZĄĆĘŁŃÓŚŹŻ][\w]*[A-ZĄĆĘŁŃÓŚŹŻ][\w-]*|[А-ЯІЇЄҐ]{2,}"
# "(KNB)", "(dalej: KNB)", "(ang. Cable News Network, CNN)"
_BRACKETED = re.compile(r"[(\[]([^()\[\]]{2,200})[)\]]")
_CALLED = re.compile(
    r"^(?:zwan\w+ )?(?:w )?(?:dalej|skrót|skrócie|tzw\.|hereinafter|далі|далее)"
    r"(?: jako)?\s*[:–-]?\s*",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(r"^(?:[a-ząćęłńóśźż]{2,6}\.|z [a-z]+\.)\s*", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_STOPS = re.compile(r"[.;:!?]\s|[()\[\]\n]")
# Words that an abbreviation may leave out.
_SMALL = frozenset(
    "i w we z ze na do od ds dla o oraz przy przeciw przeciwko the of and for to in on "
    "by de la i та и по".split()
)


def find_abbreviations(text: str) -> list[tuple[str, str]]:
    """Return abbreviations with what they stand for, each pair once, in their order.

    A pair is taken only where the letters are the first ones of the words before the
    bracket, or of a foreign name in it, or where "dalej" says so; "(KAZ 2024)" defines
    nothing.

    >>> find_abbreviations("Komitet Bezpieczeństwa Narodowego (KNB) milczy.")
    [('KNB', 'Komitet Bezpieczeństwa Narodowego')]
    >>> find_abbreviations("KNB (Komitet Bezpieczeństwa Narodowego) milczy.")
    [('KNB', 'Komitet Bezpieczeństwa Narodowego')]
    >>> find_abbreviations("Organizacja (ang. Human Rights Watch, dalej: HRW) pisze.")
    [('HRW', 'Human Rights Watch')]
    """
    found: dict[tuple[str, str], None] = {}
    for bracket in _BRACKETED.finditer(text):
        before = _STOPS.split(text[: bracket.start()])[-1].rstrip()
        for pair in _pairs(before, bracket[1]):
            found.setdefault(pair)
    return list(found)


def expansions(text: str, pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Return what a text's abbreviations stand for, and those of its long names.

    >>> known = [("KNB", "Komitet Bezpieczeństwa Narodowego")]
    >>> expansions("Kto kieruje KNB?", known)
    ['Komitet Bezpieczeństwa Narodowego']
    >>> expansions("Kto kieruje Komitetem Bezpieczeństwa Narodowego?", known)
    ['KNB']
    """
    words = set(_WORD.findall(text))
    stems = {_stem(word) for word in words}
    found: dict[str, None] = {}
    for short, long in pairs:
        if short in words:
            found.setdefault(long)
        elif {_stem(word) for word in _main_words(long)} <= stems:
            found.setdefault(short)
    return list(found)


def _main_words(long: str) -> list[str]:
    return [word for word in _WORD.findall(long) if word.lower() not in _SMALL]


def _stem(word: str) -> str:
    """Return what the cases of a word share, near enough for a whole name."""
    return strip_diacritics(word.lower())[: 5 if len(word) > 5 else 3]


def _pairs(before: str, inside: str) -> list[tuple[str, str]]:
    parts = [part.strip(" „”\"'*_") for part in re.split(r"[,;]", inside)]
    bare = [_CALLED.sub("", part).strip(" „”\"'*_") for part in parts]
    shorts = [part for part in bare if re.fullmatch(_SHORT, part)]
    longs = [_LANGUAGE.sub("", p) for p in bare if p not in shorts]
    pairs = []
    for short in shorts:
        is_called = any(_CALLED.match(p) and p.endswith(short) for p in parts)
        if (long := _ending(before, short)) is not None:
            pairs.append((short, long))
        pairs += [(short, long) for long in longs if _spells(_initials(long), short)]
        # "(dalej: OUBZ)" says what it means, whatever the letters.
        if is_called and not pairs and (long := _capitalised_end(before)) is not None:
            pairs.append((short, long))
    last = _WORD.findall(before)[-1:]
    if last and re.fullmatch(_SHORT, last[0]):
        pairs += [
            (last[0], long) for long in longs if _spells(_initials(long), last[0])
        ]
    return pairs


def _ending(before: str, short: str) -> str | None:
    """Return the last words of a text that an abbreviation is made of, or None."""
    words = list(_WORD.finditer(before))[-MAX_WORDS:]
    for word in reversed(words):
        long = before[word.start() :]
        is_name = word[0][0].isupper() or word[0][0].isdigit()
        if is_name and _spells(_initials(long), short):
            return long.strip(" „”\"'*_")
    return None


def _capitalised_end(before: str) -> str | None:
    """Return the name that a text ends in: from its last run of capitals on."""
    words = list(_WORD.finditer(before))[-MAX_WORDS:]
    start = None
    for word in reversed(words):
        if word[0][0].isupper():
            start = word.start()
        elif word[0].lower() not in _SMALL:
            break
    return None if start is None else before[start:].strip(" „”\"'*_")


def _initials(long: str) -> list[tuple[str, bool]]:
    """Return the first letters of words, and whether each may be left out."""
    words = [part for word in _WORD.findall(long) for part in word.split("-")]
    return [
        (strip_diacritics(word[0]), word.lower() in _SMALL) for word in words if word
    ]


def _spells(initials: list[tuple[str, bool]], short: str) -> bool:
    """Say whether the letters of `short` are those initials, small words at will."""
    letters = [strip_diacritics(c) for c in short if c.isalpha()]
    if len(letters) < MIN_LETTERS or not initials or initials[0][1]:
        return False
    # "KNB" is Russian for "Komitet Bezpieczeństwa Narodowego": other order, same words.
    main = [letter for letter, is_small in initials if not is_small]
    if main[0] == letters[0] and sorted(main) == sorted(letters):
        return True
    at = 0
    for letter, is_small in initials:
        if at < len(letters) and letters[at] == letter:
            at += 1
        elif not is_small:
            return False
    return at == len(letters)

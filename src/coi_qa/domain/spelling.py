"""Names as they are inflected, misspelt and carried over into another alphabet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from coi_qa.domain.text import strip_diacritics

Closest = Callable[[str, Sequence[str], int], Sequence[str]]
"""Word, known words, most typing errors -> the known words with the fewest errors."""

MIN_LETTERS = 7  # a shorter name is one error away from too many words
_LONG = 10  # letters from which a second error is forgiven

# Both alphabets, without diacritics, fall together: letters that Polish, English,
# Ukrainian and Russian write one sound with become one letter.
_LETTERS = str.maketrans(
    {
        **dict(zip("абвгґдзиіклмн", "abwhhdziiklmn", strict=True)),
        **dict(zip("опрстуфхцыэ", "oprstufhcie", strict=True)),
        **{"е": "e", "є": "ie", "ж": "z", "ч": "c", "ш": "s", "щ": "s"},
        **{"ю": "iu", "я": "ia", "ь": "", "ъ": "", "'": "", "’": "", "-": ""},
        **{"v": "w", "g": "h", "y": "i", "j": "i", "q": "k", "x": "ks"},
    }
)
_SOUNDS = (
    (re.compile(r"sh|sz"), "s"),
    (re.compile(r"cz|(?<![a-z])tch|ts"), "c"),
    (re.compile(r"rz|zh"), "z"),
    (re.compile(r"[ck]h"), "h"),
    (re.compile(r"ie"), "e"),
    (re.compile(r"(.)\1+"), r"\1"),
)
_POLISH_CASES = ("u", "ie", "em", "a", "owi", "i", "ii", "y", "ia", "e", "o", "iem")
_CYRILLIC_CASES = ("у", "а", "е", "і", "ом", "ы", "ою", "и", "ии", "іі", "ию", "ію")
# Cases, adjective and people of a country, after the skeleton of its stem.
_CASE = re.compile(r"[aeiou]{0,4}(?:m|mi|h)?")
_OF_IT = re.compile(
    r"(?:i?an)?sk(?:[aeiou]{1,3}|oho|ieho|omu|emu|iemu|om|em|im|ih|imi)"
    r"|i?(?:an|en)(?:s|i|e|in\w{0,3})?|[ei]?c(?:[aeiou]|iw|ew|om|am|ami|ah)?"
    r"|k(?:[aeiou]|oiu|am|ami|ah)|cik\w{0,3}|ese"
)


def errors_forgiven(word: str) -> int:
    """Return how many typing errors a name of that length is forgiven.

    >>> [errors_forgiven(word) for word in ("Iran", "Ukrajna", "Kazahstanie")]
    [0, 1, 2]
    """
    if len(word) < MIN_LETTERS:
        return 0
    return 2 if len(word) >= _LONG else 1


def inflected(name: str) -> Iterator[str]:
    """Yield a folded Polish, English or Cyrillic name and its commonest cases.

    >>> sorted(inflected("uzbekistan"))[:3]
    ['uzbekistan', 'uzbekistana', 'uzbekistane']
    """
    yield name
    stem = name.rstrip("aeiouyаеиоуыяі")
    for ending in _CYRILLIC_CASES if stem[-1:] > "z" else _POLISH_CASES:
        yield stem + ending


def skeleton(word: str) -> str:
    """Return what a name sounds like in either alphabet, roughly.

    >>> {skeleton(word) for word in ("Wardania", "Варданія", "Вардания", "Vardania")}
    {'wardania'}
    >>> skeleton("Зельмария") == skeleton("Zelmaria")
    True
    """
    plain = strip_diacritics(word).translate(_LETTERS)
    for sound, letter in _SOUNDS:
        plain = sound.sub(letter, plain)
    return plain


def skeleton_stem(name: str) -> str:
    """Return the skeleton of a name without the vowels that its cases change."""
    return skeleton(name).rstrip("aeiou")


def is_case_of(word: str, stem: str) -> bool:
    """Say whether a skeleton may be a case of the name with that stem."""
    return word.startswith(stem) and bool(_CASE.fullmatch(word, len(stem)))


def is_of(word: str, stem: str) -> bool:
    """Say whether a skeleton may be the adjective or people of the name.

    >>> is_of(skeleton("варданский"), skeleton_stem("Wardania"))
    True
    """
    return word.startswith(stem) and bool(_OF_IT.fullmatch(word, len(stem)))

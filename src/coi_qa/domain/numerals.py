"""Polish numbers in words: "dwóch", "blisko dwustu", "kilkadziesiąt tysięcy"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_EXACT = {
    form: value
    for value, forms in {
        1: "jeden jedna jedno jednego jednej jednemu jedną jednym",
        2: "dwa dwie dwóch dwu dwom dwóm dwoma dwiema dwoje dwojga dwojgu dwojgiem",
        3: "trzy trzech trzem trzema trzej troje trojga trojgu trojgiem",
        4: "cztery czterech czterem czterema czterej czworo czworga czworgu",
        5: "pięć pięciu pięcioma pięcioro pięciorga",
        6: "sześć sześciu sześcioma sześcioro sześciorga",
        7: "siedem siedmiu siedmioma siedmioro siedmiorga",
        8: "osiem ośmiu ośmioma ośmioro ośmiorga",
        9: "dziewięć dziewięciu dziewięcioma dziewięcioro dziewięciorga",
        10: "dziesięć dziesięciu dziesięcioma dziesięcioro dziesięciorga",
        11: "jedenaście jedenastu jedenaścioro",
        12: "dwanaście dwunastu dwanaścioro",
        13: "trzynaście trzynastu trzynaścioro",
        14: "czternaście czternastu czternaścioro",
        15: "piętnaście piętnastu piętnaścioro",
        16: "szesnaście szesnastu szesnaścioro",
        17: "siedemnaście siedemnastu siedemnaścioro",
        18: "osiemnaście osiemnastu osiemnaścioro",
        19: "dziewiętnaście dziewiętnastu dziewiętnaścioro",
        20: "dwadzieścia dwudziestu",
        30: "trzydzieści trzydziestu",
        40: "czterdzieści czterdziestu",
        50: "pięćdziesiąt pięćdziesięciu",
        60: "sześćdziesiąt sześćdziesięciu",
        70: "siedemdziesiąt siedemdziesięciu",
        80: "osiemdziesiąt osiemdziesięciu",
        90: "dziewięćdziesiąt dziewięćdziesięciu",
        100: "sto stu",
        200: "dwieście dwustu",
        300: "trzysta trzystu",
        400: "czterysta czterystu",
        500: "pięćset pięciuset",
        600: "sześćset sześciuset",
        700: "siedemset siedmiuset",
        800: "osiemset ośmiuset",
        900: "dziewięćset dziewięciuset",
    }.items()
    for form in forms.split()
}
_VAGUE = {
    form: bounds
    for bounds, forms in {
        (2, 9): "kilka kilku kilkoro kilkorga parę paru",
        (11, 19): "kilkanaście kilkunastu kilkanaścioro",
        (20, 99): "kilkadziesiąt kilkudziesięciu dziesiątki dziesiątek",
        (200, 999): "kilkaset kilkuset setki setek",
        (0.5, 0.5): "pół",
        (1.5, 1.5): "półtora półtorej",
    }.items()
    for form in forms.split()
}
_SCALES = {
    form: scale
    for scale, forms in {
        1e3: "tysiąc tysiąca tysiące tysięcy tysiącu tysiącom tys",
        1e6: "milion miliona miliony milionów mln",
        1e9: "miliard miliarda miliardy miliardów mld",
    }.items()
    for form in forms.split()
}
_WORD = re.compile(r"[^\W\d_]+")
# "Trzy czwarte" is a share; "pół" and "tysiące" alone count nothing exactly.
_FRACTION = re.compile(
    r"\s(?:trzeci|czwart|piąt|drugi|dziesiąt[aey])\w*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number that is written in words.

    Attributes:
        low: Its value, or the least that it may mean.
        high: Its value, or the most.
        start: Where it stands, from 0.
        end: Exclusive.
    """

    low: float
    high: float
    start: int
    end: int


def find_numerals(text: str) -> list[Numeral]:
    """Return the numbers in words of a sentence, in their order; ordinals are none.

    >>> [
    ...     (n.low, n.high)
    ...     for n in find_numerals("Zginęło dwieście trzydzieści osiem osób")
    ... ]
    [(238, 238)]
    >>> [(n.low, n.high) for n in find_numerals("kilkadziesiąt tysięcy z pięciu wsi")]
    [(20000.0, 99000.0), (5, 5)]
    """
    found: list[Numeral] = []
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(text):
        is_next = bool(run) and text[run[-1].end() : word.start()] == " "
        if run and not (is_next and _goes_on(run[-1][0].lower(), word[0].lower())):
            found += _numeral(text, run)
            run = []
        if run or _is_numeral(word[0].lower()):
            run.append(word)
    return [*found, *_numeral(text, run)]


def _is_numeral(word: str) -> bool:
    return word in _EXACT or word in _VAGUE


def _goes_on(before: str, word: str) -> bool:
    """Say whether `word` belongs to the number that ends in `before` so far."""
    if word in _SCALES:
        return before not in _SCALES
    if before in _SCALES:
        return word in _EXACT
    if before in _VAGUE or word in _VAGUE:
        return False
    first, second = _EXACT.get(before, 0), _EXACT.get(word, 0)
    if not second:
        return False
    # "Dwieście trzydzieści", "trzydzieści osiem"; "dwa trzy" are two numbers.
    return (first >= 100 and second < 100) or (20 <= first < 100 and second < 10)


def _numeral(text: str, run: list[re.Match[str]]) -> list[Numeral]:
    """Return the number that a run of words makes, if it makes one."""
    if not run or _FRACTION.match(text, run[-1].end()):
        return []
    if len(run) == 1 and run[0][0].lower() in ("pół", "półtora", "półtorej"):
        return []
    total = (0.0, 0.0)
    part: tuple[float, float] = (0, 0)
    for word in (match[0].lower() for match in run):
        if word in _SCALES:
            scale = _SCALES[word]
            total = (total[0] + part[0] * scale, total[1] + part[1] * scale)
            part = (0, 0)
        else:
            value = _EXACT.get(word)
            low, high = (value, value) if value is not None else _VAGUE[word]
            part = (part[0] + low, part[1] + high)
    low, high = total[0] + part[0], total[1] + part[1]
    if total == (0.0, 0.0):
        low, high = part
    return [Numeral(low, high, run[0].start(), run[-1].end())]

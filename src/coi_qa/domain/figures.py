"""Figures with what they count: "5 osób", "od 108 tys. do 111 tys. osób", "14,9%"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = r"\d{1,3}(?:[  ]\d{3})+(?!\d)(?:,\d+)?|\d+(?:,\d+)?"
_SCALE = (
    r"(?:\s?(?P<scale{n}>tys\.?|mln\.?|mld\.?|tysięcy|milion\w*|miliard\w*)(?!\w))?"
)
_FIGURE = re.compile(
    rf"(?<![\w.,/-])(?P<first>{_NUMBER}){_SCALE.format(n=1)}"
    rf"(?:\s?(?:–|-|do)\s?(?P<last>{_NUMBER}){_SCALE.format(n=2)})?"
    r"(?P<percent>\s?(?:%|proc\b))?(?![\w/]|[.,]\d)"
)
_UNIT = re.compile(r"\s(?P<unit>[^\W\d_]{3,})")
_DATE_WORD = re.compile(
    r"(?:r\b|rok|roku|lat|stycz|lut|marc|kwie|maj|czerw|lip|sierp|wrze|paźdz|listop|grud)"
)
_SCALES = {"tys": 1e3, "mln": 1e6, "mil": 1e6, "mld": 1e9}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of something, as a sentence prints it.

    Attributes:
        text: As printed, unit left out: "od 108 tys. do 111 tys.".
        low: Its value, or the lower end of a range.
        high: Its value, or the upper end.
        unit: What is counted, as printed; "%" for a share, "" where nothing is said.
        start: Where it stands, from 0.
    """

    text: str
    low: float
    high: float
    unit: str
    start: int


def find_figures(text: str) -> list[Figure]:
    """Return the figures of a sentence in their order; dates are none.

    >>> [(f.low, f.unit) for f in find_figures("W 2024 r. zginęło 3 692 osoby (20%).")]
    [(3692.0, 'osoby'), (20.0, '%')]
    """
    found: list[Figure] = []
    for match in _FIGURE.finditer(text):
        after = _UNIT.match(text, match.end())
        unit = "%" if match["percent"] else after["unit"] if after else ""
        rest = text[match.end() :].lstrip()
        if not match["percent"] and _DATE_WORD.match(rest):
            continue
        scale = match["scale2"] or match["scale1"]
        low = _value(match["first"], match["scale1"] or scale)
        high = _value(match["last"], scale) if match["last"] else low
        if high < low:
            continue
        found.append(Figure(match[0].strip(), low, high, unit, match.start()))
    return found


def _value(number: str, scale: str | None) -> float:
    plain = re.sub(r"\s", "", number).replace(",", ".")
    return float(plain) * _SCALES.get((scale or "")[:3], 1.0)

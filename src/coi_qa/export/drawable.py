"""Which characters the fonts inside Typst can draw, and what stands for the others."""

from __future__ import annotations

import re
from typing import Final

# Found by setting every character with typst 0.15.2; a test sets them all again.
# Chinese, Japanese, Korean and emoji are not among them.
_RANGES: Final = (
    "0020-007E 00A0-0377 037A-037F 0384-038A 038C 038E-03A1 03A3-04FF 0510-0513 "
    "051A-051D 0531-0556 0559-058A 058D-058F 0591-05C7 05D0-05EA 05EF-05F4 0606-060C "
    "061B 061F 0621-063A 0640-0655 0660-066D 0679-067B 067E-0680 0683-0684 0686-0687 "
    "0691 0698 06A4 06A9 06AF 06BE 06CC 06F0-06F9 0900-097F 10D0-10FF 1E00-1EFF "
    "1F00-1F15 1F18-1F1D 1F20-1F45 1F48-1F4D 1F50-1F57 1F59 1F5B 1F5D 1F5F-1F7D "
    "1F80-1FB4 1FB6-1FC4 1FC6-1FD3 1FD6-1FDB 1FDD-1FEF 1FF2-1FF4 1FF6-1FFE 2009 "
    "200C-200D 2010-2027 202F-2040 2042 2044-2052 2054-205E 2070-2071 2074-208E "
    "20A0-20C0 2100-211E 2120 2122 2124 2126-2151 2153-2184 2190-23FF 2460-2606 "
    "2609-262F FB00-FB06 FFFD"
)


def _codes() -> frozenset[int]:
    pairs = (part.partition("-") for part in _RANGES.split())
    return frozenset(
        code
        for first, _, last in pairs
        for code in range(int(first, 16), int(last or first, 16) + 1)
    )


DRAWABLE: Final = _codes()

# As many capitals as a line holds; none of the characters that a line may break at.
_LONG: Final = re.compile(r"[^\s/?&=.,_#%-]{50}")


def drawable(text: str) -> str:
    """Return `text` with a code in place of each character that has no picture.

    Typst would print an empty box, which PDF/UA forbids because it hides that
    something is missing.

    >>> drawable("Żółć, Україна, 北京")
    'Żółć, Україна, [U+5317][U+4EAC]'
    """
    return "".join(c if ord(c) in DRAWABLE else f"[U+{ord(c):04X}]" for c in text)


def breakable(text: str) -> str:
    """Return `text` with a place to break in words that no line could hold.

    >>> len(breakable("A" * 120)), breakable("dziewięćsetdziewięćdziesiąt")
    (122, 'dziewięćsetdziewięćdziesiąt')
    """
    return _LONG.sub(lambda match: f"{match[0]}\u200b", text)

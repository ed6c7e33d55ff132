"""Ways to make a statement false that leave most of its words alone.

Each takes a true text, a sentence of a report, and yields falsehoods with the name of
what was done. Nothing is yielded that could still be true by chance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

NUMBER = re.compile(
    r"(?<![\w.,/])\d{1,3}(?: \d{3})+(?!\d)|(?<![\w.,/-])\d+(?:,\d+)?(?![\w/])"
)
YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
MONTHS = (
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października "
    "listopada grudnia"
).split()
NUMERALS = {
    "dwie": "trzy",
    "dwóch": "trzech",
    "trzy": "cztery",
    "cztery": "pięć",
    "pięciu": "sześciu",
    "sześć": "siedem",
    "sześciu": "siedmiu",
    "ośmiu": "dziewięciu",
    "jeden": "dwa",
    "jedną": "dwie",
    "trzynaście": "czternaście",
    "dwustu": "trzystu",
    "trzystu": "czterystu",
}
COUNTRIES = ("Kazachstan", "Mirostan", "Talgori", "Orseni", "Wardani", "Zelmari")
OTHER_NAMES = {
    "RIZ": "ACLED",
    "ACLED": "RIZ",
    "UOR": "KNB",
    "KNB": "UOR",
    "AWD": "FWT",
    "FWT": "AWD",
    "Żandarmeria": "Policja",
    "Sarmynie": "Merezie",
    "Merezie": "Alkanie",
    "Sadowicach": "Solminie",
    "Kalmerze": "Brezaniu",
    "Brezaniu": "Kalmerze",
    "Rosja": "Turcja",
    "Rosji": "Turcji",
    "Ligi": "Unii",
    "Straż": "Armia",
    "Wardańczyków": "Zelmarczyków",
    "Mirostańczyków": "Talgorczyków",
}
UNITS = {
    "osób": "żołnierzy",
    "osoby": "wioski",
    "żołnierzy": "policjantów",
    "mieszkańców": "cudzoziemców",
    "cywilów": "wojskowych",
    "miesięcy": "lat",
    "lat": "miesięcy",
    "dni": "tygodni",
    "koron": "euro",
    "sarmów": "dolarów",
    "florenów": "euro",
    "denarów": "euro",
    "protestów": "zamachów",
    "tys.": "mln",
    "mln": "tys.",
}
QUALIFIERS = (
    "ok. ",
    "około ",
    "ponad ",
    "blisko ",
    "co najmniej ",
    "zaledwie ",
    "nie więcej niż ",
    "niemal ",
)
OPPOSITES = {
    "ponad": "poniżej",
    "co najmniej": "co najwyżej",
    "od początku": "do początku",
    "do końca": "od końca",
    "przed": "po",
    "wzrosła": "spadła",
    "zniesiono": "wprowadzono",
    "wszystkie": "niektóre",
    "obowiązuje": "obowiązywał",
    "większość": "mniejszość",
    "zabitych": "rannych",
    "rannych": "zabitych",
}
RESERVES = re.compile(
    r"^(?:Według|Zdaniem|Wg) [^,:]+? (?=(?:w|z|zginęł\w+|rząd|po|podczas|w \d+) )"
    r"|^[^,]+ (?:podał|twierdzi|twierdzą|szacuje|zapewnia|ocenia|oświadczył"
    r"|stwierdził)\w*"
    r"(?: natomiast| nadal)?, (?:że|iż) "
)


def mutations(text: str) -> Iterator[tuple[str, str]]:
    """Yield kind and text of false statements made of a true one."""
    for kind, makers in MAKERS.items():
        for made in makers(text):
            if made != text:
                yield kind, made


def _numbers(text: str) -> Iterator[str]:
    for match in NUMBER.finditer(text):
        if YEAR.fullmatch(match[0]):
            continue
        digit = match[0][-1]
        other = match[0][:-1] + str((int(digit) + 3) % 10)
        yield _put(text, match, other)
        yield _put(text, match, "1" + match[0])
    for word, other in NUMERALS.items():
        yield from _swapped(text, word, other)


def _years(text: str) -> Iterator[str]:
    for match in YEAR.finditer(text):
        yield _put(text, match, str(int(match[0]) - 7))


def _months(text: str) -> Iterator[str]:
    for at, month in enumerate(MONTHS):
        yield from _swapped(text, month, MONTHS[(at + 5) % 12])


def _swapped_numbers(text: str) -> Iterator[str]:
    found = [m for m in NUMBER.finditer(text)]
    for first, second in pairwise(found):
        are_years = {bool(YEAR.fullmatch(each[0])) for each in (first, second)}
        if len(are_years) > 1:
            continue
        yield (
            text[: first.start()]
            + second[0]
            + text[first.end() : second.start()]
            + first[0]
            + text[second.end() :]
        )


def _dropped_nie(text: str) -> Iterator[str]:
    for word in ("nie ", "Nie ", "żadnego ", "żadne ", "bez ", "ani "):
        for match in re.finditer(rf"(?<!\w){word}", text):
            yield _capital(text[: match.start()] + text[match.end() :])
    for match in re.finditer(r"(?<!\w)Brak (?:jest )?informacji o ", text):
        yield _put(text, match, "Są informacje o ")


_QUALIFIED = re.compile(r"(?:ponad|ok\.|około|od|do|\d[–-]|, ) ?$")
VERBS = re.compile(
    r"(?<!nie )(?<!Nie )(?<!\w)(?:jest|są|obowiązuje|zginęł\w+|liczą?|trwa|grozi|"
    r"wynosi|kosztuje|skazano|stracono|odnaleziono|zniesiono|działa|należą|może|mogą|muszą|"
    r"twierdzi|podał[oa]?|przewiduje|dopuszcza|zarejestrował|doszło|szacuje)(?!\w)"
)


def _added_nie(text: str) -> Iterator[str]:
    for match in VERBS.finditer(text):
        yield _put(text, match, f"nie {match[0]}")


def _countries(text: str) -> Iterator[str]:
    for at, name in enumerate(COUNTRIES):
        other = COUNTRIES[(at + 1) % len(COUNTRIES)]
        for match in re.finditer(rf"\b{name}", text):
            yield _put(text, match, other)


def _names(text: str) -> Iterator[str]:
    for name, other in OTHER_NAMES.items():
        yield from _swapped(text, name, other)


def _units(text: str) -> Iterator[str]:
    for unit, other in UNITS.items():
        yield from _swapped(text, unit, other)
    for match in re.finditer(r"(?<=\d)%", text):
        yield _put(text, match, " tys.")


def _qualifiers(text: str) -> Iterator[str]:
    for word in QUALIFIERS:
        for match in re.finditer(rf"(?<!\w){word}(?=[\d\w])", text):
            yield text[: match.start()] + text[match.end() :]
    for match in NUMBER.finditer(text):
        if not YEAR.fullmatch(match[0]) and not _QUALIFIED.search(
            text[: match.start()]
        ):
            yield _put(text, match, f"ponad {match[0]}")


def _opposites(text: str) -> Iterator[str]:
    for word, other in OPPOSITES.items():
        yield from _swapped(text, word, other)


def _reserves(text: str) -> Iterator[str]:
    match = RESERVES.search(text)
    if match is not None:
        yield _capital(text[match.end() :])


def _additions(text: str) -> Iterator[str]:
    plain = text.rstrip(".")
    yield f"{plain}, co oznacza, że wnioskodawcy należy przyznać ochronę."
    yield f"{plain}, a dane te potwierdziła ONZ."
    yield f"{plain}, zwłaszcza wśród kobiet."
    yield f"<b>{plain}</b>."
    yield f"{plain} (zob. https://example.org)."


def _quotations(text: str) -> Iterator[str]:
    words = text.rstrip(".").split()
    if len(words) > 3:
        yield f"Raport podaje: „{' '.join([*words[:-1], 'zawsze', words[-1]])}”."
        yield f"Raport podaje: „{' '.join(words[:-2])} rzekomo {words[-1]}”."


MAKERS = {
    "number": _numbers,
    "year": _years,
    "month": _months,
    "numbers swapped": _swapped_numbers,
    "nie dropped": _dropped_nie,
    "nie added": _added_nie,
    "country": _countries,
    "name": _names,
    "unit": _units,
    "qualifier": _qualifiers,
    "opposite": _opposites,
    "reserve dropped": _reserves,
    "addition": _additions,
    "quotation": _quotations,
}


def _put(text: str, match: re.Match[str], other: str) -> str:
    return text[: match.start()] + other + text[match.end() :]


def _swapped(text: str, word: str, other: str) -> Iterator[str]:
    for match in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text):
        yield _put(text, match, other)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

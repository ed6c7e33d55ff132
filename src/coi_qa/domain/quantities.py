"""How many of what a sentence says: in figures, in words, as a share of a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from coi_qa.domain.figures import find_figures
from coi_qa.domain.numerals import find_numerals
from coi_qa.domain.text import Span, strip_diacritics

Kind = Literal["count", "percent", "share"]
"""A number of things, a share in percent, or one in words ("większość ofiar")."""

MAX_UNIT_WORDS = 4  # "niebezpiecznych grup przestępczych"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number, or a share, of something, as a sentence prints it.

    Attributes:
        kind: What sort of number.
        low: Its value, or the least that it may mean ("ponad 250").
        high: Its value, or the most.
        value: Where it is printed, "około" and the like included.
        unit: Where what is counted is printed, or None.
    """

    kind: Kind
    low: float
    high: float
    value: Span
    unit: Span | None

    def agrees_with(self, other: Quantity) -> bool:
        """Say whether both may mean the same number."""
        return self.low <= other.high and other.low <= self.high


def find_quantities(text: str) -> list[Quantity]:
    """Return the quantities of a sentence in their order.

    Dates, ages, ordinals, paragraphs of laws and names with a number are none.

    >>> text = "W 2024 r. zginęło blisko dwustu cywilów, a rannych było 3 692."
    >>> [(q.value.of(text), q.unit.of(text)) for q in find_quantities(text)]
    [('blisko dwustu', 'cywilów'), ('3 692', 'rannych')]
    >>> text = "Większość ofiar stanowili cywile."
    >>> [(q.kind, q.value.of(text), q.unit.of(text)) for q in find_quantities(text)]
    [('share', 'Większość', 'ofiar')]
    """
    found = sorted(
        (*_in_figures(text), *_in_words(text), *_shares(text)),
        key=lambda q: q.value.start,
    )
    kept: list[Quantity] = []
    for quantity in _paired(text, found):
        if not kept or not kept[-1].value.overlaps(quantity.value):
            kept.append(quantity)
    return [
        quantity
        for quantity in _with_units_before(text, kept)
        if quantity.unit is None or not _DURATION.match(text, quantity.unit.start)
    ]


# --- numbers --------------------------------------------------------------------------

_ABOUT: Final = r"około|ok\.|mniej więcej|w przybliżeniu|about|around|some"
_NEARLY: Final = r"blisko|niemal|niespełna|prawie|bez mała|nearly|almost"
_OVER: Final = r"ponad|przeszło|powyżej|więcej niż|over|more than"
_AT_LEAST: Final = r"co najmniej|przynajmniej|nie mniej niż|minimum|at least"
_AT_MOST: Final = r"co najwyżej|najwyżej|maksymalnie|nie więcej niż|at most|up to"
_QUALIFIER: Final = re.compile(
    rf"(?<!\w)(?:(?P<about>{_ABOUT})|(?P<nearly>{_NEARLY})|(?P<over>{_OVER})"
    rf"|(?P<least>{_AT_LEAST})|(?P<most>{_AT_MOST}))\s$",
    re.IGNORECASE,
)
_LOOK_BACK: Final = 20  # characters; room for "w przybliżeniu "
# How far the number meant may be from the number printed.
_BOUNDS: Final = {
    "about": (0.95, 1.05),
    "nearly": (0.9, 1.0),
    "over": (1.0, 1.25),
    "least": (1.0, 2.0),
    "most": (0.5, 1.0),
}

_YEAR: Final = re.compile(r"(?:19|20)\d{2}")
_AFTER_YEAR_WORD: Final = re.compile(
    r"\b(?:rok|roku|lat|lata|latach)\s$", re.IGNORECASE
)
_IN_A_YEAR: Final = re.compile(r"\b(?:we?|od|do|ze?|po|przed)\s$", re.IGNORECASE)
_YEAR_RANGE: Final = re.compile(r"(?:19|20)\d{2}\s?[-–/]\s?(?:(?:19|20)?\d{2})")
_CLOCK: Final = re.compile(r"\d{1,2}[.:]\d{2}")
_IN_A_NAME: Final = re.compile(
    r"(?:\b(?:art|ust|pkt|poz|nr|no|rozdz|lit|par|s|str|tabl?|rys|zał|covid|wersj[aiąę]|"
    r"punkt\w*|artykuł\w*|paragraf\w*|numer\w*|tabel\w*|przypis\w*|kategori\w*)\.?\s|§\s?)$",
    re.IGNORECASE,
)
_GOES_ON: Final = re.compile(
    r"-\s?[^\W\d_]|\.\s[a-ząćęłńóśźż]"
)  # "35-letni", "4. brygada"
_ALONE_IS_NO_COUNT: Final = re.compile(
    r"\s(?:osob|cywil|żołnierz|policjant|człowiek|mieszkan|funkcjonar|dziec|kobiet|"
    r"mężczyzn|zabit|rann|przypad|incyd|zamach|ofiar|dziennikar)",
    re.IGNORECASE,
)


def _in_figures(text: str) -> Iterator[Quantity]:
    for figure in find_figures(text):
        printed = re.sub(r"(mln|mld)\.$", r"\1", figure.text)
        end = figure.start + len(printed)
        if _is_no_count(text, figure.start, end, printed):
            continue
        kind: Kind = "percent" if figure.unit == "%" else "count"
        yield _quantity(text, kind, figure.low, figure.high, figure.start, end)


def _is_no_count(text: str, start: int, end: int, printed: str) -> bool:
    """Say whether a figure is a year, an age, a paragraph or a part of a name."""
    before = text[max(0, start - _LOOK_BACK) : start]
    return bool(
        _YEAR_RANGE.fullmatch(printed)
        or (_YEAR.fullmatch(printed) and _is_year(text, before, end))
        or _CLOCK.match(text, start)
        or _IN_A_NAME.search(before)
        or before[-1:] in ("-", "–")
        or _GOES_ON.match(text, end)
    )


def _is_year(text: str, before: str, end: int) -> bool:
    """Say whether four digits are a year, not a number of something."""
    unit = _unit_after(text, end)
    if unit is None or _AFTER_YEAR_WORD.search(before):
        return True
    return bool(_IN_A_YEAR.search(before)) and not PEOPLE.match(unit.of(text))


def _in_words(text: str) -> Iterator[Quantity]:
    for numeral in find_numerals(text):
        if numeral.high == 1 and not _ALONE_IS_NO_COUNT.match(text, numeral.end):
            continue  # "jeden z nich", "jedna z partii"
        yield _quantity(
            text, "count", numeral.low, numeral.high, numeral.start, numeral.end
        )


def _quantity(
    text: str, kind: Kind, low: float, high: float, start: int, end: int
) -> Quantity:
    """Return the quantity of a number at its place, with what qualifies it."""
    qualifier = _QUALIFIER.search(text[max(0, start - _LOOK_BACK) : start])
    if qualifier and qualifier.lastgroup:
        least, most = _BOUNDS[qualifier.lastgroup]
        low, high = low * least, high * most
        start -= len(qualifier[0])
    unit = Span(end - 1, end) if kind == "percent" else _unit_after(text, end)
    if kind == "percent" and text[end - 1] != "%":
        unit = Span(start + text[start:end].rindex("proc"), end)
    return Quantity(kind, low, high, Span(start, end), unit)


_BETWEEN: Final = re.compile(r"(?:między|pomiędzy|between)\s$", re.IGNORECASE)
_AND: Final = re.compile(r"\s(?:a|and)\s")


def _paired(text: str, found: list[Quantity]) -> Iterator[Quantity]:
    """Yield the quantities, "między 30 a 40 osób" as one."""
    at = 0
    while at < len(found):
        first, *rest = found[at : at + 2]
        before = text[max(0, first.value.start - _LOOK_BACK) : first.value.start]
        is_pair = bool(rest) and _BETWEEN.search(before) is not None
        if is_pair and _AND.fullmatch(text, first.value.end, rest[0].value.start):
            (last,) = rest
            whole = Span(first.value.start, last.value.end)
            yield Quantity(last.kind, first.low, last.high, whole, last.unit)
            at += 2
        else:
            yield first
            at += 1


# --- shares ---------------------------------------------------------------------------

_SHARES: Final = {
    "zdecydowana większość|zdecydowaną większość|przeważająca większość": (0.6, 0.99),
    "większość|większości|most of": (0.5, 0.99),
    "wszyscy|wszystkie|wszystkich|all of": (1.0, 1.0),
    "połowa|połowę|połowy|co drugi|co druga|co drugie|half of": (0.5, 0.5),
    "trzy czwarte|trzech czwartych": (0.75, 0.75),
    "dwie trzecie|dwóch trzecich": (0.66, 0.67),
    "jedna trzecia|jedną trzecią|co trzeci|co trzecia|co trzecie": (0.33, 0.34),
    "jedna czwarta|jedną czwartą|ćwierć|co czwarty|co czwarta|co czwarte": (0.25, 0.25),
    "jedna piąta|jedną piątą|co piąty|co piąta|co piąte": (0.2, 0.2),
}
_SHARE: Final = re.compile(
    "|".join(rf"(?P<s{n}>\b(?:{words})\b)" for n, words in enumerate(_SHARES)),
    re.IGNORECASE,
)


def _shares(text: str) -> Iterator[Quantity]:
    for match in _SHARE.finditer(text):
        unit = _unit_after(text, match.end())
        if unit is None or not match.lastgroup:
            continue
        low, high = list(_SHARES.values())[int(match.lastgroup[1:])]
        yield Quantity("share", low, high, Span(*match.span()), unit)


# --- what is counted ------------------------------------------------------------------

_WORD: Final = re.compile(r"\s([^\W\d_]+(?:-[^\W\d_]+)*)")
# Folded. After a number, these begin something else than what is counted.
_NO_UNIT: Final = frozenset(
    "a aby albo ale ani az bez by byl byla byli bylo byly byc choc co czy dla do "
    "gdy gdzie i ich im ile iz jak jako jest kiedy kto ktora ktore ktory ktorych "
    "ktorym ktorzy ku lecz lub ma maja miedzy na nad nie niz o od oraz po pod "
    "podczas poniewaz poza przeciw przed przez przy r roku rok sa sie spod sposrod "
    "tj tzn to tys u w we wg wedlug wobec wraz wsrod wskutek z za ze zas zostal "
    "zostala zostali zostalo zostaly tylko jedynie lacznie wiecej mniej razem "
    "rocznie and in of on or the to were was are is at by from miesiecznie dziennie "
    "wynosi wynosza toczy tocza zaleznie srednio przecietnie zwykle glownie".split()
)
_VERB: Final = re.compile(
    r"\w+(?:[aeiyo]no|[aeiy]to|ęto|[aeiuyąęó]ł|[aeiuyę]ła|[aeiuyę]ło|eli|[aiuy]li|ęli|"
    r"[aeiuyę]ły|ają|ują|eją|uje|aje|ieć|ać|ić|yć|sło|sła|szło|szła)$"
)
_NOUN: Final = re.compile(
    r"(?:obywatel|przedstawiciel|nauczyciel|właściciel|cywil|mieszka|ludzi|osob|osób|"
    r"szkoł|zespoł|wioł|artykuł|mał|cał|był)",
    re.IGNORECASE,
)
_PARTICIPLE: Final = re.compile(r"\w+(?:an|on|ęt)(?:e|y|ych)$")
_DURATION: Final = re.compile(r"(?:lat|latach|roku|lata)\b", re.IGNORECASE)


def _unit_after(text: str, end: int) -> Span | None:
    """Return where what a number counts is printed behind it, or None."""
    last: int | None = None
    first: int | None = None
    at = end
    for _ in range(MAX_UNIT_WORDS):
        word = _WORD.match(text, at)
        if word is None or strip_diacritics(word[1]) in _NO_UNIT or _is_verb(word[1]):
            break
        if last is not None and _PARTICIPLE.match(word[1]):
            break
        if first is None and len(word[1]) < 3:
            break
        if word[1][0].isupper() and last is not None and text[at - 1 : at].isupper():
            break
        first = word.start(1) if first is None else first
        last = at = word.end()
    return None if first is None or last is None else Span(first, last)


def _is_verb(word: str) -> bool:
    return bool(_VERB.match(word)) and not _NOUN.match(word)


# People of any sort, by the beginnings of words.
PEOPLE: Final = re.compile(
    r"(?:osob|osób|ludzi|ludzk|człowiek|ofiar|zabit|rann|zmarł|poległ|mieszka|ludnoś|"
    r"zatrzyman|aresztowan|ujęt|skazan|ewakuowan|uprowadz|zaginion|poszkodowan|martw|"
    r"śmierteln|podejrzan|uczestni|people|persons|deaths|fatalities)",
    re.IGNORECASE,
)
_ANY_WORD: Final = re.compile(r"[^\W\d_]+")
_NEW_SENTENCE: Final = re.compile(r"[;()]")
_COUNT_OF: Final = re.compile(
    r"\b(?:liczb|ilość|ilości|number of)\w*(?=\s)", re.IGNORECASE
)
_LABEL: Final = re.compile(
    r"(?:(?:^|[\s(])(?P<with>[^\W\d_]{3,})(?:\s(?:było|był[aiy]|byli|jest|są|wynosi\w*|"
    r"wynios\w*|sięg\w*)|:)|\sa\s(?P<bare>[^\W\d_]{3,}))\s$"
)


def _with_units_before(text: str, found: list[Quantity]) -> list[Quantity]:
    """Return the quantities, those without a unit given that which stands before.

    "Liczba zabitych wynosi: 96 w 2022 r.", "rannych było 46", "Ludność: 20 mln"; else
    that of the count before ("2 osoby w 2023 r., 5 w 2024 r.").
    """
    kept: list[Quantity] = []
    for quantity in found:
        if quantity.unit is not None or quantity.kind != "count":
            kept.append(quantity)
            continue
        begin = kept[-1].value.end if kept else 0
        unit = _unit_before(text, begin, quantity.value.start)
        if unit is None and kept and kept[-1].kind == "count":
            unit = kept[-1].unit
        if unit is not None:
            kept.append(
                Quantity("count", quantity.low, quantity.high, quantity.value, unit)
            )
    return kept


def _unit_before(text: str, begin: int, end: int) -> Span | None:
    labels = list(_COUNT_OF.finditer(text, begin, end))
    if labels and (unit := _unit_after(text, labels[-1].end())) is not None:
        return unit if unit.end <= end else None
    label = _LABEL.search(text[begin:end])
    if label is None or not (group := label.lastgroup):
        return _people_before(text, begin, end)
    if strip_diacritics(label[group]) in _NO_UNIT or _is_verb(label[group]):
        return _people_before(text, begin, end)
    return Span(begin + label.start(group), begin + label.end(group))


def _people_before(text: str, begin: int, end: int) -> Span | None:
    """Return the last people named between two places: "zabitych jest mniej: 23"."""
    words = [w for w in _ANY_WORD.finditer(text, begin, end) if PEOPLE.match(w[0])]
    if not words or _NEW_SENTENCE.search(text, words[-1].end(), end):
        return None
    more = _unit_after(text, words[-1].end())
    last = more.end if more is not None and more.end <= end else words[-1].end()
    return Span(words[-1].start(), last)

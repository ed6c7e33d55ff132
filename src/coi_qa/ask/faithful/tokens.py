"""A sentence as words that can be held against those of another one."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias

from coi_qa.ask.faithful.weighty import (
    COMPLEMENTS,
    FREE,
    JOINS,
    MODIFIERS,
    NEGATORS,
    OPENS,
    PLACING,
    PREPOSITIONS,
)
from coi_qa.domain.dates import MONTHS
from coi_qa.domain.numerals import find_numerals
from coi_qa.domain.word_form import FINITE, NOUNS, Form, Forms

Kind = Literal["word", "number", "date", "mark"]
DateKey: TypeAlias = tuple[int | None, int | None, int | None]
"""Year, month and day, as far as printed."""

_MONTH: Final = "|".join(sorted(MONTHS, key=len, reverse=True))
_YEAR: Final = r"(?:19|20)\d{2}(?!\d)"
_TOKEN: Final = re.compile(
    rf"(?P<dmy>(?<!\d)\d{{1,2}}\.\d{{1,2}}\.\d{{4}}(?!\d))"
    rf"|(?P<iso>(?<!\d)\d{{4}}-\d{{2}}(?:-\d{{2}})?(?!\d))"
    rf"|(?P<named>(?:(?<!\d)\d{{1,2}}\s)?\b(?:{_MONTH})\b(?:\s{_YEAR})?)"
    rf"|(?P<us>\b(?:{_MONTH})\s\d{{1,2}},?\s{_YEAR})"
    rf"|(?P<mixed>(?=[^\W_]*?\d)[^\W_]++(?:[-–/:][^\W_]++){{1,6}}(?<=[^\W\d_])"
    rf"|\d+(?:[/:]\d+)+|[^\W\d_]+-?\d+|\d+[^\W\d_]+)"
    rf"|(?P<number>\d{{1,3}}(?:[ \u00a0.]\d{{3}})+(?!\d)(?:,\d+)?|\d+(?:[.,]\d+)?)"
    rf"|(?P<word>[^\W\d_]+(?:[-'’][^\W\d_]+)*)"
    rf"|(?P<mark>[^\w\s])",
    re.IGNORECASE,
)
_SCALE: Final = re.compile(
    r"[ \u00a0](tys|mln|mld|tysi[ąę]c\w*|milion\w*|miliard\w*|thousand|million|billion)"
    r"\b\.?",
    re.IGNORECASE,
)
_SCALES: Final = (
    (("tys", "thou"), 1e3),
    (("mln", "milion", "million"), 1e6),
    (("mld", "miliard", "billion"), 1e9),
)
_PERCENT: Final = re.compile(r"\s?(?:%|proc\.?(?!\w)|procent\w*|per ?cent)")
_YEAR_ONLY: Final = re.compile(r"(?:19|20)\d{2}")
_NUMBERS: Final = re.compile(r"\d+")
_EVERY_CASE: Final = 6
_PARTS: Final = frozenset(",;:–—-()")
_YEAR_WORDS: Final = frozenset({"r", "rok", "roku"})
_SMALL: Final = PREPOSITIONS.keys() | NEGATORS.keys() | OPENS
_NOT_MONTHS: Final = frozenset({"may", "march", "listopad", "maja"})


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number, date or mark of a sentence, with what it depends on.

    Attributes:
        kind: Which of them.
        text: As printed.
        folded: In small letters.
        forms: Readings of a word; none for what the dictionary lacks.
        low: Of a number, its value or the least that it may mean; scale and per cent
            are in it.
        high: The most that it may mean.
        is_percent: Whether it is one of a hundred.
        date: Of a date.
        partner: Of a number in a range "5–10", the other one's value.
        modifiers: Of a number: "about", "over".
        preposition: One that tells roles or directions, before it or its adjectives.
        is_negated: Whether "nie" stands right before it or is written with it.
        is_name: Whether its capital letter is no beginning of a sentence.
        segment: Number of the stretch between commas and conjunctions, from 0.
        is_free: Whether it says nothing of its own.
    """

    kind: Kind
    text: str
    folded: str
    forms: tuple[Form, ...] = ()
    low: float = 0.0
    high: float = 0.0
    is_percent: bool = False
    date: DateKey = (None, None, None)
    partner: float | None = None
    modifiers: frozenset[str] = frozenset()
    preposition: str = ""
    is_negated: bool = False
    is_name: bool = False
    segment: int = 0
    is_free: bool = False

    @property
    def is_content(self) -> bool:
        """Whether it has to have its like in the quote."""
        return self.kind != "mark" and not self.is_free

    @property
    def is_anchor(self) -> bool:
        """Whether it is a name, a number or a date, which other words hang on."""
        return self.kind in ("number", "date") or self.is_name

    @property
    def is_noun(self) -> bool:
        """Whether it may be a noun; what no dictionary knows may be one."""
        if self.kind != "word" or self.is_free or self.folded in _SMALL:
            return False
        return not self.forms or any(form.kind in NOUNS for form in self.forms)

    @property
    def is_finite(self) -> bool:
        """Whether it is a verb with a tense, whatever else it may be."""
        if self.folded in ("są", "jest"):
            return True
        finite = sum(form.kind in FINITE for form in self.forms)
        return finite > 0 and 2 * finite >= len(self.forms)

    def may_be(self, case: str) -> bool:
        """Say whether it may stand in this case, as words unknown may in any."""
        return not self.forms or any(case in form.cases for form in self.forms)


@dataclass(frozen=True)
class Reading:
    """A sentence, read.

    Attributes:
        tokens: In their order.
        openers: By segment: the conjunction or mark that opens it, folded, or "".
        countries: Codes of those that it names.
    """

    tokens: tuple[Token, ...]
    openers: tuple[str, ...]
    countries: frozenset[str] = field(default=frozenset())

    @property
    def content(self) -> list[int]:
        """Where the tokens are that have to have their like in the quote."""
        return [at for at, token in enumerate(self.tokens) if token.is_content]

    def of_segment(self, number: int) -> list[int]:
        """Return where the tokens of a segment are."""
        return [at for at, token in enumerate(self.tokens) if token.segment == number]


def read_sentence(
    text: str, *, forms: Forms, countries: Callable[[str], Collection[str]]
) -> Reading:
    """Return the tokens of one sentence and what each depends on.

    Args:
        text: The sentence.
        forms: What a dictionary says of a word.
        countries: A text -> codes of the countries that it names.
    """
    tokens, openers = _in_segments(list(_raw_tokens(text, forms)))
    linked = [_linked(tokens, at) for at in range(len(tokens))]
    return Reading(tuple(linked), tuple(openers), frozenset(countries(text)))


def _raw_tokens(text: str, forms: Forms) -> Iterator[Token]:
    numerals = {n.start: n for n in find_numerals(text)}
    at = 0
    is_first = True
    follows_date = False
    while (match := _TOKEN.search(text, at)) is not None:
        numeral = numerals.get(match.start())
        token, at = _token(text, match, forms, is_first=is_first)
        if numeral is not None and token.kind == "word":
            end = numeral.end
            token = Token(
                "number",
                text[numeral.start : end],
                text[numeral.start : end].lower(),
                low=numeral.low,
                high=numeral.high,
            )
            token, at = _with_percent(text, token, end)
        if follows_date and token.folded in _YEAR_WORDS:
            token = replace(token, forms=(), is_free=True)  # "2024 r.", "2024 roku"
        if token.kind != "mark":
            is_first = False
        follows_date = token.kind == "date"
        yield token


def _token(
    text: str, match: re.Match[str], forms: Forms, *, is_first: bool
) -> tuple[Token, int]:
    """Return what a match is, and where it ends."""
    printed, group = match[0], match.lastgroup or "mark"
    folded = printed.lower()
    if group == "named" and not _is_date(folded):
        group = "word"
    if group in ("dmy", "iso", "named", "us"):
        return Token("date", printed, folded, date=_date(folded, group)), match.end()
    if group == "number" and _YEAR_ONLY.fullmatch(printed):
        key: DateKey = (int(printed), None, None)
        return Token("date", printed, folded, date=key), match.end()
    if group == "number":
        return _number(text, printed, match.end())
    if group in ("word", "mixed"):
        return _word(printed, forms, is_first=is_first), match.end()
    return Token("mark", printed, folded), match.end()


def _is_date(folded: str) -> bool:
    """Say whether a month's name is one: "may" and "maja" alone are other words."""
    return folded not in _NOT_MONTHS


def _date(folded: str, group: str) -> DateKey:
    numbers = [int(n) for n in _NUMBERS.findall(folded)]
    if group == "dmy":
        return numbers[2], numbers[1], numbers[0]
    if group == "iso":
        return numbers[0], numbers[1], numbers[2] if len(numbers) > 2 else None
    month = next(n for word in folded.split() if (n := MONTHS.get(word)))
    days = [n for n in numbers if n < 100]
    years = [n for n in numbers if n >= 100]
    return next(iter(years), None), month, next(iter(days), None)


def _number(text: str, printed: str, end: int) -> tuple[Token, int]:
    plain = re.sub(r"[ \u00a0]", "", printed)
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", plain):
        plain = plain.replace(".", "")
    value = float(plain.replace(",", "."))
    scale = _SCALE.match(text, end)
    if scale is not None:
        said = scale[1].lower()
        value *= (
            next(by for starts, by in _SCALES if said.startswith(starts))
            if not said.startswith("tysi")
            else 1e3
        )
        end = scale.end()
    token = Token("number", printed, printed.lower(), low=value, high=value)
    return _with_percent(text, token, end)


def _with_percent(text: str, token: Token, end: int) -> tuple[Token, int]:
    percent = _PERCENT.match(text, end)
    if percent is None:
        return token, end
    return replace(token, is_percent=True), percent.end()


def _word(printed: str, forms: Forms, *, is_first: bool) -> Token:
    folded = printed.lower()
    known = tuple(dict.fromkeys((*forms(printed), *forms(folded))))
    if is_first and printed[:1].isupper() and forms(folded):
        known = tuple(forms(folded))
    known = _declined(known)
    is_abbreviation = len(printed) > 1 and printed.isupper()
    is_written_negated = bool(known) and all(form.is_negated for form in known)
    return Token(
        "word",
        printed,
        folded,
        forms=known,
        is_negated=is_written_negated,
        is_name=is_abbreviation or (printed[:1].isupper() and not is_first),
        is_free=folded in FREE,
    )


def _declined(forms: tuple[Form, ...]) -> tuple[Form, ...]:
    """Return readings less those without cases, where there are some with.

    "Minister" may also be a woman, and then stands in any case.
    """
    with_cases = tuple(f for f in forms if 0 < len(f.cases) < _EVERY_CASE)
    if not with_cases:
        return forms
    return tuple(f for f in forms if len(f.cases) < _EVERY_CASE)


# --- what a token depends on ----------------------------------------------------------


def _in_segments(tokens: list[Token]) -> tuple[list[Token], list[str]]:
    """Return the tokens with their segments, and what opens each of these.

    A range "5–10" and the point of an abbreviation part nothing.
    """
    numbered: list[Token] = []
    openers = [""]
    is_empty = True
    for at, token in enumerate(tokens):
        is_range = (
            token.text in "–—-"
            and 0 < at < len(tokens) - 1
            and tokens[at - 1].kind == tokens[at + 1].kind
            and tokens[at - 1].kind in ("number", "date")
        )
        opens = token.folded in OPENS and token.kind == "word"
        if (token.text in _PARTS and not is_range) or opens:
            if is_empty:
                openers[-1] = _stronger(openers[-1], token.folded)
            else:
                openers.append(token.folded)
                is_empty = True
        elif token.kind != "mark":
            is_empty = is_empty and token.is_free
        numbered.append(replace(token, segment=len(openers) - 1))
    return numbered, openers


def _stronger(held: str, found: str) -> str:
    """Return the opener that says more: of ", że" the "że"."""
    return found if found in OPENS and held not in COMPLEMENTS else held


def _linked(tokens: Sequence[Token], at: int) -> Token:
    token = tokens[at]
    if token.kind == "mark":
        return token
    before = _before(tokens, at)
    previous = before[0] if before else None
    is_negated = previous is not None and NEGATORS.get(previous.folded) == "nie"
    linked = replace(
        token,
        is_negated=token.is_negated or is_negated,
        preposition=_preposition(token, before),
    )
    if token.kind != "number":
        return linked
    return replace(
        linked,
        modifiers=frozenset(
            name
            for each in before[:3]
            if (name := MODIFIERS.get(each.folded)) is not None
        ),
        partner=_partner(tokens, at),
    )


def _before(tokens: Sequence[Token], at: int) -> list[Token]:
    """Return the words before one in its segment, the nearest first."""
    found = []
    for token in reversed(tokens[:at]):
        if token.segment != tokens[at].segment or token.text in _PARTS:
            break
        if token.kind != "mark":
            found.append(token)
    return found


def _preposition(token: Token, before: Sequence[Token]) -> str:
    """Return the preposition that a word hangs on, past its adjectives."""
    if not (token.is_noun or token.is_anchor):
        return ""
    for each in before[:4]:
        name = PREPOSITIONS.get(each.folded)
        if name is not None:
            is_said = token.kind == "word" or name not in PLACING
            return name if is_said else ""
        if not (each.is_free or each.kind == "number" or _is_adjective(each)):
            return ""
    return ""


def _is_adjective(token: Token) -> bool:
    kinds = ("adj", "ppas", "pact", "num", "adv")
    return any(form.kind.split(":")[0] in kinds for form in token.forms)


def _partner(tokens: Sequence[Token], at: int) -> float | None:
    for dash, other in ((at + 1, at + 2), (at - 1, at - 2)):
        if 0 <= dash < len(tokens) and 0 <= other < len(tokens):
            is_range = tokens[dash].text in ("–", "—", "-")
            if is_range and tokens[other].kind == "number":
                return tokens[other].low
    return None


def joins(opener: str) -> bool:
    """Say whether a segment is added to the one before by "i", "oraz", "lub"."""
    return opener in JOINS

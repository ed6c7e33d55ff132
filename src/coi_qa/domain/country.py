"""Countries as people write them, held as codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from coi_qa.domain.text import strip_diacritics
from coi_qa.errors import UnknownCountryError

Lemmas = Callable[[str], Sequence[str]]
Role = Literal["place", "named", "toward", "beside"]

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# Case endings after a name's stem, in Polish, Ukrainian and Russian, folded.
_ENDINGS = frozenset(
    "a e i o u y ie ia iu em om ow ami ach ii ji ja je io s "
    "а е и і о у ю я ы ом ем ою ею ам ами ах ії ії ією ии ию ией й".split()
)
_ADJECTIVE = re.compile(r"(?:[sc]k|dzk)(?:i|a|ie|iego|iej|im|ich|imi|iemu)$|[sc]cy$")
_STEM = 3  # letters that every case of a name's word shares
_IN = frozenset({"w", "we", "na", "in", "в", "у", "на"})
_TO = frozenset({"do", "z", "ze", "from", "to", "из", "до", "з"})
_AND = frozenset({"i", "oraz", "lub", "albo", "czy", "and", "or", "и", "или", "та"})
_WITH = frozenset({"z", "ze", "with", "с", "со", "із", "зі"})
_INSTRUMENTAL = re.compile(r"(?:em|a|ami|ом|ем|ою|ею|ей)$")
# "Uzbek citizens died …": people from a country, wherever they are.
_ROLES: tuple[Role, ...] = ("place", "named", "toward", "beside")
# What Polish puts after the stem of a country to name its people: "Uzbek", "Uzbekowie",
# "Białorusini", "Ukrainka", "Afgańczycy".
_PEOPLE_ENDING = re.compile(
    r"[zs]?(?:|a|i|y|ow|owi|owie|om|ami|ach|em|iem|n?in(?:|a|i|y|ie|em|ow|om|owi|ami|ach)"
    r"|n?ie|n?k(?:a|i|e|om|ami|ach)|n?iec|n?c(?:a|y|em|ow|om|owi|ami|ach)"
    r"|czy(?:k|ka|kiem|kow|kom|kowi|kami|kach|cy))"
)
_COMPARES = re.compile(
    r"\b(?:porown|zestaw|rozni|wzgledem|niz\b|compar|versus|vs\b|сравн|порівн)"
)
_PEOPLE = re.compile(
    r"(?:obywatel|migrant|uchodzc|pracownik|studen|zolnierz|ambasad|konsulat|wojsk"
    r"|granic|citizens?$|nationals?$|refugees?$|border|гражд|громадян|бежен)"
)


@dataclass(frozen=True, slots=True)
class Country:
    """A country and its names, the one to show first.

    Attributes:
        code: ISO 3166-1 alpha-3, or X.. of an invented country.
        names: In the languages that questions come in.
        forms: Adjective and citizen where somebody has written them down.
    """

    code: str
    names: tuple[str, ...]
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A country named in a text.

    Attributes:
        code: Of the country.
        role: "place" where something is said to be in it; "toward" where somebody goes
            there or comes from there; "beside" where it only goes with something else
            ("with Uzbekistan", "citizens of Uzbekistan", "Uzbek"); "named" otherwise.
    """

    code: str
    role: Role


@dataclass(frozen=True)
class Gazetteer:
    """The countries that names are looked up in.

    Attributes:
        countries: Invented ones after real ones.
        lemmas: Dictionary forms of a word; knows irregular cases ("Niemczech").
    """

    countries: tuple[Country, ...]
    lemmas: Lemmas

    def code(self, name: str) -> str:
        """Return the code of the country that a person means by `name`.

        Raises:
            UnknownCountryError: no country of that name or code.
        """
        wanted = strip_diacritics(name.strip())
        for country in self.countries:
            known = {strip_diacritics(n) for n in (country.code, *country.names)}
            if wanted in known:
                return country.code
        mentions = self.mentions(name)
        if len(mentions) == 1:
            return mentions[0].code
        raise UnknownCountryError(
            f"Nie ma kraju {name!r}; proszę podać nazwę (Kazachstan) albo kod z trzech "
            "liter (KAZ)."
        )

    def name(self, code: str) -> str:
        """Return the name to show, or the code where there is none."""
        return next((c.names[0] for c in self.countries if c.code == code), code)

    def mentions(self, text: str) -> list[Mention]:
        """Return the countries named in `text`, each once, in their order."""
        found_words = list(_WORD.finditer(text))
        words = [match[0] for match in found_words]
        found: dict[str, Role] = {}
        last_role: Role = "named"
        joined = -1  # where a name would stand that "and" joins to the one before
        compares = bool(_COMPARES.search(strip_diacritics(text)))
        at = 0
        while at < len(words):
            code, length = self._match(words, at)
            role: Role = "beside"
            if code is None:
                code = self._people(words[at])
            else:
                role = _role(words, at, length, proper=self._proper)
            if code is None:
                at += 1
                continue
            # "w Kazachstanie, Kirgistanie i Uzbekistanie", "porównaj … z Uzbekistanem"
            is_listed = at == joined and strip_diacritics(words[at - 1]) in _AND
            is_compared = compares and role != "place" and joined > 0
            if at == joined - 1:
                gap = text[found_words[at - 1].end() : found_words[at].start()]
                is_listed = gap.strip() == ","
            if is_listed or is_compared:
                role = last_role
            joined, last_role = at + length + 1, role
            found[code] = min(found.get(code, role), role, key=_ROLES.index)
            at += length
        return [Mention(code, role) for code, role in found.items()]

    def _match(self, words: Sequence[str], at: int) -> tuple[str | None, int]:
        """Return the country whose name begins at word `at`, longest names first."""
        for length in range(min(self._longest, len(words) - at), 0, -1):
            if length > 1:
                code = self._together(words[at : at + length])
            else:
                follows = strip_diacritics(words[at - 1]) if at else ""
                code = self._single(words[at], is_placed=follows in _IN | _TO)
            if code is not None:
                return code, length
        return None, 1

    def _together(self, words: Sequence[str]) -> str | None:
        """Return the country that several words name, in whatever case.

        "Sudanie Południowym" is another country than "Sudanie".
        """
        plain = [strip_diacritics(word) for word in words]
        for name, code in self._several.get(plain[0][:_STEM], ()):
            if len(name) == len(plain) and all(map(_is_form_of, plain, name)):
                return code
        return None

    def _single(self, word: str, *, is_placed: bool) -> str | None:
        """Return the country that one word names, in whatever case.

        Args:
            word: As typed.
            is_placed: It follows a word such as "in", so that hurried small letters
                ("w iraku") are a name and no adjective ("mali").
        """
        plain = strip_diacritics(word.removesuffix("'s").removesuffix("’s"))
        if not word[0].isupper() and len(plain) < 6 and not is_placed:
            return None
        for form in (plain, *(strip_diacritics(lemma) for lemma in self.lemmas(word))):
            if form in self._names:
                return self._names[form]
        for cut in range(1, 5):
            stem, ending = plain[:-cut], plain[-cut:]
            if len(stem) >= 4 and ending in _ENDINGS and stem in self._stems:
                return self._stems[stem]
        if _ADJECTIVE.search(plain):
            return self._adjectives.get(plain[:6])
        return None

    def _people(self, word: str) -> str | None:
        """Return the country whose people a capitalised word names ("Kazachowie")."""
        plain = strip_diacritics(word)
        if not word[0].isupper():
            return None
        for length in (7, 6, 5):
            code = self._beginnings.get(plain[:length])
            if code is not None and _PEOPLE_ENDING.fullmatch(plain[length:]):
                return code
        return None

    @cached_property
    def _beginnings(self) -> Mapping[str, str]:
        """Countries by the first five to seven letters, where those are of one only."""
        by_start: dict[str, set[str]] = {}
        for word, code in self._names.items():
            for length in (5, 6, 7):
                if len(word) > length:
                    by_start.setdefault(word[:length], set()).add(code)
        return {s: codes.pop() for s, codes in by_start.items() if len(codes) == 1}

    @cached_property
    def _several(self) -> Mapping[str, Sequence[tuple[Sequence[str], str]]]:
        """Names of several words, by the beginning of the first."""
        named: dict[str, list[tuple[Sequence[str], str]]] = {}
        for country in self.countries:
            for name in country.names:
                words = [strip_diacritics(word) for word in _WORD.findall(name)]
                if len(words) > 1:
                    named.setdefault(words[0][:_STEM], []).append((words, country.code))
        return named

    @cached_property
    def _longest(self) -> int:
        names = (words for named in self._several.values() for words, _ in named)
        return max(map(len, names), default=1)

    @cached_property
    def _proper(self) -> frozenset[str]:
        """Names as they are listed, with "Polska", which looks like an adjective."""
        return frozenset(strip_diacritics(n) for c in self.countries for n in c.names)

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return dict(self._words((c.code, (*c.names, *c.forms)) for c in self.countries))

    @cached_property
    def _stems(self) -> Mapping[str, str]:
        stems = {word: code for word, code in self._names.items() if len(word) >= 4}
        for word, code in self._names.items():
            stem = word.rstrip("aeiyoаеиіїяйьъ")
            if len(stem) >= 4:
                stems.setdefault(stem, code)
        return stems

    @cached_property
    def _adjectives(self) -> Mapping[str, str]:
        """Countries by the first six letters, where those are of one only."""
        by_start: dict[str, set[str]] = {}
        for word, code in self._names.items():
            if len(word) >= 7:
                by_start.setdefault(word[:6], set()).add(code)
        return {s: codes.pop() for s, codes in by_start.items() if len(codes) == 1}

    @staticmethod
    def _words(
        named: Iterable[tuple[str, tuple[str, ...]]],
    ) -> Iterable[tuple[str, str]]:
        for code, names in named:
            for name in names:
                if " " not in name and len(name) > 2:
                    yield strip_diacritics(name), code


def _is_form_of(word: str, name: str) -> bool:
    """Say whether a folded word may be a case of a folded word of a name."""
    if "-" in name:  # "Papui-Nowej"
        words, names = word.split("-"), name.split("-")
        return len(words) == len(names) and all(map(_is_form_of, words, names))
    same = max(_STEM, len(name) - 2)  # "Lance" of "Lanka"
    return word == name or (word[:same] == name[:same] and len(word) <= len(name) + 3)


def _role(
    words: Sequence[str], at: int, length: int, *, proper: Collection[str]
) -> Role:
    """Say how a name stands in its text, by its case and the words before it."""
    last = strip_diacritics(words[at + length - 1])
    if length == 1 and last not in proper and _ADJECTIVE.search(last):
        return "beside"
    if at == 0:
        return "named"
    before = [strip_diacritics(word) for word in words[max(0, at - 2) : at]]
    is_accusative = last in proper or words[at + length - 1].endswith("ę")
    if before[-1] == "na" and is_accusative:
        return "toward"  # "na Białoruś", not "na Białorusi"
    if before[-1] in _IN:
        return "place"
    if before[-1] in _WITH and _INSTRUMENTAL.search(last):
        return "beside"
    if before[-1] in _TO:
        return "toward"
    of_people = _PEOPLE.match(before[0] if before[-1] == "of" else before[-1])
    return "beside" if of_people else "named"


def countries_asked(
    mentions: Sequence[Mention], *, given: Sequence[str], reported: Iterable[str]
) -> tuple[str, ...]:
    """Return the codes that an answer is held to; none means any.

    What the question is placed in goes before what the form says, and that before a
    country that somebody goes to; one that only goes with something else counts where
    there are reports on it.

    Args:
        mentions: Countries named in the question.
        given: Codes chosen in the form.
        reported: Codes of the countries with reports.
    """
    by_role: dict[Role, list[str]] = {role: [] for role in _ROLES}
    for mention in mentions:
        by_role[mention.role].append(mention.code)
    known = set(reported)
    if given:
        named = {mention.code for mention in mentions}
        if named & set(given):
            return tuple(given)
        others = [code for code in by_role["named"] if code in known]
        return tuple(by_role["place"]) or tuple(others) or tuple(given)
    asked = by_role["place"] or by_role["named"]
    others = [c for c in by_role["toward"] + by_role["beside"] if c in known]
    if asked and known.isdisjoint(asked):
        return tuple(others) or tuple(asked)
    # "Can one return to Syria?" asks about Syria, also where there is no report on it.
    return tuple(asked or others or by_role["toward"])

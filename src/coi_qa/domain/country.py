"""Countries as people write them, held as codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeVar

from coi_qa.domain.spelling import (
    Closest,
    errors_forgiven,
    inflected,
    is_case_of,
    is_of,
    skeleton,
    skeleton_stem,
)
from coi_qa.domain.text import strip_diacritics
from coi_qa.errors import UnknownCountryError

Lemmas = Callable[[str], Sequence[str]]
Role = Literal["place", "named", "toward", "beside"]
Reading = Literal["name", "people", "near", "city", "region", "contested", "shared"]
"""How words stand for a country: by its name, its adjective or people, a name misspelt,
a city or region in it, one that several states govern or claim, a name of several."""

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# Case endings after a name's stem, in Polish, Ukrainian and Russian, folded.
_ENDINGS = frozenset(
    "a e i o u y ie ia iu em om ow ami ach ii ji ja je io s "
    "а е и і о у ю я ы ом ем ою ею ам ами ах ії ії ією ии ию ией иеи еи и "
    "ах ов ів".split()
)
_ADJECTIVE = re.compile(r"(?:[sc]k|dzk)(?:i|a|ie|iego|iej|im|ich|imi|iemu)$|[sc]cy$")
_MOST_SHOWN = 80  # characters of what was typed
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
# Endings of adjectives, and of people in a country, after their stem.
_CASES = _ENDINGS | frozenset(
    "iego ego iej ej im ym ich ych imi ymi iemu emu owie owi s i "
    "ии ыи ая яя ого ои ую ому им ым их ых ими ыми ие ые оі ою ові ев ів ов "
    "ца ця цу цю цы ці цем цям цами цев ців цам цах ом".split()
)
_LANGUAGE = re.compile(r"(?:jezyk|language|мов[аиоіу]|язык)")
_FIRST_WORD = 9  # letters of a misspelt name at the head of a text: not "Фракция"
# English words and names that are, or are near, a country's name.
_ORDINARY = frozenset(
    "reunion reunions island islands islander islanders jersey jerseys turkey turkeys "
    "jordan jordans liberal surname austere grenade grenades cameron frances guineas "
    "indies chiles albany dominick granada черноморец".split()
)
_CYRILLIC = re.compile(r"[а-яіїєґ]", re.IGNORECASE)
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
class Place:
    """A city or region, or a name that several countries share.

    Attributes:
        codes: Of all states whose reports it may stand in.
        names: In any language.
        reading: What the names stand for.
        is_sure: False where other things have the name too, so that it counts only in a
            text that names no country otherwise.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    reading: Reading
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class Mention:
    """A country named in a text.

    Attributes:
        code: Of the country.
        role: "place" where something is said to be in it; "toward" where somebody goes
            there or comes from there; "beside" where it only goes with something else
            ("with Uzbekistan", "citizens of Uzbekistan", "Uzbek"); "named" otherwise.
        words: That name it.
        reading: How they do.
    """

    code: str
    role: Role
    words: str = field(default="", compare=False)
    reading: Reading = field(default="name", compare=False)


@dataclass(frozen=True, slots=True)
class _Known:
    """What some words stand for."""

    codes: tuple[str, ...]
    reading: Reading = "name"
    is_sure: bool = True


@dataclass(frozen=True)
class Gazetteer:
    """The countries that names are looked up in.

    Attributes:
        countries: Invented ones after real ones.
        lemmas: Dictionary forms of a word; knows irregular cases ("Niemczech").
        places: Cities, regions and shared names that stand for countries as well.
        closest: Finds the known words that a misspelt one may be; without it a
            misspelt name is none.
    """

    countries: tuple[Country, ...]
    lemmas: Lemmas
    places: tuple[Place, ...] = ()
    closest: Closest | None = None

    def code(self, name: str) -> str:
        """Return the code of the country that a person means by `name`.

        Raises:
            UnknownCountryError: no country of that name or code, or several.
        """
        codes = self.codes(name)
        if len(codes) == 1:
            return codes[0]
        names = ", ".join(f"{self.name(code)} ({code})" for code in codes)
        raise UnknownCountryError(
            f"Nazwa {_shortened(name)!r} może oznaczać kilka państw: {names}; proszę "
            "podać kod."
        )

    def codes(self, name: str) -> tuple[str, ...]:
        """Return the codes of the countries that a person may mean by `name`.

        Several only where one name is that of several ("Kongo", "Kaszmir").

        Raises:
            UnknownCountryError: no country of that name or code.
        """
        wanted = strip_diacritics(name.strip())
        shared = self._single_names.get(wanted)
        if shared is not None and len(shared.codes) > 1:
            return shared.codes
        for country in self.countries:
            known = {strip_diacritics(n) for n in (country.code, *country.names)}
            if wanted in known:
                return (country.code,)
        mentions = self.mentions(name)
        if len({mention.words for mention in mentions}) == 1:
            return tuple(mention.code for mention in mentions)
        raise UnknownCountryError(
            f"Nie ma kraju {_shortened(name)!r}; proszę podać nazwę (Kazachstan) albo "
            "kod z trzech liter (KAZ)."
        )

    def name(self, code: str) -> str:
        """Return the name to show, or the code where there is none."""
        return next((c.names[0] for c in self.countries if c.code == code), code)

    def mentions(self, text: str) -> list[Mention]:
        """Return the countries named in `text`, each once, in their order."""
        found_words = list(_WORD.finditer(text))
        words = [match[0] for match in found_words]
        found: dict[str, Mention] = {}
        unsure: list[Mention] = []
        last_role: Role = "named"
        joined = -1  # where a name would stand that "and" joins to the one before
        compares = bool(_COMPARES.search(strip_diacritics(text)))
        at = 0
        while at < len(words):
            known, length = self._match(words, at)
            if known is None:
                at += 1
                continue
            role: Role = "beside"
            if known.reading != "people":
                role = _role(words, at, length, proper=self._proper)
            # "w Kazachstanie, Kirgistanie i Uzbekistanie", "porównaj … z Uzbekistanem"
            is_listed = at == joined and strip_diacritics(words[at - 1]) in _AND
            is_compared = compares and role != "place" and joined > 0
            if at == joined - 1:
                gap = text[found_words[at - 1].end() : found_words[at].start()]
                is_listed = gap.strip() == ","
            if is_listed or is_compared:
                role = last_role
            joined, last_role = at + length + 1, role
            said = " ".join(words[at : at + length])
            for code in known.codes:
                mention = Mention(code, role, said, known.reading)
                if known.is_sure:
                    _keep(found, mention)
                else:
                    unsure.append(mention)
            at += length
        if not found:
            for mention in unsure:
                _keep(found, mention)
        return list(found.values())

    def _match(self, words: Sequence[str], at: int) -> tuple[_Known | None, int]:
        """Return what the words from `at` on stand for, longest names first."""
        for length in range(min(self._longest, len(words) - at), 1, -1):
            known = self._together(words[at : at + length])
            if known is not None:
                return known, length
        return self._alone(words, at), 1

    def _alone(self, words: Sequence[str], at: int) -> _Known | None:
        """Return what the word at `at` stands for by itself."""
        word = words[at]
        follows = strip_diacritics(words[at - 1]) if at else ""
        is_placed = follows in _IN | _TO
        # "Uzbekistani" could be a case of "Uzbekistan" as well.
        is_form = _bare(word) in self._forms and _bare(word) not in self._names
        code = None if is_form else self._single(word, is_placed=is_placed)
        if code is not None:
            return self._shared_name(word, code)
        place = self._place(word, is_placed=is_placed)
        if place is not None:
            return place
        people = self._of_a_country(word) or self._people(word)
        if people is not None:
            return None if _is_language(words, at) else _Known((people,), "people")
        return self._carried_over(word) or self._near(words, at)

    def _shared_name(self, word: str, code: str) -> _Known:
        """Return the country of a name, with those that share it."""
        shared = [p for p in self.places if p.reading == "shared" and code in p.codes]
        for place in shared:
            if any(_is_form_of(strip_diacritics(word), n) for n in _folded(place)):
                return _Known(place.codes, "shared")
        return _Known((code,))

    def _together(self, words: Sequence[str]) -> _Known | None:
        """Return what several words stand for, in whatever case.

        "Sudanie Południowym" is another country than "Sudanie".
        """
        plain = [strip_diacritics(word) for word in words]
        named = self._several.get(plain[0][:_STEM], ())
        for name, known in named:
            if list(name) == plain:
                return known
        for name, known in named:
            if len(name) == len(plain) and all(map(_is_form_of, plain, name)):
                return known
        return None

    def _single(self, word: str, *, is_placed: bool) -> str | None:
        """Return the country that one word names, in whatever case.

        Args:
            word: As typed.
            is_placed: It follows a word such as "in", so that hurried small letters
                ("w iraku") are a name and no adjective ("mali").
        """
        plain = _bare(word)
        is_short = len(plain) < 6 and not is_placed
        if not word[0].isupper() and (is_short or plain in _ORDINARY):
            return None
        for form in (plain, *(strip_diacritics(lemma) for lemma in self.lemmas(word))):
            if form in self._names:
                return self._names[form]
        for cut in range(1, 5):
            stem, ending = plain[:-cut], plain[-cut:]
            if len(stem) >= 4 and ending in _ENDINGS and stem in self._stems:
                return self._begun(plain) or self._stems[stem]
        return None

    def _begun(self, plain: str) -> str | None:
        """Return the one country whose name a word stops short of.

        "Nigeri" has a letter less than "Nigeria", and no case of "Niger" ends so.
        """
        codes = {c for name, c in self._names.items() if name[:-1] == plain}
        return codes.pop() if len(codes) == 1 else None

    def _of_a_country(self, word: str) -> str | None:
        """Return the country whose adjective or people a word is ("uzbecki")."""
        plain = _bare(word)
        for form in (plain, *(strip_diacritics(lemma) for lemma in self.lemmas(word))):
            known = self._forms.get(form)
            if known is not None and (word[0].isupper() or known[1]):
                return known[0]
        for cut in range(5):
            stem, ending = plain[: len(plain) - cut], plain[len(plain) - cut :]
            known = self._form_stems.get(stem) if len(stem) >= 4 else None
            if known is None or (ending and ending not in _CASES):
                continue
            if word[0].isupper() or known[1]:
                return known[0]
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

    def _place(self, word: str, *, is_placed: bool) -> _Known | None:
        """Return the states of a city or region, which has a capital letter.

        In hurried small letters ("w astanie") it is one only after such a word as
        "in", and where no ordinary word is written so ("w gazie").
        """
        lemmas = self.lemmas(word)
        plain = _bare(word)
        if not word[0].isupper():
            is_ordinary = any(lemma[:1].islower() for lemma in lemmas)
            if not is_placed or is_ordinary or len(plain) < 6:
                return None
        for form in (plain, *(strip_diacritics(lemma) for lemma in lemmas)):
            if form in self._single_names:
                return self._single_names[form]
        for cut in range(1, 4):
            stem, ending = plain[:-cut], plain[-cut:]
            if len(stem) >= 4 and ending in _ENDINGS and stem in self._place_stems:
                return self._place_stems[stem]
        for soft, hard in _SOFTENED:
            stem = plain.removesuffix(soft) + hard
            if plain.endswith(soft) and stem in self._single_names:
                return self._single_names[stem]
        return None

    def _carried_over(self, word: str) -> _Known | None:
        """Return the invented country whose name stands in other letters (Варданія)."""
        sound = skeleton(word)
        for stem, code in self._skeletons:
            if is_case_of(sound, stem) and (word[0].isupper() or _CYRILLIC.match(word)):
                return _Known((code,))
            if is_of(sound, stem):
                return _Known((code,), "people")
        return None

    def _near(self, words: Sequence[str], at: int) -> _Known | None:
        """Return the one country whose name the word at `at` misspells.

        A word of the dictionary misspells nothing, nor does one in small letters, but
        a long one after such a word as "in". The first word of a text has a capital
        whatever it is, so that it must be long as well. The first letter is
        seldom wrong.
        """
        word = words[at]
        plain = _bare(word)
        is_placed = at > 0 and strip_diacritics(words[at - 1]) in _IN | _TO
        most = errors_forgiven(plain)
        if self.closest is None or not most or plain in _ORDINARY:
            return None
        if not (word[0].isupper() or (is_placed and most > 1)):
            return None
        if at == 0 and len(plain) < _FIRST_WORD:
            return None
        if self.lemmas(word) or self.lemmas(word.lower()):
            return None
        known = self._spellings.get(plain[0], {})
        codes = {known[name] for name in self.closest(plain, list(known), most)}
        return _Known((codes.pop(),), "near") if len(codes) == 1 else None

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
    def _several(self) -> Mapping[str, Sequence[tuple[Sequence[str], _Known]]]:
        """Names of several words, by the beginning of the first."""
        named: dict[str, list[tuple[Sequence[str], _Known]]] = {}
        said = [(c.names, _Known((c.code,))) for c in self.countries]
        said += [(c.forms, _Known((c.code,), "people")) for c in self.countries]
        said += [(p.names, _known(p)) for p in self.places]
        for names, known in said:
            for name in names:
                words = [strip_diacritics(word) for word in _WORD.findall(name)]
                if len(words) > 1:
                    named.setdefault(words[0][:_STEM], []).append((words, known))
        return named

    @cached_property
    def _longest(self) -> int:
        names = (words for named in self._several.values() for words, _ in named)
        return max(map(len, names), default=1)

    @cached_property
    def _proper(self) -> frozenset[str]:
        """Names as they are listed, with "Polska", which looks like an adjective."""
        said = [c.names for c in self.countries] + [p.names for p in self.places]
        return frozenset(strip_diacritics(name) for names in said for name in names)

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return dict(self._words((c.code, c.names) for c in self.countries))

    @cached_property
    def _stems(self) -> Mapping[str, str]:
        """Names, and those that have cases without the vowels that these change.

        English names have none: "Romans" are no case of "Romania".
        """
        inflecting = {
            word: code for word, code in self._names.items() if self._has_cases(word)
        }
        return {**_stems_of(inflecting), **_whole(self._names)}

    def _has_cases(self, word: str) -> bool:
        return bool(_CYRILLIC.match(word)) or word in self._first_names

    @cached_property
    def _first_names(self) -> frozenset[str]:
        """Names to show, which are Polish."""
        return frozenset(strip_diacritics(c.names[0]) for c in self.countries)

    @cached_property
    def _forms(self) -> Mapping[str, tuple[str, bool]]:
        """Adjectives and people: their country, and whether small letters will do."""
        return {
            strip_diacritics(form): (country.code, form[0].islower())
            for country in self.countries
            for form in country.forms
            if " " not in form
        }

    @cached_property
    def _form_stems(self) -> Mapping[str, tuple[str, bool]]:
        stems: dict[str, tuple[str, bool]] = {}
        for form, known in self._forms.items():
            for ending in _FORM_ENDINGS:
                stem = form.removesuffix(ending)
                if stem != form and len(stem) >= 4:
                    stems.setdefault(stem, known)
                    break
        return {**stems, **self._forms}

    @cached_property
    def _single_names(self) -> Mapping[str, _Known]:
        """Cities, regions and shared names of one word."""
        return {
            name: _known(place)
            for place in self.places
            for name in _folded(place)
            if " " not in name
        }

    @cached_property
    def _place_stems(self) -> Mapping[str, _Known]:
        return _stems_of(self._single_names)

    @cached_property
    def _skeletons(self) -> Sequence[tuple[str, str]]:
        """Countries that nobody has written in Cyrillic, by the sound of their stem."""
        return [
            (stem, country.code)
            for country in self.countries
            if not any(_CYRILLIC.search(name) for name in country.names)
            and len(stem := skeleton_stem(country.names[0])) >= 5
            and country.code.startswith("X")
        ]

    @cached_property
    def _spellings(self) -> Mapping[str, Mapping[str, str]]:
        """Names in the cases that questions use, by their first letter."""
        spelt: dict[str, dict[str, str]] = {}
        for name, code in self._names.items():
            if errors_forgiven(name):
                for form in inflected(name) if self._has_cases(name) else (name,):
                    spelt.setdefault(form[0], {}).setdefault(form, code)
        return spelt

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


# What the last consonant of a name becomes in the locative: "Somalilandzie".
_SOFTENED = (("dzie", "d"), ("cie", "t"), ("rze", "r"), ("le", "l"), ("ce", "ka"))
_FORM_ENDINGS = ("ии", "ыи", "іи", "ец", "ець", "i", "y", "a", "а")
T = TypeVar("T")


def _whole(names: Mapping[str, T]) -> dict[str, T]:
    """Return the names that are long enough to take an ending."""
    return {word: of for word, of in names.items() if len(word) >= 4}


def _stems_of(names: Mapping[str, T]) -> Mapping[str, T]:
    """Return names, and names without the vowels that their cases change."""
    stems = _whole(names)
    for word, of in names.items():
        stem = word.rstrip("aeioyаеиіїяйьъ")
        if len(stem) >= 4:
            stems.setdefault(stem, of)
    return stems


def _bare(word: str) -> str:
    return strip_diacritics(word.removesuffix("'s").removesuffix("’s"))


def _folded(place: Place) -> list[str]:
    return [strip_diacritics(name) for name in place.names]


def _known(place: Place) -> _Known:
    return _Known(place.codes, place.reading, place.is_sure)


def _shortened(name: str) -> str:
    """Return what was typed, as far as a sentence has room for it."""
    return name if len(name) <= _MOST_SHOWN else f"{name[:_MOST_SHOWN]}…"


def _keep(found: dict[str, Mention], mention: Mention) -> None:
    """Add a mention, or note that its country stands in a weightier role as well."""
    before = found.setdefault(mention.code, mention)
    if _ROLES.index(mention.role) < _ROLES.index(before.role):
        found[mention.code] = mention


def _is_language(words: Sequence[str], at: int) -> bool:
    """Say whether an adjective names a language ("języka rosyjskiego")."""
    around = (*words[max(0, at - 1) : at], *words[at + 1 : at + 2])
    if any(_LANGUAGE.match(strip_diacritics(word)) for word in around):
        return True
    if at > 0 and words[at - 1].lower() == "po":
        return True
    return at == len(words) - 1 and at > 0 and words[at - 1] == "in"


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
    there are reports on it. A country without a report does not outdo the form: an
    event told of a report's country may have happened abroad. Of several countries
    chosen, those are left that the question names.

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
        asked = by_role["place"] + by_role["named"]
        if not set(asked).isdisjoint(given):
            named = {mention.code for mention in mentions}
            return tuple(code for code in given if code in named)
        if any(mention.code in given for mention in mentions):
            return tuple(given)
        for role in ("place", "named"):
            others = [code for code in by_role[role] if code in known]
            if others:
                return tuple(others)
        return tuple(given)
    asked = by_role["place"] or by_role["named"]
    others = [c for c in by_role["toward"] + by_role["beside"] if c in known]
    if asked and known.isdisjoint(asked):
        return tuple(others) or tuple(asked)
    # "Can one return to Syria?" asks about Syria, also where there is no report on it.
    return tuple(asked or others or by_role["toward"])

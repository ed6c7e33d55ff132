"""Follow-ups of a conversation, completed to questions that stand by themselves.

"A w Uzbekistanie?" asks what was asked before, of another country. What a follow-up
leaves out is taken from the question before it, and nothing else: the country, the
time, or all but the one thing that it names anew. Words are moved, never invented, and
the reader is shown the result.

A follow-up is read in this order: its country and time are taken out of it; if nothing
is left, they are put into the question before; if a thing is left in the case of a
thing of the question before ("a dowodu?"), it takes that place; if a verb is left
("a ilu skazano?"), likewise; a question of its own keeps its words and takes over the
country alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from coi_qa.domain.country import Gazetteer, Mention
from coi_qa.domain.stretches import Stretch, find_stretches
from coi_qa.domain.text import strip_diacritics

Cases = Callable[[str], frozenset[str]]
"""A Polish word -> number and case of each reading as a noun: {"sg:gen", "pl:acc"}."""

_IN: Final = r"(?:we?|na|ze?|do|in|of|to|from|for|у|в|на|з|с|із|из|для)"
_OPENS: Final = re.compile(
    r"(?:(?:a|i|oraz|ale|zaś|natomiast|and|but|so|а|і|й|и|та|але|но)\b[\s,]*)?"
    r"(?:(?:co|what|how|що|что|як|как)\s+(?:z|ze|about|з|із|с|со|щодо|насчёт|насчет)\b"
    r"|jak\s+(?:to\s+)?(?:jest|jest\s+to|było|wygląda(?:ło)?(?:\s+to)?)\b"
    r"|(?:как|як)\s+(?:с|со|з|із|щодо)\b)?[\s,]*",
    re.IGNORECASE,
)
_JOINS: Final = re.compile(
    r"(?:a|i|ale|zaś|natomiast|and|but|so|а|і|й|и|та|але|но)\b", re.IGNORECASE
)
_RELATIVE: Final = re.compile(
    r"\b(?:w\s+)?(?:rok\s+(?:wcześniej|wczesniej|przedtem|(później|pozniej))"
    r"|(?:poprzedni\w*|wcześniejsz\w*|(następn\w*))\s+rok\w*"
    r"|(?:the\s+)?(?:year\s+before|previous\s+year|(year\s+after|next\s+year)))\b",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_BEFORE_TIME: Final = re.compile(
    r"(?:\b(?:w|we|na|za|z|ze|dla|in|during|for|у|в|за|з|с)\s+)$", re.IGNORECASE
)
_PLACE: Final = re.compile(
    r"\b(?P<prep>[Ww]e?|[Nn]a|[Pp]od|[Kk]oło|[Pp]rzy|in|at|near)\s+"
    r"(?P<name>[^\W\d_a-ząćęłńóśźż][^\W\d_]*(?:[\s-][^\W\d_a-ząćęłńóśźż][^\W\d_]*)*)"
)
_ASKS: Final = frozenset(
    "czy ile ilu kto kogo komu kim co czego czym kiedy gdzie dlaczego jak jaki jaka "
    "jakie jakich jakiej jakim ktory ktora ktore ktorzy skad dokad czyj czyja czyje "
    "is are was were do does did has have had can could will would what who whom when "
    "where why how which чи скільки хто що коли де чому як який яка яке які куди "
    "звідки сколько кто что когда где почему как какой какая какое какие куда откуда "
    "есть ли".split()
)
_EMPTY: Final = frozenset(
    "to tam tego tym ta te w we na z ze do o u za od i a the in on of there then it "
    "rok roku r lat czas okres wtedy obecnie teraz jest bylo byla byly sa sytuacja "
    "wyglada wygladalo sprawa kraj panstwo about year situation country case "
    "у в на з с і и та там тоді тогда це это році году рік год".split()
)
_POINTS: Final = frozenset(
    "nich nim niej nimi ich jej jego go ja im mu tych tego tej temu tym ten ta te to "
    "tam "
    "them they their its it this that these those there he she him her "
    "їх них нього неї цього цієї ці цей там це "
    "их них него нее этого этой эти этот там это".split()
)
_MOST_CHARS: Final = 600  # of a question that two were joined to


@dataclass(frozen=True)
class Grammar:
    """What is asked of a dictionary.

    Attributes:
        is_finite_verb: Says whether a Polish word mostly is one.
        cases: Number and case of each reading of a Polish word as a noun.
        described_cases: The same of its readings as an adjective or participle.
    """

    is_finite_verb: Callable[[str], bool]
    cases: Cases
    described_cases: Cases


@dataclass(frozen=True)
class Completer:
    """Completes follow-ups.

    Attributes:
        gazetteer: Knows countries.
        grammar: Knows words.
    """

    gazetteer: Gazetteer
    grammar: Grammar

    def complete(self, turns: Sequence[str]) -> str:
        """Return what the last of a person's messages asks.

        Args:
            turns: Messages of one person in their order; at least one.

        Raises:
            ValueError: there is none.
        """
        if not turns:
            raise ValueError("no message")
        asked = ""
        for turn in turns:
            asked = self._completed(asked, " ".join(turn.split()))
        return asked

    def _completed(self, before: str, said: str) -> str:
        if not before or not said:
            return said or before
        found = self._read(_with_year(said, before))
        is_joined = bool(_JOINS.match(said))
        points = any(word in _POINTS for word in _folded_words(said))
        left = _content(found.rest)
        base = self._placed(before, found)
        if not left:  # "a w Uzbekistanie?", "od kiedy?"
            return base if found.mentions or found.time else _joined(base, said)
        if self._stands_alone(found.rest, is_joined=is_joined, points=points):
            return self._with_inherited(said, found, before, with_time=is_joined)
        return self._substituted(base, found.rest) or _joined(base, found.rest)

    def _read(self, said: str) -> _Said:
        """Return a message taken apart: its country, its time, and the rest."""
        mentions = self.gazetteer.mentions(said)
        rest = said
        phrases = []
        for mention in mentions:
            phrase = _phrase(rest, mention)
            if phrase is not None:
                phrases.append(phrase[0])
                rest = f"{rest[: phrase.start()]} {rest[phrase.end() :]}"
        rest, times = _without_times(rest)
        opened = _OPENS.match(rest.lstrip())
        rest = rest.lstrip()[opened.end() :] if opened else rest
        return _Said(
            mentions=tuple(mentions),
            country=" ".join(phrases),
            time=" ".join(times),
            rest=" ".join(rest.strip(" ?!.,;:–-").split()),
        )

    def _placed(self, before: str, found: _Said) -> str:
        """Return the question before with another country, another time, or both."""
        text = before
        if found.time:
            text = _with_time(text, found.time)
        if found.mentions:
            text = self._with_country(text, found)
        return text

    def _with_country(self, text: str, found: _Said) -> str:
        spot: int | None = None
        was_placed = False
        for mention in self.gazetteer.mentions(text):
            phrase = _phrase(text, mention)
            if phrase is None:
                continue
            if spot is None or phrase.start() < spot:
                spot, was_placed = phrase.start(), bool(phrase["prep"])
            text = f"{text[: phrase.start()]}{text[phrase.end() :]}"
        is_placed = all(mention.role == "place" for mention in found.mentions)
        if is_placed and spot is not None and was_placed:
            return _tidy(f"{text[:spot]} {found.country} {text[spot:]}")
        if is_placed:
            return _tidy(_appended(text, found.country))
        codes = dict.fromkeys(mention.code for mention in found.mentions)
        names = ", ".join(map(self.gazetteer.name, codes))
        return f"{names}: {_tidy(text.lstrip(' :,–-'))}"

    def _stands_alone(self, rest: str, *, is_joined: bool, points: bool) -> bool:
        """Say whether the rest of a message asks for something by itself."""
        words = _words(rest)
        content = _content(rest)
        asks = any(strip_diacritics(word) in _ASKS for word in words)
        says = any(self.grammar.is_finite_verb(word.lower()) for word in content)
        names = any(self.grammar.cases(word.lower()) for word in content) or not any(
            map(_is_polish, content)
        )
        if points and len(content) < _FULL:
            return False
        if is_joined:
            return asks and names and len(content) >= _ASKED
        return (asks and names) or (says and names) or len(content) >= _FULL

    def _with_inherited(
        self, said: str, found: _Said, before: str, *, with_time: bool
    ) -> str:
        """Return a full question with the country, if it names none, of the last."""
        text = said
        if with_time:
            text = said[_JOINS.match(said).end() :].lstrip(" ,")  # type: ignore[union-attr]
            text = text[:1].upper() + text[1:]
            if not found.time:
                _, times = _without_times(before)
                text = _appended(text, times[0]) if times else text
        if found.mentions:
            return text
        phrases = [
            (phrase[0].strip(), mention, bool(phrase["prep"]))
            for mention in self.gazetteer.mentions(before)
            if (phrase := _phrase(before, mention)) is not None
        ]
        placed = [
            words for words, mention, has in phrases if has and mention.role == "place"
        ]
        if placed and len(placed) == len(phrases):
            return _appended(text, " i ".join(placed))
        names = dict.fromkeys(self.gazetteer.name(m.code) for _, m, _ in phrases)
        return f"{', '.join(names)}: {text}" if names else text

    def _substituted(self, base: str, rest: str) -> str | None:
        """Return the question with one word of it exchanged for the follow-up's."""
        content = _content(rest)
        verbs = [w for w in content if self.grammar.is_finite_verb(w.lower())]
        nouns = [w for w in content if self.grammar.cases(w.lower())]
        if verbs and not nouns and len(content) == len(verbs):
            is_alike = _asking(rest) in ("", _asking(base))
            return self._with_verb(base, rest) if is_alike else None
        if verbs or len(content) > _SHORT:
            return None
        return self._with_place(base, rest) or self._with_noun(base, rest, nouns)

    def _with_place(self, base: str, rest: str) -> str | None:
        """Return the question with the place after the same preposition exchanged."""
        said = _PLACE.fullmatch(rest)
        if said is None:
            return None
        countries = {mention.words for mention in self.gazetteer.mentions(base)}
        for place in reversed(list(_PLACE.finditer(base))):
            is_alike = place["prep"].lower() == said["prep"].lower()
            if is_alike and place["name"] not in countries:
                return _tidy(f"{base[: place.start()]}{rest}{base[place.end() :]}")
        return None

    def _with_verb(self, base: str, rest: str) -> str | None:
        verbs = [
            match
            for match in _WORD.finditer(base)
            if self.grammar.is_finite_verb(match[0].lower())
        ]
        if len(verbs) != 1:
            return None
        said = [word for word in _words(rest) if strip_diacritics(word) not in _POINTS]
        kept = [word for word in said if strip_diacritics(word) not in _ASKS]
        words = " ".join(word for word in kept if strip_diacritics(word) not in _EMPTY)
        return _tidy(f"{base[: verbs[0].start()]}{words}{base[verbs[0].end() :]}")

    def _with_noun(self, base: str, rest: str, nouns: Sequence[str]) -> str | None:
        """Return the question with the thing in the same case exchanged.

        After a preposition only what follows the same one is exchanged: "a dla dzieci?"
        goes with "dla dorosłych", not with "cudzoziemców".
        """
        said = _words(rest)
        while said and strip_diacritics(said[0]) in _ASKS:
            said = said[1:]
        if not said or not nouns:
            return None
        prep = said[0].lower() if said[0].lower() in _PREPOSITIONS else ""
        wanted = self._head_cases(said)
        inside = list(_WORD.finditer(base))
        for at in range(len(inside) - 1, -1, -1):
            word = inside[at][0]
            if word[:1].isupper() and at > 0:
                continue  # a name
            shared = self.grammar.cases(word.lower()) & wanted
            if not shared:
                continue
            follows = inside[at - 1][0].lower() if at else ""
            if (prep and follows != prep) or (not prep and follows in _PREPOSITIONS):
                continue
            start = inside[at - 1].start() if prep else inside[at].start()
            end = inside[self._last_described(inside, at, shared)].end()
            return _tidy(f"{base[:start]}{' '.join(said)}{base[end:]}")
        return None

    def _head_cases(self, said: Sequence[str]) -> frozenset[str]:
        """Return the cases of the first word that is declined."""
        for word in said:
            plain = word.lower()
            cases = self.grammar.cases(plain) | self.grammar.described_cases(plain)
            if cases and plain not in _PREPOSITIONS:
                return cases
        return frozenset()

    def _last_described(
        self, words: Sequence[re.Match[str]], at: int, cases: frozenset[str]
    ) -> int:
        """Return the last of the adjectives that go with the noun at `at`, or `at`."""
        last = at
        while last + 1 < len(words):
            plain = words[last + 1][0].lower()
            if not self.grammar.described_cases(plain) & cases:
                break
            last += 1
        return last


@dataclass(frozen=True, slots=True)
class _Said:
    """A message taken apart; each part "" or empty where there is none."""

    mentions: tuple[Mention, ...]
    country: str
    time: str
    rest: str


_PREPOSITIONS: Final = frozenset(
    "w we na z ze do od dla o u przez przy po pod nad przed za bez wśród wobec między "
    "przeciw przeciwko".split()
)
_SHORT, _ASKED, _FULL = 3, 2, 4
"""Words: of a follow-up that names one thing, of a question, and of keywords."""


def _phrase(text: str, mention: Mention) -> re.Match[str] | None:
    """Return where a country's name stands in a text, with its preposition."""
    words = r"\W+".join(map(re.escape, mention.words.split()))
    return re.search(rf"\s?(?P<prep>\b{_IN}\s+)?\b{words}\b", text, re.IGNORECASE)


def _without_times(text: str) -> tuple[str, list[str]]:
    """Return a text without the stretches of time that it names, and those."""
    times: list[str] = []
    for stretch in reversed(find_stretches(text)):
        start = _start_of(text, stretch)
        times.insert(0, text[start : stretch.end].strip())
        text = f"{text[:start]} {text[stretch.end :]}"
    return text, times


def _start_of(text: str, stretch: Stretch) -> int:
    """Return where a stretch of time begins, its preposition included."""
    before = _BEFORE_TIME.search(text[: stretch.start])
    return before.start() if before else stretch.start


def _with_year(said: str, before: str) -> str:
    """Return a message with "a year earlier" put as the year that it is."""
    relative = _RELATIVE.search(said)
    years = {s.last.year for s in find_stretches(before) if s.last is not None}
    if relative is None or len(years) != 1:
        return said
    year = years.pop() + (1 if any(relative.groups()) else -1)
    return f"{said[: relative.start()]}w {year} roku{said[relative.end() :]}"


def _with_time(text: str, time: str) -> str:
    """Return a question about another time."""
    stretches = find_stretches(text)
    if not stretches:
        return _tidy(_appended(text, time))
    first = stretches[0]
    for stretch in reversed(stretches):
        start = _start_of(text, stretch)
        put = time if stretch is first else ""
        text = f"{text[:start]}{put}{text[stretch.end :]}"
    return _tidy(text)


def _appended(text: str, phrase: str) -> str:
    bare = text.rstrip(" ?!.")
    return f"{bare} {phrase}{text[len(bare) :].strip() or '?'}"


def _asking(text: str) -> str:
    """Return what a question asks by: "kto", "ile" for "ilu" too, "" for nothing."""
    words = [word for word in _folded_words(text) if word in _ASKS]
    return words[0].replace("ilu", "ile") if words else ""


def _joined(base: str, rest: str) -> str:
    """Return the follow-up and the question before, which is dropped if all is long."""
    bare = _OPENS.sub("", rest, count=1).strip(" ?!.,;:–-")
    said = f"{bare[:1].upper()}{bare[1:]}?"
    return said if len(base) + len(said) > _MOST_CHARS else f"{said} {base}"


def _tidy(text: str) -> str:
    flat = re.sub(r" ([?!.,;:])", r"\1", " ".join(text.split()))
    return flat[:1].upper() + flat[1:]


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _folded_words(text: str) -> list[str]:
    return [strip_diacritics(word) for word in _words(text)]


def _content(text: str) -> list[str]:
    """Return the words that say what is asked."""
    return [
        word
        for word in _words(text)
        if strip_diacritics(word) not in _ASKS | _EMPTY | _POINTS
    ]


def _is_polish(word: str) -> bool:
    return not re.search(r"[а-яіїєґ]", word, re.IGNORECASE)

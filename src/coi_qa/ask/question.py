"""What is asked: the words, the countries, the date, and whether it can be answered."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from coi_qa.ask.as_at import find_as_at
from coi_qa.ask.scope import asks_for_a_judgement
from coi_qa.domain.country import Gazetteer, Mention, countries_asked
from coi_qa.domain.dates import PartialDate
from coi_qa.domain.language import Language, detect_language
from coi_qa.domain.stretches import Stretch, find_stretches
from coi_qa.errors import BadQuestionError

# Characters that turn the direction of what follows: a text with them reads otherwise
# than it is.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
MAX_CHARS = 1000  # a long question has 300; the model reads some 450 words


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was understood.

    Attributes:
        text: As asked, blanks tidied.
        countries: Codes that the answer is held to; none means any.
        as_at: Nothing later than this may be quoted; None for no limit.
        in_scope: Whether it asks for what a report can say.
        given: Codes chosen in the form.
        lang: That it is asked in.
        periods: That it names, for ranking: `period_fit` says how well a sentence's
            own fit them. Nothing is left out for its period.
        mentions: Countries as the question names them.
        as_at_words: That `as_at` was read from; None where it was given.
    """

    text: str
    countries: tuple[str, ...]
    as_at: PartialDate | None
    in_scope: bool
    given: tuple[str, ...] = ()
    lang: Language = "pl"
    periods: tuple[Stretch, ...] = ()
    mentions: tuple[Mention, ...] = ()
    as_at_words: str | None = None


def read_question(
    text: str,
    *,
    countries: Sequence[str],
    as_at: PartialDate | None,
    gazetteer: Gazetteer,
    reported: Iterable[str],
) -> Question:
    """Return what is asked.

    Args:
        text: As typed.
        countries: Names or codes chosen in the form.
        as_at: Likewise; None leaves it to the words of the question.
        gazetteer: Country names.
        reported: Codes of the countries with reports.

    Raises:
        BadQuestionError: empty, too long, or no text that a person typed.
        UnknownCountryError: a country that nothing is known by.
    """
    tidy = _tidy(text)
    given = tuple(dict.fromkeys(c for name in countries for c in gazetteer.codes(name)))
    mentions = gazetteer.mentions(tidy)
    said = find_as_at(tidy) if as_at is None else None
    return Question(
        text=tidy,
        countries=countries_asked(mentions, given=given, reported=reported),
        as_at=said.date if said else as_at,
        in_scope=not asks_for_a_judgement(tidy),
        given=given,
        lang=detect_language(tidy),
        periods=tuple(find_stretches(tidy)),
        mentions=tuple(mentions),
        as_at_words=said.text if said else None,
    )


def asked_of(question: Question, countries: Collection[str]) -> Question:
    """Return a question about several countries as one about some of them.

    The others' names are left out, so that a sentence on one country can answer; words
    that may mean one of those that stay ("Kongo", "Krym") stand.

    Args:
        question: As it was read.
        countries: Codes of those that stay.
    """
    text = question.text
    kept = {m.words for m in question.mentions if m.code in countries}
    for mention in question.mentions:
        is_asked = mention.code in question.countries
        if is_asked and mention.words not in {"", *kept}:
            text = _without(text, mention.words)
    return replace(question, text=" ".join(text.split()))


_AND = r"(?:i|oraz|a|albo|lub|and|or|та|і|й|и|или|або)"
_IN = r"(?:we?|na|ze?|do|in|of|to|from|у|в|на|з|с|із)"


def _without(text: str, words: str) -> str:
    """Return a text less a name, its preposition and the conjunction beside it."""
    name = re.escape(words)
    for pattern in (
        rf"\b{_IN}\s{name}\b(?:,|\s{_AND})\s(?={_IN}\b)",  # "[w A i] w B"
        rf"(?:,|\s{_AND})\s(?:{_IN}\s)?{name}\b",  # "w A [i w B]"
        rf"\b{name}\b(?:,|\s{_AND})\s",  # "w [A i] B"
        rf"\s?\b(?:{_IN}\s)?{name}\b",
    ):
        left, n = re.subn(pattern, "", text, count=1, flags=re.IGNORECASE)
        if n:
            return left
    return text


def _tidy(text: str) -> str:
    """Return the question with single blanks, refused where it is none."""
    if len(text) > MAX_CHARS:
        raise BadQuestionError(
            f"Pytanie ma {len(text)} znaków, a może mieć najwyżej {MAX_CHARS}; proszę "
            "pytać o jedną rzecz naraz."
        )
    for char in text:
        is_hidden = unicodedata.category(char) in {"Cc", "Cs", "Cn"} or char in _TURNING
        if char not in "\n\r\t" and is_hidden:
            raise BadQuestionError(
                f"Pytanie zawiera znak sterujący U+{ord(char):04X}, a powinno być "
                "zwykłym tekstem; proszę je wpisać zamiast wklejać plik."
            )
    tidy = " ".join(unicodedata.normalize("NFC", text).split())
    if not any(char.isalpha() for char in tidy):
        found = "jest puste" if not tidy else "nie zawiera słów"
        raise BadQuestionError(
            f"Pytanie {found}; proszę wpisać zdanie albo słowa kluczowe."
        )
    return tidy

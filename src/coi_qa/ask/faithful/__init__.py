"""Whether a sentence that somebody wrote says nothing but what a quote says.

No meaning is understood here. A statement stands where each of its words is a word of
one sentence that it cites, in the same form, and nothing is left out that would turn
what remains: a "nie", a "według", a second count beside the first. What may be true and
cannot be told from the words alone is withheld; docs/writer.md has the figures.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from coi_qa.ask.faithful.guards import GUARDS, Guard
from coi_qa.ask.faithful.surface import (
    asserts_a_judgement,
    is_plain,
    quoted_words,
    without_frame,
)
from coi_qa.ask.faithful.tokens import Reading, read_sentence
from coi_qa.domain.answer import Fault, Statement
from coi_qa.domain.text import fold
from coi_qa.domain.word_form import Forms

Check = Callable[[Statement, Mapping[int, str]], Statement | Fault]
"""A statement and the words of all quotes by number -> it as it may be shown, or why
it may not."""


def verbatim_only(statement: Statement, quotes: Mapping[int, str]) -> Statement | Fault:
    """Return the statement where it is the words of its quotes and no others."""
    fault = _fault_of_numbers(statement, quotes)
    if fault is not None:
        return fault
    # Not a part of them: "ma kary śmierci" stands in "nie ma kary śmierci".
    words = " ".join(quotes[number] for number in statement.quotes)
    return statement if statement.text == words else Fault.NOT_IN_QUOTES


@dataclass(frozen=True)
class FaithfulCheck:
    """Lets a statement through that is a quote, or faithful to one sentence of one.

    Attributes:
        forms: What a dictionary says of a word.
        split: A text -> start and end of its sentences.
        countries: A text -> codes of the countries that it names.
        guards: In the order of their faults; all have to let a statement pass.
    """

    forms: Forms
    split: Callable[[str], Sequence[tuple[int, int]]]
    countries: Callable[[str], Collection[str]]
    guards: Sequence[tuple[Fault, Guard]] = GUARDS

    def __call__(
        self, statement: Statement, quotes: Mapping[int, str]
    ) -> Statement | Fault:
        """Return the statement, less quotes that it does not rest on, or its fault.

        Words between quotation marks are put as their quote prints them.
        """
        is_copied = verbatim_only(statement, quotes)
        if isinstance(is_copied, Statement):
            return is_copied
        fault = _fault_of_numbers(statement, quotes)
        if fault is None and not is_plain(statement.text):
            fault = Fault.MARKUP
        if fault is None and asserts_a_judgement(statement.text):
            fault = Fault.JUDGEMENT
        if fault is not None:
            return fault
        cited = {number: quotes[number] for number in statement.quotes}
        printed = quoted_words(statement.text, cited.values())
        if printed is None:
            return Fault.NOT_VERBATIM
        found = {number: self._fault(printed, text) for number, text in cited.items()}
        rests_on = tuple(number for number, fault in found.items() if fault is None)
        if rests_on:
            return Statement(printed, rests_on)
        order = [fault for fault, _ in self.guards]
        # The quote that the statement comes nearest to tells best what is wrong.
        return max((f for f in found.values() if f is not None), key=order.index)

    def _fault(self, text: str, quote: str) -> Fault | None:
        """Return what is wrong with a statement, held to the nearest sentence."""
        said = self._read(without_frame(text))
        order = [fault for fault, _ in self.guards]
        nearest: Fault | None = None
        for start, end in self.split(quote):
            sentence = quote[start:end]
            if fold(sentence).text.rstrip(".") == fold(text).text.rstrip("."):
                return None
            printed = self._read(sentence)
            fault = next(
                (fault for fault, holds in self.guards if not holds(said, printed)),
                None,
            )
            if fault is None:
                return None
            if nearest is None or order.index(fault) > order.index(nearest):
                nearest = fault
        return nearest or Fault.UNKNOWN_WORDS

    def _read(self, text: str) -> Reading:
        return read_sentence(text, forms=self.forms, countries=self.countries)


def _fault_of_numbers(statement: Statement, quotes: Mapping[int, str]) -> Fault | None:
    if not statement.quotes:
        return Fault.NO_QUOTE
    if not set(statement.quotes) <= set(quotes):
        return Fault.UNKNOWN_QUOTE
    return None

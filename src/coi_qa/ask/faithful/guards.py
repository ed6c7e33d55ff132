"""What a statement may not do to the sentence that it rests on, one guard a way.

A guard takes the statement and the sentence as they were read and says whether the
statement passes. Each is there for statements that were made up to get by the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Final

from coi_qa.ask.faithful.tokens import Reading, Token, joins
from coi_qa.ask.faithful.weighty import (
    CLOSING,
    COMPLEMENTS,
    KEPT_IN_CLAUSE,
    KEPT_IN_SENTENCE,
    LINKING,
    NEGATORS,
    TELLS,
)
from coi_qa.domain.answer import Fault
from coi_qa.domain.text import strip_diacritics
from coi_qa.domain.word_form import NOUNS, Form

Guard = Callable[[Reading, Reading], bool]

_NEAR_BEFORE: Final = 2  # words that may say what a number counts
_NEAR_AFTER: Final = 3
_ATTACHED: Final = 3  # words between an adjective or genitive and its noun
_STEM: Final = 4  # letters that two cases of an unknown name share at least
_ENDING: Final = 4  # letters that a case may add to the stem


# --- a word and its like --------------------------------------------------------------


def is_same_word(said: Token, printed: Token) -> bool:
    """Say whether two tokens are one word, in whatever form."""
    if said.kind != printed.kind:
        return False
    if said.folded == printed.folded:
        return True
    if said.kind != "word":
        return False
    if said.forms or printed.forms:
        # "Niedozwolony" is a form of "dozwolić" too.
        lemmas = {(form.lemma, form.is_negated) for form in printed.forms}
        return any((form.lemma, form.is_negated) in lemmas for form in said.forms)
    are_names = said.text[:1].isupper() and printed.text[:1].isupper()
    return are_names and _are_cases(said.folded, printed.folded)


def _are_cases(one: str, other: str) -> bool:
    """Say whether two names unknown to the dictionary may be cases of one."""
    shared = 0
    for a, b in zip(strip_diacritics(one), strip_diacritics(other), strict=False):
        if a != b:
            break
        shared += 1
    longest = max(len(one), len(other))
    return shared >= _STEM and longest - shared <= _ENDING and shared * 2 > longest


def _is_same_form(said: Token, printed: Token) -> bool:
    """Say whether a word stands as it is printed: tense, case, degree, preposition."""
    if said.is_negated != printed.is_negated:
        return False
    if said.preposition != printed.preposition:
        return False
    if said.folded == printed.folded:
        return True
    if not (said.forms and printed.forms):
        return False  # "Zelmaria" may be who does it, "Zelmarię" whom it is done to
    return any(_are_alike(one, other) for one in said.forms for other in printed.forms)


def _are_alike(one: Form, other: Form) -> bool:
    if (one.lemma, one.kind) != (other.lemma, other.kind):
        return False
    if one.is_negated != other.is_negated:
        return False
    return one.cases == other.cases or not one.cases.isdisjoint(other.cases)


def _likes(said: Token, printed: Reading) -> list[int]:
    """Return where a word of the statement stands in the sentence in its form."""
    return [
        at
        for at, token in enumerate(printed.tokens)
        if _is_like(said, token) and (said.kind != "word" or _is_same_form(said, token))
    ]


def _is_like(said: Token, printed: Token) -> bool:
    if said.kind == "number" and printed.kind == "number":
        return _is_same_number(said, printed)
    if said.kind == "date" and printed.kind == "date":
        return _is_in_date(said, printed)
    return is_same_word(said, printed)


def _is_same_number(said: Token, printed: Token) -> bool:
    return (said.low, said.high, said.is_percent) == (
        printed.low,
        printed.high,
        printed.is_percent,
    )


def _is_in_date(said: Token, printed: Token) -> bool:
    """Say whether a date is the one printed, or less precise."""
    return all(
        part is None or part == whole
        for part, whole in zip(said.date, printed.date, strict=True)
    ) and any(part is not None for part in said.date)


# --- numbers and dates ----------------------------------------------------------------


def has_known_numbers(said: Reading, printed: Reading) -> bool:
    """Say whether each number stands in the sentence, with what qualifies it."""
    return all(
        any(
            _is_same_number(token, other)
            and token.modifiers == other.modifiers
            and token.partner == other.partner
            and token.preposition == other.preposition
            for other in printed.tokens
            if other.kind == "number"
        )
        for token in said.tokens
        if token.kind == "number"
    )


def has_known_dates(said: Reading, printed: Reading) -> bool:
    """Say whether each date stands in the sentence, "od", "do" and "przed" with it."""
    return all(
        any(
            _is_in_date(token, other) and token.preposition == other.preposition
            for other in printed.tokens
            if other.kind == "date"
        )
        for token in said.tokens
        if token.kind == "date"
    )


def counts_the_same(said: Reading, printed: Reading) -> bool:
    """Say whether each number counts what it counts in the sentence."""
    return all(
        any(
            _shares_unit(said, at, printed, other)
            for other in _likes(token, printed)
            if printed.tokens[other].modifiers == token.modifiers
        )
        for at, token in enumerate(said.tokens)
        if token.kind == "number"
    )


def _shares_unit(said: Reading, at: int, printed: Reading, other: int) -> bool:
    after = _stretch(printed, range(other + 1, len(printed.tokens)), _NEAR_AFTER)
    before = _stretch(printed, range(other - 1, -1, -1), _NEAR_BEFORE)
    unit = _stretch(said, range(at + 1, len(said.tokens)), 1)
    if unit and after:
        return any(is_same_word(unit[0], each) for each in after)
    unit = unit or _stretch(said, range(at - 1, -1, -1), 1)
    if not unit:
        return not (after or before)
    return any(is_same_word(unit[0], each) for each in (*after, *before))


def _stretch(reading: Reading, places: Iterable[int], most: int) -> list[Token]:
    """Return the first words at `places`, up to where something else begins."""
    found: list[Token] = []
    segment: int | None = None
    for at in places:
        token = reading.tokens[at]
        segment = token.segment if segment is None else segment
        is_other = token.kind in ("number", "date") or token.segment != segment
        if is_other or len(found) == most or token.text in "()":
            break
        if token.is_content and token.kind == "word" and not _is_preposition(token):
            found.append(token)
        elif _is_preposition(token) and found:
            break
    return found


def _is_preposition(token: Token) -> bool:
    return bool(token.forms) and all(form.kind == "prep" for form in token.forms)


# --- names and words ------------------------------------------------------------------


def has_known_names(said: Reading, printed: Reading) -> bool:
    """Say whether each name and each country stands in the sentence."""
    if not said.countries <= printed.countries:
        return False
    return all(
        any(_is_name_like(token, other) for other in printed.tokens)
        for token in said.tokens
        if token.is_name
    )


def _is_name_like(said: Token, printed: Token) -> bool:
    if said.text.isupper() and len(said.text) > 1:
        return said.text == printed.text
    return printed.text[:1].isupper() and is_same_word(said, printed)


def has_known_words(said: Reading, printed: Reading) -> bool:
    """Say whether each word is one of the sentence, in whatever form."""
    return all(
        any(_is_like(said.tokens[at], other) for other in printed.tokens)
        for at in said.content
    )


def keeps_the_forms(said: Reading, printed: Reading) -> bool:
    """Say whether each word has the tense, case and preposition of the sentence.

    A noun in another case may do what was done to it.
    """
    return all(
        _likes(said.tokens[at], printed)
        for at in said.content
        if said.tokens[at].kind == "word" and said.tokens[at].folded not in NEGATORS
    )


# --- negation -------------------------------------------------------------------------


def keeps_negations(said: Reading, printed: Reading) -> bool:
    """Say whether what is denied is denied, and nothing else is.

    The statement has the negations of the clauses that it takes from, no more and no
    fewer, and each "nie" before the same word.
    """
    for at in said.content:
        token = said.tokens[at]
        likes = [t for t in printed.tokens if _is_like(token, t)]
        if likes and all(t.is_negated != token.is_negated for t in likes):
            return False
    denied = _negations(said, range(len(said.openers)))
    return denied == _negations(printed, used_segments(said, printed))


def _negations(reading: Reading, segments: Iterable[int]) -> Counter[str]:
    return Counter(
        name
        for segment in segments
        for at in reading.of_segment(segment)
        if (name := NEGATORS.get(reading.tokens[at].folded)) is not None
    )


# --- what the rest hangs on -----------------------------------------------------------


def used_segments(said: Reading, printed: Reading) -> list[int]:
    """Return the segments that a statement takes from, and those these hang on.

    As few as hold its words; of segments that hold as many, the one that denies or
    counts more. To a clause with "że" belongs the one before it; to one that shares
    its verb by "i", the other one.
    """
    wanted = {
        at: {printed.tokens[like].segment for like in _places(said.tokens[at], printed)}
        for at in said.content
    }
    left = {at for at, segments in wanted.items() if segments}
    used: set[int] = set()
    while left:
        best = max(
            range(len(printed.openers)),
            key=lambda s: (
                sum(s in wanted[at] for at in left),
                sum(_negations(printed, [s]).values()),
                -s,
            ),
        )
        used.add(best)
        left = {at for at in left if best not in wanted[at]}
    return sorted(_with_hung_on(used, printed))


def _places(said: Token, printed: Reading) -> list[int]:
    """Return where a word stands in the sentence, in its form or else in any."""
    return _likes(said, printed) or [
        at for at, token in enumerate(printed.tokens) if _is_like(said, token)
    ]


def _with_hung_on(used: Iterable[int], printed: Reading) -> set[int]:
    found: set[int] = set()
    queue = list(used)
    while queue:
        segment = queue.pop()
        if segment in found:
            continue
        found.add(segment)
        if segment and printed.openers[segment] in COMPLEMENTS:
            queue.append(segment - 1)
    return found


def _sharing(segment: int, printed: Reading) -> Iterator[int]:
    """Yield the verbless neighbours that a segment shares its verb with."""
    if not _has_verb(printed, segment):
        return
    at = segment
    while at > 0 and not _has_verb(printed, at - 1):
        opener = printed.openers[at]
        if not (joins(opener) or opener == ","):
            break
        yield at - 1
        at -= 1
    at = segment + 1
    while (
        at < len(printed.openers)
        and not _has_verb(printed, at)
        and joins(printed.openers[at])
    ):
        yield at
        at += 1


def _has_verb(reading: Reading, segment: int) -> bool:
    return any(reading.tokens[at].is_finite for at in reading.of_segment(segment))


def keeps_cores(said: Reading, printed: Reading) -> bool:
    """Say whether a statement takes whole what it joins.

    From one clause it may take a part. Of several it has to take verb, subject, names,
    numbers and dates of each: else "policja zatrzymała A, a wojsko zabiło B" would
    become "policja zabiła B".
    """
    used = used_segments(said, printed)
    kept = _kept(said, printed)
    if len(used) > 1:
        if not _is_in_order(said, printed):
            return False
        kinds = {_anchor_kind(t) for t in said.tokens if t.is_anchor}
        for segment in used:
            for at in set(printed.of_segment(segment)) - kept:
                token = printed.tokens[at]
                if token.is_anchor and _anchor_kind(token) in kinds:
                    return False
                if token.is_finite or _is_subject(printed, at):
                    return False
    shared = {other for s in used for other in _sharing(s, printed)} - set(used)
    return not any(
        printed.tokens[at].is_anchor and at not in kept
        for segment in shared
        for at in printed.of_segment(segment)
    )


def _is_in_order(said: Reading, printed: Reading) -> bool:
    """Say whether the clauses that a statement takes from follow one another in it."""
    reached = 0
    for at in said.content:
        places = _places(said.tokens[at], printed)
        segments = {printed.tokens[place].segment for place in places}
        later = [segment for segment in segments if segment >= reached]
        if segments and not later:
            return False
        reached = min(later, default=reached)
    return True


def _is_subject(reading: Reading, at: int) -> bool:
    """Say whether a noun may be who or what a clause is about."""
    token = reading.tokens[at]
    if not token.is_noun or token.preposition or not token.may_be("nom"):
        return False
    before = reading.tokens[at - 1] if at else None
    # "Zaświadczenie komendy": a genitive that looks like a plural.
    return not (
        before is not None
        and before.is_noun
        and before.segment == token.segment
        and token.may_be("gen")
    )


def _kept(said: Reading, printed: Reading) -> set[int]:
    """Return where the words of the sentence are that the statement has."""
    return {like for at in said.content for like in _places(said.tokens[at], printed)}


def keeps_limits(said: Reading, printed: Reading) -> bool:
    """Say whether a statement takes whole what counts, denies, compares or forbids.

    Of "nie odnotowano zatrzymań poborowych" or "41 zabitych cywilów" less would say
    more. Elsewhere words may go, but not what says which one a noun is: "stan wojenny",
    "kara śmierci".
    """
    if not _has_its_verb(said, printed):
        return False
    used = used_segments(said, printed)
    kept = _kept(said, printed)
    if not any(_is_closed(printed, segment) for segment in used):
        return not any(
            _is_told_by(printed, at)
            for segment in used
            for at in printed.of_segment(segment)
            if at in kept and at + 1 not in kept
        )
    whole = {*used, *(other for s in used for other in _framing(s, printed))}
    exact = {token.date for token in said.tokens if token.kind == "date"}
    for segment in whole:
        for at in printed.of_segment(segment):
            token = printed.tokens[at]
            if token.kind == "date" and token.date not in exact:
                return False
            is_needed = token.is_content and token.folded not in LINKING | COMPLEMENTS
            if is_needed and at not in kept:
                return False
    return True


def _has_its_verb(said: Reading, printed: Reading) -> bool:
    """Say whether a statement has a verb where the sentence has one."""
    return any(t.is_finite for t in said.tokens) or not any(
        t.is_finite for t in printed.tokens
    )


def _is_closed(reading: Reading, segment: int) -> bool:
    for at in reading.of_segment(segment):
        token = reading.tokens[at]
        if token.kind == "number" or token.is_negated or token.folded in NEGATORS:
            return True
        if token.folded in CLOSING or any(_compares(form) for form in token.forms):
            return True
    return False


def _compares(form: Form) -> bool:
    return form.lemma in CLOSING or form.kind.endswith((":com", ":sup"))


def _is_told_by(reading: Reading, at: int) -> bool:
    """Say whether the word after a noun says which one it is."""
    if at + 1 >= len(reading.tokens):
        return False
    noun, after = reading.tokens[at], reading.tokens[at + 1]
    if not noun.is_noun or after.is_anchor or after.is_free or after.preposition:
        return False
    if after.kind != "word" or after.segment != noun.segment or not after.forms:
        return False
    kinds = {form.kind for form in after.forms}
    is_genitive = after.is_noun and not after.is_finite and after.may_be("gen")
    return is_genitive or kinds == {"adj"}


def _framing(segment: int, printed: Reading) -> Iterator[int]:
    """Yield the verbless neighbours that say of what or when a segment counts.

    Those before it up to a verb ("W 2025 r. (do 12 września) protestów było 320"), and
    a date in brackets behind it.
    """
    at = segment - 1
    while at >= 0 and not _has_verb(printed, at):
        yield at
        at -= 1
    after = segment + 1
    if (
        after < len(printed.openers)
        and printed.openers[after] == "("
        and any(printed.tokens[n].kind == "date" for n in printed.of_segment(after))
    ):
        yield after


def keeps_figures_apart(said: Reading, printed: Reading) -> bool:
    """Say whether no number is given the place, time or count of another one.

    Between a number and a name, date or number that are both kept, no other of either
    kind may be left out; and where one is left out at all, no comma or conjunction may
    part the two.
    """
    if not _keeps_anchors_in_order(said, printed):
        return False
    kept = _kept(said, printed)
    anchors = [at for at, token in enumerate(printed.tokens) if token.is_anchor]
    numbers = [at for at in anchors if printed.tokens[at].kind == "number"]
    for number in numbers:
        for other in anchors:
            if number == other or not {number, other} <= kept:
                continue
            dropped = [
                at
                for at in anchors
                if at not in kept
                and any(
                    _is_rival(printed.tokens[at], printed.tokens[of])
                    for of in (number, other)
                )
            ]
            low, high = sorted((number, other))
            if any(low < at < high for at in dropped):
                return False
            if dropped and _are_parted(printed, low, high):
                return False
    return True


def _is_rival(dropped: Token, kept: Token) -> bool:
    """Say whether a name, number or date could stand where another one does."""
    if _anchor_kind(dropped) != _anchor_kind(kept):
        return False
    return dropped.kind != "word" or (
        dropped.preposition == kept.preposition
        or not (dropped.preposition and kept.preposition)
    )


def _are_parted(reading: Reading, low: int, high: int) -> bool:
    """Say whether more than the bracket in "Ujborowie (17%)" parts two tokens."""
    if reading.tokens[low].segment == reading.tokens[high].segment:
        return False
    between = reading.tokens[low + 1 : high]
    return [token.text for token in between] != ["("]


def _keeps_anchors_in_order(said: Reading, printed: Reading) -> bool:
    """Say whether dates, names and numbers come among their kind as in the sentence.

    Where there are several numbers, all of them do.
    """
    anchors = [at for at, token in enumerate(said.tokens) if token.is_anchor]
    kinds = [_anchor_kind(said.tokens[at]) for at in anchors]
    for n, (first, one) in enumerate(zip(anchors, kinds, strict=True)):
        for second, other in zip(anchors[n + 1 :], kinds[n + 1 :], strict=True):
            if one != other and kinds.count("number") < 2:
                continue
            firsts = _places(said.tokens[first], printed)
            seconds = _places(said.tokens[second], printed)
            if firsts and seconds and not any(a < b for a in firsts for b in seconds):
                return False
    return True


def _anchor_kind(token: Token) -> str:
    return token.kind if token.kind in ("number", "date") else "name"


def keeps_the_order(said: Reading, printed: Reading) -> bool:
    """Say whether nouns that could change places have not.

    Two that stand in one case keep their order ("prezydent A w stolicy B"), and what
    stands beside a noun stood beside it in the sentence.
    """
    nouns = [
        (at, likes)
        for at, token in enumerate(said.tokens)
        if token.is_noun and (likes := _likes(token, printed))
    ]
    for n, (first, firsts) in enumerate(nouns):
        for second, seconds in nouns[n + 1 :]:
            if not _may_change_places(said.tokens[first], said.tokens[second]):
                continue
            if not any(a < b for a in firsts for b in seconds):
                return False
    words = [at for at, t in enumerate(said.tokens) if t.kind != "mark"]
    return all(
        _were_beside(said.tokens[a], said.tokens[b], printed)
        for a, b in pairwise(words)
        if _belongs(said.tokens[a], said.tokens[b])
    )


def _may_change_places(one: Token, other: Token) -> bool:
    if one.preposition != other.preposition:
        return False
    if not (one.forms and other.forms):
        return True
    return not _noun_cases(one).isdisjoint(_noun_cases(other))


def _noun_cases(token: Token) -> frozenset[str]:
    cases = (form.cases for form in token.forms if form.kind in NOUNS)
    return frozenset(case for each in cases for case in each) - {"voc"}


def _belongs(one: Token, other: Token) -> bool:
    """Say whether one of two neighbours says more of the other: "byłych żołnierzy"."""
    if one.segment != other.segment or one.is_free or other.is_free:
        return False
    if other.preposition and other.preposition != one.preposition:
        return False
    pair = (one, other)
    if not any(token.is_noun or token.is_name for token in pair):
        return False
    if one.preposition and not _agree(one, other):
        return False
    return all(token.is_noun or token.is_name or _describes(token) for token in pair)


def _agree(one: Token, other: Token) -> bool:
    """Say whether what follows "w Orsenii" may belong to it: no nominative does."""
    if not other.forms or other.may_be("gen"):
        return True
    cases = {case for form in other.forms for case in form.cases} - {"nom", "voc"}
    return any(one.may_be(case) for case in cases)


def _describes(token: Token) -> bool:
    return any(
        form.kind.split(":")[0] in ("adj", "ppas", "pact") for form in token.forms
    )


def _were_beside(one: Token, other: Token, printed: Reading) -> bool:
    for a in _places(one, printed):
        for b in _places(other, printed):
            low, high = sorted((a, b))
            between = [t for t in printed.tokens[low + 1 : high] if t.is_content]
            is_one_stretch = printed.tokens[a].segment == printed.tokens[b].segment
            is_ordered = a < b or _describes(one) or _describes(other)
            if (
                is_one_stretch
                and is_ordered
                and len(between) < _ATTACHED
                and not any(_is_only_noun(t) for t in between)
            ):
                return True
    return False


def _is_only_noun(token: Token) -> bool:
    return token.is_noun and not _describes(token)


# --- who says so, how surely, on what condition ---------------------------------------


def keeps_reserves(said: Reading, printed: Reading) -> bool:
    """Say whether "według", "może", "niektórzy" and "jeśli" are as in the sentence."""
    has = _weighty(said, range(len(said.openers)))
    used = set(used_segments(said, printed))
    of_used = _weighty(printed, used)
    if not (of_used & KEPT_IN_CLAUSE) <= has:
        return False
    of_all = _weighty(printed, range(len(printed.openers)))
    if not (of_all & KEPT_IN_SENTENCE) <= has:
        return False
    tells = of_all & TELLS
    return not tells or bool(has & TELLS)


def _weighty(reading: Reading, segments: Iterable[int]) -> frozenset[str]:
    """Return the words that weigh in some segments, as printed or as lemmas."""
    listed = KEPT_IN_CLAUSE | KEPT_IN_SENTENCE | TELLS
    found: set[str] = set()
    for segment in segments:
        for at in reading.of_segment(segment):
            token = reading.tokens[at]
            if token.folded in listed:
                found.add(token.folded)
                continue
            found |= {f.lemma for f in token.forms if f.lemma in listed}
    return frozenset(found)


GUARDS: Final[tuple[tuple[Fault, Guard], ...]] = (
    (Fault.UNKNOWN_NUMBER, has_known_numbers),
    (Fault.UNKNOWN_DATE, has_known_dates),
    (Fault.UNKNOWN_NAME, has_known_names),
    (Fault.OTHER_NEGATION, keeps_negations),
    (Fault.UNKNOWN_WORDS, has_known_words),
    (Fault.OTHER_UNIT, counts_the_same),
    (Fault.OTHER_FORM, keeps_the_forms),
    (Fault.OTHER_ROLE, keeps_the_order),
    (Fault.JOINED_PARTS, keeps_cores),
    (Fault.JOINED_FIGURES, keeps_figures_apart),
    (Fault.LOST_RESERVE, keeps_reserves),
    (Fault.LOST_LIMIT, keeps_limits),
)
"""By what a statement is withheld, the plainest first."""

"""What a caseworker gets: quotes cut from stored pages, and what they rest on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from coi_qa.domain.claims import Relation
from coi_qa.domain.dates import PartialDate
from coi_qa.domain.layout import Box
from coi_qa.domain.report import Imprint, Place
from coi_qa.domain.source import Footnote, Scope, Source, SourceProblem


class Status(StrEnum):
    """What kind of answer it is.

    Attributes:
        ANSWERED: The reports say it.
        REPORTED_ABSENCE: A report says that nothing was found or recorded.
        INSUFFICIENT_EVIDENCE: The reports are silent; "there is no X" is not inferred.
        OUT_OF_SCOPE: A legal conclusion, a person's credibility, a recommendation.
    """

    ANSWERED = "answered"
    REPORTED_ABSENCE = "reported_absence"
    INSUFFICIENT_EVIDENCE = "insufficient_evidence"
    OUT_OF_SCOPE = "out_of_scope"


class Fault(StrEnum):
    """Why a statement or quote was withheld.

    Attributes:
        UNKNOWN_QUOTE: It names a quote that there is not.
        NO_QUOTE: It names none.
        NOT_ON_PAGE: A quote whose words are not on its page.
        NOT_IN_QUOTES: Words that its quotes do not have, where no others may be.
        NOT_VERBATIM: Words between quotation marks that stand in none of its quotes.
        MARKUP: Markup, an address, a control character, or more than one sentence has.
        JUDGEMENT: A legal conclusion or a recommendation.
        UNKNOWN_NUMBER: A number that its quote does not have, or not so qualified.
        UNKNOWN_DATE: Likewise a date.
        UNKNOWN_NAME: Likewise a name, country or abbreviation.
        UNKNOWN_WORDS: A word that its quote does not have in any form.
        OTHER_UNIT: A number that counts something else in its quote.
        OTHER_NEGATION: A negation that was dropped, added or moved.
        OTHER_FORM: A word in another tense, case or degree than in its quote.
        OTHER_ROLE: Words that may have changed places.
        JOINED_PARTS: Parts of several clauses put together as one.
        JOINED_FIGURES: A number with the place or time of another one.
        LOST_RESERVE: Whose word it is, how sure, or on what condition was left out.
        LOST_LIMIT: A word was left out that limits a number or a negation.
    """

    UNKNOWN_QUOTE = "unknown_quote"
    NO_QUOTE = "no_quote"
    NOT_ON_PAGE = "not_on_page"
    NOT_IN_QUOTES = "not_in_quotes"
    NOT_VERBATIM = "not_verbatim"
    MARKUP = "markup"
    JUDGEMENT = "judgement"
    UNKNOWN_NUMBER = "unknown_number"
    UNKNOWN_DATE = "unknown_date"
    UNKNOWN_NAME = "unknown_name"
    UNKNOWN_WORDS = "unknown_words"
    OTHER_UNIT = "other_unit"
    OTHER_NEGATION = "other_negation"
    OTHER_FORM = "other_form"
    OTHER_ROLE = "other_role"
    JOINED_PARTS = "joined_parts"
    JOINED_FIGURES = "joined_figures"
    LOST_RESERVE = "lost_reserve"
    LOST_LIMIT = "lost_limit"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that retrieval found, before anybody checked it against its page.

    Attributes:
        imprint: Of the report it stands in.
        section: Headings above it, highest first.
        places: Where it stands, one place a page.
        text: As the index stores it.
        footnotes: Those it rests on.
        sources: Their primary sources, in the same order.
        scope: How it came by its footnotes.
        score: Higher is nearer; comparable within one question only.
        similarity: Cosine to the question, from -1 to 1.
        chunk: Id of its chunk.
        ordinal: In its report, from 0.
        attributed_to: Whose word it passes on, as it says itself.
        undefined: Numbers of its marks that have no footnote.
        chance: That it answers the question, from 0 to 1; 0 before it was judged.
        absent: Whether it reports that nothing was found or recorded.
    """

    imprint: Imprint
    section: tuple[str, ...]
    places: tuple[Place, ...]
    text: str
    footnotes: tuple[Footnote, ...]
    sources: tuple[Source, ...]
    scope: Scope
    score: float
    similarity: float
    chunk: str
    ordinal: int
    attributed_to: tuple[str, ...] = ()
    undefined: tuple[int, ...] = ()
    chance: float = 0.0
    absent: bool = False


@dataclass(frozen=True, slots=True)
class QuotePlace:
    """A place with what a person needs to find it by eye."""

    place: Place
    label: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class ClaimDates:
    """The dates of what a quote says; none of them stands in for another.

    The date of the report is the fourth; it is in the report's imprint.

    Attributes:
        since: First day of the time that the quote speaks of, or None.
        until: Last day of it, or None.
        oldest_source: Date of its oldest dated source, or None.
        newest_source: Likewise.
        accessed: When the newest of its sources was looked at, or None.
    """

    since: date | None = None
    until: date | None = None
    oldest_source: PartialDate | None = None
    newest_source: PartialDate | None = None
    accessed: PartialDate | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """Whole sentences of one report, verbatim.

    Attributes:
        number: From 1, best first.
        text: The slices of the stored pages at `places`; nobody types it.
        imprint: Of its report.
        section: Headings above it, highest first.
        places: One a page.
        footnotes: Those it rests on, in the order of their marks.
        scope: How it came by them.
        attributed_to: Whose word it passes on, as it says itself.
        undefined: Numbers of its marks that have no footnote.
        dates: Of what it says and of its sources.
        before: Where the sentence stands that this one points back at ("Zakaz ten …"),
            for its reader; no part of the quote. Empty where it does not.
        before_text: The slices of the stored pages there.
        newer: The edition that takes the place of its report, or None.
    """

    number: int
    text: str
    imprint: Imprint
    section: tuple[str, ...]
    places: tuple[QuotePlace, ...]
    footnotes: tuple[Footnote, ...]
    scope: Scope
    attributed_to: tuple[str, ...] = ()
    undefined: tuple[int, ...] = ()
    dates: ClaimDates = ClaimDates()
    before: tuple[Place, ...] = ()
    before_text: str = ""
    newer: Imprint | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer and the numbers of the quotes it rests on."""

    text: str
    quotes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a writer proposes; nothing in it has been checked.

    Attributes:
        statements: In the order in which they are to be read.
        writer: Name of a model and of its prompt; "" where a statement is a quote and
            has no other words.
        notice: To the reader, where the model could not be asked, or "".
    """

    statements: tuple[Statement, ...]
    writer: str = ""
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Withheld:
    """A statement or quote that failed the check, kept with the reason."""

    text: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class CitedSource:
    """A primary source with the footnotes by which this answer reaches it.

    Attributes:
        number: From 1, in the order of the quotes.
        source: As the first of the footnotes names it.
        footnotes: With the id of the report each stands in.
        problems: Of those footnotes, without repeats.
    """

    number: int
    source: Source
    footnotes: tuple[tuple[str, Footnote], ...]
    problems: tuple[SourceProblem, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """What one quote says of a matter on which several speak.

    Attributes:
        quote: Its number.
        value: The figure as the quote prints it, "około" and the like included.
        unit: What is counted, as the quote prints it, or "".
        period: The time it is told of, as the quote prints it, or None.
        since: First day of that time, or None.
        until: Last day of it, or None.
        filter: Selection of the dataset that the quote rests on, or None.
        attributed_to: Whose word the quote passes on, as it says itself.
        cause: What or whom the figure is laid to, as the quote prints it, or None.
    """

    quote: int
    value: str
    unit: str
    period: str | None
    since: date | None
    until: date | None
    filter: str | None
    attributed_to: tuple[str, ...]
    cause: str | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Quotes that count the same, side by side; nothing is chosen or summed.

    Attributes:
        about: What is counted, in Polish.
        relation: Why they are shown together.
        sides: In the order of the quotes.
    """

    about: str
    relation: Relation
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Teller:
    """Somebody whom information comes from, however many papers pass it on.

    Attributes:
        name: As first printed.
        quotes: Numbers of the quotes that rest on them.
    """

    name: str
    quotes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Currency:
    """How old the information is.

    Attributes:
        oldest: Date of the oldest source cited, None where none is dated.
        newest: Likewise.
        undated: How many cited sources have no usable date.
        report: Date of the newest report quoted.
        warnings: Sentences for the reader.
    """

    oldest: PartialDate | None = None
    newest: PartialDate | None = None
    undated: int = 0
    report: PartialDate | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Searched:
    """What an answer, or a silence, rests on.

    Attributes:
        reports: How many were searched.
        chunks: Likewise.
        countries: Codes of the countries that the search was held to, or of all
            reports searched where it was held to none.
        until: Date of the newest report searched.
    """

    reports: int
    chunks: int
    countries: tuple[str, ...]
    until: PartialDate | None


@dataclass(frozen=True, slots=True)
class Passages:
    """What stands near some words; whether it answers anything was not judged.

    Attributes:
        quotes: Nearest first.
        sources: Primary sources of the quotes.
        searched: What was searched.
        notice: One sentence where nothing was found, or "".
    """

    quotes: tuple[Quote, ...]
    sources: tuple[CitedSource, ...]
    searched: Searched
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A checked answer. Built by `ask.verify` and nowhere else.

    Attributes:
        id: Keyed hash of what was asked and of the index; the same for the same.
        question: As it was asked.
        index: Id of the index that it was answered from.
        status: What kind of answer it is.
        statements: What the quotes say, each resting on some.
        quotes: Best first; none unless answered or reported absent.
        near: Passages near the question that were not taken for an answer.
        sources: Primary sources of the quotes.
        independent_sources: How many tellers the quotes go back to.
        currency: How old they are.
        searched: What was searched.
        withheld: What failed the check.
        notice: One sentence to the asker where the status needs one, or "".
        confidence: Chance that the likeliest sentence answers, from 0 to 1; None where
            no sentence was read. Calibrated on other questions; docs/evaluation.md.
        conflicts: Quotes that count the same and differ.
        tellers: Whom the quotes go back to.
        as_at: Day, month or year that later reports and sources were left out for.
        writer: Name of the model and prompt that the statements come from; None where
            they are the quotes themselves.
    """

    id: str
    question: str
    index: str
    status: Status
    statements: tuple[Statement, ...]
    quotes: tuple[Quote, ...]
    near: tuple[Quote, ...]
    sources: tuple[CitedSource, ...]
    independent_sources: int
    currency: Currency
    searched: Searched
    withheld: tuple[Withheld, ...] = ()
    notice: str = ""
    confidence: float | None = None
    conflicts: tuple[Conflict, ...] = ()
    tellers: tuple[Teller, ...] = ()
    as_at: PartialDate | None = None
    writer: str | None = None

"""What goes over the wire, for OpenAPI; the answers' bytes come from `render`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _writable(text: str) -> str:
    r"""Return `text`, refused where it holds half a character, as "\ud800" does."""
    try:
        text.encode()
    except UnicodeEncodeError as exc:
        raise ValueError("holds a lone surrogate; expected whole characters") from exc
    return text


Text = Annotated[str, AfterValidator(_writable)]

Box = Annotated[
    list[float],
    Field(
        min_length=4,
        max_length=4,
        description="[x0, y0, x1, y1] in PDF points from the lower left corner",
    ),
]
IsoDate = Annotated[
    str,
    Field(
        pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$",
        description="ISO 8601, cut to its precision",
        examples=["2025-04-08", "2025-10", "2024"],
    ),
]


class _Exact(BaseModel):
    """Has these keys and no others."""

    model_config = ConfigDict(extra="forbid")


class Question(BaseModel):
    """What is asked; keys that are not named here are ignored."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "question": "Czy w Kazachstanie obowiązuje kara śmierci?",
                    "countries": ["KAZ"],
                    "as_at": "2025-10",
                }
            ]
        }
    )

    question: Text = Field(description="In any language; whole sentences do best")
    countries: list[Text] | None = Field(
        default=None,
        max_length=50,
        description="Names or ISO 3166-1 alpha-3 codes; none: all reports",
    )
    as_at: Text | None = Field(
        default=None,
        description="Leaves out later reports and sources: YYYY-MM-DD, YYYY-MM, YYYY",
    )


class ReportImprint(_Exact):
    """Who published which report when; null is unknown."""

    id: str = Field(description="sha256 of the PDF")
    title: str | None
    publisher: str | None
    date: IsoDate | None
    countries: list[str]
    edition: str | None
    file: str = Field(description="Name of the PDF")
    language: str | None = Field(description="ISO 639-1")
    guessed: list[str] = Field(description="Keys that rest on the file's name alone")


class Report(ReportImprint):
    """A report that is indexed."""

    pages: int


class Place(_Exact):
    """Where words stand on one page."""

    page: int = Field(description="From 1")
    label: str = Field(description="As the report numbers the page")
    start: int = Field(description="Code points into the page's text")
    end: int = Field(description="Exclusive")
    boxes: list[Box] = Field(description="One for each printed line")


class QuoteNote(_Exact):
    """A footnote of a quote, and the source of this answer that it names."""

    number: int = Field(description="As printed")
    page: int
    source: int | None = Field(description="Its number among `sources`")
    raw: str = Field(description="The footnote as printed")


class ClaimDates(_Exact):
    """The dates of a claim; none stands in for another; null is unknown."""

    since: IsoDate | None = Field(description="First day that the quote speaks of")
    until: IsoDate | None = Field(description="Last day that it speaks of")
    oldest_source: IsoDate | None
    newest_source: IsoDate | None
    accessed: IsoDate | None = Field(description="When a source was looked at")
    report: IsoDate | None


class Range(_Exact):
    """A range of one page's text."""

    page: int = Field(description="From 1")
    start: int = Field(description="Code points into the page's text")
    end: int = Field(description="Exclusive")


class Earlier(_Exact):
    """The sentence that a quote points back at; no part of the quote."""

    text: str
    places: list[Range] = Field(description="One a page")


class NewerEdition(_Exact):
    """The newest edition of a report that a quote's own is no longer."""

    report: str = Field(description="Its id")
    date: IsoDate | None
    edition: str | None


class Quote(_Exact):
    """Whole sentences of one report, verbatim."""

    number: int
    text: str
    report: ReportImprint
    section: list[str] = Field(description="Headings, highest first")
    places: list[Place] = Field(description="One a page")
    footnotes: list[int] = Field(description="Numbers as printed")
    scope: Literal["sentence", "cluster", "paragraph", "none"] = Field(
        description="How it came by its footnotes"
    )
    notes: list[QuoteNote] = Field(description="The same footnotes, resolved")
    attributed_to: list[str] = Field(description="Whose word it says it passes on")
    undefined: list[int] = Field(description="Its marks that have no footnote")
    dates: ClaimDates = Field(description="Of what it says, and of its sources")
    before: Earlier | None = Field(
        default=None, description="What it points back at, where it does"
    )
    superseded_by: NewerEdition | None = Field(
        default=None, description="What takes the place of its report"
    )


class Statement(_Exact):
    """A sentence and the numbers of the quotes that it rests on."""

    text: str
    quotes: list[int]


class SourceFootnote(_Exact):
    """A footnote that names a source."""

    report: str
    number: int
    page: int
    raw: str


class Source(_Exact):
    """A primary source, as the report names it; null is unknown."""

    number: int
    footnotes: list[SourceFootnote]
    publisher: str | None
    title: str | None
    date: IsoDate | None
    url: str | None
    problems: list[str] = Field(description="What is wrong with the footnote")
    kind: str | None
    filters: str | None = Field(description="Selection of a dataset")
    accessed: IsoDate | None
    originator: str | None = Field(description="The publisher, usually spelt")
    notes_in_report: int = Field(description="Footnotes of its report that name it")


class Currency(_Exact):
    """How old the information is."""

    oldest: IsoDate | None
    newest: IsoDate | None
    undated: int
    report: IsoDate | None
    warnings: list[str]


class ConflictSide(_Exact):
    """What one quote says of the matter."""

    quote: int
    value: str = Field(description="As the quote prints it")
    unit: str = Field(description="What is counted, as printed; may be empty")
    period: str | None = Field(description="As printed")
    filter: str | None = Field(description="Selection of the dataset")
    since: IsoDate | None
    until: IsoDate | None
    attributed_to: list[str] = Field(description="Whose word the quote passes on")
    cause: str | None = Field(description="What the figure is laid to, as printed")


class Conflict(_Exact):
    """Quotes whose figures differ, side by side."""

    about: str
    relation: Literal["conflict", "different_filter", "different_period", "attribution"]
    sides: list[ConflictSide]


class Teller(_Exact):
    """Somebody whom information comes from, whoever passes it on."""

    name: str
    quotes: list[int] = Field(description="Numbers of the quotes that rest on them")


class Searched(_Exact):
    """What an answer, or a silence, rests on."""

    reports: int
    chunks: int
    countries: list[str]
    until: IsoDate | None


class Withheld(_Exact):
    """A statement that failed the check."""

    text: str
    fault: str


class Answer(_Exact):
    """Verbatim quotes and what they rest on."""

    id: str
    question: str
    index: str
    status: Literal[
        "answered", "reported_absence", "insufficient_evidence", "out_of_scope"
    ]
    statements: list[Statement]
    quotes: list[Quote]
    sources: list[Source]
    independent_sources: int
    currency: Currency
    conflicts: list[Conflict]
    searched: Searched
    withheld: list[Withheld]
    disclaimer: str
    notice: str = Field(description="One sentence to the asker, or empty")
    confidence: float | None = Field(
        description="Chance that the likeliest sentence answers, from 0 to 1; null "
        "where no sentence was read"
    )
    near: list[Quote] = Field(
        description="Near the question, and not taken as an answer to it"
    )
    tellers: list[Teller] = Field(description="Whom the quotes go back to, each once")
    as_at: IsoDate | None = Field(description="What is later was left out")
    writer: str | None = Field(
        description="Model and prompt that the statements come from; null where they "
        "are the quotes themselves"
    )


class Page(_Exact):
    """A stored page."""

    number: int
    label: str
    width: float = Field(description="In points")
    height: float = Field(description="In points")
    text: str = Field(description="The body; footnote marks taken out")
    boxes: list[Box | None] = Field(
        description="One entry for each code point of `text`; null for a blank"
    )


class Feedback(BaseModel):
    """What a caseworker says of an answer."""

    verdict: Literal["useful", "wrong", "outdated", "missing"]
    comment: Text | None = Field(default=None, max_length=4000)


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """Questions can be answered, from this index."""

    status: Literal["ready"] = "ready"
    index: str


class Problem(BaseModel):
    """What went wrong, as RFC 9457 has it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = Field(description="What was found, what is expected, what to do")
    field: str | None = Field(default=None, description="The key that is meant")
    request: str = Field(description="Id of the request, for whoever runs the service")

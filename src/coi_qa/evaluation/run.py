"""Every gold question asked once, and what came back held against the gold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from coi_qa.domain.answer import Answer, Quote, Status
from coi_qa.errors import CoiQaError
from coi_qa.evaluation.gold import GoldQuestion, speaks
from coi_qa.evaluation.measures import (
    FootnoteMatch,
    Measure,
    compare_footnotes,
    first_rank,
    holds_fragments,
    measure_mean,
    recall_at,
    reciprocal_rank,
    tabulate,
)

Ask: TypeAlias = Callable[[str, tuple[str, ...]], Answer]
"""A question and the codes of its countries -> its answer."""

CheckQuote: TypeAlias = Callable[[Quote], bool]
"""Whether a quote's text equals the slices of the stored pages at its places."""

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many questions are done, and of how many."""

ERROR: Final = "error"
"""Given status of a question that could not be asked."""

GIVEN: Final = (*(str(status) for status in Status), ERROR)
"""Every status that may be given, in the order of the table's columns."""

MEASURES: Final[Mapping[str, str]] = {
    "recall@1": "first of the ranked passages answers",
    "recall@5": "one of the first five ranked passages answers",
    "mrr": "mean reciprocal rank of the first passage that answers",
    "answer@1": "right status, and the first quote shown answers",
    "answer@5": "right status, and one of the first five quotes shown answers",
    "quote_correctness": "quotes shown that equal the stored pages",
    "country_correctness": "quotes shown whose report covers a country asked about",
    "footnote_precision": "footnotes of the answering quote that are gold",
    "footnote_recall": "gold footnotes that the answering quote has",
    "footnote_exact": "answering quotes with exactly the gold footnotes",
    "status_accuracy": "questions given the gold status",
    "false_answers": "silent questions that were answered (lower is better)",
    "missed_answers": "answerable questions left without answer (lower is better)",
    "errors": "questions that could not be asked (lower is better)",
}
"""What each measure is the mean or share of."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A gold question beside what came back.

    A question whose asking failed has the status "error" and nothing shown, so that
    it scores 0 wherever it counts.

    Attributes:
        gold: The question.
        status: Given one, or "error".
        error: Why it could not be asked, or "".
        index: Id of the index that answered, or "".
        shown: Quotes, best first.
        near: Passages near the question, best first.
        matches: For each of `shown`, then of `near`, whether it answers.
        genuine: For each of `shown`, whether it equals the stored pages.
    """

    gold: GoldQuestion
    status: str
    error: str
    index: str
    shown: tuple[Quote, ...]
    near: tuple[Quote, ...]
    matches: tuple[bool, ...]
    genuine: tuple[bool, ...]

    @property
    def ranked(self) -> tuple[Quote, ...]:
        """Quotes, then near passages: retrieval, whatever status was decided on."""
        return self.shown + self.near

    @property
    def rank(self) -> int | None:
        """Rank of the first answering passage of `ranked`, from 1."""
        return first_rank(self.matches)

    @property
    def shown_rank(self) -> int | None:
        """Rank of the first answering quote of `shown`; None if the status is wrong."""
        if self.status != self.gold.status:
            return None
        return first_rank(self.matches[: len(self.shown)])

    @property
    def in_country(self) -> tuple[bool, ...]:
        """For each quote shown, whether its report covers a country of the gold.

        Empty where the gold names no country.
        """
        if not self.gold.countries:
            return ()
        asked = set(self.gold.countries)
        return tuple(bool(asked & set(q.imprint.countries)) for q in self.shown)

    @property
    def footnotes(self) -> FootnoteMatch | None:
        """How the first answering passage's footnotes compare with the gold ones.

        None where no passage answers or the gold does not tell its footnotes.
        """
        if self.rank is None or self.gold.footnotes is None:
            return None
        quote = self.ranked[self.rank - 1]
        return compare_footnotes(
            {footnote.number for footnote in quote.footnotes},
            set(self.gold.footnotes),
        )

    @property
    def is_right(self) -> bool:
        """Whether the caseworker got what the gold asks for among five quotes."""
        if self.gold.is_silent:
            return self.status == self.gold.status
        return bool(recall_at(5, self.shown_rank))


@dataclass(frozen=True, slots=True)
class Group:
    """The measures of one kind of question, or of one language."""

    name: str
    questions: int
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Every question with what came back, and the measures over them.

    Attributes:
        scored: In the order of the gold.
        measures: One for each of `MEASURES`, in that order.
        kinds: By name; a question of two kinds counts in both.
        languages: By name.
        statuses: How often each pair of gold and given status occurred.
    """

    scored: tuple[Scored, ...]
    measures: tuple[Measure, ...]
    kinds: tuple[Group, ...]
    languages: tuple[Group, ...]
    statuses: Mapping[tuple[str, str], int]

    @property
    def indexes(self) -> tuple[str, ...]:
        """Ids of the indexes that answered; more than one if it was exchanged."""
        return tuple(dict.fromkeys(s.index for s in self.scored if s.index))


def evaluate(
    ask: Ask,
    gold: Sequence[GoldQuestion],
    *,
    check_quote: CheckQuote,
    progress: Progress,
) -> Evaluation:
    """Return the measures of `ask` over every gold question, none left out."""
    scored: list[Scored] = []
    for done, question in enumerate(gold, start=1):
        scored.append(_score(ask, question, check_quote))
        progress(done, len(gold))
    return Evaluation(
        scored=tuple(scored),
        measures=measure(scored),
        kinds=_group((kind, s) for s in scored for kind in s.gold.kinds),
        languages=_group((s.gold.lang or "not given", s) for s in scored),
        statuses=tabulate((str(s.gold.status), s.status) for s in scored),
    )


def measure(scored: Sequence[Scored]) -> tuple[Measure, ...]:
    """Return each of `MEASURES` over these questions, in that order."""
    answerable = [s for s in scored if s.gold.fragments]
    silent = [s for s in scored if s.gold.is_silent]
    quoted = [s.footnotes for s in scored if s.footnotes is not None]
    values: dict[str, list[float]] = {
        "recall@1": [recall_at(1, s.rank) for s in answerable],
        "recall@5": [recall_at(5, s.rank) for s in answerable],
        "mrr": [reciprocal_rank(s.rank) for s in answerable],
        "answer@1": [recall_at(1, s.shown_rank) for s in answerable],
        "answer@5": [recall_at(5, s.shown_rank) for s in answerable],
        "quote_correctness": [float(ok) for s in scored for ok in s.genuine],
        "country_correctness": [float(ok) for s in scored for ok in s.in_country],
        "footnote_precision": [match.precision for match in quoted],
        "footnote_recall": [match.recall for match in quoted],
        "footnote_exact": [float(match.exact) for match in quoted],
        "status_accuracy": [float(s.status == s.gold.status) for s in scored],
        "false_answers": [float(speaks(s.status)) for s in silent],
        "missed_answers": [float(not speaks(s.status)) for s in answerable],
        "errors": [float(s.status == ERROR) for s in scored],
    }
    return tuple(measure_mean(name, values[name]) for name in MEASURES)


def _score(ask: Ask, gold: GoldQuestion, check_quote: CheckQuote) -> Scored:
    try:
        answer = ask(gold.question, gold.countries)
    except Exception as exc:  # one question that fails must not lose the others
        error = f"{type(exc).__name__}: {exc}"
        return Scored(gold, ERROR, error, "", (), (), (), ())
    return Scored(
        gold=gold,
        status=str(answer.status),
        error="",
        index=answer.index,
        shown=answer.quotes,
        near=answer.near,
        matches=tuple(_answers(gold, q) for q in answer.quotes + answer.near),
        genuine=tuple(_is_genuine(q, check_quote) for q in answer.quotes),
    )


def _answers(gold: GoldQuestion, quote: Quote) -> bool:
    """Say whether `quote` alone answers `gold`, from the report that gold names."""
    if not gold.fragments or gold.report not in ("", quote.imprint.file_name):
        return False
    return holds_fragments(quote.text, gold.fragments)


def _is_genuine(quote: Quote, check_quote: CheckQuote) -> bool:
    try:
        return check_quote(quote)
    except (CoiQaError, ValueError):  # its page or range is not in the store
        return False


def _group(members: Iterable[tuple[str, Scored]]) -> tuple[Group, ...]:
    groups: dict[str, list[Scored]] = {}
    for name, scored in members:
        groups.setdefault(name, []).append(scored)
    return tuple(
        Group(name, len(group), measure(group))
        for name, group in sorted(groups.items())
    )

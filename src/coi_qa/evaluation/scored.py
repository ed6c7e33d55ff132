"""One gold question beside what came back, and what it counts for in each measure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

from coi_qa.ask import NO_COUNTRY
from coi_qa.domain.absence import reports_absence
from coi_qa.domain.answer import Answer, Quote, Status
from coi_qa.evaluation.citations import Support, groups_held, weigh_support
from coi_qa.evaluation.conflicts import (
    conflict_precision,
    conflict_recall,
    read_conflicts,
)
from coi_qa.evaluation.gold import GoldQuestion, speaks
from coi_qa.evaluation.measures import (
    FootnoteMatch,
    compare_footnotes,
    first_rank,
    ndcg_at,
    recall_at,
    reciprocal_rank,
)

ERROR: Final = "error"
"""Given status of a question that could not be asked."""

MEASURES: Final[Mapping[str, str]] = {
    "recall@1": "first of the ranked passages answers",
    "recall@3": "one of the first three ranked passages answers",
    "recall@5": "one of the first five ranked passages answers",
    "recall@10": "one of the first ten ranked passages answers",
    "mrr": "mean reciprocal rank of the first passage that answers",
    "ndcg@10": "discounted gain of the first passage that answers, among ten",
    "answer@1": "right status, and the first quote shown answers",
    "answer@3": "right status, and one of the first three quotes shown answers",
    "answer@5": "right status, and one of the first five quotes shown answers",
    "citation_recall": "answers whose quotes together hold all that the gold asks for",
    "citation_precision": "quotes of an answer that its support needs",
    "quote_correctness": "quotes shown that equal the stored pages",
    "country_correctness": "quotes shown whose report covers a country asked about",
    "wrong_country": "questions that show a quote on no country asked about (lower "
    "is better)",
    "unlabelled_country": "questions without a country that mix countries without a "
    "word on it (lower is better)",
    "footnote_precision": "footnotes of the answering quote that are gold",
    "footnote_recall": "gold footnotes that the answering quote has",
    "footnote_exact": "answering quotes with exactly the gold footnotes",
    "date_correctness": "answering quotes with a source of the gold date",
    "later_than_asked": "quotes shown that are later than the date asked for (lower "
    "is better)",
    "conflict_precision": "conflicts shown that the gold names",
    "conflict_recall": "gold conflicts that are shown",
    "status_accuracy": "questions given the gold status",
    "right_refusal": "silent questions given the right kind of silence",
    "inferred_absence": "reported absences that no report states (lower is better)",
    "false_answers": "silent questions that were answered (lower is better)",
    "missed_answers": "answerable questions left without answer (lower is better)",
    "errors": "questions that could not be asked (lower is better)",
}
"""What each measure is the mean or share of."""

LOWER_IS_BETTER: Final = frozenset(
    name for name, meaning in MEASURES.items() if "lower is better" in meaning
)


SEVERAL: Final = "several_countries"


@dataclass(frozen=True, slots=True)
class Scored:
    """A gold question beside what came back.

    A question whose asking failed has no answer, the status "error" and nothing shown,
    so that it scores 0 wherever it counts.

    Attributes:
        gold: The question.
        answer: What came back, or None.
        document: The answer's JSON, {} without one.
        error: Why it could not be asked, or "".
        matches: For each of `ranked`, whether it answers.
        genuine: For each of `shown`, whether it equals the stored pages.
        latency_ms: How long it took, in milliseconds.
        confidence: How sure the service is that what it found answers, from 0 to 1;
            None where it does not say.
    """

    gold: GoldQuestion
    answer: Answer | None
    document: Mapping[str, Any]
    error: str
    matches: tuple[bool, ...]
    genuine: tuple[bool, ...]
    latency_ms: float
    confidence: float | None

    @property
    def status(self) -> str:
        """Given one, or "error"."""
        return ERROR if self.answer is None else str(self.answer.status)

    @property
    def index(self) -> str:
        """Id of the index that answered, or ""."""
        return "" if self.answer is None else self.answer.index

    @property
    def shown(self) -> tuple[Quote, ...]:
        """Quotes, best first."""
        return () if self.answer is None else self.answer.quotes

    @property
    def near(self) -> tuple[Quote, ...]:
        """Passages near the question, best first."""
        return () if self.answer is None else self.answer.near

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
    def support(self) -> Support:
        """How the quotes shown support what the gold says."""
        return weigh_support(
            [
                groups_held(quote.text, self.gold.fragments)
                if self.gold.report in ("", quote.imprint.file_name)
                else frozenset()
                for quote in self.shown
            ],
            groups=len(self.gold.fragments),
        )

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
    def mixes_countries(self) -> bool:
        """Whether no one country has all quotes, and the answer does not say so.

        A question that names several countries (kind "several_countries") asks for it.
        """
        if self.answer is None or SEVERAL in self.gold.kinds:
            return False
        countries = [set(quote.imprint.countries) for quote in self.shown]
        is_mixed = len(countries) > 1 and not reduce(set.intersection, countries)
        return is_mixed and not warns_of_countries(self.answer.currency.warnings)

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
    def has_gold_date(self) -> bool | None:
        """Whether a source of the first answering quote shown has the gold date.

        None where no quote shown answers or the gold does not tell the date.
        """
        rank = first_rank(self.matches[: len(self.shown)])
        if rank is None or self.gold.date is None:
            return None
        return str(self.gold.date) in self._source_dates(rank - 1)

    @property
    def too_late(self) -> tuple[bool, ...]:
        """For each quote shown, whether its report or a source is later than asked.

        Only what is wholly later counts, as "2025" may be as early as its first day;
        what is undated is not. Empty where the gold asks for no date.
        """
        as_at = self.gold.as_at
        if as_at is None:
            return ()
        # As text, "2025" and "2025-06" come before any day in them.
        last = as_at.last_day.isoformat()
        return tuple(
            any(date > last for date in self._dates(at))
            for at in range(len(self.shown))
        )

    @property
    def infers_absence(self) -> bool:
        """Whether an absence is given where no report quoted says so."""
        if self.status != Status.REPORTED_ABSENCE:
            return False
        says_so = bool(self.shown) and reports_absence(self.shown[0].text)
        return self.gold.is_silent or not says_so

    @property
    def is_found(self) -> bool:
        """Whether one of the first five ranked passages answers: what to be sure of."""
        return bool(recall_at(5, self.rank))

    @property
    def is_right(self) -> bool:
        """Whether the caseworker got what the gold asks for among five quotes."""
        if self.gold.is_silent:
            return self.status == self.gold.status
        return bool(recall_at(5, self.shown_rank))

    def _source_dates(self, at: int) -> set[str]:
        """Return the dates of the primary sources of a quote shown, from 0."""
        named = {note["source"] for note in self.document["quotes"][at]["notes"]}
        return {
            str(source["date"])
            for source in self.document["sources"]
            if source["number"] in named and source["date"] is not None
        }

    def _dates(self, at: int) -> set[str]:
        """Return the dates of the report and of the sources of a quote shown."""
        report = self.document["quotes"][at]["report"]["date"]
        return self._source_dates(at) | ({str(report)} if report is not None else set())


def warns_of_countries(warnings: Iterable[str]) -> bool:
    """Say whether an answer's warnings name the countries that its quotes are on.

    >>> warns_of_countries(["W pytaniu nie rozpoznano kraju; cytaty dotyczą: Gruzja."])
    True
    """
    words = NO_COUNTRY.partition("{")[0]
    return any(warning.startswith(words) for warning in warnings)


def values_of(scored: Scored) -> dict[str, tuple[float, ...]]:
    """Return what one question counts for in each of `MEASURES`.

    One value a question, or one a quote or conflict; none where the measure is not
    about such a question.
    """
    gold = scored.gold
    values: dict[str, tuple[float, ...]] = dict.fromkeys(MEASURES, ())
    if gold.fragments:
        values |= _retrieval(scored)
        support = scored.support
        values["citation_recall"] = (support.recall,)
        values["citation_precision"] = (support.precision,)
        values["missed_answers"] = (float(not speaks(scored.status)),)
    if gold.is_silent:
        values["right_refusal"] = (float(scored.status == gold.status),)
        values["false_answers"] = (float(speaks(scored.status)),)
    if gold.countries:
        values["country_correctness"] = tuple(map(float, scored.in_country))
        values["wrong_country"] = (float(not all(scored.in_country)),)
    else:
        values["unlabelled_country"] = (float(scored.mixes_countries),)
    if scored.footnotes is not None:
        values["footnote_precision"] = (scored.footnotes.precision,)
        values["footnote_recall"] = (scored.footnotes.recall,)
        values["footnote_exact"] = (float(scored.footnotes.exact),)
    if scored.has_gold_date is not None:
        values["date_correctness"] = (float(scored.has_gold_date),)
    if scored.status == Status.REPORTED_ABSENCE:
        values["inferred_absence"] = (float(scored.infers_absence),)
    shown = read_conflicts(scored.document)
    return values | {
        "quote_correctness": tuple(map(float, scored.genuine)),
        "later_than_asked": tuple(map(float, scored.too_late)),
        "conflict_precision": conflict_precision(shown, gold.conflict),
        "conflict_recall": conflict_recall(shown, gold.conflict),
        "status_accuracy": (float(scored.status == gold.status),),
        "errors": (float(scored.status == ERROR),),
    }


def _retrieval(scored: Scored) -> dict[str, tuple[float, ...]]:
    rank, shown_rank = scored.rank, scored.shown_rank
    return {
        **{f"recall@{k}": (recall_at(k, rank),) for k in (1, 3, 5, 10)},
        "mrr": (reciprocal_rank(rank),),
        "ndcg@10": (ndcg_at(10, rank),),
        **{f"answer@{k}": (recall_at(k, shown_rank),) for k in (1, 3, 5)},
    }

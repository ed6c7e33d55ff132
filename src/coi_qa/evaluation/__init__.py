"""Gold questions in, measures with intervals out.

Read top to bottom: the questions and the gate are read before anything is asked, so
that a slip in either costs no time; each question goes through the same door as a
caseworker's; what comes back is compared with the gold; the gate has the last word.
What each measure means stands in `docs/evaluation-measures.md`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Protocol

from coi_qa.ask.verify import is_on_its_pages
from coi_qa.domain.answer import Answer
from coi_qa.domain.dates import PartialDate
from coi_qa.domain.report import Imprint, Page
from coi_qa.evaluation.compare import compare_runs
from coi_qa.evaluation.drafts import append_gold, draft_gold
from coi_qa.evaluation.exports import write_ragas, write_trec
from coi_qa.evaluation.gate import (
    NO_GATE,
    Verdict,
    failed_gates,
    find_gate,
    read_gate,
)
from coi_qa.evaluation.gold import read_gold
from coi_qa.evaluation.page import as_html, comparison_as_html
from coi_qa.evaluation.report import (
    as_json,
    as_text,
    comparison_as_json,
    comparison_as_text,
)
from coi_qa.evaluation.run import (
    Ask,
    CheckQuote,
    Confidence,
    Progress,
    evaluate,
    no_confidence,
)
from coi_qa.evaluation.runs import read_run
from coi_qa.evaluation.store import store_run

__all__ = [
    "Verdict",
    "append_gold",
    "as_html",
    "as_json",
    "as_text",
    "compare_runs",
    "comparison_as_html",
    "comparison_as_json",
    "comparison_as_text",
    "draft_gold",
    "find_gate",
    "read_run",
    "run_eval",
    "run_eval_of",
    "store_run",
    "write_ragas",
    "write_trec",
]


def run_eval(
    gold_paths: Sequence[Path],
    *,
    ask: Ask,
    check_quote: CheckQuote,
    reports: Collection[str],
    gate_path: Path | None,
    progress: Progress,
    confidence: Confidence = no_confidence,
) -> Verdict:
    """Return how well `ask` answers the gold questions, and what is below the gate.

    Args:
        gold_paths: JSONL files; their questions are pooled.
        ask: Takes a question, the codes of its countries and its date.
        check_quote: Says whether a quote is what the stored pages say.
        reports: File names of the reports that may be quoted.
        gate_path: TOML file of floors and ceilings; None to measure without a gate.
        progress: Told how many questions are done, and of how many.
        confidence: Reads how sure an answer says it is.

    Raises:
        BadGoldError: a gold file breaks its format, or names another report.
        SettingsError: the gate cannot be read.
    """
    gold = read_gold(gold_paths, reports=reports)
    gate = None if gate_path is None else read_gate(gate_path)
    evaluation = evaluate(
        ask,
        gold,
        check_quote=check_quote,
        progress=progress,
        confidence=confidence,
    )
    if gate is None:
        return Verdict(evaluation, (), no_gate=NO_GATE)
    return Verdict(evaluation, tuple(failed_gates(evaluation, gate)))


class Answering(Protocol):
    """A service that is evaluated; `service.Service` is one."""

    def ask(
        self, question: str, *, countries: Sequence[str], as_at: PartialDate | None
    ) -> Answer:
        """Return the answer to a question."""
        ...

    def page(self, report_id: str, number: int) -> Page:
        """Return a stored page."""
        ...

    def imprints(self) -> Sequence[Imprint]:
        """Return what is said of each report."""
        ...


def run_eval_of(
    service: Answering,
    gold_paths: Sequence[Path],
    *,
    gate_path: Path | None,
    progress: Progress,
) -> Verdict:
    """Return how well a service answers the gold questions, as `run_eval` does."""
    return run_eval(
        gold_paths,
        ask=lambda question, countries, as_at: service.ask(
            question, countries=countries, as_at=as_at
        ),
        check_quote=lambda quote: is_on_its_pages(quote, service.page),
        reports=[imprint.file_name for imprint in service.imprints()],
        gate_path=gate_path,
        confidence=lambda answer: answer.confidence,
        progress=progress,
    )

"""Gold questions in, measures with intervals out.

Read top to bottom: the questions and the gate are read before anything is asked, so
that a slip in either costs no time; each question goes through the same door as a
caseworker's; what comes back is compared with the gold; the gate has the last word.
What each measure means stands in `docs/evaluation-measures.md`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from coi_qa.evaluation.gate import (
    NO_GATE,
    Verdict,
    failed_gates,
    find_gate,
    read_gate,
)
from coi_qa.evaluation.gold import read_gold
from coi_qa.evaluation.report import as_html, as_json, as_text
from coi_qa.evaluation.run import Ask, CheckQuote, Progress, evaluate

__all__ = ["Verdict", "as_html", "as_json", "as_text", "find_gate", "run_eval"]


def run_eval(
    gold_paths: Sequence[Path],
    *,
    ask: Ask,
    check_quote: CheckQuote,
    reports: Collection[str],
    gate_path: Path | None,
    progress: Progress,
) -> Verdict:
    """Return how well `ask` answers the gold questions, and what is below the gate.

    Args:
        gold_paths: JSONL files; their questions are pooled.
        ask: Takes a question and the codes of its countries.
        check_quote: Says whether a quote is what the stored pages say.
        reports: File names of the reports that may be quoted.
        gate_path: TOML file of floors and ceilings; None to measure without a gate.
        progress: Told how many questions are done, and of how many.

    Raises:
        BadGoldError: a gold file breaks its format, or names another report.
        SettingsError: the gate cannot be read.
    """
    gold = read_gold(gold_paths, reports=reports)
    gate = None if gate_path is None else read_gate(gate_path)
    evaluation = evaluate(ask, gold, check_quote=check_quote, progress=progress)
    if gate is None:
        return Verdict(evaluation, (), no_gate=NO_GATE)
    return Verdict(evaluation, tuple(failed_gates(evaluation, gate)))

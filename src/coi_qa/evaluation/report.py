"""A verdict or a comparison as tables for a terminal, or as a JSON document."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from coi_qa.domain.answer import Quote, Status
from coi_qa.evaluation.calibration import Calibration, calibrate
from coi_qa.evaluation.compare import (
    Change,
    Comparison,
    better_and_worse,
    comparison_document,
)
from coi_qa.evaluation.gate import Verdict
from coi_qa.evaluation.gold import GoldQuestion
from coi_qa.evaluation.measures import Measure
from coi_qa.evaluation.paired import Difference
from coi_qa.evaluation.run import GIVEN, Evaluation, Group, Latency
from coi_qa.evaluation.scored import MEASURES, Scored, values_of
from coi_qa.evaluation.variants import BY_KIND, VariantLosses

GROUP_COLUMNS = ("recall@1", "recall@5", "answer@1", "answer@5", "status_accuracy")
"""What a terminal's width has room for in each group's row."""


def as_text(verdict: Verdict) -> str:
    """Return the measures as tables for a terminal, the gate's sentences last."""
    evaluation = verdict.evaluation
    return "\n\n".join(
        (
            title(evaluation),
            _text_measures(evaluation.measures),
            _text_groups("kind", evaluation.kinds),
            _text_groups("language", evaluation.languages),
            _text_groups("report", evaluation.reports),
            _text_groups("file", evaluation.halves),
            _text_statuses(evaluation.statuses),
            _text_variants(evaluation.variants),
            _text_confidence(calibrate(evaluation.scored)),
            _text_latency(evaluation.latency),
            _text_questions(evaluation.scored),
            _text_gate(verdict),
        )
    )


def as_json(verdict: Verdict) -> str:
    """Return everything as one JSON document, each question with what came back.

    Measures are `{"value", "low", "high", "method", "n"}`, null where there was nothing
    to measure.
    """
    return json.dumps(document(verdict), ensure_ascii=False, indent=2)


def comparison_as_json(comparison: Comparison) -> str:
    """Return a comparison as one JSON document."""
    return json.dumps(comparison_document(comparison), ensure_ascii=False, indent=2)


def comparison_as_text(comparison: Comparison) -> str:
    """Return a comparison as tables for a terminal, differences in points."""
    return "\n\n".join(
        (
            comparison_title(comparison),
            _text_differences("measure", comparison.differences),
            "\n".join(map(_text_change, comparison.changes)) or "no question changed",
            "\n".join(comparison_remarks(comparison)),
        )
    )


def comparison_title(comparison: Comparison) -> str:
    """Return which runs are compared over how many questions."""
    return (
        f"{comparison.compared} questions of the same gold: first {comparison.first.id}"
        f", second {comparison.second.id}"
    )


def comparison_remarks(comparison: Comparison) -> list[str]:
    """Return a sentence for each sort of question that is not compared."""
    left_out = {
        "asked in the first run alone": comparison.only_first,
        "asked in the second run alone": comparison.only_second,
        "their gold differs": comparison.regraded,
    }
    return [
        f"not compared, {why} ({len(ids)}): {', '.join(ids)}"
        for why, ids in left_out.items()
        if ids
    ] or ["every question is compared"]


def document(verdict: Verdict) -> dict[str, Any]:
    """Return everything that was measured, as JSON."""
    evaluation = verdict.evaluation
    calibration = calibrate(evaluation.scored)
    return {
        "questions": len(evaluation.scored),
        "indexes": list(evaluation.indexes),
        "gate": _gate(verdict),
        "measures": measures_document(evaluation.measures),
        "kinds": _groups(evaluation.kinds),
        "languages": _groups(evaluation.languages),
        "reports": _groups(evaluation.reports),
        "files": _groups(evaluation.halves),
        "variants": _variants(evaluation.variants),
        "confidence": None if calibration is None else asdict(calibration),
        "latency": latency_document(evaluation.latency),
        "statuses": {
            str(gold): {
                given: evaluation.statuses.get((str(gold), given), 0) for given in GIVEN
            }
            for gold in Status
        },
        "answers": [_question(scored) for scored in evaluation.scored],
    }


def _gate(verdict: Verdict) -> dict[str, object]:
    """Return what the gate says; `passed` is null where there was none."""
    if verdict.no_gate:
        return {"passed": None, "failed": [], "no_gate": verdict.no_gate}
    return {"passed": verdict.passed, "failed": list(verdict.failed)}


def latency_document(latency: Latency | None) -> dict[str, object] | None:
    """Return how long answers took as JSON, null where nothing could be asked."""
    return None if latency is None else asdict(latency)


def measures_document(measures: Sequence[Measure]) -> dict[str, object]:
    """Return measures as JSON, by name."""
    return {
        measure.name: {
            "value": measure.value,
            "low": measure.interval.low if measure.interval else None,
            "high": measure.interval.high if measure.interval else None,
            "method": measure.interval.method if measure.interval else None,
            "n": measure.n,
        }
        for measure in measures
    }


def _groups(groups: Sequence[Group]) -> dict[str, object]:
    return {
        group.name: {
            "questions": group.questions,
            "measures": measures_document(group.measures),
        }
        for group in groups
    }


def _variants(losses: VariantLosses) -> dict[str, object]:
    return {
        "variants": losses.variants,
        "measures": {d.name: asdict(d) for d in losses.measures},
        "kinds": {d.name: asdict(d) for d in losses.kinds},
        "alone": list(losses.alone),
    }


def _question(scored: Scored) -> dict[str, object]:
    gold, shown = scored.gold, len(scored.shown)
    quotes = [
        _quote(quote, answers)
        for quote, answers in zip(scored.ranked, scored.matches, strict=True)
    ]
    for quote, genuine in zip(quotes, scored.genuine, strict=False):
        quote["genuine"] = genuine
    return {
        "id": gold.id,
        "question": gold.question,
        "lang": gold.lang,
        "kind": gold.kind,
        "countries": list(gold.countries),
        "right": scored.is_right,
        "file": gold.half,
        "variant_of": gold.variant_of,
        "gold": _gold(gold),
        "given": {
            "status": scored.status,
            "error": scored.error,
            "confidence": scored.confidence,
            "ms": round(scored.latency_ms, 1),
            "conflicts": scored.document.get("conflicts", []),
            "values": {n: list(v) for n, v in values_of(scored).items() if v},
            "rank": scored.rank,
            "shown_rank": scored.shown_rank,
            "quotes": quotes[:shown],
            "near": quotes[shown:],
        },
    }


def _gold(gold: GoldQuestion) -> dict[str, object]:
    return {
        "status": str(gold.status),
        "fragments": [list(group) for group in gold.fragments],
        "footnotes": None if gold.footnotes is None else list(gold.footnotes),
        "report": gold.report,
        "as_at": None if gold.as_at is None else str(gold.as_at),
        "date": None if gold.date is None else str(gold.date),
        "conflict": None if gold.conflict is None else asdict(gold.conflict),
    }


def _quote(quote: Quote, answers: bool) -> dict[str, object]:
    return {
        "text": quote.text,
        "report": quote.imprint.file_name,
        "report_id": quote.imprint.id,
        "countries": list(quote.imprint.countries),
        "pages": [place.place.page_number for place in quote.places],
        "section": list(quote.section),
        "footnotes": [footnote.number for footnote in quote.footnotes],
        "answers": answers,
    }


def title(evaluation: Evaluation) -> str:
    """Return how many questions were asked, and of which index."""
    indexes = ", ".join(evaluation.indexes) or "none that answered"
    return f"{len(evaluation.scored)} gold questions, index: {indexes}"


def share(value: float | None) -> str:
    """Return a value from 0 to 1 with three places, "-" for None."""
    return "-" if value is None else f"{value:.3f}"


def _text_measures(measures: Sequence[Measure]) -> str:
    rows = [("measure", "value", "95 % interval", "n", "what it is the mean of")]
    for measure in measures:
        limits = measure.interval
        ends = f"{limits.low:.3f} - {limits.high:.3f}" if limits else "-"
        value = share(measure.value)
        meaning = MEASURES[measure.name]
        rows.append((measure.name, value, ends, str(measure.n), meaning))
    return _align(rows, left=(0, 4))


def _text_groups(title: str, groups: Sequence[Group]) -> str:
    rows: list[tuple[str, ...]] = [(title, "n", *GROUP_COLUMNS)]
    for group in groups:
        values = {measure.name: measure.value for measure in group.measures}
        shares = (share(values[name]) for name in GROUP_COLUMNS)
        rows.append((group.name, str(group.questions), *shares))
    return _align(rows, left=(0,))


def _text_statuses(statuses: Mapping[tuple[str, str], int]) -> str:
    rows: list[tuple[str, ...]] = [("gold \\ given", *GIVEN)]
    for gold in Status:
        counts = (str(statuses.get((gold, given), 0)) for given in GIVEN)
        rows.append((str(gold), *counts))
    return _align(rows, left=(0,))


def points(value: float) -> str:
    """Return a difference of two shares in points, with its sign.

    >>> points(-0.125), points(0.0)
    ('-12.5', '0.0')
    """
    said = f"{value * 100:+.1f}"
    return said if float(said) else "0.0"


def probability(p: float) -> str:
    """Return a p value as it is usually printed.

    >>> probability(0.0312), probability(0.00001)
    ('0.031', '<0.001')
    """
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def _text_variants(losses: VariantLosses) -> str:
    if not losses.variants and not losses.alone:
        return "variants: none"
    lines = [f"variants against their originals ({losses.variants} variants)"]
    if losses.measures:
        lines.append(_text_differences("measure", losses.measures))
        lines.append(_text_differences(f"kind, in {BY_KIND}", losses.kinds))
    if losses.alone:
        lines.append(f"without their original: {', '.join(losses.alone)}")
    return "\n".join(lines)


def _text_differences(first: str, differences: Sequence[Difference]) -> str:
    rows = [
        (
            first,
            "n",
            "first",
            "second",
            "points",
            "95 % interval",
            "better",
            "worse",
            "p",
            "test",
        )
    ]
    for d in differences:
        better, worse = better_and_worse(d)
        rows.append(
            (
                d.name,
                str(d.n),
                share(d.first),
                share(d.second),
                points(d.value),
                f"{points(d.low)} to {points(d.high)}",
                str(better),
                str(worse),
                probability(d.p),
                d.test,
            )
        )
    return _align(rows, left=(0, 9))


def _text_change(change: Change) -> str:
    first, second = change.first, change.second
    return _printable(
        f"{change.kind}: {first.id}  {first.question}  "
        f"{first.status}, rank {first.rank or '-'} -> "
        f"{second.status}, rank {second.rank or '-'}  ({', '.join(change.moved)})"
    )


def _text_confidence(calibration: Calibration | None) -> str:
    if calibration is None:
        return "confidence: the answers do not say any"
    return (
        f"confidence ({calibration.n}): Brier {calibration.brier:.3f}, calibration "
        f"error {calibration.calibration_error:.3f}, area under risk-coverage "
        f"{calibration.area:.3f}"
    )


def _text_latency(latency: Latency | None) -> str:
    if latency is None:
        return "latency: nothing could be asked"
    return (
        f"latency ({latency.n}): median {latency.median_ms:.0f} ms, "
        f"95th percentile {latency.p95_ms:.0f} ms"
    )


def _text_questions(scored: Sequence[Scored]) -> str:
    wrong = [s.gold.id for s in scored if not s.is_right]
    lines = [f"not right ({len(wrong)}): {', '.join(wrong) or 'none'}"]
    lines += [f"{s.gold.id}: {_printable(s.error)}" for s in scored if s.error]
    return "\n".join(lines)


def _text_gate(verdict: Verdict) -> str:
    if verdict.no_gate:
        return f"no gate: {verdict.no_gate}"
    if verdict.passed:
        return "gate: passed"
    return "\n".join(("gate: failed", *verdict.failed))


def _align(rows: Sequence[Sequence[str]], *, left: Sequence[int]) -> str:
    """Return rows as columns, those numbered in `left` flush left, others right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i in left else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _printable(text: str) -> str:
    """Return `text` without what could steer a terminal."""
    return "".join(char if char.isprintable() else " " for char in text)

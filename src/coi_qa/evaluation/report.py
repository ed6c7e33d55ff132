"""A verdict as a terminal table, a JSON document or one HTML page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import resources

from jinja2 import Environment, StrictUndefined

from coi_qa.domain.answer import Quote, Status
from coi_qa.evaluation.gate import Verdict
from coi_qa.evaluation.measures import Measure
from coi_qa.evaluation.run import GIVEN, MEASURES, Evaluation, Group, Scored

# What a terminal's width has room for in each kind's row.
_GROUP_COLUMNS = ("recall@1", "recall@5", "answer@1", "answer@5", "status_accuracy")


def as_text(verdict: Verdict) -> str:
    """Return the measures as tables for a terminal, the gate's sentences last."""
    evaluation = verdict.evaluation
    return "\n\n".join(
        (
            _title(evaluation),
            _text_measures(evaluation.measures),
            _text_groups("kind", evaluation.kinds),
            _text_groups("language", evaluation.languages),
            _text_statuses(evaluation.statuses),
            _text_questions(evaluation.scored),
            _text_gate(verdict),
        )
    )


def as_json(verdict: Verdict) -> str:
    """Return everything as one JSON document, each question with what came back.

    Measures are `{"value", "low", "high", "method", "n"}`, null where there was nothing
    to measure.
    """
    return json.dumps(_document(verdict), ensure_ascii=False, indent=2)


def as_html(verdict: Verdict) -> str:
    """Return one HTML page that asks nothing of the network and runs no script."""
    source = resources.files(__package__).joinpath("report.html.jinja")
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    environment.filters["share"] = _share
    template = environment.from_string(source.read_text(encoding="utf-8"))
    return template.render(
        _document(verdict),
        title=_title(verdict.evaluation),
        columns=_GROUP_COLUMNS,
        meanings=MEASURES,
        gold_statuses=[str(status) for status in Status],
        given_statuses=GIVEN,
    )


def _document(verdict: Verdict) -> dict[str, object]:
    evaluation = verdict.evaluation
    return {
        "questions": len(evaluation.scored),
        "indexes": list(evaluation.indexes),
        "gate": _gate(verdict),
        "measures": _measures(evaluation.measures),
        "kinds": _groups(evaluation.kinds),
        "languages": _groups(evaluation.languages),
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


def _measures(measures: Sequence[Measure]) -> dict[str, object]:
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
            "measures": _measures(group.measures),
        }
        for group in groups
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
        "gold": {
            "status": str(gold.status),
            "fragments": [list(group) for group in gold.fragments],
            "footnotes": None if gold.footnotes is None else list(gold.footnotes),
            "report": gold.report,
        },
        "given": {
            "status": scored.status,
            "error": scored.error,
            "rank": scored.rank,
            "shown_rank": scored.shown_rank,
            "quotes": quotes[:shown],
            "near": quotes[shown:],
        },
    }


def _quote(quote: Quote, answers: bool) -> dict[str, object]:
    return {
        "text": quote.text,
        "report": quote.imprint.file_name,
        "countries": list(quote.imprint.countries),
        "pages": [place.place.page_number for place in quote.places],
        "section": list(quote.section),
        "footnotes": [footnote.number for footnote in quote.footnotes],
        "answers": answers,
    }


def _title(evaluation: Evaluation) -> str:
    indexes = ", ".join(evaluation.indexes) or "none that answered"
    return f"{len(evaluation.scored)} gold questions, index: {indexes}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _text_measures(measures: Sequence[Measure]) -> str:
    rows = [("measure", "value", "95 % interval", "n", "what it is the mean of")]
    for measure in measures:
        limits = measure.interval
        ends = f"{limits.low:.3f} - {limits.high:.3f}" if limits else "-"
        value = _share(measure.value)
        meaning = MEASURES[measure.name]
        rows.append((measure.name, value, ends, str(measure.n), meaning))
    return _align(rows, left=(0, 4))


def _text_groups(title: str, groups: Sequence[Group]) -> str:
    rows: list[tuple[str, ...]] = [(title, "n", *_GROUP_COLUMNS)]
    for group in groups:
        values = {measure.name: measure.value for measure in group.measures}
        shares = (_share(values[name]) for name in _GROUP_COLUMNS)
        rows.append((group.name, str(group.questions), *shares))
    return _align(rows, left=(0,))


def _text_statuses(statuses: Mapping[tuple[str, str], int]) -> str:
    rows: list[tuple[str, ...]] = [("gold \\ given", *GIVEN)]
    for gold in Status:
        counts = (str(statuses.get((gold, given), 0)) for given in GIVEN)
        rows.append((str(gold), *counts))
    return _align(rows, left=(0,))


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

"""A verdict or a comparison as one HTML page that asks nothing of the network."""

from __future__ import annotations

import math

from jinja2 import Environment, PackageLoader, StrictUndefined

from coi_qa.domain.answer import Status
from coi_qa.evaluation.calibration import calibrate
from coi_qa.evaluation.charts import (
    draw_differences,
    draw_measures,
    draw_reliability,
    draw_risk,
)
from coi_qa.evaluation.compare import Comparison, comparison_document
from coi_qa.evaluation.gate import Verdict
from coi_qa.evaluation.report import (
    GROUP_COLUMNS,
    comparison_remarks,
    comparison_title,
    document,
    points,
    probability,
    share,
    title,
)
from coi_qa.evaluation.run import GIVEN
from coi_qa.evaluation.scored import MEASURES
from coi_qa.evaluation.variants import BY_KIND

_HEATS = 5  # shades of the status table; more could not be told apart


def as_html(verdict: Verdict) -> str:
    """Return a run as a page, each question with its gold beside its answer."""
    scored = verdict.evaluation.scored
    calibration = calibrate(scored)
    return (
        _templates()
        .get_template("report.html.jinja")
        .render(
            document(verdict),
            title=title(verdict.evaluation),
            columns=GROUP_COLUMNS,
            meanings=MEASURES,
            by_kind=BY_KIND,
            gold_statuses=[str(status) for status in Status],
            given_statuses=GIVEN,
            measures_chart=draw_measures(verdict.evaluation.measures),
            reliability_chart=calibration and draw_reliability(calibration),
            risk_chart=calibration and draw_risk(calibration),
        )
    )


def comparison_as_html(comparison: Comparison) -> str:
    """Return two runs as a page, with the questions that they score differently."""
    return (
        _templates()
        .get_template("compare.html.jinja")
        .render(
            comparison_document(comparison),
            title=comparison_title(comparison),
            remarks=comparison_remarks(comparison),
            meanings=MEASURES,
            differences_chart=draw_differences(comparison.differences),
        )
    )


def heat(count: int, total: int) -> int:
    """Return the shade of a count out of a row's total, 0 for none.

    >>> heat(0, 9), heat(1, 9), heat(9, 9)
    (0, 1, 5)
    """
    return math.ceil(_HEATS * count / total) if count else 0


def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("coi_qa", "evaluation"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "share": share,
        "points": points,
        "probability": probability,
        "heat": heat,
    }
    return environment

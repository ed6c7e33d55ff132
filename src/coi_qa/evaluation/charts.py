"""Charts as SVG: drawn here, coloured by the page's own style, without a script.

Each has a title and a description for those who do not see it; the page gives the same
figures as a table. What is written in them is English unless other words are given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from coi_qa.evaluation.calibration import Calibration
from coi_qa.evaluation.compare import better_and_worse
from coi_qa.evaluation.measures import Measure
from coi_qa.evaluation.paired import Difference
from coi_qa.evaluation.report import points
from coi_qa.evaluation.scored import LOWER_IS_BETTER


@dataclass(frozen=True, slots=True)
class Words:
    """What is written in a chart.

    Attributes:
        title: What it shows.
        about: How it is read, and where the figures stand.
        across: Names the horizontal axis of a square chart.
        up: Names its vertical axis.
        point: Parts whole numbers from decimals.
    """

    title: str
    about: str
    across: str = ""
    up: str = ""
    point: str = "."


MEASURES_WORDS: Final = Words(
    "Measures with 95 % intervals",
    "One bar a measure from 0 to 1; an arrow down marks those where lower is better. "
    "The table below has the figures.",
)
DIFFERENCES_WORDS: Final = Words(
    "Differences in points with 95 % intervals",
    "One bar a measure from -100 to 100 points, second run less first. The table "
    "below has the figures.",
)
RELIABILITY_WORDS: Final = Words(
    "Reliability",
    "How sure the service was against how often one of five passages answered, by "
    "tenths of confidence. On the diagonal it was as sure as it may be.",
    across="confidence",
    up="share answered by five passages",
)
RISK_WORDS: Final = Words(
    "Risk and coverage",
    "Share of questions without an answering passage among the surest ones, as more "
    "and more are taken in.",
    across="coverage, surest first",
    up="risk",
)

_WIDTH, _ROW = 760, 24  # of a chart of bars and of one bar with its gap
_LEFT, _RIGHT = 190, 640  # where the bars begin and where 1 would be
_SIDE, _EDGE = 320, 64  # of a square chart, and of its room for words
_QUARTERS = (0, 0.25, 0.5, 0.75, 1)


def draw_measures(measures: Sequence[Measure], words: Words = MEASURES_WORDS) -> Markup:
    """Return a bar for each measure that has a value, with its interval."""
    told = [m for m in measures if m.value is not None and m.interval is not None]
    rows: list[Markup] = []
    for at, measure in enumerate(told):
        if measure.value is None or measure.interval is None:
            continue
        y = _ROW * at + 20
        is_low = measure.name in LOWER_IS_BETTER
        rows.append(
            _row_label(y, f"{measure.name} ↓" if is_low else measure.name)
            + _bar(y, _across(0), _across(measure.value), "low" if is_low else "high")
            + _whisker(y, _across(measure.interval.low), _across(measure.interval.high))
            + _row_value(y, f"{_figure(measure.value, 3, words)} (n {measure.n})")
        )
    ticks = [(at, _figure(at, 2, words)) for at in _QUARTERS]
    return _svg(
        words,
        height=_ROW * len(told) + 44,
        inside=[_grid(len(told), ticks), *rows],
    )


def draw_differences(
    differences: Sequence[Difference], words: Words = DIFFERENCES_WORDS
) -> Markup:
    """Return for each measure how far the second run is from the first, in points."""
    rows: list[Markup] = []
    for at, found in enumerate(differences):
        y = _ROW * at + 20
        better, worse = better_and_worse(found)
        kind = "alike" if better == worse else "high" if better > worse else "low"
        rows.append(
            _row_label(y, found.name)
            + _bar(y, _astride(0), _astride(found.value), kind)
            + _whisker(y, _astride(found.low), _astride(found.high))
            + _row_value(
                y, f"{points(found.value).replace('.', words.point)} (n {found.n})"
            )
        )
    ticks = [(at, f"{200 * at - 100:.0f}") for at in _QUARTERS]
    return _svg(
        words,
        height=_ROW * len(differences) + 44,
        inside=[_grid(len(differences), ticks), *rows],
    )


def draw_reliability(
    calibration: Calibration, words: Words = RELIABILITY_WORDS
) -> Markup:
    """Return confidence against the share found, a dot for each bin of questions."""
    dots: list[Markup] = []
    for found in calibration.bins:
        x, y = _square(found.confidence, found.share)
        _, top = _square(0, found.interval.high)
        _, bottom = _square(0, found.interval.low)
        dots.append(
            _line(x, top, x, bottom, "whisker")
            + Markup('<circle class="high" cx="{}" cy="{}" r="{}"/>').format(
                _n(x), _n(y), _n(3 + 7 * (found.n / calibration.n) ** 0.5)
            )
        )
    return _svg(
        words,
        height=_SIDE + _EDGE + 24,
        width=_SIDE + 2 * _EDGE,
        inside=[
            _axes(words),
            _line(*_square(0, 0), *_square(1, 1), "diagonal"),
            *dots,
        ],
    )


def draw_risk(calibration: Calibration, words: Words = RISK_WORDS) -> Markup:
    """Return the share that is wrong among the surest questions, more and more."""
    path = " ".join(
        f"{_n(x)},{_n(y)}"
        for x, y in (_square(point.coverage, point.risk) for point in calibration.curve)
    )
    return _svg(
        words,
        height=_SIDE + _EDGE + 24,
        width=_SIDE + 2 * _EDGE,
        inside=[
            _axes(words),
            Markup('<polyline class="curve" points="{}"/>').format(path),
        ],
    )


def _svg(
    words: Words, *, height: int, inside: Iterable[Markup], width: int = 0
) -> Markup:
    width = width or _WIDTH
    # Not `aria-labelledby`, whose ids would have to differ between charts of a page.
    return Markup(
        '<svg role="img" aria-label="{}. {}" viewBox="0 0 {} {}" width="{}">'
        "<title>{}</title>{}</svg>"
    ).format(
        words.title,
        words.about,
        width,
        height,
        width,
        words.title,
        Markup("").join(inside),
    )


def _figure(value: float, places: int, words: Words) -> str:
    return f"{value:.{places}f}".replace(".", words.point)


def _n(value: float) -> str:
    return f"{value:.1f}"


def _across(share: float) -> float:
    return _LEFT + share * (_RIGHT - _LEFT)


def _astride(difference: float) -> float:
    return _across((difference + 1) / 2)


def _square(x: float, y: float) -> tuple[float, float]:
    return _EDGE + x * _SIDE, _EDGE / 2 + (1 - y) * _SIDE


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    return Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
        kind, _n(x1), _n(y1), _n(x2), _n(y2)
    )


def _text(
    x: float, y: float, words: str, anchor: str, more: Markup | None = None
) -> Markup:
    return Markup('<text x="{}" y="{}" text-anchor="{}"{}>{}</text>').format(
        _n(x), _n(y), anchor, more or "", words
    )


def _bar(y: float, start: float, end: float, kind: str) -> Markup:
    left, right = sorted((start, end))
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="14"/>').format(
        kind, _n(left), _n(y - 7), _n(right - left)
    )


def _whisker(y: float, low: float, high: float) -> Markup:
    return (
        _line(low, y, high, y, "whisker")
        + _line(low, y - 4, low, y + 4, "whisker")
        + _line(high, y - 4, high, y + 4, "whisker")
    )


def _row_label(y: float, words: str) -> Markup:
    return _text(_LEFT - 10, y + 5, words, "end")


def _row_value(y: float, words: str) -> Markup:
    return _text(_RIGHT + 10, y + 5, words, "start")


def _grid(rows: int, ticks: Iterable[tuple[float, str]]) -> Markup:
    """Return a line and a figure for each tick, which says where from 0 to 1 it is."""
    bottom = _ROW * rows + 12
    return Markup("").join(
        _line(_across(share), 6, _across(share), bottom, "grid")
        + _text(_across(share), bottom + 20, figure, "middle")
        for share, figure in ticks
    )


def _axes(words: Words) -> Markup:
    lines = Markup("").join(
        _line(*_square(at, 0), *_square(at, 1), "grid")
        + _line(*_square(0, at), *_square(1, at), "grid")
        + _text(
            _square(at, 0)[0], _square(0, 0)[1] + 18, _figure(at, 2, words), "middle"
        )
        + _text(_EDGE - 6, _square(0, at)[1] + 5, _figure(at, 2, words), "end")
        for at in _QUARTERS
    )
    middle = _EDGE / 2 + _SIDE / 2
    turned = Markup(' transform="rotate(-90 18 {})"').format(_n(middle))
    return (
        lines
        + _text(_EDGE + _SIDE / 2, _SIDE + _EDGE + 10, words.across, "middle")
        + _text(18, middle, words.up, "middle", turned)
    )

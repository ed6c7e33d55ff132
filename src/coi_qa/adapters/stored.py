"""Domain values as the JSON that `reports.db` keeps, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from coi_qa.domain.dates import PartialDate, parse_date
from coi_qa.domain.report import Imprint, Place
from coi_qa.domain.source import Source
from coi_qa.domain.text import Span


def dump(value: object) -> str:
    """Return compact JSON with a fixed order of keys."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
    )


def dump_places(places: Iterable[Place]) -> str:
    """Return places of one report as a list of [page, start, end]."""
    return dump([[p.page_number, p.span.start, p.span.end] for p in places])


def load_places(report_id: str, stored: str) -> tuple[Place, ...]:
    """Return the places that `dump_places` wrote."""
    return tuple(
        Place(report_id, page, Span(start, end))
        for page, start, end in json.loads(stored)
    )


def dump_imprint(imprint: Imprint) -> str:
    """Return an imprint as JSON; its date keeps its precision."""
    said = {name: getattr(imprint, name) for name in Imprint.__slots__}
    return dump(said)


def load_imprint(stored: str) -> Imprint:
    """Return the imprint that `dump_imprint` wrote."""
    said: dict[str, Any] = json.loads(stored)
    said["date"] = load_date(said["date"])
    said["countries"] = tuple(said["countries"])
    said["guessed"] = tuple(said["guessed"])
    return Imprint(**said)


def dump_source(source: Source) -> str:
    """Return a source as JSON."""
    return dump({name: getattr(source, name) for name in Source.__slots__})


def load_source(stored: str) -> Source:
    """Return the source that `dump_source` wrote."""
    said: dict[str, Any] = json.loads(stored)
    said["date"] = load_date(said["date"])
    said["accessed"] = load_date(said["accessed"])
    said["footnotes"] = tuple(said["footnotes"])
    return Source(**said)


def load_date(stored: str | None) -> PartialDate | None:
    """Return a date from its ISO form cut to its precision."""
    return None if stored is None else parse_date(stored)


def load_boxes(stored: str) -> tuple[tuple[float, float, float, float], ...]:
    """Return boxes from a list of lists."""
    boxes: Sequence[Sequence[float]] = json.loads(stored)
    return tuple((x0, y0, x1, y1) for x0, y0, x1, y1 in boxes)

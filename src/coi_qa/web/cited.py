"""What an answer's JSON says of its quotes, put together as a page shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coi_qa import render


@dataclass(frozen=True, slots=True)
class Cited:
    """A primary source as one quote reaches it.

    Attributes:
        source: Of the answer's JSON.
        footnotes: Numbers as printed, of those that lead from the quote to it.
        raw: Those footnotes as printed.
        url: None where it is not a web address.
        misprinted: An impossible date of it as printed, or "".
    """

    source: Mapping[str, Any]
    footnotes: tuple[int, ...]
    raw: tuple[str, ...]
    url: str | None
    misprinted: str


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a quote stands: `printed` as the report counts, `counted` as the file does.

    `counted` is "" where both are the same.
    """

    printed: str
    counted: str


def cited_sources(
    document: Mapping[str, Any], quote: Mapping[str, Any]
) -> tuple[Cited, ...]:
    """Return the sources of a quote, in the order of its footnotes."""
    sources = {source["number"]: source for source in document["sources"]}
    wanted = dict.fromkeys(note["source"] for note in quote["notes"])
    return tuple(
        _cited(sources[number], quote["notes"])
        for number in wanted
        if number in sources
    )


def pages_of(places: Sequence[Mapping[str, Any]]) -> Pages:
    """Return the pages of a quote.

    >>> pages_of([{"page": 4, "label": "4"}, {"page": 5, "label": "5"}])
    Pages(printed='4–5', counted='')
    >>> pages_of([{"page": 6, "label": "iv"}])
    Pages(printed='iv', counted='6')
    """
    labels = [place["label"] for place in (places[0], places[-1])]
    numbers = [str(place["page"]) for place in (places[0], places[-1])]
    counted = "" if labels == numbers else "–".join(dict.fromkeys(numbers))
    return Pages("–".join(dict.fromkeys(labels)), counted)


def _cited(source: Mapping[str, Any], notes: Sequence[Mapping[str, Any]]) -> Cited:
    led_here = [note for note in notes if note["source"] == source["number"]]
    raw = [footnote["raw"] for footnote in source["footnotes"]]
    return Cited(
        source=source,
        footnotes=tuple(note["number"] for note in led_here),
        raw=tuple(note["raw"] for note in led_here),
        url=render.web_address(source["url"]),
        misprinted=render.misprinted_date(raw)
        if "date_invalid" in source["problems"]
        else "",
    )

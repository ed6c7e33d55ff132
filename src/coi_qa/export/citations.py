"""References in a citation style: CSL files in `styles/`, set by citeproc-py."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from coi_qa.export.bibliography import Item, in_address
from coi_qa.export.lines import UNKNOWN, Line, Run, merge_runs
from coi_qa.render import date_words, web_address

if TYPE_CHECKING:
    from citeproc import CitationStylesStyle

STYLES: Final = ("administracyjny", "oscola")

_FOLDER: Final = Path(__file__).with_name("styles")
_LOCALES: Final = {"administracyjny": "pl-PL", "oscola": "en-GB"}
_ENGLISH: Final = (
    "January February March April May June July August September October November "
    "December"
).split()

# Noncharacters: `printable` lets none of them through, so no text has its own.
_ITALIC_ON, _ITALIC_OFF, _LESS_THAN = "\ufdd0", "\ufdd1", "\ufdd2"

# A loaded style is changed by the processor while it works.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Connectors:
    """What a style puts between a report, the place in it and its sources."""

    place: str
    section: str
    citing: str
    note: str


CONNECTORS: Final = {
    "administracyjny": Connectors(
        place=", {labels}", section=", rozdz. {path}", citing="; za: ", note="przyp. {}"
    ),
    "oscola": Connectors(
        place=" {labels}", section=", ‘{path}’", citing=", citing ", note="n {}"
    ),
}


def cite(items: Sequence[Item], *, style: str) -> dict[str, Line]:
    """Return each entry's reference by its id, without a full stop.

    Args:
        items: CSL-JSON whose texts went through `printable`.
        style: One of `STYLES`.
    """
    from citeproc import Citation, CitationItem, CitationStylesBibliography
    from citeproc.source.json import CiteProcJSON

    if not items:
        return {}
    source = CiteProcJSON([_prepared(item, style) for item in items])
    with _one_at_a_time:
        made = CitationStylesBibliography(_style(style), source, _MARKING)
        for item in items:
            made.register(Citation([CitationItem(item["id"])]))
        lines = [str(entry) for entry in made.bibliography()]
    return {
        item["id"]: _linked(_runs(line), item.get("URL"))
        for item, line in zip(items, lines, strict=True)
    }


def date_in(iso: str, style: str) -> str:
    """Return an ISO date of any precision as a style writes it.

    >>> date_in("2025-04-08", "administracyjny"), date_in("2025-10", "oscola")
    ('8 kwietnia 2025 r.', 'October 2025')
    """
    if style != "oscola":
        return f"{date_words(iso)} r."
    year, *rest = iso.split("-")
    month = [_ENGLISH[int(rest[0]) - 1]] if rest else []
    return " ".join([*(str(int(day)) for day in rest[1:]), *month, year])


@cache
def _style(name: str) -> CitationStylesStyle:
    # Imported here: the processor and lxml load only where a reference is set.
    from citeproc import CitationStylesStyle

    path = str(_FOLDER / f"{name}.csl")
    # The tests hold the files to the schema; checking each time takes a second.
    return CitationStylesStyle(path, locale=_LOCALES[name], validate=False)


def _marked(text: object) -> str:
    return f"{_ITALIC_ON}{text}{_ITALIC_OFF}"


_MARKING: Final = SimpleNamespace(
    preformat=lambda text: str(text),
    Italic=_marked,
    Oblique=_marked,
    **dict.fromkeys(
        ("Bold", "Light", "Underline", "Superscript", "Subscript", "SmallCaps"), str
    ),
)


def _prepared(item: Item, style: str) -> Item:
    """Return the entry as the processor is given it.

    Dates are given in words: CSL has one form of a month, Polish has two ("8
    października", "październik"). "<" is hidden, or markup in a title would be obeyed.
    """
    said: Item = {}
    for key, value in item.items():
        if key in ("issued", "accessed"):
            said[key] = {"literal": _date_words(value, style)}
        elif key == "author":
            said[key] = [{"literal": _hidden(name["literal"])} for name in value]
        elif key in ("id", "type"):
            said[key] = value
        elif key != "language":
            said[key] = _hidden(value)
    return said


def _date_words(date: dict[str, Any], style: str) -> str:
    if "literal" in date:
        return f"„{_hidden(date['literal'])}” [sic]"
    year, *rest = date["date-parts"][0]
    return date_in("-".join([f"{year:04}", *(f"{part:02}" for part in rest)]), style)


def _hidden(text: str) -> str:
    return text.replace("<", _LESS_THAN)


def _runs(line: str) -> Line:
    runs, is_italic = [], False
    for part in line.replace(_LESS_THAN, "<").split(_ITALIC_ON):
        inside, _, after = part.partition(_ITALIC_OFF) if is_italic else ("", "", part)
        runs += [Run(inside, is_italic=True, language=UNKNOWN), Run(after)]
        is_italic = True
    return merge_runs(runs)


def _linked(line: Line, url: str | None) -> Line:
    """Return a line whose web address is a link; other addresses stay text."""
    address = web_address(url)
    if address is None:
        return line
    runs: list[Run] = []
    for run in line:
        before, found, after = run.text.rpartition(address)
        if not found or run.is_italic:
            runs.append(run)
            continue
        runs += [Run(before), Run(address, url=in_address(address)), Run(after)]
    return merge_runs(runs)

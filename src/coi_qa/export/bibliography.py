"""The reports and sources of an answer as CSL-JSON and as BibTeX.

CSL-JSON is what Zotero and the like read, and what the citation styles are fed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from coi_qa import render

Item = dict[str, Any]
"""One entry of CSL-JSON."""

# TeX's own characters. Braces are counted by BibTeX even behind a backslash, so none of
# a text's own may stand in an entry.
_IN_TEX: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "%": r"\%",
        "_": r"\_",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
    }
)
_IN_ADDRESSES: Final = ":/?#[]@!$&'()*+,;=-._~%"  # RFC 3986


def items_of(document: Mapping[str, Any]) -> list[Item]:
    """Return an entry for each report quoted, then one for each source, in order."""
    reports = {quote["report"]["id"]: quote["report"] for quote in document["quotes"]}
    return [
        *map(report_item, reports.values()),
        *map(source_item, document["sources"]),
    ]


def report_item(report: Mapping[str, Any]) -> Item:
    """Return the entry of a report; one without a title goes by its file's name."""
    return _known(
        id=report_key(report["id"]),
        type="report",
        author=_author(report["publisher"]),
        title=report["title"] or report["file"],
        edition=report["edition"],
        issued=_date(report["date"]),
        language=report["language"],
    )


def source_item(source: Mapping[str, Any]) -> Item:
    """Return the entry of a primary source, as its report names it.

    A date that is none is kept as printed; filters of a dataset go into the note.
    """
    return _known(
        id=source_key(source["number"]),
        type=_kind(source),
        author=_author(source["publisher"]),
        title=source["title"],
        issued=_issued(source),
        accessed=_date(source["accessed"]),
        URL=source["url"],
        note=f"filtry: {source['filters']}" if source["filters"] else None,
    )


def report_key(report_id: str) -> str:
    """Return the id of a report's entry.

    >>> report_key("0dd55f5bc1a6ff80b2b7" * 3)
    'raport-0dd55f5bc1a6'
    """
    return "raport-" + re.sub(r"[^0-9a-z]", "", report_id.lower())[:12]


def source_key(number: int) -> str:
    """Return the id of a source's entry, of its number in the answer.

    >>> source_key(3)
    'zrodlo-3'
    """
    return f"zrodlo-{int(number)}"


def in_address(url: str) -> str:
    """Return an address with a code for each character that may not stand in one.

    >>> in_address("https://orda.kz/a{b} c?d=1%20")
    'https://orda.kz/a%7Bb%7D%20c?d=1%20'
    """
    return quote(url, safe=_IN_ADDRESSES)


def as_csl_json(items: Iterable[Item], *, colophon: Sequence[str] = ()) -> str:
    """Return the entries as one CSL-JSON text.

    Args:
        items: The entries.
        colophon: What each is annotated with, since the list itself has no room for it.
    """
    annote = "\n".join(colophon)
    said = [{**item, "annote": annote} if annote else item for item in items]
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def as_bibtex(items: Iterable[Item], *, colophon: Sequence[str] = ()) -> str:
    """Return the entries as BibTeX in UTF-8.

    Publishers and titles stand in two pairs of braces: no institution is taken apart
    into first and last name, and no capital is lost.

    Args:
        items: The entries.
        colophon: Lines above them. BibTeX reads past whatever is outside an entry, but
            begins one at any "@", even behind a percent sign.
    """
    lines = [f"% {line}".replace("@", "(at)") for line in colophon]
    entries = "\n".join(map(_entry, items)) or "% Ta odpowiedź nie podaje źródeł.\n"
    return "\n".join([*lines, "", entries]) if lines else entries


def _entry(item: Item) -> str:
    kind = "techreport" if item["type"] == "report" else "misc"
    lines = [f"@{kind}{{{item['id']},"]
    lines += [f"  {name} = {{{value}}}," for name, value in _fields(item, kind)]
    return "\n".join([*lines, "}"]) + "\n"


def _fields(item: Item, kind: str) -> Iterator[tuple[str, str]]:
    author = item["author"][0]["literal"] if "author" in item else ""
    if author:
        yield "author", f"{{{_in_tex(author)}}}"
        if kind == "techreport":
            yield "institution", f"{{{_in_tex(author)}}}"
    if "title" in item:
        yield "title", f"{{{_in_tex(item['title'])}}}"
    if "edition" in item:
        yield "edition", _in_tex(item["edition"])
    parts = item.get("issued", {}).get("date-parts", [[]])[0]
    for name, part in zip(("year", "month", "day"), parts, strict=False):
        yield name, str(part)
    if "URL" in item:
        yield "url", in_address(item["URL"])
    if "accessed" in item:
        parts = item["accessed"]["date-parts"][0]
        yield "urldate", "-".join(f"{part:02}" for part in parts)
    notes = [item.get("note", ""), _date_note(item)]
    if note := "; ".join(note for note in notes if note):
        yield "note", _in_tex(note)
    if "language" in item:
        yield "langid", _in_tex(item["language"])


def _date_note(item: Item) -> str:
    printed = item.get("issued", {}).get("literal")
    if printed:
        return f"data w raporcie: {printed}"
    return "" if "issued" in item else "b.d."


def _in_tex(text: str) -> str:
    return text.translate(_IN_TEX)


def _known(**fields: object) -> Item:
    return {name: value for name, value in fields.items() if value not in (None, "")}


def _kind(source: Mapping[str, Any]) -> str:
    if source["kind"] == "dataset" or source["filters"]:
        return "dataset"
    return "webpage" if source["url"] else "document"


def _author(publisher: str | None) -> list[dict[str, str]] | None:
    return [{"literal": publisher}] if publisher else None


def _date(iso: str | None) -> dict[str, Any] | None:
    return {"date-parts": [[*map(int, iso.split("-"))]]} if iso else None


def _issued(source: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return when a source came out: a date, or what is printed in place of one."""
    if render.is_dated_by_access(source):
        return None
    if source["date"] or "date_invalid" not in source["problems"]:
        return _date(source["date"])
    raw = [footnote["raw"] for footnote in source["footnotes"]]
    printed = render.misprinted_date(raw)
    return {"literal": printed} if printed else None

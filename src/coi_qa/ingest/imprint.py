"""Who published a report when: `reports.toml`, else the report itself."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from coi_qa.domain.country import Country, Gazetteer
from coi_qa.domain.dates import PartialDate, parse_date
from coi_qa.domain.layout import RawReport
from coi_qa.domain.report import Imprint
from coi_qa.errors import UnreadableReportError

CATALOGUE = "reports.toml"
_FIELDS = frozenset({"title", "publisher", "date", "language", "countries", "edition"})
_DATE_IN_NAME = re.compile(r"(?<!\d)(20\d{2})(?:[-_.](0[1-9]|1[0-2]))?(?!\d)")
_POLISH = frozenset("w i na się nie jest oraz że dla przez od do z".split())
_ENGLISH = frozenset("the of and in to is was for that with by on".split())


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a folder's `reports.toml` says.

    Attributes:
        entries: Fields by file name.
        countries: Invented countries, with their names.
    """

    entries: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    countries: tuple[Country, ...] = ()


def read_catalogue(folder: Path) -> Catalogue:
    """Return the catalogue of a folder; an empty one where there is none.

    Raises:
        UnreadableReportError: the file is no TOML or has fields nobody reads.
    """
    path = folder / CATALOGUE
    if not path.is_file():
        return Catalogue()
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as exc:
        raise UnreadableReportError(
            f"{path}: cannot be read ({exc}); expected TOML with a table per file"
        ) from exc
    invented = tables.pop("countries", {})
    for name, entry in tables.items():
        unknown = set(entry) - _FIELDS if isinstance(entry, dict) else {name}
        if unknown:
            raise UnreadableReportError(
                f"{path}: unknown {', '.join(sorted(unknown))} in [{name!r}]; expected "
                f"{', '.join(sorted(_FIELDS))}"
            )
    return Catalogue(tables, tuple(_invented(path, invented)))


def _invented(path: Path, tables: object) -> Iterator[Country]:
    """Yield the countries that a catalogue declares."""
    if not isinstance(tables, dict):
        raise UnreadableReportError(
            f"{path}: 'countries' outside a file's table; expected [countries.XWA] "
            "tables of invented countries"
        )
    for code, said in tables.items():
        if not isinstance(said, dict) or "name" not in said:
            raise UnreadableReportError(
                f"{path}: [countries.{code}] has no name; expected name = "
                '"Wardania" and, if wanted, adjective and citizen'
            )
        forms = tuple(said[key] for key in ("adjective", "citizen") if key in said)
        yield Country(code, (said["name"],), forms)


def read_imprint(
    raw: RawReport,
    entry: Mapping[str, Any],
    *,
    printed_title: str | None,
    first_pages: str,
    gazetteer: Gazetteer,
) -> Imprint:
    """Return what is known of a report; what nobody says is None.

    The catalogue comes first, then the title, then the first pages. A date in the
    file's name is a guess and marked as one; the file's own dates are never used.

    Raises:
        UnreadableReportError: the catalogue's date or country is not one.
    """
    title = entry.get("title") or raw.title or printed_title
    imprint = Imprint(
        id=raw.sha256,
        file_name=raw.file_name,
        title=title,
        publisher=entry.get("publisher") or raw.author,
        date=_declared_date(raw.file_name, entry),
        edition=_text(entry.get("edition")),
        language=entry.get("language") or _language(first_pages),
        countries=tuple(gazetteer.code(name) for name in entry.get("countries", ())),
    )
    if not imprint.countries:
        imprint = _with_countries(imprint, first_pages, gazetteer)
    if imprint.date is None:
        imprint = _with_guessed_date(imprint)
    return imprint


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _declared_date(file_name: str, entry: Mapping[str, Any]) -> PartialDate | None:
    if "date" not in entry:
        return None
    try:
        return parse_date(str(entry["date"]))
    except ValueError as exc:
        raise UnreadableReportError(f"{file_name}: {CATALOGUE}: {exc}") from exc


def _with_countries(imprint: Imprint, first_pages: str, places: Gazetteer) -> Imprint:
    """Return the imprint with the country of its title, or named first and most."""
    for text in (imprint.title or "", first_pages[:400]):
        named = [m.code for m in places.mentions(text) if m.role in ("place", "named")]
        if named:
            return replace(imprint, countries=(named[0],))
    stem = re.split(r"[-_.\s]", imprint.file_name)[0].capitalize()
    named = [m.code for m in places.mentions(stem)]
    if not named:
        return imprint
    return replace(
        imprint, countries=(named[0],), guessed=(*imprint.guessed, "countries")
    )


def _with_guessed_date(imprint: Imprint) -> Imprint:
    match = _DATE_IN_NAME.search(imprint.file_name)
    if match is None:
        return imprint
    date = PartialDate(int(match[1]), int(match[2]) if match[2] else None)
    return replace(imprint, date=date, guessed=(*imprint.guessed, "date"))


def _language(text: str) -> str | None:
    """Return "pl" or "en" by the commonest little words, None for neither."""
    words = text.lower().split()
    polish = sum(word in _POLISH for word in words)
    english = sum(word in _ENGLISH for word in words)
    if max(polish, english) < 3:
        return None
    return "pl" if polish >= english else "en"

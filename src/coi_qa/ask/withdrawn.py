"""Publications that have ended: what they said is not renewed any more."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from coi_qa.domain.dates import PartialDate, parse_date
from coi_qa.domain.source import Source
from coi_qa.domain.text import strip_diacritics


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A publication that its publisher has given up.

    Attributes:
        title: As shown.
        date: When it ended.
        publishers: Folded names of its publisher; any where there are none.
        titles: Folded words that its titles have.
        hosts: Where it stood, path included.
    """

    title: str
    date: PartialDate
    publishers: tuple[str, ...]
    titles: tuple[str, ...]
    hosts: tuple[str, ...]


def read_withdrawn(table: Mapping[str, Any]) -> tuple[Withdrawn, ...]:
    """Return the entries of `withdrawn.toml` as parsed.

    Raises:
        KeyError: an entry lacks a key.
        ValueError: a date is none.
    """
    return tuple(
        Withdrawn(
            title=entry["title"],
            date=parse_date(str(entry["date"])),
            publishers=tuple(map(strip_diacritics, entry.get("publishers", ()))),
            titles=tuple(map(strip_diacritics, entry["titles"])),
            hosts=tuple(entry.get("hosts", ())),
        )
        for entry in table["publication"]
    )


def withdrawal_of(source: Source, withdrawn: Sequence[Withdrawn]) -> Withdrawn | None:
    """Return the ended publication that a source is of, or None.

    By its title and publisher, or by where it stands.
    """
    return next((entry for entry in withdrawn if _is_of(source, entry)), None)


def _is_of(source: Source, entry: Withdrawn) -> bool:
    address = _address(source.url)
    if any(_is_below(address, host) for host in entry.hosts):
        return True
    publisher = strip_diacritics(source.originator or source.publisher or "")
    title = strip_diacritics(source.title or "")
    if _has(title, entry.titles):
        return not entry.publishers or _has(publisher, entry.publishers)
    # "The World Factbook, Kazakhstan, …" names no other publisher.
    return _has(publisher, entry.titles)


def _has(text: str, words: Iterable[str]) -> bool:
    return any(re.search(rf"\b{re.escape(each)}\b", text) for each in words)


def _is_below(address: str, host: str) -> bool:
    return address == host or address.startswith(f"{host}/")


def _address(url: str | None) -> str:
    """Return host and path of an address, "" for none.

    >>> _address("https://www.cia.gov/the-world-factbook/countries/kazakhstan/")
    'cia.gov/the-world-factbook/countries/kazakhstan'
    """
    try:
        parts = urlsplit(url if url and "//" in url else f"//{url or ''}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    return f"{host}{parts.path.rstrip('/')}"

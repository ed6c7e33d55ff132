"""What sort of publisher a source has: a state, an organisation, the media."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from coi_qa.domain.source import SourceKind
from coi_qa.domain.text import strip_diacritics
from coi_qa.ingest.publishers import host_of


def kind_of(
    publisher: str | None, title: str | None, url: str | None
) -> SourceKind | None:
    """Return what sort of publisher a source has, or None where nothing tells.

    By the names of well-known ones, then by the kind of host, then by words that the
    names of such publishers have. One that is named after its site, or whose address
    has a date or "news" in it, is a news site.

    >>> kind_of("UNHCR", None, None), kind_of("Kurier Poranny", None, None)
    ('international_organisation', 'media')
    >>> (
    ...     kind_of("Akorda.kz", None, "https://www.gov.kz/memleket"),
    ...     kind_of("X", None, None),
    ... )
    ('state', None)
    """
    own = strip_diacritics(publisher or "")
    whole = f"{own}. {strip_diacritics(title or '')}"
    labels = set((host_of(url) or "").split("."))
    for kind, known in _KNOWN.items():
        if known.search(whole if kind in _TOLD_BY_TITLE else own):
            return kind
    for kind, of_hosts in _HOSTS.items():
        if labels & of_hosts:
            return kind
    for kind, words in _WORDS.items():
        if words.search(own):
            return kind
    if _SITE_NAME.fullmatch(own.strip()):
        return "media"
    return "media" if _NEWS_PATH.search(urlsplit(url or "").path.casefold()) else None


def _any(terms: str) -> re.Pattern[str]:
    """Return a pattern of whole terms, one between two bars; "x*" begins a word."""
    written = [" ".join(term.split()) for term in terms.split("|")]
    spelled = [
        re.escape(term.removesuffix("*")) + ("" if term.endswith("*") else r"(?!\w)")
        for term in written
    ]
    return re.compile(rf"(?<!\w)(?:{'|'.join(spelled)})")


# Datasets and encyclopaedias are often named by their titles only.
_TOLD_BY_TITLE: Final = frozenset({"dataset", "encyclopaedia"})

# Folded by `strip_diacritics`.
_KNOWN: Final[Mapping[SourceKind, re.Pattern[str]]] = {
    "dataset": _any(
        "acled | ucdp | global organized crime index | goci | faostat | dataset*"
    ),
    "encyclopaedia": _any(
        "wikipedia* | britannica | world factbook | encyklop* | encyclop*"
    ),
    "own_archive": _any(
        "archiwum wlasne | material wlasny | materialy wlasne | notatka* | raport z "
        "misji | fact-finding | korespondencja | informacja uzyskana | informacja "
        "przekazana"
    ),
    "international_organisation": _any(
        "un | onz | united nations | unhcr | ohchr | unicef | unodc | unesco | iom "
        "| who | ilo | wfp | imf | nato | osce | obwe | euaa | easo | world bank | "
        "bank swiatowy | council of europe | rada europy | european union | "
        "european commission | european parliament | miedzynarodowa organizacja*"
    ),
    "ngo": _any(
        "amnesty* | human rights watch | hrw | freedom house | idmc | rsf | cpj | "
        "article 19 | internal displacement* | reporters without borders | "
        "reporters sans* | crisis group | front line defenders | transparency "
        "international | helsin* | integral human development | ihd | fundacja* | "
        "stowarzyszeni* | foundation* | komitet obrony* | human rights house | "
        "human rights center | human rights centre"
    ),
    "academic": _any(
        "pism | osw | cabar | uniwersytet* | universit* | akademia* | instytut* | "
        "institute* | journal of | osrodek studiow*"
    ),
    "state": _any(
        "usdos | us department* | u.s. department* | state department | home office "
        "| msz | ministerstw* | ministry | urzad* | glowny urzad* | gus | rzad | "
        "parlament* | prezydent* | policja* | prokuratur* | trybunal* | sad | "
        "dziennik ustaw | sluzb* | bureau of national statistics "
        "| kancelari* | komend* | komisja wyborcza* | rzecznik* | dziennik praw"
    ),
}

_HOSTS: Final[Mapping[SourceKind, frozenset[str]]] = {
    "state": frozenset({"gov", "gouv", "gob", "mil", "egov", "akorda", "state"}),
    "international_organisation": frozenset({"int", "europa", "un", "unhcr", "osce"}),
    "academic": frozenset({"edu", "ac", "doi", "jstor"}),
}

_WORDS: Final[Mapping[SourceKind, re.Pattern[str]]] = {
    "media": _any(
        "times | news | post | herald | gazet* | radio* | tv | telewizj* | media | "
        "kurier | dziennik | tygodnik | magazyn | tribune | agencja | news agency | "
        "glos | guardian | kronika | goniec | obserwator | associated press | ap | afp "
        "| pap | reuters | bbc | tass | interfax | al jazeera | rfe* | wolna europa "
        "| telegraf*"
    ),
}
_SITE_NAME: Final = re.compile(r"[\w-]+\.(?:[a-z]{2,4}|example)")  # "Forsal.pl"
_NEWS_PATH: Final = re.compile(
    r"/(?:news|articles?|post|aktualnosci|wiadomosci)/|/20\d\d/"
)

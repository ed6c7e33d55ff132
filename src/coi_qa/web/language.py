"""Which language a page speaks, and the catalogue that turns its words into it.

The templates are written in Polish, and their words are the keys of the catalogue. What
an answer says of itself (warnings, notices, what is counted) is Polish data; where the
catalogue knows the very sentence it is turned, elsewhere it is shown as Polish.
"""

from __future__ import annotations

import io
import re
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode

import pycountry
from babel import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from markupsafe import Markup
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coi_qa import render
from coi_qa.domain.dates import parse_date

LANGUAGES: Final = {"pl": "Polski", "en": "English"}
OWN: Final = "pl"
COOKIE: Final = "lang"
PARAMETER: Final = "lang"
LOCALE: Final = Path(__file__).parent / "locale"

_MOST_QUERY: Final = 2_000  # characters that a link repeats
_KEPT_S: Final = 365 * 86_400
_WEIGHT = re.compile(
    r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9-]+)?\s*(?:;\s*q=([01](?:\.\d*)?))?"
)


@dataclass(frozen=True, slots=True)
class Visit:
    """What a page knows of the request it answers.

    Attributes:
        language: That the page speaks, one of `LANGUAGES`.
        path: That was asked for, or "/" where it cannot be asked for again.
        query: Behind it, without the language.
        site: Scheme and host, as "http://127.0.0.1:8000".
    """

    language: str = OWN
    path: str = "/"
    query: str = ""
    site: str = ""

    def in_language(self, language: str) -> str:
        """Return the address of the same page in `language`.

        >>> Visit(path="/answers/a", query="country=KAZ").in_language("en")
        '/answers/a?country=KAZ&lang=en'
        """
        kept = self.query if len(self.query) <= _MOST_QUERY else ""
        pairs = [*parse_qsl(kept), (PARAMETER, language)]
        # Two slashes at the start would lead to another host.
        return f"/{quote(self.path.lstrip('/'))}?{urlencode(pairs)}"


_visit: ContextVar[Visit] = ContextVar("visit", default=Visit())  # noqa: B039  frozen


def visit() -> Visit:
    """Return what is known of the request that is being answered."""
    return _visit.get()


class Languages:
    """Finds the language of each request, and keeps one that was asked for."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its `visit` set."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        pairs = parse_qsl(scope["query_string"].decode("latin-1"))
        chosen = next((v for k, v in pairs if k == PARAMETER and v in LANGUAGES), None)
        readable = scope["method"] in ("GET", "HEAD")
        here = Visit(
            language=chosen
            or kept_language(headers.get("cookie", ""))
            or preferred_language(headers.get("accept-language", "")),
            path=scope["path"] if readable else "/",
            query=urlencode([p for p in pairs if p[0] != PARAMETER])
            if readable
            else "",
            site=f"{scope['scheme']}://{headers.get('host', '')}",
        )

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = chosen if message["status"] < HTTPStatus.BAD_REQUEST else None
                _mark(MutableHeaders(scope=message), here, kept)
            await send(message)

        token = _visit.set(here)
        try:
            await self._app(scope, receive, send_marked)
        finally:
            _visit.reset(token)


def kept_language(cookies: str) -> str | None:
    """Return the language that a Cookie header keeps, or None.

    >>> kept_language("a=b; lang=en"), kept_language("lang=xx")
    ('en', None)
    """
    try:
        kept = SimpleCookie(cookies).get(COOKIE)
    except CookieError:
        return None
    return kept.value if kept is not None and kept.value in LANGUAGES else None


def preferred_language(accepted: str) -> str:
    """Return the language of an Accept-Language header that pages speak, or Polish.

    >>> [preferred_language(h) for h in ("en-GB,en;q=0.9,pl;q=0.8", "de", "", "en;q=0")]
    ['en', 'pl', 'pl', 'pl']
    """
    weighed = [
        (float(match[2] or 1), match[1].lower())
        for match in map(_WEIGHT.fullmatch, accepted.split(","))
        if match is not None
    ]
    spoken = [(q, name) for q, name in weighed if q > 0 and name in LANGUAGES]
    return max(spoken, key=lambda each: each[0])[1] if spoken else OWN


def translate(text: str) -> str:
    """Return words of a page in the language of the visit, Polish where unknown."""
    return catalogue(visit().language).gettext(text)


def translate_count(one: str, many: str, count: int) -> str:
    """Return the wording that goes with `count`."""
    return catalogue(visit().language).ngettext(one, many, count)


def said(text: str) -> str:
    """Return words that come with an answer or error, fit to be put on a page.

    Turned where the catalogue knows them; else Polish, and marked so for readers aloud.
    """
    return _marked(text, translate(text))


def sentence(words: str) -> str:
    """Return the same for words that begin small and have no full stop."""
    turned = translate(words)
    return _marked(words, turned, f"{turned[:1].upper()}{turned[1:]}.")


def _marked(text: str, turned: str, shown: str | None = None) -> str:
    if turned != text or visit().language == OWN:
        return Markup("{}").format(shown or turned)
    return Markup('<span lang="pl">{}</span>').format(shown or text)


def date_words(iso: str | None) -> str:
    """Return an ISO date of any precision in the language of the visit.

    >>> date_words("2025-04-08")
    '8 kwietnia 2025'
    """
    if visit().language == OWN or not iso:
        return render.date_words(iso)
    date = parse_date(iso)
    pattern = "d MMMM y" if date.day else "MMMM y" if date.month else "y"
    return format_date(date.first_day, pattern, locale=visit().language)


def country_words(code: str, name: str) -> str:
    """Return a country's name in the language of the visit.

    Args:
        code: ISO 3166-1 alpha-3, or X.. of an invented country.
        name: In Polish; stands where the other language has none.
    """
    if visit().language == OWN:
        return name
    known = pycountry.countries.get(alpha_3=code)
    territories = Locale(visit().language).territories
    return str(territories.get(known.alpha_2, name)) if known is not None else name


@cache
def catalogue(language: str) -> NullTranslations:
    """Return the catalogue of a language; that of Polish is empty.

    The text file is compiled here, so that no compiled one can lag behind it.
    """
    path = LOCALE / language / "LC_MESSAGES" / "messages.po"
    if language == OWN:
        return NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def _mark(headers: MutableHeaders, here: Visit, chosen: str | None) -> None:
    if headers.get("content-type", "").startswith("text/html"):
        headers["Content-Language"] = here.language
    if chosen is not None:
        headers.append(
            "Set-Cookie", _cookie(chosen, is_secure=here.site[:6] == "https:")
        )


def _cookie(language: str, *, is_secure: bool) -> str:
    kept = f"{COOKIE}={language}; Path=/; Max-Age={_KEPT_S}; HttpOnly; SameSite=Lax"
    return f"{kept}; Secure" if is_secure else kept

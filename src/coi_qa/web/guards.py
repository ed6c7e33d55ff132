"""Who may knock: hosts that the service answers to, and pages that may send to it.

Another site's page runs in the caseworker's own browser, which reaches what the network
cannot. Two ways in are shut here: a name of theirs that is made to mean this machine
(DNS rebinding: the Host header tells), and a form or script of theirs that sends here
(Origin and Sec-Fetch-Site tell). Programs that are no browsers send neither of the two.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Collection
from typing import Final, TypeAlias

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

Refuse: TypeAlias = Callable[[str, int, str], Response]
"""A path, a status and a sentence -> the refusal that its caller can read."""

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})

_OTHER_HOST: Final = (
    "Usługa nie odpowiada pod tą nazwą hosta; użyj 127.0.0.1 albo localhost, a inną "
    "nazwę może dopuścić osoba, która ją prowadzi, ustawieniem COI_QA_ALLOWED_HOSTS."
)
_OTHER_SITE: Final = (
    "To żądanie wysłała strona z innego adresu, więc zostało odrzucone; "
    "otwórz formularz usługi i zadaj pytanie w nim."
)
_OTHER_ENCODING: Final = (
    "Formularz zapisano w innym kodowaniu niż UTF-8, więc go nie odczytano; wyślij go "
    "z formularza usługi albo w UTF-8."
)
_CHARSET: Final = re.compile(r"charset\s*\*?=\s*[\"']?([^\"';,\s]*)", re.IGNORECASE)
_PLAIN: Final = frozenset({"utf-8", "utf8", "us-ascii"})
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_FOR_SCRIPTS: Final = re.compile(r"/(v1|mcp)\b")
_RELAYED: Final = frozenset({"forwarded", "via", "x-real-ip", "x-client-ip"})


def is_relayed(scope: Scope) -> bool:
    """Say whether a request comes through a proxy, as far as it can be seen.

    A proxy adds a header, or speaks HTTP/1.0 as no browser does any more (nginx without
    further settings). One that does neither cannot be told from a visitor.
    """
    if scope.get("http_version") == "1.0":
        return True
    return any(
        name in _RELAYED or name.startswith("x-forwarded-")
        for name in Headers(scope=scope)
    )


def hosts_answered(bound: str, allowed: Collection[str]) -> frozenset[str] | None:
    """Return the hosts that a service answers to, or None for any.

    Args:
        bound: The address that is listened at.
        allowed: Names that the operator allows.

    >>> hosts_answered("0.0.0.0", []) is None
    True
    >>> sorted(hosts_answered("127.0.0.1", ["coi.lan:8443"]))
    ['127.0.0.1', '[::1]', 'coi.lan', 'localhost']
    """
    if not allowed and not _is_loopback(bound):
        return None
    own = {f"[{bound}]" if ":" in bound else bound.lower()}
    return LOOPBACK | own | {_without_port(name) for name in allowed}


def is_local(bound: str, allowed: Collection[str]) -> bool:
    """Say whether only who sits at this machine reaches the service.

    A name that the operator allows is one that others reach it by.

    Args:
        bound: The address that is listened at.
        allowed: Names that the operator allows.

    >>> is_local("127.0.0.1", []), is_local("::1", ["coi.lan"]), is_local("0.0.0.0", [])
    (True, False, False)
    """
    return _is_loopback(bound) and not allowed


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


class KnownHosts:
    """Refuses requests for other hosts than those given; None lets all pass."""

    def __init__(
        self, app: ASGIApp, *, hosts: Collection[str] | None, refuse: Refuse
    ) -> None:
        self._app, self._hosts, self._refuse = app, hosts, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if its one Host header names a host that is known."""
        if scope["type"] == "http" and self._hosts is not None:
            named = [_without_port(h) for h in Headers(scope=scope).getlist("host")]
            if len(named) != 1 or named[0] not in self._hosts:
                response = self._refuse(scope["path"], 421, _OTHER_HOST)
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)


class OwnPages:
    """Refuses what another site's page sends, and what its scripts want to read."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        allowed: Collection[str],
        refuse: Refuse,
        embedded: Collection[str] = (),
    ) -> None:
        """Take the hosts whose pages count as own ones.

        Args:
            app: What is guarded.
            allowed: Those hosts.
            refuse: Makes the refusal.
            embedded: Paths that other sites' pages do send to; who may is checked
                behind this guard, by `chat.embed.EmbedDoor`.
        """
        self._app, self._refuse = app, refuse
        self._allowed = frozenset(name.lower() for name in allowed)
        self._embedded = frozenset(embedded)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on unless a browser says that it is another site's."""
        if scope["type"] == "http" and self._is_foreign(scope):
            response = self._refuse(scope["path"], 403, _OTHER_SITE)
            await response(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_foreign(self, scope: Scope) -> bool:
        """Say whether it is; a link that leads here from another site is not."""
        if scope["path"] in self._embedded:
            return False
        if scope["method"] in _READING and not _FOR_SCRIPTS.match(scope["path"]):
            return False
        headers = Headers(scope=scope)
        site = headers.get("sec-fetch-site", "")
        if site == "same-origin":  # not even a script can set this header
            return False
        if site in ("cross-site", "same-site") and scope["method"] not in _READING:
            return True
        origin = headers.get("origin")
        return origin is not None and not self._is_own(origin, headers.get("host", ""))

    def _is_own(self, origin: str, host: str) -> bool:
        """Say whether a page's origin is this service; "null" is nobody's.

        An allowed name stands for its usual port, unless it was allowed with another:
        what else runs on that machine is another site.
        """
        scheme, _, place = origin.lower().partition("://")
        if scheme not in ("http", "https") or not place:
            return False
        return place == host.lower() or place in self._allowed


class PlainText:
    """Refuses what is sent in another encoding than UTF-8, before anything reads it.

    Whoever sends a form may name any encoding that Python knows. Some of them take the
    square of the text's length to read, some make characters that no file can hold.
    """

    def __init__(self, app: ASGIApp, *, refuse: Refuse) -> None:
        self._app, self._refuse = app, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on unless it names another encoding."""
        if scope["type"] == "http":
            said = Headers(scope=scope).getlist("content-type")
            named = [name for text in said for name in _CHARSET.findall(text)]
            if any(name.lower() not in _PLAIN for name in named):
                response = self._refuse(scope["path"], 415, _OTHER_ENCODING)
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _without_port(host: str) -> str:
    """Return the host of "host:port", in small letters.

    >>> (
    ...     _without_port("LOCALHOST:8000"),
    ...     _without_port("[::1]:80"),
    ...     _without_port("[::1]"),
    ... )
    ('localhost', '[::1]', '[::1]')
    """
    return re.sub(r":\d*$", "", host.lower())

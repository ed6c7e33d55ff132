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
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_FOR_SCRIPTS: Final = re.compile(r"/(v1|mcp)\b")


def hosts_answered(bound: str, allowed: Collection[str]) -> frozenset[str] | None:
    """Return the hosts that a service answers to, or None for any.

    Args:
        bound: The address that is listened at.
        allowed: Names that the operator allows.

    >>> hosts_answered("0.0.0.0", []) is None
    True
    >>> sorted(hosts_answered("127.0.0.1", ["coi.lan"]))
    ['127.0.0.1', '[::1]', 'coi.lan', 'localhost']
    """
    if not allowed and not _is_loopback(bound):
        return None
    own = {f"[{bound}]" if ":" in bound else bound.lower()}
    return LOOPBACK | own | {name.lower() for name in allowed}


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
        self, app: ASGIApp, *, allowed: Collection[str], refuse: Refuse
    ) -> None:
        self._app, self._allowed, self._refuse = app, allowed, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on unless a browser says that it is another site's."""
        if scope["type"] == "http" and self._is_foreign(scope):
            response = self._refuse(scope["path"], 403, _OTHER_SITE)
            await response(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_foreign(self, scope: Scope) -> bool:
        """Say whether it is; a link that leads here from another site is not."""
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
        """Say whether a page's origin is this service; "null" is nobody's."""
        scheme, _, place = origin.lower().partition("://")
        if scheme not in ("http", "https") or not place:
            return False
        return place == host.lower() or _without_port(place) in self._allowed


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

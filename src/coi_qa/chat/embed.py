"""The embeddable component: its script, and the routes that it alone asks.

A page of another site may send here if the operator allows its origin and it brings a
token that the case system behind it signed for that origin. No cookie counts, and what
is refused carries no header by which a browser would show it to the page.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Final, TypeAlias

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coi_qa.asking import Asking, country_names, keep_answer, read_as_at
from coi_qa.chat.embed_token import Embedding, Permit, read_permit
from coi_qa.chat.embed_view import view_of
from coi_qa.chat.site import site_of
from coi_qa.errors import BadTokenError, NotPermittedError
from coi_qa.schemas import Question

log = logging.getLogger(__name__)

Refuse: TypeAlias = Callable[[str, int, str], Response]
"""A path, a status and a sentence -> the refusal that its caller can read."""

ANSWERS: Final = "/embed/answers"
COUNTRIES: Final = "/embed/countries"
PATHS: Final = (ANSWERS, COUNTRIES)
SCRIPT_PATH: Final = "/widget.js"

_SCRIPT: Final = Path(__file__).parent / "widget" / "coi-qa.js"
_SCRIPT_HEADERS: Final = {
    "Cache-Control": "public, max-age=300",
    # It is the same for everybody, and `integrity` on the host's page needs both.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_PREFLIGHT_S: Final = 600  # that a browser remembers what it may send
_BEARER: Final = "bearer "
_PERMIT: Final = "embed_permit"


class EmbedDoor:
    """Lets in what an allowed page sends with its token, and nothing else under /embed.

    What is let in gets the header by which the browser hands the reply to that page,
    also where the reply is an error.
    """

    def __init__(self, app: ASGIApp, *, embedding: Embedding, refuse: Refuse) -> None:
        self._app, self._embedding, self._refuse = app, embedding, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its permit, or refuse it before it is read."""
        if scope["type"] != "http" or not scope["path"].startswith("/embed/"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = _only(headers, "origin")
        if scope["method"] == "OPTIONS":
            await self._preflight(scope["path"], origin)(scope, receive, send)
            return
        try:
            permit = read_permit(self._embedding, _token(headers), origin=origin)
        except NotPermittedError as exc:
            await self._refusal(scope["path"], exc)(scope, receive, send)
            return

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                _mark(MutableHeaders(scope=message), permit.origin)
            await send(message)

        scope.setdefault("state", {})[_PERMIT] = permit
        await self._app(scope, receive, send_marked)

    def _preflight(self, path: str, origin: str) -> Response:
        """Return what a browser may send; it asks that before it sends a token."""
        if origin not in self._embedding.origins or path not in PATHS:
            return self._refuse(
                path, 403, "Strona z tego adresu nie może tu niczego wysłać."
            )
        method = "POST" if path == ANSWERS else "GET"
        return Response(
            status_code=204,
            headers={
                "Access-Control-Allow-Origin": origin,
                "Access-Control-Allow-Methods": method,
                "Access-Control-Allow-Headers": "authorization, content-type",
                "Access-Control-Max-Age": str(_PREFLIGHT_S),
                "Vary": "Origin",
            },
        )

    def _refusal(self, path: str, error: NotPermittedError) -> Response:
        is_token = isinstance(error, BadTokenError)
        reason = error.__cause__ or error
        log.info("door_refused", extra={"door": "embed", "kind": type(reason).__name__})
        response = self._refuse(path, 401 if is_token else 403, str(error))
        if is_token:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response


def script_routes() -> APIRouter:
    """Return the route of the component's script."""
    router = APIRouter(include_in_schema=False)

    @router.get(SCRIPT_PATH)
    def read_script(if_none_match: Annotated[str, Header()] = "") -> Response:
        content, tag = _script()
        headers = {**_SCRIPT_HEADERS, "ETag": tag}
        if tag in if_none_match:
            return Response(status_code=304, headers=headers)
        return Response(content, media_type="text/javascript", headers=headers)

    return router


def embed_routes(service: Asking, *, public_url: str = "") -> APIRouter:
    """Return the routes that the component asks; `EmbedDoor` has to stand before them.

    Args:
        service: What answers.
        public_url: As for `site_of`.
    """
    router = APIRouter(tags=["embed"])

    @router.get(COUNTRIES)
    def list_countries(request: Request) -> list[dict[str, str]]:
        """List the countries that may be asked about."""
        permit = _permit(request)
        return [
            {"code": code, "name": name}
            for code, name in service.country_choices()
            if not permit.countries or code in permit.countries
        ]

    @router.post(ANSWERS, response_model=None)
    def ask(asked: Question, request: Request) -> Response:
        """Answer a question: the JSON of /v1/answers, and `shown`, what it shows."""
        permit = _permit(request)
        document = _answered(service, asked, permit)
        shown = view_of(
            document,
            site=site_of(request, public_url),
            countries=country_names(service, document),
        )
        return JSONResponse({**document, "shown": shown})

    return router


def _answered(service: Asking, asked: Question, permit: Permit) -> dict[str, Any]:
    """Return the answer's JSON.

    Raises:
        NotPermittedError: it is not held to the countries that the token allows.
    """
    _refuse_beyond(permit, asked.countries or ())
    document: dict[str, Any] = json.loads(
        keep_answer(
            service,
            asked.question,
            countries=asked.countries or permit.countries,
            as_at=read_as_at(asked.as_at),
        )
    )
    # A country that the question names goes before those that it is held to.
    _refuse_beyond(permit, document["searched"]["countries"])
    return document


def _refuse_beyond(permit: Permit, countries: Iterable[str]) -> None:
    beyond = [code for code in countries if code not in permit.countries]
    if permit.countries and beyond:
        raise NotPermittedError(
            "Na tej stronie można pytać tylko o te kraje: "
            f"{', '.join(permit.countries)}; pytanie dotyczy innego."
        )


def _permit(request: Request) -> Permit:
    """Return what the door found; without a door in front nobody gets in."""
    permit = getattr(request.state, _PERMIT, None)
    if not isinstance(permit, Permit):
        raise BadTokenError("To żądanie nie ma tokenu.")
    return permit


def _only(headers: Headers, name: str) -> str:
    """Return the one header of that name, "" where there are none or several."""
    found = headers.getlist(name)
    return found[0] if len(found) == 1 else ""


def _token(headers: Headers) -> str:
    said = _only(headers, "authorization")
    return said[len(_BEARER) :].strip() if said.lower().startswith(_BEARER) else ""


def _mark(headers: MutableHeaders, origin: str) -> None:
    headers["Access-Control-Allow-Origin"] = origin
    headers["Access-Control-Expose-Headers"] = "Retry-After"
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    headers.add_vary_header("Origin")


@cache
def _script() -> tuple[bytes, str]:
    """Return the script and its tag."""
    content = _SCRIPT.read_bytes()
    return content, f'"{sha256(content).hexdigest()[:32]}"'

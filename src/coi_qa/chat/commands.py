"""Slash commands and mentions: a question typed in a chat product, answered there.

Each product has its own route, which exists only where its secret is set. Nothing is
ever sent out: the answer is the response to the product's own request. One that takes
longer than the product waits is kept, and is there when the command is sent again.
"""

from __future__ import annotations

import asyncio
import html
import json
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from coi_qa.asking import Asking, country_names, keep_answer
from coi_qa.chat.hook_messages import (
    MATTERMOST,
    ROCKETCHAT,
    SLACK,
    TEAMS,
    Message,
    Product,
    fitting,
)
from coi_qa.chat.hook_signatures import (
    SeenSignatures,
    check_slack,
    check_teams,
    check_token,
)
from coi_qa.chat.reply import Piece, escaped, reply_to
from coi_qa.chat.site import site_of
from coi_qa.errors import BadRequestError, BadTokenError, BusyError

log = logging.getLogger(__name__)

PREFIX: Final = "/hooks"
MAX_FIELDS: Final = 50  # Slack sends 14
MAX_LATE: Final = 200  # answers that wait for their command to be sent again

Read: TypeAlias = Callable[[Request, bytes], str]
"""A request and its raw body -> the question; raises where it is not to be trusted."""

_FORM: Final = "application/x-www-form-urlencoded"
_MENTION: Final = re.compile(r"<at\b[^>]*>.*?</at>", re.DOTALL)
_TAG: Final = re.compile(r"<[^>]+>")
_HELP_WORDS: Final = frozenset({"", "help", "pomoc", "?"})
_HELP: Final = (
    "Po poleceniu wpisz pytanie: pełnym zdaniem, z nazwą kraju, bez danych osobowych. "
    "Na przykład: *Czy w Kazachstanie grozi kara śmierci?*\n\n"
    "Odpowiedzią są zdania raportów słowo w słowo, a pod numerami w nawiasach ich "
    "strony i źródła.\n"
)
_LATE: Final = (
    "Odpowiedź nie jest jeszcze gotowa. Za chwilę wyślij to samo pytanie jeszcze raz, "
    "a będzie.\n"
)


@dataclass(frozen=True, slots=True)
class Hooks:
    """Secrets that chat products share with the service; "" where one is not let in.

    Attributes:
        mattermost: Token of the slash command.
        rocketchat: Token of the outgoing webhook.
        slack: Signing secret of the app.
        teams: Security token of the outgoing webhook, in base64.
    """

    mattermost: str = field(default="", repr=False)
    rocketchat: str = field(default="", repr=False)
    slack: str = field(default="", repr=False)
    teams: str = field(default="", repr=False)


def command_routes(service: Asking, hooks: Hooks, *, public_url: str = "") -> APIRouter:
    """Return a route for each product whose secret is set.

    Args:
        service: What answers.
        hooks: The secrets.
        public_url: As for `site_of`.
    """
    router = APIRouter(prefix=PREFIX, tags=["hooks"])
    seen, late = SeenSignatures(), LateAnswers()

    def add(product: Product, read: Read) -> None:
        async def answer(request: Request) -> Response:
            question = _read(product, read, request, await request.body())
            site = site_of(request, public_url)
            message = await late.soon(
                (product.name, site, question),
                lambda: _message(service, product, question, site),
                patience_s=product.patience_s,
            )
            return JSONResponse(message or product.message([Piece(_LATE)]))

        router.add_api_route(
            f"/{product.name}",
            answer,
            methods=["POST"],
            response_model=None,
            name=product.name,
        )

    if hooks.mattermost:
        add(MATTERMOST, lambda request, body: _mattermost(hooks, request, body))
    if hooks.rocketchat:
        add(ROCKETCHAT, lambda request, body: _rocketchat(hooks, request, body))
    if hooks.slack:
        add(SLACK, lambda request, body: _slack(hooks, request, body, seen))
    if hooks.teams:
        add(TEAMS, lambda request, body: _teams(hooks, request, body, seen))
    return router


class LateAnswers:
    """Waits for an answer a little, and keeps one that takes longer."""

    def __init__(self, *, most: int = MAX_LATE) -> None:
        self._most = most
        self._tasks: OrderedDict[Hashable, asyncio.Task[Message]] = OrderedDict()

    async def soon(
        self, key: Hashable, work: Callable[[], Message], *, patience_s: float
    ) -> Message | None:
        """Return what `work` returns, None if that takes too long.

        Work that goes on is not begun again for the same key; raises what it raises.
        """
        task = self._tasks.get(key)
        if task is None:
            task = asyncio.create_task(run_in_threadpool(work))
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
            self._tasks[key] = task
            while len(self._tasks) > self._most:
                self._tasks.popitem(last=False)
        await asyncio.wait([task], timeout=patience_s)
        if not task.done():
            return None
        if self._tasks.get(key) is task:
            del self._tasks[key]
        return task.result()


def _message(service: Asking, product: Product, question: str, site: str) -> Message:
    """Return the answer as a message; what cannot be asked is said in one, too."""
    if question.lower() in _HELP_WORDS:
        return product.message([Piece(_HELP)])
    try:
        document = json.loads(keep_answer(service, question))
    except (BadRequestError, BusyError) as exc:
        return product.message([Piece(escaped(str(exc)))])
    reply = reply_to(
        document,
        site=site,
        countries=country_names(service, document),
    )
    address = f"{site}/answers/{document['id']}"
    return product.message(fitting(reply.pieces, product, address=address))


def _read(product: Product, read: Read, request: Request, body: bytes) -> str:
    try:
        return " ".join(read(request, body).split())
    except BadTokenError as exc:
        said = {"door": product.name, "kind": type(exc).__name__}
        log.info("door_refused", extra=said)
        raise


def _mattermost(hooks: Hooks, request: Request, body: bytes) -> str:
    said = _fields(request, body)
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    in_header = given.strip() if kind.lower() == "token" else ""
    check_token(hooks.mattermost, in_header or _one(said, "token"))
    return _without_trigger(said)


def _rocketchat(hooks: Hooks, request: Request, body: bytes) -> str:
    said = _fields(request, body)
    check_token(hooks.rocketchat, _one(said, "token"))
    return _without_trigger(said)


def _slack(hooks: Hooks, request: Request, body: bytes, seen: SeenSignatures) -> str:
    check_slack(
        hooks.slack,
        body,
        timestamp=request.headers.get("x-slack-request-timestamp", ""),
        signature=request.headers.get("x-slack-signature", ""),
        now=time.time(),
        seen=seen,
    )
    # It escapes these three in what its users type.
    return html.unescape(_one(_fields(request, body), "text"))


def _teams(hooks: Hooks, request: Request, body: bytes, seen: SeenSignatures) -> str:
    check_teams(
        hooks.teams,
        body,
        authorization=request.headers.get("authorization", ""),
        now=time.time(),
        seen=seen,
    )
    text = _one(_fields(request, body), "text")
    return html.unescape(_TAG.sub(" ", _MENTION.sub(" ", text)))


def _fields(request: Request, body: bytes) -> Mapping[str, list[Any]]:
    """Return what a form or JSON holds, each name with its values.

    Raises:
        BadRequestError: it is neither.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        text = body.decode()
        if kind == _FORM:
            return parse_qs(text, keep_blank_values=True, max_num_fields=MAX_FIELDS)
        said = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise BadRequestError(_NO_FIELDS) from exc
    if not isinstance(said, dict):
        raise BadRequestError(_NO_FIELDS)
    return {name: [value] for name, value in said.items()}


_NO_FIELDS: Final = (
    "To żądanie nie jest ani formularzem, ani obiektem JSON w UTF-8, jakie wysyła "
    "komunikator; sprawdź adres w jego ustawieniach."
)


def _one(said: Mapping[str, list[Any]], name: str) -> str:
    """Return the one text of that name, "" where there is none or there are several."""
    values = said.get(name, [])
    return values[0] if len(values) == 1 and isinstance(values[0], str) else ""


def _without_trigger(said: Mapping[str, list[Any]]) -> str:
    """Return what was typed behind the word that a webhook listens to."""
    return _one(said, "text").strip().removeprefix(_one(said, "trigger_word"))

"""The service over HTTP: which routes there are, and what errors become."""

from __future__ import annotations

import logging
import re
import secrets
import threading
import time
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coi_qa import errors
from coi_qa.adapters.answers import AnswerStore
from coi_qa.adapters.keeper import Keeper
from coi_qa.adapters.page_images import Scale
from coi_qa.ask.faithful import Check
from coi_qa.ask.recheck import Originals
from coi_qa.asking import Asking
from coi_qa.chat import embed, mcp, openai
from coi_qa.chat.commands import Hooks, command_routes
from coi_qa.chat.embed import EmbedDoor, embed_routes, script_routes
from coi_qa.chat.embed_token import Embedding
from coi_qa.chat.openai import chat_routes, is_chat, openai_error
from coi_qa.domain.answer import Answer, Passages
from coi_qa.domain.dates import PartialDate
from coi_qa.domain.defect import Defect
from coi_qa.domain.phrases import Occurrence
from coi_qa.domain.picture import Picture
from coi_qa.domain.report import Imprint, Page, Section
from coi_qa.errors import CoiQaError
from coi_qa.log import request_id
from coi_qa.service import LiveService
from coi_qa.web.evaluators import evaluation_routes
from coi_qa.web.guards import KnownHosts, OwnPages, PlainText
from coi_qa.web.headers import SafeHeaders
from coi_qa.web.language import Languages
from coi_qa.web.library import UPLOADS, library_routes
from coi_qa.web.pages import STATIC, Operator, error_page, page_routes
from coi_qa.web.routes import answer_routes, health_routes, report_routes

log = logging.getLogger(__name__)

MAX_BODY_BYTES: Final = 64 * 1024  # a question of the longest kind takes a twentieth
RETRY_AFTER_S: Final = 5

# Those who wait hold a thread each; AnyIO has 40, the rest serve pages and health.
MAX_WAITING: Final = 32


STATUSES: Final[dict[type[CoiQaError], HTTPStatus]] = {
    CoiQaError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.UnreadableReportError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.NoUsableIndexError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.DamagedIndexError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.IndexLockedError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.IndexNotWrittenError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.ModelUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.TextTooLongError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.BadRequestError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.BadQuestionError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UnknownCountryError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.BadGoldError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.NotFoundError: HTTPStatus.NOT_FOUND,
    errors.SettingsError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.NotPermittedError: HTTPStatus.FORBIDDEN,
    errors.BadTokenError: HTTPStatus.UNAUTHORIZED,
    errors.BusyError: HTTPStatus.SERVICE_UNAVAILABLE,
}

TITLES: Final = {
    400: "Nie rozumiem tego żądania",
    401: "Nie wiadomo, kto pyta",
    403: "Tego żądania nie przyjęto",
    404: "Nie ma takiej strony",
    405: "Tego adresu tak się nie używa",
    409: "Teraz nie można tego zrobić",
    413: "Za dużo danych",
    421: "To nie jest adres tej usługi",
    500: "Błąd usługi",
    503: "Usługa chwilowo nie odpowiada",
}

DETAILS: Final = {
    404: "Pod tym adresem nic nie ma; zacznij od formularza na stronie głównej.",
    405: "Ten adres nie przyjmuje tej metody; opis adresów podaje /openapi.json.",
    500: (
        "Usługa napotkała nieoczekiwany błąd. Spróbuj ponownie, a jeśli się powtórzy, "
        "podaj osobie, która ją prowadzi, numer żądania."
    ),
}


def _too_large(path: str, most_bytes: int) -> str:
    if path == UPLOADS and most_bytes > MAX_BODY_BYTES:
        return (
            f"Przesłano więcej niż {most_bytes // 2**20} MB; dodaj mniej raportów "
            "naraz albo poproś osobę, która prowadzi usługę, o większe "
            "COI_QA_UPLOAD_MB."
        )
    return (
        f"Przesłano więcej niż {most_bytes // 1024} KiB; skróć pytanie do kilku zdań."
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is said where a route's 422 comes from what was sent to it.

    Attributes:
        title: Of the problem.
        field: The key that a body cannot do without.
    """

    title: str
    field: str

    @property
    def not_json(self) -> str:
        """What to send in place of a body that cannot be read."""
        return (
            "Treść żądania nie jest poprawnym JSON w UTF-8; wyślij obiekt z polem "
            f"„{self.field}” i nagłówek Content-Type: application/json."
        )


_QUESTION = Wanted("Nie można zadać tego pytania", "question")
_OPINION = Wanted("Nie można zapisać tej opinii", "verdict")
_REPORTS = Wanted("Nie można zmienić biblioteki", "reports")
_CHAT = Wanted("Nie można odpowiedzieć w tej rozmowie", "messages")
_PACK = Wanted("Nie można wydać odpowiedzi w tej postaci", "format")

# What a browser gets is a page; these are for programs.
_FOR_PROGRAMS = re.compile(
    r"/(v1|mcp|embed|hooks|widget\.js|static|healthz|readyz|metrics|openapi\.json)\b"
)

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def create_app(
    service: Asking,
    *,
    at_once: int = 1,
    waiting: int = MAX_WAITING,
    hosts: Collection[str] | None = None,
    allowed_hosts: Collection[str] = (),
    keeper: Keeper | None = None,
    upload_mb: int = 100,
    runs_dir: Path = Path("eval/runs"),
    public_url: str = "",
    embedding: Embedding | None = None,
    hooks: Hooks = Hooks(),  # noqa: B008  frozen
    operator: Operator = Operator(),  # noqa: B008  frozen
) -> FastAPI:
    """Return the application around an opened service.

    Args:
        service: What answers; it outlives the application.
        at_once: Questions that may be answered at the same time.
        waiting: Questions that may wait for their turn; more get 503.
        hosts: Hosts that are answered to, as `hosts_answered` returns them.
        allowed_hosts: Hosts whose pages may send to the service besides its own, for
            a proxy that changes the Host header.
        keeper: Changes which reports are searched; None where nobody may.
        upload_mb: Megabytes that one form with reports may have.
        runs_dir: Where stored evaluation runs are.
        public_url: Scheme and host that readers of a chat reach the service by, where
            that is not what the chat itself reaches it by.
        embedding: Sites that may embed the component; None for none.
        hooks: Secrets of the chat products that may send commands.
        operator: Who runs the service, as its pages name them.
    """
    queued = QueuedService(service, at_once=at_once, waiting=waiting)
    tools = mcp.OverHttp(mcp.mcp_server(queued, public_url=public_url))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with tools.running():
            yield

    app = FastAPI(
        title="coi_qa",
        summary="Verbatim quotes of COI reports, with their footnotes",
        lifespan=lifespan,
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
    )
    app.include_router(answer_routes(queued))
    app.include_router(report_routes(queued))
    app.include_router(chat_routes(queued, public_url=public_url))
    app.include_router(command_routes(queued, hooks, public_url=public_url))
    app.include_router(script_routes())
    if embedding is not None:
        app.include_router(embed_routes(queued, public_url=public_url))
    app.include_router(health_routes(queued))
    app.include_router(page_routes(queued, status_of=status_of, operator=operator))
    app.include_router(
        library_routes(queued, keeper, upload_mb=upload_mb, status_of=status_of)
    )
    app.include_router(evaluation_routes(queued, runs_dir))
    app.router.routes.append(Route(mcp.PATH, tools, methods=["POST"]))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(CoiQaError, _on_own_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http_error)
    larger = {
        openai.COMPLETIONS: openai.MAX_BODY_BYTES,
        mcp.PATH: mcp.MAX_BODY_BYTES,
    }
    # Where nobody may add reports, no file is read either.
    if keeper is not None:
        larger[UPLOADS] = upload_mb * 2**20
    app.add_middleware(BodyLimit, most_bytes=MAX_BODY_BYTES, larger=larger)
    if isinstance(service, LiveService):
        app.add_middleware(OneIndex, live=service)
    app.add_middleware(PlainText, refuse=_failure)
    embedded: Collection[str] = ()
    if embedding is not None:
        app.add_middleware(EmbedDoor, embedding=embedding, refuse=_problem)
        embedded = embed.PATHS
    app.add_middleware(
        OwnPages, allowed=allowed_hosts, refuse=_failure, embedded=embedded
    )
    app.add_middleware(KnownHosts, hosts=hosts, refuse=_problem)
    app.add_middleware(HeadAsGet)
    app.add_middleware(Served)  # sees everything, what fails unexpectedly included
    app.add_middleware(Languages)
    app.add_middleware(SafeHeaders)
    return app


def status_of(error: CoiQaError) -> int:
    """Return the HTTP status of an error, its own or that of its nearest ancestor."""
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


class QueuedService:
    """A service that answers few questions at once and lets a bounded number wait.

    One model does one thing at a time: more at once would only make all slower.
    """

    def __init__(self, service: Asking, *, at_once: int, waiting: int) -> None:
        self._service = service
        self._places = threading.BoundedSemaphore(at_once + waiting)
        self._turns = threading.BoundedSemaphore(at_once)

    @property
    def index_id(self) -> str:
        """The id of the index."""
        return self._service.index_id

    @property
    def answers(self) -> AnswerStore:
        """Where answers are kept."""
        return self._service.answers

    def ask(
        self,
        question: str,
        *,
        countries: Sequence[str] = (),
        as_at: PartialDate | None = None,
    ) -> Answer:
        """Return the answer when it is this question's turn.

        Raises:
            BusyError: too many wait already.
        """
        with self._turn():
            return self._service.ask(question, countries=countries, as_at=as_at)

    def search(
        self,
        words: str,
        *,
        countries: Sequence[str] = (),
        as_at: PartialDate | None = None,
        most: int,
    ) -> Passages:
        """Return the passages nearest to some words when it is their turn.

        Raises:
            BusyError: too many wait already.
        """
        with self._turn():
            return self._service.search(
                words, countries=countries, as_at=as_at, most=most
            )

    def complete(self, turns: Sequence[str]) -> str:
        """Return what the last message of a conversation asks, whole."""
        return self._service.complete(turns)

    def imprints(self) -> tuple[Imprint, ...]:
        """Return what is said of each report."""
        return self._service.imprints()

    def country_choices(self) -> list[tuple[str, str]]:
        """Return code and name of the countries that have reports."""
        return self._service.country_choices()

    def country_code(self, name: str) -> str:
        """Return the code of the country that is meant."""
        return self._service.country_code(name)

    def country_name(self, code: str) -> str:
        """Return a country's Polish name, or the code where it has none."""
        return self._service.country_name(code)

    def page_count(self, report_id: str) -> int:
        """Return how many pages a report has."""
        return self._service.page_count(report_id)

    def page(self, report_id: str, number: int) -> Page:
        """Return a stored page."""
        return self._service.page(report_id, number)

    def report_file(self, report_id: str) -> Path:
        """Return where the PDF of a report is."""
        return self._service.report_file(report_id)

    def defects(self, report_id: str) -> tuple[Defect, ...] | None:
        """Return a report's own defects, None where they are not kept."""
        return self._service.defects(report_id)

    @property
    def statement_check(self) -> Check:
        """What the statements of a model have to pass."""
        return self._service.statement_check

    def originals(self) -> Originals:
        """Return the stored reports that what is said of them is compared with."""
        return self._service.originals()

    def page_labels(self, report_id: str) -> Mapping[int, str]:
        """Return what a report calls its pages, by number."""
        return self._service.page_labels(report_id)

    def sections(self, report_id: str) -> tuple[Section, ...]:
        """Return the sections of a report."""
        return self._service.sections(report_id)

    def occurrences(self, report_id: str, typed: str) -> list[Occurrence]:
        """Return where words stand in a report."""
        return self._service.occurrences(report_id, typed)

    def page_image(self, report_id: str, number: int, *, scale: Scale) -> Picture:
        """Return a page as its report prints it."""
        return self._service.page_image(report_id, number, scale=scale)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise errors.BusyError(
                "Zbyt wiele pytań czeka na odpowiedź; spróbuj ponownie za kilka sekund."
            )
        try:
            with self._turns:
                yield
        finally:
            self._places.release()


class BodyLimit:
    """Refuses bodies that are too large while they are read, whatever they claim."""

    def __init__(
        self, app: ASGIApp, *, most_bytes: int, larger: Mapping[str, int]
    ) -> None:
        """Take the limit, and those of the paths where another one holds."""
        self._app = app
        self._most_bytes = most_bytes
        self._larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a body that counts itself."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most_bytes = self._larger.get(scope["path"], self._most_bytes)
        claimed = Headers(scope=scope).get("content-length", "")
        digits = len(str(most_bytes))
        too_large = len(claimed) > digits or int(claimed or 0) > most_bytes
        left = -1 if too_large else most_bytes

        async def receive_counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(413, _too_large(scope["path"], most_bytes))
            return message

        await self._app(scope, receive_counted, send)


class OneIndex:
    """Has a request see one index from its beginning to its end."""

    def __init__(self, app: ASGIApp, *, live: LiveService) -> None:
        self._app = app
        self._live = live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with the index that is current now."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # In a thread, as a new index may have to be opened.
        token = self._live.held.set(await run_in_threadpool(self._live.now))
        try:
            await self._app(scope, receive, send)
        finally:
            self._live.held.reset(token)


class HeadAsGet:
    """Answers HEAD wherever GET is answered, with the same headers and no body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass HEAD on as GET, and let only the head of the response through."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        asked = {**scope, "method": "GET"}  # the server keeps the other one
        try:
            await self._app(asked, receive, send_head)
        finally:
            scope["route"] = asked.get("route")  # for the log


class Served:
    """Gives each request its id and a log line without its words."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; what fails unexpectedly ends here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 0
        given = Headers(scope=scope).get("x-request-id", "")
        named = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        token = request_id.set(named)

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = named
            await send(message)

        try:
            await self._app(scope, receive, send_marked)
        except Exception as exc:
            # The asker gets a page or problem, the log neither words nor message.
            log.error("unexpected_error", exc_info=exc)
            if status == 0:
                response = _failure(scope["path"], 500)
                await response(scope, receive, send_marked)
        finally:
            if not scope["path"].startswith("/static/"):
                log.info("served", extra=_line(scope, status, begun))
            request_id.reset(token)


def _line(scope: Scope, status: int, begun: float) -> dict[str, object]:
    """Return a log line's fields; the route's pattern stands for the address."""
    route = scope.get("route")
    return {
        "method": scope["method"],
        "route": getattr(route, "path", "-"),
        "status": status,
        "ms": round((time.perf_counter() - begun) * 1000),
    }


async def _on_own_error(request: Request, exc: Exception) -> Response:
    if not isinstance(exc, CoiQaError):
        raise exc
    status = status_of(exc)
    level = logging.ERROR if status >= 500 else logging.INFO
    log.log(level, "answer_refused", extra={"kind": type(exc).__name__})
    return _failure(request.url.path, status, str(exc), field=exc.field)


async def _on_invalid(request: Request, exc: Exception) -> Response:
    """Say which key is wrong, and never repeat what was sent."""
    if not isinstance(exc, RequestValidationError):
        raise exc
    first = exc.errors()[0]
    place = [str(part) for part in first["loc"]]
    if place[0] == "path":
        return _failure(request.url.path, 404)
    field = place[1] if len(place) > 1 and not place[1].isdigit() else None
    if field is not None and is_chat(request.url.path):
        field = ".".join(place[1:])  # "messages.0.role"
    if first["type"] == "json_invalid" or field is None:
        return _failure(request.url.path, 422, _wanted(request.url.path).not_json)
    wrong = "brakuje go" if first["type"] == "missing" else "ma niewłaściwą wartość"
    is_program = _FOR_PROGRAMS.match(request.url.path)
    advice = "opis pól podaje /openapi.json" if is_program else "wróć i popraw je"
    detail = f"Pole „{field}”: {wrong}; {advice}."
    return _failure(request.url.path, 422, detail, field=field)


async def _on_http_error(request: Request, exc: Exception) -> Response:
    if not isinstance(exc, HTTPException):
        raise exc
    if exc.status_code == 400:  # FastAPI's word for a body that it cannot decode
        return _failure(request.url.path, 422, _wanted(request.url.path).not_json)
    own_words = exc.detail != HTTPStatus(exc.status_code).phrase
    detail = exc.detail if own_words else DETAILS.get(exc.status_code, exc.detail)
    response = _failure(request.url.path, exc.status_code, detail)
    response.headers.update(exc.headers or {})
    return response


def _failure(
    path: str, status: int, detail: str | None = None, *, field: str | None = None
) -> Response:
    """Return a failure as a page for browsers, as a problem (RFC 9457) otherwise."""
    title = _title(path, status)
    said = detail or DETAILS.get(status, title)
    if is_chat(path):
        response: Response = openai_error(status, said, param=field)
    elif _FOR_PROGRAMS.match(path):
        response = _problem(path, status, said, field=field)
    else:
        response = error_page(
            status=status, title=title, detail=said, request=request_id.get()
        )
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def _problem(
    path: str, status: int, detail: str, *, field: str | None = None
) -> Response:
    said: dict[str, object] = {
        "type": "about:blank",
        "title": _title(path, status),
        "status": int(status),
        "detail": detail,
        "request": request_id.get(),
    }
    if field is not None:
        said["field"] = field
    return JSONResponse(said, status, media_type="application/problem+json")


def _title(path: str, status: int) -> str:
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        return _wanted(path).title
    return TITLES.get(status, HTTPStatus(status).phrase)


def _wanted(path: str) -> Wanted:
    if path.startswith("/library"):
        return _REPORTS
    if is_chat(path):
        return _CHAT
    if path.endswith("/export"):
        return _PACK
    return _OPINION if path.endswith("/feedback") else _QUESTION

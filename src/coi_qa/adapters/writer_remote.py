"""An optional writer: a language model behind any OpenAI-compatible server.

Nothing it returns is trusted: `ask.faithful` holds each statement against its quotes.
Where it cannot be asked, or returns no answer of the form asked for, the quotes are the
answer and the reader is told.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import ssl
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, TypeVar

from coi_qa.adapters.breaker import Breaker
from coi_qa.adapters.writer_extractive import ExtractiveWriter
from coi_qa.domain.answer import Draft, Quote, Statement

log = logging.getLogger(__name__)

T = TypeVar("T")

PROMPT: Final = "writer-1"
BUDGET_TOKENS: Final = 3000  # prompt and quotes; small local models read 4096 in all
MARGIN: Final = 1.25  # another tokenizer may count so many times more
MOST_BYTES: Final = 256 * 1024  # of an answer; a long one has 4 KiB
MOST_STATEMENTS: Final = 12
ANSWER_TOKENS: Final = 800
SEED: Final = 1

NO_ANSWER: Final = (
    "Model językowy nie odpowiedział, więc odpowiedź składa się z samych cytatów."
)

_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["statements"],
    "properties": {
        "statements": {
            "type": "array",
            "maxItems": MOST_STATEMENTS,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["text", "quotes"],
                "properties": {
                    "text": {"type": "string"},
                    "quotes": {"type": "array", "items": {"type": "integer"}},
                },
            },
        }
    },
}
# The strictest first; a server that refuses one is asked with the next.
# llama-cpp-python knows the second one only, and refuses the first with 500.
_FORMATS: Final[tuple[dict[str, Any], ...]] = (
    {
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "statements", "strict": True, "schema": _SCHEMA},
        }
    },
    {"response_format": {"type": "json_object", "schema": _SCHEMA}},
    {"response_format": {"type": "json_object"}},
    {},
)
_REFUSED: Final = frozenset({400, 422, 500, 501})
_FENCE: Final = "```"
# Bounded, as a pattern that may go on forever takes the square of a text's length.
_MARKS: Final = re.compile(r"(?:\s{0,2}\[\d{1,4}\]){1,12}(?=[.!?]?$)")


class Failure(StrEnum):
    """Why a server gave no draft; what is logged."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    BROKEN_OFF = "broken_off"
    STATUS = "status"
    TOO_LONG = "too_long"
    NOT_JSON = "not_json"
    WRONG_SHAPE = "wrong_shape"
    CUT = "cut"
    NOTHING_FITS = "nothing_fits"


class WriterError(Exception):
    """A server gave no draft.

    Attributes:
        failure: Why.
        status: Of its HTTP answer; 0 where there was none.
    """

    def __init__(self, failure: Failure, status: int = 0) -> None:
        super().__init__(failure.value)
        self.failure = failure
        self.status = status


@dataclass(frozen=True, slots=True)
class Server:
    """Where a model is asked.

    Attributes:
        url: Base address, "/v1" included where the server wants it.
        model: Name by which the server knows it.
        seconds: Most that one answer may take, from connecting to the last byte.
        key: Sent as a bearer token; never shown or logged.
    """

    url: str
    model: str
    seconds: float = 30.0
    key: str | None = None

    def __repr__(self) -> str:
        return f"Server({self.url!r}, {self.model!r}, {self.seconds!r})"


class RemoteWriter:
    """Has a model put the quotes into statements; safe to share between threads."""

    def __init__(
        self,
        server: Server,
        *,
        count_tokens: Callable[[str], int],
        country_name: Callable[[str], str] = str,
        breaker: Breaker | None = None,
        budget_tokens: int = BUDGET_TOKENS,
    ) -> None:
        """Take the server; nothing is sent yet.

        Args:
            server: Where to ask.
            count_tokens: Of a prompt.
            country_name: Code -> name that the model is told.
            breaker: Leaves the server alone while it fails.
            budget_tokens: Most that prompt, question and quotes may have.
        """
        self._server = server
        self._count = count_tokens
        self._country_name = country_name
        self._breaker = breaker or Breaker()
        self._budget = budget_tokens
        self._format = 0  # the first that this server did not refuse
        self._prompt = (Path(__file__).parent / "prompts" / f"{PROMPT}.md").read_text(
            "utf-8"
        )

    @property
    def name(self) -> str:
        """The model and the version of its prompt."""
        return f"{self._server.model} ({PROMPT})"

    def write(self, question: str, quotes: Sequence[Quote]) -> Draft:
        """Return what the model says of `quotes`, or the quotes with a notice."""
        if not quotes:
            return Draft(())
        if not self._breaker.may_ask():
            return _without_model(question, quotes)
        started = time.monotonic()
        try:
            sent = self._fitting(question, quotes)
            statements = _ask(self._server, sent, self._formats(), self._refused)
        except WriterError as exc:
            pauses = self._breaker.failed()
            log.warning(
                "writer_failed",
                extra={
                    "kind": exc.failure.value,
                    "status": exc.status,
                    "ms": _ms(started),
                    "paused": pauses,
                },
            )
            return _without_model(question, quotes)
        except BaseException:
            self._breaker.failed()  # or nobody would ever try again
            raise
        self._breaker.succeeded()
        log.info(
            "written",
            extra={
                "quotes": len(quotes),
                "statements": len(statements),
                "ms": _ms(started),
            },
        )
        return Draft(statements, writer=self.name)

    def _formats(self) -> Sequence[dict[str, Any]]:
        return _FORMATS[self._format :]

    def _refused(self, by: int) -> None:
        """Take note that the server does not know the first `by` formats asked for."""
        self._format = min(self._format + by, len(_FORMATS) - 1)

    def _fitting(self, question: str, quotes: Sequence[Quote]) -> dict[str, Any]:
        """Return the request with as many quotes, best first, as the budget holds."""
        room = self._budget / MARGIN - self._count(self._prompt)
        for most in range(len(quotes), 0, -1):
            said = json.dumps(
                {
                    "question": question,
                    "quotes": [self._quote(quote) for quote in quotes[:most]],
                },
                ensure_ascii=False,
            )
            if self._count(said) <= room:
                return {
                    "model": self._server.model,
                    "messages": [
                        {"role": "system", "content": self._prompt},
                        {"role": "user", "content": said},
                    ],
                    "temperature": 0,
                    "seed": SEED,
                    "max_tokens": ANSWER_TOKENS,
                    "stream": False,
                }
        raise WriterError(Failure.NOTHING_FITS)

    def _quote(self, quote: Quote) -> dict[str, object]:
        imprint = quote.imprint
        return {
            "number": quote.number,
            "text": quote.text,
            "report": imprint.title,
            "country": ", ".join(map(self._country_name, imprint.countries)),
            "section": " › ".join(quote.section),
            "date": None if imprint.date is None else str(imprint.date),
        }


def _without_model(question: str, quotes: Sequence[Quote]) -> Draft:
    copied = ExtractiveWriter().write(question, quotes)
    return Draft(copied.statements, notice=NO_ANSWER)


def _ms(started: float) -> int:
    return round(1000 * (time.monotonic() - started))


# --- over the network -----------------------------------------------------------------


def _ask(
    server: Server,
    sent: Mapping[str, Any],
    formats: Sequence[Mapping[str, Any]],
    refused: Callable[[int], None],
) -> tuple[Statement, ...]:
    """Return the statements that a server answers with.

    Raises:
        WriterError: it gives none in time, or none of the form asked for.
    """
    try:
        return _run(_ask_in_time(server, sent, formats, refused))
    except TimeoutError as exc:
        raise WriterError(Failure.TIMEOUT) from exc


async def _ask_in_time(
    server: Server,
    sent: Mapping[str, Any],
    formats: Sequence[Mapping[str, Any]],
    refused: Callable[[int], None],
) -> tuple[Statement, ...]:
    """Ask with one format after the other until the server takes one.

    The time limit is on all of it: those of httpx begin anew with every byte, so that
    a server which sends one now and then would never be given up.
    """
    async with asyncio.timeout(server.seconds):
        for at, asked in enumerate(formats):
            status, body = await _post(server, {**sent, **asked})
            if status in _REFUSED and at + 1 < len(formats):
                continue
            if status != HTTPStatus.OK:
                raise WriterError(Failure.STATUS, status)
            refused(at)
            return read_statements(body)
    raise WriterError(Failure.STATUS)


async def _post(server: Server, sent: Mapping[str, Any]) -> tuple[int, bytes]:
    """Return status and body of a request; neither redirects nor proxies are used."""
    # Imported here: an installation without a writer never needs it.
    import httpx

    headers = {"Accept-Encoding": "identity"}  # what is packed could unpack to anything
    if server.key:
        headers["Authorization"] = f"Bearer {server.key}"
    try:
        async with (
            httpx.AsyncClient(
                trust_env=False,
                follow_redirects=False,
                timeout=server.seconds,
                verify=_trusted(),
            ) as client,
            client.stream(
                "POST",
                f"{server.url.rstrip('/')}/chat/completions",
                json=dict(sent),
                headers=headers,
            ) as response,
        ):
            if response.headers.get("content-encoding", "identity") != "identity":
                raise WriterError(Failure.NOT_JSON, response.status_code)
            body = bytearray()
            async for part in response.aiter_raw():
                body += part
                if len(body) > MOST_BYTES:
                    raise WriterError(Failure.TOO_LONG, response.status_code)
            return response.status_code, bytes(body)
    except httpx.TimeoutException as exc:
        raise WriterError(Failure.TIMEOUT) from exc
    except httpx.ConnectError as exc:
        raise WriterError(Failure.UNREACHABLE) from exc
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as exc:
        raise WriterError(Failure.BROKEN_OFF) from exc


@cache
def _trusted() -> ssl.SSLContext:
    """Return what this machine trusts, an office's own authority included."""
    return ssl.create_default_context()


def is_reachable(server: Server) -> str:
    """Return "" where a server lists its models in time, else why it does not.

    Asks nothing and sends no question.
    """
    return _run(_look(server))


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Return what `work` returns, also where this thread has a loop already."""
    with ThreadPoolExecutor(max_workers=1) as own:
        return own.submit(asyncio.run, work).result()


async def _look(server: Server) -> str:
    import httpx

    headers = {"Authorization": f"Bearer {server.key}"} if server.key else {}
    try:
        async with (
            asyncio.timeout(min(server.seconds, 5.0)),
            httpx.AsyncClient(
                trust_env=False, follow_redirects=False, verify=_trusted()
            ) as client,
            client.stream(
                "GET", f"{server.url.rstrip('/')}/models", headers=headers
            ) as response,
        ):
            return "" if response.is_success else f"HTTP {response.status_code}"
    except (TimeoutError, httpx.TimeoutException):
        return Failure.TIMEOUT.value
    except (httpx.HTTPError, httpx.InvalidURL):
        return Failure.UNREACHABLE.value


# --- what it says ---------------------------------------------------------------------


def read_statements(body: bytes) -> tuple[Statement, ...]:
    """Return the statements of a server's answer; none of them has been checked.

    Raises:
        WriterError: it has not the form asked for, or was cut short.
    """
    answer = _json(body)
    try:
        choice = answer["choices"][0]
        content = choice["message"]["content"]
    except (KeyError, IndexError, TypeError) as exc:
        raise WriterError(Failure.WRONG_SHAPE) from exc
    if choice.get("finish_reason") == "length":
        raise WriterError(Failure.CUT)
    if not isinstance(content, str):
        raise WriterError(Failure.WRONG_SHAPE)
    said = _json(_unfenced(content.strip()))
    listed = said.get("statements") if isinstance(said, dict) else None
    if not isinstance(listed, list) or len(listed) > MOST_STATEMENTS:
        raise WriterError(Failure.WRONG_SHAPE)
    return tuple(map(_statement, listed))


def _unfenced(text: str) -> str:
    """Return what stands between the fences of a block of code, else the text."""
    inside = text.removeprefix(_FENCE).removesuffix(_FENCE)
    is_fenced = len(text) - len(inside) == 2 * len(_FENCE)
    return inside.removeprefix("json") if is_fenced else text


def _json(text: str | bytes) -> Any:  # noqa: ANN401  whatever a stranger sends
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise WriterError(Failure.NOT_JSON) from exc


def _statement(said: object) -> Statement:
    if not isinstance(said, dict) or set(said) != {"text", "quotes"}:
        raise WriterError(Failure.WRONG_SHAPE)
    text, quotes = said["text"], said["quotes"]
    is_numbers = isinstance(quotes, list) and all(type(n) is int for n in quotes)
    if not isinstance(text, str) or not is_numbers or _has_half_characters(text):
        raise WriterError(Failure.WRONG_SHAPE)
    # Marks such as "[1]" repeat what `quotes` says.
    return Statement(_MARKS.sub("", text.strip()), tuple(dict.fromkeys(quotes)))


def _has_half_characters(text: str) -> bool:
    """Say whether JSON smuggled in what cannot be written as UTF-8."""
    return any("\ud800" <= char <= "\udfff" for char in text)

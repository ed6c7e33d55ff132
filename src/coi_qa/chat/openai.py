"""The interface that chat products speak: /v1/chat/completions and /v1/models.

Requests and responses have the shapes of OpenAI's API reference ("Chat Completions"),
so that its clients work unchanged. What no model is behind is not pretended: sampling
settings are taken and change nothing, and what cannot be honoured is refused.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from coi_qa.adapters.tokens import count_prompt_tokens
from coi_qa.asking import Asking, country_names, keep_answer, read_as_at
from coi_qa.chat.reply import Citation, Reply, reply_to
from coi_qa.chat.site import site_of
from coi_qa.errors import BadQuestionError, BadRequestError, NotFoundError

MODEL: Final = "coi-qa"
PATHS: Final = ("/v1/chat/completions", "/v1/models")
COMPLETIONS: Final = PATHS[0]
MAX_BODY_BYTES: Final = 2**20  # a whole conversation is sent each time
MAX_MESSAGES: Final = 500
TURNS_READ: Final = 8  # of one person, the newest; what was asked before is over
LONGEST_TURN: Final = 1000  # characters of an earlier turn that is still read

_OWNER: Final = "coi_qa"


class Part(BaseModel):
    """A part of a message; only text can be read."""

    type: str
    text: str | None = None


class Message(BaseModel):
    """A message of the conversation; those of the asker are read."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None


class StreamOptions(BaseModel):
    """What a stream carries besides."""

    include_usage: bool | None = None


class ResponseFormat(BaseModel):
    """The form in which the reply is wanted; only text can be had."""

    type: str


class ChatRequest(BaseModel):
    """A request as OpenAI's clients send it, and two keys of our own.

    Keys that are not named here are taken and change nothing.
    """

    model_config = ConfigDict(extra="allow")

    model: str
    messages: Annotated[list[Message], Field(min_length=1, max_length=MAX_MESSAGES)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: Annotated[int, Field(ge=1)] | None = None
    response_format: ResponseFormat | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    max_completion_tokens: Annotated[int, Field(ge=1)] | None = None
    countries: Annotated[list[str], Field(max_length=50)] | None = None
    as_at: str | None = None


@dataclass(frozen=True, slots=True)
class _Turn:
    """A reply with all that its envelope says."""

    document: Mapping[str, Any]
    reply: Reply
    created: int
    usage: Mapping[str, int]

    @property
    def id(self) -> str:
        return f"chatcmpl-{self.document['id']}"

    @property
    def about(self) -> dict[str, Any]:
        """What a program wants to know of the answer besides its words."""
        kept = ("id", "status", "question", "index", "confidence", "as_at", "searched")
        return {key: self.document[key] for key in kept}


def chat_routes(service: Asking, *, public_url: str = "") -> APIRouter:
    """Return the routes that chat products use.

    Args:
        service: What answers.
        public_url: Scheme and host that readers reach the service by, where that is
            not what the request was sent to; "" otherwise.
    """
    router = APIRouter(prefix="/v1", tags=["chat"])

    @router.post("/chat/completions", response_model=None)
    def complete(asked: ChatRequest, request: Request) -> Response:
        """Answer the last message of a conversation, with citations."""
        turn = _answered(service, asked, site=site_of(request, public_url))
        if not asked.stream:
            return JSONResponse(_completion(turn))
        has_usage = bool(asked.stream_options and asked.stream_options.include_usage)
        return StreamingResponse(
            _events(turn, has_usage=has_usage),
            media_type="text/event-stream",
            # A proxy that collects the stream first would take its point away.
            headers={"X-Accel-Buffering": "no"},
        )

    @router.get("/models")
    def list_models() -> dict[str, Any]:
        """List the one model."""
        return {"object": "list", "data": [_model()]}

    @router.get("/models/{name}")
    def read_model(name: str) -> dict[str, Any]:
        """Describe the one model."""
        _refuse_other_model(name)
        return _model()

    return router


def openai_error(
    status: int, message: str, *, param: str | None = None
) -> JSONResponse:
    """Return an error in the shape that OpenAI's clients read.

    What was asked wrongly is 400 there, not 422.
    """
    status = 400 if status == 422 else status
    kind = "invalid_request_error" if status < 500 else "server_error"
    codes = {404: "not_found", 413: "request_too_large", 503: "service_unavailable"}
    error = {
        "message": message,
        "type": kind,
        "param": param,
        "code": "model_not_found" if param == "model" else codes.get(status),
    }
    return JSONResponse({"error": error}, status)


def is_chat(path: str) -> bool:
    """Say whether a path belongs to this interface."""
    return any(path == known or path.startswith(f"{known}/") for known in PATHS)


def _answered(service: Asking, asked: ChatRequest, *, site: str) -> _Turn:
    _refuse_other_model(asked.model)
    _refuse_what_cannot_be_had(asked)
    turns = _turns(asked.messages)
    question = service.complete(turns)
    document = json.loads(
        keep_answer(
            service,
            question,
            countries=asked.countries or (),
            as_at=read_as_at(asked.as_at),
        )
    )
    reply = reply_to(
        document,
        site=site,
        countries=country_names(service, document),
        was_completed=document["question"] != " ".join(turns[-1].split()),
    )
    sent = "\n".join(_text(message) or "" for message in asked.messages)
    prompt, completion = count_prompt_tokens(sent), count_prompt_tokens(reply.text)
    return _Turn(
        document=document,
        reply=reply,
        created=int(time.time()),
        usage={
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
        },
    )


def _refuse_other_model(name: str) -> None:
    if name != MODEL:
        raise NotFoundError(
            f"Nie ma modelu {name[:80]!r}; jedynym jest „{MODEL}” (lista: /v1/models).",
            field="model",
        )


def _refuse_what_cannot_be_had(asked: ChatRequest) -> None:
    if (asked.n or 1) > 1:
        raise BadRequestError(
            f"n={asked.n}: na pytanie jest jedna odpowiedź; wyślij n=1 albo pomiń n.",
            field="n",
        )
    wanted = asked.response_format.type if asked.response_format else "text"
    if wanted != "text":
        raise BadRequestError(
            f"response_format {wanted[:80]!r}: odpowiedź czatu jest tekstem; JSON "
            "odpowiedzi wydaje POST /v1/answers.",
            field="response_format",
        )


def _turns(messages: Sequence[Message]) -> list[str]:
    """Return what the asker said, the newest last.

    Raises:
        BadQuestionError: the last of it is no text.
    """
    said = [_text(message) for message in messages if message.role == "user"]
    if not said or not (said[-1] or "").strip():
        raise BadQuestionError(
            "W rozmowie nie ma pytania; wyślij w messages wiadomość o roli „user” "
            "z tekstem (obrazów i plików usługa nie czyta).",
            field="messages",
        )
    earlier = [text for text in said[:-1] if text and len(text) <= LONGEST_TURN]
    return [*earlier[-(TURNS_READ - 1) :], said[-1] or ""]


def _text(message: Message) -> str | None:
    """Return the words of a message, None where a part of it is none."""
    if message.content is None or isinstance(message.content, str):
        return message.content
    if any(part.type != "text" for part in message.content):
        return None
    return "\n".join(part.text or "" for part in message.content)


def _completion(turn: _Turn) -> dict[str, Any]:
    message = {
        "role": "assistant",
        "content": turn.reply.text,
        "refusal": None,
        "annotations": [_annotation(each) for each in turn.reply.citations],
    }
    choice = {
        "index": 0,
        "message": message,
        "logprobs": None,
        "finish_reason": "stop",
    }
    return {
        **_envelope(turn, "chat.completion"),
        "choices": [choice],
        "usage": turn.usage,
        "coi_qa": turn.about,
    }


def _events(turn: _Turn, *, has_usage: bool) -> Iterator[str]:
    """Yield the reply as server-sent events, each citation with its number."""
    yield _event(turn, {"role": "assistant", "content": ""}, has_usage=has_usage)
    for piece in turn.reply.pieces:
        delta: dict[str, Any] = {"content": piece.text}
        if piece.citations:
            delta["annotations"] = [_annotation(each) for each in piece.citations]
        yield _event(turn, delta, has_usage=has_usage)
    yield _event(turn, {}, has_usage=has_usage, finish="stop", coi_qa=turn.about)
    if has_usage:
        chunk = _envelope(turn, "chat.completion.chunk")
        yield _line({**chunk, "choices": [], "usage": turn.usage})
    yield "data: [DONE]\n\n"


def _event(
    turn: _Turn,
    delta: Mapping[str, Any],
    *,
    has_usage: bool,
    finish: str | None = None,
    **more: object,
) -> str:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    usage = {"usage": None} if has_usage else {}
    chunk = _envelope(turn, "chat.completion.chunk")
    return _line({**chunk, "choices": [choice], **usage, **more})


def _line(chunk: Mapping[str, Any]) -> str:
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"


def _envelope(turn: _Turn, kind: str) -> dict[str, Any]:
    return {
        "id": turn.id,
        "object": kind,
        "created": turn.created,
        "model": MODEL,
        "system_fingerprint": turn.document["index"],
        "service_tier": None,
    }


def _annotation(citation: Citation) -> dict[str, Any]:
    """Return a citation as OpenAI's clients read it, and what more is known of it.

    Chat Completions nests the keys and the newer Responses do not; readers of either
    find them.
    """
    said = {
        "start_index": citation.start,
        "end_index": citation.end,
        "title": citation.title,
        "url": citation.url,
        "number": citation.number,
        "cited_text": citation.cited_text,
        "page": citation.page,
        "places": list(citation.places),
        "report": citation.report,
        "footnotes": list(citation.footnotes),
    }
    return {"type": "url_citation", **said, "url_citation": said}


def _model() -> dict[str, Any]:
    return {"id": MODEL, "object": "model", "created": 0, "owned_by": _OWNER}

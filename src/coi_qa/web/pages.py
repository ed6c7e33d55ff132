"""The caseworkers' form, the answer page and the page viewer; no script is needed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from coi_qa import render
from coi_qa.errors import (
    BadRequestError,
    CoiQaError,
    NotFoundError,
    UnknownCountryError,
)
from coi_qa.web.asking import Asking
from coi_qa.web.routes import PageNumber, imprint_of, read_as_at, stored_answer
from coi_qa.web.viewer import paragraphs_of, quoted_spans

STATIC: Final = Path(__file__).parent / "static"

VERDICT_WORDS: Final = {
    "useful": "przydatna",
    "wrong": "błędna",
    "outdated": "nieaktualna",
    "missing": "czegoś brakuje",
}

_MAX_COMMENT_CHARS = 4000  # as in the interface under /v1

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    extensions=["jinja2.ext.i18n"],
)
_templates.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # the extension's
_templates.globals |= {
    "conflict_words": render.conflict_words,
    "conflicts_words": render.CONFLICTS_WORDS,
    "date_words": render.date_words,
    "fault_words": render.fault_words,
    "near_words": render.NEAR_WORDS,
    "place_words": render.place_words,
    "report_words": render.report_words,
    "side_words": render.side_words,
    "verdicts": VERDICT_WORDS,
}


def page_routes(
    service: Asking, *, status_of: Callable[[CoiQaError], int]
) -> APIRouter:
    """Return the routes for browsers.

    Args:
        service: What answers.
        status_of: The HTTP status of an error, from the one table.
    """
    router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

    @router.get("/")
    def show_form() -> HTMLResponse:
        return _form_page(service, {})

    @router.post("/")
    def ask(
        question: Annotated[str, Form()] = "",
        country: Annotated[str, Form()] = "",
        as_at: Annotated[str, Form()] = "",
    ) -> Response:
        typed = {"question": question, "country": country, "as_at": as_at}
        try:
            date = read_as_at(as_at)
        except BadRequestError as exc:
            return _form_page(service, typed, {"as_at": str(exc)}, status=422)
        countries = [country] if country.strip() else []
        try:
            answer = service.ask(question, countries=countries, as_at=date)
        except CoiQaError as exc:
            errors = {_field_of(exc): str(exc)}
            return _form_page(service, typed, errors, status=status_of(exc))
        service.answers.put(answer.id, render.answer_json(answer))
        # An answer is kept for all who ask the same, whatever each of them selected.
        is_other = (
            country in dict(service.country_choices())
            and (country,) != answer.searched.countries
        )
        selected = f"?country={country}" if is_other else ""
        return RedirectResponse(f"/answers/{answer.id}{selected}", 303)

    @router.get("/answers/{answer_id}")
    def show_answer(
        answer_id: str, noted: bool = False, country: str = ""
    ) -> HTMLResponse:
        document = json.loads(stored_answer(service, answer_id))
        return _answer_page(service, document, selected=country, is_noted=noted)

    @router.post("/answers/{answer_id}/feedback")
    def keep_feedback(
        answer_id: str,
        verdict: Annotated[Literal["useful", "wrong", "outdated", "missing"], Form()],
        comment: Annotated[str, Form(max_length=_MAX_COMMENT_CHARS)] = "",
    ) -> Response:
        service.answers.put_feedback(answer_id, verdict, comment.strip())
        return RedirectResponse(f"/answers/{answer_id}?noted=true#opinia", 303)

    @router.get("/reports/{report_id}/pages/{number}")
    def show_page(
        report_id: str,
        number: PageNumber,
        answer: str = "",
        quote: int = 0,
        near: int = 0,
    ) -> HTMLResponse:
        quoted = _quoted(service, answer, quote=quote, near=near)
        if quoted is not None and quoted["report"]["id"] != report_id:
            quoted = None
        return _viewer_page(service, report_id, number, quoted, answer_id=answer)

    return router


def error_page(*, status: int, title: str, detail: str, request: str) -> HTMLResponse:
    """Return a page that says what went wrong and what to do."""
    return _page(
        "error.html", status=status, title=title, detail=detail, request=request
    )


def _page(template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    text = _templates.get_template(template).render(status=status, **values)
    return HTMLResponse(text, status)


def _form_page(
    service: Asking,
    typed: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    *,
    status: int = 200,
) -> HTMLResponse:
    reports = [render.report_document(i, 0) for i in service.imprints()]
    return _page(
        "form.html",
        status=status,
        typed=_typed(typed),
        errors=errors or {},
        countries=service.country_choices(),
        reports=reports,
    )


def _answer_page(
    service: Asking, document: Mapping[str, Any], *, selected: str, is_noted: bool
) -> HTMLResponse:
    """Return the page of an answer, `selected` being the country of its form."""
    choices = service.country_choices()
    held_to = document["searched"]["countries"]
    country = selected or (held_to[0] if len(held_to) == 1 else "")
    return _page(
        "answer.html",
        answer=document,
        status_words=render.STATUS_WORDS[document["status"]],
        statements=render.statements_apart(document),
        quotes=list(zip(document["quotes"], render.notes(document), strict=True)),
        near=list(
            zip(document["near"], render.notes(document, of="near"), strict=True)
        ),
        currency=render.currency_words(document),
        searched=render.searched_words(
            document, {code: service.country_name(code) for code in held_to}
        ),
        typed=_typed({"question": document["question"], "country": country}),
        errors={},
        countries=choices,
        is_noted=is_noted,
    )


def _viewer_page(
    service: Asking,
    report_id: str,
    number: int,
    quoted: Mapping[str, Any] | None,
    *,
    answer_id: str,
) -> HTMLResponse:
    imprint = imprint_of(service, report_id)
    page = service.page(report_id, number)
    marked = quoted_spans(page, quoted) if quoted is not None else []
    count = service.page_count(report_id)
    pages_quoted = {place["page"] for place in quoted["places"]} if quoted else set()
    return _page(
        "page.html",
        report=render.report_document(imprint, count),
        page=page,
        paragraphs=paragraphs_of(page, marked),
        is_missing=number in pages_quoted and not marked,
        quoted=quoted,
        other_pages=sorted(pages_quoted - {number}),
        answer_id=answer_id if quoted is not None else "",
    )


def _quoted(
    service: Asking, answer_id: str, *, quote: int, near: int
) -> dict[str, Any] | None:
    """Return the quote of a kept answer; None where it is not kept (any more)."""
    if not answer_id or not (quote or near):
        return None
    try:
        document = json.loads(stored_answer(service, answer_id))
    except NotFoundError:
        return None
    kind, number = ("quotes", quote) if quote else ("near", near)
    for each in document[kind]:
        if each["number"] == number:
            return {**each, "is_near": kind == "near"}
    return None


def _typed(typed: Mapping[str, str]) -> dict[str, str]:
    return {"question": "", "country": "", "as_at": ""} | dict(typed)


def _field_of(error: CoiQaError) -> str:
    """Return the field of the form that an error is about, "" where it is none."""
    if isinstance(error, UnknownCountryError):
        return "country"
    return "question" if isinstance(error, BadRequestError) else ""

"""The caseworkers' form, the answer page and the page viewer; no script is needed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from coi_qa import render
from coi_qa.asking import Asking, country_names, read_as_at, stored_answer
from coi_qa.domain.dates import find_dates
from coi_qa.domain.language import detect_language
from coi_qa.errors import (
    BadRequestError,
    CoiQaError,
    UnknownCountryError,
)
from coi_qa.web.cited import cited_sources, pages_of
from coi_qa.web.examples import Example, example_questions
from coi_qa.web.language import (
    LANGUAGES,
    OWN,
    country_words,
    date_words,
    said,
    sentence,
    translate,
    translate_count,
    visit,
)
from coi_qa.web.viewer import viewer_routes

STATIC: Final = Path(__file__).parent / "static"

VERDICT_WORDS: Final = {
    "useful": "przydatna",
    "wrong": "błędna",
    "outdated": "nieaktualna",
    "missing": "czegoś brakuje",
}

FORM_WORDS: Final = {
    "not_a_date": "„Stan na” to nie data; wpisz 2025, 2025-10 albo 2025-10-31.",
    "no_verdict": "Wybierz jedną z ocen; sam komentarz nie wystarczy.",
    "long_comment": "Komentarz jest za długi; skróć go do 4000 znaków.",
}

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_MAX_COMMENT_CHARS = 4000  # as in the interface under /v1
_MOST_LISTED = 8  # reports named on the form; the rest is on their own page


@dataclass(frozen=True, slots=True)
class Operator:
    """Who runs the service: a name and an e-mail address, where they are set."""

    name: str | None = None
    contact: str | None = None


def other_language(text: str | None) -> str:
    """Return the language of `text` where it can be told and the page speaks another.

    Short words of no telling letters count as Polish, which is no more than a guess.
    """
    found = detect_language(text or "")
    if found in ("other", visit().language):
        return ""
    return "" if found == OWN and (text or "").isascii() else found


def polish() -> str:
    """Return the attribute of what is Polish on any page."""
    return Markup("") if visit().language == OWN else Markup(' lang="pl"')


_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    extensions=["jinja2.ext.i18n"],
)
_templates.install_gettext_callables(  # type: ignore[attr-defined]  # by the extension
    translate, translate_count, newstyle=True
)
_templates.globals |= {
    "cited_sources": cited_sources,
    "conflicts_words": render.CONFLICTS_WORDS,
    "country_words": country_words,
    "date_words": date_words,
    "fault_words": render.FAULT_WORDS,
    "languages": LANGUAGES,
    "near_words": render.NEAR_WORDS,
    "other_language": other_language,
    "pages_of": pages_of,
    "place_words": render.place_words,
    "polish": polish,
    "problem_words": render.PROBLEM_WORDS,
    "relation_words": render.RELATION_WORDS,
    "report_words": render.report_words,
    "said": said,
    "scope_words": render.SCOPE_WORDS,
    "sentence": sentence,
    "source_date": render.source_date,
    "status_names": render.STATUS_NAMES,
    "status_words": render.STATUS_WORDS,
    "verdicts": VERDICT_WORDS,
    "visit": visit,
    "web_address": render.web_address,
}


def page_routes(
    service: Asking,
    *,
    status_of: Callable[[CoiQaError], int],
    operator: Operator = Operator(),
) -> APIRouter:
    """Return the routes for browsers.

    Args:
        service: What answers.
        status_of: The HTTP status of an error, from the one table.
        operator: As the accessibility declaration names them.
    """
    router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

    @lru_cache(maxsize=1)
    def examples_of(index_id: str) -> tuple[Example, ...]:
        return example_questions(service)

    def examples() -> tuple[Example, ...]:  # pages are read for it, once an index
        return examples_of(service.index_id)

    @router.get("/")
    def show_form() -> HTMLResponse:
        return _form_page(service, {}, examples=examples())

    @router.post("/")
    def ask(
        question: Annotated[str, Form()] = "",
        country: Annotated[str, Form()] = "",
        as_at: Annotated[str, Form()] = "",
    ) -> Response:
        typed = {"question": question, "country": country, "as_at": as_at}
        try:
            date = read_as_at(as_at)
        except BadRequestError:
            errors = {"as_at": FORM_WORDS["not_a_date"]}
            return _form_page(service, typed, errors, examples=examples(), status=422)
        countries = [country] if country.strip() else []
        try:
            answer = service.ask(question, countries=countries, as_at=date)
        except CoiQaError as exc:
            errors = {_field_of(exc): str(exc)}
            return _form_page(
                service, typed, errors, examples=examples(), status=status_of(exc)
            )
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
        verdict: Annotated[str, Form()] = "",
        comment: Annotated[str, Form()] = "",
    ) -> Response:
        wrong = "no_verdict" if verdict not in VERDICT_WORDS else ""
        if len(comment) > _MAX_COMMENT_CHARS:
            wrong = "long_comment"
        if wrong:
            document = json.loads(stored_answer(service, answer_id))
            opinion = {"verdict": verdict, "comment": comment, "wrong": wrong}
            return _answer_page(service, document, opinion=opinion, status=422)
        service.answers.put_feedback(answer_id, verdict, comment.strip())
        return RedirectResponse(f"/answers/{answer_id}?noted=true#opinia", 303)

    @router.get("/dostepnosc")
    def show_declaration() -> HTMLResponse:
        return _page("dostepnosc.html", operator=operator)

    router.include_router(viewer_routes(service, show=_page))
    return router


def error_page(*, status: int, title: str, detail: str, request: str) -> HTMLResponse:
    """Return a page that says what went wrong and what to do."""
    return _page(
        "error.html", status=status, title=title, detail=detail, request=request
    )


def html_page(template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """Return a page of the service, made of its template and these values."""
    return _page(template, status=status, **values)


def _page(template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    text = _templates.get_template(template).render(status=status, **values)
    return HTMLResponse(text, status)


def _form_page(
    service: Asking,
    typed: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    *,
    examples: tuple[Example, ...],
    status: int = 200,
) -> HTMLResponse:
    reports = [render.report_document(i, 0) for i in service.imprints()]
    newest = sorted(reports, key=lambda report: report["date"] or "", reverse=True)
    return _page(
        "form.html",
        status=status,
        typed=_typed(typed),
        errors=errors or {},
        suggested=_suggested_date(typed.get("as_at", "")) if errors else "",
        countries=service.country_choices(),
        examples=examples,
        reports=newest[:_MOST_LISTED],
        report_count=len(reports),
    )


def _answer_page(
    service: Asking,
    document: Mapping[str, Any],
    *,
    selected: str = "",
    is_noted: bool = False,
    opinion: Mapping[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    """Return the page of an answer.

    Args:
        service: What answers.
        document: JSON of the answer.
        selected: The country of its form, where another was searched than chosen.
        is_noted: Whether an opinion has just been kept.
        opinion: One that could not be kept, with what is wrong with it.
        status: Of HTTP.
    """
    held_to = document["searched"]["countries"]
    country = selected or (held_to[0] if len(held_to) == 1 else "")
    return _page(
        "answer.html",
        status=status,
        answer=document,
        given_on=service.answers.given_on(document["id"]),
        tellers=document.get("tellers", ()),  # answers kept of old lack them
        statements=render.statements_apart(document),
        writer=render.written_by(document),
        writer_words=render.WRITER_WORDS,
        country_names=country_names(service, document),
        typed=_typed({"question": document["question"], "country": country}),
        errors={},
        suggested="",
        countries=service.country_choices(),
        is_noted=is_noted,
        opinion=opinion or {"verdict": "", "comment": "", "wrong": ""},
        form_words=FORM_WORDS,
    )


def _suggested_date(typed: str) -> str:
    """Return the date that was perhaps meant, or "".

    >>> _suggested_date("do 31 października 2025 r."), _suggested_date("2025-13")
    ('2025-10-31', '2025')
    """
    found = [str(each.date) for each in find_dates(typed) if each.date is not None]
    year = _YEAR.search(typed)
    return found[0] if found else year[0] if year else ""


def _typed(typed: Mapping[str, str]) -> dict[str, str]:
    return {"question": "", "country": "", "as_at": ""} | dict(typed)


def _field_of(error: CoiQaError) -> str:
    """Return the field of the form that an error is about, "" where it is none."""
    if isinstance(error, UnknownCountryError):
        return "country"
    return "question" if isinstance(error, BadRequestError) else ""

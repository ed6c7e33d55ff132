"""The HTTP interface under /v1, and what tells whether the service is well."""

from __future__ import annotations

import json
import sqlite3
from typing import Annotated, Any

from fastapi import APIRouter, Header, HTTPException, Path, Query, Response
from fastapi.responses import FileResponse

from coi_qa import schemas
from coi_qa.asking import (
    Asking,
    country_names,
    imprint_of,
    keep_answer,
    read_as_at,
    stored_answer,
)
from coi_qa.errors import CoiQaError
from coi_qa.export import FORMS, export_answer
from coi_qa.render import page_document, report_document
from coi_qa.web.language import visit

PageNumber = Annotated[int, Path(ge=1, le=100_000)]
IfNoneMatch = Annotated[str, Header()]

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": description,
        "content": {
            "application/problem+json": {"schema": schemas.Problem.model_json_schema()}
        },
    }
    for status, description in {
        403: "A page of another site has sent it",
        404: "No such report, page or answer",
        413: "The body is too large",
        422: "What was sent cannot be asked; `detail` says what can",
        503: "Too many are asking, or there is no usable index; see Retry-After",
    }.items()
}


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: _PROBLEMS[status] for status in statuses}


def answer_routes(service: Asking) -> APIRouter:
    """Return the routes that answer, and that keep what was answered."""
    router = APIRouter(prefix="/v1/answers", tags=["answers"])

    @router.post(
        "", response_model=schemas.Answer, responses=_problems(403, 413, 422, 503)
    )
    def ask(asked: schemas.Question) -> Response:
        """Answer a question; the same question on the same index gives the same."""
        return _json(
            keep_answer(
                service,
                asked.question,
                countries=asked.countries or (),
                as_at=read_as_at(asked.as_at),
            )
        )

    @router.get("/{answer_id}", response_model=schemas.Answer, responses=_problems(404))
    def read_answer(answer_id: str) -> Response:
        """Return an answer as it was given, while it is kept."""
        return _json(stored_answer(service, answer_id))

    @router.get(
        "/{answer_id}/export",
        response_class=Response,
        responses={
            200: {"content": {form.media_type: {} for form in FORMS.values()}},
            **_problems(404, 422),
        },
    )
    def export(
        answer_id: str,
        # A name that is none gets a sentence with those there are, not a schema's.
        form: Annotated[str, Query(alias="format")] = "",
        style: str = "",
    ) -> Response:
        """Return an answer's evidence pack: docx, pdf, json, bibtex or csl-json.

        `style` is that of the references in docx and pdf: administracyjny or oscola.
        """
        text = stored_answer(service, answer_id)
        document = json.loads(text)
        pack = export_answer(
            document,
            form=form,
            style=style,
            countries=country_names(service, document),
            created=service.answers.given_on(answer_id),
            address=f"{visit().site}/answers/{answer_id}",
        )
        said = f'attachment; filename="{pack.file_name}"'
        headers = {"Content-Disposition": said}
        return Response(pack.content, media_type=pack.media_type, headers=headers)

    @router.post(
        "/{answer_id}/feedback",
        status_code=204,
        responses=_problems(403, 404, 413, 422),
    )
    def keep_feedback(answer_id: str, said: schemas.Feedback) -> None:
        """Keep what a caseworker says of an answer."""
        service.answers.put_feedback(answer_id, said.verdict, said.comment)

    return router


def report_routes(service: Asking) -> APIRouter:
    """Return the routes that show what is indexed."""
    router = APIRouter(prefix="/v1/reports", tags=["reports"], responses=_problems(404))

    @router.get("", response_model=list[schemas.Report])
    def list_reports() -> list[dict[str, Any]]:
        """List the reports that are searched."""
        return [
            report_document(imprint, service.page_count(imprint.id))
            for imprint in service.imprints()
        ]

    @router.get("/{report_id}", response_model=schemas.Report)
    def read_report(report_id: str) -> dict[str, Any]:
        """Say who published a report when."""
        imprint = imprint_of(service, report_id)
        return report_document(imprint, service.page_count(report_id))

    @router.get(
        "/{report_id}/file",
        response_class=FileResponse,
        responses={200: {"content": {"application/pdf": {}}}},
    )
    def read_file(report_id: str, if_none_match: IfNoneMatch = "") -> Response:
        """Return the PDF itself; `#page=4` after the address opens page 4."""
        imprint = imprint_of(service, report_id)
        path = service.report_file(report_id)
        # The id is the sha256 of the bytes, so it is their tag as well.
        headers = {"ETag": f'"{imprint.id}"', "Cache-Control": "private, no-cache"}
        if headers["ETag"] in if_none_match:
            return Response(status_code=304, headers=headers)
        return FileResponse(
            path,
            headers=headers,
            media_type="application/pdf",
            filename=imprint.file_name,
            content_disposition_type="inline",
        )

    @router.get("/{report_id}/pages/{number}", response_model=schemas.Page)
    def read_page(report_id: str, number: PageNumber) -> dict[str, Any]:
        """Return a page's text with the box of each character."""
        return page_document(service.page(report_id, number))

    return router


def health_routes(service: Asking) -> APIRouter:
    """Return the routes that tell whether the service is well."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    async def is_alive() -> schemas.Alive:
        """Say that the process answers."""
        return schemas.Alive()

    @router.get("/readyz", responses=_problems(503))
    def is_ready() -> schemas.Ready:
        """Say that questions can be answered, and from which index."""
        try:
            readable = bool(service.imprints())
            service.answers.get("")
        except (CoiQaError, sqlite3.Error, OSError) as exc:
            raise HTTPException(
                503, f"Usługa nie może odpowiadać ({type(exc).__name__})."
            ) from exc
        if not readable:
            raise HTTPException(
                503, "Indeks nie zawiera raportów; uruchom „coi-qa index”."
            )
        return schemas.Ready(index=service.index_id)

    return router


def _json(text: str) -> Response:
    return Response(text, media_type="application/json")

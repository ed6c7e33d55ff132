"""The library page: which reports are searched, their defects, and changing them.

Only who sits at the machine may change what is searched: without a `Keeper` the forms
are absent and what they would send is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from coi_qa import render
from coi_qa.adapters.corpus import NotTaken, Taken
from coi_qa.adapters.index_run import RunState
from coi_qa.adapters.keeper import MAX_REASON_CHARS, Keeper, Upload
from coi_qa.ask.editions import newer_editions
from coi_qa.asking import Asking, imprint_of
from coi_qa.domain.report import Imprint
from coi_qa.errors import (
    BadRequestError,
    CoiQaError,
    IndexLockedError,
    NotFoundError,
    UnknownCountryError,
)
from coi_qa.web.guards import is_relayed
from coi_qa.web.language import country_words
from coi_qa.web.pages import html_page

UPLOADS: Final = "/library/reports"
REFRESH_S: Final = 2

_FIELDS: Final = ("title", "publisher", "date", "country", "edition")
_MAX_FILES: Final = 50
_NOT_LOCAL: Final = (
    "Bibliotekę można zmieniać tylko na komputerze, na którym działa usługa: bez "
    "COI_QA_ALLOWED_HOSTS, z adresem 127.0.0.1 i bez serwera pośredniczącego. "
    "Osoba, która prowadzi usługę, może dodać raporty poleceniem „coi-qa index”."
)


@dataclass(frozen=True, slots=True)
class Shelved:
    """A report as the library shows it.

    Attributes:
        document: As `/v1/reports` has it.
        countries: Names in the language of the visit.
        defects: How many of its own it has; None where nobody looked.
        newest: The newest edition where it is an older one.
        older: Older editions that it takes the place of.
    """

    document: Mapping[str, Any]
    countries: str
    defects: int | None
    newest: Mapping[str, Any] | None
    older: Sequence[Mapping[str, Any]]


def library_routes(
    service: Asking,
    keeper: Keeper | None,
    *,
    upload_mb: int,
    status_of: Callable[[CoiQaError], int],
) -> APIRouter:
    """Return the routes of the library.

    Args:
        service: What answers, and knows the reports.
        keeper: Changes which reports there are; None where nobody may.
        upload_mb: What one form may bring, for its hint.
        status_of: The HTTP status of an error, from the one table.
    """
    router = APIRouter(
        prefix="/library", default_response_class=HTMLResponse, include_in_schema=False
    )

    @router.get("")
    def show_library(request: Request) -> HTMLResponse:
        return _library_page(service, keeper_for(request), upload_mb=upload_mb)

    @router.post("/reports")
    async def add_reports(request: Request) -> Response:
        keeper = _allowed(request)
        # Read here, so that nothing of a refused request is.
        form = await _read_form(request)
        try:
            return await run_in_threadpool(add, keeper, form)
        finally:
            await form.close()

    def add(keeper: Keeper, form: FormData) -> Response:
        typed = {name: str(form.get(name) or "") for name in _FIELDS}
        uploads = [
            Upload(each.filename, each.file)
            for each in form.getlist("reports")
            if isinstance(each, UploadFile) and each.filename
        ]
        errors: dict[str, str] = {}
        outcomes: list[Taken | NotTaken] = []
        status = 422
        if not uploads:
            errors["reports"] = "Wybierz co najmniej jeden plik PDF."
        try:
            outcomes = keeper.add(uploads, typed) if uploads else []
        except IndexLockedError as exc:
            raise HTTPException(409, str(exc)) from exc
        except CoiQaError as exc:
            errors[_field_of(exc)] = str(exc)
            status = status_of(exc)
        if any(isinstance(each, Taken) for each in outcomes):
            return RedirectResponse("/library/run", 303)
        return _library_page(
            service,
            keeper,
            upload_mb=upload_mb,
            typed=typed,
            errors=errors,
            refused=[each for each in outcomes if isinstance(each, NotTaken)],
            status=status,
        )

    @router.get("/run")
    def show_run(request: Request) -> HTMLResponse:
        keeper = keeper_for(request)
        state = keeper.state() if keeper is not None else RunState("none")
        return _run_page(service, state, may_change=keeper is not None)

    @router.post("/run")
    def index_again(request: Request) -> Response:
        keeper = _allowed(request)
        return _begun(keeper.index_again)

    @router.get("/{report_id}")
    def show_report(request: Request, report_id: str) -> HTMLResponse:
        may_change = keeper_for(request) is not None
        return _report_page(service, report_id, may_change=may_change)

    @router.get("/{report_id}/withdraw")
    def confirm_withdrawal(request: Request, report_id: str) -> HTMLResponse:
        return _withdrawal_page(service, _allowed(request), report_id)

    @router.post("/{report_id}/withdraw")
    def withdraw(
        request: Request,
        report_id: str,
        reason: Annotated[str, Form()] = "",
    ) -> Response:
        keeper = _allowed(request)
        try:
            return _begun(lambda: keeper.withdraw(report_id, reason))
        except BadRequestError as exc:
            return _withdrawal_page(
                service, keeper, report_id, reason=reason, error=str(exc), status=422
            )

    def keeper_for(request: Request) -> Keeper | None:
        # What a proxy brings comes from elsewhere, wherever it knocks.
        return None if is_relayed(request.scope) else keeper

    def _allowed(request: Request) -> Keeper:
        found = keeper_for(request)
        if found is None:
            raise HTTPException(403, _NOT_LOCAL)
        return found

    return router


async def _read_form(request: Request) -> FormData:
    try:
        return await request.form(max_files=_MAX_FILES, max_fields=len(_FIELDS) + 5)
    except HTTPException as exc:
        if exc.status_code != 400:
            raise
        raise HTTPException(
            422,
            "Formularza nie da się odczytać; wróć do biblioteki i wyślij najwyżej "
            f"{_MAX_FILES} plików naraz.",
        ) from exc


def _begun(begin: Callable[[], None]) -> Response:
    """Begin a run and return the way to where it can be watched."""
    try:
        begin()
    except IndexLockedError as exc:
        raise HTTPException(409, str(exc)) from exc
    return RedirectResponse("/library/run", 303)


def _field_of(error: CoiQaError) -> str:
    return "library-country" if isinstance(error, UnknownCountryError) else "reports"


def _library_page(
    service: Asking,
    keeper: Keeper | None,
    *,
    upload_mb: int,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    refused: Sequence[NotTaken] = (),
    status: int = 200,
) -> HTMLResponse:
    state = keeper.state() if keeper is not None else RunState("none")
    shelved = _shelved(service)
    return html_page(
        "library.html",
        status=status,
        index_id=service.index_id,
        groups=_by_country(shelved),
        reports=len(shelved),
        pages=sum(each.document["pages"] for each in shelved),
        may_change=keeper is not None,
        is_running=state.phase == "running",
        missing=[i.file_name for i in keeper.missing()] if keeper else [],
        pending=keeper.pending() if keeper else [],
        removals=keeper.removals() if keeper else [],
        folder=str(keeper.folder) if keeper else "",
        upload_mb=upload_mb,
        typed=dict.fromkeys(_FIELDS, "") | dict(typed or {}),
        errors=errors or {},
        refused=refused,
    )


def _report_page(service: Asking, report_id: str, *, may_change: bool) -> HTMLResponse:
    imprint = imprint_of(service, report_id)
    defects = service.defects(report_id)
    kinds = Counter(str(defect.kind) for defect in defects or ())
    return html_page(
        "library_report.html",
        report=_shelved_one(service, imprint, newer_editions(service.imprints())),
        defects=defects,
        kinds=kinds.most_common(),
        may_change=may_change,
    )


def _withdrawal_page(
    service: Asking,
    keeper: Keeper,
    report_id: str,
    *,
    reason: str = "",
    error: str = "",
    status: int = 200,
) -> HTMLResponse:
    names = dict(keeper.pending()) | {
        i.id: i.title or i.file_name for i in service.imprints()
    }
    if report_id not in names:
        raise NotFoundError(
            "Tego raportu nie ma w bibliotece; mógł już zostać wycofany."
        )
    return html_page(
        "library_withdraw.html",
        status=status,
        report_id=report_id,
        name=names[report_id],
        is_indexed=any(i.id == report_id for i in service.imprints()),
        reason=reason,
        most_chars=MAX_REASON_CHARS,
        error=error,
    )


def _run_page(service: Asking, state: RunState, *, may_change: bool) -> HTMLResponse:
    built = state.status.get("built") or {}
    failures = [
        {**failure, "file": Path(failure["path"]).name}
        for failure in built.get("failures", ())
    ]
    failed = {failure["file"] for failure in failures}
    return html_page(
        "library_run.html",
        phase=state.phase,
        code=state.code,
        log=state.log,
        progress={"stage": "", "done": 0, "of": 0, "report": "", **state.status},
        built=built,
        refused=state.record.get("refused", ()),
        withdrawn=state.record.get("withdrawn", ""),
        failures=failures,
        added=[a for a in state.record.get("added", ()) if a["file"] not in failed],
        is_served=built.get("index") == service.index_id,
        refresh_s=REFRESH_S if state.phase == "running" else 0,
        may_change=may_change,
    )


def _shelved(service: Asking) -> list[Shelved]:
    imprints = service.imprints()
    newer = newer_editions(imprints)
    return [_shelved_one(service, imprint, newer) for imprint in imprints]


def _shelved_one(
    service: Asking, imprint: Imprint, newer: Mapping[str, Imprint]
) -> Shelved:
    defects = service.defects(imprint.id)
    newest = newer.get(imprint.id)
    older = [i for i in service.imprints() if _is(newer.get(i.id), imprint)]
    return Shelved(
        document=_document(service, imprint),
        countries=", ".join(
            country_words(code, service.country_name(code))
            for code in imprint.countries
        ),
        defects=None if defects is None else len(defects),
        newest=None if newest is None else _document(service, newest),
        older=[_document(service, each) for each in older],
    )


def _is(one: Imprint | None, other: Imprint) -> bool:
    return one is not None and one.id == other.id


def _document(service: Asking, imprint: Imprint) -> dict[str, Any]:
    return render.report_document(imprint, service.page_count(imprint.id))


def _by_country(shelved: Iterable[Shelved]) -> list[tuple[str, list[Shelved]]]:
    """Return reports under the names of their countries, the newest one first."""
    groups: dict[str, list[Shelved]] = {}
    for each in sorted(shelved, key=lambda s: s.document["date"] or "", reverse=True):
        groups.setdefault(each.countries, []).append(each)
    return sorted(groups.items(), key=lambda group: (not group[0], group[0]))

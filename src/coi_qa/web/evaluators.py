"""The evaluators' pages: stored runs, their questions, and two runs side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Literal

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from coi_qa.asking import Asking
from coi_qa.domain.answer import Status
from coi_qa.errors import NotFoundError
from coi_qa.evaluation import compare_runs, read_run
from coi_qa.evaluation.charts import (
    Words,
    draw_differences,
    draw_measures,
    draw_reliability,
    draw_risk,
)
from coi_qa.evaluation.compare import comparison_document
from coi_qa.evaluation.page import heat
from coi_qa.evaluation.report import GROUP_COLUMNS, points, probability, share
from coi_qa.evaluation.run import GIVEN
from coi_qa.evaluation.scored import LOWER_IS_BETTER, MEASURES
from coi_qa.evaluation.stored import (
    calibration_from,
    find_runs,
    measures_from,
    read_report,
    run_folder,
)
from coi_qa.web.language import OWN, translate, visit
from coi_qa.web.pages import html_page

SUMMARY: Final = ("answer@1", "answer@3", "recall@5", "status_accuracy")
BY_KIND: Final = "answer@5"

CHART_WORDS: Final = {
    "table": "Te same liczby podaje tabela pod wykresem.",
    "measures": "Miary z przedziałami 95 %",
    "measures_about": (
        "Jeden słupek na miarę, od 0 do 1; strzałka w dół oznacza, że mniej znaczy "
        "lepiej."
    ),
    "kinds": "Miara według rodzaju pytania",
    "kinds_about": "Jeden słupek na rodzaj pytania, od 0 do 1.",
    "differences": "Różnice w punktach z przedziałami 95 %",
    "differences_about": (
        "Jeden słupek na miarę, od -100 do 100 punktów: drugi przebieg minus pierwszy."
    ),
    "reliability": "Wiarygodność podawanej pewności",
    "reliability_about": (
        "Jak pewna była usługa i jak często odpowiadał jeden z pięciu fragmentów, co "
        "jedną dziesiątą pewności. Na przekątnej usługa jest tak pewna, jak powinna."
    ),
    "reliability_across": "pewność",
    "reliability_up": "trafne wśród pięciu fragmentów",
    "risk": "Ryzyko i pokrycie",
    "risk_about": (
        "Jaka część pytań nie ma trafnego fragmentu wśród tych, których usługa jest "
        "najbardziej pewna, gdy bierze się ich coraz więcej."
    ),
    "risk_across": "pokrycie, od najpewniejszych",
    "risk_up": "ryzyko",
}


def evaluation_routes(service: Asking, runs_dir: Path) -> APIRouter:
    """Return the routes of the evaluators' pages.

    Args:
        service: Knows which reports can be opened.
        runs_dir: Where `coi-qa eval --run` stored runs.
    """
    router = APIRouter(
        prefix="/evaluation",
        default_response_class=HTMLResponse,
        include_in_schema=False,
    )

    @router.get("")
    def list_runs() -> HTMLResponse:
        runs, broken = find_runs(runs_dir)
        return _page(
            "evaluation.html",
            runs=runs,
            broken=broken,
            columns=SUMMARY,
            folder=str(runs_dir),
        )

    @router.get("/compare")
    def compare(first: str = "", second: str = "") -> HTMLResponse:
        runs = [read_run(run_folder(runs_dir, each)) for each in (first, second)]
        comparison = compare_runs(*runs)
        return _page(
            "evaluation_compare.html",
            c=comparison_document(comparison),
            chart=draw_differences(comparison.differences, _words("differences")),
        )

    @router.get("/{run_id}")
    def show_run(
        run_id: str,
        measure: str = BY_KIND,
        only: Literal["wrong", "all"] = "wrong",
        kind: str = "",
    ) -> HTMLResponse:
        run, said = read_report(run_folder(runs_dir, run_id))
        if measure not in MEASURES:
            measure = BY_KIND
        calibration = calibration_from(said["confidence"])
        return _page(
            "evaluation_run.html",
            run=run,
            report=said,
            columns=GROUP_COLUMNS,
            gold_statuses=[str(status) for status in Status],
            given_statuses=GIVEN,
            measure=measure,
            measures=list(MEASURES),
            measures_chart=draw_measures(
                list(run.measures.values()), _words("measures")
            ),
            kinds_chart=_draw_kinds(said["kinds"], measure),
            reliability_chart=calibration
            and draw_reliability(calibration, _words("reliability")),
            risk_chart=calibration and draw_risk(calibration, _words("risk")),
            only=only,
            kind=kind,
            listed=[
                a
                for a in said["answers"]
                if (only == "all" or not a["right"])
                and (not kind or kind in _kinds_of(a))
            ],
        )

    @router.get("/{run_id}/questions/{question_id:path}")
    def show_question(run_id: str, question_id: str) -> HTMLResponse:
        run, said = read_report(run_folder(runs_dir, run_id))
        answers = said["answers"]
        at = next((n for n, a in enumerate(answers) if a["id"] == question_id), None)
        if at is None:
            raise NotFoundError("W tym przebiegu nie ma pytania o takim numerze.")
        return _page(
            "evaluation_question.html",
            run=run,
            a=answers[at],
            earlier=answers[at - 1]["id"] if at else None,
            later=answers[at + 1]["id"] if at + 1 < len(answers) else None,
            next_wrong=next(
                (a["id"] for a in answers[at + 1 :] if not a["right"]), None
            ),
            readable={imprint.id for imprint in service.imprints()},
        )

    return router


def _draw_kinds(kinds: Mapping[str, Any], measure: str) -> str:
    """Return a chart of one measure with a bar for each kind of question."""
    words = _words("kinds")
    words = replace(words, title=f"{words.title}: {measure}")
    found = [
        replace(measures_from(group["measures"])[measure], name=name)
        for name, group in kinds.items()
        if measure in group["measures"]
    ]
    return draw_measures(found, words)


def _words(chart: str) -> Words:
    """Return what is written in a chart, in the language of the visit."""

    def said(name: str) -> str:
        return translate(CHART_WORDS[name]) if name in CHART_WORDS else ""

    about = said(f"{chart}_about")
    return Words(
        said(chart),
        about if chart == "risk" else f"{about} {said('table')}",
        across=said(f"{chart}_across"),
        up=said(f"{chart}_up"),
        point=_point(),
    )


def _point() -> str:
    return "," if visit().language == OWN else "."


def _kinds_of(answer: Mapping[str, Any]) -> list[str]:
    return [part.strip() for part in answer["kind"].split("/")]


def _page(template: str, **values: object) -> HTMLResponse:
    return html_page(
        template,
        status=200,
        share=_share,
        points=lambda value: points(value).replace(".", _point()),
        probability=lambda p: probability(p).replace(".", _point()),
        heat=heat,
        point=_point(),
        lower_is_better=LOWER_IS_BETTER,
        **values,
    )


def _share(value: float | None) -> str:
    return "–" if value is None else share(value).replace(".", _point())

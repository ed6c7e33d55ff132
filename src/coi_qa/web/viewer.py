"""The page viewer: a report's page as printed, with what was quoted or looked for."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Header, Response
from fastapi.responses import HTMLResponse

from coi_qa import render
from coi_qa.adapters.page_images import PX_PER_POINT, SCALES, Scale
from coi_qa.asking import Asking, imprint_of, stored_answer
from coi_qa.domain.phrases import MAX_PHRASE_CHARS, Occurrence
from coi_qa.domain.picture import Picture
from coi_qa.errors import BusyError, NotFoundError, UnreadableReportError
from coi_qa.web.routes import PageNumber
from coi_qa.web.sheet import draw_over, paragraphs_of, quoted_spans

log = logging.getLogger(__name__)

MOST_SHOWN: Final = 100  # places of what is looked for; nobody reads more

Show = Callable[..., HTMLResponse]
"""The name of a template and what it shows -> the page."""

_SCALES: Final[dict[str, Scale]] = {"1": 1, "2": 2}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader came with, which every link of the viewer carries on.

    Attributes:
        report_id: Of the report that is open.
        answer_id: Of the answer whose quote is marked, or "".
        kind: Under which name the quote goes: "quote", or "near".
        quote: Its number; 0 for none.
        typed: What is looked for in the report, or "".
    """

    report_id: str
    answer_id: str = ""
    kind: Literal["quote", "near"] = "quote"
    quote: int = 0
    typed: str = ""

    def page(self, number: int, anchor: str = "") -> str:
        """Return the address of a page of the report."""
        carried: dict[str, str | int] = {}
        if self.answer_id:
            carried |= {"answer": self.answer_id, self.kind: self.quote}
        if self.typed:
            carried |= {"szukaj": self.typed}
        query = f"?{urlencode(carried)}" if carried else ""
        return f"/reports/{self.report_id}/pages/{number}{query}{anchor}"

    def image(self, number: int, scale: int) -> str:
        """Return the address of a page's picture."""
        return f"/reports/{self.report_id}/pages/{number}/image?scale={scale}"

    def to(self, quote: Mapping[str, Any]) -> str:
        """Return the address of another quote of the same answer."""
        there = replace(
            self, report_id=quote["report"]["id"], quote=quote["number"], typed=""
        )
        return there.page(quote["places"][0]["page"], "#znaleziony")

    @property
    def without_search(self) -> Reading:
        """The same without what is looked for."""
        return replace(self, typed="")


def viewer_routes(service: Asking, *, show: Show) -> APIRouter:
    """Return the routes of the viewer and of the pictures in it.

    Args:
        service: Has the reports.
        show: Makes the page.
    """
    router = APIRouter(
        prefix="/reports/{report_id}/pages",
        default_response_class=HTMLResponse,
        include_in_schema=False,
    )

    @router.get("/{number}")
    def show_page(
        report_id: str,
        number: PageNumber,
        answer: str = "",
        quote: int = 0,
        near: int = 0,
        szukaj: str = "",
    ) -> HTMLResponse:
        reading = Reading(
            report_id=report_id,
            answer_id=answer,
            kind="quote" if quote else "near",
            quote=quote or near,
            # One more than may be looked for, so that it is told; every link has it.
            typed=szukaj.strip()[: MAX_PHRASE_CHARS + 1],
        )
        return show("page.html", **_seen(service, reading, number))

    @router.get("/{number}/image", response_class=Response)
    def show_image(
        report_id: str,
        number: PageNumber,
        scale: Literal["1", "2"] = "1",
        if_none_match: Annotated[str, Header()] = "",
    ) -> Response:
        imprint_of(service, report_id)
        service.page(report_id, number)
        headers = {
            "ETag": f'"{report_id}-{number}-{scale}"',
            "Cache-Control": "private, no-cache",
        }
        if headers["ETag"] in if_none_match:
            return Response(status_code=304, headers=headers)
        try:
            picture = service.page_image(report_id, number, scale=_SCALES[scale])
        except UnreadableReportError as exc:
            raise NotFoundError(
                "Obrazu tej strony nie można narysować; jej tekst pokazuje "
                f"/reports/{report_id}/pages/{number}."
            ) from exc
        return Response(picture.png, headers=headers, media_type="image/png")

    return router


def _seen(service: Asking, reading: Reading, number: int) -> dict[str, object]:
    """Return everything that the template shows."""
    imprint = imprint_of(service, reading.report_id)
    page = service.page(reading.report_id, number)
    labels = service.page_labels(reading.report_id)
    quotes = _quotes_of(service, reading)
    quoted = _open_quote(quotes, reading)
    is_lost = bool(reading.answer_id and reading.quote) and quoted is None
    if quoted is None:
        reading = replace(reading, answer_id="", quote=0)
    found = _look_for(service, reading)
    quote_spans = quoted_spans(page, quoted) if quoted is not None else []
    hit_spans = [each.span for each in found if each.page_number == number]
    quoted_on = {each["page"] for each in quoted["places"]} if quoted else set()
    picture = _picture(service, reading.report_id, number)
    drawing = (
        draw_over(page, picture, quote=quote_spans, hits=hit_spans) if picture else None
    )
    return {
        "report": render.report_document(imprint, len(labels)),
        "page": page,
        "reading": reading,
        "where": lambda n: render.place_words(
            [{"page": n, "label": labels.get(n, str(n))}]
        ),
        "drawing": drawing,
        "pixels": [round(PX_PER_POINT * side) for side in _size(picture)],
        "scales": SCALES,
        "paragraphs": paragraphs_of(page, quote=quote_spans, hits=hit_spans),
        "quoted": quoted,
        "is_near": reading.kind == "near",
        "is_lost": is_lost,
        "is_missing": number in quoted_on and not quote_spans,
        "is_unplaced": bool(
            drawing
            and (
                (quote_spans and not drawing.quote) or (hit_spans and not drawing.hits)
            )
        ),
        "other_pages": sorted(quoted_on - {number}),
        "before": _beside(quotes, reading, -1) if quoted else None,
        "after": _beside(quotes, reading, 1) if quoted else None,
        "quote_count": len(quotes),
        "outline": _outline(service, reading.report_id, number),
        "found": _by_page(found[:MOST_SHOWN]),
        "found_count": len(found),
        "most_shown": MOST_SHOWN,
        "is_too_long": len(reading.typed) > MAX_PHRASE_CHARS,
        "most_chars": MAX_PHRASE_CHARS,
    }


def _quotes_of(service: Asking, reading: Reading) -> Sequence[dict[str, Any]]:
    """Return the quotes of a kept answer; none where it is not kept (any more)."""
    if not reading.answer_id or not reading.quote:
        return ()
    try:
        document = json.loads(stored_answer(service, reading.answer_id))
    except NotFoundError:
        return ()
    quotes: list[dict[str, Any]] = document[
        "quotes" if reading.kind == "quote" else "near"
    ]
    return quotes


def _open_quote(
    quotes: Sequence[dict[str, Any]], reading: Reading
) -> dict[str, Any] | None:
    """Return the quote that was asked for, if it is one of the report that is open."""
    for each in quotes:
        if (
            each["number"] == reading.quote
            and each["report"]["id"] == reading.report_id
        ):
            return each
    return None


def _beside(
    quotes: Sequence[dict[str, Any]], reading: Reading, step: int
) -> dict[str, Any] | None:
    """Return the quote before (-1) or after (1) the one that is open."""
    return next((q for q in quotes if q["number"] == reading.quote + step), None)


def _look_for(service: Asking, reading: Reading) -> list[Occurrence]:
    if not 0 < len(reading.typed) <= MAX_PHRASE_CHARS:
        return []
    return service.occurrences(reading.report_id, reading.typed)


def _by_page(found: Sequence[Occurrence]) -> dict[int, list[Occurrence]]:
    pages: dict[int, list[Occurrence]] = {}
    for each in found:
        pages.setdefault(each.page_number, []).append(each)
    return pages


def _picture(service: Asking, report_id: str, number: int) -> Picture | None:
    """Return the page as printed, or None where it cannot be drawn (just now)."""
    try:
        return service.page_image(report_id, number, scale=1)
    except (UnreadableReportError, BusyError) as exc:
        refusal = exc.refusal if isinstance(exc, UnreadableReportError) else "busy"
        log.warning(
            "page_not_drawn",
            extra={"report": report_id[:12], "page": number, "refusal": refusal},
        )
        return None


def _size(picture: Picture | None) -> tuple[float, float]:
    return (picture.width, picture.height) if picture else (0.0, 0.0)


def _outline(service: Asking, report_id: str, number: int) -> list[dict[str, Any]]:
    """Return the headings of a report; those of what the open page holds are "here"."""
    sections = [each for each in service.sections(report_id) if each.path]
    return [
        {
            "text": each.path[-1],
            "level": each.level,
            "page": each.page_number,
            "is_here": each.page_number <= number
            and (after is None or number <= after.page_number),
        }
        for each, after in zip_longest(sections, sections[1:])
    ]

"""An answer's JSON -> the evidence pack: a file for the case, in one of five forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from coi_qa.errors import BadRequestError
from coi_qa.export.bibliography import as_bibtex, as_csl_json, items_of
from coi_qa.export.citations import STYLES
from coi_qa.export.dossier import CHECKED_BY, Dossier, colophon, dossier_of
from coi_qa.export.lines import printable_document
from coi_qa.export.sealed import created_on, seal

_WORD_TYPE: Final = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
)

# What JSON that is no answer fails with, wherever it is read.
_NO_ANSWER: Final = (
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    ValueError,
    RecursionError,
)


@dataclass(frozen=True, slots=True)
class Form:
    """A form that a pack may have: what it is to a browser, how its name ends."""

    media_type: str
    suffix: str


FORMS: Final = {
    "docx": Form(_WORD_TYPE, "docx"),
    "pdf": Form("application/pdf", "pdf"),
    "json": Form("application/json", "json"),
    "bibtex": Form("application/x-bibtex; charset=utf-8", "bib"),
    "csl-json": Form("application/vnd.citationstyles.csl+json", "csl.json"),
}


@dataclass(frozen=True, slots=True)
class Pack:
    """An evidence pack as a file; its name is letters, digits, dots and dashes."""

    content: bytes
    media_type: str
    file_name: str


def export_answer(
    answer: Mapping[str, Any],
    *,
    form: str,
    style: str = "",
    countries: Mapping[str, str] | None = None,
    created: date | None = None,
    address: str = "",
) -> Pack:
    """Return the evidence pack of an answer; the same gives the same bytes.

    Args:
        answer: JSON as `render.answer_document` returns it, or as a pack holds it.
        form: One of `FORMS`.
        style: Of the references in docx and pdf, one of `STYLES`; "" is the first.
        countries: Polish names by code.
        created: Day of the answer; else the one that a pack bears, or none.
        address: Where the answer can be seen again, or "".

    Raises:
        BadRequestError: another form or style, or what was given is no answer.
    """
    _refuse_unknown("Postać (format)", form, [*FORMS])
    style = style or STYLES[0]
    _refuse_unknown("Styl (style)", style, [*STYLES])
    try:
        created = created or created_on(answer)
        # Made for every form, so that nothing but an answer is exported.
        dossier = dossier_of(
            answer,
            style=style,
            countries=countries or {},
            created=created,
            address=address,
        )
        text = _text(answer, dossier, form=form, created=created)
        name = _file_name(answer, FORMS[form].suffix)
    except _NO_ANSWER as exc:
        raise BadRequestError(
            f"not an answer: {exc!r} while reading it; expected the JSON that "
            "'coi-qa ask --json' prints or an export in the form json"
        ) from exc
    content = text if text is not None else _writer(form)(dossier)
    return Pack(content, FORMS[form].media_type, name)


def _text(
    answer: Mapping[str, Any], dossier: Dossier, *, form: str, created: date | None
) -> bytes | None:
    """Return the pack in a form that is plain text, None for the others."""
    if form == "json":
        return seal(answer, created=created, note=CHECKED_BY).encode()
    if form in ("bibtex", "csl-json"):
        items = items_of(printable_document(answer))
        write = as_bibtex if form == "bibtex" else as_csl_json
        return write(items, colophon=colophon(dossier)).encode()
    return None


def _writer(form: str) -> Callable[[Dossier], bytes]:
    """Return what sets a dossier; each brings a library that only it needs."""
    if form == "docx":
        from coi_qa.export.word import as_docx

        return as_docx
    from coi_qa.export.pdf import as_pdf

    return as_pdf


def _refuse_unknown(what: str, said: str, known: list[str]) -> None:
    if said not in known:
        raise BadRequestError(f"{what}: nieznana wartość; możliwe: {', '.join(known)}.")


def _file_name(answer: Mapping[str, Any], suffix: str) -> str:
    """Return a name without the question's words: "odpowiedz-KAZ-3f2a9c1b.docx"."""
    countries = answer["searched"]["countries"]
    parts = [*(countries if len(countries) == 1 else []), answer["id"][:8]]
    safe = [re.sub(r"[^A-Za-z0-9]", "", part) for part in parts]
    return ".".join(["-".join(["odpowiedz", *filter(None, safe)]), suffix])

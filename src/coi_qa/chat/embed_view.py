"""What the embedded component shows of an answer, said in Polish words.

The script of the component puts these words on the host's page and makes up none.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, Final

from coi_qa import render
from coi_qa.asking import Kind, page_address
from coi_qa.export.bibliography import in_address
from coi_qa.export.citations import STYLES
from coi_qa.export.dossier import Reference, references_of
from coi_qa.export.lines import Line, Run, plain

View = dict[str, Any]
"""JSON for the component; docs/embedding.md lists its keys."""

_STYLE: Final = STYLES[0]
_GUESSED: Final = "Część danych o raporcie odczytano tylko z nazwy pliku."


def view_of(
    document: Mapping[str, Any], *, site: str, countries: Mapping[str, str]
) -> View:
    """Return the words, links and citations of an answer's JSON.

    Args:
        document: As `render.answer_document` returns it.
        site: Scheme and host that the reader opens pages at.
        countries: Polish names by code.
    """
    references = references_of(document, style=_STYLE)
    return {
        "address": f"{site}/answers/{document['id']}",
        "status_name": render.STATUS_NAMES[document["status"]],
        "status_words": render.STATUS_WORDS[document["status"]],
        "statements": render.statements_apart(document),
        "quotes": [
            {**passage, **_citation(quote, reference)}
            for passage, quote, reference in zip(
                _passages(document, site, "quote"),
                document["quotes"],
                references,
                strict=True,
            )
        ],
        "conflicts_name": render.CONFLICTS_WORDS,
        "conflicts": [_conflict(each) for each in document["conflicts"]],
        "facts": [*_currency(document), render.searched_words(document, countries)],
        "withheld": [
            {"text": each["text"], "why": render.fault_words(each)}
            for each in document["withheld"]
        ],
        "near_name": render.NEAR_WORDS,
        "near": _passages(document, site, "near"),
    }


def _currency(document: Mapping[str, Any]) -> list[str]:
    """Return how old it is; the warnings are in the answer itself."""
    silent = {**document["currency"], "warnings": []}
    return render.currency_words({**document, "currency": silent})


def _passages(document: Mapping[str, Any], site: str, kind: Kind) -> list[View]:
    of = "quotes" if kind == "quote" else "near"
    return [
        _passage(document["id"], quote, note, site=site, kind=kind)
        for quote, note in zip(document[of], render.notes(document, of=of), strict=True)
    ]


def _passage(
    answer_id: str,
    quote: Mapping[str, Any],
    note: render.Note,
    *,
    site: str,
    kind: Kind,
) -> View:
    dates = quote["dates"]
    remarks = (
        render.superseded_words(quote),
        _GUESSED if quote["report"]["guessed"] else "",
    )
    return {
        "number": quote["number"],
        "report": note.report,
        "where": note.where,
        "pages": [
            {
                "words": render.place_words([place]),
                "url": page_address(
                    site, answer_id, {**quote, "places": [place]}, kind=kind
                ),
            }
            for place in quote["places"]
        ],
        "speaks_of": render.time_words(dates["since"], dates["until"]),
        "sources_dated": render.time_words(
            dates["oldest_source"], dates["newest_source"]
        ),
        "remarks": [remark for remark in remarks if remark],
        "scope": note.scope,
        "sources": [
            {
                "number": source.number,
                "footnotes": list(source.footnotes),
                "words": ", ".join(source.parts),
                "url": source.url,
                "problems": list(source.problems),
                "raw": list(source.raw),
            }
            for source in note.sources
        ],
    }


def _citation(quote: Mapping[str, Any], reference: Reference) -> View:
    language = quote["report"]["language"]
    said = f' lang="{escape(language)}"' if language else ""
    return {
        "citation": plain(reference.footnote),
        "html": (
            f"<blockquote{said}><p>„{escape(quote['text'])}”</p></blockquote>"
            f"<p>{_html(reference.footnote)}</p>"
        ),
        "csl": list(reference.items),
    }


def _html(line: Line) -> str:
    """Return a line as HTML of two elements, `i` and `a`; its words are only words."""
    return "".join(map(_run_html, line))


def _run_html(run: Run) -> str:
    said = escape(run.text)
    if run.is_italic:
        said = f"<i>{said}</i>"
    if run.url is None:
        return said
    return f'<a href="{escape(in_address(run.url))}">{said}</a>'


def _conflict(conflict: Mapping[str, Any]) -> View:
    return {
        "relation": render.RELATION_WORDS[conflict["relation"]],
        "about": conflict["about"],
        "sides": [
            {"quote": side["quote"], "words": render.side_facts(side)}
            for side in conflict["sides"]
        ],
    }

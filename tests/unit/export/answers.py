"""Answers as JSON for the evidence pack: plain, silent, foreign and hostile ones."""

from __future__ import annotations

import copy

from tests.fakes_web import DEATH_PENALTY, MOSQUES, NEAR, answer_of, quote_of

from coi_qa.domain.answer import Conflict, Currency, Side, Status, Teller
from coi_qa.domain.claims import Relation
from coi_qa.domain.dates import PartialDate
from coi_qa.render import answer_document

COUNTRIES = {"KAZ": "Kazachstan"}

EVIL = (
    "</w:t><w:b/>]]>&amp;<script>alert(1)</script>\x00\x08\ufffe\u202eRTL\u2066 "
    '#eval("1") $x^2$ *b* `c` // com /* \\ {} %20 }{ <span class="nocase">no</span> '
    "هجوم 北京 😀 \ue000\u200b\u2028" + "A" * 200
)


def side(quote, value, unit, period):
    return Side(quote, value, unit, period, None, None, None, (), None)


def answered():
    """Two quotes, three sources of which two are defective, one conflict."""
    return answer_document(
        answer_of(
            "Czy obowiązuje kara śmierci?",
            quote_of(1, DEATH_PENALTY, 0),
            quote_of(2, MOSQUES, 1, 2, scope="cluster"),
            near=(quote_of(1, NEAR, 0),),
            currency=Currency(
                oldest=PartialDate(2025, 4, 8),
                newest=PartialDate(2025, 4, 8),
                undated=2,
                report=PartialDate(2025, 10),
                warnings=("Źródeł bez daty nie można było odnieść do dnia.",),
            ),
            conflicts=(
                Conflict(
                    "wspólnoty wyznaniowe",
                    Relation.DIFFERENT_PERIOD,
                    (
                        side(1, "2 826", "meczetów", None),
                        side(2, "trzem", "", "2024 r."),
                    ),
                ),
            ),
            tellers=(Teller("Amnesty International", (1,)), Teller("ACLED", (2,))),
            as_at=PartialDate(2025, 10),
        )
    )


def silent():
    return answer_document(
        answer_of(
            "Ile kosztuje chleb?",
            status=Status.INSUFFICIENT_EVIDENCE,
            near=(quote_of(1, NEAR, 0),),
            notice="Raporty o tym milczą.",
        )
    )


def foreign():
    """The plain answer as if its report were in Ukrainian."""
    document = copy.deepcopy(answered())
    for quote in document["quotes"]:
        quote["report"]["language"] = "uk"
    return document


def hostile():
    """The plain answer with markup of every kind wherever a report's words stand."""
    document = copy.deepcopy(answered())
    document["question"] = EVIL
    for quote in [*document["quotes"], *document["near"]]:
        quote["text"] = EVIL
        quote["section"] = [EVIL]
        quote["report"] |= {"title": EVIL, "publisher": EVIL, "file": "../../etc/x"}
        for note in quote["notes"]:
            note["raw"] = EVIL
    for source in document["sources"]:
        source |= {
            "title": EVIL,
            "publisher": EVIL,
            "filters": EVIL,
            "url": f'https://orda.kz/"><x y={EVIL}',
        }
        for note in source["footnotes"]:
            note["raw"] = EVIL
    document["searched"]["countries"] = ['../"\r\nX']
    return document

"""A service whose answers hold all that a page can show, hostile words included."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.fakes_web import (
    DEATH_PENALTY,
    IMPRINTS,
    MOSQUES,
    NEAR,
    SOURCES,
    FakeService,
    answer_of,
    quote_of,
)

from coi_qa.domain.answer import (
    ClaimDates,
    Conflict,
    Currency,
    Fault,
    Side,
    Statement,
    Status,
    Teller,
    Withheld,
)
from coi_qa.domain.claims import Relation
from coi_qa.domain.dates import PartialDate

RICH = "Ile meczetów zarejestrowano w Kazachstanie?"
ABSENT = "Ilu Ujgurów wydalono z Kazachstanu?"
SILENT = "Ile kosztuje chleb w Kazachstanie?"
BEYOND = "Czy należy udzielić ochrony?"
HOSTILE = "Co jest wrogie?"
BAD = '<script>document.title="BAD"</script>"><img src=x onerror=alert(1)>{{ 7*7 }}'


class RichService(FakeService):
    """Knows besides: mosques, told differently; what is no question for reports."""

    def _answer(self, question, answer_id):
        if "meczetów" in question:
            return rich_answer(question, answer_id)
        if "wrogie" in question:
            return hostile_answer(question, answer_id)
        if "ochrony" in question:
            status = Status.OUT_OF_SCOPE
            return answer_of(question, answer_id=answer_id, status=status)
        return super()._answer(question, answer_id)


def rich_answer(question, answer_id="b" * 32):
    """Return an answer with figures side by side, near passages and warnings."""
    quotes = (
        replace(
            quote_of(1, MOSQUES, 1, 2),
            attributed_to=("władze",),
            dates=ClaimDates(
                since=date(2024, 1, 1),
                until=date(2024, 12, 31),
                oldest_source=PartialDate(2024, 3),
                newest_source=PartialDate(2025, 4, 8),
            ),
        ),
        replace(quote_of(2, DEATH_PENALTY, 0), scope="paragraph", undefined=(7,)),
    )
    sides = (side(1, "2 826"), side(2, "2 900"))
    return answer_of(
        question,
        *quotes,
        answer_id=answer_id,
        statements=(Statement("Zarejestrowano meczety.", (1, 2)),),
        near=(quote_of(1, NEAR, 0),),
        conflicts=tuple(
            Conflict("meczety", relation, sides) for relation in list(Relation)
        ),
        tellers=(Teller("Orda.kz", (1,)), Teller("ACLED", (1,))),
        independent_sources=2,
        withheld=(Withheld("Meczetów jest mało.", Fault.NOT_IN_QUOTES),),
        currency=Currency(
            oldest=PartialDate(2024, 3),
            newest=PartialDate(2025, 4, 8),
            undated=1,
            report=PartialDate(2025, 10),
            warnings=("Źródła bez daty: [1] przypis 33 (Orda.kz).",),
        ),
    )


def side(quote, value):
    """Return a figure with all that may be said of it."""
    return Side(
        quote=quote,
        value=value,
        unit="meczetów",
        period="w 2024 r.",
        since=date(2024, 1, 1),
        until=date(2024, 12, 31),
        filter="Kazakhstan, 01.01.2023-12.09.2025",
        attributed_to=("władze",),
        cause="w wyniku rejestracji",
    )


def hostile_answer(question, answer_id="c" * 32):
    """Return an answer that would be markup wherever a page forgot to escape."""
    imprint = replace(IMPRINTS[0], title=BAD, publisher=BAD, edition=BAD, language=None)
    quote = replace(
        quote_of(1, DEATH_PENALTY, 0),
        text=BAD,
        imprint=imprint,
        section=(BAD,),
        attributed_to=(BAD,),
    )
    near = replace(quote_of(1, NEAR, 1), text=BAD, imprint=imprint, section=(BAD,))
    bad_side = replace(side(1, BAD), unit=BAD, period=BAD, filter=BAD, cause=BAD)
    said = answer_of(
        f"{question} {BAD}",
        quote,
        answer_id=answer_id,
        near=(near,),
        notice=BAD,
        conflicts=(Conflict(BAD, Relation.CONFLICT, (bad_side, bad_side)),),
        tellers=(Teller(BAD, (1,)),),
        withheld=(Withheld(BAD, Fault.NO_QUOTE),),
        currency=Currency(warnings=(BAD,)),
    )
    source = replace(SOURCES[0], publisher=BAD, title=BAD, url=f"javascript:{BAD}")
    return replace(said, sources=(replace(said.sources[0], source=source),))

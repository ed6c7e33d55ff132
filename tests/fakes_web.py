"""A small service that works: two reports, a few questions that it knows."""

from __future__ import annotations

import hashlib
import textwrap
from base64 import b64decode
from pathlib import Path

from coi_qa.adapters.answers import AnswerStore
from coi_qa.ask.faithful import verbatim_only
from coi_qa.domain.answer import (
    Answer,
    CitedSource,
    Currency,
    Fault,
    Passages,
    Quote,
    QuotePlace,
    Searched,
    Statement,
    Status,
    Withheld,
)
from coi_qa.domain.dates import PartialDate
from coi_qa.domain.defect import Defect
from coi_qa.domain.layout import Box
from coi_qa.domain.phrases import Phrase
from coi_qa.domain.picture import Picture
from coi_qa.domain.report import (
    NO_INK,
    Imprint,
    Page,
    Place,
    Section,
    pack_boxes,
    words_at,
)
from coi_qa.domain.source import Citation, Footnote, Source, SourceProblem
from coi_qa.domain.text import Span
from coi_qa.errors import (
    BadQuestionError,
    NotFoundError,
    Refusal,
    UnknownCountryError,
    UnreadableReportError,
)

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
KAZAKHSTAN = hashlib.sha256(PDF).hexdigest()
ZELMARIA = "f" * 64
PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAA"
    "AABJRU5ErkJggg=="
)
MOST_CHARS = 2000

DEATH_PENALTY = (
    "Prawo Kazachstanu nie przewiduje kary śmierci za jakiekolwiek przestępstwo."
)
MOSQUES = (
    "Władze zarejestrowały 2 826 meczetów, a w 2024 r. odmówiły rejestracji trzem "
    "wspólnotom, wskazując na braki we wnioskach."
)
NOT_FOUND = (
    "W dostępnych źródłach nie znaleziono informacji o przypadkach wydalenia osób "
    "narodowości ujgurskiej w 2025 r."
)
FILLER = (
    "Za bezpieczeństwo w kraju odpowiadają Siły Zbrojne Republiki Kazachstanu, "
    "utworzone w 1992 r. po rozpadzie Związku Radzieckiego i rozwiązaniu radzieckiego "
    "Turkiestańskiego Okręgu Wojskowego. Głównym obowiązkiem wojska jest obrona "
    "terytorialna, podczas gdy Policja Narodowa i Gwardia Narodowa ponoszą główną "
    "odpowiedzialność za bezpieczeństwo wewnętrzne."
)
NEAR = "Na terytorium Kazachstanu znajdują się trzy rosyjskie bazy wojskowe."

IMPRINTS = (
    Imprint(
        id=KAZAKHSTAN,
        file_name="kazachstan-2025-10.pdf",
        title="Kazachstan. Sytuacja bezpieczeństwa",
        publisher="Urząd do Spraw Cudzoziemców",
        date=PartialDate(2025, 10),
        edition=None,
        language="pl",
        countries=("KAZ",),
    ),
    Imprint(
        id=ZELMARIA,
        file_name="zelmaria-2024.pdf",
        title=None,
        publisher=None,
        date=PartialDate(2024),
        edition=None,
        language=None,
        countries=("XZM",),
        guessed=("date",),
    ),
)


def page_of(number: int, paragraphs: list[str], *, label: str = "") -> Page:
    """Return a page with its paragraphs set in lines, wider apart than the lines."""
    boxes: list[Box] = []
    top = 780.0
    for paragraph in paragraphs:
        for line in textwrap.wrap(paragraph, 80):
            for column, char in enumerate(line + " "):
                x0 = 71.0 + 5.5 * column
                blank = char == " "
                boxes.append(NO_INK if blank else (x0, top, x0 + 5.5, top + 9.0))
            top -= 14.0
        top -= 8.0
    body = " ".join(paragraphs)
    return Page(
        number, label or str(number), 595.0, 842.0, body, pack_boxes(boxes[: len(body)])
    )


PAGES = {
    (KAZAKHSTAN, 1): page_of(1, ["KAZACHSTAN", "Sytuacja bezpieczeństwa"], label="i"),
    (KAZAKHSTAN, 2): page_of(
        2,
        [
            "KARA ŚMIERCI",
            DEATH_PENALTY,
            "SYTUACJA BEZPIECZEŃSTWA",
            FILLER,
            NEAR,
            MOSQUES[: MOSQUES.index(" odmówiły")],
        ],
    ),
    (KAZAKHSTAN, 3): page_of(
        3, [MOSQUES[MOSQUES.index("odmówiły") :], FILLER, NOT_FOUND]
    ),
    (ZELMARIA, 1): page_of(1, ["Zelmaria", "Raport bez daty."]),
}

FOOTNOTES = (
    Footnote(
        0,
        18,
        2,
        "18 Amnesty International, Death sentences and executions 2024, 08.04.2025, "
        "https://www.amnesty.org/en/documents/act50/8976/2025/en/",
        (),
        0,
    ),
    Footnote(
        1,
        33,
        3,
        "33 Orda.kz, Казахстан: регистрация религиозных объединений, 06.06.20216",
        (),
        1,
        (SourceProblem.DATE_INVALID, SourceProblem.URL_MISSING),
    ),
    Footnote(
        2,
        34,
        3,
        "34 ACLED, filtry: Kazakhstan, 01.01.2023-12.09.2025, dane pobrano 17.09.2025, "
        "javascript:alert(1)",
        (),
        2,
        (SourceProblem.URL_DAMAGED,),
    ),
)
SOURCES = (
    Source(
        0,
        "Amnesty International",
        "Death sentences and executions 2024",
        PartialDate(2025, 4, 8),
        None,
        "https://www.amnesty.org/en/documents/act50/8976/2025/en/",
        "ngo",
        None,
        (0,),
    ),
    Source(
        1,
        "Orda.kz",
        "Казахстан: регистрация религиозных объединений",
        None,
        None,
        None,
        "media",
        None,
        (1,),
    ),
    Source(
        2,
        "ACLED",
        None,
        None,
        PartialDate(2025, 9, 17),
        "javascript:alert(1)",
        "dataset",
        "Kazakhstan, 01.01.2023-12.09.2025",
        (2,),
    ),
)
DEFECTS = {
    KAZAKHSTAN: (
        Defect(
            "date_invalid",
            3,
            33,
            FOOTNOTES[1].raw,
            "Data w przypisie 33 nie istnieje.",
        ),
        Defect("url_missing", 3, 33, FOOTNOTES[1].raw, "Przypis 33 nie ma adresu."),
    )
}
SECTION = ("USTRÓJ I SYTUACJA POLITYCZNA", "KARA ŚMIERCI")


def quote_of(number: int, text: str, *footnotes: int, scope: str = "sentence") -> Quote:
    """Return `text` as a quote of the pages it stands on, cut where they break."""
    places = []
    for (report_id, page_number), page in PAGES.items():
        for piece in (text, *_halves(text)):
            at = page.body.find(piece)
            if at >= 0:
                span = Span(at, at + len(piece))
                place = Place(report_id, page_number, span)
                places.append(QuotePlace(place, page.label, page.boxes(span)))
                break
    return Quote(
        number=number,
        text=text,
        imprint=IMPRINTS[0],
        section=SECTION,
        places=tuple(places),
        footnotes=tuple(FOOTNOTES[n] for n in footnotes),
        scope=scope,
    )


def answer_of(
    question: str, *quotes: Quote, answer_id: str = "a" * 32, **changed: object
) -> Answer:
    """Return an answer that rests on `quotes`."""
    cited: dict[int, CitedSource] = {}
    for quote in quotes:
        for note in quote.footnotes:
            cited.setdefault(
                note.source,
                CitedSource(
                    len(cited) + 1,
                    SOURCES[note.source],
                    ((quote.imprint.id, note),),
                    note.problems,
                ),
            )
    dates = [s.source.date for s in cited.values() if s.source.date]
    said = {
        "id": answer_id,
        "question": question,
        "index": "kaz-1",
        "status": Status.ANSWERED,
        "statements": tuple(Statement(q.text, (q.number,)) for q in quotes),
        "quotes": quotes,
        "near": (),
        "sources": tuple(cited.values()),
        "independent_sources": len(cited),
        "currency": Currency(
            oldest=dates[0] if dates else None,
            newest=dates[-1] if dates else None,
            undated=len(cited) - len(dates),
            report=PartialDate(2025, 10),
        ),
        "searched": Searched(1, 57, ("KAZ",), PartialDate(2025, 10)),
    }
    return Answer(**(said | changed))


CITED = {DEATH_PENALTY: (0,), MOSQUES: (1, 2), NOT_FOUND: (), NEAR: (0,)}


class FakeOriginals:
    """What is stored of the two reports, for an answer to be compared with."""

    def __init__(self, service: FakeService) -> None:
        self.page = service.page

    def has(self, report_id):
        return report_id in (KAZAKHSTAN, ZELMARIA)

    def imprint(self, report_id):
        return next(each for each in IMPRINTS if each.id == report_id)

    def cited_at(self, places):
        words = words_at(places, self.page)
        if words not in CITED:
            raise NotFoundError("no sentence stands there")
        notes = tuple(FOOTNOTES[at] for at in CITED[words])
        return Citation(SECTION, notes, "sentence" if notes else "none")

    def footnotes(self, report_id):
        if report_id != KAZAKHSTAN:
            return ()
        return [(note, SOURCES[note.source]) for note in FOOTNOTES]


class FakeService:
    """Knows the death penalty, mosques and Uyghurs; finds nothing else."""

    def __init__(self, folder: Path) -> None:
        self.index_id = "kaz-1"
        self.answers = AnswerStore(folder / "state" / "answers.db", 30)
        self._pdf = folder / "report.pdf"
        self._pdf.write_bytes(PDF)
        self.asked: list[tuple[str, tuple[str, ...], PartialDate | None]] = []
        self.drawn: list[tuple[int, int]] = []

    def ask(self, question, *, countries=(), as_at=None):
        if not question.strip():
            raise BadQuestionError("Pytanie jest puste; wpisz je pełnym zdaniem.")
        if len(question) > MOST_CHARS:
            raise BadQuestionError(
                f"Pytanie ma {len(question)} znaków, może mieć najwyżej {MOST_CHARS}; "
                "skróć je."
            )
        if any(ord(c) < 32 and c not in "\t\r\n" for c in question):
            raise BadQuestionError("Pytanie zawiera znaki, które nie są tekstem.")
        for country in countries:
            if country not in ("KAZ", "Kazachstan", "XZM"):
                raise UnknownCountryError(f"Nieznany kraj: „{country}”.")
        self.asked.append((question, tuple(countries), as_at))
        said = "|".join([question, *countries, str(as_at)])
        answer_id = hashlib.sha256(said.encode()).hexdigest()[:32]
        return self._answer(question, answer_id)

    def complete(self, turns):
        """A last message of few words is put behind the one before it."""
        last = " ".join(turns[-1].split())
        if len(turns) > 1 and len(last.split()) < 4:
            return f"{turns[-2]} {last}"
        return last

    def search(self, words, *, countries=(), as_at=None, most):
        self.ask(words, countries=countries, as_at=as_at)
        held = tuple(countries) or ("KAZ", "XZM")
        searched = Searched(len(held), 57, held, PartialDate(2025, 10))
        if "chleb" in words or not {"KAZ", "Kazachstan"} & set(held):
            return Passages((), (), searched, "Nie znaleziono zdania.")
        near = (quote_of(1, NEAR, 0), quote_of(2, MOSQUES, 1, 2))[:most]
        return Passages(near, answer_of(words, *near).sources, searched)

    def imprints(self):
        return IMPRINTS

    def country_code(self, name):
        for code, known in self.country_choices():
            if name in (code, known):
                return code
        raise UnknownCountryError(f"Nieznany kraj: „{name}”.")

    statement_check = staticmethod(verbatim_only)

    def originals(self):
        return FakeOriginals(self)

    def country_choices(self):
        return [("KAZ", "Kazachstan"), ("XZM", "Zelmaria")]

    def country_name(self, code):
        return dict(self.country_choices()).get(code, code)

    def page_count(self, report_id):
        count = sum(known == report_id for known, _ in PAGES)
        if not count:
            raise NotFoundError("Nie ma takiego raportu.")
        return count

    def page(self, report_id, number):
        page = PAGES.get((report_id, number))
        if page is None:
            raise NotFoundError(f"Raport nie ma strony {number}.")
        return page

    def report_file(self, report_id):
        if report_id != KAZAKHSTAN:
            raise NotFoundError("Nie ma pliku PDF tego raportu.")
        return self._pdf

    def defects(self, report_id):
        return DEFECTS.get(report_id)

    def page_labels(self, report_id):
        return {
            n: page.label for (known, n), page in PAGES.items() if known == report_id
        }

    def sections(self, report_id):
        if report_id != KAZAKHSTAN:
            return ()
        paths = [(), (SECTION[0],), SECTION]
        return tuple(
            Section(ordinal, path, len(path), page_number, ())
            for ordinal, (path, page_number) in enumerate(
                zip(paths, (1, 2, 2), strict=True)
            )
        )

    def occurrences(self, report_id, typed):
        phrase = Phrase(typed, lemmas=lambda word: ())
        return [
            each
            for (known, number), page in PAGES.items()
            if known == report_id
            for each in phrase.occurrences(page_number=number, body=page.body)
        ]

    def page_image(self, report_id, number, *, scale):
        page = self.page(report_id, number)
        if report_id != KAZAKHSTAN:
            raise UnreadableReportError("damaged", Refusal.DAMAGED)
        self.drawn.append((number, scale))
        return Picture(PNG, page.width, page.height)

    def _answer(self, question: str, answer_id: str) -> Answer:
        if "śmierci" in question:
            quotes = quote_of(1, DEATH_PENALTY, 0), quote_of(2, MOSQUES, 1, 2)
            warned = Currency(
                oldest=PartialDate(2025, 4, 8),
                newest=PartialDate(2025, 4, 8),
                undated=2,
                report=PartialDate(2025, 10),
                warnings=("Źródeł bez daty nie można było odnieść do dnia.",),
            )
            fault = Withheld("Kara śmierci obowiązuje.", Fault.NOT_IN_QUOTES)
            return answer_of(
                question,
                *quotes,
                answer_id=answer_id,
                currency=warned,
                withheld=(fault,),
            )
        if "Ujgurów" in question:
            found = quote_of(1, NOT_FOUND, scope="none")
            status = Status.REPORTED_ABSENCE
            return answer_of(question, found, answer_id=answer_id, status=status)
        return answer_of(
            question,
            answer_id=answer_id,
            status=Status.INSUFFICIENT_EVIDENCE,
            near=(quote_of(1, NEAR, 0),),
            notice="Nie oznacza to, że czegoś nie ma.",
        )


def _halves(text: str) -> list[str]:
    """Return the two parts of the sentence that stands over a page break."""
    head, gap, tail = text.partition(" odmówiły")
    return [head, gap.strip() + tail] if gap else []

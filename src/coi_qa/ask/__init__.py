"""A question goes down: read, search, select, weigh, write, verify."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from coi_qa.ask.conflicts import find_conflicts, find_other_sides, search_words
from coi_qa.ask.currency import Known, is_told_by, warnings_on
from coi_qa.ask.editions import (
    newer_editions,
    newest_first,
    of_countries,
    prefer_newest,
)
from coi_qa.ask.faithful import Check, verbatim_only
from coi_qa.ask.judge import Shortlist, context, judge
from coi_qa.ask.notes import notes_on
from coi_qa.ask.question import Question, asked_of, read_question
from coi_qa.ask.retrieve import Candidate, retrieve, unheard_share
from coi_qa.ask.select import is_by, is_known_by, select
from coi_qa.ask.verify import cited_sources, cut_quote, newest_date, verify
from coi_qa.ask.weigh import Verdict, merge, silenced, weigh
from coi_qa.ask.withdrawn import Withdrawn
from coi_qa.domain.abbreviations import expansions
from coi_qa.domain.answer import (
    Answer,
    Draft,
    Evidence,
    Passages,
    Quote,
    Searched,
    Status,
)
from coi_qa.domain.country import Gazetteer
from coi_qa.domain.dates import PartialDate
from coi_qa.domain.report import Imprint, Place, words_at
from coi_qa.errors import BadQuestionError, TextTooLongError
from coi_qa.ports import (
    AnswerWriter,
    Archive,
    DenseIndex,
    Embedder,
    EvidenceScorer,
    Vectors,
    WordIndex,
)

MAX_QUOTES = 5
LOOKED_AT = 40  # candidates whose words, footnotes and dates are read
# Sentences that the scorer reads, as an answer waits for it. Ten find the same first
# quotes and take two thirds longer (docs/evaluation.md, "Time").
JUDGED, JUDGED_OF_ALL, JUDGED_OF_EACH = 6, 12, 3
OTHER_SIDES = 30  # sentences with the words of a quote that may tell it otherwise

OUT_OF_SCOPE = (
    "Usługa przytacza raporty o krajach pochodzenia; nie ocenia przesłanek ochrony ani "
    "wiarygodności osoby i niczego nie zaleca. Można zapytać, co raporty mówią o samej "
    "sytuacji, np. „Czy w kraju X odnotowano przypadki Y?”."
)
SILENT = (
    "W przeszukanych raportach nie znaleziono zdania, które na to odpowiada. Nie "
    "oznacza to, że czegoś nie ma. Można zapytać krócej albo innymi słowami, albo "
    "poszukać słów w samym raporcie."
)
VAGUE = (
    "Pytanie nie nazywa rzeczy, o którą chodzi („to”, „ta sprawa”), a usługa nie zna "
    "poprzednich pytań. Proszę ją nazwać, np. „Ile kosztuje wydanie paszportu?”."
)
NO_REPORT = "Wśród raportów nie ma żadnego o kraju, którego dotyczy pytanie ({names})."
NO_COUNTRY = "W pytaniu nie rozpoznano kraju; cytaty dotyczą: {names}."
TOO_MANY_TOKENS = "Pytanie jest za długie dla modelu; proszę zadać krótsze."
ALL_LATER = "Wszystkie raporty są późniejsze niż {as_at}; żadnego nie przeszukano."
FILTERED = "Pominięto źródła i raporty późniejsze niż {as_at}; mogą o tym mówić."
UNREPORTED = "Nie ma raportu o: {names}."
UNDATED = "Źródeł bez daty nie można było odnieść do wskazanego dnia."
GUESSED_DATE = "Datę raportu „{title}” odczytano tylko z nazwy pliku."


@dataclass(frozen=True)
class Asker:
    """Answers questions from one index."""

    archive: Archive
    dense: DenseIndex
    words: WordIndex
    embedder: Embedder
    scorer: EvidenceScorer
    writer: AnswerWriter
    gazetteer: Gazetteer
    leans: Callable[[str], bool]
    is_vague: Callable[[str], bool]
    is_judgement: Callable[[Vectors], bool]
    key: bytes
    withdrawn: tuple[Withdrawn, ...] = ()
    check: Check = verbatim_only

    def ask(
        self,
        text: str,
        *,
        countries: Sequence[str] = (),
        as_at: PartialDate | None = None,
    ) -> Answer:
        """Return the checked answer to a question.

        Raises:
            BadQuestionError: empty, too long, or no text.
            UnknownCountryError: a country that nothing is known by.
        """
        question, searched = self.understand(text, countries=countries, as_at=as_at)
        newer = newer_editions(searched)
        verdict = Verdict(Status.OUT_OF_SCOPE, (), ())
        is_vague = self.is_vague(question.text)
        if question.in_scope:
            verdict = self._weighed(question, searched, newer)
            if is_vague:
                verdict = silenced(verdict, most=MAX_QUOTES)
            verdict = self._with_other_sides(question, verdict, searched)
        quotes, near = [
            [
                self._cut(item, number, newer)
                for number, item in enumerate(items, start=1)
            ]
            for items in (verdict.quotes, verdict.near)
        ]
        draft = self.writer.write(question.text, quotes)
        return verify(
            draft,
            answer_id=self._id(question, draft),
            question=question.text,
            index=self.archive.index_id,
            status=verdict.status,
            quotes=quotes,
            evidence=verdict.quotes,
            near=near,
            searched=self._searched(question, searched),
            conflicts=find_conflicts(
                verdict.quotes, self.gazetteer.name, question=question.text
            ),
            warnings=self._warnings(question, verdict, newer),
            notice=self._notice(question, verdict, searched, is_vague=is_vague),
            confidence=verdict.chance,
            get_page=self.archive.page,
            as_at=question.as_at,
            check=self.check,
        )

    def search(
        self,
        text: str,
        *,
        countries: Sequence[str] = (),
        as_at: PartialDate | None = None,
        most: int,
    ) -> Passages:
        """Return the passages nearest to some words, nearest first.

        Args:
            text: A question or words.
            countries: Names or codes to hold the search to.
            as_at: Leave out what is later.
            most: Passages at most, from 1.

        Raises:
            BadQuestionError: empty, too long, or no text.
            UnknownCountryError: a country that nothing is known by.
        """
        question, _ = self.understand(text, countries=countries, as_at=as_at)
        searched = reports_on(question, self.archive.imprints())
        newer = newer_editions(searched)
        lists = self.find_near(question, searched, newer, most=most)
        found = sorted(
            (item for near in lists for item in near.evidence),
            key=lambda item: -item.score,
        )[:most]
        quotes = (
            self._cut(item, number, newer) for number, item in enumerate(found, start=1)
        )
        return Passages(
            tuple(quotes),
            cited_sources(found),
            self._searched(question, searched),
            "" if found else self._silence(question, searched),
        )

    def understand(
        self,
        text: str,
        *,
        countries: Sequence[str] = (),
        as_at: PartialDate | None = None,
    ) -> tuple[Question, list[Imprint]]:
        """Return a question as it is read, and the reports that it is asked of.

        Raises:
            BadQuestionError: empty, too long, or no text.
            UnknownCountryError: a country that nothing is known by.
        """
        imprints = self.archive.imprints()
        question = read_question(
            text,
            countries=countries,
            as_at=as_at,
            gazetteer=self.gazetteer,
            reported={code for imprint in imprints for code in imprint.countries},
        )
        if question.in_scope and self.is_judgement(self._vector(question.text)):
            question = replace(question, in_scope=False)
        question = without_early_words(question, imprints)
        return question, reports_on(question, imprints) if question.in_scope else []

    def _with_other_sides(
        self, question: Question, verdict: Verdict, searched: Sequence[Imprint]
    ) -> Verdict:
        """Return the verdict, quotes added that tell otherwise what it counts."""
        others = list(verdict.near)
        seen: set[int] = set()
        for item, words in search_words(
            question.text, verdict.quotes, self.gazetteer.name
        ):
            reports = of_countries(searched, item.imprint)
            hits = self.words.search(words, OTHER_SIDES, reports=reports)
            rows = [hit.row for hit in hits if hit.row not in seen]
            seen.update(rows)
            is_evidence = self.archive.rows_of(rows)
            others += [
                self.archive.evidence(row, score=0.0, similarity=0.0)
                for row in rows
                if is_evidence[row][0]
            ]
        added = find_other_sides(
            question.text,
            verdict.quotes,
            [item for item in others if self._may_be_shown(item, question)],
            self.gazetteer.name,
        )
        places = {item.places for item in added}
        return Verdict(
            verdict.status,
            (*verdict.quotes, *added),
            tuple(item for item in verdict.near if item.places not in places),
        )

    @staticmethod
    def _may_be_shown(item: Evidence, question: Question) -> bool:
        return is_known_by(item, question.as_at) and is_told_by(item, question.as_at)

    def _weighed(
        self,
        question: Question,
        searched: Sequence[Imprint],
        newer: Mapping[str, Imprint],
    ) -> Verdict:
        """Return what the reports say, each country weighed by itself."""
        judged = (
            newest_first(
                judge(near, scorer=self.scorer, context_of=self.context_of),
                newer=newer,
                question=near.question.text,
            )
            for near in self.find_near(question, searched, newer)
        )
        return merge([weigh(each, most=MAX_QUOTES) for each in judged], most=MAX_QUOTES)

    def find_near(
        self,
        question: Question,
        searched: Sequence[Imprint],
        newer: Mapping[str, Imprint],
        *,
        most: int | None = None,
    ) -> list[Shortlist]:
        """Return the sentences to be judged, of each country the nearest first.

        Reports follow one template, so sentences on several countries are alike and
        would push each other out. With them goes the question as it is put to that
        country.

        Args:
            question: As it was read.
            searched: The reports that it is asked of.
            newer: The newest edition of each older one.
            most: Sentences on each country; by default as many as are judged.

        Raises:
            BadQuestionError: longer than the embedder reads.
        """
        groups = by_country(searched)
        most = most or shortlist(len(groups))
        asked = [asked_of(question, codes) for codes in groups]
        vectors = {text: self._vector(text) for text in {each.text for each in asked}}
        found: list[Shortlist] = []
        for each, reports in zip(asked, groups.values(), strict=True):
            meant = expansions(each.text, self.archive.abbreviations())
            candidates = retrieve(
                " ".join([each.text, *meant]),
                vectors[each.text],
                reports=reports,
                archive=self.archive,
                dense=self.dense,
                words=self.words,
            )
            near = select(self._evidence(each, candidates, newer))
            unheard = unheard_share(each, self.words, reports)
            found.append(Shortlist(each, tuple(near[:most]), unheard))
        return found

    def _cut(self, item: Evidence, number: int, newer: Mapping[str, Imprint]) -> Quote:
        return cut_quote(
            item,
            number,
            self.archive.page,
            before=self._before(item),
            newer=newer.get(item.imprint.id),
        )

    def _vector(self, text: str) -> Vectors:
        try:
            return self.embedder.embed_query(text)
        except TextTooLongError as exc:
            raise BadQuestionError(TOO_MANY_TOKENS) from exc

    def context_of(self, item: Evidence) -> str:
        """Return what the scorer reads of a sentence."""
        before = words_at(self._before(item), self.archive.page)
        return context(item, name_of=self.gazetteer.name, before=before)

    def _before(self, item: Evidence) -> tuple[Place, ...]:
        """Return where the sentence stands that this one points back at, if it does."""
        if not self.leans(item.text):
            return ()
        return self.archive.places_before(item.imprint.id, item.ordinal)

    def _evidence(
        self,
        question: Question,
        candidates: Sequence[Candidate],
        newer: Mapping[str, Imprint],
    ) -> list[Evidence]:
        """Return the best candidates with their words, less what is too late."""
        evidence = (
            self.archive.evidence(c.sentence, score=c.score, similarity=c.similarity)
            for c in islice(candidates, LOOKED_AT)
        )
        known = [item for item in evidence if self._may_be_shown(item, question)]
        return prefer_newest(known, newer=newer, question=question.text)

    def _id(self, question: Question, draft: Draft) -> str:
        """Return a keyed hash of what was asked, of the index and of the writer.

        A model that could not be asked makes another one, so that it is asked again.
        """
        said: list[object] = [
            self.archive.index_id,
            question.text,
            list(question.given),
            str(question.as_at),
        ]
        if self.writer.name:
            said.append([self.writer.name, bool(draft.notice)])
        message = json.dumps(said, ensure_ascii=False).encode()
        return hmac.digest(self.key, message, "sha256").hex()[:32]

    def _searched(self, question: Question, searched: Sequence[Imprint]) -> Searched:
        held = question.countries
        all_countries = {code for imprint in searched for code in imprint.countries}
        return Searched(
            reports=len(searched),
            chunks=self.archive.chunk_count([imprint.id for imprint in searched]),
            countries=held or tuple(sorted(all_countries)),
            until=newest_date(imprint.date for imprint in searched),
        )

    def _warnings(
        self, question: Question, verdict: Verdict, newer: Mapping[str, Imprint]
    ) -> list[str]:
        warnings = []
        quoted = {code for item in verdict.quotes for code in item.imprint.countries}
        reported = {c for imprint in self.archive.imprints() for c in imprint.countries}
        if not question.countries and quoted and len(reported) > 1:
            names = ", ".join(sorted(map(self.gazetteer.name, quoted)))
            warnings.append(NO_COUNTRY.format(names=names))
        unreported = [c for c in question.countries if c not in reported]
        if unreported and len(unreported) < len(question.countries):
            names = ", ".join(map(self.gazetteer.name, unreported))
            warnings.append(UNREPORTED.format(names=names))
        name = self.gazetteer.name
        warnings += notes_on(question, reported=reported, name=name)
        warnings += warnings_on(
            verdict.quotes,
            question=question.text,
            known=Known(question.as_at, newer, self.withdrawn),
        )
        undated = any(s.date is None for item in verdict.quotes for s in item.sources)
        if question.as_at is not None and undated:
            warnings.append(UNDATED)
        for imprint in dict.fromkeys(item.imprint for item in verdict.quotes):
            if "date" in imprint.guessed:
                warnings.append(GUESSED_DATE.format(title=imprint.title))
        return warnings

    def _nothing_searched(self, question: Question) -> str:
        names = ", ".join(map(self.gazetteer.name, question.countries))
        if question.as_at is not None and reports_on(
            replace(question, as_at=None), self.archive.imprints()
        ):
            return ALL_LATER.format(as_at=question.as_at)
        return NO_REPORT.format(names=names)

    def _notice(
        self,
        question: Question,
        verdict: Verdict,
        searched: Sequence[Imprint],
        *,
        is_vague: bool,
    ) -> str:
        """Return the sentence that says what a status without quotes means."""
        if verdict.status is Status.OUT_OF_SCOPE:
            return OUT_OF_SCOPE
        if verdict.status is not Status.INSUFFICIENT_EVIDENCE:
            return ""
        return VAGUE if is_vague else self._silence(question, searched)

    def _silence(self, question: Question, searched: Sequence[Imprint]) -> str:
        """Return the sentence that says why nothing was found."""
        if not searched:
            return self._nothing_searched(question)
        if question.as_at is not None:
            return f"{SILENT} {FILTERED.format(as_at=question.as_at)}"
        return SILENT


def shortlist(countries: int) -> int:
    """Return how many sentences on each of several countries are judged."""
    return max(JUDGED_OF_EACH, min(JUDGED, JUDGED_OF_ALL // max(1, countries)))


def by_country(imprints: Sequence[Imprint]) -> dict[tuple[str, ...], list[str]]:
    """Return the ids of the reports on each country, or on the same countries."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for imprint in imprints:
        groups.setdefault(imprint.countries, []).append(imprint.id)
    return groups


def reports_on(question: Question, imprints: Sequence[Imprint]) -> list[Imprint]:
    """Return the reports that may be quoted: on the countries, none later than asked.

    All countries where none is named.
    """
    asked = set(question.countries)
    return [
        imprint
        for imprint in imprints
        if (not asked or asked & set(imprint.countries))
        and is_by(imprint.date, question.as_at)
    ]


def without_early_words(question: Question, imprints: Sequence[Imprint]) -> Question:
    """Return the question less a date read from its words that predates all reports.

    "Stan na 2020 r." would leave nothing to quote where every report is of later years;
    a date that the caller gave holds in any case.
    """
    if question.as_at_words is None or reports_on(question, imprints):
        return question
    return replace(question, as_at=None)

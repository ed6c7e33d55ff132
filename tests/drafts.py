"""Quotes to write of, and what becomes of a draft."""

from __future__ import annotations

from collections.abc import Sequence

from tests.fakes_index import MemoryArchive, imprint_of
from tests.unit.ask.faithful.checker import checker

from coi_qa.adapters.breaker import Breaker
from coi_qa.adapters.writer_remote import RemoteWriter, Server
from coi_qa.ask.faithful import Check
from coi_qa.ask.verify import cut_quote, verify
from coi_qa.domain.answer import Answer, Quote, Searched, Statement, Status
from coi_qa.ports import AnswerWriter


def count_words(text: str) -> int:
    """Count tokens as no server does."""
    return len(text.split())


def writer_of(url: str, *, seconds: float = 30.0, **options) -> RemoteWriter:
    """Return a writer that never leaves its server alone, unless told to."""
    options.setdefault("breaker", Breaker(failures=10**6))
    options.setdefault("count_tokens", count_words)
    return RemoteWriter(Server(url, "scripted", seconds, "s3cret-key"), **options)


class Corpus:
    """Sentences as one report, quoted by numbers."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.archive = MemoryArchive([(imprint_of("a" * 64, "KAZ"), texts)])
        self.evidence = [
            self.archive.evidence(at, score=1.0, similarity=1.0)
            for at in range(len(texts))
        ]
        self.quotes = [
            cut_quote(item, number, self.archive.page)
            for number, item in enumerate(self.evidence, start=1)
        ]

    def answer(
        self,
        writer: AnswerWriter,
        *,
        question: str = "Co mówi raport?",
        check: Check | None = None,
    ) -> Answer:
        """Return the answer that a writer's draft becomes."""
        return verify(
            writer.write(question, self.quotes),
            answer_id="id",
            question=question,
            index="index",
            status=Status.ANSWERED,
            quotes=self.quotes,
            evidence=self.evidence,
            near=[],
            searched=Searched(1, 2, ("KAZ",), None),
            warnings=[],
            notice="",
            confidence=0.9,
            get_page=self.archive.page,
            check=checker() if check is None else check,
        )


def as_they_are(quotes: Sequence[Quote]) -> tuple[Statement, ...]:
    """Return the quotes as statements, which is all that is shown of a lie."""
    return tuple(
        dict.fromkeys(Statement(quote.text, (quote.number,)) for quote in quotes)
    )

"""The default writer: says what the quotes say, in their words and no others."""

from __future__ import annotations

from collections.abc import Sequence

from coi_qa.domain.answer import Draft, Quote, Statement


class ExtractiveWriter:
    """Makes each quote a statement; adds no words of its own."""

    name = ""

    def write(self, question: str, quotes: Sequence[Quote]) -> Draft:
        """Return one statement a quote, in their order."""
        del question
        return Draft(tuple(Statement(q.text, (q.number,)) for q in quotes))

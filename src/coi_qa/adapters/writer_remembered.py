"""A writer that is asked once: the same question and quotes get the same draft.

Models do not answer alike twice, even at temperature 0; an answer has to.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence

from coi_qa.adapters.answers import AnswerStore
from coi_qa.domain.answer import Draft, Quote, Statement
from coi_qa.ports import AnswerWriter


class RememberedWriter:
    """Asks another writer where its draft is not kept; workers share what is."""

    def __init__(self, writer: AnswerWriter, store: AnswerStore, *, key: bytes) -> None:
        """Take the writer and where its drafts are kept.

        Args:
            writer: Asked where nothing is kept.
            store: Keeps drafts as long as answers.
            key: Secret; what was asked cannot be told from the key of a draft.
        """
        self._writer, self._store, self._key = writer, store, key

    @property
    def name(self) -> str:
        """That of the writer asked."""
        return self._writer.name

    def write(self, question: str, quotes: Sequence[Quote]) -> Draft:
        """Return the draft that is kept, else a new one.

        A draft of a writer that failed is not kept, so that it is asked again.
        """
        if not quotes:
            return Draft(())
        key = self._key_of(question, quotes)
        kept = self._store.get_draft(key)
        if kept is None:
            draft = self._writer.write(question, quotes)
            if not draft.writer:
                return draft
            kept = self._store.put_draft(key, _as_json(draft))
        return _read(kept)

    def _key_of(self, question: str, quotes: Sequence[Quote]) -> str:
        said = [
            self.name,
            question,
            [[quote.number, quote.imprint.id, quote.text] for quote in quotes],
        ]
        message = json.dumps(said, ensure_ascii=False).encode()
        return hmac.digest(self._key, message, "sha256").hex()[:32]


def _as_json(draft: Draft) -> str:
    said = [[each.text, list(each.quotes)] for each in draft.statements]
    return json.dumps({"writer": draft.writer, "statements": said}, ensure_ascii=False)


def _read(kept: str) -> Draft:
    said = json.loads(kept)
    statements = (Statement(text, tuple(quotes)) for text, quotes in said["statements"])
    return Draft(tuple(statements), writer=said["writer"])

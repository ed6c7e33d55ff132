"""What each part of retrieval does: the same questions with other weights.

Usage: python eval/ablate.py INDEXES_DIR GOLD.jsonl...

Prints, for the questions with fragments, in how many the answering sentence is ranked
first, among three and among five. Reports and countries are held as in the service.
"""

from __future__ import annotations

import sys
from pathlib import Path

from coi_qa.ask import by_country
from coi_qa.ask.retrieve import Weights, retrieve
from coi_qa.config import Settings
from coi_qa.evaluation.gold import GoldQuestion, read_gold
from coi_qa.evaluation.measures import holds_fragments
from coi_qa.service import Service
from coi_qa.wiring import build_service

VARIANTS = {
    "words alone": Weights(sentence=0.0, chunk=0.0, words=1.0),
    "sentence vector alone": Weights(chunk=0.0, words=0.0),
    "sentence + words": Weights(chunk=0.0),
    "sentence + half its chunk": Weights(words=0.0),
    "sentence + half its chunk + words (default)": Weights(),
    "… chunk .25": Weights(chunk=0.25),
    "… chunk 1": Weights(chunk=1.0),
    "… words .03": Weights(words=0.03),
    "… words .12": Weights(words=0.12),
}
LOOKED_AT = 10


def rank_of(service: Service, gold: GoldQuestion, weights: Weights) -> int | None:
    """Return the rank of the first sentence that answers, from 1, or None."""
    asker = service.asker
    question, searched = asker.understand(gold.question, countries=gold.countries)
    candidates = [
        candidate
        for reports in by_country(searched).values()
        for candidate in retrieve(
            question.text,
            asker.embedder.embed_query(question.text),
            reports=reports,
            archive=asker.archive,
            dense=asker.dense,
            words=asker.words,
            weights=weights,
        )
    ]
    best = sorted(candidates, key=lambda c: -c.score)[:LOOKED_AT]
    for rank, candidate in enumerate(best, start=1):
        found = asker.archive.evidence(candidate.sentence, score=0.0, similarity=0.0)
        right_file = gold.report in ("", found.imprint.file_name)
        if right_file and holds_fragments(found.text, gold.fragments):
            return rank
    return None


def main(arguments: list[str]) -> None:
    """Print the table."""
    settings = Settings(indexes_dir=Path(arguments[0]))
    service = build_service(settings)
    gold = [q for q in read_gold([Path(a) for a in arguments[1:]]) if q.fragments]
    print(f"{len(gold)} questions{'':36} first  three  five")
    for name, weights in VARIANTS.items():
        ranks = [rank_of(service, question, weights) for question in gold]
        counts = [sum(r is not None and r <= k for r in ranks) for k in (1, 3, 5)]
        print(f"{name:50} " + "  ".join(f"{count:5}" for count in counts))


if __name__ == "__main__":
    main(sys.argv[1:])

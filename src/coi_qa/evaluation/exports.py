"""A run in the formats of other evaluators: ragas, and TREC's run and qrels files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote as percent_encode

from coi_qa.domain.answer import Quote
from coi_qa.errors import BadRequestError
from coi_qa.evaluation.scored import Scored
from coi_qa.render import STATUS_WORDS

RUN_FILE: Final = "run.trec"
QRELS_FILE: Final = "qrels.trec"

_TAG: Final = "coi-qa"
_MISSED: Final = "not-retrieved"  # its question then scores 0 instead of being left out


def write_ragas(path: Path, scored: Sequence[Scored]) -> None:
    """Write one JSON row a question, as `ragas.EvaluationDataset` reads them.

    Raises:
        BadRequestError: the file cannot be written.
    """
    _write(path, "".join(f"{json.dumps(ragas_row(s))}\n" for s in scored))


def ragas_row(scored: Scored) -> dict[str, object]:
    """Return a question as a ragas sample.

    Gold has no sentences, so `reference` joins the first wording of each group, and
    says what a silence means where the reports are silent.
    """
    gold = scored.gold
    said = " ".join(s.text for s in scored.answer.statements) if scored.answer else ""
    notice = scored.answer.notice if scored.answer else scored.error
    wordings = [group[0] for group in gold.fragments]
    return {
        "user_input": gold.question,
        "response": said or notice,
        "retrieved_contexts": [quote.text for quote in scored.ranked],
        "reference": "; ".join(wordings) or STATUS_WORDS[str(gold.status)],
        "reference_contexts": wordings,
    }


def write_trec(folder: Path, scored: Sequence[Scored]) -> None:
    """Write `run.trec` and `qrels.trec` of the questions with fragments.

    The qrels name the first answering passage alone, as one is enough. trec_eval, told
    to average over all topics (`-c`), then gives the same success_1, _5 and _10,
    recip_rank and ndcg_cut_10 as `recall@k`, `mrr` and `ndcg@10` here.

    Raises:
        BadRequestError: the files cannot be written.
    """
    answerable = [s for s in scored if s.gold.fragments]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise BadRequestError(f"{folder}: cannot be made ({exc.strerror})") from exc
    _write(folder / RUN_FILE, "".join(map(_run_lines, answerable)))
    _write(folder / QRELS_FILE, "".join(map(_qrel_line, answerable)))


def _run_lines(scored: Scored) -> str:
    """Return a line a passage; scores fall by rank, as trec_eval sorts by them."""
    topic, ids = percent_encode(scored.gold.id), list(passage_ids(scored.ranked))
    return "".join(
        f"{topic} Q0 {passage} {rank} {len(ids) - rank + 1} {_TAG}\n"
        for rank, passage in enumerate(ids, start=1)
    )


def _qrel_line(scored: Scored) -> str:
    ids = list(passage_ids(scored.ranked))
    passage = _MISSED if scored.rank is None else ids[scored.rank - 1]
    return f"{percent_encode(scored.gold.id)} 0 {passage} 1\n"


def passage_ids(ranked: Sequence[Quote]) -> Iterator[str]:
    """Yield the report, page and range of each passage, no two of them alike."""
    seen: set[str] = set()
    for rank, passage in enumerate(ranked, start=1):
        first = passage.places[0].place
        name = (
            f"{percent_encode(passage.imprint.file_name, safe='')}"
            f":{first.page_number}:{first.span.start}-{first.span.end}"
        )
        name = name if name not in seen else f"{name}#{rank}"
        seen.add(name)
        yield name


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as exc:
        raise BadRequestError(
            f"{path}: cannot be written ({exc.strerror}); name another place with "
            "--export"
        ) from exc

"""Two stored runs over two questions, as `coi-qa eval --run` writes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tests.fakes_web import IMPRINTS, FakeService

from coi_qa.domain.answer import Answer
from coi_qa.evaluation import run_eval, store_run

GOLD = [
    {
        "id": "kara",
        "question": "Czy grozi kara śmierci?",
        "kind": "fact/law",
        "status": "answered",
        "fragments": [["nie przewiduje kary śmierci"]],
        "footnotes": [18],
        "countries": ["KAZ"],
    },
    {
        "id": "pogoda/1",
        "question": "Jaka jest <b>pogoda</b>?",
        "kind": "weather",
        "status": "answered",
        "fragments": [["słonecznie", "pogodnie"]],
        "footnotes": None,
        "countries": ["KAZ"],
    },
]


def store_two(folder: Path, service: FakeService) -> tuple[str, str]:
    """Store two runs in `folder`/runs, the second without a find; return their ids."""
    path = folder / "gold.jsonl"
    lines = [{"lang": "pl", "report": IMPRINTS[0].file_name, **line} for line in GOLD]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")

    def store(ask: Callable[[str], Answer], hour: int) -> str:
        verdict = run_eval(
            [path],
            ask=lambda question, countries, as_at: ask(question),
            check_quote=lambda quote: True,
            reports=[imprint.file_name for imprint in IMPRINTS],
            gate_path=None,
            progress=lambda done, of: None,
            confidence=lambda answer: 0.7,
        )
        return store_run(
            folder / "runs",
            verdict,
            gold_paths=[path],
            gate_path=None,
            now=datetime(2025, 10, 1, hour, tzinfo=UTC),
        ).name

    return store(service.ask, 9), store(lambda _: service.ask("Nic?"), 10)

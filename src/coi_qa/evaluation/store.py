"""A run becomes a folder that is written once.

`manifest.json` says what it was made of and the sha256 of the other files, which are
`answers.jsonl`, `scores.jsonl`, `report.json` and `report.html`; the last two say the
same, questions with their gold included.
"""

from __future__ import annotations

import json
import platform
import shutil
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from coi_qa.errors import BadRequestError
from coi_qa.evaluation.gate import Verdict
from coi_qa.evaluation.page import as_html
from coi_qa.evaluation.report import as_json, latency_document, measures_document
from coi_qa.evaluation.runs import (
    MANIFEST,
    REPORT_JSON,
    SCORES,
    digest,
    gold_digest,
)
from coi_qa.evaluation.scored import Scored, values_of

ANSWERS: Final = "answers.jsonl"
REPORT: Final = "report.html"


def store_run(
    folder: Path,
    verdict: Verdict,
    *,
    gold_paths: Sequence[Path],
    gate_path: Path | None,
    now: datetime,
) -> Path:
    """Write a run beneath `folder` and return where it is, whole or not at all.

    Args:
        folder: Made where there is none.
        verdict: What was measured.
        gold_paths: Files that the questions came from.
        gate_path: File of the gate, or None.
        now: With its time zone; the run's id begins with it.

    Raises:
        BadRequestError: it cannot be written there.
    """
    scored = verdict.evaluation.scored
    files = {
        ANSWERS: _lines(map(_answer_line, scored)),
        SCORES: _lines(map(_score_line, scored)),
        REPORT_JSON: as_json(verdict),
        REPORT: as_html(verdict),
    }
    made = now.astimezone(UTC)
    run_id = f"{made:%Y%m%dT%H%M%SZ}-{digest(files[SCORES].encode())[:8]}"
    try:
        manifest = {
            "id": run_id,
            "made": made.isoformat(timespec="seconds"),
            "coi_qa": version("coi-qa"),
            "python": platform.python_version(),
            "indexes": list(verdict.evaluation.indexes),
            "questions": len(scored),
            "gold": [_file_line(path) for path in gold_paths],
            "gate": None if gate_path is None else _file_line(gate_path),
            "passed": None if verdict.no_gate else verdict.passed,
            "failed": list(verdict.failed),
            "measures": measures_document(verdict.evaluation.measures),
            "latency": latency_document(verdict.evaluation.latency),
            "files": {name: digest(text.encode()) for name, text in files.items()},
        }
        return _publish(
            folder / run_id,
            files | {MANIFEST: json.dumps(manifest, ensure_ascii=False, indent=2)},
        )
    except OSError as exc:
        raise BadRequestError(
            f"{folder}: the run cannot be stored ({exc.strerror}); name another "
            "folder with --run"
        ) from exc


def _answer_line(scored: Scored) -> dict[str, object]:
    return {
        "id": scored.gold.id,
        "ms": round(scored.latency_ms, 1),
        "confidence": scored.confidence,
        "error": scored.error,
        "answer": scored.document or None,
    }


def _score_line(scored: Scored) -> dict[str, object]:
    """Return what is stored of a score; it holds no time, so that it can repeat."""
    return {
        "id": scored.gold.id,
        "question": scored.gold.question,
        "gold": gold_digest(scored.gold),
        "status": scored.status,
        "rank": scored.rank,
        "right": scored.is_right,
        "values": {name: list(v) for name, v in values_of(scored).items() if v},
    }


def _lines(values: Iterable[object]) -> str:
    # Escaped, so that a lone surrogate or U+2028 of a message stays inside its line.
    return "".join(f"{json.dumps(value)}\n" for value in values)


def _file_line(path: Path) -> dict[str, str]:
    return {"file": path.name, "sha256": digest(path.read_bytes())}


def _publish(folder: Path, files: Mapping[str, str]) -> Path:
    draft = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        for name, text in files.items():
            (draft / name).write_text(text, "utf-8")
        draft.rename(folder)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return folder

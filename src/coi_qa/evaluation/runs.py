"""Runs on disk, as `store.py` writes them: how each question was scored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from coi_qa.errors import BadRequestError
from coi_qa.evaluation.gold import GoldQuestion
from coi_qa.evaluation.scored import MEASURES

MANIFEST: Final = "manifest.json"
SCORES: Final = "scores.jsonl"
REPORT_JSON: Final = "report.json"


@dataclass(frozen=True, slots=True)
class StoredScore:
    """How one question was scored in a stored run.

    Attributes:
        id: Of the gold question.
        question: Its words.
        gold: Digest of all that the gold says of it.
        status: Given one, or "error".
        rank: Of the first answering passage, from 1, or None.
        right: Whether the caseworker got what the gold asks for.
        values: By measure, as `scored.values_of` returns them.
    """

    id: str
    question: str
    gold: str
    status: str
    rank: int | None
    right: bool
    values: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run as it was stored; `scores` in the order of its gold."""

    id: str
    indexes: tuple[str, ...]
    scores: tuple[StoredScore, ...]


def read_run(folder: Path) -> StoredRun:
    """Return a stored run.

    Raises:
        BadRequestError: there is none, or it is not as it was written.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        raw = (folder / SCORES).read_bytes()
        if digest(raw) != manifest["files"][SCORES]:
            raise BadRequestError(
                f"{folder}: {SCORES} is not what {MANIFEST} says was written; "
                "expected a run as 'coi-qa eval --run' stores it"
            )
        return StoredRun(
            id=str(manifest["id"]),
            indexes=tuple(manifest["indexes"]),
            scores=tuple(_read_score(json.loads(line)) for line in raw.splitlines()),
        )
    except OSError as exc:
        raise BadRequestError(
            f"{folder}: found no stored run ({exc.strerror}), expected a folder that "
            "'coi-qa eval --run' made"
        ) from exc
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
        raise BadRequestError(
            f"{folder}: found no run that can be read ({exc!r}), expected a folder "
            "that 'coi-qa eval --run' made"
        ) from exc


def gold_digest(gold: GoldQuestion) -> str:
    """Return a digest of all that the gold says of a question, its file left out."""
    said = asdict(gold)
    del said["half"]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)
    return digest(text.encode())[:16]


def digest(data: bytes) -> str:
    """Return the sha256 of `data` in hexadecimal."""
    return sha256(data).hexdigest()


def _read_score(said: Mapping[str, Any]) -> StoredScore:
    # A run of an older version lacks the measures that are newer.
    return StoredScore(
        id=str(said["id"]),
        question=str(said["question"]),
        gold=str(said["gold"]),
        status=str(said["status"]),
        rank=said["rank"],
        right=bool(said["right"]),
        values={name: tuple(said["values"].get(name, ())) for name in MEASURES},
    )

"""Stored runs for a page: which there are, and all that was measured in one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from coi_qa.errors import BadRequestError, NotFoundError
from coi_qa.evaluation.calibration import Bin, Calibration, RiskPoint
from coi_qa.evaluation.measures import Interval, Measure
from coi_qa.evaluation.runs import MANIFEST, REPORT_JSON, digest

_RUN_ID: Final = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A stored run as its manifest tells it.

    Attributes:
        id: Name of its folder.
        made: When, ISO 8601.
        questions: How many were asked.
        gold: Names of their files.
        indexes: Ids of those that answered.
        passed: Whether no measure is beyond the gate; None without a gate.
        measures: By name.
    """

    id: str
    made: str
    questions: int
    gold: tuple[str, ...]
    indexes: tuple[str, ...]
    passed: bool | None
    measures: Mapping[str, Measure]


def find_runs(folder: Path) -> tuple[list[RunSummary], list[str]]:
    """Return the runs stored in a folder, latest first, and what cannot be read."""
    runs: list[RunSummary] = []
    broken: list[str] = []
    named = (p.name for p in folder.iterdir()) if folder.is_dir() else iter(())
    for name in sorted((n for n in named if _RUN_ID.fullmatch(n)), reverse=True):
        try:
            runs.append(_summary(_manifest(folder / name), name))
        except BadRequestError:
            broken.append(name)
    return runs, broken


def run_folder(folder: Path, run_id: str) -> Path:
    """Return where a run is stored.

    Raises:
        NotFoundError: there is none of this id.
    """
    if not _RUN_ID.fullmatch(run_id) or not (folder / run_id / MANIFEST).is_file():
        raise NotFoundError("Nie ma takiego przebiegu ewaluacji.")
    return folder / run_id


def read_report(folder: Path) -> tuple[RunSummary, dict[str, Any]]:
    """Return a run's summary, and what `report.document` returned when it was stored.

    Raises:
        BadRequestError: it is not as it was written, or of a release that did not keep
            the gold beside the answers.
    """
    manifest = _manifest(folder)
    expected = manifest["files"].get(REPORT_JSON)
    if expected is None:
        raise BadRequestError(
            "Ten przebieg zapisała wcześniejsza wersja, która nie zachowywała pytań "
            "wzorcowych obok odpowiedzi; uruchom „coi-qa eval … --run” ponownie."
        )
    try:
        raw = (folder / REPORT_JSON).read_bytes()
    except OSError as exc:
        raise _damaged(folder) from exc
    if digest(raw) != expected:
        raise _damaged(folder)
    try:
        document: dict[str, Any] = json.loads(raw)
    except (ValueError, RecursionError) as exc:
        raise _damaged(folder) from exc
    return _summary(manifest, folder.name), document


def measures_from(said: Mapping[str, Any]) -> dict[str, Measure]:
    """Return the measures that `report.measures_document` wrote, by name."""
    return {
        name: Measure(
            name,
            None if m["value"] is None else float(m["value"]),
            None
            if m["low"] is None
            else Interval(float(m["low"]), float(m["high"]), m["method"]),
            int(m["n"]),
        )
        for name, m in said.items()
    }


def calibration_from(said: Mapping[str, Any] | None) -> Calibration | None:
    """Return the calibration of a stored report, None where answers told none."""
    if said is None:
        return None
    bins = tuple(
        Bin(**{**b, "interval": Interval(**b["interval"])}) for b in said["bins"]
    )
    curve = tuple(RiskPoint(**point) for point in said["curve"])
    return Calibration(**{**said, "bins": bins, "curve": curve})


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        said = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as exc:
        raise _damaged(folder) from exc
    if not isinstance(said, dict) or not isinstance(said.get("files"), dict):
        raise _damaged(folder)
    return said


def _summary(said: Mapping[str, Any], run_id: str) -> RunSummary:
    try:
        return RunSummary(
            id=run_id,
            made=str(said["made"]),
            questions=int(said["questions"]),
            gold=tuple(str(each["file"]) for each in said["gold"]),
            indexes=tuple(map(str, said["indexes"])),
            passed=said["passed"],
            measures=measures_from(said["measures"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise BadRequestError(f"Przebiegu nie da się odczytać ({exc!r}).") from exc


def _damaged(folder: Path) -> BadRequestError:
    return BadRequestError(
        f"Przebieg {folder.name} nie jest taki, jakim go zapisano; uruchom "
        "„coi-qa eval … --run” ponownie."
    )

"""How good is good enough: floors and ceilings that a change may not cross."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from coi_qa.errors import SettingsError
from coi_qa.evaluation.run import Evaluation
from coi_qa.evaluation.scored import MEASURES

GATE = Path("eval/gate.toml")  # seen from the folder that a command is run in
NO_GATE = f"{GATE} not found; nothing was held against a limit, name one with --gate"

_ROUNDING = 1e-9  # a mean of exact thirds may miss its floor by the last bit


@dataclass(frozen=True, slots=True)
class Gate:
    """The least, and the most, that measures may be; by name, from 0 to 1."""

    floors: Mapping[str, float]
    ceilings: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Verdict:
    """An evaluation and a sentence for each measure that is beyond the gate.

    Attributes:
        evaluation: What was measured.
        failed: The sentences.
        no_gate: Why the measures were held against no gate, or "".
    """

    evaluation: Evaluation
    failed: tuple[str, ...]
    no_gate: str = ""

    @property
    def passed(self) -> bool:
        """Whether no measure is beyond the gate, if there is one."""
        return not self.failed


def find_gate(given: Path | None) -> Path | None:
    """Return the gate's file: the one given, else the usual one if it is there."""
    if given is not None:
        return given
    return GATE if GATE.exists() else None


def read_gate(path: Path) -> Gate:
    """Return the tables `[floors]` and `[ceilings]` of a TOML file.

    Raises:
        SettingsError: the file cannot be read, names an unknown table or measure, or
            sets one to something else than a number from 0 to 1.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise SettingsError(
            f"{path}: found no readable file ({exc.strerror}), expected the gate"
        ) from exc
    except ValueError as exc:
        raise SettingsError(f"{path}: found no TOML ({exc})") from exc
    for name in tables:
        if name not in ("floors", "ceilings"):
            raise SettingsError(
                f"{path}: found {name!r}, expected [floors] and [ceilings] alone"
            )
    return Gate(
        floors=_read_limits(path, tables.get("floors", {})),
        ceilings=_read_limits(path, tables.get("ceilings", {})),
    )


def failed_gates(evaluation: Evaluation, gate: Gate) -> list[str]:
    """Return a sentence for each measure below its floor or above its ceiling.

    The value itself is compared, not its interval. A measure that these gold questions
    say nothing about is beyond no limit.
    """
    found = {m.name: (m.value, m.n) for m in evaluation.measures}
    sentences: list[str] = []
    for name, floor in gate.floors.items():
        value, n = found[name]
        if value is not None and value < floor - _ROUNDING:
            sentences.append(
                f"{name} is {value:.4f} over {n}, below its floor of {floor:.4f}."
            )
    for name, ceiling in gate.ceilings.items():
        value, n = found[name]
        if value is not None and value > ceiling + _ROUNDING:
            sentences.append(
                f"{name} is {value:.4f} over {n}, above its ceiling of {ceiling:.4f}."
            )
    return sentences


def _read_limits(path: Path, table: object) -> dict[str, float]:
    if not isinstance(table, dict):
        raise SettingsError(f"{path}: found {table!r}, expected a table of limits")
    limits: dict[str, float] = {}
    for name, limit in table.items():
        if name not in MEASURES:
            raise SettingsError(
                f"{path}: found measure {name!r}, expected one of {', '.join(MEASURES)}"
            )
        if type(limit) not in (int, float) or not 0 <= limit <= 1:
            raise SettingsError(
                f"{path}: found {name} = {limit!r}, expected a number from 0 to 1"
            )
        limits[name] = float(limit)
    return limits

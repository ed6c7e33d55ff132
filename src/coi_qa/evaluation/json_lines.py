"""Files of one JSON object a line, each told where it stands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from coi_qa.errors import BadGoldError

MAX_SHOWN = 60  # characters of a value that fit an error's line


def read_objects(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield "file:line" and the object of each line that is not blank.

    Raises:
        BadGoldError: the file cannot be read, or a line is no JSON object in UTF-8 or
            has a key twice; the message names the line.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as exc:
        raise BadGoldError(
            f"{path}: found no readable file ({exc.strerror}), expected JSON lines"
        ) from exc
    for number, line in enumerate(lines, start=1):
        if line.strip():
            where = f"{path}:{number}"
            yield where, _object(where, line)


def shown(value: object) -> str:
    """Return `value` as JSON that can be printed, cut to what fits."""
    text = json.dumps(value, ensure_ascii=False)
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 3]}..."


def _object(where: str, line: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(line.decode("utf-8"), object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as exc:
        raise BadGoldError(
            f"{where}: found no JSON ({exc}), expected one object in UTF-8"
        ) from exc
    if not isinstance(value, dict):
        raise BadGoldError(f"{where}: found {shown(value)}, expected one JSON object")
    return value


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError("a key stands twice")
    return values

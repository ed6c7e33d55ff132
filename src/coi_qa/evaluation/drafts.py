"""Caseworkers' verdicts on answers, as lines of a gold file."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from coi_qa.adapters.answers import Feedback
from coi_qa.adapters.disk import append_lines
from coi_qa.errors import BadRequestError
from coi_qa.evaluation.gold import TO_REVIEW, speaks
from coi_qa.evaluation.scored import warns_of_countries

KIND: Final = "caseworker"
"""Kind of a gold question that a caseworker found usefully answered."""

_PREFIX: Final = "answer-"  # of an id, before that of the answer


def draft_gold(
    feedback: Iterable[Feedback], get_answer: Callable[[str], str | None]
) -> list[dict[str, object]]:
    """Return a gold line for each answer that caseworkers judged and that is kept.

    Where all of them found it useful, the line is complete: its first quote is what
    answers. Otherwise it is a draft that `read_gold` refuses until a person has filled
    in what the answer should have been; "verdicts", "comments" and "given" help to.

    Args:
        feedback: In the order it came.
        get_answer: Id -> the answer's JSON, or None where it is no longer kept.
    """
    said: dict[str, list[Feedback]] = {}
    for each in feedback:
        said.setdefault(each.answer_id, []).append(each)
    lines: list[dict[str, object]] = []
    for answer_id, verdicts in said.items():
        text = get_answer(answer_id)
        if text is not None:
            lines.append(_line(json.loads(text), verdicts))
    return lines


def append_gold(path: Path, lines: Sequence[Mapping[str, object]]) -> int:
    """Add to a gold file the lines whose ids it does not have; return how many.

    What stands in the file stays as it is, corrected drafts included. A new file is
    its owner's alone: questions and comments may hold personal data.

    Raises:
        BadRequestError: the file cannot be read as JSON lines, or written.
    """
    try:
        held = path.read_bytes() if path.exists() else b""
        known = _ids(path, held)
        fresh = [line for line in lines if line["id"] not in known]
        if fresh:
            append_lines(path, [json.dumps(line, ensure_ascii=False) for line in fresh])
    except OSError as exc:
        raise BadRequestError(
            f"{path}: cannot be read and written ({exc.strerror}); name another file "
            "with --out"
        ) from exc
    return len(fresh)


def _line(answer: Mapping[str, Any], said: Sequence[Feedback]) -> dict[str, object]:
    verdicts = list(dict.fromkeys(each.verdict for each in said))
    asked = {
        "id": f"{_PREFIX}{answer['id']}",
        "question": answer["question"],
        "countries": _countries(answer),
    }
    if answer.get("as_at"):  # answers kept of old lack it
        asked["as_at"] = answer["as_at"]
    if verdicts == ["useful"]:
        return asked | {"kind": KIND} | _gold_of(answer)
    return asked | {
        "kind": TO_REVIEW,
        "status": "",
        "fragments": [],
        "footnotes": None,
        "report": None,
        "verdicts": verdicts,
        "comments": [each.comment for each in said if each.comment],
        "given": _gold_of(answer),
    }


def _gold_of(answer: Mapping[str, Any]) -> dict[str, object]:
    """Return the answer itself as gold: its status, and its first quote if any."""
    if not (speaks(answer["status"]) and answer["quotes"]):
        return {"status": answer["status"], "fragments": []}
    first = answer["quotes"][0]
    return {
        "status": answer["status"],
        "fragments": [[first["text"]]],
        "footnotes": first["footnotes"],
        "report": first["report"]["file"],
    }


def _countries(answer: Mapping[str, Any]) -> list[str]:
    """Return the countries that the search was held to, [] where it was to none."""
    if warns_of_countries(answer["currency"]["warnings"]):
        return []
    return list(answer["searched"]["countries"])


def _ids(path: Path, held: bytes) -> set[object]:
    ids: set[object] = set()
    lines = held.removeprefix(codecs.BOM_UTF8).split(b"\n")
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            ids.add(json.loads(line)["id"])
        except (ValueError, KeyError, TypeError, RecursionError) as exc:
            raise BadRequestError(
                f"{path}:{number}: found no gold question ({exc!r}), expected one "
                "JSON object with an id a line; nothing was added"
            ) from exc
    return ids

"""The answer itself as a file that can be checked: its JSON and a seal over it.

`coi-qa verify` compares the quotes with the stored pages or with the PDF. The seal
covers what no page says: the question, the counts, the numbers. It finds what was
changed by accident or in passing; whoever changes a file on purpose can seal it anew,
so that the pages stay what counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, Final

KEY: Final = "pack"
VERSION: Final = 1


def seal(
    answer: Mapping[str, Any], *, created: date | None, note: Sequence[str] = ()
) -> str:
    """Return the JSON of a pack: the answer with a key more, in the answer's order.

    Args:
        answer: As it was stored; a seal that it bears already is renewed.
        created: Day of the answer, if it is known.
        note: Lines for whoever checks it.
    """
    said = {key: value for key, value in answer.items() if key != KEY}
    pack: dict[str, Any] = {
        "version": VERSION,
        "created": None if created is None else created.isoformat(),
        "note": [*note],
    }
    pack["sha256"] = _digest({**said, KEY: pack})
    return json.dumps({**said, KEY: pack}, ensure_ascii=False, indent=2) + "\n"


def created_on(answer: Mapping[str, Any]) -> date | None:
    """Return the day that a pack bears; None for any other answer.

    Raises:
        ValueError: what it bears is no day.
    """
    pack = answer.get(KEY)
    said = pack.get("created") if isinstance(pack, dict) else None
    return None if said is None else date.fromisoformat(str(said))


def broken_seal(answer: object) -> list[str]:
    """Return a sentence where a pack is not as it was sealed, else []."""
    if not isinstance(answer, dict) or KEY not in answer:
        return []
    pack = answer[KEY]
    if not isinstance(pack, dict) or "sha256" not in pack:
        return ["pack: its seal is missing"]
    unsealed = {key: value for key, value in pack.items() if key != "sha256"}
    digest = _digest({**answer, KEY: unsealed})
    if pack["sha256"] != digest:
        return [
            "pack: something was changed after it was exported "
            f"(sealed with {str(pack['sha256'])[:12]}…, found {digest[:12]}…)"
        ]
    return []


def _digest(said: Mapping[str, Any]) -> str:
    """Return the sha256 of JSON in one spelling, whatever the order of its keys."""
    text = json.dumps(said, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode("ascii")).hexdigest()

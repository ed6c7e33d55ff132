"""`reports.toml` as text: one file's table is put in or taken out, the rest stays.

People write this file by hand, with comments and in their own order, so it is not
written anew. What a change made of it is read again before it is kept.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from coi_qa.errors import BadRequestError

CATALOGUE = "reports.toml"


def with_entry(text: str, file_name: str, said: Mapping[str, Any]) -> str:
    r"""Return the catalogue with what is said of a file, in place of what was.

    Args:
        text: Of the catalogue; may be empty.
        file_name: Of the PDF, without its folder.
        said: Texts and lists of texts by field; without any the table is left out.

    Raises:
        BadRequestError: the catalogue is no TOML, or written in a way that cannot be
            changed safely.

    >>> print(with_entry("# ours\n", "a.pdf", {"title": "A", "countries": ["KAZ"]}))
    # ours
    <BLANKLINE>
    ["a.pdf"]
    title = "A"
    countries = ["KAZ"]
    <BLANKLINE>
    """
    kept = without_entry(text, file_name)
    if not said:
        return kept
    fields = "".join(f"{name} = {_value(value)}\n" for name, value in said.items())
    gap = "" if not kept else "\n" if kept.endswith("\n") else "\n\n"
    changed = f"{kept}{gap}[{_value(file_name)}]\n{fields}"
    return _checked(changed, _parsed(kept) | {file_name: dict(said)})


def without_entry(text: str, file_name: str) -> str:
    r"""Return the catalogue without the table of a file; as it is if there is none.

    Raises:
        BadRequestError: as in `with_entry`.

    >>> without_entry('["a.pdf"]\ntitle = "A"\n\n# Others.\n["b.pdf"]\n', "a.pdf")
    '\n# Others.\n["b.pdf"]\n'
    """
    before = _parsed(text)
    if file_name not in before:
        return text
    # Not splitlines(), which would part a title at U+2028.
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    heads = [at for at, line in enumerate(lines) if line.lstrip().startswith("[")]
    kept = lines[: (*heads, len(lines))[0]]
    for start, end in pairwise((*heads, len(lines))):
        table = lines[start:end]
        is_its = _heads(table[0], file_name)
        # Comments before the next table are about that one.
        kept += _comments_after(table) if is_its else table
    del before[file_name]
    return _checked("".join(kept), before)


def _heads(line: str, file_name: str) -> bool:
    try:
        return list(tomllib.loads(line)) == [file_name]
    except tomllib.TOMLDecodeError:
        return False


def _comments_after(table: list[str]) -> list[str]:
    """Return the blank lines and comments that a table ends with."""
    at = len(table)
    while at > 1 and (not table[at - 1].strip() or table[at - 1].startswith("#")):
        at -= 1
    return table[at:]


def _value(value: str | list[str]) -> str:
    # A JSON text is a TOML text once it has no control characters beyond JSON's own.
    return json.dumps(value, ensure_ascii=False)


def _checked(text: str, expected: Mapping[str, Any]) -> str:
    if _parsed(text) != expected:
        raise BadRequestError(
            f"Pliku {CATALOGUE} nie da się bezpiecznie zmienić automatycznie; popraw "
            "go ręcznie i uruchom „coi-qa index”."
        )
    return text


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise BadRequestError(
            f"Plik {CATALOGUE} nie jest poprawnym TOML ({exc}); popraw go ręcznie."
        ) from exc

"""Paragraphs written for training, and what each question finds in them.

Usage: python eval/evidence/families.py [FILE.jsonl]...

Checks the files (all of `data/` when none is named) and counts what is in them. A
family is one line: a paragraph in the style of a report, what it answers, what it
leaves open, and what its sentences would no longer answer if one thing were changed.
`data/README.md` explains the fields to whoever writes them.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parent / "data"
LANGUAGES = {"pl", "en", "uk", "ru"}
CHANGES = {
    "country",
    "year",
    "period",
    "group",
    "place",
    "unit",
    "actor",
    "negated",
    "mentioned",
    "filter",
    "topic",
}
GAPS = {
    "other_period",
    "other_group",
    "other_place",
    "other_actor",
    "other_figure",
    "cause",
    "consequence",
    "detail",
    "neighbour_topic",
    "false_premise",
    "other_country",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the sentences of its paragraph that answer it, from 0."""

    text: str
    lang: str
    answers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """A sentence changed in one thing, and whether it still answers what it did."""

    of: int
    what: str
    text: str
    answers: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that the paragraph comes near and leaves open."""

    text: str
    lang: str
    why: str


@dataclass(frozen=True, slots=True)
class Family:
    """A paragraph with its questions.

    Attributes:
        id: Differs from every other family's.
        report: What paragraphs have in common whose questions no other of them answers;
            the id where a paragraph stands alone.
        country: Name of the country in Polish, nominative.
        date: Of the report, "2024-05".
        heading: The nearest one above the paragraph.
        sentences: In their order.
        absent: Which of them report that nothing was found or recorded, from 0.
        asked: Questions that a sentence answers.
        gaps: Questions that none answers.
        changed: Sentences that are like one of the paragraph.
    """

    id: str
    report: str
    country: str
    date: str
    heading: str
    sentences: tuple[str, ...]
    absent: tuple[int, ...]
    asked: tuple[Asked, ...]
    gaps: tuple[Gap, ...]
    changed: tuple[Changed, ...]


def read_families(paths: Iterable[Path]) -> list[Family]:
    """Return the families of all files, in their order.

    Raises:
        ValueError: a line breaks the format; the message names file and line.
    """
    families: list[Family] = []
    seen: set[str] = set()
    for path in paths:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if not line.strip():
                continue
            try:
                family = _read(json.loads(line))
                if family.id in seen:
                    raise ValueError(f"id {family.id!r} stands twice")
            except (KeyError, TypeError, ValueError) as exc:
                raise ValueError(f"{path}:{number}: {exc!r}") from exc
            seen.add(family.id)
            families.append(family)
    return families


def _read(line: Mapping[str, object]) -> Family:
    sentences = tuple(_list(line["sentences"]))
    size = len(sentences)
    return Family(
        id=str(line["id"]),
        report=str(line.get("report", line["id"])),
        country=str(line["country"]),
        date=str(line["date"]),
        heading=str(line["heading"]),
        sentences=tuple(map(_text, sentences)),
        absent=_ordinals(line.get("absent", []), size),
        asked=tuple(_asked(item, size) for item in _list(line["questions"])),
        gaps=tuple(_gap(item) for item in _list(line["open"])),
        changed=tuple(_changed(item, size) for item in _list(line["changed"])),
    )


def _asked(item: object, size: int) -> Asked:
    values = _dict(item)
    answers = _ordinals(values["answers"], size)
    if not answers:
        raise ValueError(f"no answer to {values['q']!r}; it belongs into 'open'")
    lang = _one_of(values.get("lang", "pl"), LANGUAGES)
    return Asked(_text(values["q"]), lang, answers)


def _gap(item: object) -> Gap:
    values = _dict(item)
    return Gap(
        text=_text(values["q"]),
        lang=_one_of(values.get("lang", "pl"), LANGUAGES),
        why=_one_of(values["why"], GAPS),
    )


def _changed(item: object, size: int) -> Changed:
    values = _dict(item)
    (of,) = _ordinals([values["of"]], size)
    return Changed(
        of=of,
        what=_one_of(values["what"], CHANGES),
        text=_text(values["text"]),
        answers=bool(values.get("answers", False)),
    )


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or value != value.strip():
        raise ValueError(f"found {value!r}, expected a text")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError(f"found {value!r}, expected a list")
    return value


def _dict(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ValueError(f"found {value!r}, expected an object")
    return value


def _one_of(value: object, known: set[str]) -> str:
    if value not in known:
        raise ValueError(f"found {value!r}, expected one of {sorted(known)}")
    return str(value)


def _ordinals(value: object, size: int) -> tuple[int, ...]:
    ordinals = [n for n in _list(value) if isinstance(n, int) and 0 <= n < size]
    if len(ordinals) != len(_list(value)):
        raise ValueError(f"found {value!r}, expected numbers from 0 to {size - 1}")
    return tuple(ordinals)


def main(arguments: list[str]) -> None:
    """Check the files and print what is in them."""
    paths = [Path(name) for name in arguments] or sorted(DATA.glob("*.jsonl"))
    families = read_families(paths)
    asked = [q for family in families for q in family.asked]
    gaps = [gap for family in families for gap in family.gaps]
    changed = [c for family in families for c in family.changed]
    print(f"{len(families)} families, {sum(len(f.sentences) for f in families)}")
    print(f"{len(asked)} answered questions", dict(Counter(q.lang for q in asked)))
    print(f"{len(gaps)} open questions", dict(Counter(gap.why for gap in gaps)))
    print(f"{len(changed)} changed", dict(Counter(c.what for c in changed)))
    absent = {(f.id, n) for f in families for n in f.absent}
    told = sum(
        any((f.id, n) in absent for n in q.answers) for f in families for q in f.asked
    )
    print(f"{len(absent)} sentences of absence, asked for by {told} questions")


if __name__ == "__main__":
    main(sys.argv[1:])

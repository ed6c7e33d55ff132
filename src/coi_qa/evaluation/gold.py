"""Gold questions: what is asked, and which words would answer it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coi_qa.domain.answer import Status
from coi_qa.domain.dates import PartialDate, parse_date
from coi_qa.errors import BadGoldError
from coi_qa.evaluation.json_lines import read_objects, shown
from coi_qa.evaluation.measures import fold_wording

TO_REVIEW: Final = "to_review"
"""Kind of a line that was drafted from feedback and that nobody has completed."""

NO_CONFLICT: Final = "none"
"""Relation of a gold question whose answer must not show a conflict."""

RELATIONS: Final = (
    "conflict",
    "different_filter",
    "different_period",
    "attribution",
    NO_CONFLICT,
)

_COUNTRY = re.compile(r"[A-Z][A-Z0-9]{2}")


@dataclass(frozen=True, slots=True)
class GoldConflict:
    """Figures that stand against each other, and how; no values where none do."""

    relation: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question whose answer a person has looked up.

    Attributes:
        id: Differs from that of every other question of the run.
        question: As a caseworker would ask it.
        lang: Language of the question, or "".
        kind: What makes it hard; several kinds are joined by "/".
        status: What the answer should be.
        fragments: Groups of wordings; a quote answers that holds one of each group.
            Empty just where `status` is silent.
        footnotes: Numbers that the answering sentence rests on, () for none at all;
            None where the gold does not say.
        report: File name of the report that answers, or "" for any.
        countries: Codes, given to the service as the form's countries.
        half: Name of its file without the ending.
        as_at: Given to the service as the form's date.
        date: Of the primary source of the answering quote, as precise as printed;
            None where the gold does not say.
        conflict: What the answer should set against each other; None where the gold
            does not say.
        variant_of: Id of the question that this one rewords or misspells, or "".
    """

    id: str
    question: str
    lang: str
    kind: str
    status: Status
    fragments: tuple[tuple[str, ...], ...]
    footnotes: tuple[int, ...] | None
    report: str
    countries: tuple[str, ...]
    half: str = ""
    as_at: PartialDate | None = None
    date: PartialDate | None = None
    conflict: GoldConflict | None = None
    variant_of: str = ""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The parts of `kind`, without repeats."""
        return tuple(dict.fromkeys(part.strip() for part in self.kind.split("/")))

    @property
    def is_silent(self) -> bool:
        """Whether no report should be quoted."""
        return not speaks(self.status)


def speaks(status: str) -> bool:
    """Say whether an answer of this status quotes a report.

    >>> speaks("reported_absence"), speaks("out_of_scope"), speaks("error")
    (True, False, False)
    """
    return status in (Status.ANSWERED, Status.REPORTED_ABSENCE)


def read_gold(
    paths: Sequence[Path], *, reports: Collection[str] | None = None
) -> tuple[GoldQuestion, ...]:
    """Return the questions of all files in their order.

    Blank lines and keys without a meaning here are passed over; `null` is the same as
    an absent key, but for `lang`, where it stands for what somebody meant to fill in.

    Args:
        paths: JSONL files.
        reports: File names that a question's report is one of; None where they are
            not known.

    Raises:
        BadGoldError: a line breaks the format, two questions share an id, a file
            cannot be read, a report is not one of `reports`, or there is no question
            at all; or a line is a draft that nobody has completed.
    """
    questions: list[GoldQuestion] = []
    places: dict[str, str] = {}
    for path in paths:
        for where, values in read_objects(path):
            line = _Line(where, path.stem, values)
            question = _read_question(line)
            if reports is not None and question.report not in {"", *reports}:
                raise line.refuse(
                    f"report {shown(question.report)}",
                    _expected_report(question.report, reports),
                )
            if question.id in places:
                raise line.refuse(
                    f"id {question.id!r}, which {places[question.id]} has",
                    "an id of its own",
                )
            places[question.id] = line.where
            questions.append(question)
    if not questions:
        files = ", ".join(map(str, paths)) or "no file"
        raise BadGoldError(f"{files}: found no question, expected one a line")
    return tuple(questions)


@dataclass(frozen=True, slots=True)
class _Line:
    """One JSON object, where it stands, and the name of its file."""

    where: str
    half: str
    values: Mapping[str, object]

    def refuse(self, found: str, expected: str) -> BadGoldError:
        return BadGoldError(f"{self.where}: found {found}, expected {expected}")

    def value(self, key: str) -> object:
        if self.values.get(key) is None:
            raise self.refuse(f"no {key!r}", "it in every question")
        return self.values[key]

    def text(self, key: str, value: object) -> str:
        """Return `value`, held to a string that has words and can be written."""
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(f"{key} {shown(value)}", "a text that is not empty")
        if any("\ud800" <= char <= "\udfff" for char in value):
            raise self.refuse(f"half a character in {key} {shown(value)}", "Unicode")
        return value

    def name(self, key: str, value: object) -> str:
        """Return `value`, held to a text that may stand in a table's cell."""
        name = self.text(key, value)
        if not name.isprintable():
            raise self.refuse(f"{key} {shown(value)}", "printable characters")
        return name

    def items(self, key: str, value: object) -> list[object]:
        if not isinstance(value, list):
            raise self.refuse(f"{key} {shown(value)}", "a list")
        return value


def _read_question(line: _Line) -> GoldQuestion:
    if line.values.get("kind") == TO_REVIEW:
        raise line.refuse(
            f"a draft of kind {shown(TO_REVIEW)} that nobody has completed",
            "a person to fill in status and fragments, and to name another kind",
        )
    status = _read_status(line)
    return GoldQuestion(
        id=line.name("id", line.value("id")),
        question=line.text("question", line.value("question")),
        lang=_read_lang(line),
        kind=_read_kind(line),
        status=status,
        fragments=_read_fragments(line, status),
        footnotes=_read_footnotes(line),
        report=_read_report(line),
        countries=_read_countries(line),
        half=line.half,
        as_at=_read_date(line, "as_at"),
        date=_read_date(line, "date"),
        conflict=_read_conflict(line, status),
        variant_of=_read_variant_of(line),
    )


def _read_lang(line: _Line) -> str:
    if "lang" not in line.values:
        return ""
    return line.name("lang", line.values["lang"])


def _read_report(line: _Line) -> str:
    value = line.values.get("report")
    return "" if value in (None, "") else line.name("report", value)


def _expected_report(found: str, reports: Collection[str]) -> str:
    """Return what a gold question may name instead; an index may have hundreds."""
    nearest = difflib.get_close_matches(found, sorted(reports), n=1, cutoff=0.0)
    such_as = f", such as {shown(nearest[0])}" if nearest else ""
    return f"one of the reports in the index ({len(reports)}){such_as}"


def _read_status(line: _Line) -> Status:
    found = line.value("status")
    for status in Status:
        if found == status:
            return status
    raise line.refuse(f"status {shown(found)}", "one of " + ", ".join(Status))


def _read_kind(line: _Line) -> str:
    kind = line.name("kind", line.value("kind"))
    if not all(part.strip() for part in kind.split("/")):
        raise line.refuse(f"kind {shown(kind)}", 'kinds joined by single "/"')
    return kind


def _read_fragments(line: _Line, status: Status) -> tuple[tuple[str, ...], ...]:
    groups = tuple(
        tuple(_read_wording(line, wording) for wording in line.items("group", group))
        for group in line.items("fragments", line.value("fragments"))
    )
    if not all(groups):
        raise line.refuse("an empty group in fragments", "one wording or more")
    if speaks(status) and not groups:
        raise line.refuse(f"no fragments with status {status}", "a group or more")
    if groups and not speaks(status):
        raise line.refuse(f"fragments with status {status}", "none")
    return groups


def _read_wording(line: _Line, value: object) -> str:
    wording = line.text("wording", value)
    if not fold_wording(wording):  # it would be in every quote
        raise line.refuse(f"wording {shown(wording)}", "words, not only marks")
    return wording


def _read_footnotes(line: _Line) -> tuple[int, ...] | None:
    if line.values.get("footnotes") is None:
        return None
    numbers: list[int] = []
    for value in line.items("footnotes", line.values["footnotes"]):
        if type(value) is not int or value < 1:  # True is an int
            raise line.refuse(f"footnote {shown(value)}", "a number from 1")
        numbers.append(value)
    return tuple(numbers)


def _read_countries(line: _Line) -> tuple[str, ...]:
    if line.values.get("countries") is None:
        return ()
    codes: list[str] = []
    for value in line.items("countries", line.values["countries"]):
        if not isinstance(value, str) or not _COUNTRY.fullmatch(value):
            raise line.refuse(f"country {shown(value)}", 'a code such as "KAZ"')
        codes.append(value)
    return tuple(codes)


def _read_date(line: _Line, key: str) -> PartialDate | None:
    if line.values.get(key) is None:
        return None
    text = line.text(key, line.values[key])
    try:
        date = parse_date(text)
    except ValueError:
        date = None
    if date is None or str(date) != text:
        raise line.refuse(f"{key} {shown(text)}", "YYYY-MM-DD, YYYY-MM or YYYY")
    return date


def _read_conflict(line: _Line, status: Status) -> GoldConflict | None:
    said = line.values.get("conflict")
    if said is None:
        return None
    if not isinstance(said, dict):
        raise line.refuse(f"conflict {shown(said)}", '{"relation", "values"}')
    relation = said.get("relation")
    if relation not in RELATIONS:
        raise line.refuse(
            f"relation {shown(relation)}", "one of " + ", ".join(RELATIONS)
        )
    values = tuple(
        line.text("value", value) for value in line.items("values", said.get("values"))
    )
    if relation == NO_CONFLICT and values:
        raise line.refuse(f"values with relation {NO_CONFLICT}", "none")
    if relation != NO_CONFLICT and (len(values) < 2 or not speaks(status)):
        raise line.refuse(
            f"{len(values)} values in conflict with status {status}",
            "two or more, in an answer that quotes",
        )
    return GoldConflict(relation, values)


def _read_variant_of(line: _Line) -> str:
    if line.values.get("variant_of") in (None, ""):
        return ""
    original = line.name("variant_of", line.values["variant_of"])
    if original == line.values.get("id"):
        raise line.refuse(f"a variant of itself, {shown(original)}", "another's id")
    return original

"""The gold questions, held against the sample reports that are to answer them.

What fails is named by its id alone: nobody should read a blind half in passing.
"""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
from tests.golden.reading import read

from coi_qa.evaluation.gold import read_gold
from coi_qa.evaluation.measures import fold_wording, holds_fragments

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "corpus"
NAMES = sorted(path.name for path in CORPUS.glob("*.pdf"))
FILES = sorted((ROOT / "eval" / "gold").glob("*.jsonl"))
RELATIONS = {"conflict", "different_filter", "different_period", "attribution"}

gold_files = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@cache
def paragraphs_of(name: str) -> tuple[str, ...]:
    """The body of a report; a quote is whole sentences of one paragraph."""
    report = read(CORPUS / name)
    return tuple(fold_wording(report.text_of(p.places)) for p in report.paragraphs)


@cache
def sentences_of(name: str) -> tuple[tuple[str, frozenset[int]], ...]:
    """The sentences of a report, each with the numbers that it rests on."""
    report = read(CORPUS / name)
    return tuple(
        (
            fold_wording(report.text_of(sentence.places)),
            frozenset(report.footnotes[at].number for at in sentence.footnotes),
        )
        for sentence in report.sentences
    )


def raw(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]


def answering(question) -> list[frozenset[int]]:
    """The notes of the sentences that hold the answer, or part of it."""
    wordings = [w for group in question.fragments for w in group]
    return [
        numbers
        for name in ([question.report] if question.report else NAMES)
        for text, numbers in sentences_of(name)
        if any(holds_fragments(text, [[wording]]) for wording in wordings)
    ]


def test_the_gold_files_are_read_together_and_name_sample_reports_only():
    assert len(read_gold(FILES, reports=NAMES)) >= 250


@gold_files
def test_the_body_of_the_report_holds_what_answers(path):
    missing = [
        question.id
        for question in read_gold([path])
        if question.fragments
        and not any(
            holds_fragments(text, question.fragments)
            for name in ([question.report] if question.report else NAMES)
            for text in paragraphs_of(name)
        )
    ]

    assert missing == []


@gold_files
def test_every_wording_of_the_gold_is_in_a_report(path):
    missing = [
        question.id
        for question in read_gold([path])
        for group in question.fragments
        for wording in group
        if not any(
            holds_fragments(text, [[wording]])
            for name in ([question.report] if question.report else NAMES)
            for text in paragraphs_of(name)
        )
    ]

    assert missing == []


@gold_files
def test_the_footnotes_of_the_gold_are_those_of_a_sentence_that_answers(path):
    strange = [
        question.id
        for question in read_gold([path])
        if question.fragments
        and question.footnotes is not None
        and frozenset(question.footnotes) not in answering(question)
    ]

    assert strange == []


@gold_files
def test_the_sides_of_a_conflict_stand_in_reports_on_the_country(path):
    bodies = " ".join(text for name in NAMES for text in paragraphs_of(name))
    strange = [
        line["id"]
        for line in raw(path)
        if (conflict := line.get("conflict"))
        and not (
            conflict["relation"] in RELATIONS
            and len(conflict["values"]) > 1
            and all(value in bodies for value in conflict["values"])
        )
    ]

    assert strange == []


def test_a_variant_asks_for_what_its_original_asks_for_and_lies_in_the_same_half():
    alike = ("status", "fragments", "footnotes", "report", "countries")
    halves = defaultdict(dict)
    for path in FILES:
        halves[path.stem.rpartition("_")[2]] |= {q["id"]: q for q in raw(path)}

    strange = [
        line["id"]
        for lines in halves.values()
        for line in lines.values()
        if "variant_of" in line
        and [line[key] for key in alike]
        != [lines.get(line["variant_of"], {}).get(key) for key in alike]
    ]

    assert strange == []

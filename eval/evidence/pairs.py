"""Families and PoQuAD -> questions with sentences that do and do not answer them."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from families import Changed, Family

from coi_qa.ask.judge import as_read
from coi_qa.domain.answer_types import is_yes_or_no
from coi_qa.domain.text import content_stems
from coi_qa.evaluation.passages import is_in_share

Terms = Callable[[str], Sequence[str]]
Split = Callable[[str], Sequence[tuple[int, int]]]
Named = Callable[[str], Sequence[str]]
Leans = Callable[[str], bool]

RIVALS = 3  # sentences of other paragraphs, found by their words
FOREIGN = 2  # questions to a report that another one answers
NEIGHBOURS = 3  # sentences of the same paragraph
CHANGED = 3
HELD_FAMILIES, HELD_ARTICLES = 15, 40  # percent kept from training


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence in its context, whether it answers, whether it reports an absence."""

    sentence: str
    answers: bool
    absence: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A question with sentences that do and do not answer it.

    Attributes:
        question: Its words.
        pairs: At least one.
        origin: "domain", "poquad".
        held: Kept from training.
    """

    question: str
    pairs: tuple[Pair, ...]
    origin: str
    held: bool

    @property
    def is_answered(self) -> bool:
        """Whether one of its sentences answers."""
        return any(pair.answers for pair in self.pairs)


class Rivals:
    """Finds the sentences that share most words with a question."""

    def __init__(self, sentences: Sequence[str], terms: Terms) -> None:
        self._terms = terms
        self._db = sqlite3.connect(":memory:")
        self._db.execute("CREATE VIRTUAL TABLE words USING fts5(own)")
        self._db.executemany(
            "INSERT INTO words (rowid, own) VALUES (?, ?)",
            ((row, " ".join(terms(text))) for row, text in enumerate(sentences)),
        )

    def of(self, question: str, most: int) -> list[int]:
        """Return the rows of the `most` nearest sentences."""
        terms = sorted(set(self._terms(question)))
        query = " OR ".join(f'"{term}"' for term in terms) or '"-"'
        found = self._db.execute(
            "SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words) LIMIT ?",
            (query, most),
        )
        return [row for (row,) in found]


def domain_groups(
    families: Sequence[Family],
    terms: Terms,
    named: Named,
    leans: Leans,
    *,
    seed: int,
) -> list[Group]:
    """Return a group for each question of the families.

    Whole reports are held, so that no sentence is on both sides. A question that names
    a country gets its answer under another country's name as a wrong one. Each report
    is asked some questions that only another one answers, too.
    """
    chance = random.Random(seed)  # noqa: S311  a shuffle, no secret
    rows = [(f, n) for f in families for n in range(len(f.sentences))]
    rivals = Rivals([f.sentences[n] for f, n in rows], terms)
    countries = sorted({family.country for family in families})
    groups: list[Group] = []
    for family in families:
        held = is_in_share(family.report, HELD_FAMILIES)
        asked = [(q.text, q.answers) for q in family.asked]
        for text, answers in [*asked, *((gap.text, ()) for gap in family.gaps)]:
            pairs = [_own(family, n, leans, answers=True) for n in answers]
            others = [n for n in range(len(family.sentences)) if n not in answers]
            chance.shuffle(others)
            near = NEIGHBOURS if answers else NEIGHBOURS + 2
            pairs += [_own(family, n, leans, answers=False) for n in others[:near]]
            pairs += _changed(family, text, answers, leans, chance)
            if answers and named(text):
                other = chance.choice([c for c in countries if c != family.country])
                pairs.append(
                    _own(family, answers[0], leans, answers=False, country=other)
                )
            found = (rows[row] for row in rivals.of(text, 40))
            strangers = [
                (f, n)
                for f, n in found
                if f.id != family.id
                and is_in_share(f.report, HELD_FAMILIES) == held
                and _is_stranger(f, family, named(text))
            ]
            pairs += [_own(f, n, leans, answers=False) for f, n in strangers[:RIVALS]]
            groups.append(Group(text, tuple(pairs), "domain", held))
    return groups + _foreign_groups(families, rivals, rows, named, leans, chance)


def _foreign_groups(
    families: Sequence[Family],
    rivals: Rivals,
    rows: Sequence[tuple[Family, int]],
    named: Named,
    leans: Leans,
    chance: random.Random,
) -> list[Group]:
    """Return questions put to reports that are silent on their subject.

    A subject is another where no heading of the report shares a word with the heading
    that the question belongs to, and the question names no country.
    """
    reports: dict[str, list[Family]] = {}
    for family in families:
        reports.setdefault(family.report, []).append(family)
    whole = {name: own for name, own in reports.items() if len(own) > 1}
    groups: list[Group] = []
    for name, own in whole.items():
        held = is_in_share(name, HELD_FAMILIES)
        about = content_stems(" ".join(family.heading for family in own))
        others = [
            (family, asked)
            for family in families
            for asked in family.asked
            if family.country != own[0].country
            and is_in_share(family.report, HELD_FAMILIES) == held
            and not content_stems(family.heading) & about
            and not named(asked.text)
        ]
        for _, asked in chance.sample(others, min(len(others), FOREIGN * len(own))):
            near = [rows[row] for row in rivals.of(asked.text, 400)]
            found = [(f, n) for f, n in near if f.report == name][:NEIGHBOURS]
            for family in chance.sample(own, 2):
                found.append((family, chance.randrange(len(family.sentences))))
            pairs = [_own(f, n, leans, answers=False) for f, n in dict.fromkeys(found)]
            groups.append(Group(asked.text, tuple(pairs), "domain", held))
    return groups


def _is_stranger(found: Family, asked: Family, named: Sequence[str]) -> bool:
    """Say whether a sentence of `found` cannot answer what is asked of `asked`.

    None of the same report does. A question without a country may be answered by any
    other report on the same subject.
    """
    if found.report == asked.report:
        return True
    return bool(named) and found.country != asked.country


def _own(
    family: Family,
    n: int,
    leans: Leans,
    *,
    answers: bool,
    country: str | None = None,
) -> Pair:
    sentence = family.sentences[n]
    text = as_read(
        f"{country or family.country}, {family.date}. {family.heading}.",
        _before(family, n, sentence, leans),
        sentence,
    )
    return Pair(text, answers, n in family.absent)


def _changed(
    family: Family,
    question: str,
    answers: Sequence[int],
    leans: Leans,
    chance: random.Random,
) -> list[Pair]:
    """Return the changed sentences of the answers.

    None for an open question: what was changed may be just what it asks about.
    """
    fitting = [c for c in family.changed if c.of in answers]
    chance.shuffle(fitting)
    return [
        _pair_of(family, changed, leans)
        for changed in fitting[:CHANGED]
        if not changed.answers or is_yes_or_no(question)
    ]


def _pair_of(family: Family, changed: Changed, leans: Leans) -> Pair:
    text = as_read(
        f"{family.country}, {family.date}. {family.heading}.",
        _before(family, changed.of, changed.text, leans),
        changed.text,
    )
    return Pair(text, changed.answers, changed.of in family.absent)


def _before(family: Family, n: int, sentence: str, leans: Leans) -> str:
    return family.sentences[n - 1] if n and leans(sentence) else ""


def poquad_groups(
    folder: Path, split: Split, terms: Terms, leans: Leans, *, seed: int
) -> list[Group]:
    """Return a group for each question of PoQuAD's part in `folder`.

    Articles are held whole. The sentences of a question that its paragraph leaves open
    all do not answer it.
    """
    chance = random.Random(seed)  # noqa: S311  a shuffle, no secret
    passages = {p["id"]: p for p in read_lines(folder / "passages.jsonl")}
    sentences = [
        (name, start, end)
        for name, passage in passages.items()
        for start, end in split(passage["text"])
    ]
    by_passage: dict[str, list[int]] = {}
    for row, (name, _, _) in enumerate(sentences):
        by_passage.setdefault(name, []).append(row)
    own = [passages[name]["text"][start:end] for name, start, end in sentences]
    rivals = Rivals(
        [
            f"{passages[n]['title']} {t}"
            for (n, _, _), t in zip(sentences, own, strict=True)
        ],
        terms,
    )
    texts = [
        as_read(
            f"{passages[name]['title']}.",
            own[row - 1] if start and leans(own[row]) else "",
            own[row],
        )
        for row, (name, start, _) in enumerate(sentences)
    ]
    groups: list[Group] = []
    for question in read_lines(folder / "dev" / "questions.jsonl"):
        home = question["source_passage_id"] or question["gold_passage_ids"][0]
        title = passages[home]["title"]
        spans = [s for s in question["spans"] if s["passage_id"] == home]
        answering = [
            row
            for row in by_passage[home]
            if any(
                sentences[row][1] < span["end"] and span["start"] < sentences[row][2]
                for span in spans[:1]
            )
        ]
        others = [row for row in by_passage[home] if row not in answering]
        chance.shuffle(others)
        near = [
            row
            for row in rivals.of(question["question"], 40)
            if passages[sentences[row][0]]["title"] != title
            and is_in_share(passages[sentences[row][0]]["title"], HELD_ARTICLES)
            == is_in_share(title, HELD_ARTICLES)
        ]
        chosen = [*others[: NEIGHBOURS + (not answering)], *near[: RIVALS - 1]]
        pairs = [Pair(texts[row], True, False) for row in answering[:2]]
        pairs += [Pair(texts[row], False, False) for row in chosen]
        if pairs:
            held = is_in_share(title, HELD_ARTICLES)
            groups.append(Group(question["question"], tuple(pairs), "poquad", held))
    return groups


def read_lines(path: Path) -> Iterable[Any]:
    """Return the objects of a JSONL file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]

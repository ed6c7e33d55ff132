"""The sample reports, held against the texts and the defects that they were made of."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from tests.golden.reading import read

from coi_qa.domain.source import SourceProblem
from coi_qa.domain.text import Span
from coi_qa.ingest.lint import find_defects

CORPUS = Path(__file__).parents[2] / "corpus"
REAL = "kazachstan-sytuacja-bezpieczenstwa-2025-10.pdf"
KINDS = tuple(problem.value for problem in SourceProblem)

# By report: its text, and how many headings, marks and notes are printed.
REPORTS = {
    "kazachstan-2025-10.pdf": ("kazachstan.md", (34, 69, 69)),
    "wardania-2024-06.pdf": ("wardania.md", (34, 74, 73)),
    "wardania-2025-09.pdf": ("wardania-2.md", (34, 94, 94)),
    "zelmaria-2025-03.pdf": ("zelmaria.md", (34, 68, 69)),
    "mirostan-2025-06.pdf": ("mirostan.md", (34, 84, 84)),
    "talgoria-2024-11.pdf": ("talgoria.md", (34, 81, 81)),
    "orsenia-2025-09.pdf": ("orsenia.md", (34, 80, 80)),
    "zelmaria-sluzba-wojskowa-2025-06.pdf": ("zelmaria-sluzba.md", (34, 125, 125)),
}
RUNNING = re.compile(r"PRZYKŁAD – kraj|– \d+ –|\d+ / \d+$|Strona \d+ z \d+")

reports = pytest.mark.parametrize("name", REPORTS)


@pytest.fixture(scope="module")
def builder():
    """The module that typeset the reports; it knows how to read their texts."""
    spec = importlib.util.spec_from_file_location("corpus_build", CORPUS / "build.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where its dataclasses look it up
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def blocks(builder, name):
    """What the report was typeset from."""
    text = (CORPUS / "src" / REPORTS[name][0]).read_text("utf-8")
    return [b for b in builder.read_text(text) if not isinstance(b, builder.NewPage)]


@pytest.fixture(scope="module")
def defects():
    """Numbers by report and kind, from the tables of DEFECTS.md."""
    listed = defaultdict(lambda: defaultdict(set))
    name = None
    for line in (CORPUS / "src" / "DEFECTS.md").read_text("utf-8").splitlines():
        if line.startswith("## "):
            name = line[3:].strip()
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if name in REPORTS and len(cells) == 3 and cells[0].startswith("`"):
            listed[name][cells[0].strip("`")] |= set(
                map(int, re.findall(r"\d+", cells[1]))
            )
    return listed


def words(text: str) -> list[str]:
    return text.replace("\u00ad", "").split()


def texts_of(block, builder) -> list[str]:
    """The words of a block, marks and bullets left out."""
    match block:
        case builder.Paragraph(line):
            lines = [line]
        case builder.Bullets(items):
            lines = list(items)
        case builder.Table(caption, rows):
            lines = [caption, *((cell,) for row in rows for cell in row)]
        case _:
            return []
    return ["".join(p for p in line if isinstance(p, str)) for line in lines]


def notes_of(block, builder) -> list[tuple[str, str]]:
    """Kind and text of each note of a block, in order."""
    lines = [getattr(block, "line", ()), getattr(block, "caption", ())]
    lines += getattr(block, "items", ())
    return [
        (p.kind.name, p.text) for line in lines for p in line if not isinstance(p, str)
    ]


@reports
def test_headings_marks_and_notes_are_all_there(name):
    report = read(CORPUS / name)

    counts = (len(report.sections) - 1, len(report.markers), len(report.footnotes))
    assert counts == REPORTS[name][1]


@reports
def test_the_headings_are_those_of_the_text(name, blocks, builder):
    expected = [
        (b.level, " ".join(words(b.text)))
        for b in blocks
        if isinstance(b, builder.Heading)
    ]
    found = [
        (s.level, re.sub(r"^[\d.]+ ", "", s.path[-1]))
        for s in read(CORPUS / name).sections[1:]
    ]

    assert [(n, t.casefold()) for n, t in found] == [
        (n, t.casefold()) for n, t in expected
    ]


@reports
def test_the_body_is_the_text_word_for_word(name, blocks, builder):
    report = read(CORPUS / name)
    expected = [w for b in blocks for text in texts_of(b, builder) for w in words(text)]

    found = [
        word
        for paragraph in report.paragraphs
        if paragraph.section
        for word in re.sub(
            r"(^|[:,;] )[•–] ", r"\1", report.text_of(paragraph.places)
        ).split()
    ]
    assert found == expected


@reports
def test_every_sentence_of_the_body_is_in_the_text(name, blocks, builder):
    report = read(CORPUS / name)
    text = " ".join(w for b in blocks for t in texts_of(b, builder) for w in words(t))

    strange = [
        sentence
        for s in report.sentences
        if s.section
        and (sentence := re.sub(r"([:,;]) [•–] ", r"\1 ", report.text_of(s.places)))
        not in text
    ]
    assert strange == []


@reports
def test_the_notes_are_those_of_the_text(name, blocks, builder):
    notes = [note for b in blocks for note in notes_of(b, builder)]
    expected = [
        f"{number}{text}".replace(" ", "")
        for number, (kind, text) in enumerate(notes, start=1)
        if kind != "UNDEFINED"
    ]

    assert [f.raw.replace(" ", "") for f in read(CORPUS / name).footnotes] == expected


@reports
def test_every_mark_names_the_note_of_its_number(name, defects):
    report = read(CORPUS / name)
    named = [
        (m.number, None if m.footnote is None else report.footnotes[m.footnote].number)
        for m in report.markers
    ]

    undefined = defects[name]["marker_undefined"]
    unmarked = defects[name]["unmarked"]
    numbers = {f.number for f in report.footnotes} | undefined
    assert named == [
        (n, None if n in undefined else n) for n in sorted(numbers - unmarked)
    ]


@reports
@pytest.mark.parametrize("kind", KINDS)
def test_the_defects_found_are_those_planted(name, kind, defects):
    report = read(CORPUS / name)

    found = {f.number for f in report.footnotes if SourceProblem(kind) in f.problems}
    assert found == defects[name][kind]


# Conflicts are what is found, right and wrong: DEFECTS.md names the wrong and missed.
UNFOOTNOTED = {
    "kazachstan-2025-10.pdf": {"absence_without_footnote": 6},
    "wardania-2024-06.pdf": {
        "absence_without_footnote": 2,
        "claim_without_footnote": 1,
        "conflict": 1,
        "marker_undefined": 1,
    },
    "wardania-2025-09.pdf": {
        "absence_without_footnote": 1,
        "claim_without_footnote": 1,
    },
    "zelmaria-2025-03.pdf": {
        "absence_without_footnote": 4,
        "claim_without_footnote": 2,
    },
    "mirostan-2025-06.pdf": {
        "absence_without_footnote": 2,
        "claim_without_footnote": 2,
        "conflict": 3,
    },
    "talgoria-2024-11.pdf": {"absence_without_footnote": 2, "conflict": 2},
    "orsenia-2025-09.pdf": {
        "absence_without_footnote": 3,
        "claim_without_footnote": 1,
        "conflict": 4,
        "marker_undefined": 1,
    },
    "zelmaria-sluzba-wojskowa-2025-06.pdf": {
        "absence_without_footnote": 3,
        "claim_without_footnote": 1,
        "conflict": 5,
        "marker_undefined": 1,
    },
}


@reports
def test_lint_tells_of_what_is_planted_in_the_sentences_and_of_nothing_else(name):
    notes = {problem.value for problem in SourceProblem}
    found = Counter(str(d.kind) for d in find_defects(read(CORPUS / name)))

    assert {k: n for k, n in found.items() if k not in notes} == UNFOOTNOTED[name]


def test_lint_sets_figures_that_contradict_each_other_side_by_side():
    found = find_defects(read(CORPUS / "wardania-2024-06.pdf"))
    (conflict,) = (defect for defect in found if defect.kind == "conflict")

    assert ("41 osób" in conflict.text, "12 osób" in conflict.message) == (True, True)


@reports
def test_no_address_is_told_damaged_that_the_text_prints_whole(name, blocks, builder):
    report = read(CORPUS / name)
    printed = {
        url.rstrip(".,")
        for b in blocks
        for _, text in notes_of(b, builder)
        for url in re.findall(r"https?://\S+", text)
    }

    assert {s.url for s in report.sources if s.url} == printed


@reports
def test_no_running_head_is_left_on_any_page(name):
    pages = read(CORPUS / name).pages

    assert [page.number for page in pages if RUNNING.search(page.body)] == []
    assert [p.number for p in pages if re.search(rf"(^| ){p.number}$", p.body)] == []


@reports
def test_every_character_with_ink_has_its_box_on_the_page(name):
    for page in read(CORPUS / name).pages:
        for start in range(0, len(page.body) - 20, 20):
            for x0, y0, x1, y1 in page.boxes(Span(start, start + 20)):
                assert 0 <= x0 < x1 <= page.width
                assert 0 <= y0 < y1 <= page.height


@pytest.mark.skipif("COI_QA_SHARED" not in os.environ, reason="needs COI_QA_SHARED")
def test_the_sample_shares_no_seven_words_in_a_row_with_the_real_report():
    real = runs(read(Path(os.environ["COI_QA_SHARED"], "reports", REAL)))

    assert real
    assert runs(read(CORPUS / "kazachstan-2025-10.pdf")) & real == set()


def runs(report) -> set[tuple[str, ...]]:
    """Runs of seven words inside the sentences; headings are the template's.

    Dates and figures are facts and count for nothing.
    """
    found = set()
    for sentence in report.sentences:
        text = report.text_of(sentence.places).casefold()
        own = re.findall(r"[^\W\d_]{2,}", text)
        found |= {tuple(own[at : at + 7]) for at in range(len(own) - 6)}
    return found

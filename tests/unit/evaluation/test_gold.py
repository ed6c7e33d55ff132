import json

import pytest

from coi_qa.domain.answer import Status
from coi_qa.domain.dates import PartialDate
from coi_qa.errors import BadGoldError
from coi_qa.evaluation.gold import GoldConflict, GoldQuestion, read_gold

FULL = {
    "id": "Q19",
    "question": "Ilu ludzi straciło życie?",
    "lang": "pl",
    "kind": "figure/paraphrase",
    "status": "answered",
    "fragments": [["238 osób", "238 ludzi"], ["2022"]],
    "footnotes": [23, 24],
    "report": "kazachstan.pdf",
    "countries": ["KAZ"],
}
SHORT = {
    "id": "Q20",
    "question": "Czy udzielić ochrony?",
    "kind": "legal",
    "status": "out_of_scope",
    "fragments": [],
}


@pytest.fixture
def write(tmp_path):
    def write(*lines, name="gold.jsonl"):
        path = tmp_path / name
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        path.write_text("\n".join(texts), encoding="utf-8")
        return path

    return write


def test_a_question_is_read_whole(write):
    assert read_gold([write(FULL)]) == (
        GoldQuestion(
            id="Q19",
            question="Ilu ludzi straciło życie?",
            lang="pl",
            kind="figure/paraphrase",
            status=Status.ANSWERED,
            fragments=(("238 osób", "238 ludzi"), ("2022",)),
            footnotes=(23, 24),
            report="kazachstan.pdf",
            countries=("KAZ",),
            half="gold",
        ),
    )


def test_dates_conflicts_and_variants_are_read(write):
    more = {
        "as_at": "2025-10",
        "date": "2025-04-08",
        "conflict": {"relation": "different_filter", "values": ["6", "3"]},
        "variant_of": "Q1",
    }

    (question,) = read_gold([write(FULL | more)])

    assert question.as_at == PartialDate(2025, 10)
    assert question.date == PartialDate(2025, 4, 8)
    assert question.conflict == GoldConflict("different_filter", ("6", "3"))
    assert question.variant_of == "Q1"


def test_that_there_is_no_conflict_is_something_the_gold_may_say(write):
    said = {"conflict": {"relation": "none", "values": []}}

    assert [q.conflict for q in read_gold([write(FULL | said, SHORT)])] == [
        GoldConflict("none", ()),
        None,
    ]


def test_a_draft_that_nobody_completed_is_refused_with_what_to_do(write):
    path = write(FULL, SHORT | {"kind": "to_review", "status": ""})

    with pytest.raises(BadGoldError) as caught:
        read_gold([path])

    assert str(caught.value) == (
        f'{path}:2: found a draft of kind "to_review" that nobody has completed, '
        "expected a person to fill in status and fragments, and to name another kind"
    )


@pytest.mark.parametrize(
    "absent", [{}, dict.fromkeys(("report", "countries", "footnotes"))]
)
def test_absent_and_null_keys_are_empty(write, absent):
    (question,) = read_gold([write(SHORT | absent)])

    assert (question.lang, question.report, question.countries) == ("", "", ())
    assert question.footnotes is None


def test_no_footnotes_at_all_is_something_the_gold_says(write):
    (question,) = read_gold([write(FULL | {"footnotes": []})])

    assert question.footnotes == ()


def test_questions_of_all_files_come_in_order(write):
    first = write(FULL, "", SHORT, "", name="a.jsonl")
    second = write(SHORT | {"id": "Q1", "note": "not read"}, name="b.jsonl")

    assert [q.id for q in read_gold([first, second])] == ["Q19", "Q20", "Q1"]


def test_a_line_separator_inside_a_question_does_not_end_its_line(write):
    line = json.dumps(FULL | {"question": "Ilu\u2028ludzi?"}, ensure_ascii=False)

    assert [q.question for q in read_gold([write(line)])] == ["Ilu\u2028ludzi?"]


def test_a_kind_counts_once_under_each_of_its_parts(write):
    (question,) = read_gold([write(FULL | {"kind": "date / figure/date"})])

    assert question.kinds == ("date", "figure")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": ""}, 'found id "", expected a text that is not empty'),
        ({"id": 7}, "found id 7, expected a text"),
        ({"id": "Q\x1b[2J"}, "expected printable characters"),
        ({"question": None}, "found no 'question'"),
        ({"question": "\ud800?"}, "half a character in question"),
        ({"lang": 1}, "found lang 1, expected a text"),
        ({"lang": None}, "found lang null, expected a text that is not empty"),
        ({"lang": ""}, 'found lang "", expected a text that is not empty'),
        ({"kind": None}, "found no 'kind', expected it in every question"),
        ({"kind": " "}, 'found kind " ", expected a text that is not empty'),
        ({"report": []}, "found report [], expected a text"),
        ({"kind": "figure//date"}, 'found kind "figure//date"'),
        ({"status": "unknown"}, 'found status "unknown", expected one of answered, '),
        ({"status": ["answered"]}, 'found status ["answered"]'),
        ({"status": "insufficient_evidence"}, "found fragments with status insuff"),
        ({"fragments": []}, "found no fragments with status answered"),
        ({"fragments": [[]]}, "found an empty group"),
        ({"fragments": ["238 osób"]}, 'found group "238 osób", expected a list'),
        ({"fragments": [[" [18] "]]}, "expected words, not only marks"),
        ({"footnotes": [True]}, "found footnote true, expected a number from 1"),
        ({"footnotes": [0]}, "found footnote 0"),
        ({"footnotes": 18}, "found footnotes 18, expected a list"),
        ({"date": "08.04.2025"}, 'found date "08.04.2025", expected YYYY-MM-DD'),
        ({"as_at": "2025-13"}, 'found as_at "2025-13", expected YYYY-MM-DD'),
        ({"as_at": 2025}, "found as_at 2025, expected a text"),
        ({"variant_of": "Q19"}, 'found a variant of itself, "Q19"'),
        ({"conflict": ["6", "3"]}, 'found conflict ["6", "3"], expected {"relation"'),
        ({"conflict": {"relation": "clash"}}, 'relation "clash", expected one of conf'),
        ({"conflict": {"relation": "conflict", "values": ["6"]}}, "found 1 values in"),
        ({"conflict": {"relation": "none", "values": ["6"]}}, "values with relation"),
        ({"conflict": {"relation": "conflict", "values": [6, 3]}}, "found value 6"),
        ({"conflict": {"relation": "conflict"}}, "found values null, expected a list"),
        ({"countries": "KAZ"}, 'found countries "KAZ", expected a list'),
        ({"countries": ["Kazachstan"]}, 'country "Kazachstan", expected a code'),
    ],
)
def test_a_slip_is_named_with_its_line(write, change, message):
    path = write(SHORT, FULL | change)

    with pytest.raises(BadGoldError) as caught:
        read_gold([path])

    assert str(caught.value).startswith(f"{path}:2: ")
    assert message in str(caught.value)


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "a", "id": "b"}', "7", "NaN"])
def test_a_line_that_is_no_object_is_named(write, line):
    path = write(FULL, line)

    with pytest.raises(BadGoldError, match=r"gold\.jsonl:2: found .*one .*object"):
        read_gold([path])


def test_bytes_that_are_not_utf_8_are_named(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_bytes('{"id": "pytanie o Łódź"}'.encode("cp1250"))

    with pytest.raises(BadGoldError, match=r"gold\.jsonl:1: .*UTF-8"):
        read_gold([path])


def test_an_id_is_refused_twice_even_across_files(write):
    first, second = write(FULL, name="a.jsonl"), write(SHORT, FULL, name="b.jsonl")

    with pytest.raises(BadGoldError) as caught:
        read_gold([first, second])

    assert str(caught.value) == (
        f"{second}:2: found id 'Q19', which {first}:1 has, expected an id of its own"
    )


def test_a_report_that_is_not_among_those_known_is_named_with_its_line(write):
    path = write(SHORT, FULL | {"report": "kazachstan-2024.pdf"})

    with pytest.raises(BadGoldError) as caught:
        read_gold([path], reports=["gruzja.pdf", "kazachstan-2025.pdf"])

    assert str(caught.value) == (
        f'{path}:2: found report "kazachstan-2024.pdf", expected one of the reports '
        'in the index (2), such as "kazachstan-2025.pdf"'
    )


def test_a_report_that_is_known_and_none_at_all_are_read(write):
    questions = read_gold([write(FULL, SHORT)], reports=["kazachstan.pdf"])

    assert [q.report for q in questions] == ["kazachstan.pdf", ""]


def test_no_question_and_no_file_are_refused(write, tmp_path):
    with pytest.raises(BadGoldError, match="found no question"):
        read_gold([write("")])
    with pytest.raises(BadGoldError, match=r"missing\.jsonl: found no readable file"):
        read_gold([tmp_path / "missing.jsonl"])

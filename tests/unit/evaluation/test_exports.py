import json
from dataclasses import replace

import pytest

from coi_qa.domain.answer import Statement, Status
from coi_qa.errors import BadRequestError
from coi_qa.evaluation.exports import ragas_row, write_ragas, write_trec


def test_a_sample_has_the_answers_words_and_the_golds(build, score):
    given = build.answer(quotes=[build.quote("5 osób.")], near=[build.quote("Nikt.")])
    given = replace(given, statements=(Statement("5 osób.", (1,)),))
    gold = build.gold(fragments=(("5 osób", "pięć osób"), ("2024",)))

    assert ragas_row(score(gold, given)) == {
        "user_input": "Q1?",
        "response": "5 osób.",
        "retrieved_contexts": ["5 osób.", "Nikt."],
        "reference": "5 osób; 2024",
        "reference_contexts": ["5 osób", "2024"],
    }


def test_a_silence_has_its_notice_and_says_what_was_expected(build, score):
    gold = build.gold(status=Status.INSUFFICIENT_EVIDENCE, fragments=())
    given = replace(build.answer(Status.INSUFFICIENT_EVIDENCE), notice="Milczą.")

    row = ragas_row(score(gold, given))

    assert row["response"] == "Milczą."
    assert row["reference"] == "W przeszukanych raportach nie znaleziono odpowiedzi."
    assert (row["retrieved_contexts"], row["reference_contexts"]) == ([], [])


def test_each_question_is_one_line(build, score, tmp_path):
    path = tmp_path / "ragas.jsonl"
    scored = [score(build.gold(q, question="Ilu\u2028?"), build.answer()) for q in "ab"]

    write_ragas(path, scored)

    lines = path.read_text("utf-8").splitlines()
    assert [json.loads(line)["user_input"] for line in lines] == ["Ilu\u2028?"] * 2


@pytest.mark.parametrize("write", [write_ragas, write_trec])
def test_a_place_that_cannot_be_written_is_named(write, tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(BadRequestError, match="file/below"):
        write(tmp_path / "file" / "below", [])

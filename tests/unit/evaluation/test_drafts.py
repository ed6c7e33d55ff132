import json
import stat

import pytest

from coi_qa.adapters.answers import Feedback
from coi_qa.domain.answer import Status
from coi_qa.errors import BadGoldError, BadRequestError
from coi_qa.evaluation.drafts import append_gold, draft_gold
from coi_qa.evaluation.gold import read_gold
from coi_qa.render import answer_json

NO_COUNTRY = "W pytaniu nie rozpoznano kraju; cytaty dotyczą: Kazachstan."


@pytest.fixture
def kept(build):
    """Answers by id: with quotes, silent, to a question without a country."""
    quotes = [build.quote("Było 5 osób.", footnotes=[19]), build.quote("Nikt.")]
    return {
        "a": answer_json(build.answer(quotes=quotes)),
        "s": answer_json(build.answer(Status.INSUFFICIENT_EVIDENCE)),
        "n": answer_json(build.answer(quotes=quotes, warnings=[NO_COUNTRY])),
    }


def drafts(kept, *said):
    answers = {
        key: text.replace('"id": "a"', f'"id": "{key}"', 1)
        for key, text in kept.items()
    }
    return draft_gold([Feedback(*each) for each in said], answers.get)


def test_an_answer_that_was_useful_becomes_a_gold_question(kept, tmp_path):
    lines = drafts(kept, ("a", "useful", None))
    append_gold(tmp_path / "gold.jsonl", lines)
    (gold,) = read_gold([tmp_path / "gold.jsonl"], reports=["kazachstan.pdf"])

    assert lines == [
        {
            "id": "answer-a",
            "question": "?",
            "countries": ["KAZ"],
            "kind": "caseworker",
            "status": "answered",
            "fragments": [["Było 5 osób."]],
            "footnotes": [19],
            "report": "kazachstan.pdf",
        }
    ]
    assert gold.fragments == (("Było 5 osób.",),)


def test_the_date_that_an_answer_was_held_to_goes_along(kept):
    kept["a"] = kept["a"].replace('"as_at": null', '"as_at": "2025-10"')

    dated, undated = drafts(kept, ("a", "useful", None), ("s", "useful", None))

    assert dated["as_at"] == "2025-10"
    assert "as_at" not in undated


def test_a_silence_that_was_useful_becomes_a_silent_gold_question(kept, tmp_path):
    append_gold(tmp_path / "gold.jsonl", drafts(kept, ("s", "useful", None)))
    (gold,) = read_gold([tmp_path / "gold.jsonl"])

    assert (gold.status, gold.fragments) == (Status.INSUFFICIENT_EVIDENCE, ())


def test_countries_that_the_search_was_not_held_to_are_not_asked_with(kept):
    (line,) = drafts(kept, ("n", "useful", None))

    assert line["countries"] == []


@pytest.mark.parametrize("verdict", ["wrong", "outdated", "missing"])
def test_any_other_verdict_is_refused_until_a_person_completes_it(
    kept, tmp_path, verdict
):
    path = tmp_path / "gold.jsonl"
    (line,) = drafts(kept, ("a", verdict, "Od 2025 r. jest inaczej."))
    append_gold(path, [line])

    assert (line["kind"], line["status"], line["fragments"]) == ("to_review", "", [])
    assert (line["verdicts"], line["comments"]) == (
        [verdict],
        ["Od 2025 r. jest inaczej."],
    )
    assert line["given"]["fragments"] == [["Było 5 osób."]]
    with pytest.raises(BadGoldError, match="a person to fill in status and fragments"):
        read_gold([path])

    path.write_text(json.dumps(line | line["given"] | {"kind": "figure"}))
    assert [q.kind for q in read_gold([path])] == ["figure"]


def test_where_caseworkers_disagree_a_person_decides(kept):
    (line,) = drafts(kept, ("a", "useful", None), ("a", "wrong", "Nie."))

    assert (line["kind"], line["verdicts"]) == ("to_review", ["useful", "wrong"])


def test_an_answer_that_is_no_longer_kept_is_passed_over(kept):
    assert drafts(kept, ("gone", "useful", None)) == []


def test_what_stands_in_the_file_is_never_overwritten(kept, tmp_path):
    path = tmp_path / "gold.jsonl"
    corrected = '{"id": "answer-a", "kind": "figure", "note": "corrected by hand"}'
    path.write_text(corrected)  # no line break at its end
    lines = drafts(kept, ("a", "wrong", None), ("s", "useful", None))

    assert append_gold(path, lines) == 1
    assert append_gold(path, lines) == 0
    first, second = path.read_text().splitlines()
    assert first == corrected
    assert json.loads(second)["id"] == "answer-s"


def test_a_new_file_is_its_owners_alone(kept, tmp_path):
    path = tmp_path / "gold.jsonl"
    append_gold(path, drafts(kept, ("a", "useful", None)))

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("held", ["no json", "[]", '{"question": "no id"}'])
def test_nothing_is_added_to_what_is_no_gold_file(kept, tmp_path, held):
    path = tmp_path / "gold.jsonl"
    path.write_text(f"\n{held}\n")

    with pytest.raises(BadRequestError, match=r"gold\.jsonl:2: found no gold question"):
        append_gold(path, drafts(kept, ("a", "useful", None)))
    assert path.read_text() == f"\n{held}\n"

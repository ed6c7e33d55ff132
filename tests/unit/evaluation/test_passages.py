"""Public questions on passages, over fakes."""

from __future__ import annotations

import json

import pytest
from tests.fakes import FakeEmbedder, FakeScorer

from coi_qa.adapters.word_index import Analyser
from coi_qa.errors import BadGoldError
from coi_qa.evaluation.passages import (
    as_table,
    is_in_share,
    refusal_curve,
    run_yardstick,
)

PASSAGES = [
    {"id": "p0", "title": "Rzeka", "text": "Rzeka płynie na północ. Ma 900 km."},
    {"id": "p1", "title": "Góra", "text": "Góra ma 3000 metrów. Śnieg leży latem."},
    {"id": "p2", "title": "Miasto", "text": "Miasto leży nad morzem. Ma port."},
]
QUESTIONS = [
    {
        "id": "q0",
        "question": "Góra ma 3000 metrów",
        "gold_passage_ids": ["p1"],
        "spans": [{"passage_id": "p1", "start": 8, "end": 12}],
    },
    {"id": "q1", "question": "Kto rządzi w pałacu?", "gold_passage_ids": []},
]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "dev").mkdir()
    for path, lines in (
        ("passages.jsonl", PASSAGES),
        ("dev/questions.jsonl", QUESTIONS),
    ):
        text = "\n".join(json.dumps(line) for line in lines)
        (tmp_path / path).write_text(text, "utf-8")
    return tmp_path


def split(text):
    end = text.index(". ") + 1
    return [(0, end), (end + 1, len(text))]


def measured(folder, **changes):
    return run_yardstick(
        folder,
        embedder=FakeEmbedder(),
        scorer=FakeScorer(),
        analyser=Analyser(lambda word: ()),
        split=split,
        leans=lambda sentence: False,
        progress=lambda done, of: None,
        **changes,
    )


def test_the_passage_that_answers_is_found_and_its_sentence_holds_the_span(folder):
    found = measured(folder)

    scored = found["ways"]["scored"]
    assert (found["questions"], found["answerable"], found["passages"]) == (2, 1, 3)
    assert scored["recall@1"]["value"] == 1.0
    assert scored["span_in_first_quote"]["value"] == 1.0
    assert found["gains"]["words_whole"]["recall@1"]["value"] == 0.0
    assert "R@1" in as_table(found)


def test_an_impossible_question_is_less_sure_than_an_answerable_one(folder):
    assert measured(folder)["refusal"]["chance"]["auc"] == 1.0


def test_distractors_join_the_pool_and_answer_nothing(folder, tmp_path):
    others = tmp_path / "others.jsonl"
    others.write_text(json.dumps({"id": "d0", "text": "A hill. A lake."}), "utf-8")

    found = measured(folder, distractors=[others])

    assert found["passages"] == 4
    assert found["ways"]["scored"]["recall@1"]["value"] == 1.0


def test_a_missing_file_and_a_missing_key_are_named(folder):
    (folder / "passages.jsonl").write_text('{"id": "p0"}', "utf-8")
    with pytest.raises(BadGoldError, match=r"passages\.jsonl:1: found no 'text'"):
        measured(folder)
    (folder / "passages.jsonl").unlink()
    with pytest.raises(BadGoldError, match="no readable file"):
        measured(folder)


def test_a_curve_refuses_more_the_less_it_answers():
    curve = refusal_curve([0.9, 0.8, 0.3], [0.5, 0.1])

    refused = [point["refused"] for point in curve["points"]]
    assert curve["auc"] == pytest.approx(5 / 6, abs=1e-3)
    assert refused == sorted(refused)
    assert curve["points"][0] == {"answered": 1.0, "refused": 0.5}


def test_shares_of_articles_lie_in_each_other():
    titles = [f"Artykuł {n}" for n in range(400)]
    small, large = ({t for t in titles if is_in_share(t, p)} for p in (40, 70))

    assert small < large < set(titles)
    assert len(small) == pytest.approx(160, abs=40)

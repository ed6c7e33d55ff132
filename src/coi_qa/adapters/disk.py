"""What files hold, and having them on the disk before anybody relies on them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from hashlib import file_digest
from pathlib import Path


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Have the system put a file or folder on the disk now."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_private(folder: Path) -> None:
    """Make a folder that only its owner may look into, unless there is one."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def append_lines(path: Path, lines: Sequence[str]) -> None:
    """Add lines to a file and have them on the disk; a new one is its owner's alone.

    They begin on a line of their own, also where a fault cut off the one before.
    """
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(handle).st_size
        is_cut = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        text = "".join(f"{line}\n" for line in lines)
        with os.fdopen(handle, "ab", closefd=False) as file:
            file.write(("\n" * is_cut + text).encode("utf-8", "backslashreplace"))
        os.fsync(handle)
    finally:
        os.close(handle)

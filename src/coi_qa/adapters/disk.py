"""What files hold, and having them on the disk before anybody relies on them."""

from __future__ import annotations

import os
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


def private_folder(path: Path) -> Path:
    """Return a folder that only its owner may look into, made where there is none."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def append_line(path: Path, line: str) -> None:
    """Add a line to a file of its owner's and have it on the disk.

    It begins on a line of its own, also where a fault cut off the one before.
    """
    private_folder(path.parent)
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(handle).st_size
        is_cut = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        os.write(handle, (b"\n" if is_cut else b"") + line.encode() + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)

"""What is missing or wrong on this machine, each with its remedy."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from coi_qa.adapters.e5_small import PACKED_SHA256, verify_model_files
from coi_qa.adapters.library import Library, check
from coi_qa.adapters.tokens import count_prompt_tokens
from coi_qa.adapters.writer_remote import is_reachable
from coi_qa.config import Settings
from coi_qa.errors import CoiQaError
from coi_qa.wiring import writer_server

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
MIN_FREE_BYTES = 2 * 2**30  # the model and its build take one


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: What was looked at.
        found: What was found.
        remedy: What to do, or "" where all is well.
    """

    name: str
    found: str
    remedy: str = ""


def examine(settings: Settings, *, offline: bool) -> list[Finding]:
    """Return what was looked at; a finding with a remedy is wrong.

    Args:
        settings: What the service would run with.
        offline: Also refuse what would need a network later.
    """
    return [
        _python(),
        _model(settings, offline=offline),
        _index(settings),
        _tokens(),
        *_folders(settings),
        *_network(settings, offline=offline),
        _writer(settings, offline=offline),
    ]


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 11)
    return Finding("Python", version, "" if good else "install Python 3.11 or newer")


def _model(settings: Settings, *, offline: bool) -> Finding:
    """Say whether the built-in model is whole, or another one's folder is there."""
    name = "embedding model"
    if settings.embedding_model is not None:
        folder = Path(settings.embedding_model)
        if folder.is_dir() or not offline:
            return Finding(name, settings.embedding_model)
        return Finding(
            name,
            f"{settings.embedding_model} is a name, not a folder",
            "make sure that it is in the local cache, or set "
            "COI_QA_EMBEDDING_MODEL to its folder",
        )
    folder = settings.model_cache / f"multilingual-e5-small-{PACKED_SHA256[:8]}"
    if not folder.is_dir():
        return Finding(
            name,
            f"not yet unpacked in {settings.model_cache}",
            "run 'coi-qa index' or 'coi-qa serve' once; it needs no network",
        )
    wrong = verify_model_files(folder)
    if wrong:
        return Finding(name, "; ".join(wrong), f"remove {folder}; it is built anew")
    return Finding(name, str(folder))


def _index(settings: Settings) -> Finding:
    current = Library(settings.indexes_dir).current_id()
    make = "run 'coi-qa index PATH...'"
    if current is None:
        return Finding("index", f"none in {settings.indexes_dir}", make)
    try:
        manifest = check(settings.indexes_dir / current)
    except CoiQaError as exc:
        return Finding("index", _without_remedy(exc), make)
    count = len(manifest.recipe.reports)
    return Finding("index", f"{current}: {count} reports, {manifest.recipe.embedder}")


def _tokens() -> Finding:
    return _tried("token table", lambda: f"{count_prompt_tokens('próba')} tokens")


def _tried(name: str, attempt: Callable[[], str]) -> Finding:
    try:
        return Finding(name, attempt())
    except CoiQaError as exc:
        return Finding(name, _without_remedy(exc), "reinstall with 'make run'")


def _without_remedy(error: CoiQaError) -> str:
    """Return an error's message up to what it says to do, which comes last."""
    found, _, _ = str(error).rpartition("; ")
    return found or str(error)


def _folders(settings: Settings) -> Iterator[Finding]:
    """Say whether the folders that are written to can be, and have room."""
    for name, folder in (
        ("indexes folder", settings.indexes_dir),
        ("state folder", settings.state_dir),
        ("model cache", settings.model_cache),
    ):
        if folder == settings.indexes_dir and not folder.is_dir():
            # The others are made when they are needed; this one may be misspelt.
            yield Finding(
                name,
                f"there is no {folder}",
                "run 'coi-qa index PATH...', which makes it, or correct --indexes",
            )
            continue
        there = next(
            p for p in (folder.absolute(), *folder.absolute().parents) if p.exists()
        )
        if not os.access(there, os.W_OK):
            yield Finding(
                name, f"{folder} cannot be written", f"give this user {there}"
            )
            continue
        free = shutil.disk_usage(there).free
        said = f"{folder}, {free / 2**30:.1f} GiB free"
        yield Finding(
            name, said, "" if free >= MIN_FREE_BYTES else "free 2 GiB on this disk"
        )


def _network(settings: Settings, *, offline: bool) -> Iterator[Finding]:
    if settings.allow_download:
        yield Finding(
            "network",
            "COI_QA_ALLOW_DOWNLOAD is on",
            "unset it" if offline else "",
        )
    else:
        yield Finding("network", "not used")


def _writer(settings: Settings, *, offline: bool) -> Finding:
    """Say which model writes, whether it can be asked, and whether it is elsewhere."""
    server = writer_server(settings)
    if server is None:
        return Finding("writer", "none; nothing leaves this machine")
    said = f"{server.model} at {server.url}"
    if server.key:
        said += ", with a key"
    is_here = urlsplit(server.url).hostname in _LOOPBACK
    if not is_here:
        said += "; questions and quotes are sent there"
        if offline:
            return Finding("writer", said, "unset COI_QA_WRITER")
    wrong = is_reachable(server)
    if not wrong:
        return Finding("writer", said)
    return Finding(
        "writer",
        f"{said}: not reached ({wrong})",
        "start that server or correct COI_QA_WRITER and its key; until then answers "
        "are the quotes alone",
    )

"""Damaged index folders: named and refused, never answered from."""

from __future__ import annotations

import os
import shutil

import numpy as np
import pytest
from tests.fakes_index import (
    index_with_fake,
    serve_with_fake,
    settings_in,
)

from coi_qa.adapters.library import CURRENT, MANIFEST, VECTORS, Library, check
from coi_qa.errors import DamagedIndexError, NoUsableIndexError


def index_folder(folder):
    library = Library(folder / "indexes")
    return folder / "indexes" / library.current_id()


def flip(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def files_of(folder):
    """Return the files of an index but its manifest, as their names in it."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return sorted(str(p.relative_to(folder)) for p in paths if p.name != MANIFEST)


DAMAGES = {
    "first byte flipped": lambda path: flip(path, 0),
    "middle byte flipped": lambda path: flip(path, path.stat().st_size // 2),
    "last byte flipped": lambda path: flip(path, -1),
    "cut by one byte": lambda path: os.truncate(path, path.stat().st_size - 1),
    "emptied": lambda path: os.truncate(path, 0),
    "one byte more": lambda path: path.write_bytes(path.read_bytes() + b"\0"),
    "deleted": lambda path: path.unlink(),
    "a folder instead": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_every_damaged_file_is_refused_by_its_name(installed, damage):
    folder = index_folder(installed)
    names = files_of(folder)
    refused = []
    for name in names:
        kept = (folder / name).read_bytes()
        damage(folder / name)
        try:
            check(folder)
        except DamagedIndexError as exc:
            refused += [name] if name in str(exc) else []
        if (folder / name).is_dir():
            (folder / name).rmdir()
        (folder / name).write_bytes(kept)

    assert len(names) == 3
    assert refused == names
    assert check(folder)


def test_two_files_in_each_others_place_are_refused(installed):
    folder = index_folder(installed)
    one, other = (folder / name for name in files_of(folder)[:2])
    kept = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(kept)

    with pytest.raises(DamagedIndexError, match="is damaged"):
        check(folder)


def test_no_byte_of_the_manifest_can_be_changed(installed):
    folder = index_folder(installed)
    manifest = folder / MANIFEST
    size = manifest.stat().st_size
    accepted = []
    for at in range(size):
        flip(manifest, at)
        try:
            check(folder)
        except DamagedIndexError:
            pass
        else:
            accepted.append(at)
        flip(manifest, at)

    assert accepted == []
    assert check(folder)


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"index": 1}', "\xff"])
def test_a_manifest_that_is_none_is_refused_by_its_name(installed, text):
    folder = index_folder(installed)
    (folder / MANIFEST).write_text(text, "latin-1")

    with pytest.raises(DamagedIndexError, match=MANIFEST):
        check(folder)


def test_an_index_under_another_ones_name_is_refused(installed):
    folder = index_folder(installed)
    renamed = folder.rename(folder.with_name("0" * 16))

    with pytest.raises(DamagedIndexError, match="its manifest is of"):
        check(renamed)


def test_faiss_alone_loads_a_damaged_payload(installed):
    """The control: only the sha256 tells these vectors from the ones written."""
    import faiss

    path = index_folder(installed) / VECTORS
    before = faiss.read_index(str(path)).reconstruct_n()
    data = bytearray(path.read_bytes())
    data[-2] ^= 0x40
    path.write_bytes(data)

    after = faiss.read_index(str(path)).reconstruct_n()

    assert after.shape == before.shape
    assert not np.array_equal(after, before)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"0000000000000000\n",
        b"../..\n",
        b"\xff\xfe\x00",
        b"a\x00b",
        b"x" * 999,
    ],
)
def test_a_current_that_names_no_index_serves_nothing(installed, content):
    (installed / "indexes" / CURRENT).write_bytes(content)

    with pytest.raises(NoUsableIndexError, match="coi-qa index"):
        serve_with_fake(settings_in(installed))


@pytest.mark.parametrize("make", ["missing", "folder"])
def test_without_current_nothing_is_served(installed, make):
    current = installed / "indexes" / CURRENT
    current.unlink()
    if make == "folder":
        current.mkdir()

    with pytest.raises(NoUsableIndexError, match="no index here"):
        serve_with_fake(settings_in(installed))


def test_a_damaged_index_is_built_anew_and_serves_again(installed, capsys):
    folder = index_folder(installed)
    flip(folder / "reports.db", 100)

    built = index_with_fake(settings_in(installed), installed / "old.pdf")

    assert built.index_id == folder.name
    assert "reports.db is damaged" in capsys.readouterr().err
    assert len(serve_with_fake(settings_in(installed)).imprints()) == 1


def test_an_index_taken_along_to_another_folder_serves_there(installed, tmp_path):
    moved = tmp_path / "elsewhere"
    shutil.move(installed, moved)

    assert len(serve_with_fake(settings_in(moved)).imprints()) == 1


def test_an_index_of_another_embedder_is_refused_with_both_names(installed):
    from tests.fakes import FakeEmbedder

    from coi_qa.wiring import build_service

    other = FakeEmbedder()
    other.name = "other@11111111"

    with pytest.raises(NoUsableIndexError, match=r"fake-words@0{8}.*other@1{8}"):
        build_service(settings_in(installed), embedder=other)

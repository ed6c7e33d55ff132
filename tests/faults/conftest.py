"""An index of one small report, copied for each test that damages it."""

from __future__ import annotations

import shutil

import pytest
from tests.fakes_index import LINES, index_with_fake, settings_in, write_pdf


@pytest.fixture(scope="session")
def pristine(tmp_path_factory):
    """A folder with `old.pdf`, which is indexed, and `new.pdf`, which is not."""
    folder = tmp_path_factory.mktemp("pristine")
    write_pdf(folder / "old.pdf")
    write_pdf(folder / "new.pdf", (*LINES[:2], "Zupelnie inne zdanie o prawie."))
    index_with_fake(settings_in(folder), folder / "old.pdf")
    return folder


@pytest.fixture
def installed(pristine, tmp_path):
    """A copy of `pristine`, free to be damaged."""
    return shutil.copytree(pristine, tmp_path / "installed")

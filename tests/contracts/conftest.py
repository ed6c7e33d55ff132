"""The sample corpus, indexed once with the fake embedder."""

from __future__ import annotations

import pytest
from tests.fakes_index import CORPUS, index_with_fake, serve_with_fake, settings_in


@pytest.fixture(scope="session")
def corpus_service(tmp_path_factory):
    settings = settings_in(tmp_path_factory.mktemp("corpus"))
    index_with_fake(settings, CORPUS)
    return serve_with_fake(settings)

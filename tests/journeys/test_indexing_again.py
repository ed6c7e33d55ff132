"""What the next indexing run does with what the one before has done."""

from __future__ import annotations

import re
import shutil

import pytest
from tests.fakes_index import (
    CORPUS,
    LINES,
    index_with_fake,
    serve_with_fake,
    settings_in,
    write_pdf,
)

REPORTS = "kazachstan-2025-10.pdf", "wardania-2024-06.pdf", "zelmaria-2025-03.pdf"


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A copy of the corpus and its index; copied for each test."""
    folder = tmp_path_factory.mktemp("first")
    (folder / "corpus").mkdir()
    for name in (*REPORTS, "reports.toml"):
        shutil.copy(CORPUS / name, folder / "corpus" / name)
    built = index_with_fake(settings_in(folder), folder / "corpus")
    return folder, built


@pytest.fixture
def again(first, tmp_path):
    """Index the corpus again after `change`; return the first run and the second."""
    folder, before = first
    copied = shutil.copytree(folder, tmp_path / "again")

    def run(change=lambda corpus: None):
        change(copied / "corpus")
        return before, index_with_fake(settings_in(copied), copied / "corpus")

    run.folder = copied
    return run


def rewrite(corpus, old, new):
    path = corpus / "reports.toml"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


def texts_of(folder, file_name):
    """Return how many texts of a report have vectors."""
    service = serve_with_fake(settings_in(folder))
    [report] = [i.id for i in service.imprints() if i.file_name == file_name]
    return len(service.shelf.rows([report]))


def test_the_same_reports_embed_nothing_and_keep_the_index(again):
    before, after = again()

    assert after.index_id == before.index_id
    assert (after.embedded, after.reused) == (0, before.embedded)


def test_another_title_is_a_new_index_without_new_vectors(again):
    before, after = again(
        lambda corpus: rewrite(
            corpus,
            'wardania-2024-06.pdf"]\ntitle = "Wardania. Sytuacja',
            'wardania-2024-06.pdf"]\ntitle = "Wardania: sytuacja',
        )
    )

    titles = [i.title for i in serve_with_fake(settings_in(again.folder)).imprints()]
    assert after.index_id != before.index_id
    assert after.embedded == 0
    assert "Wardania: sytuacja bezpieczeństwa" in titles


def test_a_report_on_another_country_embeds_its_own_texts_and_no_others(again):
    own = texts_of(again.folder, "wardania-2024-06.pdf")

    before, after = again(
        lambda corpus: rewrite(
            corpus,
            'date = "2024-06"\nlanguage = "pl"\ncountries = ["XWA"]',
            'date = "2024-06"\nlanguage = "pl"\ncountries = ["BLR"]',
        )
    )

    assert after.index_id != before.index_id
    assert 0 < after.embedded <= own
    assert after.embedded + after.reused == before.embedded + before.reused


def test_a_new_report_embeds_its_own_texts_only(again):
    before, after = again(lambda corpus: write_pdf(corpus / "dodatek.pdf", LINES))

    assert (after.reports, after.reused) == (4, before.embedded)
    assert 0 < after.embedded < 10


def test_a_report_taken_away_is_gone_and_the_others_stay(again):
    _, after = again(lambda corpus: (corpus / "zelmaria-2025-03.pdf").unlink())

    service = serve_with_fake(settings_in(again.folder))
    assert after.embedded == 0
    assert {i.file_name for i in service.imprints()} == set(REPORTS[:2])
    assert (
        len(list((service.shelf.pdf(service.imprints()[0].id)).parent.iterdir())) == 2
    )


def test_a_report_that_is_there_twice_is_indexed_once(again):
    before, after = again(
        lambda corpus: shutil.copy(corpus / REPORTS[0], corpus / "zz-kopia.pdf")
    )

    assert after.index_id == before.index_id
    assert [path.name for path in after.repeats] == ["zz-kopia.pdf"]


def test_the_id_does_not_depend_on_the_folder_or_the_order(first, tmp_path):
    folder, before = first
    paths = [folder / "corpus" / name for name in reversed(REPORTS)]

    built = index_with_fake(settings_in(tmp_path), *paths)

    assert re.fullmatch(r"[0-9a-f]{16}", built.index_id)
    assert built.index_id == before.index_id

"""The library and the evaluators' pages by axe-core's rules, and at 320 pixels."""

from __future__ import annotations

import io

import pytest
from tests.browser.test_accessibility import NARROW, THEMES, overflow, violations
from tests.fakes_library import ended, keeper_in, refusing
from tests.fakes_runs import store_two
from tests.fakes_web import IMPRINTS, KAZAKHSTAN, PDF, FakeService
from tests.serving import serving

from coi_qa.adapters.keeper import Upload
from coi_qa.server import create_app

pytestmark = pytest.mark.browser

PAGES = (
    "/library",
    f"/library/{KAZAKHSTAN}",
    f"/library/{KAZAKHSTAN}/withdraw",
    "/library/run",
    "/evaluation",
    "/evaluation/{0}",
    "/evaluation/{0}/questions/kara",
    "/evaluation/compare?first={0}&second={1}",
)


class OneReport(FakeService):
    """Its one report lies in the corpus."""

    def imprints(self):
        return IMPRINTS[:1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def runs(folder):
    return store_two(folder, FakeService(folder))


@pytest.fixture(scope="module")
def address(folder, runs):
    """Where a service with a library and two runs answers; its last run had a fault."""
    keeper = keeper_in(folder, refusing("zly.pdf", "damaged"), imprints=IMPRINTS[:1])
    (keeper.folder / IMPRINTS[0].file_name).write_bytes(PDF)
    sent = [Upload(name, io.BytesIO(PDF + name.encode())) for name in ("a", "zly")]
    keeper.add([*sent, Upload("pusty.pdf", io.BytesIO())], {})
    ended(keeper)
    app = create_app(OneReport(folder), keeper=keeper, runs_dir=folder / "runs")
    with serving(app) as at:
        yield at


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_breaks_no_rule(opened, runs, path, theme):
    tab = opened(path.format(*runs), color_scheme=theme)

    assert violations(tab) == []
    assert tab.complaints == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_320_pixels_with_all_unfolded(opened, runs, path):
    tab = opened(path.format(*runs), **NARROW)
    tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")

    assert overflow(tab) <= 0


def test_in_english_no_word_of_ours_is_left_in_polish(opened, runs):
    for path in PAGES:
        tab = opened(path.format(*runs), locale="en-GB")

        assert tab.locator("html").get_attribute("lang") == "en"
        assert tab.locator("h2, th, label, dt").filter(has_text="Wydaw").count() == 0
        assert violations(tab) == []

"""The README's pictures and the pages' weights, by the scripts that make them."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from coi_qa.wiring import build_live_service

ROOT = Path(__file__).parents[2]
MOST_BYTES = 100_000  # of a page with its style, script and pictures
MOST_VIEWER_BYTES = 1_000_000  # the picture of a page is most of it

pytestmark = [pytest.mark.browser, pytest.mark.model]


def script(path):
    """Return a script of the project as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def take():
    return script(ROOT / "docs" / "images" / "take.py")


@pytest.fixture(scope="module")
def address(take, settings, default_embedder, indexed, tmp_path_factory):
    runs = tmp_path_factory.mktemp("runs")
    chosen = replace(settings, runs_dir=runs)
    service = build_live_service(chosen, embedder=default_embedder)
    take.evaluate(service, runs)
    with take.serving(chosen, service) as at:
        yield at


def test_the_script_takes_every_picture_of_the_readme(
    take, chromium, address, tmp_path
):
    take.take(chromium, address, tmp_path)

    taken = {path.stem: path for path in tmp_path.iterdir()}
    assert taken.keys() == {*take.PICTURES}
    shown = (ROOT / "README.md").read_text("utf-8")
    for name, path in taken.items():
        with Image.open(path) as picture:
            assert picture.size == (820, 900)
            assert len(picture.getcolors(1 << 20)) > 50  # no blank page
        assert f"docs/images/{name}.png" in shown
    assert len({path.read_bytes() for path in taken.values()}) == len(taken)


def test_no_page_is_heavy_and_none_asks_another_host(chromium, address):
    weights = script(ROOT / "bench" / "pages.py").walk(chromium, address)

    viewer = weights.pop("viewer")
    assert 0 < viewer["bytes"] < MOST_VIEWER_BYTES
    assert {n: w["bytes"] for n, w in weights.items() if w["bytes"] > MOST_BYTES} == {}
    assert all(0 < w["page_bytes"] <= w["bytes"] for w in weights.values())

"""The check as the service has it, with the world's and the sample's countries."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from coi_qa.adapters.countries import load_atlas
from coi_qa.adapters.polish import Morphology
from coi_qa.adapters.sentences import SentenceSplitter
from coi_qa.ask.faithful import FaithfulCheck
from coi_qa.ingest.imprint import read_catalogue

HERE = Path(__file__).parent
CORPUS = HERE.parents[3] / "corpus"


@cache
def checker() -> FaithfulCheck:
    """Return the check; loading its dictionary takes a moment."""
    morphology = Morphology()
    invented = read_catalogue(CORPUS).countries
    atlas = load_atlas(morphology.lemmas, invented=invented)
    return FaithfulCheck(
        forms=morphology.forms,
        split=SentenceSplitter(morphology),
        countries=lambda text: {each.code for each in atlas.mentions(text)},
    )


def read_quotes() -> list[str]:
    """Return the quotes that the gold questions were answered with."""
    return (HERE / "quotes.txt").read_text("utf-8").splitlines()


def read_pairs(name: str) -> list[tuple[str, str]]:
    """Return statement and quote of each line of a table beside this file."""
    lines = (HERE / name).read_text("utf-8").splitlines()
    return [
        (statement, quote)
        for statement, _, quote in (
            line.partition("\t") for line in lines if not line.startswith("#")
        )
    ]

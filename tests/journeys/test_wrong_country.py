"""Five countries in reports from one template: none is quoted for another.

The real report also exists for four other countries, with other names and figures, and
the sample reports lie beside them. Without knowing the country asked about, search
takes the wrong one three times in four.
"""

from __future__ import annotations

import json
import os
import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from tests.changed import changed_blocks, renamed, typeset_whole
from tests.fakes_index import CORPUS, Silent, settings_in
from tests.golden.reading import read
from tests.typeset import Layout

from coi_qa.wiring import build_index, build_service

SHARED = os.environ.get("COI_QA_SHARED")
NAME = "kazachstan-sytuacja-bezpieczenstwa-2025-10.pdf"
# Stems of the country, its adjective and its people; each copy also loses its own name
# among the neighbours.
COPIES = {
    "UZB": ("uzbekistan", "uzbec", "uzbek", "Uzbekistan"),
    "KGZ": ("kirgistan", "kirgis", "kirgiz", "Kirgistan"),
    "TJK": ("tadżykistan", "tadżyc", "tadżyk", "Tadżykistan"),
    "TKM": ("turkmenistan", "turkmeńs", "turkmen", "Turkmenistan"),
}

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(SHARED is None, reason="needs COI_QA_SHARED"),
]


def names_for(code: str) -> dict[str, str]:
    """Return the stems of Kazakhstan and those of the copy's country instead."""
    country, adjective, people, _ = COPIES[code]
    return {
        "kazachstań": country[:-1] + "ń",
        "kazachstan": country,
        "kazachs": adjective,
        "kazach": people,
        people: "kazach",
    }


@pytest.fixture(scope="module")
def crowded(tmp_path_factory, model_cache, default_embedder):
    """The service over all of them."""
    folder = tmp_path_factory.mktemp("crowded")
    reports = folder / "reports"
    shutil.copytree(CORPUS, reports, ignore=shutil.ignore_patterns("src", "*.py"))
    source = Path(SHARED, "reports", NAME)
    shutil.copy(source, reports / NAME)
    original = read(source)
    lines = [(reports / "reports.toml").read_text("utf-8")]
    for seed, code in enumerate(COPIES):
        blocks = list(changed_blocks(original, random.Random(seed), names_for(code)))
        path = reports / f"{code.lower()}-2025-10.pdf"
        typeset_whole(blocks, Layout("typst", "raised [n]"), path)
        lines.append(
            f'["{path.name}"]\ntitle = "{COPIES[code][3]}. Sytuacja bezpieczeństwa"\n'
            f'date = "2025-10"\nlanguage = "pl"\ncountries = ["{code}"]\n'
        )
    (reports / "reports.toml").write_text("\n".join(lines), "utf-8")
    settings = replace(settings_in(folder), model_cache=model_cache)
    built = build_index(
        settings, [reports], progress=Silent(), embedder=default_embedder
    )
    assert built.failures == ()
    return build_service(settings, embedder=default_embedder)


def questions() -> list[str]:
    lines = Path(SHARED, "gold", "kazachstan_dev.jsonl").read_text("utf-8")
    return [json.loads(line)["question"] for line in lines.splitlines()]


def unplaced(service) -> list[str]:
    """Return every third question that names neither a country nor a city of one."""
    mentions = service.asker.gazetteer.mentions
    return [text for text in questions() if not mentions(text)][::3]


def shown(answer) -> list[tuple[str, ...]]:
    return [quote.imprint.countries for quote in (*answer.quotes, *answer.near)]


@pytest.mark.parametrize("code", ["KAZ", *COPIES])
def test_a_country_chosen_in_the_form_is_the_only_one_shown(code, crowded):
    asked = unplaced(crowded)

    found = {c for text in asked for c in shown(crowded.ask(text, countries=[code]))}

    assert len(asked) > 7
    assert found == {(code,)}


@pytest.mark.parametrize("code", COPIES)
def test_a_country_named_in_the_question_is_the_only_one_shown(code, crowded):
    named = [text for text in questions() if "Kazachstan" in text]
    asked = [renamed(text, names_for(code)) for text in named][:4]

    found = [set(shown(crowded.ask(text))) for text in asked]

    assert len(asked) > 3
    assert [countries for countries in found if countries != {(code,)}] == []


def test_what_names_no_country_is_shown_with_its_countries_named(crowded):
    """Not one is chosen in silence: the answer says whose reports it quotes."""
    asked = unplaced(crowded)

    for text in asked:
        answer = crowded.ask(text)
        quoted = {code for q in answer.quotes for code in q.imprint.countries}
        said = " ".join(answer.currency.warnings)
        unnamed = [c for c in quoted if crowded.country_name(c) not in said]
        assert unnamed == [], text


def test_without_the_country_the_template_misleads(crowded):
    """The control: search over all reports finds other countries first."""
    asker = crowded.asker
    asked = unplaced(crowded)

    first = []
    for text in asked:
        vector = asker.embedder.embed_query(text)
        nearest = asker.dense.search(vector, 1)
        sentence = asker.archive.sentences_of([nearest[0].row])[nearest[0].row][0]
        item = asker.archive.evidence(sentence, score=0.0, similarity=0.0)
        first.append(item.imprint.countries)

    assert sum(countries != ("KAZ",) for countries in first) > len(first) / 3

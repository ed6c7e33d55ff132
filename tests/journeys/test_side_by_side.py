"""What counts the same stands side by side, on the sample corpus and a real report."""

from __future__ import annotations

import copy
import os
from pathlib import Path

import pytest
from tests.fakes_index import Silent, settings_in

from coi_qa import render, wiring
from coi_qa.adapters.originals import StoredOriginals
from coi_qa.ask.recheck import differences
from coi_qa.domain.dates import parse_date

SHARED = os.environ.get("COI_QA_SHARED")
REAL = "kazachstan-sytuacja-bezpieczenstwa-2025-10.pdf"

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def real(tmp_path_factory, model_cache, default_embedder):
    """The service over the real report, which cannot be handed on."""
    if SHARED is None:
        pytest.skip("needs COI_QA_SHARED")
    settings = settings_in(tmp_path_factory.mktemp("shared"))
    report = Path(SHARED, "reports", REAL)
    wiring.build_index(settings, [report], progress=Silent(), embedder=default_embedder)
    return wiring.build_service(settings, embedder=default_embedder)


def answered(service, question: str, as_at: str | None = None):
    day = None if as_at is None else parse_date(as_at)
    return render.answer_document(service.ask(question, as_at=day))


def told(document, relation: str) -> list[list[tuple[str, list[int]]]]:
    """Return figure and footnotes of each side, for the conflicts of a kind."""
    notes = {quote["number"]: quote["footnotes"] for quote in document["quotes"]}
    return [
        [(side["value"], notes[side["quote"]]) for side in conflict["sides"]]
        for conflict in document["conflicts"]
        if conflict["relation"] == relation
    ]


# --- a real report --------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        "Ile osób zginęło w styczniu 2022 r.?",
        "Ile osób zginęło podczas protestów w 2022 r.?",
        "Ilu ludzi zabiły służby w czasie zamieszek w 2022 r.?",
    ],
)
def test_one_number_of_dead_laid_to_two_doings_is_shown_both_ways(real, question):
    document = answered(real, question)

    ((first, second),) = told(document, "attribution")
    assert {first[0], second[0]} == {"238"}
    assert sorted([first[1], second[1]]) == [[23, 24, 25], [46]]
    assert told(document, "conflict") == []


@pytest.mark.parametrize(
    "question",
    ["Ilu zabitych odnotował ACLED w 2025 r.?", "Ile osób zginęło w 2025 r.?"],
)
def test_two_filters_of_one_dataset_are_no_conflict(real, question):
    document = answered(real, question)

    (sides,) = told(document, "different_filter")
    assert ("6", [19]) in sides
    assert ("3", [43]) in sides
    assert told(document, "conflict") == []


def test_most_of_the_victims_and_all_of_them_stand_side_by_side(real):
    (sides,) = told(answered(real, "Kto stanowił większość ofiar?"), "different_filter")

    assert sides == [("Większość", [19]), ("wszystkie", [31])]


@pytest.mark.parametrize(
    ("question", "footnote"),
    [
        ("Kiedy Kazachstan rozpoczął wysyłanie wojsk do Białorusi?", 28),
        ("Kiedy Kazachstan usunął talibów z listy organizacji terrorystycznych?", 35),
        ("Jakich zmian personalnych dokonano w instytucjach bezpieczeństwa?", 25),
        ("Ile osób skazano za terroryzm w 2025 r.?", 42),
        ("Ile osób ewakuowano z powodu powodzi w 2025 r.?", 63),
    ],
)
def test_a_source_whose_date_cannot_support_its_sentence_is_warned_of(
    real, question, footnote
):
    warnings = answered(real, question)["currency"]["warnings"]

    assert any(
        f"przypis {footnote} (" in warning
        and warning.startswith(("Źródło wcześniejsze", "Źródło późniejsze"))
        for warning in warnings
    )


def test_eighteen_notes_are_one_source_which_has_ended(real):
    document = answered(real, "Ilu posłów zasiada w Mażylisie?")

    counts = {s["publisher"]: s["notes_in_report"] for s in document["sources"]}
    assert counts["CIA"] == 18
    assert [t["name"] for t in document["tellers"]].count("CIA") == 1
    assert any("World Factbook" in w for w in document["currency"]["warnings"])


def test_an_answer_that_sets_side_by_side_is_the_same_twice_and_holds(real):
    question = "Ile osób zginęło w styczniu 2022 r.?"
    first, second = (render.answer_json(real.ask(question)) for _ in range(2))

    assert first == second
    document = answered(real, question)
    assert differences(document, StoredOriginals(real.shelf)) == []


def test_nothing_later_than_the_day_given_is_set_side_by_side(real):
    document = answered(real, "Ile osób zginęło w 2025 r.?", as_at="2025-06-30")

    assert (document["quotes"], document["conflicts"]) == ([], [])


# --- the sample corpus ----------------------------------------------------------------


@pytest.fixture(scope="module")
def sadowice(service):
    return answered(service, "Ilu ludzi zginęło w Sadowicach w Wardanii?")


def test_two_counts_of_the_dead_are_a_conflict_with_both_tellers(sadowice):
    (sides,) = told(sadowice, "conflict")

    # The second edition has a third count.
    assert ("12", [52]) in sides
    assert ("41", [53]) in sides
    assert {value for value, _ in sides} == {"12", "41", "38"}


def test_civilians_under_two_filters_are_no_conflict(service):
    document = answered(service, "Ilu cywilów zginęło w Wardanii w 2023 r.?")

    values = {v for sides in told(document, "different_filter") for v, _ in sides}
    assert {"58", "23"} <= values
    assert told(document, "conflict") == []


@pytest.mark.parametrize(
    "forge",
    [
        lambda c: c["sides"][0].update(value="13"),
        lambda c: c["sides"][0].update(unit="rannych"),
        lambda c: c["sides"][0].update(period="2019 r."),
        lambda c: c["sides"][0].update(filter="Wszystko"),
        lambda c: c["sides"][0].update(attributed_to=["nikt"]),
        lambda c: c["sides"][0].update(cause="z rąk policji"),
        lambda c: c["sides"][0].update(value=""),
        lambda c: c["sides"][0].update(quote=99),
        lambda c: c.update(relation="agreement"),
        lambda c: c["sides"].__delitem__(slice(1, None)),
    ],
)
def test_what_is_forged_in_a_conflict_is_named(service, sadowice, forge):
    originals = StoredOriginals(service.shelf)
    forged = copy.deepcopy(sadowice)
    forge(forged["conflicts"][0])

    assert differences(sadowice, originals) == []
    assert any(d.startswith("conflict 1: ") for d in differences(forged, originals))


@pytest.mark.parametrize(
    "question",
    [
        "Czy w Kazachstanie grozi kara śmierci?",
        "Ile powiatów ma Zelmaria?",
        "Czy w Wardanii odnotowano pogromy?",
    ],
)
def test_where_nothing_is_told_twice_nothing_stands_side_by_side(service, question):
    assert answered(service, question)["conflicts"] == []

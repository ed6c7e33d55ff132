"""An answer on paper, checked against its report: every change is found."""

from __future__ import annotations

import copy
import json
import re

import pytest
from tests.fakes_index import CORPUS, settings_in

from coi_qa.adapters.originals import StoredOriginals
from coi_qa.ask.recheck import differences
from coi_qa.errors import BadRequestError
from coi_qa.wiring import open_originals

pytestmark = pytest.mark.model

KAZAKHSTAN = CORPUS / "kazachstan-2025-10.pdf"
QUESTION = "Kazachstan 2025: ile było manifestacji i jak często rozpędzano je siłą?"
DEATH_PENALTY = "Czy w Kazachstanie grozi kara śmierci?"


@pytest.fixture(scope="session")
def figures(ask):
    return ask(QUESTION)


@pytest.fixture(scope="session")
def penalty(ask):
    return ask(DEATH_PENALTY)


@pytest.fixture(scope="session", params=["index", "pdf"])
def originals(request, service, settings, tmp_path_factory):
    """The stored pages, or the PDF itself and nothing else."""
    if request.param == "index":
        return StoredOriginals(service.shelf)
    nowhere = settings_in(tmp_path_factory.mktemp("nowhere"))
    return open_originals(nowhere, KAZAKHSTAN)


def change_digit(answer):
    quote = next(q for q in answer["quotes"] if re.search(r"\d", q["text"]))
    quote["text"] = re.sub(
        r"\d", lambda m: str((int(m[0]) + 1) % 10), quote["text"], count=1
    )


def change_letter(answer):
    answer["quotes"][0]["text"] = answer["quotes"][0]["text"].replace("a", "o", 1)


def change_case(answer):
    answer["quotes"][0]["text"] = answer["quotes"][0]["text"].swapcase()


def drop_blank(answer):
    answer["quotes"][0]["text"] = answer["quotes"][0]["text"].replace(" ", "", 1)


def move_start(answer):
    answer["quotes"][0]["places"][0]["start"] += 1


def move_both(answer):
    answer["quotes"][0]["places"][0]["start"] -= 1
    answer["quotes"][0]["places"][0]["end"] -= 1


def cut_quote_and_place(answer):
    """Shorten the quote together with its place: true words, but half a sentence."""
    quote = answer["quotes"][0]
    quote["text"] = quote["text"][:-4]
    quote["places"][0]["end"] -= 4


def change_page(answer):
    answer["quotes"][0]["places"][0]["page"] += 1


def leave_the_page(answer):
    answer["quotes"][0]["places"][0]["end"] += 100_000


def unknown_page(answer):
    answer["quotes"][0]["places"][0]["page"] = 999


def change_label(answer):
    answer["quotes"][0]["places"][0]["label"] = "iv"


def move_box(answer):
    answer["quotes"][0]["places"][0]["boxes"][0][0] += 1


def change_footnote(answer):
    answer["quotes"][0]["footnotes"] = [n + 1 for n in answer["quotes"][0]["footnotes"]]


def drop_footnotes(answer):
    answer["quotes"][0]["footnotes"] = []


def change_scope(answer):
    answer["quotes"][0]["scope"] = "none"


def change_note(answer):
    note = answer["quotes"][0]["notes"][0]
    note["raw"] = note["raw"].replace("2", "3", 1)


def change_raw(answer):
    note = answer["sources"][0]["footnotes"][0]
    note["raw"] = note["raw"].replace(",", ";", 1)


def change_source_footnote(answer):
    answer["sources"][0]["footnotes"][0]["number"] += 1


def change_source_page(answer):
    answer["sources"][0]["footnotes"][0]["page"] += 1


def change_section(answer):
    answer["quotes"][0]["section"] = ["GOSPODARKA"]


def change_title(answer):
    answer["quotes"][0]["report"]["title"] = "Niemcy"


def change_country(answer):
    answer["quotes"][0]["report"]["countries"] = ["DEU"]


def change_report_date(answer):
    answer["quotes"][0]["report"]["date"] = "2030-01"


def claim_absence(answer):
    answer["status"] = "reported_absence"


def claim_silence(answer):
    answer["status"] = "insufficient_evidence"


def change_address(answer):
    answer["sources"][0]["url"] = "https://example.org/"


def change_publisher(answer):
    answer["sources"][0]["publisher"] = "Nikt"


def change_date(answer):
    answer["sources"][0]["date"] = "2019-01-01"


def change_statement(answer):
    answer["statements"][0]["text"] += " Na pewno."


def point_statement_elsewhere(answer):
    answer["statements"][0]["quotes"] = [99]


def rest_statement_on_nothing(answer):
    answer["statements"][0]["quotes"] = []


def change_what_stands_before(answer):
    quote = answer["quotes"][0]
    place = dict(quote["places"][0])
    quote["before"] = {
        "text": "Karę zniesiono.",
        "places": [{"page": place["page"], "start": 0, "end": 15}],
    }


def put_itself_before(answer):
    quote = answer["quotes"][0]
    place = {name: quote["places"][0][name] for name in ("page", "start", "end")}
    quote["before"] = {"text": quote["text"], "places": [place]}


def change_report(answer):
    answer["quotes"][0]["report"]["id"] = "0" * 64


def forget_places(answer):
    answer["quotes"][0]["places"] = []


CHANGES = [value for value in list(globals().values()) if callable(value)]
CHANGES = [
    change
    for change in CHANGES
    if getattr(change, "__module__", "") == __name__
    and getattr(change, "__code__", None) is not None
    and change.__code__.co_varnames[:1] == ("answer",)
]


def test_an_answer_as_it_was_given_differs_in_nothing(originals, figures, penalty):
    assert differences(figures, originals) == []
    assert differences(penalty, originals) == []


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_every_change_is_found(originals, figures, change):
    changed = copy.deepcopy(figures)
    change(changed)

    found = differences(changed, originals)

    assert changed != figures
    assert found


def test_only_the_sentence_right_before_may_be_said_to_stand_there(originals, penalty):
    """True words of an earlier page would be read as what the quote points back at."""
    changed = copy.deepcopy(penalty)
    quote = changed["quotes"][0]
    far = originals.page(quote["report"]["id"], 1).body[:40]
    quote["before"] = {"text": far, "places": [{"page": 1, "start": 0, "end": 40}]}

    assert quote["places"][0]["page"] > 1
    assert any(
        "to stand before it does not" in d for d in differences(changed, originals)
    )


def test_a_dropped_negation_is_found(originals, penalty):
    changed = copy.deepcopy(penalty)
    quote = changed["quotes"][0]
    quote["text"] = quote["text"].replace("nie grozi", "grozi")

    found = differences(changed, originals)

    assert [line for line in found if line.startswith("quote 1: it says")]


def test_near_passages_are_checked_too(service, penalty):
    changed = copy.deepcopy(penalty)
    assert changed["near"]
    changed["near"][0]["text"] += "!"

    found = differences(changed, StoredOriginals(service.shelf))

    assert [line.split(":")[0] for line in found] == ["near passage 1"]


@pytest.mark.parametrize("document", [[], {}, {"quotes": 1}, {"quotes": [{}]}, None])
def test_what_is_no_answer_is_refused(service, document):
    with pytest.raises(BadRequestError, match="not an answer"):
        differences(document, StoredOriginals(service.shelf))


# --- the command ----------------------------------------------------------------------


@pytest.fixture
def paper(tmp_path, penalty):
    """Write an answer, changed first; return its path."""

    def write(change=lambda answer: None):
        changed = copy.deepcopy(penalty)
        change(changed)
        path = tmp_path / "answer.json"
        path.write_text(json.dumps(changed), "utf-8")
        return path

    return write


@pytest.mark.parametrize("pdf", [(), ("--pdf", KAZAKHSTAN)])
def test_a_true_answer_exits_0(paper, command, pdf):
    ended = command("verify", paper(), *pdf)

    assert ended.code == 0, ended.out + ended.err
    assert "word for word" in ended.out


@pytest.mark.parametrize("pdf", [(), ("--pdf", KAZAKHSTAN)])
def test_a_changed_answer_exits_1_and_names_the_difference(paper, command, pdf):
    ended = command("verify", paper(change_letter), *pdf)

    assert ended.code == 1
    assert ended.out.startswith("quote 1: it says")


def test_an_answer_is_verified_from_the_pdf_alone(paper, command, tmp_path):
    ended = command("verify", paper(), "--pdf", KAZAKHSTAN, "--indexes", tmp_path)

    assert ended.code == 0, ended.out + ended.err

"""A running service takes up the index that an indexing run publishes."""

from __future__ import annotations

import io
import json
import threading
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from tests.fakes import FakeEmbedder, FakeScorer
from tests.fakes_index import digest_of, index_with_fake, settings_in, write_pdf
from tests.fakes_web import FakeService

from coi_qa import wiring
from coi_qa.adapters.keeper import Upload
from coi_qa.errors import DamagedIndexError, NotFoundError
from coi_qa.server import create_app
from coi_qa.service import LiveService
from coi_qa.wiring import build_keeper, build_live_service

UZBEK = (
    "Uzbekistan. Raport testowy numer dwa",
    "Zapora w Czarwaku ma wysokosc 168 metrow i pilnuje jej wojsko.",
)


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    write_pdf(folder / "kazachstan.pdf")
    return folder


@pytest.fixture
def settings(tmp_path, corpus):
    settings = replace(settings_in(tmp_path), corpus_dir=corpus)
    index_with_fake(settings, corpus)
    return settings


@pytest.fixture
def live(settings):
    return build_live_service(settings, embedder=FakeEmbedder(), scorer=FakeScorer())


def files(service):
    return [imprint.file_name for imprint in service.imprints()]


def test_a_published_index_is_served_without_a_new_start(live, settings, corpus):
    before, first = live.index_id, files(live)
    write_pdf(corpus / "uzbekistan.pdf", UZBEK)
    built = index_with_fake(settings, corpus)

    assert first == ["kazachstan.pdf"]
    assert live.index_id == built.index_id != before
    assert files(live) == ["kazachstan.pdf", "uzbekistan.pdf"]
    answer = live.ask("Jaka wysokosc ma zapora w Czarwaku w Uzbekistanie?")
    found = " ".join(quote.text for quote in (*answer.quotes, *answer.near))
    assert UZBEK[1] in found


def test_the_defects_of_a_report_are_kept_in_its_index(live, settings, corpus):
    path = write_pdf(corpus / "uzbekistan.pdf", UZBEK)
    index_with_fake(settings, corpus)
    (defect,) = live.defects(digest_of(path))

    assert (defect.kind, defect.page) == ("claim_without_footnote", 1)
    assert UZBEK[1] in defect.text
    with pytest.raises(NotFoundError):
        live.defects("0" * 64)


def test_an_index_of_another_embedder_is_passed_over(live, settings, corpus):
    class Other(FakeEmbedder):
        name = "other@00000000"

    before = live.index_id
    wiring.build_index(settings, [corpus], progress=NoProgress(), embedder=Other())

    assert live.index_id == before
    assert files(live) == ["kazachstan.pdf"]


class NoProgress:
    def reading(self, path, *, at, of): ...

    def embedding(self, *, pages, of): ...


class Opened:
    """An index that was opened; its name is all that is asked of it."""

    def __init__(self, index_id):
        self.index_id = index_id

    def country_name(self, code):
        return f"{code} of {self.index_id}"


def test_others_go_on_with_the_old_index_while_the_new_one_is_opened():
    current, begun, go = ["a"], threading.Event(), threading.Event()

    def reopen(before):
        begun.set()
        go.wait(timeout=60)
        return Opened("b")

    live = LiveService(Opened("a"), current_id=lambda: current[0], reopen=reopen)
    current[0] = "b"
    seen = []
    opener = threading.Thread(target=lambda: seen.append(live.country_name("KAZ")))
    opener.start()
    begun.wait(timeout=60)
    meanwhile = live.country_name("KAZ")
    go.set()
    opener.join()

    assert (meanwhile, seen) == ("KAZ of a", ["KAZ of b"])
    assert live.country_name("KAZ") == "KAZ of b"


def test_a_request_ends_with_the_index_that_it_began_with(tmp_path):
    current = ["kaz-1"]

    class Exchanging(FakeService):
        """Its index is exchanged while its reports are listed."""

        def imprints(self):
            current[0] = "kaz-2"
            return super().imprints()

    class Emptied(FakeService):
        def page_count(self, report_id):
            raise NotFoundError("Tego raportu tu nie ma.")

    emptied = Emptied(tmp_path)
    emptied.index_id = "kaz-2"
    live = LiveService(
        Exchanging(tmp_path), current_id=lambda: current[0], reopen=lambda _: emptied
    )
    client = TestClient(create_app(live))

    assert client.get("/v1/reports").status_code == 200
    assert live.index_id == "kaz-2"
    # The control: the index that came after would have refused.
    assert client.get("/v1/reports").status_code == 404


def test_a_damaged_index_is_tried_once_and_the_next_one_taken_up():
    current, tried = ["a"], []

    def reopen(before):
        tried.append(current[0])
        if current[0] == "damaged":
            raise DamagedIndexError("vectors.faiss is damaged")
        return Opened(current[0])

    live = LiveService(Opened("a"), current_id=lambda: current[0], reopen=reopen)
    current[0] = "damaged"
    first = [live.index_id, live.index_id]
    current[0] = "c"

    assert first == ["a", "a"]
    assert live.index_id == "c"
    assert tried == ["damaged", "c"]


@pytest.mark.model
def test_the_real_command_indexes_what_was_added(
    settings, corpus, default_embedder, monkeypatch, model_cache
):
    """Everything is as the service starts it: the process, its model, its progress."""
    for name in ("state", "indexes"):
        folder = getattr(settings, f"{name}_dir")
        monkeypatch.setenv(f"COI_QA_{name.upper()}_DIR", str(folder))
    monkeypatch.setenv("COI_QA_MODEL_CACHE", str(model_cache))
    wiring.build_index(
        settings, [corpus], progress=NoProgress(), embedder=default_embedder
    )
    live = build_live_service(settings, embedder=default_embedder, scorer=FakeScorer())
    keeper = build_keeper(settings, live)
    source = write_pdf(settings.state_dir / "sent.pdf", UZBEK)
    keeper.add(
        [Upload("uzbekistan.pdf", io.BytesIO(source.read_bytes()))],
        {"title": "Uzbekistan", "country": "Uzbekistan"},
    )
    while (state := keeper.state()).phase == "running":
        threading.Event().wait(0.2)

    assert (state.phase, state.code) == ("done", 0), state.log
    assert live.index_id == state.status["built"]["index"]
    assert [i.countries for i in live.imprints()] == [("KAZ",), ("UZB",)]
    journal = (settings.state_dir / "library.jsonl").read_text("utf-8")
    assert json.loads(journal)["did"] == "added"

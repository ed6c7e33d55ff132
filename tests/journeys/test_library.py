"""The library page: what it shows to everybody, and what only this machine may do."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient
from tests.fakes_library import (
    DONE,
    FAILING,
    ended,
    keeper_in,
    refusing,
    waiting_for,
)
from tests.fakes_web import IMPRINTS, KAZAKHSTAN, PDF, ZELMARIA, FakeService

from coi_qa.domain.dates import PartialDate
from coi_qa.server import MAX_BODY_BYTES, create_app
from coi_qa.web.guards import is_relayed

OTHER = PDF.replace(b"Catalog", b"Another")
NEWER = "e" * 64


class LibraryService(FakeService):
    """Holds one report, which is in the corpus, and whatever else a test gives it."""

    def __init__(self, folder, *more):
        super().__init__(folder)
        self.shown = (IMPRINTS[0], *more)

    def imprints(self):
        return self.shown

    def page_count(self, report_id):
        return 3


class Page(HTMLParser):
    """The links, forms and words of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], ""
        self.feed(text)
        self.words = " ".join(self.words.split())

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += f"{data} "

    def all(self, tag, name):
        return [
            attrs[name] for known, attrs in self.tags if known == tag and name in attrs
        ]


@pytest.fixture
def start(tmp_path):
    """Return a client of a library on this machine, and its keeper."""

    def start(script=DONE, *more, **options):
        service = LibraryService(tmp_path, *more)
        keeper = keeper_in(tmp_path, script, imprints=service.shown)
        (keeper.folder / IMPRINTS[0].file_name).write_bytes(PDF)
        app = create_app(service, keeper=keeper, **options)
        return TestClient(app, follow_redirects=False), keeper

    return start


def send(client, *files, **fields):
    """Send the form with (name, bytes) of each file."""
    return client.post(
        "/library/reports",
        data=fields,
        files=[("reports", (name, data, "application/pdf")) for name, data in files],
    )


def names(keeper):
    return sorted(path.name for path in keeper.folder.glob("*.pdf"))


# --- for everybody --------------------------------------------------------------------


def test_reports_are_shown_with_what_is_known_of_them(tmp_path):
    newer = replace(IMPRINTS[0], id=NEWER, date=PartialDate(2026, 3), edition="2")
    client = TestClient(create_app(LibraryService(tmp_path, newer)))
    page = Page(client.get("/library").text)

    assert "Urząd do Spraw Cudzoziemców" in page.words
    assert "październik 2025" in page.words and "marzec 2026" in page.words
    assert "Zastąpiony nowszym wydaniem: marzec 2026" in page.words
    assert "Zastępuje październik 2025" in page.words
    links = page.all("a", "href")
    assert f"/reports/{KAZAKHSTAN}/pages/1" in links
    assert f"/v1/reports/{KAZAKHSTAN}/file" in links
    assert f"/library/{KAZAKHSTAN}#usterki" in links


def test_a_report_has_a_page_with_its_defects(tmp_path):
    client = TestClient(create_app(LibraryService(tmp_path)))
    page = Page(client.get(f"/library/{KAZAKHSTAN}").text)

    assert "Usterki raportu: 2" in page.words
    assert "Data w przypisie 33 nie istnieje." in page.words
    assert "06.06.20216" in page.words
    assert page.all("a", "href").count(f"/reports/{KAZAKHSTAN}/pages/3") == 2


def test_defects_that_nobody_looked_for_are_not_said_to_be_none(tmp_path):
    client = TestClient(create_app(LibraryService(tmp_path, IMPRINTS[1])))

    assert "nie sprawdzono" in client.get("/library").text
    assert "jeszcze nie sprawdzono" in client.get(f"/library/{ZELMARIA}").text


def test_a_report_that_is_not_there_has_no_page(start):
    client, _ = start()

    assert client.get(f"/library/{'0' * 64}").status_code == 404
    assert client.get(f"/library/{'0' * 64}/withdraw").status_code == 404


# --- only on this machine -------------------------------------------------------------


def test_elsewhere_the_forms_are_absent_and_refused(tmp_path):
    client = TestClient(create_app(LibraryService(tmp_path)), follow_redirects=False)

    assert Page(client.get("/library").text).all("form", "action") == []
    asked = [
        send(client, ("raport.pdf", OTHER)),
        client.post("/library/run"),
        client.get(f"/library/{KAZAKHSTAN}/withdraw"),
        client.post(f"/library/{KAZAKHSTAN}/withdraw", data={"reason": "Stary."}),
    ]
    assert [response.status_code for response in asked] == [403] * 4
    assert all("tylko na komputerze" in response.text for response in asked)


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via", "X-Real-IP"]
)
def test_what_a_proxy_brings_is_not_from_this_machine(start, header):
    client, keeper = start()
    client.headers[header] = "192.0.2.7"

    assert send(client, ("raport.pdf", OTHER)).status_code == 403
    assert names(keeper) == [IMPRINTS[0].file_name]
    for path in ("/library", f"/library/{KAZAKHSTAN}", "/library/run"):
        assert Page(client.get(path).text).all("form", "action") == []


def test_who_speaks_the_http_of_old_is_a_proxy():
    visitor = {"type": "http", "http_version": "1.1", "headers": []}

    assert not is_relayed(visitor)
    assert is_relayed(visitor | {"http_version": "1.0"})


@pytest.mark.parametrize("charset", ["punycode", "unicode_escape", "utf-7", "utf-16"])
def test_a_form_in_another_encoding_is_not_read(start, charset):
    client, keeper = start()
    kind = f"multipart/form-data; boundary=B; charset={charset}"
    text = "--B\r\nContent-Disposition: form-data; name=reason\r\n\r\n%s\r\n--B--\r\n"
    for path, words in (
        (f"/library/{KAZAKHSTAN}/withdraw", r"\ud800"),
        ("/library/reports", "a" * 100_000),
        ("/", r"\ud800"),
    ):
        response = client.post(
            path, content=text % words, headers={"Content-Type": kind}
        )
        assert response.status_code == 415
        assert "UTF-8" in response.text

    assert names(keeper) == [IMPRINTS[0].file_name]
    plain = kind.replace(charset, "UTF-8")
    read = client.post(
        f"/library/{KAZAKHSTAN}/withdraw",
        content=text % "",
        headers={"Content-Type": plain},
    )
    assert read.status_code == 422  # read, and found empty


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}],
    ids=str,
)
def test_a_page_of_another_site_changes_nothing(start, headers):
    client, keeper = start()
    client.headers.update(headers)
    asked = [
        send(client, ("raport.pdf", OTHER)),
        client.post("/library/run"),
        client.post(f"/library/{KAZAKHSTAN}/withdraw", data={"reason": "Stary."}),
    ]

    assert [response.status_code for response in asked] == [403] * 3
    assert names(keeper) == [IMPRINTS[0].file_name]
    assert keeper.state().phase == "none"


def test_the_services_own_page_adds_a_report(start):
    """The control: the same form from the service itself is taken."""
    client, keeper = start()
    client.headers["Origin"] = "http://testserver"
    response = send(client, ("raport.pdf", OTHER), title="Nowy", country="Kazachstan")
    ended(keeper)

    assert (response.status_code, response.headers["location"]) == (303, "/library/run")
    assert names(keeper) == [IMPRINTS[0].file_name, "raport.pdf"]
    page = Page(client.get("/library/run").text)
    assert "Indeksowanie zakończone" in page.words
    assert "Usługa odpowiada już z nowego indeksu." in page.words


# --- what is sent ---------------------------------------------------------------------


def test_several_reports_are_added_and_the_bad_ones_named(start):
    client, keeper = start()
    response = send(
        client,
        ("dobry.pdf", OTHER),
        ("list.pdf", b"Dear Sir or Madam"),
        ("kopia.pdf", PDF),
        ("../ucieczka.pdf", OTHER + b"\n"),
    )
    ended(keeper)
    page = Page(client.get(response.headers["location"]).text)

    assert names(keeper) == ["dobry.pdf", IMPRINTS[0].file_name, "ucieczka.pdf"]
    assert "list.pdf : To nie jest plik PDF" in page.words
    assert f"już w bibliotece pod nazwą: {IMPRINTS[0].file_name}" in page.words
    assert "nazwę pliku zmieniono na bezpieczną" in page.words


@pytest.mark.parametrize(
    ("files", "fields", "words"),
    [
        ([], {}, "Wybierz co najmniej jeden plik PDF"),
        ([("x.pdf", b"")], {}, "Plik jest pusty"),
        ([("x.pdf", b"GIF89a")], {}, "To nie jest plik PDF"),
        ([("x.pdf", PDF[:40])], {}, "Plik jest urwany"),
        ([("x.pdf", PDF)], {}, "bajt w bajt"),
        ([(IMPRINTS[0].file_name, OTHER)], {}, "niczego nie nadpisano"),
        ([("x.pdf", OTHER)], {"date": "kiedyś"}, "nie data"),
        ([("x.pdf", OTHER), ("y.pdf", OTHER)], {"title": "T"}, "przy jednym pliku"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_cannot_be_added_is_said_and_nothing_changes(start, files, fields, words):
    client, keeper = start()
    response = send(client, *files, **fields)

    assert response.status_code == 422
    assert words in Page(response.text).words
    assert names(keeper) == [IMPRINTS[0].file_name]
    assert keeper.state().phase == "none"
    for value in fields.values():
        assert value in Page(response.text).all("input", "value")


def test_reports_that_are_too_large_are_refused_with_the_limit(start):
    client, keeper = start(upload_mb=1)
    response = send(client, ("duzy.pdf", OTHER + b" " * 2**20))

    assert response.status_code == 413
    assert "więcej niż 1 MB" in response.text
    assert names(keeper) == [IMPRINTS[0].file_name]


def test_a_report_of_nearly_the_limit_is_taken(start):
    """The control: it is the limit that refuses, and a question's is far below."""
    client, keeper = start(upload_mb=1)
    large = OTHER + b" " * (2**20 - 4096)

    assert len(large) > MAX_BODY_BYTES
    assert send(client, ("duzy.pdf", large)).status_code == 303
    ended(keeper)
    assert "duzy.pdf" in names(keeper)


def test_a_question_may_still_not_be_as_large_as_a_report(start):
    client, _ = start()

    assert client.post("/", data={"question": "x" * MAX_BODY_BYTES}).status_code == 413


def test_more_files_than_a_form_may_have_are_refused(start):
    client, keeper = start()
    response = send(client, *[(f"{n}.pdf", OTHER) for n in range(51)])

    assert response.status_code == 422
    assert "najwyżej 50 plików" in response.text
    assert names(keeper) == [IMPRINTS[0].file_name]


def test_a_body_that_is_no_form_is_refused(start):
    client, keeper = start()
    response = client.post(
        "/library/reports",
        content=b"--x\r\nno form",
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )

    assert response.status_code == 422
    assert names(keeper) == [IMPRINTS[0].file_name]


# --- the run --------------------------------------------------------------------------


def test_while_a_run_goes_on_its_page_renews_itself(start, tmp_path):
    client, keeper = start(waiting_for(tmp_path / "go"))
    send(client, ("raport.pdf", OTHER))
    try:
        while "z 7" not in (text := client.get("/library/run").text):
            pass
        page = Page(text)
        assert "Czytanie raportów: 3 z 7 (raport.pdf)" in page.words
        assert page.all("meta", "http-equiv") == ["refresh"]
        assert "Trwa indeksowanie" in client.get("/library").text
        again = send(client, ("drugi.pdf", OTHER + b"\n"))
        assert (again.status_code, "Trwa indeksowanie" in again.text) == (409, True)
    finally:
        (tmp_path / "go").touch()
    ended(keeper)

    assert Page(client.get("/library/run").text).all("meta", "http-equiv") == []


def test_a_report_that_the_run_cannot_read_is_named_with_the_reason(start):
    client, keeper = start(refusing("raport.pdf", "no_text_layer"))
    send(client, ("raport.pdf", OTHER))
    ended(keeper)
    page = Page(client.get("/library/run").text)

    assert "raport.pdf : To skan bez warstwy tekstowej" in page.words
    assert "Dodane raporty" not in page.words
    assert names(keeper) == [IMPRINTS[0].file_name]


def test_a_run_that_failed_is_told_and_can_be_begun_again(start):
    client, keeper = start(FAILING)
    send(client, ("raport.pdf", OTHER))
    ended(keeper)
    page = Page(client.get("/library/run").text)

    assert "brakuje miejsca na dysku" in page.words
    assert "coi-qa: no room" in page.words
    assert page.all("form", "action") == ["/library/run"]
    assert client.post("/library/run").status_code == 303
    ended(keeper)


def test_an_index_that_is_not_served_yet_is_told(start):
    client, keeper = start(DONE.replace("kaz-1", "kaz-2"))
    send(client, ("raport.pdf", OTHER))
    ended(keeper)

    assert "uruchom ją ponownie" in client.get("/library/run").text


# --- withdrawing ----------------------------------------------------------------------


def test_a_report_is_withdrawn_after_a_question_and_with_a_reason(start):
    client, keeper = start()
    send(client, ("raport.pdf", OTHER))
    ended(keeper)
    asked = Page(client.get(f"/library/{KAZAKHSTAN}/withdraw").text)
    assert "Wycofać ten raport?" in asked.words
    assert names(keeper) == [IMPRINTS[0].file_name, "raport.pdf"]

    without = client.post(f"/library/{KAZAKHSTAN}/withdraw", data={"reason": " "})
    assert (without.status_code, "Podaj powód" in without.text) == (422, True)

    done = client.post(f"/library/{KAZAKHSTAN}/withdraw", data={"reason": "<b>Stary"})
    ended(keeper)
    assert done.headers["location"] == "/library/run"
    assert names(keeper) == ["raport.pdf"]
    assert "&lt;b&gt;Stary" in client.get("/library").text


def test_the_only_report_is_not_withdrawn(start):
    client, keeper = start()
    response = client.post(f"/library/{KAZAKHSTAN}/withdraw", data={"reason": "Stary."})

    assert (response.status_code, "jedyny raport" in response.text) == (422, True)
    assert names(keeper) == [IMPRINTS[0].file_name]


def test_a_folder_that_lacks_reports_of_the_index_is_told(start):
    client, keeper = start(DONE, IMPRINTS[1])
    response = send(client, ("raport.pdf", OTHER))

    assert response.status_code == 422
    assert IMPRINTS[1].file_name in Page(response.text).words
    assert names(keeper) == [IMPRINTS[0].file_name]


# --- no script, no style of its own ---------------------------------------------------


def test_no_page_of_the_library_needs_what_the_policy_forbids(start):
    client, keeper = start(refusing("raport.pdf", "damaged"))
    send(client, ("raport.pdf", OTHER), ("x.pdf", b""))
    ended(keeper)
    paths = ["", f"/{KAZAKHSTAN}", f"/{KAZAKHSTAN}/withdraw", "/run"]

    for path in paths:
        response = client.get(f"/library{path}")
        page = Page(response.text)
        assert response.status_code == 200
        assert "unsafe" not in response.headers["content-security-policy"]
        assert set(page.all("script", "src")) == {"/static/app.js"}
        assert not {"style", "iframe"} & {tag for tag, _ in page.tags}
        assert not any({"style", "onclick"} & set(attrs) for _, attrs in page.tags)

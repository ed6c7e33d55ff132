"""What each tool takes and gives, and what a model is told when a call is wrong."""

from __future__ import annotations

import copy
import io
import json
import logging
import re
from contextlib import contextmanager
from dataclasses import replace

import jsonschema
import pytest
from mcp import Client, MCPError
from tests.fakes_web import (
    DEATH_PENALTY,
    FOOTNOTES,
    KAZAKHSTAN,
    MOSQUES,
    PAGES,
    SECTION,
    SOURCES,
    ZELMARIA,
    FakeOriginals,
    FakeService,
)
from tests.loops import run_in_loop

from coi_qa import chat
from coi_qa.asking import keep_answer
from coi_qa.chat.mcp import INSTRUCTIONS, mcp_server
from coi_qa.chat.mcp_tools import MOST_CHARS
from coi_qa.domain.report import Page
from coi_qa.domain.text import Span
from coi_qa.errors import BusyError, NoUsableIndexError
from coi_qa.log import JsonLines
from coi_qa.service import LiveService

PENALTY = "Czy w Kazachstanie obowiązuje kara śmierci?"
SECRET = "Jan Kowalski, ur. 1990"
CALLS = {
    "ask": {"question": PENALTY, "countries": ["KAZ"], "as_at": "2025"},
    "search": {"query": "bazy wojskowe", "limit": 2},
    "get_passage": {"report": KAZAKHSTAN, "page": 2, "start": 13, "end": 40},
    "resolve_footnote": {"report": KAZAKHSTAN, "number": 33},
    "verify": {
        "quote": {"report": KAZAKHSTAN, "page": 2, "text": DEATH_PENALTY},
    },
    "list_reports": {"country": "Kazachstan"},
}
AT = PAGES[KAZAKHSTAN, 2].body.index(DEATH_PENALTY)


@pytest.fixture
def service(tmp_path):
    return FakeService(tmp_path)


def talk(service, conversation, *, mode="auto", **options):
    """Hold a conversation with a server in this process."""

    async def hold():
        async with Client(mcp_server(service, **options), mode=mode) as client:
            return await conversation(client)

    return run_in_loop(hold)


@pytest.fixture
def call(service):
    """Call a tool."""

    def run(tool, **arguments):
        return talk(service, lambda client: client.call_tool(tool, arguments))

    return run


@pytest.fixture
def logged():
    """What the package logs, as the lines an operator sees."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    package = logging.getLogger("coi_qa")
    level, package.level = package.level, logging.INFO
    package.addHandler(handler)
    yield written
    package.removeHandler(handler)
    package.setLevel(level)


def refusal_of(uri):
    """Return a conversation in which a resource is asked for that cannot be read."""

    async def conversation(client):
        with pytest.raises(MCPError) as refused:
            await client.read_resource(uri)
        return refused.value.message

    return conversation


def text_of(result):
    (block,) = result.content
    return block.text


# --- schemas --------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_every_tool_says_what_it_takes_and_gives(service, mode):
    async def conversation(client):
        return await client.list_tools(), client.instructions

    listed, instructions = talk(service, conversation, mode=mode)

    assert instructions == INSTRUCTIONS
    assert {tool.name for tool in listed.tools} == set(CALLS)
    for tool in listed.tools:
        jsonschema.Draft202012Validator.check_schema(tool.input_schema)
        jsonschema.Draft202012Validator.check_schema(tool.output_schema)
        assert "\n    " not in tool.description  # the margin of a docstring
        hints = tool.annotations
        assert (hints.read_only_hint, hints.idempotent_hint) == (True, True)
        assert (hints.destructive_hint, hints.open_world_hint) == (False, False)
        for name, said in tool.input_schema["properties"].items():
            assert '"description"' in json.dumps(said), name


@pytest.mark.parametrize("tool", CALLS)
def test_what_a_tool_gives_fits_its_schema(service, tool):
    async def conversation(client):
        listed = await client.list_tools()
        return listed, await client.call_tool(tool, CALLS[tool])

    listed, result = talk(service, conversation)

    schema = next(each.output_schema for each in listed.tools if each.name == tool)
    jsonschema.validate(result.structured_content, schema)
    assert not result.is_error
    assert text_of(result)


# --- what they give -------------------------------------------------------------------


def test_an_answer_is_the_one_that_every_door_gives(service, call):
    result = call("ask", **CALLS["ask"])

    given = result.structured_content
    assert given["as_at"] is None  # the stand-in does not say; the date was passed on
    assert str(service.asked[-1][2]) == "2025"
    assert service.answers.get(given["id"]) is not None
    assert json.loads(service.answers.get(given["id"])) == given


def test_an_answer_s_text_has_each_quote_its_number_and_its_notes(call):
    said = text_of(call("ask", question=PENALTY))

    assert f"„{DEATH_PENALTY}” [1]" in said
    assert "**Przypisy**" in said
    assert SOURCES[0].publisher in said


def test_passages_say_that_they_are_not_judged(call):
    result = call("search", query="bazy wojskowe")

    assert result.structured_content["judged"] is False
    assert text_of(result).startswith("Passages near these words, nearest first. Nobo")
    assert [each["number"] for each in result.structured_content["passages"]] == [1, 2]
    assert "[1]" not in text_of(result)  # it would be taken for a quote's of an answer


def test_a_search_that_finds_nothing_says_what_was_searched(call):
    result = call("search", query="chleb", countries=["XZM"])

    assert result.structured_content["searched"]["countries"] == ["XZM"]
    assert text_of(result).startswith("Nie znaleziono zdania.\nPrzeszukano – raporty")


def test_a_passage_has_its_words_place_boxes_and_headings(call):
    start, end = AT, AT + len(DEATH_PENALTY)
    result = call("get_passage", report=KAZAKHSTAN, page=2, start=start, end=end)

    page, given = PAGES[KAZAKHSTAN, 2], result.structured_content
    assert text_of(result) == given["text"] == DEATH_PENALTY
    assert (given["start"], given["end"]) == (start, end)
    assert given["boxes"] == [list(box) for box in page.boxes(Span(start, end))]
    assert given["section"] == list(SECTION)
    assert given["length"] == len(page.body)
    assert given["url"] == f"/reports/{KAZAKHSTAN}/pages/2"


def test_a_page_is_read_whole_without_a_range(call):
    given = call("get_passage", report=KAZAKHSTAN, page=1).structured_content

    assert given["text"] == PAGES[KAZAKHSTAN, 1].body
    assert (given["label"], given["pages"], given["section"]) == ("i", 3, [])


def test_addresses_are_where_readers_reach_the_service(service):
    result = talk(
        service,
        lambda client: client.call_tool("get_passage", CALLS["get_passage"]),
        public_url="https://coi.example",
    )

    url = result.structured_content["url"]
    assert url == f"https://coi.example/reports/{KAZAKHSTAN}/pages/2"


def test_a_footnote_is_given_as_printed_with_its_source_and_its_problems(call):
    result = call("resolve_footnote", report=KAZAKHSTAN, number=33)

    (found,) = result.structured_content["footnotes"]
    assert (found["page"], found["raw"]) == (3, FOOTNOTES[1].raw)
    assert found["source"]["publisher"] == "Orda.kz"
    assert found["source"]["problems"] == ["date_invalid", "url_missing"]
    assert "! w raporcie podano niemożliwą datę („06.06.20216”)" in text_of(result)


def test_no_address_that_is_none_is_put_beside_a_footnote(call):
    result = call("resolve_footnote", report=KAZAKHSTAN, number=34)

    source_line = text_of(result).splitlines()[1]
    assert source_line == "  = ACLED"


def test_all_footnotes_of_a_number_are_given_where_numbering_restarts(service):
    again = replace(FOOTNOTES[2], number=33, page_number=7)

    class Restarting(FakeOriginals):
        def footnotes(self, report_id):
            return [*super().footnotes(report_id), (again, SOURCES[2])]

    service.originals = lambda: Restarting(service)

    async def conversation(client):
        arguments = {"report": KAZAKHSTAN, "number": 33}
        both = await client.call_tool("resolve_footnote", arguments)
        one = await client.call_tool("resolve_footnote", arguments | {"page": 7})
        return both, one

    both, one = talk(service, conversation)

    pages = [note["page"] for note in both.structured_content["footnotes"]]
    assert pages == [3, 7]
    assert [n["raw"] for n in one.structured_content["footnotes"]] == [again.raw]


def test_reports_are_listed_all_or_by_the_country_s_name_or_code(call):
    listed = [
        [
            each["id"]
            for each in call("list_reports", **of).structured_content["reports"]
        ]
        for of in ({}, {"country": "Kazachstan"}, {"country": "XZM"})
    ]

    assert listed == [[KAZAKHSTAN, ZELMARIA], [KAZAKHSTAN], [ZELMARIA]]


# --- verify ---------------------------------------------------------------------------


@pytest.fixture
def answer(service):
    return json.loads(keep_answer(service, PENALTY))


def test_an_answer_stands_on_its_pages_quote_by_quote(call, answer):
    checked = call("verify", answer=answer).structured_content

    assert checked["is_faithful"], checked["differences"]
    assert [(q["kind"], q["number"], q["is_faithful"]) for q in checked["quotes"]] == [
        ("quote", 1, True),
        ("quote", 2, True),
    ]


def test_one_changed_digit_is_told_of_the_quote_that_has_it(call, answer):
    changed = copy.deepcopy(answer)
    changed["quotes"][1]["text"] = MOSQUES.replace("2 826", "2 827")
    changed["statements"][1]["text"] = changed["quotes"][1]["text"]

    result = call("verify", answer=changed)

    checked = result.structured_content
    assert [each["is_faithful"] for each in checked["quotes"]] == [True, False]
    assert "2 827" in checked["quotes"][1]["differences"][0]
    assert checked["differences"] == [
        f"quote 2: {checked['quotes'][1]['differences'][0]}"
    ]
    assert text_of(result).startswith("It differs:\n- quote 2: it says")


def test_what_is_in_no_quote_is_told_as_well(call, answer):
    changed = answer | {"status": "insufficient_evidence"}

    checked = call("verify", answer=changed).structured_content

    assert [each["is_faithful"] for each in checked["quotes"]] == [True, True]
    assert checked["differences"] == [
        "its status is 'insufficient_evidence' with 2 quotes"
    ]
    assert not checked["is_faithful"]


def test_an_answer_is_verified_by_its_id(call, answer):
    assert call("verify", answer_id=answer["id"]).structured_content["is_faithful"]


def test_an_exported_answer_that_was_changed_breaks_its_seal(call, answer):
    sealed = answer | {"pack": {"version": 1, "sha256": "0" * 64}}

    checked = call("verify", answer=sealed).structured_content

    assert "something was changed after it was exported" in checked["differences"][0]


def quote_at(text, start, end, **more):
    return {
        "report": KAZAKHSTAN,
        "page": 2,
        "text": text,
        "start": start,
        "end": end,
        **more,
    }


def test_a_quote_is_held_to_its_place_and_a_changed_letter_told(call):
    end = AT + len(DEATH_PENALTY)
    right = call("verify", quote=quote_at(DEATH_PENALTY, AT, end))
    wrong = call("verify", quote=quote_at(DEATH_PENALTY.replace("P", "p"), AT, end))

    assert right.structured_content["quotes"][0]["is_sentence"]
    assert text_of(right) == "It stands on its page, word for word."
    assert not wrong.structured_content["is_faithful"]


def test_a_quote_over_a_page_break_names_both_places(call):
    head, tail = PAGES[KAZAKHSTAN, 2].body, PAGES[KAZAKHSTAN, 3].body
    start = head.index("Władze zarejestrowały")
    rest = MOSQUES[len(head) - start + 1 :]
    further = [{"page": 3, "start": 0, "end": len(rest)}]
    quote = quote_at(MOSQUES, start, len(head), further=further)

    assert tail.startswith(rest)
    assert call("verify", quote=quote).structured_content["is_faithful"]


def test_half_a_sentence_stands_but_is_told_to_be_no_sentence(call):
    """A "nie" before it may be what was cut off."""
    half = DEATH_PENALTY[DEATH_PENALTY.index("przewiduje") :]
    result = call("verify", quote={"report": KAZAKHSTAN, "page": 2, "text": half})

    (checked,) = result.structured_content["quotes"]
    assert (checked["is_faithful"], checked["is_sentence"]) == (True, False)
    assert "may turn what it means" in text_of(result)


@pytest.mark.parametrize("cut", ["2 82", "826 meczetów", "meczet"])
def test_a_number_or_word_cut_short_does_not_stand_on_the_page(call, cut):
    quote = {"report": KAZAKHSTAN, "page": 2, "text": cut}

    assert cut in PAGES[KAZAKHSTAN, 2].body
    assert not call("verify", quote=quote).structured_content["is_faithful"]


def test_what_is_printed_otherwise_is_told_even_where_its_place_is_looked_for(call):
    quote = {"report": KAZAKHSTAN, "page": 2, "text": DEATH_PENALTY.upper()}

    (difference,) = call("verify", quote=quote).structured_content["differences"]

    assert difference.startswith("it says 'PRAWO KAZACHSTANU")
    assert "the page says 'Prawo Kazachstanu" in difference


# --- what is wrong --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("ask", {"question": " "}, "Pytanie jest puste"),
        ("ask", {"question": "a" * 2001}, "może mieć najwyżej 2000"),
        ("ask", {"question": "a" * 4001}, "question: String should have at most 4000"),
        ("ask", {}, "question: Field required."),
        ("ask", {"question": PENALTY, "countries": "KAZ"}, "countries: Input should"),
        (
            "ask",
            {"question": PENALTY, "country": "KAZ"},
            "ask takes no 'country' (did you mean 'countries'?); expected as_at, "
            "countries, question.",
        ),
        ("ask", {"question": PENALTY, "ctx": 1}, "ask takes no 'ctx'"),
        (
            "ask",
            {"question": PENALTY, "countries": ["Narnia"]},
            "Nieznany kraj: „Narnia”. Give an ISO 3166-1 alpha-3 code",
        ),
        ("ask", {"question": PENALTY, "as_at": "wczoraj"}, "(as_at) to nie data"),
        ("search", {"query": ""}, "Pytanie jest puste"),
        ("search", {"query": "x", "limit": 21}, "limit: Input should be less than or"),
        ("search", {"query": "x", "limit": 0}, "limit: Input should be greater"),
        ("get_passage", {"report": "x", "page": 1}, "Ids of reports and how many page"),
        ("get_passage", {"report": KAZAKHSTAN, "page": 4}, "Raport nie ma strony 4."),
        ("get_passage", {"report": KAZAKHSTAN, "page": 0}, "page: Input should be gr"),
        ("get_passage", {"report": KAZAKHSTAN, "page": 10**30}, "page: Input should"),
        (
            "get_passage",
            {"report": KAZAKHSTAN, "page": 1, "start": 5, "end": 999},
            "Page 1 has 34 characters; 5 to 999 is no range of it.",
        ),
        (
            "get_passage",
            {"report": KAZAKHSTAN, "page": 1, "start": 5, "end": 5},
            "5 to 5 is no range",
        ),
        ("resolve_footnote", {"report": "x", "number": 1}, "nie ma raportu"),
        (
            "resolve_footnote",
            {"report": KAZAKHSTAN, "number": 33, "page": 2},
            "The report has no footnote 33 on page 2. Take number and page from",
        ),
        ("verify", {}, "Found 0 things to verify, expected one: answer, answer_id or"),
        ("verify", {"answer": {}, "answer_id": "x"}, "Found 2 things"),
        ("verify", {"answer": {}}, "not an answer: KeyError('quotes')"),
        ("verify", {"answer": {"quotes": [{"number": "1"}]}}, "not an answer"),
        ("verify", {"answer_id": "x"}, "Nie ma odpowiedzi o tym adresie"),
        (
            "verify",
            {"quote": {"report": KAZAKHSTAN, "page": 2, "text": "x", "start": 3}},
            "One of start and end is given; give both, or neither",
        ),
        (
            "verify",
            {"quote": quote_at("x", 9, 3)},
            "expected a start that is less than its end",
        ),
        ("verify", {"quote": {"report": "x", "page": 1, "text": "x"}}, "strony 1"),
        ("list_reports", {"country": "Narnia"}, "Nieznany kraj: „Narnia”."),
        (
            "read",
            {},
            "There is no tool 'read'; expected ask, get_passage, list_reports",
        ),
    ],
)
def test_what_is_wrong_is_told_in_our_words(call, tool, arguments, said):
    result = call(tool, **arguments)

    assert result.is_error
    assert said in text_of(result)
    assert not re.search("Traceback|pydantic|Error executing", text_of(result))
    assert result.structured_content is None


def test_a_place_beyond_its_page_is_a_difference(call, answer):
    for at in ({"end": 10**6}, {"page": 10**30}, {"page": 9}):
        changed = copy.deepcopy(answer)
        changed["quotes"][0]["places"][0] |= at
        checked = call("verify", answer=changed).structured_content
        assert "its place does not exist" in checked["quotes"][0]["differences"][0]


def test_what_was_sent_is_not_repeated(call):
    result = call("ask", question=[SECRET])

    assert text_of(result).startswith("question: Input should be a valid string.")
    assert SECRET not in text_of(result)


def test_a_passage_that_is_too_long_is_asked_for_in_parts(service, call):
    body = "a" * (MOST_CHARS + 1)
    long = Page(1, "1", 595.0, 842.0, body, bytes(16 * len(body)))
    service.page = lambda report, number: long

    whole = call("get_passage", report=KAZAKHSTAN, page=1)
    part = call("get_passage", report=KAZAKHSTAN, page=1, start=1)

    assert "expected 20000 at most; ask for them in parts" in text_of(whole)
    assert part.structured_content["text"] == body[1:]


def test_a_busy_service_asks_to_try_again(service, call):
    def refuse(*_, **__):
        raise BusyError("Zbyt wiele pytań czeka na odpowiedź.")

    service.ask = refuse

    result = call("ask", question=PENALTY)

    assert result.is_error
    assert text_of(result) == (
        "Zbyt wiele pytań czeka na odpowiedź. "
        "Too many are asking; try again in a few seconds."
    )


def test_an_unexpected_failure_is_logged_without_words_and_told_without_any(
    service, call, logged
):
    def fail(*_, **__):
        raise RuntimeError(SECRET)

    service.ask = fail

    result = call("ask", question=SECRET)

    assert result.is_error
    assert text_of(result).startswith("The service met an unexpected error")
    (line,) = map(json.loads, logged.getvalue().splitlines())
    assert (line["event"], line["error"]) == ("unexpected_error", "RuntimeError")
    assert line["at"].endswith(f":{fail.__code__.co_firstlineno + 1}")
    assert SECRET not in text_of(result) + logged.getvalue()


def test_a_refusal_is_logged_by_its_kind_alone(service, call, logged):
    call("ask", question=PENALTY, countries=[SECRET])

    (line,) = map(json.loads, logged.getvalue().splitlines())
    assert (line["event"], line["kind"]) == ("answer_refused", "UnknownCountryError")
    assert SECRET not in logged.getvalue()


def test_a_server_gives_the_root_of_all_logs_no_handler(service):
    root = logging.getLogger()
    before, root.handlers = root.handlers, []
    try:
        mcp_server(service)
        after = list(root.handlers)
    finally:
        root.handlers = before

    assert after == []


def test_the_library_alone_would_give_it_one():
    """The control."""
    root = logging.getLogger()
    before, root.handlers = root.handlers, []
    try:
        chat.mcp.MCPServer("any")
        after = list(root.handlers)
    finally:
        root.handlers = before

    assert after != []


# --- resources ------------------------------------------------------------------------


def test_reports_and_their_pages_are_resources(service):
    async def conversation(client):
        uri = f"coi://reports/{KAZAKHSTAN}"
        return (
            await client.list_resources(),
            await client.list_resource_templates(),
            await client.read_resource(uri),
            await client.read_resource(f"{uri}/pages/2"),
        )

    listed, templates, report, page = talk(service, conversation)

    assert [each.name for each in listed.resources] == [
        "kazachstan-2025-10.pdf",
        "zelmaria-2024.pdf",
    ]
    assert "październik 2025; on KAZ." in listed.resources[0].description
    assert [each.uri_template for each in templates.resource_templates] == [
        "coi://reports/{report}",
        "coi://reports/{report}/pages/{number}",
    ]
    assert json.loads(report.contents[0].text)["pages"] == 3
    assert page.contents[0].text == PAGES[KAZAKHSTAN, 2].body
    assert page.contents[0].mime_type == "text/plain"


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("coi://reports/x", "Ids of reports"),
        ("coi://reports/x/pages/1", "Raport nie ma strony 1."),
        (f"coi://reports/{KAZAKHSTAN}/pages/0", "Raport nie ma strony 0."),
        (f"coi://reports/{KAZAKHSTAN}/pages/one", "'one' is no page"),
        (f"coi://reports/{KAZAKHSTAN}/pages/-1", "'-1' is no page"),
        (f"coi://reports/{KAZAKHSTAN}/pages/{10**30}", "is no page"),
        (f"coi://reports/{KAZAKHSTAN}/pages/..", "Unknown resource"),
        ("coi://elsewhere", "Unknown resource"),
        ("file:///etc/passwd", "Unknown resource"),
    ],
)
def test_a_resource_that_is_none_is_told(service, uri, said):
    assert said in talk(service, refusal_of(uri))


def test_an_index_that_cannot_be_used_is_told_of_a_resource(service):
    def refuse(*_):
        raise NoUsableIndexError("no index; run 'coi-qa index'")

    service.page = refuse

    said = talk(service, refusal_of("coi://reports/x/pages/1"))

    assert said == "no index; run 'coi-qa index'"


# --- one index ------------------------------------------------------------------------


class Passing(FakeService):
    """An index that another one takes the place of as soon as it is listed."""

    def __init__(self, folder):
        super().__init__(folder)
        self.current = self.index_id

    def imprints(self):
        self.current = "empty"
        return super().imprints()


class Empty(FakeService):
    def __init__(self, folder):
        super().__init__(folder)
        self.index_id = "empty"

    def page_count(self, report_id):
        raise AssertionError("asked of another index")


@pytest.fixture
def live(tmp_path):
    passing = Passing(tmp_path)
    return LiveService(
        passing,
        current_id=lambda: passing.current,
        reopen=lambda _: Empty(tmp_path),
    )


def test_a_call_ends_with_the_index_that_it_began_with(live):
    result = talk(
        live,
        lambda client: client.call_tool("list_reports", {}),
        holding=live.holding,
    )

    assert len(result.structured_content["reports"]) == 2


def test_without_being_held_it_would_not(live):
    """The control."""
    result = talk(live, lambda client: client.call_tool("list_reports", {}))

    assert result.is_error


def test_holding_is_entered_once_a_call(service):
    entered = []

    @contextmanager
    def holding():
        entered.append(True)
        yield

    async def conversation(client):
        await client.call_tool("list_reports", {})
        await client.read_resource(f"coi://reports/{KAZAKHSTAN}")

    talk(service, conversation, holding=holding)

    assert entered == [True, True]

"""An answer handed out: numbered, resolved, in words, the same bytes each time."""

from __future__ import annotations

import json

import pytest
from tests.fakes_web import (
    DEATH_PENALTY,
    FOOTNOTES,
    IMPRINTS,
    KAZAKHSTAN,
    MOSQUES,
    NEAR,
    PAGES,
    answer_of,
    page_of,
    quote_of,
)

from coi_qa import render, schemas
from coi_qa.domain.answer import Currency, Fault, Statement, Status, Withheld
from coi_qa.domain.source import SourceProblem

CONTRACT_KEYS = [
    "id",
    "question",
    "index",
    "status",
    "statements",
    "quotes",
    "sources",
    "independent_sources",
    "currency",
    "conflicts",
    "searched",
    "withheld",
    "disclaimer",
]


@pytest.fixture
def answer():
    return answer_of(
        "Czy obowiązuje kara śmierci?",
        quote_of(1, DEATH_PENALTY, 0),
        quote_of(2, MOSQUES, 1, 2, scope="cluster"),
    )


@pytest.fixture
def silence():
    return answer_of(
        "Ile kosztuje chleb?",
        status=Status.INSUFFICIENT_EVIDENCE,
        near=(quote_of(1, NEAR, 0),),
        notice="Raporty o tym milczą.",
    )


def test_the_keys_come_in_the_contracts_order_and_ours_last(answer):
    keys = list(render.answer_document(answer))

    ours = ["notice", "confidence", "near", "tellers", "as_at", "writer"]
    assert keys == [*CONTRACT_KEYS, *ours]


def test_an_answer_has_the_fields_of_its_schema_and_no_others(answer, silence):
    for each in (answer, silence):
        document = render.answer_document(each)

        checked = schemas.Answer.model_validate(document)
        assert checked.model_dump() == document


def test_a_quote_says_where_it_stands_and_what_it_rests_on(answer):
    quote = render.answer_document(answer)["quotes"][0]

    boxes = quote["places"][0].pop("boxes")
    start = PAGES[KAZAKHSTAN, 2].body.index(DEATH_PENALTY)
    assert quote == {
        "number": 1,
        "text": DEATH_PENALTY,
        "report": {
            "id": KAZAKHSTAN,
            "title": "Kazachstan. Sytuacja bezpieczeństwa",
            "publisher": "Urząd do Spraw Cudzoziemców",
            "date": "2025-10",
            "countries": ["KAZ"],
            "edition": None,
            "file": "kazachstan-2025-10.pdf",
            "language": "pl",
            "guessed": [],
        },
        "section": ["USTRÓJ I SYTUACJA POLITYCZNA", "KARA ŚMIERCI"],
        "places": [
            {
                "page": 2,
                "label": "2",
                "start": start,
                "end": start + len(DEATH_PENALTY),
            }
        ],
        "footnotes": [18],
        "scope": "sentence",
        "notes": [{"number": 18, "page": 2, "source": 1, "raw": FOOTNOTES[0].raw}],
        "attributed_to": [],
        "undefined": [],
        "dates": {
            "since": None,
            "until": None,
            "oldest_source": None,
            "newest_source": None,
            "accessed": None,
            "report": "2025-10",
        },
        "before": None,
        "superseded_by": None,
    }
    assert [len(box) for box in boxes] == [4]


def test_a_quote_over_a_page_break_has_a_place_on_each_page(answer):
    places = render.answer_document(answer)["quotes"][1]["places"]

    slices = [PAGES[KAZAKHSTAN, p["page"]].body[p["start"] : p["end"]] for p in places]
    assert ([p["page"] for p in places], " ".join(slices)) == ([2, 3], MOSQUES)


def test_a_source_says_what_is_wrong_with_it(answer):
    source = render.answer_document(answer)["sources"][1]

    assert source == {
        "number": 2,
        "footnotes": [
            {"report": KAZAKHSTAN, "number": 33, "page": 3, "raw": FOOTNOTES[1].raw}
        ],
        "publisher": "Orda.kz",
        "title": "Казахстан: регистрация религиозных объединений",
        "date": None,
        "url": None,
        "problems": ["date_invalid", "url_missing"],
        "kind": "media",
        "filters": None,
        "accessed": None,
        "originator": None,
        "notes_in_report": 1,
    }


def test_footnotes_of_one_number_lead_to_their_own_sources():
    restarted = FOOTNOTES[1].__class__(1, 18, 3, "18 Orda.kz", (), 1)
    first, second = quote_of(1, DEATH_PENALTY, 0), quote_of(2, MOSQUES, 1)
    second = second.__class__(
        2,
        second.text,
        second.imprint,
        second.section,
        second.places,
        (restarted,),
        second.scope,
    )

    listed = render.notes(render.answer_document(answer_of("?", first, second)))

    assert [note.sources[0].parts[0] for note in listed] == [
        "Amnesty International",
        "Orda.kz",
    ]


def test_the_same_answer_gives_the_same_bytes(answer):
    text = render.answer_json(answer)

    assert text == render.answer_json(answer)
    assert json.loads(text) == render.answer_document(answer)
    assert "przewiduje kary śmierci" in text  # not as \u escapes
    assert text.startswith('{\n  "id": ')


def test_a_report_says_what_was_guessed():
    document = render.report_document(IMPRINTS[1], 12)

    assert schemas.Report.model_validate(document).model_dump() == document
    assert (document["guessed"], document["title"], document["pages"]) == (
        ["date"],
        None,
        12,
    )


def test_a_page_has_one_box_for_each_character_and_none_for_blanks():
    page = page_of(4, ["Na terytorium.", "Trzy bazy"], label="iv")

    document = render.page_document(page)

    assert schemas.Page.model_validate(document).model_dump() == document
    blanks = [at for at, box in enumerate(document["boxes"]) if box is None]
    assert len(document["boxes"]) == len(document["text"])
    assert blanks == [at for at, char in enumerate(page.body) if char == " "]
    assert document["boxes"][0] == [71.0, 780.0, 76.5, 789.0]


def test_the_terminal_shows_words_places_and_resolved_footnotes(answer):
    text = render.answer_text(render.answer_document(answer), columns=999)

    report = (
        "Kazachstan. Sytuacja bezpieczeństwa, Urząd do Spraw Cudzoziemców, "
        "październik 2025"
    )
    assert text.splitlines() == [
        "Pytanie: Czy obowiązuje kara śmierci?",
        "",
        "Oto zdania raportów najbliższe pytaniu. Sprawdź, czy odpowiadają.",
        "",
        f"[1] „{DEATH_PENALTY}”",
        f"    {report}, s. 2",
        "    USTRÓJ I SYTUACJA POLITYCZNA › KARA ŚMIERCI",
        "",
        f"[2] „{MOSQUES}”",
        f"    {report}, s. 2–3",
        "    USTRÓJ I SYTUACJA POLITYCZNA › KARA ŚMIERCI",
        "",
        "Przypisy:",
        f"[1] {report}, s. 2",
        "    przypis 18: Amnesty International, Death sentences and executions 2024, "
        "8 kwietnia 2025, https://www.amnesty.org/en/documents/act50/8976/2025/en/",
        f"[2] {report}, s. 2–3",
        "    przypis 33: Orda.kz, Казахстан: регистрация религиозных объединений",
        "    ! w raporcie podano niemożliwą datę („06.06.20216”)",
        "    ! w raporcie nie podano adresu",
        "    przypis 34: ACLED, filtry: Kazakhstan, 01.01.2023-12.09.2025, "
        "dane pobrano 17 września 2025",
        "    ! adres wydrukowany w raporcie jest uszkodzony",
        "",
        "Aktualność – daty źródeł: 8 kwietnia 2025; źródeł bez daty: 2; "
        "niezależne źródła: 3; raport: październik 2025.",
        "",
        "Przeszukano – raporty: 1; fragmenty: 57; kraje: KAZ; "
        "najnowszy raport: październik 2025.",
        "",
        render.DISCLAIMER,
    ]


def test_the_terminal_is_never_too_narrow_for_its_lines(answer):
    lines = render.answer_text(render.answer_document(answer), columns=72).splitlines()

    assert [line for line in lines if len(line) > 72 and "http" not in line] == []


def test_the_terminal_keeps_near_passages_apart(silence):
    text = render.answer_text(render.answer_document(silence))

    silent, _, near = text.partition(
        "Fragmenty bliskie, których nie uznano za odpowiedź:"
    )
    assert "W przeszukanych raportach nie znaleziono" in silent
    assert "Raporty o tym milczą." in silent
    assert (NEAR in silent, NEAR in near) == (False, True)
    assert "Przypisy:" not in text


def test_the_terminal_numbers_quotes_alone():
    answer = answer_of("?", quote_of(1, DEATH_PENALTY, 0), near=(quote_of(1, NEAR, 0),))

    lines = render.answer_text(render.answer_document(answer), columns=40).splitlines()

    at = next(n for n, line in enumerate(lines) if line.startswith("Fragmenty"))
    marked = [line[:5] for line in lines if line[:1] in ("[", "•")]
    assert marked == ["[1] „", "[1] K", "• „Na"]
    assert [line for line in lines[at:] if "[1]" in line] == []


def test_a_statement_in_words_of_its_own_is_shown_with_its_marks():
    answer = answer_of(
        "?",
        quote_of(1, DEATH_PENALTY, 0),
        statements=(Statement("Kazachstan nie przewiduje kary śmierci", (1,)),),
    )
    document = render.answer_document(answer)

    assert "Kazachstan nie przewiduje kary śmierci [1]" in render.answer_text(document)
    assert len(render.statements_apart(document)) == 1


def test_nothing_that_was_printed_or_typed_steers_a_terminal():
    answer = answer_of("\x1b[2J\x9b31mCzy\x07?", quote_of(1, DEATH_PENALTY, 0))

    text = render.answer_text(render.answer_document(answer))

    assert [c for c in text if ord(c) < 32 or 127 <= ord(c) < 160] == ["\n"] * (
        text.count("\n")
    )


def test_a_withheld_statement_says_why():
    answer = answer_of(
        "?", withheld=(Withheld("Zginęło 500 osób.", Fault.NOT_IN_QUOTES),)
    )

    text = render.answer_text(render.answer_document(answer))

    assert "Wstrzymano: Zginęło 500 osób. (tych słów nie ma w cytatach)" in text


def test_warnings_are_shown_where_nothing_was_quoted():
    answer = answer_of("?", currency=Currency(warnings=("Jest nowsze wydanie.",)))

    lines = render.currency_words(render.answer_document(answer))

    assert lines == ["Jest nowsze wydanie."]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (Status, render.STATUS_WORDS),
        (SourceProblem, render.PROBLEM_WORDS),
        (Fault, render.FAULT_WORDS),
    ],
)
def test_every_value_of_the_domain_has_its_words(values, words):
    assert set(words) == {each.value for each in values}


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://www.amnesty.org/a", "https://www.amnesty.org/a"),
        ("http://doingbusiness.kz/en", "http://doingbusiness.kz/en"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//orda.kz/x", None),
        ("https://[broken", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_become_links(url, shown):
    assert render.web_address(url) == shown


def test_a_place_counted_otherwise_than_printed_gives_both():
    places = [{"page": 6, "label": "iv"}, {"page": 7, "label": "v"}]

    assert render.place_words(places) == "s. iv–v (6.–7. strona pliku)"

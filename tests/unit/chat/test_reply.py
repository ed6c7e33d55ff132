"""Messages: each number leads to its quote, and words are shown as they are."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from tests.fakes_web import DEATH_PENALTY, MOSQUES, NEAR, answer_of, quote_of

from coi_qa.chat.reply import escaped, inside, link, reply_to
from coi_qa.domain.answer import (
    Conflict,
    Currency,
    Fault,
    Side,
    Statement,
    Status,
    Withheld,
)
from coi_qa.domain.claims import Relation
from coi_qa.render import answer_document

SITE = "https://coi.example.org"
MARK = re.compile(r"\[(\d+)\]")
HOSTILE = (
    "1. Zakaz [2] dotyczy *wszystkich*, `kod`, _pochyłe_, snake_case, <b>x</b>, "
    "![obraz](http://zly.example/x.png), [link](http://zly.example), [1]: x, &lt;, "
    "$E=mc^2$, \\[3], ~~nie~~ # i > i | koniec"
)
PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            "[1] [2](x) ![a](b) * ** _ ` ``` < > # - + 1. 2) \\ & &amp; $ ~ ~~ | ] [ ) "
            "( ! : http://a.pl „ ”".split()
        ),
        st.text(alphabet="abż1 .,", max_size=8),
    ),
    max_size=12,
)


def shown(markdown):
    """The words that a reader of Markdown sees."""
    parser = MarkdownIt("commonmark").enable(["strikethrough", "table"])
    words = []
    for block in parser.parse(markdown):
        for token in block.children or ():
            assert token.type in ("text", "text_special"), token.type
            words.append(token.content)
    return "".join(words)


def reply(*quotes, completed=False, **changed):
    answer = answer_of("Czy jest kara?", *quotes, **changed)
    return reply_to(
        answer_document(answer),
        site=SITE,
        countries={"KAZ": "Kazachstan"},
        was_completed=completed,
    )


class TestEscaped:
    def test_hostile_words_are_shown_as_they_are(self):
        assert shown(escaped(HOSTILE)) == HOSTILE
        assert shown(f"„{inside(HOSTILE)}”") == f"„{HOSTILE}”"

    def test_without_it_they_are_not(self):
        with pytest.raises(AssertionError):
            shown(HOSTILE)

    @given(PIECES)
    def test_any_words_are_shown_as_they_are(self, pieces):
        words = " ".join(" ".join(pieces).split())
        assert shown(escaped(words)) == words
        assert shown(f"„{inside(words)}”") == f"„{words}”"

    @given(PIECES)
    def test_no_words_make_a_number_of_ours(self, pieces):
        assert not MARK.search(escaped(" ".join(pieces)))

    def test_plain_words_stay_as_they_are(self):
        assert escaped(MOSQUES) == MOSQUES

    @given(PIECES)
    def test_a_link_has_its_words_and_one_address(self, pieces):
        words = " ".join(" ".join(pieces).split())
        made = MarkdownIt().parse(link(words or "x", "http://a.pl/?q=1"))[1].children
        opened = [t.attrs["href"] for t in made if t.type == "link_open"]
        assert opened == ["http://a.pl/?q=1"]
        said = "".join(t.content for t in made if t.type in ("text", "text_special"))
        assert said == (words or "x")

    @pytest.mark.parametrize(
        "url",
        ["http://a.pl/x_(y)", "http://a.pl/a b", "http://a.pl/<q>)", "http://a/ż"],
    )
    def test_no_address_ends_its_link_early(self, url):
        children = MarkdownIt().parse(link("x", url))[1].children
        assert [token.type for token in children] == ["link_open", "text", "link_close"]


class TestReply:
    def test_each_number_has_a_citation_at_its_place(self):
        made = reply(quote_of(1, DEATH_PENALTY, 0), quote_of(2, MOSQUES, 1, 2))
        body, _, listed = made.text.partition("**Przypisy**")
        marks = [(m.start(), m.end(), int(m[1])) for m in MARK.finditer(body)]
        assert marks == [(c.start, c.end, c.number) for c in made.citations]
        assert [int(n) for n in MARK.findall(listed)] == [1, 2]

    def test_a_citation_has_all_of_its_quote(self):
        made = reply(quote_of(1, MOSQUES, 1, 2))
        (citation,) = made.citations
        assert citation.cited_text == MOSQUES
        assert citation.page == 2
        assert [place["page"] for place in citation.places] == [2, 3]
        assert citation.url.startswith(f"{SITE}/reports/")
        assert citation.url.endswith(f"/pages/2?answer={'a' * 32}&quote=1#znaleziony")
        assert [note["number"] for note in citation.footnotes] == [33, 34]
        assert citation.footnotes[0]["source"]["publisher"] == "Orda.kz"

    def test_a_number_of_a_piece_stands_in_that_piece(self):
        made = reply(quote_of(1, DEATH_PENALTY, 0), quote_of(2, MOSQUES, 1))
        at = 0
        for piece in made.pieces:
            for citation in piece.citations:
                mark = piece.text[citation.start - at : citation.end - at]
                assert mark == f"[{citation.number}]"
            at += len(piece.text)

    def test_the_list_leads_to_page_and_source(self):
        text = reply(quote_of(1, DEATH_PENALTY, 0)).text
        listed = text.partition("**Przypisy**")[2]
        assert "[1] [Kazachstan. Sytuacja bezpieczeństwa" in listed
        assert "s. 2]" in listed
        assert "przypis 18: Amnesty International" in listed
        assert "(https://www.amnesty.org/en/documents/act50/8976/2025/en/)" in listed

    def test_what_is_wrong_with_a_source_is_said(self):
        listed = reply(quote_of(1, MOSQUES, 1)).text.partition("**Przypisy**")[2]
        assert "uwaga: w raporcie podano niemożliwą datę („06.06.20216”)" in listed

    def test_an_address_that_is_none_is_no_link(self):
        assert "javascript" not in reply(quote_of(1, MOSQUES, 2)).text

    def test_a_written_statement_goes_before_its_quote(self):
        made = reply(
            quote_of(1, DEATH_PENALTY, 0),
            statements=(Statement("Kary śmierci nie ma.", (1,)),),
        )
        assert made.text.index("Kary śmierci nie ma. [1]") < made.text.index("„Prawo")
        assert [citation.number for citation in made.citations] == [1, 1]

    def test_a_statement_in_the_words_of_its_quote_is_not_repeated(self):
        assert reply(quote_of(1, DEATH_PENALTY, 0)).text.count(DEATH_PENALTY) == 1

    def test_the_completed_question_comes_first(self):
        text = reply(quote_of(1, DEATH_PENALTY, 0), completed=True).text
        assert text.startswith("*Pytanie odczytane z rozmowy:* Czy jest kara?\n")
        assert "odczytane" not in reply(quote_of(1, DEATH_PENALTY, 0)).text

    def test_silence_says_what_was_searched_and_shows_what_is_near(self):
        made = reply(
            near=(quote_of(1, NEAR),),
            status=Status.INSUFFICIENT_EVIDENCE,
            notice="W raportach nie znaleziono odpowiedzi.",
        )
        assert "Przeszukano – raporty: 1" in made.text
        assert f"- „{NEAR}” – [Kazachstan" in made.text
        assert "&near=1#" in made.text.replace("?answer=", "&answer=")
        assert made.citations == ()
        assert not MARK.search(made.text)
        assert "Przypisy" not in made.text

    def test_sides_of_a_conflict_have_their_numbers(self):
        sides = [
            Side(number, value, "osób", None, None, None, None, (), None)
            for number, value in ((1, "5"), (2, "7"))
        ]
        made = reply(
            quote_of(1, DEATH_PENALTY, 0),
            quote_of(2, MOSQUES, 1),
            conflicts=(Conflict("zabici", Relation.CONFLICT, tuple(sides)),),
        )
        assert "- 5 osób [1]\n- 7 osób [2]\n" in made.text
        assert [c.number for c in made.citations] == [1, 2, 1, 2]

    def test_a_warning_s_number_is_a_mark_and_a_title_s_is_none(self):
        made = reply(
            quote_of(1, DEATH_PENALTY, 0),
            currency=Currency(warnings=("Starsze: [1] 2011, [7] i „Raport [1]”.",)),
        )
        assert r"Starsze: [1] 2011, \[7\] i „Raport \[1\]”." in made.text
        assert [c.number for c in made.citations] == [1, 1]

    def test_what_was_withheld_is_counted(self):
        held = (Withheld("Kara jest.", Fault.NOT_IN_QUOTES),)
        made = reply(quote_of(1, DEATH_PENALTY, 0), withheld=held)
        assert "Wstrzymano zdań: 1" in made.text
        assert "Kara jest." not in made.text

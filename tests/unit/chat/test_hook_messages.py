"""Messages of each product: nothing is markup that was not ours, nothing is cut up."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coi_qa.chat.hook_messages import (
    MATTERMOST,
    ROCKETCHAT,
    SLACK,
    TEAMS,
    Words,
    fitting,
    words_of,
)
from coi_qa.chat.reply import Piece, escaped, inside, link

ALL = (MATTERMOST, ROCKETCHAT, SLACK, TEAMS)
ADDRESS = "http://127.0.0.1:8000/answers/a"
texts = st.text(st.sampled_from(list("ab ż.1[]()<>|*_~`\\&#@:!$+-=„”\n")), max_size=40)


@given(texts)
def test_words_of_a_report_come_out_as_they_went_in(text):
    quiet = " ".join(text.split())
    found = words_of(f"„{inside(quiet)}”")

    assert "".join(words.text for words in found) == f"„{quiet}”"
    assert all(not w.url and not w.is_bold and not w.is_italic for w in found)


@given(texts)
def test_words_that_open_a_line_do_too(text):
    quiet = " ".join(text.split())

    assert "".join(words.text for words in words_of(escaped(quiet))) == quiet


@given(texts)
def test_a_link_keeps_its_words_and_address(text):
    quiet = " ".join(text.split())

    (found,) = words_of(link(quiet, ADDRESS)) if quiet else [Words("", url=ADDRESS)]
    assert found == Words(quiet, url=ADDRESS)


def test_what_is_ours_keeps_its_look():
    assert words_of("**Przypisy**\n\n- *a* [1]") == [
        Words("Przypisy", is_bold=True),
        Words("\n\n• "),
        Words("a", is_italic=True),
        Words(" [1]"),
    ]


@given(texts)
def test_slack_is_given_blocks_that_it_does_not_parse(text):
    quiet = " ".join(text.split())
    message = SLACK.message([Piece(f"„{inside(quiet)}” [1]")])
    (section,) = message["blocks"][0]["elements"]

    assert section["elements"] == [{"type": "text", "text": f"„{quiet}” [1]"}]
    assert html.unescape(message["text"]) == f"„{quiet}” [1]"
    assert "<" not in message["text"]


@given(texts)
def test_teams_is_given_text_without_elements(text):
    quiet = " ".join(text.split())
    said = TEAMS.message([Piece(f"„{inside(quiet)}” [1]")])["text"]

    assert "<" not in said
    assert html.unescape(said) == f"„{quiet}” [1]"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("zwykłe słowa, 12 320 osób", "zwykłe słowa, 12 320 osób"),
        ("*a b* c", "`*a` `b*` c"),
        ("@all i #kanał", "`@all` i `#kanał`"),
        ("[x](http://zly.example)", "`[x](http://zly.example)`"),
        ("o 12:30:45 :smile:", "o `12:30:45` `:smile:`"),
        ("Zespół coi_qa, maj", "Zespół coi_qa, maj"),
        ("_pochyłe_ i żółw_x", "`_pochyłe_` i `żółw_x`"),
        ("a `kod` b", "```\na `kod` b\n```"),
    ],
)
def test_rocket_chat_shows_active_words_as_code(text, shown):
    assert ROCKETCHAT.message([Piece(inside(text))])["text"] == shown


def test_rocket_chat_is_told_where_words_are_that_it_cannot_show():
    said = ROCKETCHAT.message([Piece(inside("a ``` b"))])["text"]

    assert "```" not in said
    assert "na stronie raportu" in said


def test_a_link_with_active_words_shows_its_address():
    said = ROCKETCHAT.message([Piece(link("*Raport*", ADDRESS))])["text"]

    assert said == f"`*Raport*` – {ADDRESS}"


def test_an_address_is_shown_once():
    address = "http://127.0.0.1/a_b_c"

    assert ROCKETCHAT.message([Piece(link(address, address))])["text"] == address


# --- length ---------------------------------------------------------------------------


@pytest.mark.parametrize("product", ALL, ids=lambda p: p.name)
def test_what_fits_is_whole(product):
    pieces = [Piece("a\n"), Piece("b\n")]

    assert fitting(pieces, product, address=ADDRESS) == tuple(pieces)


@pytest.mark.parametrize("product", ALL, ids=lambda p: p.name)
@given(lengths=st.lists(st.integers(1, 9000), max_size=12))
def test_what_does_not_fit_is_cut_between_pieces_with_a_pointer(product, lengths):
    pieces = [Piece(f"<{n}>" + "ż&" * (n // 2)) for n in lengths]
    kept = fitting(pieces, product, address=ADDRESS)
    said = product.message(kept)["text"]

    assert product.length("".join(piece.text for piece in kept)) <= product.most_chars
    assert len(said) <= product.most_chars
    if kept != tuple(pieces):
        assert list(kept[:-1]) == pieces[: len(kept) - 1]
        assert ADDRESS in said
        assert re.search("całość z przypisami", said)

"""A reply in the markup of each chat product, cut to what it takes.

Replies are Markdown of our own making (`chat.reply`), in which a backslash puts each
character of a report out of action. Mattermost reads that as it is. The others know no
such backslash, so their words and links are taken out of it and put into a form in
which nothing of a report can be read as markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final, TypeAlias

from coi_qa.chat.reply import Piece, link

Message: TypeAlias = dict[str, Any]
"""The JSON that a product is answered with."""

_TOKEN: Final = re.compile(
    r"\\(?P<quiet>.)"
    r"|\[(?P<words>(?:\\.|[^\\\[\]])*)\]\((?P<url>[^()\s]*)\)"
    r"|(?P<bold>\*\*)|(?P<italic>\*)"
    r"|(?P<plain>[^\\\[*]+|.)",
    re.DOTALL,
)
_QUIET: Final = re.compile(r"\\(.)")
_BULLET: Final = re.compile(r"(?m)^(\s*)- ")
_POINTER: Final = "Nie wszystko się zmieściło; całość z przypisami"

# What Rocket.Chat reads as markup, mention or emoji, wherever it stands in a word; an
# underscore inside an ASCII word is none.
_ACTIVE_THERE: Final = re.compile(r"[*_~<|@#$\\]|\]\(|!\[|:\S+:|[:;]-?[()DPp]")
_INNER_UNDERSCORES: Final = re.compile(r"(?<=[A-Za-z0-9])_(?=[A-Za-z0-9])")
_ASCII_WORD: Final = re.compile(r"\W*[A-Za-z0-9_]+\W*")
_WORD: Final = re.compile(r"\S+")
_FENCE: Final = "```"
_ELSEWHERE: Final = "(tych słów nie można tu wiernie pokazać; są na stronie raportu)"


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of a message that looks alike; `url` is "" where it is no link."""

    text: str
    is_bold: bool = False
    is_italic: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    """A chat product.

    Attributes:
        name: As in its route.
        most_chars: Of a message, as `length` counts them.
        patience_s: How long it waits for a response, with room for the way.
        message: Makes the response of pieces of a reply.
        length: How long the response's text is.
    """

    name: str
    most_chars: int
    patience_s: float
    message: Callable[[Sequence[Piece]], Message]
    length: Callable[[str], int]


def words_of(markdown: str) -> list[Words]:
    r"""Return what a Markdown of ours says, with nothing left to be interpreted.

    >>> [each.text for each in words_of(r"1\. *a* [s. \[3\]](http://127.0.0.1)")]
    ['1. ', 'a', ' ', 's. [3]']
    """
    found: list[Words] = []
    is_bold = is_italic = False
    for token in _TOKEN.finditer(_BULLET.sub(r"\1• ", markdown)):
        if token["bold"]:
            is_bold = not is_bold
        elif token["italic"]:
            is_italic = not is_italic
        else:
            text = token["quiet"] or token["plain"] or ""
            if token["words"] is not None:
                text = _QUIET.sub(r"\1", token["words"])
            found.append(Words(text, is_bold, is_italic, token["url"] or ""))
    return list(_merged(found))


def fitting(
    pieces: Sequence[Piece], product: Product, *, address: str
) -> tuple[Piece, ...]:
    """Return as many whole pieces as a product takes, and where the rest is.

    Args:
        pieces: Of a reply; one holds one quote or one note, and is never cut.
        product: That is answered.
        address: Of the whole answer.
    """
    lengths = [product.length(piece.text) for piece in pieces]
    if sum(lengths) <= product.most_chars:
        return tuple(pieces)
    pointer = Piece(f"\n{link(_POINTER, address)}\n")
    left, kept = product.most_chars - product.length(pointer.text), 0
    while kept < len(pieces) and lengths[kept] <= left:
        left -= lengths[kept]
        kept += 1
    return (*pieces[:kept], pointer)


# --- Mattermost -----------------------------------------------------------------------


def mattermost_message(pieces: Sequence[Piece]) -> Message:
    """Return Markdown that only the asker sees."""
    return {
        "response_type": "ephemeral",
        "text": _text(pieces),
        "skip_slack_parsing": True,  # else <…> in it is read as Slack's markup
    }


# --- Slack ----------------------------------------------------------------------------


def slack_message(pieces: Sequence[Piece]) -> Message:
    """Return blocks that only the asker sees, and the same as text for notifications.

    Blocks of rich text are not parsed at all. In the text, Slack reads `*` and `_` of a
    report as markup; what could be a link or mention is escaped.
    """
    sections = [
        {"type": "rich_text_section", "elements": _rich(piece.text)}
        for piece in pieces
        if piece.text.strip()
    ]
    return {
        "response_type": "ephemeral",
        "text": _mrkdwn(_text(pieces)),
        "blocks": [{"type": "rich_text", "elements": sections}],
    }


def _rich(markdown: str) -> list[Message]:
    elements: list[Message] = []
    for words in words_of(markdown):
        style = {"bold": words.is_bold, "italic": words.is_italic}
        element: Message = {"type": "text", "text": words.text}
        if words.url:
            element = {"type": "link", "url": words.url, "text": words.text}
        if any(style.values()):
            element["style"] = {name: True for name, on in style.items() if on}
        elements.append(element)
    return elements


def _mrkdwn(markdown: str) -> str:
    """Return the text in Slack's markup, `&`, `<` and `>` of words escaped."""
    said = []
    for words in words_of(markdown):
        text = _escaped_for_slack(words.text)
        if words.url:
            text = f"<{_escaped_for_slack(words.url)}|{text}>"
        mark = "*" if words.is_bold else "_" if words.is_italic else ""
        said.append(f"{mark}{text}{mark}")
    return "".join(said)


def _escaped_for_slack(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# --- Rocket.Chat ----------------------------------------------------------------------


def rocketchat_message(pieces: Sequence[Piece]) -> Message:
    """Return a post; Rocket.Chat shows it to all who are in the room."""
    return {"text": _rocket(_text(pieces)), "parseUrls": False}


def _rocket(markdown: str) -> str:
    """Return the text in Rocket.Chat's markup.

    It knows no backslash, so a word of a report that it would read as markup is shown
    as code, and a line with a backtick as a block of code: both are shown verbatim.
    """
    return "\n".join(map(_rocket_line, markdown.split("\n")))


def _rocket_line(markdown: str) -> str:
    found = words_of(markdown)
    if any("`" in words.text for words in found):
        shown = "".join(f"{w.text} {w.url}" if w.url else w.text for w in found)
        return _ELSEWHERE if _FENCE in shown else f"{_FENCE}\n{shown}\n{_FENCE}"
    return "".join(map(_rocket_words, found))


def _rocket_words(words: Words) -> str:
    if words.url and words.text == words.url:
        return words.url  # it makes links of addresses itself
    shown = _WORD.sub(_verbatim_there, words.text)
    if words.url and shown != words.text:
        return f"{shown} – {words.url}"
    if words.url:
        return f"[{shown}]({words.url})"
    mark = "*" if words.is_bold else "_" if words.is_italic else ""
    return f"{mark}{shown}{mark}" if shown == words.text else shown


def _verbatim_there(word: re.Match[str]) -> str:
    text = word[0]
    if _ASCII_WORD.fullmatch(text):
        text = _INNER_UNDERSCORES.sub("", text)
    return f"`{word[0]}`" if _ACTIVE_THERE.search(text) else word[0]


# --- Teams ----------------------------------------------------------------------------


def teams_message(pieces: Sequence[Piece]) -> Message:
    """Return a post as HTML; Teams shows it to all who are in the channel."""
    return {"type": "message", "textFormat": "xml", "text": _html(_text(pieces))}


def _html(markdown: str) -> str:
    said = []
    for words in words_of(markdown):
        text = escape(words.text).replace("\n", "<br>")
        if words.url:
            text = f'<a href="{escape(words.url)}">{text}</a>'
        tag = "b" if words.is_bold else "i" if words.is_italic else ""
        said.append(f"<{tag}>{text}</{tag}>" if tag else text)
    return "".join(said)


# --------------------------------------------------------------------------------------

MATTERMOST: Final = Product("mattermost", 16_383, 20, mattermost_message, len)
# What its server is set to take unless somebody changed that.
ROCKETCHAT: Final = Product(
    "rocketchat", 5_000, 8, rocketchat_message, lambda text: len(_rocket(text))
)
SLACK: Final = Product(
    "slack", 12_000, 2.5, slack_message, lambda text: len(_mrkdwn(text))
)
# 28 KB in all; a letter may take two bytes.
TEAMS: Final = Product("teams", 12_000, 4, teams_message, lambda text: len(_html(text)))


def _text(pieces: Sequence[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def _merged(found: Sequence[Words]) -> Iterator[Words]:
    """Yield the stretches, those side by side that look alike as one."""
    before: Words | None = None
    for words in found:
        if before is None:
            before = words
        elif words.url or before.url or _look(words) != _look(before):
            yield before
            before = words
        else:
            before = Words(before.text + words.text, *_look(words))
    if before is not None:
        yield before


def _look(words: Words) -> tuple[bool, bool]:
    return words.is_bold, words.is_italic

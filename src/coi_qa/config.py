"""What two installations may differ in: read once from the environment, then frozen."""

from __future__ import annotations

import difflib
import re
import sys
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final, get_type_hints
from urllib.parse import urlsplit

from coi_qa.errors import SettingsError

PREFIX: Final = "COI_QA_"
LOG_LEVELS: Final = ("debug", "info", "warning", "error")

# Set by whoever runs the checks, to find the material they share; no setting.
_NOT_SETTINGS: Final = frozenset({"COI_QA_SHARED"})

_HOST: Final = re.compile(r"(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?")

_USUAL_PORTS: Final = {"http": ":80", "https": ":443"}

# As long as what HMAC-SHA256 makes (RFC 7518, section 3.2); shorter ones are guessed.
MIN_KEY_BYTES: Final = 32

_MIN_SECRET_CHARS: Final = 8  # products make theirs of 24 and more: one cut off

_YES: Final = frozenset({"1", "true", "yes", "on"})
_NO: Final = frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, slots=True)
class Variable:
    """How a setting's text becomes its value, and what the documentation says of it.

    Attributes:
        read: Returns the value; raises ValueError for a text that is none.
        expected: Ends the sentence "expected …".
        about: What the setting is for.
        may_be_empty: An empty text is a value of its own, not "not set".
        is_secret: No message may repeat what was found.
    """

    read: Callable[[str], object]
    expected: str
    about: str
    may_be_empty: bool = False
    is_secret: bool = False


def _read_path(text: str) -> Path:
    if "\0" in text:
        raise ValueError("no file system has such a path")
    return Path(text).expanduser()


def _read_flag(text: str) -> bool:
    if text.lower() in _YES | _NO:
        return text.lower() in _YES
    raise ValueError("neither yes nor no")


def _read_level(text: str) -> str:
    if text.lower() in LOG_LEVELS:
        return text.lower()
    raise ValueError("no such level")


def _count_up_to(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text)
        if not 1 <= number <= most:
            raise ValueError(f"not from 1 to {most}")
        return number

    return read


def _read_hosts(text: str) -> tuple[str, ...]:
    names = tuple(name.strip().lower() for name in text.split(","))
    for name in names:
        if not _HOST.fullmatch(name):
            raise ValueError(f"{name!r} is no host name")
    return names


def _read_site(text: str) -> str:
    parts = urlsplit(text)
    is_site = parts.scheme in ("http", "https") and _HOST.fullmatch(
        parts.netloc.lower()
    )
    if not is_site or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("no address of a host")
    return f"{parts.scheme}://{parts.netloc}"


def _read_origins(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_read_origin(each.strip()) for each in text.split(",")))


def _read_origin(text: str) -> str:
    """Return an origin as a browser writes it: small letters, no usual port."""
    scheme, _, place = _read_site(text).lower().partition("://")
    if not text.lower() == f"{scheme}://{place}":
        raise ValueError(f"{text!r} is more than an origin")
    return f"{scheme}://{place.removesuffix(_USUAL_PORTS[scheme])}"


def _read_signing_key(text: str) -> str:
    if len(text.encode()) < MIN_KEY_BYTES:
        raise ValueError("too short to be a key")
    return text


def _read_secret(text: str) -> str:
    if len(text) < _MIN_SECRET_CHARS or " " in text or not text.isascii():
        raise ValueError("no such secret")
    return text


def _read_base64(text: str) -> str:
    b64decode(_read_secret(text), validate=True)
    return text


def _default_cache() -> Path:
    return Path.home() / ".cache/coi_qa/models"


def _read_text(text: str) -> str | None:
    return text


def _read_address(text: str) -> str:
    parts = urlsplit(text)
    is_whole = parts.scheme in ("http", "https") and parts.hostname
    if not is_whole or parts.username or parts.query or parts.fragment:
        raise ValueError("no base address of a server")
    _ = parts.port  # raises ValueError where it is none
    return text.rstrip("/")


def _read_bearer_key(text: str) -> str:
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise ValueError("no header can carry it")
    return text


def _read_words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


@dataclass(frozen=True, slots=True)
class Settings:
    """What was set, each under its variable: `answer_days` is COI_QA_ANSWER_DAYS.

    An empty variable counts as not set, except for the two prompts, where it means
    that the model wants none.
    """

    indexes_dir: Annotated[
        Path,
        Variable(
            _read_path,
            "a path",
            "Folder of the indexes and of `CURRENT`, which names the one served.",
        ),
    ] = Path("indexes")
    state_dir: Annotated[
        Path,
        Variable(
            _read_path,
            "a path",
            "What the service writes: answers, feedback, the key of the answer ids, "
            "withdrawn reports.",
        ),
    ] = Path("state")
    corpus_dir: Annotated[
        Path,
        Variable(
            _read_path,
            "a path",
            "Folder of the reports that the library page adds to and withdraws from; "
            "the index is made of exactly these.",
        ),
    ] = Path("corpus")
    runs_dir: Annotated[
        Path,
        Variable(
            _read_path,
            "a path",
            "Folder of the runs that the evaluators' page shows, as "
            "`coi-qa eval --run` stores them.",
        ),
    ] = Path("eval/runs")
    upload_mb: Annotated[
        int,
        Variable(
            _count_up_to(2000),
            "a whole number from 1 to 2000",
            "Megabytes that the reports of one form on the library page may have.",
        ),
    ] = 100
    model_cache: Annotated[
        Path,
        Variable(
            _read_path,
            "a path",
            "Where prepared model weights are kept.",
        ),
    ] = field(default_factory=_default_cache)
    embedding_model: Annotated[
        str | None,
        Variable(
            _read_text,
            "a folder or the name of a model",
            "sentence-transformers model to embed with; unset: the built-in one.",
        ),
    ] = None
    evidence_model: Annotated[
        str | None,
        Variable(
            _read_text,
            "a folder or the name of a model",
            "sentence-transformers CrossEncoder that tells what answers; "
            "unset: the built-in one.",
        ),
    ] = None
    allow_download: Annotated[
        bool,
        Variable(
            _read_flag,
            "true or false",
            "Whether a missing model may be fetched while indexing.",
        ),
    ] = False
    query_prompt: Annotated[
        str | None,
        Variable(
            _read_text,
            "a text, ending in a blank where the model wants one",
            "Put before a question; unset: what the model itself names.",
            may_be_empty=True,
        ),
    ] = None
    passage_prompt: Annotated[
        str | None,
        Variable(
            _read_text,
            "a text, ending in a blank where the model wants one",
            "Put before a chunk; unset: what the model itself names.",
            may_be_empty=True,
        ),
    ] = None
    threads: Annotated[
        int,
        Variable(
            _count_up_to(256),
            "a whole number from 1 to 256",
            "Threads that the model of one serving worker may use.",
        ),
    ] = 1
    log_level: Annotated[
        str,
        Variable(
            _read_level,
            ", ".join(LOG_LEVELS[:-1]) + f" or {LOG_LEVELS[-1]}",
            "The least severe event that is logged.",
        ),
    ] = "info"
    answer_days: Annotated[
        int,
        Variable(
            _count_up_to(3650),
            "a whole number from 1 to 3650",
            "Days that an answer can be opened again after it was last asked for.",
        ),
    ] = 30
    allowed_hosts: Annotated[
        tuple[str, ...],
        Variable(
            _read_hosts,
            "host names, parted by commas; with a port where it is not the usual one",
            "Names that the service is reached by besides 127.0.0.1 and localhost; "
            "unset: no other on a loopback address, any elsewhere.",
        ),
    ] = ()
    public_url: Annotated[
        str,
        Variable(
            _read_site,
            "http:// or https:// and a host, without a path",
            "Where readers of a chat message reach the service, for the addresses in "
            "it; unset: where the chat reaches it.",
        ),
    ] = ""
    embed_origins: Annotated[
        tuple[str, ...],
        Variable(
            _read_origins,
            "http:// or https:// and a host, without a path; parted by commas",
            "Sites whose pages may embed `<coi-qa>`; unset: none "
            "([embedding.md](embedding.md)).",
        ),
    ] = ()
    embed_key: Annotated[
        str,
        Variable(
            _read_signing_key,
            f"a secret of at least {MIN_KEY_BYTES} bytes",
            "Shared with those sites, which sign the tokens of `<coi-qa>` with it; "
            "never shown or logged.",
            is_secret=True,
        ),
    ] = field(default="", repr=False)
    mattermost_token: Annotated[
        str,
        Variable(
            _read_secret,
            "the token of a slash command",
            "Opens `/hooks/mattermost` to it ([commands.md](commands.md)); never shown "
            "or logged.",
            is_secret=True,
        ),
    ] = field(default="", repr=False)
    rocketchat_token: Annotated[
        str,
        Variable(
            _read_secret,
            "the token of an outgoing webhook",
            "Opens `/hooks/rocketchat` to it; never shown or logged.",
            is_secret=True,
        ),
    ] = field(default="", repr=False)
    slack_signing_secret: Annotated[
        str,
        Variable(
            _read_secret,
            "the signing secret of an app",
            "Opens `/hooks/slack` to it; never shown or logged.",
            is_secret=True,
        ),
    ] = field(default="", repr=False)
    teams_secret: Annotated[
        str,
        Variable(
            _read_base64,
            "the security token of an outgoing webhook, in base64",
            "Opens `/hooks/teams` to it; never shown or logged.",
            is_secret=True,
        ),
    ] = field(default="", repr=False)
    operator: Annotated[
        str | None,
        Variable(
            _read_text,
            "a name",
            "Who runs the service; named in its accessibility declaration.",
        ),
    ] = None
    contact: Annotated[
        str | None,
        Variable(
            _read_text,
            "an e-mail address",
            "Where barriers to accessibility and other faults are told.",
        ),
    ] = None
    pdf_passwords: Annotated[
        tuple[str, ...],
        Variable(
            _read_words,
            "passwords with blanks between them",
            "Tried in turn on a PDF that is encrypted; never shown or logged.",
        ),
    ] = field(default=(), repr=False)
    writer: Annotated[
        str | None,
        Variable(
            _read_address,
            "the base address of an OpenAI-compatible server, such as "
            "http://127.0.0.1:8080/v1",
            "Where a language model puts quotes into statements (docs/writer.md); "
            "unset: none does, and nothing leaves the machine.",
        ),
    ] = None
    writer_model: Annotated[
        str | None,
        Variable(
            _read_text,
            "the name by which that server knows a model",
            "The model asked; needed with `COI_QA_WRITER`.",
        ),
    ] = None
    writer_key: Annotated[
        str | None,
        Variable(
            _read_bearer_key,
            "letters, digits and signs of ASCII without blanks",
            "Sent to that server as a bearer token; never shown or logged.",
            is_secret=True,
        ),
    ] = field(default=None, repr=False)
    writer_seconds: Annotated[
        int,
        Variable(
            _count_up_to(600),
            "a whole number from 1 to 600",
            "Seconds that the model may take for an answer; then the quotes are it.",
        ),
    ] = 30

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """Return the settings that the variables of `environ` say.

        Raises:
            SettingsError: a value cannot be used, or a COI_QA_* variable is unknown.

        >>> Settings.from_environ({"COI_QA_ANSWER_DAYS": "7"}).answer_days
        7
        """
        known = _variables()
        for name in environ:
            if name.startswith(PREFIX) and name not in known.keys() | _NOT_SETTINGS:
                raise SettingsError(_unknown(name, known))
        given: dict[str, Any] = {
            _field_name(name): _read(name, variable, environ[name])
            for name, variable in known.items()
            if variable.may_be_empty or environ.get(name, "").strip()
            if name in environ
        }
        settings = cls(**given)
        if settings.embed_origins and not settings.embed_key:
            raise SettingsError(
                "COI_QA_EMBED_ORIGINS is set and COI_QA_EMBED_KEY is not; expected "
                f"both, the key with at least {MIN_KEY_BYTES} bytes, or neither: set "
                "the key that the sites sign their tokens with, or unset the origins"
            )
        if settings.writer and not settings.writer_model:
            raise SettingsError(
                "COI_QA_WRITER_MODEL: not set, expected the name by which the server "
                "in COI_QA_WRITER knows its model; set both or neither"
            )
        return settings


def settings_table() -> str:
    """Return the page `docs/settings.md`."""
    rows = [
        "# Settings",
        "",
        "Read once from the environment when a command starts. Written by",
        "`python -m coi_qa.config > docs/settings.md`.",
        "",
        "| variable | default | expected | |",
        "| --- | --- | --- | --- |",
    ]
    defaults = Settings()
    for name, said in _variables().items():
        value = getattr(defaults, _field_name(name))
        default = "" if value in (None, (), "") else f"`{_shown(value)}`"
        rows.append(f"| `{name}` | {default} | {said.expected} | {said.about} |")
    return "\n".join(rows) + "\n"


def _variables() -> dict[str, Variable]:
    """Return what is known of each COI_QA_* variable, in the order of the fields."""
    hints = get_type_hints(Settings, include_extras=True)
    return {PREFIX + name.upper(): hint.__metadata__[0] for name, hint in hints.items()}


def _field_name(variable_name: str) -> str:
    return variable_name.removeprefix(PREFIX).lower()


def _read(name: str, variable: Variable, text: str) -> object:
    try:
        return variable.read(text if variable.may_be_empty else text.strip())
    except ValueError as exc:
        # The error of a secret's reader does not repeat it either.
        found = f"{len(text.encode())} bytes" if variable.is_secret else repr(text)
        raise SettingsError(
            f"{name}: found {found}, expected {variable.expected}; "
            "correct the variable or unset it"
        ) from (None if variable.is_secret else exc)


def _unknown(name: str, known: Mapping[str, object]) -> str:
    nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]
    return (
        f"{name}: no such setting; the nearest one is {nearest}. "
        "Correct its name or unset it; docs/settings.md lists all"
    )


def _shown(default: object) -> str:
    if isinstance(default, Path):
        return str(default).replace(str(Path.home()), "~", 1)
    return str(default).lower() if isinstance(default, bool) else str(default)


if __name__ == "__main__":
    sys.stdout.write(settings_table())

"""Settings: read once, refused with the variable's name."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from coi_qa.config import Settings, settings_table
from coi_qa.errors import SettingsError

ROOT = Path(__file__).parents[2]


def test_nothing_set_means_the_defaults():
    assert Settings.from_environ({"PATH": "/bin"}) == Settings()
    assert Settings().indexes_dir == Path("indexes")
    assert Settings().model_cache == Path.home() / ".cache/coi_qa/models"


def test_every_setting_is_read_from_its_variable():
    settings = Settings.from_environ(
        {
            "COI_QA_INDEXES_DIR": "/srv/indexes",
            "COI_QA_STATE_DIR": "~/state",
            "COI_QA_CORPUS_DIR": "/srv/reports",
            "COI_QA_RUNS_DIR": "/srv/runs",
            "COI_QA_UPLOAD_MB": "20",
            "COI_QA_MODEL_CACHE": "/srv/models",
            "COI_QA_EMBEDDING_MODEL": "/srv/e5",
            "COI_QA_ALLOW_DOWNLOAD": "Yes",
            "COI_QA_QUERY_PROMPT": "query: ",
            "COI_QA_PASSAGE_PROMPT": "",
            "COI_QA_THREADS": "2",
            "COI_QA_LOG_LEVEL": "WARNING",
            "COI_QA_ANSWER_DAYS": "7",
            "COI_QA_ALLOWED_HOSTS": "COI.lan, [fd00::7]:8443",
            "COI_QA_PDF_PASSWORDS": "tajne  t4jne;2",
        }
    )

    assert settings == Settings(
        indexes_dir=Path("/srv/indexes"),
        state_dir=Path.home() / "state",
        corpus_dir=Path("/srv/reports"),
        runs_dir=Path("/srv/runs"),
        upload_mb=20,
        model_cache=Path("/srv/models"),
        embedding_model="/srv/e5",
        allow_download=True,
        query_prompt="query: ",
        passage_prompt="",
        threads=2,
        log_level="warning",
        answer_days=7,
        allowed_hosts=("coi.lan", "[fd00::7]:8443"),
        pdf_passwords=("tajne", "t4jne;2"),
    )
    assert "tajne" not in repr(settings)


def test_an_empty_variable_counts_as_not_set():
    environ = {"COI_QA_THREADS": "", "COI_QA_EMBEDDING_MODEL": " "}

    assert Settings.from_environ(environ) == Settings()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("COI_QA_THREADS", "zero", "from 1 to 256"),
        ("COI_QA_THREADS", "0", "from 1 to 256"),
        ("COI_QA_ANSWER_DAYS", "30.5", "whole number"),
        ("COI_QA_ALLOW_DOWNLOAD", "maybe", "true or false"),
        ("COI_QA_LOG_LEVEL", "loud", "debug, info, warning or error"),
        ("COI_QA_STATE_DIR", "a\0b", "a path"),
        ("COI_QA_ALLOWED_HOSTS", "coi.lan:https", "host names"),
        ("COI_QA_ALLOWED_HOSTS", "https://coi.lan", "host names"),
        ("COI_QA_ALLOWED_HOSTS", "coi.lan,,x", "parted by commas"),
    ],
)
def test_a_bad_value_names_the_variable_what_was_found_and_what_is_expected(
    name, value, expected
):
    with pytest.raises(SettingsError) as refused:
        Settings.from_environ({name: value})

    said = str(refused.value)
    assert (name in said, repr(value) in said, expected in said) == (True, True, True)


def test_an_unknown_variable_names_the_nearest():
    with pytest.raises(SettingsError, match=r"COI_QA_INDEX_DIR.*COI_QA_INDEXES_DIR"):
        Settings.from_environ({"COI_QA_INDEX_DIR": "x"})


def test_where_the_checks_find_their_material_is_no_setting():
    assert Settings.from_environ({"COI_QA_SHARED": "/srv/shared"}) == Settings()


def test_settings_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        Settings().threads = 4


def test_the_page_on_settings_is_current():
    assert (ROOT / "docs/settings.md").read_text("utf-8") == settings_table()


KEY = "0123456789abcdef" * 2


def test_sites_that_may_embed_are_read_as_browsers_write_them():
    settings = Settings.from_environ(
        {
            "COI_QA_EMBED_ORIGINS": "https://Sprawy.example:443, http://127.0.0.1:8100",
            "COI_QA_EMBED_KEY": KEY,
        }
    )

    assert settings.embed_origins == ("https://sprawy.example", "http://127.0.0.1:8100")
    assert settings.embed_key == KEY
    assert KEY not in repr(settings)


@pytest.mark.parametrize(
    "origin", ["*", "null", "sprawy.example", "https://a/", "https://a/b", "ftp://a"]
)
def test_what_is_no_origin_is_refused(origin):
    with pytest.raises(SettingsError, match="COI_QA_EMBED_ORIGINS"):
        Settings.from_environ({"COI_QA_EMBED_ORIGINS": origin, "COI_QA_EMBED_KEY": KEY})


def test_origins_without_a_key_are_refused_by_name():
    with pytest.raises(SettingsError, match="COI_QA_EMBED_KEY is not"):
        Settings.from_environ({"COI_QA_EMBED_ORIGINS": "https://sprawy.example"})
    assert Settings.from_environ({"COI_QA_EMBED_KEY": KEY}).embed_origins == ()


def test_a_secret_that_is_too_short_is_refused_and_not_repeated():
    with pytest.raises(SettingsError, match="31 bytes, expected") as refused:
        Settings.from_environ({"COI_QA_EMBED_KEY": KEY[:31]})

    assert KEY[:31] not in str(refused.value)


SECRETS = (
    "MATTERMOST_TOKEN",
    "ROCKETCHAT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "TEAMS_SECRET",
)


@pytest.mark.parametrize("name", SECRETS)
def test_the_secrets_of_chat_products_are_read_and_never_shown(name):
    secret = "c2VjcmV0IG9mIGEgcHJvZHVjdA=="
    settings = Settings.from_environ({f"COI_QA_{name}": secret})

    assert getattr(settings, name.lower()) == secret
    assert secret not in repr(settings)


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("secret", ["short", "two words of it", "zażółcenie"])
def test_what_is_no_secret_of_a_product_is_refused_and_not_repeated(name, secret):
    with pytest.raises(SettingsError, match=f"COI_QA_{name}") as refused:
        Settings.from_environ({f"COI_QA_{name}": secret})

    assert secret not in str(refused.value)


def test_the_secret_of_teams_is_base64():
    with pytest.raises(SettingsError, match="in base64"):
        Settings.from_environ({"COI_QA_TEAMS_SECRET": "not/base64-at-all!"})


WRITER = {
    "COI_QA_WRITER": "http://127.0.0.1:8080/v1/",
    "COI_QA_WRITER_MODEL": "bielik",
    "COI_QA_WRITER_KEY": "s3cret",
    "COI_QA_WRITER_SECONDS": "9",
}


def test_the_writer_is_off_until_it_is_set():
    settings = Settings.from_environ(WRITER)

    assert Settings().writer is None
    assert settings.writer == "http://127.0.0.1:8080/v1"
    assert (settings.writer_model, settings.writer_seconds) == ("bielik", 9)
    assert settings.writer_key == "s3cret"


def test_the_key_of_the_writer_is_never_shown():
    assert "s3cret" not in repr(Settings.from_environ(WRITER))
    with pytest.raises(SettingsError) as refused:
        Settings.from_environ(WRITER | {"COI_QA_WRITER_KEY": "s3cret ć"})
    assert "s3cret" not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("address", [
    "127.0.0.1:8080", "ftp://127.0.0.1/v1", "http://", "http://a:b@127.0.0.1/v1",
    "http://127.0.0.1/v1?key=1", "http://127.0.0.1:99999/v1", "file:///etc/passwd",
])  # fmt: skip
def test_an_address_that_is_none_of_a_server_is_refused(address):
    with pytest.raises(SettingsError, match="COI_QA_WRITER: found"):
        Settings.from_environ(WRITER | {"COI_QA_WRITER": address})


def test_a_writer_without_a_model_is_refused():
    with pytest.raises(SettingsError, match="COI_QA_WRITER_MODEL"):
        Settings.from_environ({"COI_QA_WRITER": "http://127.0.0.1:8080/v1"})

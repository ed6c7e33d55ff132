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

"""Reports are put into the folder and taken out; nothing is written over."""

from __future__ import annotations

import io
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fakes_index import digest_of, write_pdf

from coi_qa.adapters.corpus import Corpus, NotTaken, Taken, safe_name
from coi_qa.errors import BadRequestError

ONE = b"%PDF-1.4\n1 0 obj<</A/B>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
OTHER = ONE.replace(b"/A", b"/C")


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    return Corpus(folder)


def take_in(corpus, name, data=ONE, **said):
    return corpus.take_in(io.BytesIO(data), name, said)


def names(corpus):
    return sorted(path.name for path in corpus.folder.iterdir())


def test_a_report_is_kept_with_what_is_said_of_it(corpus):
    taken = take_in(corpus, "raport.pdf", title="Raport", countries=["KAZ"])

    assert isinstance(taken, Taken)
    assert (corpus.folder / "raport.pdf").read_bytes() == ONE
    assert taken.id == digest_of(corpus.folder / "raport.pdf")
    said = tomllib.loads((corpus.folder / "reports.toml").read_text("utf-8"))
    assert said == {"raport.pdf": {"title": "Raport", "countries": ["KAZ"]}}


@pytest.mark.parametrize(
    "name",
    [
        "../outside.pdf",
        "..\\outside.pdf",
        "/etc/outside.pdf",
        "C:\\outside.pdf",
        "a/../../outside.pdf",
        "\0outside.pdf",
        "....//outside.pdf",
    ],
)
def test_a_hostile_name_stays_inside_the_folder(corpus, name):
    taken = take_in(corpus, name)

    assert isinstance(taken, Taken)
    assert [p.name for p in corpus.folder.parent.iterdir()] == ["corpus"]
    assert names(corpus) == [taken.file]
    assert taken.file.endswith("outside.pdf")


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_name_becomes_one_harmless_part_of_a_path(name):
    safe = safe_name(name)

    assert safe.endswith(".pdf") and not safe.startswith(".")
    assert Path(safe).name == safe
    assert "\\" not in safe and safe.isprintable()
    assert len(safe.encode()) <= 140
    assert safe_name(safe) == safe


def test_another_file_of_the_name_is_not_written_over(corpus):
    take_in(corpus, "raport.pdf", ONE, title="Pierwszy")
    refused = take_in(corpus, "RAPORT/raport.PDF", OTHER, title="Drugi")

    assert refused == NotTaken("RAPORT/raport.PDF", "name_taken", "raport.pdf")
    assert (corpus.folder / "raport.pdf").read_bytes() == ONE
    assert "Drugi" not in (corpus.folder / "reports.toml").read_text("utf-8")


def test_the_same_bytes_are_not_kept_twice(corpus):
    take_in(corpus, "raport.pdf")

    assert take_in(corpus, "kopia.pdf") == NotTaken(
        "kopia.pdf", "same_bytes", "raport.pdf"
    )
    assert names(corpus) == ["raport.pdf"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 a document of an office", "not_a_pdf"),
        (b"<html>%PDF</html>", "not_a_pdf"),
        (ONE[:40], "cut_off"),
    ],
)
def test_what_is_no_pdf_leaves_nothing_behind(corpus, data, why):
    assert take_in(corpus, "raport.pdf", data, title="X") == NotTaken("raport.pdf", why)
    assert names(corpus) == []


def test_a_report_taken_out_is_kept_elsewhere_and_nothing_is_said_of_it(
    corpus, tmp_path
):
    write_pdf(corpus.folder / "zostaje.pdf")
    taken = take_in(corpus, "raport.pdf", title="Raport")

    assert corpus.take_out(taken.id, to=tmp_path / "apart") == ("raport.pdf",)
    assert (tmp_path / "apart" / f"{taken.id}.pdf").read_bytes() == ONE
    assert names(corpus) == ["reports.toml", "zostaje.pdf"]
    assert "raport.pdf" not in (corpus.folder / "reports.toml").read_text("utf-8")


def test_a_report_in_a_folder_below_is_found_and_taken_out(corpus, tmp_path):
    below = corpus.folder / "2024"
    below.mkdir()
    path = write_pdf(below / "Stary.PDF")
    (below / "reports.toml").write_text('["Stary.PDF"]\ntitle = "Stary"\n', "utf-8")
    (filed,) = corpus.files()

    assert filed.id == digest_of(path)
    assert corpus.take_out(filed.id, to=tmp_path / "apart") == ("Stary.PDF",)
    assert (below / "reports.toml").read_text("utf-8") == ""


def test_what_is_not_there_is_not_taken_out(corpus, tmp_path):
    assert corpus.take_out("0" * 64, to=tmp_path / "apart") == ()
    assert not (tmp_path / "apart").exists()


def test_a_folder_that_is_missing_costs_a_sentence(tmp_path):
    with pytest.raises(BadRequestError, match="nie da się zmienić"):
        take_in(Corpus(tmp_path / "missing"), "raport.pdf")


def test_a_catalogue_that_cannot_be_changed_keeps_the_report_out(corpus):
    (corpus.folder / "reports.toml").write_text("[oops", "utf-8")

    with pytest.raises(BadRequestError, match=r"reports\.toml"):
        take_in(corpus, "raport.pdf", title="Raport")

    assert names(corpus) == ["reports.toml"]

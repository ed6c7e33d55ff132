"""Notes that say "the same as before" are led back to the one they repeat."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coi_qa.ingest.references import find_repeated

KOWALSKI = "J. Kowalski, Prawo karne Kazachstanu, 2020, s. 11"
NOWAK = "Anna Nowak, Media w Azji, 12.03.2021, https://example.org/media"
OTHER_KOWALSKI = "J. Kowalski, Sądy polowe, 2022"


@pytest.mark.parametrize(
    "again",
    [
        "Tamże",
        "Tamże.",
        "Tamże, s. 12",
        "tamże, s. 12–14.",
        "Tamze, s. 12",
        "TAMŻE",
        "Ibid.",
        "Ibid., p. 12",
        "Ibidem",
        "Ibidem, s. 3.",
        "Por. tamże, s. 12",
        "Zob. też: tamże",
        "See also ibid., p. 7",
        "17 Tamże, s. 12",
        "[17] Ibid.",
        "17) Ibidem",
        "** Tamże, s. 2",
        "loc. cit.",
        "Op. cit., s. 4",
        "Dz. cyt., s. 4",
        "Tenże, dz. cyt., s. 5",
    ],
)
def test_the_same_means_the_note_just_before(again):
    assert find_repeated([KOWALSKI, NOWAK, again]) == [None, None, 1]


@pytest.mark.parametrize(
    "again",
    [
        "Kowalski, dz. cyt., s. 5",
        "J. Kowalski, dz.cyt.",
        "KOWALSKI, op. cit., p. 5",
        "J. Kowalski, op.cit., s. 5",
        "3 J. Kowalski, op. cit.",
        "Zob. J. Kowalski, art. cyt., s. 2",
        "J. Kowalski, Prawo karne, dz. cyt., s. 5",
    ],
)
def test_the_cited_work_is_the_one_of_that_author(again):
    assert find_repeated([KOWALSKI, NOWAK, again]) == [None, None, 0]


def test_chains_lead_to_the_first_note():
    notes = [KOWALSKI, "Tamże, s. 2", NOWAK, "Kowalski, dz. cyt., s. 4", "Ibid.", "Ib."]

    assert find_repeated(notes) == [None, 0, None, 0, 0, 0]


def test_the_title_tells_two_works_of_one_author_apart():
    notes = [KOWALSKI, OTHER_KOWALSKI, "Kowalski, Sądy polowe, dz. cyt., s. 4"]

    assert find_repeated(notes) == [None, None, 1]


def test_an_author_with_two_works_is_not_guessed_nor_what_follows():
    notes = [KOWALSKI, OTHER_KOWALSKI, "Kowalski, dz. cyt., s. 4", "Tamże, s. 5"]

    assert find_repeated(notes) == [None, None, None, None]


def test_a_work_cited_in_full_twice_is_one_work():
    notes = [KOWALSKI, NOWAK, KOWALSKI, "Kowalski, dz. cyt., s. 4"]

    assert find_repeated(notes) == [None, None, None, 0]


@pytest.mark.parametrize(
    "note",
    [
        "Tamżeński Instytut, Raport, 2024",
        "Ibn Sina, Kanon medycyny, 1025",
        "Ibrahim, A., Media, 2024",
        "Por. UNHCR, Global Trends, 2024",
        "CIA, The World Factbook, cyt. za: Orda, 2024",
        "OP, Raport, 2024, https://op.cit.example.org/dz",
        "Tenże, Media w Azji Środkowej, 2022",
        "Raport komisji; tamże, s. 5",
    ],
)
def test_a_note_that_names_its_own_source_repeats_none(note):
    assert find_repeated([KOWALSKI, note]) == [None, None]


@pytest.mark.parametrize("first", ["Tamże", "Ibid.", "Kowalski, dz. cyt.", ""])
def test_a_reference_to_nothing_stays_open(first):
    assert find_repeated([first, "Tamże"])[0] is None


def test_the_same_as_a_reference_that_leads_nowhere_leads_nowhere():
    assert find_repeated(["Tamże", "Ibid.", NOWAK, "Ibid."]) == [None, None, None, 2]


_NOTES = st.sampled_from(
    [KOWALSKI, NOWAK, OTHER_KOWALSKI, "Tamże", "Ibid., s. 2", "Kowalski, dz. cyt."]
) | st.text(max_size=40)


@given(st.lists(_NOTES, max_size=12))
def test_every_reference_leads_back_to_a_note_that_refers_to_none(notes):
    found = find_repeated(notes)

    assert len(found) == len(notes)
    assert [at for at, origin in enumerate(found) if (origin or 0) > at] == []
    assert [o for o in found if o is not None and found[o] is not None] == []


def test_ibid_goes_before_op_cit_in_one_note():
    notes = ["Kowalski, Prawo, 2020", "Nowak, Sądy, 2021", "Ibid., op. cit., s. 3"]

    assert find_repeated(notes) == [None, None, 1]

"""What every `DenseIndex` promises, and what FAISS alone does not."""

from __future__ import annotations

import numpy as np
import pytest
from tests.fakes_index import ListIndex

from coi_qa.adapters.faiss_index import FaissIndex, write_vectors
from coi_qa.errors import DamagedIndexError
from coi_qa.ports import Hit

ROWS, DIM = 12, 8


@pytest.fixture(scope="module")
def stored():
    """Twelve vectors of length one."""
    vectors = np.random.default_rng(7).normal(size=(ROWS, DIM)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class DenseIndexContract:
    """Tests of any dense index; subclasses make it of `stored` vectors."""

    def test_a_stored_vector_is_its_own_nearest_row(self, index, stored):
        nearest = [index.search(stored[row : row + 1], 1)[0] for row in range(ROWS)]

        assert [hit.row for hit in nearest] == list(range(ROWS))
        assert [hit.score for hit in nearest] == pytest.approx([1.0] * ROWS, abs=1e-5)

    def test_the_best_come_first_and_all_come_once(self, index, stored):
        hits = index.search(stored[:1], ROWS)

        assert sorted(hit.row for hit in hits) == list(range(ROWS))
        assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)

    def test_asking_for_more_than_there_are_gives_those_there_are(self, index, stored):
        hits = index.search(stored[:1], 10 * ROWS)

        assert sorted(hit.row for hit in hits) == list(range(ROWS))

    def test_only_the_rows_named_are_looked_at(self, index, stored):
        hits = index.search(stored[:1], 5, rows=[3, 9])

        assert sorted(hit.row for hit in hits) == [3, 9]

    def test_no_rows_give_no_hits(self, index, stored):
        assert index.search(stored[:1], 5, rows=[]) == []

    @pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
    def test_a_vector_that_is_no_number_is_refused(self, index, stored, number):
        broken = stored[:1].copy()
        broken[0, 3] = number

        with pytest.raises(ValueError, match="no neighbours"):
            index.search(broken, 3)

    def test_vectors_come_back_in_the_order_they_were_asked_for(self, index, stored):
        wanted = [7, 0, 11, 7]

        assert np.array_equal(index.vectors(wanted), stored[wanted])

    def test_no_rows_have_no_vectors(self, index):
        assert index.vectors([]).shape == (0, DIM)

    def test_the_same_question_gives_the_same_hits(self, index, stored):
        first, second = (index.search(stored[2:3], 4) for _ in range(2))

        assert first == second
        assert all(isinstance(hit, Hit) for hit in first)


class TestListIndex(DenseIndexContract):
    @pytest.fixture
    def index(self, stored):
        return ListIndex(stored)


class TestFaissIndex(DenseIndexContract):
    @pytest.fixture
    def path(self, tmp_path, stored):
        path = tmp_path / "vectors.faiss"
        write_vectors(stored, path)
        return path

    @pytest.fixture
    def index(self, path):
        return FaissIndex(path, rows=ROWS, dim=DIM)

    def test_it_finds_what_comparing_with_every_row_finds(self, index, stored):
        for query in stored:
            exact = ListIndex(stored).search(query[None], 5, rows=range(2, ROWS))

            found = index.search(query[None], 5, rows=range(2, ROWS))

            assert [hit.row for hit in found] == [hit.row for hit in exact]

    def test_faiss_alone_pads_with_minus_one_and_swallows_nan(self, path, stored):
        """The control: without the adapter both would pass unnoticed."""
        import faiss

        alone = faiss.read_index(str(path))
        _, padded = alone.search(stored[:1], 2 * ROWS)
        _, lost = alone.search(np.full((1, DIM), np.nan, np.float32), 3)

        assert -1 in padded
        assert set(lost[0]) == {-1}

    @pytest.mark.parametrize(("rows", "dim"), [(ROWS + 1, DIM), (ROWS, DIM // 2)])
    def test_another_shape_than_expected_is_damage(self, path, rows, dim):
        with pytest.raises(DamagedIndexError, match=f"expected {rows} of {dim}"):
            FaissIndex(path, rows=rows, dim=dim)

    def test_a_file_that_is_no_index_is_damage(self, tmp_path):
        path = tmp_path / "vectors.faiss"
        path.write_bytes(b"not an index at all")

        with pytest.raises(DamagedIndexError, match="run 'coi-qa index' again"):
            FaissIndex(path, rows=ROWS, dim=DIM)

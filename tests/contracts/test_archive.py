"""What every `Archive` promises."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.fakes_index import MemoryArchive, imprint_of

from coi_qa.domain.report import join_slices
from coi_qa.errors import NotFoundError


class ArchiveContract:
    """Tests of any archive; subclasses say which by the fixture `archive`."""

    @pytest.fixture
    def reports(self, archive):
        return [imprint.id for imprint in archive.imprints()]

    @pytest.fixture
    def rows(self, archive, reports):
        return archive.rows(reports)

    @pytest.fixture
    def sentences(self, archive, rows):
        near = archive.sentences_of(rows)
        return sorted({sentence for group in near.values() for sentence in group})

    def test_it_has_an_id(self, archive):
        assert len(archive.index_id) == 16

    def test_each_report_is_named_once_and_in_a_fixed_order(self, archive, reports):
        assert len(set(reports)) == len(reports) > 1
        assert [imprint.id for imprint in archive.imprints()] == reports

    def test_the_rows_of_the_reports_are_all_rows_and_no_report_shares_one(
        self, archive, reports, rows
    ):
        apart = [row for report in reports for row in archive.rows([report])]

        assert rows == list(range(len(rows)))
        assert sorted(apart) == rows

    def test_no_reports_have_no_rows_and_no_chunks(self, archive):
        assert archive.rows([]) == []
        assert archive.chunk_count([]) == 0

    def test_the_chunks_of_the_reports_add_up(self, archive, reports):
        apart = [archive.chunk_count([report]) for report in reports]

        assert min(apart) > 0
        assert archive.chunk_count(reports) == sum(apart)

    def test_the_sentence_before_is_one_of_its_report(self, archive, sentences):
        found = [archive.evidence(s, score=0.0, similarity=0.0) for s in sentences]
        texts = {(item.imprint.id, item.ordinal): item.text for item in found}

        before = {
            (report, ordinal): archive.places_before(report, ordinal)
            for report, ordinal in texts
        }

        assert any(before.values())
        for (report, ordinal), places in before.items():
            pages = {p.page_number: archive.page(report, p.page_number) for p in places}
            text = join_slices(pages, places)
            assert text in {"", texts.get((report, ordinal - 1), text)}

    def test_every_row_stands_for_some_sentence_of_its_report(self, archive, reports):
        for report in reports:
            near = archive.sentences_of(archive.rows([report]))

            owners = {
                archive.evidence(sentence, score=0.0, similarity=0.0).imprint.id
                for group in near.values()
                for sentence in group
            }
            assert all(near.values())
            assert owners == {report}

    def test_rows_and_sentences_lead_to_each_other(self, archive, sentences):
        rows_of = archive.rows_of(sentences)

        every = sorted({row for own, chunk in rows_of.values() for row in own + chunk})
        stands_for = archive.sentences_of(every)
        lost = [
            (sentence, row)
            for sentence, (own, chunk) in rows_of.items()
            for row in own + chunk
            if sentence not in stands_for[row]
        ]
        assert sorted(rows_of) == sentences
        assert lost == []
        assert all(own and chunk for own, chunk in rows_of.values())

    def test_evidence_says_what_its_places_hold(self, archive, sentences):
        for sentence in sentences:
            evidence = archive.evidence(sentence, score=0.5, similarity=0.25)

            pages = {
                place.page_number: archive.page(place.report_id, place.page_number)
                for place in evidence.places
            }
            assert evidence.text == join_slices(pages, evidence.places) != ""
            assert (evidence.score, evidence.similarity) == (0.5, 0.25)

    def test_every_footnote_has_its_source(self, archive, sentences):
        for sentence in sentences:
            evidence = archive.evidence(sentence, score=0.0, similarity=0.0)

            pairs = zip(evidence.footnotes, evidence.sources, strict=True)
            assert all(note.ordinal in source.footnotes for note, source in pairs)

    @pytest.mark.parametrize("number", [0, 999, -1])
    def test_a_page_that_does_not_exist_is_not_found(self, archive, reports, number):
        with pytest.raises(NotFoundError):
            archive.page(reports[0], number)

    def test_a_page_of_an_unknown_report_is_not_found(self, archive):
        with pytest.raises(NotFoundError):
            archive.page("0" * 64, 1)

    def test_threads_read_the_same(self, archive, sentences):
        def read(sentence):
            return archive.evidence(sentence, score=0.0, similarity=0.0)

        with ThreadPoolExecutor(8) as threads:
            together = list(threads.map(read, sentences))

        assert together == [read(sentence) for sentence in sentences]


class TestMemoryArchive(ArchiveContract):
    @pytest.fixture
    def archive(self):
        return MemoryArchive(
            [
                (imprint_of("a" * 64, "KAZ"), ["Pierwsze zdanie.", "Drugie zdanie."]),
                (imprint_of("b" * 64, "XWA"), ["Trzecie zdanie."]),
            ]
        )


class TestShelf(ArchiveContract):
    @pytest.fixture
    def archive(self, corpus_service):
        return corpus_service.shelf

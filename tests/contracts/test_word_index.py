"""What every `WordIndex` promises; the real one over the sample corpus."""

from __future__ import annotations

import pytest
from tests.fakes_index import PrefixWords

from coi_qa.adapters.word_index import FtsWordIndex

HOSTILE = [
    '"',
    "''",
    '" OR 1=1 --',
    "own: kara",
    "kara AND NOT śmierci",
    "NEAR(kara śmierci, 2)",
    "kara*",
    "^kara",
    "{own around} : kara",
    "-kara +śmierci (",
    "kara\x00śmierci",
    "'; DROP TABLE words; --",
    "%_[]\\",
    "kara ☃ 死刑 🏴",
]


class WordIndexContract:
    """Tests of any word index; `words` and `found` come from subclasses.

    `found(query, ...)` is the text of each hit, in order.
    """

    def test_an_inflected_form_finds_its_sentence(self, found):
        first = found("O karze śmierci w Kazachstanie")[:5]

        assert any("kary śmierci" in text for text in first)

    def test_a_name_that_no_dictionary_has_is_found_in_another_case(self, found):
        assert "Mażylis" in found("Mażylisowi")[0]

    def test_missing_diacritics_find_the_same(self, found):
        assert found("kara smierci")[0] == found("kara śmierci")[0]

    def test_the_best_come_first_and_no_sentence_comes_twice(self, words):
        hits = words.search("kara śmierci w Kazachstanie", 50)

        assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
        assert len({hit.row for hit in hits}) == len(hits) > 1

    def test_no_more_than_asked_for(self, words):
        assert len(words.search("kara śmierci w Kazachstanie", 1)) == 1

    def test_only_the_reports_named_are_looked_at(self, words, reports, report_of):
        first = sorted(reports)[0]

        hits = words.search("kara śmierci", 50, reports=[first])

        assert {report_of(hit.row) for hit in hits} == {first}

    def test_no_reports_give_no_hits(self, words):
        assert words.search("kara śmierci", 5, reports=[]) == []

    @pytest.mark.parametrize("text", ["karze", "Mażylisowi", "Qwzxyv", "śmierci Qwz"])
    def test_it_has_what_it_finds_and_nothing_else(self, words, reports, text):
        found = words.search(text, 1, reports=reports)

        assert words.has(text, reports=reports) is bool(found)
        assert not words.has("śmierci", reports=[])

    @pytest.mark.parametrize("text", ["", "?!…"])
    def test_it_has_what_tells_no_sentence_from_another(self, words, reports, text):
        assert words.has(text, reports=reports)

    @pytest.mark.parametrize("text", ["", "   ", "?!…", "czy w na", "Qwzxyv"])
    def test_a_text_without_known_words_finds_nothing(self, words, text):
        assert words.search(text, 5) == []

    @pytest.mark.parametrize("text", HOSTILE)
    def test_what_looks_like_a_query_language_is_only_words(self, words, text):
        plain = "kara śmierci" if "śmierci" in text else "kara"

        hits = {hit.row for hit in words.search(text, 500)}

        wanted = {hit.row for hit in words.search(plain, 500)} if "kara" in text else {}
        assert hits >= set(wanted)

    def test_a_very_long_text_finds_the_same_as_its_words(self, words):
        text = "kara śmierci " * 800

        assert words.search(text, 9) == words.search("kara śmierci", 9)
        assert len(text) > 10_000


class TestPrefixWords(WordIndexContract):
    SENTENCES = (
        ("kaz", "W prawie Kazachstanu nie ma kary śmierci."),
        ("kaz", "Niższą izbę, zwaną Mażylisem, tworzy 98 posłów."),
        ("wrd", "Kara śmierci w Wardanii jest orzekana i wykonywana."),
    )

    @pytest.fixture
    def words(self):
        return PrefixWords(self.SENTENCES)

    @pytest.fixture
    def reports(self):
        return {"kaz", "wrd"}

    @pytest.fixture
    def report_of(self):
        return lambda row: self.SENTENCES[row][0]

    @pytest.fixture
    def found(self, words):
        return lambda text: [self.SENTENCES[h.row][1] for h in words.search(text, 9)]


class TestFtsWordIndex(WordIndexContract):
    @pytest.fixture
    def shelf(self, corpus_service):
        return corpus_service.shelf

    @pytest.fixture
    def words(self, shelf):
        return FtsWordIndex(shelf.connect, shelf.analyser)

    @pytest.fixture
    def reports(self, shelf):
        return {imprint.id for imprint in shelf.imprints()}

    @pytest.fixture
    def evidence(self, shelf):
        return lambda row: shelf.evidence(row, score=0.0, similarity=0.0)

    @pytest.fixture
    def report_of(self, evidence):
        return lambda row: evidence(row).imprint.id

    @pytest.fixture
    def found(self, words, evidence):
        return lambda text: [evidence(h.row).text for h in words.search(text, 9)]

    def test_unquoted_the_same_text_is_an_error(self, shelf):
        """The control: FTS5 reads these as its own language."""
        sql = "SELECT rowid FROM words WHERE words MATCH ?"

        with pytest.raises(Exception, match=r"syntax error|unterminated"):
            shelf.connect().execute(sql, ('"',)).fetchall()

    def test_a_number_is_found_as_a_number(self, found):
        assert "20,26 mln" in found("20,26 mln osób")[0]

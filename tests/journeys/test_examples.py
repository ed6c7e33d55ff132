"""The questions that the form offers, asked of the real index."""

from __future__ import annotations

import pytest

from coi_qa.web.examples import example_questions

pytestmark = pytest.mark.model


def test_every_example_of_the_sample_corpus_is_answered_from_its_country(service):
    examples = example_questions(service)

    answers = [service.ask(e.question, countries=[e.country]) for e in examples]

    assert len(examples) == 5
    # That nothing was recorded is an answer too; a silence would be a bad example.
    told = {"answered", "reported_absence"}
    assert [str(a.status) for a in answers if a.status not in told] == []
    assert [answer.quotes[0].imprint.countries for answer in answers] == [
        (example.country,) for example in examples
    ]

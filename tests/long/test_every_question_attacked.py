"""Every gold question put to models that lie in every way: none of it is shown.

What is quoted for each question is found once; then each lie is told of it, over HTTP,
through the writer and the check as the service has them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from tests.attacks import breakdowns, lies
from tests.drafts import as_they_are, writer_of
from tests.fakes_index import CORPUS, settings_in
from tests.scripted_model import scripted_model
from tests.unit.ask.evidence import evidence_of

from coi_qa import wiring
from coi_qa.ask.verify import verify
from coi_qa.domain.answer import Draft, Searched, Status

pytestmark = [pytest.mark.long, pytest.mark.model]

GOLD = sorted((Path(__file__).parents[2] / "eval/gold").glob("*.jsonl"))
DIGITS = re.compile(r"\d+")
NEGATION = re.compile(r"\b(?:nie|bez|brak|żad\w+|nikt|nic|nigdy|ani)\b", re.IGNORECASE)
BETWEEN_MARKS = re.compile(r"„([^”]+)”|\"([^\"]+)\"|«([^»]+)»")


@pytest.fixture(scope="module")
def service(tmp_path_factory, model_cache, default_embedder):
    settings = replace(
        settings_in(tmp_path_factory.mktemp("gold")), model_cache=model_cache
    )
    wiring.build_index(settings, [CORPUS], progress=Quiet(), embedder=default_embedder)
    return wiring.build_service(settings, embedder=default_embedder)


class Quiet:
    def reading(self, path, *, at, of): ...

    def embedding(self, *, pages, of): ...


@pytest.fixture(scope="module")
def quoted(service):
    """Question and quotes of every gold question that is answered, none twice."""
    asked = [json.loads(line) for path in GOLD for line in path.open("rb")]
    found = {}
    for gold in asked:
        answer = service.ask(gold["question"], countries=gold["countries"] or ())
        if answer.quotes:
            words = tuple(quote.text for quote in answer.quotes)
            found.setdefault(words, (gold["question"], answer.quotes))
    return list(found.values())


def checked(service, draft, quotes):
    return verify(
        draft,
        answer_id="id",
        question="?",
        index=service.index_id,
        status=Status.ANSWERED,
        quotes=quotes,
        evidence=[evidence_of(quote.text) for quote in quotes],
        near=[],
        searched=Searched(1, 1, (), None),
        warnings=[],
        notice="",
        confidence=None,
        get_page=service.page,
        check=service.asker.check,
    )


def bodies(service):
    return [
        body
        for imprint in service.imprints()
        for _, body in service.shelf.bodies(imprint.id)
    ]


def test_no_lie_about_any_gold_question_is_shown(service, quoted, capsys):
    corpus = " ".join(bodies(service))
    told, withheld, wrong = 0, Counter(), []
    with scripted_model() as model:
        writer = writer_of(model.url, country_name=service.country_name)
        for name, lie in lies().items():
            model.reply = lambda exchange, lie=lie: exchange.state(lie(exchange.asked))
            for question, quotes in quoted:
                draft = writer.write(question, quotes)
                answer = checked(service, draft, quotes)
                told += len(draft.statements)
                withheld.update(each.fault.value for each in answer.withheld)
                if answer.statements != as_they_are(quotes):
                    wrong.append((name, question, answer.statements))
                wrong += [
                    (name, statement)
                    for statement in answer.statements
                    if says_more(statement, quotes) or misquotes(statement, corpus)
                ]

    with capsys.disabled():
        print(f"\n{len(lies())} lies x {len(quoted)} questions: {told} statements")
        print(dict(withheld))
    assert wrong == []
    assert told > 20_000


def says_more(statement, quotes):
    """Say, without the check, whether a number or negation is not in the quotes."""
    words = " ".join(q.text for q in quotes if q.number in statement.quotes)
    numbers = Counter(DIGITS.findall(statement.text)) - Counter(DIGITS.findall(words))
    denied = [w.lower() for w in NEGATION.findall(statement.text)]
    return bool(numbers) or denied != [w.lower() for w in NEGATION.findall(words)]


def misquotes(statement, corpus):
    quoted = ["".join(found) for found in BETWEEN_MARKS.findall(statement.text)]
    return [words for words in quoted if words not in corpus]


def test_the_measure_itself_sees_a_lie(quoted):
    """The control: what the check lets through is looked at by other means, too."""
    _, quotes = next(each for each in quoted if NEGATION.search(each[1][0].text))
    (statement, *_) = as_they_are(quotes[:1])

    changed = statement.text.replace("nie ", "", 1)
    assert not says_more(statement, quotes)
    assert says_more(type(statement)(changed + " 77", (1,)), quotes)
    assert misquotes(type(statement)("„tego nikt nie napisał”", (1,)), statement.text)


def test_no_breakdown_at_any_gold_question_is_shown(service, quoted):
    some = quoted[:: max(1, len(quoted) // 40)]
    with scripted_model() as model:
        writer = writer_of(model.url, seconds=0.5)
        for reply in breakdowns(model).values():
            model.reply = reply
            for question, quotes in some:
                draft = writer.write(question, quotes)

                assert draft == Draft(as_they_are(quotes), notice=draft.notice)
                assert draft.notice

"""Clients that exist, over the real service: nothing of a citation is lost in them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import openai
import pytest
from langchain_openai import ChatOpenAI
from tests.serving import serving

from coi_qa.server import create_app

pytestmark = pytest.mark.model

GOLD = Path(__file__).parents[2] / "eval" / "gold"
ASKED = 50
JAVASCRIPT = 10
CLIENT = Path(__file__).with_name("chat_client.mjs")
PACKAGE = "openai@7.57.0"
MARK = re.compile(r"(?<!\\)\[(\d+)\]")


def questions():
    """Open gold questions of all files in turn."""
    files = [
        [json.loads(line)["question"] for line in path.read_text().splitlines()]
        for path in sorted(GOLD.glob("[!v]*_open.jsonl"))
    ]
    longest = max(map(len, files))
    mixed = [file[at] for at in range(longest) for file in files if at < len(file)]
    return mixed[:ASKED]


@pytest.fixture(scope="module")
def address(service):
    with serving(create_app(service)) as found:
        yield f"{found}/v1"


@pytest.fixture(scope="module")
def client(address):
    return openai.OpenAI(base_url=address, api_key="any", max_retries=0)


def asked(client, question, **more):
    return client.chat.completions.create(
        model="coi-qa", messages=[{"role": "user", "content": question}], **more
    )


def read_as_open_webui(chunks):
    """What Open WebUI makes of a stream: its text, and a source for each annotation.

    It takes `url_citation` out of each delta's annotations and shows title and address.
    """
    content, sources = "", []
    for chunk in chunks:
        for choice in chunk.get("choices", ()):
            delta = choice.get("delta", {})
            content += delta.get("content") or ""
            for annotation in delta.get("annotations") or ():
                if annotation.get("type") == "url_citation":
                    cited = annotation["url_citation"]
                    sources.append({"name": cited["title"], "url": cited["url"]})
    return content, sources


def check(content, annotations, service):
    """Hold a message to its promises; return how many citations it has."""
    body, _, listed = content.partition("**Przypisy**")
    marks = [(m.start(), m.end(), int(m[1])) for m in MARK.finditer(body)]
    cited = [annotation["url_citation"] for annotation in annotations]
    assert marks == [(c["start_index"], c["end_index"], c["number"]) for c in cited]
    assert sorted({number for *_, number in marks}) == [
        int(number) for number in MARK.findall(listed)
    ]
    for each in cited:
        slices = [
            service.page(each["report"]["id"], place["page"]).body[
                place["start"] : place["end"]
            ]
            for place in each["places"]
        ]
        assert each["cited_text"] in (" ".join(slices), "".join(slices))
        assert each["footnotes"] or each["report"]
    return len(cited)


@pytest.fixture(scope="module")
def replies(client):
    """Each question's reply, plain and streamed, as the official client gives it."""
    found = {}
    for question in questions():
        whole = asked(client, question)
        stream = asked(
            client, question, stream=True, stream_options={"include_usage": True}
        )
        found[question] = (
            whole.model_dump(),
            [chunk.model_dump(exclude_unset=True) for chunk in stream],
        )
    return found


class TestOpenAiForPython:
    def test_every_marker_resolves_and_every_citation_verifies(self, replies, service):
        counted = [
            check(message["content"], message["annotations"] or [], service)
            for whole, _ in replies.values()
            for message in [whole["choices"][0]["message"]]
        ]
        assert len(counted) == ASKED
        assert sum(counted) > ASKED

    def test_nothing_differs_between_streamed_and_plain(self, replies):
        for whole, chunks in replies.values():
            message = whole["choices"][0]["message"]
            deltas = [c["choices"][0]["delta"] for c in chunks if c["choices"]]
            content = "".join(delta.get("content") or "" for delta in deltas)
            said = [a for delta in deltas for a in delta.get("annotations") or ()]
            assert content == message["content"]
            assert [a["url_citation"] for a in said] == [
                a["url_citation"] for a in message["annotations"]
            ]
            usage = {k: v for k, v in whole["usage"].items() if v is not None}
            assert chunks[-1]["usage"] == usage

    def test_a_consumer_of_annotations_gets_a_source_for_each_mark(self, replies):
        for _, chunks in replies.values():
            content, sources = read_as_open_webui(chunks)
            body = content.partition("**Przypisy**")[0]
            assert len(sources) == len(MARK.findall(body))
            assert all(s["name"] and "/pages/" in s["url"] for s in sources)

    def test_the_model_is_listed(self, client):
        assert [model.id for model in client.models.list()] == ["coi-qa"]

    def test_errors_arrive_as_its_own(self, client):
        with pytest.raises(openai.NotFoundError) as unknown:
            client.chat.completions.create(
                model="other", messages=[{"role": "user", "content": "x"}]
            )
        assert unknown.value.code == "model_not_found"
        with pytest.raises(openai.BadRequestError) as wrong:
            asked(client, "x" * 2000)
        assert "1000" in wrong.value.message

    def test_a_country_may_be_given(self, client):
        said = asked(
            client, "Czy grozi kara śmierci?", extra_body={"countries": ["KAZ"]}
        )
        assert said.coi_qa["searched"]["countries"] == ["KAZ"]


class TestLangChain:
    @pytest.fixture(scope="class")
    def model(self, address):
        return ChatOpenAI(
            base_url=address, api_key="any", model="coi-qa", max_retries=0
        )

    def test_it_gets_the_same_text(self, model, replies):
        for question, (whole, _) in list(replies.items())[:5]:
            content = whole["choices"][0]["message"]["content"]
            assert model.invoke(question).text == content
            assert "".join(c.text for c in model.stream(question)) == content

    def test_the_list_of_notes_is_in_the_text_it_gets(self, model, replies):
        question = next(
            q for q, (w, _) in replies.items() if w["coi_qa"]["status"] == "answered"
        )
        assert "**Przypisy**" in model.invoke(question).text


class TestOpenAiForJavaScript:
    @pytest.fixture(scope="class")
    def said(self, address, tmp_path_factory):
        if shutil.which("npm") is None:
            pytest.fail("this test drives the client for JavaScript: install npm")
        folder = tmp_path_factory.mktemp("npm")
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run(
            [*command, PACKAGE],
            cwd=folder,
            check=True,
            capture_output=True,
            timeout=300,
        )
        script = shutil.copy(CLIENT, folder)
        done = subprocess.run(
            ["node", script, address],
            input=json.dumps(questions()[:JAVASCRIPT]),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_nothing_differs_and_every_citation_verifies(self, said, service):
        *replies, _ = said
        assert len(replies) == JAVASCRIPT
        for reply in replies:
            assert reply["streamed"] == reply["plain"]
            check(reply["plain"]["content"], reply["plain"]["annotations"], service)

    def test_errors_arrive_as_its_own(self, said):
        assert said[-1] == {
            "error": "NotFoundError",
            "status": 404,
            "code": "model_not_found",
        }

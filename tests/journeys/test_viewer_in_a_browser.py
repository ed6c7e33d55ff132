"""Every gold answer on its page in a real browser: what is marked is what is quoted.

The sentence that answers a gold question is looked up by the question's fragments, put
into an answer as if it had been found, and opened at its address. What is under its
marks is then read in two ways that do not know of each other: by pdfium in the report's
file, and by the browser in the text over the picture.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
import pytest
from tests.fakes_web import answer_of
from tests.serving import serving

from coi_qa import render
from coi_qa.domain.answer import Quote, QuotePlace
from coi_qa.domain.text import find_quote, fold
from coi_qa.server import create_app

GOLD = sorted((Path(__file__).parents[2] / "eval" / "gold").glob("*.jsonl"))
SAMPLE = 12  # quotes that are looked at in every run
MOST_QUOTES = 40  # of one answer, so that its page stays a page
LEAST_SHARE = 0.995
SMALL = 0.85  # of the usual size: a mark of a footnote, which no quote holds

pytestmark = [pytest.mark.browser, pytest.mark.model]

UNDER_THE_MARKS = """() => {
  const marks = [...document.querySelectorAll(".quoted > rect")].map(r => r.getBBox());
  const isMarked = (x, y) => marks.some(
    m => m.x <= x && x <= m.x + m.width && m.y <= y && y <= m.y + m.height);
  let found = "";
  for (const line of document.querySelectorAll(".layer tspan")) {
    const size = parseFloat(line.getAttribute("font-size"));
    for (let at = 0; at < line.getNumberOfChars(); at++) {
      const start = line.getStartPositionOfChar(at);
      if (isMarked(start.x + 0.3, start.y - 0.2 * size)) {
        found += line.textContent[at];
      }
    }
  }
  return {
    words: found,
    marks: marks.map(m => [m.x, m.y, m.width, m.height]),
    height: document.querySelector(".paper svg").viewBox.baseVal.height,
  };
}"""


@dataclass(frozen=True)
class Looked:
    """One page of a quote: what it should say, and what is under the marks."""

    address: str
    quoted: str
    in_file: str
    in_browser: str


@pytest.fixture(scope="module")
def address(service):
    with serving(create_app(service)) as address:
        yield address


@pytest.fixture(scope="module")
def tab(chromium, address):
    """A tab without scripts that remembers what it asked for and complained of."""
    context = chromium.new_context(java_script_enabled=False, locale="pl-PL")
    tab = context.new_page()
    tab.set_default_timeout(60_000)
    tab.requested, tab.complaints = [], []
    tab.on("request", lambda request: tab.requested.append(request.url))
    tab.on("console", lambda message: tab.complaints.append(message.text))
    tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
    tab.on("requestfailed", lambda request: tab.complaints.extend(failed(request)))
    yield tab
    context.close()


def failed(request):
    """Return what a request failed of; going on to the next page is no failure."""
    return [] if request.failure == "net::ERR_ABORTED" else [request.failure]


@pytest.fixture(scope="module")
def quotes(service):
    """The sentences that answer the gold questions, each once, longest way first."""
    return gold_quotes(service.shelf)


@pytest.fixture(scope="module")
def answers(service, quotes):
    """Answers that quote all of them, kept as if they had been given."""
    kept = []
    for at in range(0, len(quotes), MOST_QUOTES):
        answer = answer_of(
            "Czy?", *quotes[at : at + MOST_QUOTES], answer_id=f"{at:032x}"
        )
        service.answers.put(answer.id, render.answer_json(answer))
        kept.append(answer)
    return kept


def gold_quotes(shelf):
    """Return as quotes the sentences that hold a fragment of a gold question."""
    wanted: dict[str | None, set[str]] = {}
    for path in GOLD:
        for line in path.read_text("utf-8").splitlines():
            gold = json.loads(line)
            wordings = {w for group in gold["fragments"] for w in group}
            wanted.setdefault(gold["report"], set()).update(wordings)
    found = []
    reports = {imprint.id: imprint for imprint in shelf.imprints()}
    rows = shelf.connect().execute("SELECT id, report FROM sentence ORDER BY id")
    for sentence, report_id in rows.fetchall():
        wordings = wanted.get(reports[report_id].file_name, set()) | wanted[None]
        evidence = shelf.evidence(sentence, score=0.0, similarity=0.0)
        if any(find_quote(wording, evidence.text) for wording in wordings):
            found.append(evidence)
    found.sort(key=lambda each: -len(each.places))  # those over a page break first
    return [
        quote_of(number % MOST_QUOTES + 1, evidence, shelf)
        for number, evidence in enumerate(found)
    ]


def quote_of(number, evidence, shelf):
    places = []
    for place in evidence.places:
        page = shelf.page(place.report_id, place.page_number)
        places.append(QuotePlace(place, page.label, page.boxes(place.span)))
    return Quote(
        number=number,
        text=evidence.text,
        imprint=evidence.imprint,
        section=evidence.section,
        places=tuple(places),
        footnotes=(),
        scope="none",
    )


def look_at(tab, address, service, answers, *, every):
    """Return what is under the marks of every so-manieth quote, page by page."""
    looked = []
    all_quotes = [(answer, quote) for answer in answers for quote in answer.quotes]
    for answer, quote in all_quotes[::every]:
        for each in quote.places:
            report_id, number = quote.imprint.id, each.place.page_number
            path = f"/reports/{report_id}/pages/{number}"
            tab.goto(f"{address}{path}?answer={answer.id}&quote={quote.number}")
            seen = tab.evaluate(UNDER_THE_MARKS)
            pdf = pdfium.PdfDocument(service.report_file(report_id))
            looked.append(
                Looked(
                    f"{path} [{quote.number}]",
                    each.place.span.of(service.page(report_id, number).body),
                    words_in_file(pdf[number - 1], seen["marks"], seen["height"]),
                    seen["words"],
                )
            )
            pdf.close()
    return looked


def words_in_file(page, marks, height):
    """Return what the file prints under the marks, but for marks of footnotes."""
    text = page.get_textpage()
    found = []
    for at in range(text.count_chars()):
        x0, y0, x1, y1 = text.get_charbox(at)
        x, y = (x0 + x1) / 2, height - (y0 + y1) / 2
        under = [
            line
            for line, (left, top, w, h) in enumerate(marks)
            if left <= x <= left + w and top <= y <= top + h
        ]
        if under:
            char = chr(pdfium_c.FPDFText_GetUnicode(text.raw, at))
            size = round(pdfium_c.FPDFText_GetFontSize(text.raw, at), 1)
            # pdfium reads all bullets of a list after its items.
            found.append((under[0], x, at, char, size))
    usual = Counter(size for *_, size in found).most_common(1)
    least = SMALL * usual[0][0] if usual else 0.0
    return "".join(char for *_, char, size in sorted(found) if size >= least)


def letters(text):
    """Return a text without blanks and hyphens, which line ends bring and take."""
    folded = fold(text.replace("\x02", "").replace("\ufffe", "")).text
    return "".join(char for char in folded if not char.isspace() and char != "-")


def differing(looked):
    """Return the pages where what is marked is not what is quoted."""
    return [
        each
        for each in looked
        if letters(each.in_file) != letters(each.quoted)
        or each.in_browser.strip() != each.quoted
    ]


def test_a_sample_of_gold_answers_is_marked_word_for_word(
    tab, address, service, answers
):
    count = sum(len(answer.quotes) for answer in answers)
    looked = look_at(tab, address, service, answers, every=-(-count // SAMPLE))

    assert len(looked) >= SAMPLE
    assert differing(looked) == []


@pytest.mark.long
def test_every_gold_answer_is_marked_word_for_word(tab, address, service, answers):
    looked = look_at(tab, address, service, answers, every=1)

    wrong = differing(looked)
    print(f"marked pages: {len(looked)}, not word for word: {len(wrong)}")
    for each in wrong:
        print(each)
    assert len(looked) > 200
    assert 1 - len(wrong) / len(looked) >= LEAST_SHARE


def test_a_quote_over_a_page_break_is_marked_on_both_pages(
    tab, address, service, quotes, answers
):
    crossing = quotes[0]
    assert len(crossing.places) == 2

    words = []
    for each in crossing.places:
        path = f"/reports/{crossing.imprint.id}/pages/{each.place.page_number}"
        tab.goto(f"{address}{path}?answer={answers[0].id}&quote=1")
        words.append(tab.evaluate(UNDER_THE_MARKS)["words"].strip())

    assert " ".join(words) == crossing.text


def test_one_click_leads_from_an_answer_to_the_marked_line(tab, address, answers):
    tab.set_viewport_size({"width": 1000, "height": 700})
    tab.goto(f"{address}/answers/{answers[0].id}")
    tab.locator('.quote a[href*="/pages/"]').nth(3).click()
    tab.wait_for_load_state()

    mark = tab.locator(".quoted > rect").first.bounding_box()
    assert 0 <= mark["y"] < mark["y"] + mark["height"] <= 700


def test_the_mark_lies_on_the_picture(tab, address, answers):
    """The picture and what lies over it are as large as each other, at any width."""
    path = f"/reports/{answers[0].quotes[0].imprint.id}/pages/1"
    for width in (320, 800, 1400):
        tab.set_viewport_size({"width": width, "height": 700})
        tab.goto(f"{address}{path}")

        image = tab.locator(".paper img").bounding_box()
        over = tab.locator(".paper svg").bounding_box()
        assert over == pytest.approx(image, abs=0.6)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.set_viewport_size({"width": 1000, "height": 700})


def test_a_search_is_typed_sent_and_marked_by_keys_alone(tab, address, quotes):
    words = quotes[-1].text.split()[1:3]
    number = quotes[-1].places[0].place.page_number
    tab.goto(f"{address}/reports/{quotes[-1].imprint.id}/pages/{number}")

    for _ in range(20):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.id") == "szukaj":
            break
    tab.keyboard.type(" ".join(words))
    with tab.expect_navigation():
        tab.keyboard.press("Enter")

    assert tab.locator(".hits rect").count() >= 1
    assert tab.url.endswith("#wyniki")


def test_the_text_over_the_picture_can_be_selected(tab, address, service, quotes):
    report_id = quotes[0].imprint.id
    tab.goto(f"{address}/reports/{report_id}/pages/1")

    selected = tab.evaluate(
        """() => {
          getSelection().selectAllChildren(document.querySelector(".layer"));
          return getSelection().toString();
        }"""
    )

    assert selected.split() == service.page(report_id, 1).body.split()


def test_nothing_was_asked_of_another_host_and_nothing_complained(tab, address):
    """Looks back on all that the tests above have opened; so it comes last."""
    elsewhere = [url for url in tab.requested if not url.startswith(address)]

    assert any(url.endswith("image?scale=1") for url in tab.requested)
    assert elsewhere == []
    assert tab.complaints == []

"""Questions to begin with, that the reports at hand say something about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from coi_qa.asking import Asking
from coi_qa.domain.report import Imprint

MOST_EXAMPLES: Final = 5
_MOST_PAGES: Final = 80  # of one report; the form must not wait for a long one

# A question, and what a report must hold for it to be offered. Headings of reports on
# countries of origin are much the same everywhere, their wording is not.
_TOPICS: Final = tuple(
    (question, re.compile(pattern, re.IGNORECASE))
    for question, pattern in (
        ("ile trwa zasadnicza służba wojskowa?", r"służba\b.{0,40}\btrwa "),
        ("czy grozi kara śmierci?", r"\bkar[aęy] śmierci"),
        ("ilu cywilów zginęło?", r"\bcywil\w+\b.{0,60}\bzginę|zginę\w+.{0,60}\bcywil"),
        ("czy dochodzi do zamachów terrorystycznych?", r"zamach\w* terrorystyczn"),
        ("czy można swobodnie przemieszczać się po kraju?", r"prawo do podróżowania"),
        ("jakie mniejszości narodowe żyją w kraju?", r"\bmniejszości(?:ą|ami)\b"),
    )
)


@dataclass(frozen=True, slots=True)
class Example:
    """A question, with the country that it names."""

    question: str
    country: str


def example_questions(service: Asking) -> tuple[Example, ...]:
    """Return a few questions in Polish, each on another thing and country.

    Newest reports first; of each country and topic one at most. Reports in other
    languages are left out, since the words looked for are Polish.
    """
    found: dict[str, Example] = {}
    taken: set[str] = set()
    for imprint in sorted(service.imprints(), key=_age, reverse=True):
        if imprint.language != "pl" or not imprint.countries:
            continue
        country = imprint.countries[0]
        topic = next((t for t in _topics(service, imprint) if t not in taken), None)
        if topic is None or country in found:
            continue
        taken.add(topic)
        name = service.country_name(country)
        found[country] = Example(f"{name}: {topic}", country)
        if len(found) == MOST_EXAMPLES:
            break
    return tuple(found.values())


def _topics(service: Asking, imprint: Imprint) -> Iterator[str]:
    count = min(service.page_count(imprint.id), _MOST_PAGES)
    text = " ".join(service.page(imprint.id, n + 1).body for n in range(count))
    return (question for question, pattern in _TOPICS if pattern.search(text))


def _age(imprint: Imprint) -> tuple[date, str]:
    """Sort by age, undated ones as the oldest, and always the same way."""
    return (imprint.date.last_day if imprint.date else date.min, imprint.id)

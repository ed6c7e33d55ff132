"""What a figure of a sentence says: how many of whom, when, where, by whose count.

Two claims may be compared only where both count the same. `relation` says what a
caseworker has to be told where they do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from coi_qa.domain.quantities import PEOPLE, Quantity, find_quantities
from coi_qa.domain.source import Source
from coi_qa.domain.stretches import Overlap, Stretch, find_stretches, overlap
from coi_qa.domain.text import STEM_LETTERS, Span, content_stems, strip_diacritics


class Relation(StrEnum):
    """Why two sentences that count the same are shown side by side.

    Attributes:
        CONFLICT: They come to other figures, and nothing tells why.
        DIFFERENT_FILTER: They count in other selections of one dataset.
        DIFFERENT_PERIOD: They count for other times.
        ATTRIBUTION: They have one figure and lay it to other doings or tellers.
    """

    CONFLICT = "conflict"
    DIFFERENT_FILTER = "different_filter"
    DIFFERENT_PERIOD = "different_period"
    ATTRIBUTION = "attribution"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a sentence stands and what it rests on, as far as its claims need it.

    Attributes:
        report: Id of its report.
        date: Last day that the report's date may mean, or None.
        home: Stems of the names of the country that the report is on.
        attributed_to: Whose word it passes on, as it says itself.
        filters: Selection of each dataset that it rests on, by the dataset's folded
            publisher.
    """

    report: str = ""
    date: date | None = None
    home: frozenset[str] = frozenset()
    attributed_to: tuple[str, ...] = ()
    filters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure of a sentence, with what it is about.

    Attributes:
        quantity: The figure.
        event: What happened to those counted ("deaths"), or "".
        unit: Folded stem of what is counted, or "" for people of any sort.
        group: Stems that narrow it: civilians, citizens of another country.
        stretch: The time that it is told of, or None.
        places: Stems of the places named, or of the country.
        is_local: A place below the country is named.
        cause: Where "w wyniku …" and the like is printed, or None.
        cause_stems: Of the words there.
        context: Stems of the sentence's other words.
        label: Stems of the words around the figure itself.
        is_crowded: The sentence has several figures of this sort for one time.
        named: Stems of the names in it, those of tellers and places left out.
        origin: Of the sentence.
    """

    quantity: Quantity
    event: str
    unit: str
    group: frozenset[str]
    stretch: Stretch | None
    places: frozenset[str]
    is_local: bool
    cause: Span | None
    cause_stems: frozenset[str]
    context: frozenset[str]
    label: frozenset[str]
    is_crowded: bool
    named: frozenset[str]
    origin: Origin

    @property
    def key(self) -> tuple[str, str, str]:
        """What claims that may be compared have in common."""
        return (self.quantity.kind, self.event, self.unit)


def read_claims(text: str, origin: Origin) -> list[Claim]:
    """Return the claims of a sentence in the order of their figures.

    Part of a sum ("w tym 3 obywateli") is a claim only where it has a time of its own.

    >>> text = "W 2023 r. zginęły 2 osoby, a w 2024 r. – 5 osób."
    >>> claims = read_claims(text, Origin())
    >>> [(c.event, c.quantity.low, str(c.stretch.first)) for c in claims]
    [('deaths', 2.0, '2023-01-01'), ('deaths', 5.0, '2024-01-01')]
    """
    return _Reading(text, origin).claims()


def filters_of(sources: Iterable[Source]) -> tuple[tuple[str, str], ...]:
    """Return the selections of datasets that sources are, by folded publisher."""
    filters = {
        strip_diacritics(source.originator or source.publisher or ""): source.filters
        for source in sources
        if source.filters
    }
    return tuple(sorted(filters.items()))


def events_in(text: str) -> frozenset[str]:
    """Return what a text says that happened to people: "deaths", "detained".

    >>> sorted(events_in("Ilu zabitych i rannych odnotowano?"))
    ['deaths', 'injured']
    """
    plain = strip_diacritics(text)
    return frozenset(e for e, words in _EVENTS.items() if words.search(plain))


def event_words(event: str) -> str:
    """Return words by which sentences on an event are found, "" for none."""
    return _SEARCHED.get(event, "")


# --- comparing ------------------------------------------------------------------------

MIN_SHARED: Final = 0.3  # of the words of the sentence that has fewer
MIN_SHARED_TIMELESS: Final = 0.5  # where neither an event nor a time is told
MIN_SHARED_WORDS: Final = 2  # where no event says what the figure is of
MIN_SHARED_OF_MORE: Final = 0.2  # there, of the words of the longer one
MIN_TELLING: Final = 10  # the same smaller figure twice may be chance


def relation(a: Claim, b: Claim) -> Relation | None:
    """Return what two claims of different sentences have to do with each other.

    None where they count different things, people or places, where the figures cannot
    be compared, or where both say the same.
    """
    if a.key != b.key or not a.places & b.places:
        return None
    if _is_other_filter(a, b):
        return _under_filters(a, b)
    if a.group != b.group and not a.group & b.group:
        return None
    if a.quantity.agrees_with(b.quantity):
        return Relation.ATTRIBUTION if _is_told_otherwise(a, b) else None
    causes = a.cause_stems, b.cause_stems
    if (all(causes) and not causes[0] & causes[1]) or not _is_one_thing(a, b):
        return None
    return _of_times(a, b)


def _is_other_filter(a: Claim, b: Claim) -> bool:
    """Say whether both rest on one dataset, each on another selection of it."""
    first, second = dict(a.origin.filters), dict(b.origin.filters)
    shared = first.keys() & second.keys()
    return bool(shared) and all(first[name] != second[name] for name in shared)


def _under_filters(a: Claim, b: Claim) -> Relation | None:
    # A filter often is the group: "cywile".
    if a.group and b.group and not a.group & b.group:
        return None
    if overlap(a.stretch, b.stretch) is not Overlap.SAME and (a.stretch or b.stretch):
        return None
    if a.quantity.agrees_with(b.quantity):
        return None
    if not a.event and not _is_one_thing(a, b):
        return None
    return Relation.DIFFERENT_FILTER


def _is_told_otherwise(a: Claim, b: Claim) -> bool:
    """Say whether one figure is laid to different doings or different tellers."""
    when = overlap(a.stretch, b.stretch)
    if a.quantity.kind != "count" or when is Overlap.APART:
        return False
    is_telling = min(a.quantity.low, b.quantity.low) >= MIN_TELLING
    is_exact = a.quantity.low == b.quantity.low
    is_sure = a.event and is_exact and is_telling and when is not Overlap.UNKNOWN
    if not is_sure and not (a.context & b.context and _is_one_thing(a, b)):
        return False
    tellers = [_stems_of(claim.origin.attributed_to) for claim in (a, b)]
    other_teller = all(tellers) and not tellers[0] & tellers[1]
    other_doing = bool(a.cause_stems or b.cause_stems) and not (
        a.cause_stems & b.cause_stems
    )
    return other_teller or other_doing


def _is_one_thing(a: Claim, b: Claim) -> bool:
    """Say whether the words around two figures speak of one thing."""
    if a.quantity.kind == "percent":
        return _is_one_share(a, b)
    if not a.event and a.named and b.named and not a.named & b.named:
        return False  # the seats of one party and of another
    if a.is_crowded or b.is_crowded:
        shared = len(a.label & b.label)
        fewer, more = sorted((len(a.label), len(b.label)))
        if not a.event and shared < MIN_SHARED_OF_MORE * more:
            return False
        return shared >= max(1, 0.5 * fewer)
    first, second = a.context - a.places, b.context - b.places
    shared, fewer = len(first & second), min(len(first), len(second))
    if a.quantity.kind == "share":
        return shared >= 1
    if first == second and a.group == b.group:
        return True
    is_one_time = overlap(a.stretch, b.stretch) is Overlap.SAME
    if is_one_time and 0 < fewer == shared:
        return True  # all that one says the other says as well
    if not a.event:
        is_timed = a.stretch is not None or b.stretch is not None
        share = MIN_SHARED if is_timed else MIN_SHARED_TIMELESS
        return shared >= max(MIN_SHARED_WORDS, share * fewer)
    if a.is_local and b.is_local and not fewer:
        return True
    return shared >= max(1, MIN_SHARED * fewer)


def _is_one_share(a: Claim, b: Claim) -> bool:
    """Say whether two percentages are of one part, by the words beside them."""
    if not a.label or not b.label:
        return False
    fewer = min(len(a.label), len(b.label))
    if a.label == b.label or len(a.label & b.label) >= max(
        MIN_SHARED_WORDS, 0.5 * fewer
    ):
        return True
    named = a.label - a.origin.home, b.label - b.origin.home
    is_one_time = (
        a.stretch is not None and overlap(a.stretch, b.stretch) is Overlap.SAME
    )
    return is_one_time and all(named) and (named[0] <= named[1] or named[1] <= named[0])


def _of_times(a: Claim, b: Claim) -> Relation | None:
    """Return the relation of two figures of one thing that differ."""
    when = overlap(a.stretch, b.stretch)
    if when is Overlap.SAME:
        return Relation.CONFLICT
    if when is Overlap.UNKNOWN:
        if a.stretch is not None or b.stretch is not None:
            return Relation.CONFLICT if a.is_local and b.is_local else None
        is_one_edition = a.origin.report == b.origin.report
        is_one_time = is_one_edition or a.origin.date == b.origin.date
        return Relation.CONFLICT if is_one_time else Relation.DIFFERENT_PERIOD
    if when is Overlap.APART or a.stretch is None or b.stretch is None:
        return Relation.DIFFERENT_PERIOD
    part, whole = (a, b) if a.stretch.is_within(b.stretch) else (b, a)
    # No part is greater than the whole, where it is known when that began and ended.
    is_closed = None not in (*_ends(a.stretch), *_ends(b.stretch))
    is_more = part.quantity.low > whole.quantity.high
    is_impossible = a.quantity.kind == "count" and is_closed and is_more
    return Relation.CONFLICT if is_impossible else Relation.DIFFERENT_PERIOD


def _ends(stretch: Stretch) -> tuple[date | None, date | None]:
    return stretch.first, stretch.last


# --- reading --------------------------------------------------------------------------

# Folded by `strip_diacritics`. What happened to those who are counted.
_EVENTS: Final[Mapping[str, re.Pattern[str]]] = {
    event: re.compile(rf"\b(?:{words})")
    for event, words in {
        "executions": r"stracono\b|egzekucj|wykonano wyrok|executed",
        "deaths": (
            r"zgin\w+|gin(?:a|ie|elo)\b|zabi[jlt]\w*|zabojstw\w*|smierteln\w+|polegl\w*|"
            r"poni\w+ smierc|smierc\w* (?:\w+ ){0,2}poni\w+|zmarl\w*|martwych|"
            r"(?:stracil|utracil|straci|odebra)\w* (?:\w+ )?zyci\w+|zyci\w+ stracil\w*|"
            r"zyciem (?:\w+ ){0,2}?zaplaci\w*|za soba smierc|pozbawi\w+ zycia|"
            r"przyplacil\w* zyciem|killed|dead\b|died|deaths|fatalities"
        ),
        "injured": r"rann\w*|ranion\w*|obrazen\w*|poszkodowan\w*|injured|wounded",
        "detained": (
            r"zatrzyma\w*|aresztow\w*|ujeto|ujal\w*|ujet\w+|aresztu|detained|arrest"
        ),
        "convicted": r"skaza[lnz]\w*|wyrok\w* skazuj|convicted|sentenced",
        "investigated": r"sledztw\w*|dochodzeni\w*|investigat",
        "evacuated": r"ewaku\w+|evacuat",
        "displaced": (
            r"przesiedl\w+|wysiedl\w+|uchodzc\w+ wewn|wewnetrzn\w+ uchodz|displaced"
        ),
        "abducted": r"uprow\w+|porwa\w+|porwan\w*|zagin(?:al|eli|eni|iony)\w*|abducted",
        "returned": r"powroci\w*|wroci\w*|powrot\w*|returned",
        "refugees": (
            r"uchodzc\w*|azyl\w*|ochron\w+ miedzynarod\w*|schronieni\w*|refugee"
        ),
        "attended": r"udzial\w*|uczestni\w+|zgromadzil\w*|attended",
        "population": (
            r"ludnosc\w*(?! cywil)|populacj\w*|zamieszkuj\w*|liczba mieszkancow|"
            r"population"
        ),
    }.items()
}
_SEARCHED: Final[Mapping[str, str]] = {
    "executions": "stracono egzekucja wykonano wyrok śmierci",
    "deaths": "zginęło zabitych śmierć poniosło ofiar śmiertelnych straciło życie",
    "injured": "rannych obrażenia poszkodowanych",
    "detained": "zatrzymano aresztowano ujęto",
    "convicted": "skazano skazanych wyrok",
    "investigated": "śledztwo dochodzenie",
    "evacuated": "ewakuowano ewakuacja",
    "displaced": "przesiedlonych wysiedlonych uchodźców wewnętrznych",
    "abducted": "uprowadzono porwano zaginęło",
    "returned": "wróciło powróciło powroty",
    "refugees": "uchodźców azyl ochrona międzynarodowa",
    "attended": "udział uczestników",
    "population": "ludność mieszkańców zamieszkuje",
}

# A sort of people: they are counted by what happened to them, too.
_SORTS: Final = re.compile(
    r"^(?:cywil|żołnierz|policjant|funkcjonar|dziec|kobiet|mężczyzn|obywatel|uchodź|"
    r"dziennikar|bojown|demonstrant|protestuj|aktywist|więź|górnik|student|migrant|"
    r"cudzoziem|kierowc|członk|talib|nieletni|małoletni|duchown|urzędnik|lekarz|"
    r"civilian|soldier|women|children)|(?:czyk|ian)(?:ów|om|ami|ach)$",
    re.IGNORECASE,
)
_NOT_TELLING: Final = frozenset(
    strip_diacritics(word)[:STEM_LETTERS]
    for word in """
    poinformował podał podaje podała twierdzi oświadczył ogłosił ocenia szacuje szacują
    szacunkowo szacowana według danych dane danymi natomiast jednak również także tego
    tego tych tych które który których którzy którym która wyniku skutek wskutek
    następstwie okresie okres łącznie ogółem razem całym całego kraju kraj terenie
    terytorium obszarze liczba liczby liczbę wynosi wyniosła wyniosło roku lata latach
    trwa trwają trwała trwał wynoszą wynosiła
    około ponad niemal blisko niespełna prawie najmniej odnotowano odnotowuje
    zarejestrowano zarejestrował została zostało zostały zostali były było byli była
    jest różnego rodzaju różnych spośród wśród tylko jedynie kiedy podczas przypadku
    kolejnych koniec początku końca połowy dwie trzecie miało
    styczeń luty marzec kwiecień maja czerwiec lipiec sierpień
    wrzesień październik listopad grudzień stycznia lutego marca kwietnia czerwca lipca
    sierpnia września października listopada grudnia styczniu lutym marcu kwietniu maju
    czerwcu lipcu sierpniu wrześniu październiku listopadzie grudniu osób osoby osobom
    osobami ludzi liczy liczyła mieszka żyje żyło przebywa
    przebywało istnieje działa znajduje doszło obecnie dotąd tysięcy miliona milionów
    """.split()
)
_PEOPLE_AT_LARGE: Final = frozenset("miesz ludno odset inne innyc pozos wypad".split())
_CAUSE: Final = re.compile(
    r"(?<!\w)(?:w wyniku|w rezultacie|w następstwie|na skutek|wskutek|w skutek|z rąk|"
    r"z powodu|z winy|od kul|as a result of|by the)\s(?P<what>[^,;:()–—]+)",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
MAX_CAUSE_WORDS: Final = 7
_RELATIVE: Final = re.compile(r"(?:któr|czego|tego\b|takich|tych\b)", re.IGNORECASE)
_NAME: Final = r"[A-ZĄĆĘŁŃÓŚŹŻ][a-ząćęłńóśźż]{2,}"
_AREA: Final = (
    r"(?:miast|mieści|wsi\b|wieś|obwo|obwód|rejon|powia|prowincj|wojewódz|region|okręg|"
    r"gmin|dystrykt|stani[ea]\b|dzielnic|teren|obszar|terytori|port)\w*"
)
_IN_PLACE: Final = re.compile(
    rf"(?<!\w)(?:[Ww]e?|[Nn]a|[Pp]od|[Kk]oło|[Nn]ad|[Pp]rzy|[Oo]bok|[Ii]n|[Nn]ear)\s"
    rf"(?:{_AREA}\s){{0,2}}(?P<name>{_NAME})"
    rf"|(?<!\w){_AREA}\s(?P<area>{_NAME}|[^\W\d_]+[sc]k(?:i|a|ie|im|iej|iego|ich|ą)\b)"
)
_NO_PLACE: Final = re.compile(
    r"(?:Minist|Komit|Polic|Gward|Rad[ay]|Parl|Sen|Konst|Organ|Sił|Służb|Raport|Rejestr|"
    r"Dziennik|Ustaw|Kodeks|kraju|kraj|całe|całym|państw|tego|tym|tych|innych|zdarz|"
    r"miesz|walk|konflikt|działań)"
)
_PART: Final = re.compile(
    r"\b(?:w tym|z czego|z których|z której|spośród nich|wśród nich|z nich)\b",
    re.IGNORECASE,
)
# ", najwięcej z powiatu Morwin": where some of those counted are, not all.
_FOR_INSTANCE: Final = re.compile(
    r",\s(?:najwięcej|najmniej|głównie|zwłaszcza|szczególnie|przede wszystkim|"
    r"między innymi|m\.in\.|w tym|z czego|mainly|mostly|including)\s[^,;()]*",
    re.IGNORECASE,
)
_BREAK: Final = re.compile(r"[,;:](?=\s)|[()]|\s(?:a|i|oraz|ale|lecz|and)(?=\s)")
_HARD_BREAKS: Final = ",;:()"


@dataclass(frozen=True, slots=True)
class _Segment:
    """A stretch of a sentence between two commas, brackets or conjunctions."""

    span: Span
    depth: int


class _Reading:
    """A sentence being read; each question about it is answered once."""

    def __init__(self, text: str, origin: Origin) -> None:
        self.text = text
        self.origin = origin
        self.plain = _same_length_fold(text)
        self.quantities = find_quantities(text)
        self.stretches = find_stretches(text)
        self.segments = _segments(text, self.quantities)
        self.places, self.is_local = _places(text, origin.home)
        self.names = self._names()

    def claims(self) -> list[Claim]:
        found = [c for q in self.quantities if (c := self._claim(q)) is not None]
        return [
            _crowded(claim)
            if sum(
                other.key == claim.key
                and other.stretch == claim.stretch
                and other.group == claim.group
                for other in found
            )
            > 1
            else claim
            for claim in found
        ]

    def _claim(self, quantity: Quantity) -> Claim | None:
        at = self._segment_of(quantity.value.start)
        own = self._stretches_in(at)
        segment = self.segments[at]
        lead = self.text[segment.span.start : quantity.value.start]
        if not own and _PART.search(lead):
            return None
        words = quantity.unit.of(self.text) if quantity.unit else ""
        # Abroad, people of the report's own country are a group.
        home = frozenset[str]() if self.is_local else self.origin.home
        unit, group, counts_people = _unit(words, home)
        event = self._event(quantity, at) if counts_people else ""
        if quantity.kind == "percent":
            unit, group, event = "%", frozenset(), ""
        if counts_people and quantity.kind == "count" and not event:
            unit = "?"  # people of whom nothing is said that we know
        cause, cause_stems = self._cause(at)
        return Claim(
            quantity=quantity,
            event=event if quantity.kind == "count" else "",
            unit=unit if quantity.kind == "count" or unit == "%" else _whole(words),
            group=group,
            stretch=self._nearest_stretch(quantity, at),
            places=self.places,
            is_local=self.is_local,
            cause=cause,
            cause_stems=cause_stems,
            context=self._context(words, event),
            label=self._label(at, words),
            is_crowded=False,
            named=self.names,
            origin=self.origin,
        )

    def _segment_of(self, offset: int) -> int:
        return next(at for at, s in enumerate(self.segments) if offset < s.span.end)

    def _around(self, at: int) -> list[int]:
        """Return the segments that a figure may take its meaning from, nearest first.

        Those before it, unless they stand in brackets that it is outside of, then
        those after it.
        """
        depth = self.segments[at].depth
        before = [n for n in range(at - 1, -1, -1) if self.segments[n].depth <= depth]
        after: list[int] = []
        for n in range(at + 1, len(self.segments)):
            if self.segments[n - 1].span.of(self.text).endswith(";"):
                break  # another thought
            if self.segments[n].depth <= depth:
                after.append(n)
        return [*before, *after]

    def _stretches_in(self, at: int) -> list[Stretch]:
        span = self.segments[at].span
        return [s for s in self.stretches if span.start <= s.start < span.end]

    def _nearest_stretch(self, quantity: Quantity, at: int) -> Stretch | None:
        """Return the time nearest to a figure and not nearer to one behind it."""
        for n in (at, *self._around(at)):
            span = self.segments[n].span
            if n > at and any(span.holds(q.value.start) for q in self.quantities):
                return None
            inside = self._stretches_in(n)
            if inside:
                return min(inside, key=lambda s: abs(s.start - quantity.value.start))
        return None

    def _event(self, quantity: Quantity, at: int) -> str:
        """Return what happened to those counted: their own name, then the nearest."""
        if quantity.unit is not None:
            own = quantity.unit.of(self.plain)
            for event, words in _EVENTS.items():
                if words.match(own) or (words.search(own) and event != "population"):
                    return event
        for n in (at, *self._around(at)):
            span = self.segments[n].span
            inside = [
                (abs(match.start() - quantity.value.start), event)
                for event, words in _EVENTS.items()
                for match in words.finditer(self.plain, span.start, span.end)
            ]
            if inside:
                return min(inside)[1]
        return ""

    def _cause(self, at: int) -> tuple[Span | None, frozenset[str]]:
        """Return where it is said what or who did it, nearest to the figure."""
        spans = [self.segments[n].span for n in (at, *self._around(at))]
        for span in spans:
            for match in _CAUSE.finditer(self.text, span.start, span.end):
                if _RELATIVE.match(match["what"]):
                    continue
                end = self._end_of_cause(match.start("what"), match.end())
                if end is None:
                    continue
                stems = content_stems(self.text[match.start("what") : end])
                if stems - _NOT_TELLING:
                    return Span(match.start(), end), stems - _NOT_TELLING
        return None, frozenset()

    def _end_of_cause(self, start: int, end: int) -> int | None:
        """Return where a cause ends: before a verb of the event, after some words."""
        last: int | None = None
        for count, word in enumerate(_WORD.finditer(self.text, start, end)):
            is_event = any(
                words.match(self.plain, word.start()) for words in _EVENTS.values()
            )
            is_number = any(q.value.holds(word.start()) for q in self.quantities)
            if count >= MAX_CAUSE_WORDS or (is_event and count) or is_number:
                break
            last = word.end()
        return last

    def _label(self, at: int, unit: str) -> frozenset[str]:
        """Return the words beside a figure; of one in brackets, those before them."""
        general = _NOT_TELLING | _PEOPLE_AT_LARGE | _stems_of([unit], least=3)
        own = _stems_of([self.segments[at].span.of(self.text)], least=3) - general
        if own or not at or not self.segments[at].depth:
            return own
        return _stems_of([self.segments[at - 1].span.of(self.text)], least=3) - general

    def _names(self) -> frozenset[str]:
        """Return the names in the sentence that its first word is not one of."""
        rest = self.text
        for name in self.origin.attributed_to:
            rest = rest.replace(name, " ")
        names = [m[0] for m in _WORD.finditer(rest) if m.start() and m[0][0].isupper()]
        return content_stems(" ".join(names)) - self.origin.home - self.places

    def _context(self, unit: str, event: str) -> frozenset[str]:
        rest = self.plain
        for quantity in reversed(self.quantities):
            rest = rest[: quantity.value.start] + " " + rest[quantity.value.end :]
        if event:
            rest = _EVENTS[event].sub(" ", rest)
        for name in self.origin.attributed_to:
            rest = rest.replace(_same_length_fold(name), " ")
        stems = content_stems(rest)
        return (
            stems
            - _NOT_TELLING
            - content_stems(unit)
            - self.origin.home
            - frozenset(s for s in stems if PEOPLE.match(s))
        )


def _crowded(claim: Claim) -> Claim:
    return Claim(
        **{
            name: getattr(claim, name)
            for name in Claim.__slots__
            if name != "is_crowded"
        },
        is_crowded=True,
    )


def _unit(words: str, home: frozenset[str]) -> tuple[str, frozenset[str], bool]:
    """Return the stem of a unit, the stems that narrow it, and whether it is people."""
    parts = _WORD.findall(words)
    if not parts:
        return "", frozenset(), True  # a figure without a unit, beside an event
    stems = [strip_diacritics(part)[:STEM_LETTERS] for part in parts]
    people = [bool(PEOPLE.match(part)) for part in parts]
    sorts = [bool(_SORTS.search(part)) for part in parts]
    if any(people) or any(sorts):
        narrow = frozenset(s for s, p in zip(stems, people, strict=True) if not p)
        return "", narrow - home, True
    # An adjective stands before its noun: "niebezpiecznych grup przestępczych".
    head = next((n for n, part in enumerate(parts) if not _ADJECTIVE.search(part)), 0)
    narrow = frozenset(s for n, s in enumerate(stems) if n != head)
    return stems[head][:4], narrow - home, False


_ADJECTIVE: Final = re.compile(
    r"(?:nych|kich|wych|czych|szych|ymi|imi|ne|kie|we|cze|sze)$"
)


def _whole(words: str) -> str:
    """Return the stem of the whole that a share is of."""
    parts = _WORD.findall(words)
    return strip_diacritics(parts[0])[:STEM_LETTERS] if parts else ""


def _places(text: str, home: frozenset[str]) -> tuple[frozenset[str], bool]:
    """Return the stems of the places named, else of the country; whether any is."""
    whole = _FOR_INSTANCE.sub(" ", text)
    named = [match["name"] or match["area"] for match in _IN_PLACE.finditer(whole)]
    stems = frozenset(
        strip_diacritics(name)[:STEM_LETTERS]
        for name in named
        if not _NO_PLACE.match(name)
    )
    local = stems - home
    return (local, True) if local else (home or frozenset({"*"}), False)


def _segments(text: str, quantities: Sequence[Quantity]) -> list[_Segment]:
    """Return the parts of a sentence that say one thing each.

    A conjunction parts only two figures: "w lutym i maju" is one part.
    """
    found: list[_Segment] = []
    start, depth = 0, 0
    for match in _BREAK.finditer(text):
        mark = match[0][:1] if match[0][:1] in _HARD_BREAKS else match[0]
        if mark not in _HARD_BREAKS and not any(
            start <= q.value.start < match.start() for q in quantities
        ):
            continue
        if any(q.value.holds(match.start()) for q in quantities):
            continue
        if match.end() > start:
            found.append(_Segment(Span(start, match.end()), depth))
            start = match.end()
        depth = max(0, depth + (mark == "(") - (mark == ")"))
    if start < len(text):
        found.append(_Segment(Span(start, len(text)), depth))
    return found


def _stems_of(texts: Iterable[str], *, least: int = 4) -> frozenset[str]:
    return frozenset(
        strip_diacritics(word)[:STEM_LETTERS]
        for text in texts
        for word in _WORD.findall(text)
        if len(word) >= least
    )


def _same_length_fold(text: str) -> str:
    """Return `text` folded letter by letter, so that offsets stay."""
    return "".join(
        folded if len(folded := strip_diacritics(char)) == 1 else char for char in text
    )

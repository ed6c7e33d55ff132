"""Footnote definitions -> primary sources, with what is wrong in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from coi_qa.domain.dates import PartialDate, PrintedDate, find_dates
from coi_qa.domain.layout import Link
from coi_qa.domain.source import Footnote, Source, SourceProblem
from coi_qa.domain.text import strip_diacritics
from coi_qa.ingest.kinds import kind_of
from coi_qa.ingest.lines import Line
from coi_qa.ingest.notes import NoteLines
from coi_qa.ingest.publishers import Naming, Variant, find_variants
from coi_qa.ingest.references import find_repeated

# A line may end after "https://", and the host begin the next one.
_ADDRESS_START = re.compile(r"(?:https?://|www\.)(?=\S|$)", re.IGNORECASE)
_ADDRESS_SLIPPED = re.compile(  # "htps:/host/path", "http//host"
    r"(?<!\w)(?:[a-z]{3,6}:/|https?//|https?:(?=\w))", re.IGNORECASE
)
_ADDRESS_TAIL = re.compile(  # all that is left of an address: "za.html"
    r"(?:^|,\s+)[\w%~.\-/]+\.(?:html?|php|aspx?|pdf)/?$", re.IGNORECASE
)
_ADDRESS_CHARS = re.compile(r"[\w\-./%?&=#~+:,;@!'()*\[\]$]+")
_LABEL = re.compile(r"(?:\[?\d{1,4}[\].)]?|[*†‡§¶‖]{1,9}\)?)?\s*")
_ACCESSED = re.compile(
    r"(?:(?:dane )?pobran[oey]|(?:ostatni |data (?:ostatniego )?)?dostępu?|"
    r"(?:data )?odczyt(?:u|ano)?|stan na|(?:last )?accessed|retrieved)"
    r"[:\s]*(?:w dniu|z dnia|dnia|dzień|on)?[:\s]*",
    re.IGNORECASE,
)
_LONGEST_DATE = len("15 października 2025 r.")
_FILTERS = re.compile(r"(?:filtry|filtr|filters?)\s*:\s*", re.IGNORECASE)
_EXPANSION = re.compile(r"(?<!\s)\s*\(([^()]*)\)\s*$")


@dataclass(frozen=True, slots=True)
class Reference:
    """What one definition says, taken apart.

    Attributes:
        raw: The whole note with its number, lines joined with one blank.
        publisher: First part, its spelled-out form in brackets left out.
        title: Parts between publisher and date.
        date: Of the source; of the data where only that is printed.
        accessed: When the data were taken.
        url: Rejoined over lines.
        filters: Selection of a dataset.
        problems: What is wrong.
        naming: How it names its publisher.
    """

    raw: str
    publisher: str | None
    title: str | None
    date: PartialDate | None
    accessed: PartialDate | None
    url: str | None
    filters: str | None
    problems: tuple[SourceProblem, ...]
    naming: Naming


def read_sources(
    notes: Sequence[NoteLines],
    *,
    marked: frozenset[int],
    links: Sequence[Link] = (),
) -> tuple[list[Footnote], list[Source]]:
    """Return the footnotes and the primary sources that they share.

    Footnotes name one source when their normalised address and dataset filter are the
    same, or without an address their publisher, title and date, or when one repeats
    the other ("Tamże").

    Args:
        notes: Definitions in their order.
        marked: Ordinals of those that a mark in the body names.
        links: Of the pages; one under a note leads where its printed address does not.
    """
    references = _references(notes, links)
    variants = find_variants([reference.naming for reference in references])
    ordinals: dict[tuple[str | None, ...], int] = {}
    for reference in references:
        ordinals.setdefault(_identity(reference), len(ordinals))
    members: list[list[int]] = [[] for _ in ordinals]
    footnotes: list[Footnote] = []
    for at, (note, reference) in enumerate(zip(notes, references, strict=True)):
        source = ordinals[_identity(reference)]
        members[source].append(at)
        variant = (SourceProblem.PUBLISHER_VARIANT,) if at in variants else ()
        unmarked = () if at in marked else (SourceProblem.UNMARKED,)
        footnotes.append(
            Footnote(
                ordinal=at,
                number=note.number,
                page_number=note.page_number,
                raw=reference.raw,
                boxes=note.boxes(),
                source=source,
                problems=(*reference.problems, *variant, *unmarked),
            )
        )
    sources = [
        _source(ordinal, references[own[0]], own, variants.get(own[0]))
        for ordinal, own in enumerate(members)
    ]
    return footnotes, _with_kinds(sources)


def _references(notes: Sequence[NoteLines], links: Sequence[Link]) -> list[Reference]:
    """Return what each note says; "Tamże" says what the note that it repeats says."""
    printed = [
        _with_link(read_reference([line.text for line in n.lines]), n, links)
        for n in notes
    ]
    repeated = find_repeated([reference.raw for reference in printed])
    return [
        reference if first is None else replace(printed[first], raw=reference.raw)
        for reference, first in zip(printed, repeated, strict=True)
    ]


def _with_link(
    reference: Reference, note: NoteLines, links: Sequence[Link]
) -> Reference:
    """Return a reference with the address of the link under its text.

    Only where the printed one is missing or damaged, which stays told of.
    """
    told = {SourceProblem.URL_MISSING, SourceProblem.URL_DAMAGED}
    if not told & set(reference.problems):
        return reference
    under = {
        link.url
        for link in links
        if _ADDRESS_START.match(link.url)
        and any(_is_under(link, line) for line in note.lines)
    }
    if len(under) != 1:
        return reference
    url = under.pop()
    return replace(reference, url=url, naming=replace(reference.naming, url=url))


def _is_under(link: Link, line: Line) -> bool:
    """Say whether a link lies under the words of a line."""
    x0, y0, x1, y1 = link.box
    middle = (y0 + y1) / 2
    return (
        link.page_number == line.page_number
        and line.base - 0.3 * line.size < middle < line.base + line.size
        and x0 < line.right
        and line.left < x1
    )


def read_reference(lines: Sequence[str]) -> Reference:
    """Take apart a definition given as its printed lines, number included.

    >>> found = read_reference(
    ...     [
    ...         "18 Amnesty International, Death sentences 2024, 08.04.2025,",
    ...         "https://www.amnesty.org/en/8976/",
    ...     ]
    ... )
    >>> found.publisher, str(found.date), found.url
    ('Amnesty International', '2025-04-08', 'https://www.amnesty.org/en/8976/')
    """
    raw = " ".join(" ".join(lines).split())
    first = _without_label(lines[0].strip())
    text, url, damaged = _take_address([first, *(line.strip() for line in lines[1:])])
    text, accessed = _take_accessed(text)
    if accessed is None:  # "https://…, [dostęp: 12.09.2025]"
        _, accessed = _take_accessed(raw)
    text, printed = _take_date(text)
    parts = _parts(text)
    publisher, title = (parts[0] if parts else None), ", ".join(parts[1:]) or None
    title, filters = _take_filters(title)
    problems: list[SourceProblem] = []
    if url is None:
        damage = SourceProblem.URL_DAMAGED if damaged else SourceProblem.URL_MISSING
        problems.append(damage)
    elif damaged:
        problems.append(SourceProblem.URL_DAMAGED)
    # Data are of the day they were taken; a page that was looked at is older.
    taken = accessed if filters else None
    if printed is None and taken is None:
        problems.append(SourceProblem.DATE_MISSING)
    elif printed is not None and printed.date is None:
        problems.append(SourceProblem.DATE_INVALID)
    date = printed.date if printed is not None else taken
    short = _EXPANSION.sub("", publisher) if publisher else None
    return Reference(
        raw=raw,
        publisher=short,
        title=title,
        date=date,
        accessed=accessed,
        url=url,
        filters=filters,
        problems=tuple(problems),
        naming=Naming(short, publisher, url),
    )


def _without_label(line: str) -> str:
    """Return a note's first line without the number or star that it begins with."""
    label = _LABEL.match(line)
    return line[label.end() :] if label else line


def _take_address(lines: Sequence[str]) -> tuple[str, str | None, bool]:
    """Return the text without its address, the address, and whether it is damaged.

    An address goes on in the next line while that begins without a blank inside; what
    follows it and begins another address is a stray and stays in the raw text. One
    whose "https://" is misspelt is taken out too, but leads nowhere.
    """
    kept: list[str] = []
    url: str | None = None
    damaged = slipped = False
    open_end = False
    for line in lines:
        if url is not None:
            head, _, rest = line.partition(" ")
            begun = url.endswith(":/") or url.endswith("//")
            goes_on = open_end and (begun or not _ADDRESS_START.match(line))
            if url.endswith("-"):  # Polish custom sets a hyphen again on the new line
                head = head.removeprefix("-")
            if goes_on and _ADDRESS_CHARS.fullmatch(head) and not rest:
                url += head
            elif goes_on and _ADDRESS_CHARS.fullmatch(head) and url.endswith("-"):
                url += head
                open_end = False
            else:
                open_end = False
            continue
        match = _ADDRESS_START.search(line) or _ADDRESS_SLIPPED.search(line)
        tail = _ADDRESS_TAIL.search(line)
        if match is not None:
            slipped = match.re is _ADDRESS_SLIPPED
            _add(kept, line[: match.start()])
            url, _, after = line[match.start() :].partition(" ")
            open_end = not after.strip()
        elif kept and tail is not None and tail.start() == 0:
            damaged = True
        elif tail is not None and tail.start() > 0:
            _add(kept, line[: tail.start()])
            damaged = True
        else:
            _add(kept, line)
    if url is not None:
        is_cut = url.endswith(("…", "..."))
        url = url.rstrip("….,;)")
        damaged = damaged or slipped or is_cut or not _is_whole(url)
    return " ".join(" ".join(kept).split()), None if slipped else url, damaged


def _add(kept: list[str], text: str) -> None:
    """Add a line's text, to the last one where a range of dates is broken."""
    if kept and kept[-1].endswith("-") and text[:1].isdigit():
        kept[-1] += text
    else:
        kept.append(text)


def _is_whole(url: str) -> bool:
    """Say whether an address has a host that could be one."""
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname or ""
    except ValueError:
        return False
    return "." in host.strip(".") and " " not in url


def _take_accessed(text: str) -> tuple[str, PartialDate | None]:
    """Return the text before "dane pobrano …", and the date after it."""
    for match in _ACCESSED.finditer(text):
        dates = find_dates(text[match.end() :][:_LONGEST_DATE])
        if dates and dates[0].start == 0:
            return text[: match.start()].rstrip(" ,;(["), dates[0].date
    return text, None


def _take_date(text: str) -> tuple[str, PrintedDate | None]:
    """Return the text without the date it ends in, and that date.

    The year of a title is not the source's date; a year alone counts only as a part
    of its own. A range of dates belongs to a dataset's filter.
    """
    bare = text.rstrip(" ,.;")
    dates = find_dates(bare)
    if not dates:
        return bare, None
    last = dates[-1]
    if last.start + len(last.text) != len(bare):
        return bare, None
    before = bare[: last.start]
    if before.rstrip().endswith(("-", "–")):
        return bare, None
    year_alone = last.text.isdigit()
    if year_alone and not before.rstrip().endswith(","):
        return bare, None
    return before.rstrip(" ,;"), last


def _parts(text: str) -> list[str]:
    """Return the parts of a reference between commas outside brackets and figures.

    >>> _parts("CIA (Central, Agency), The World Factbook. Kazachstan")
    ['CIA (Central, Agency)', 'The World Factbook. Kazachstan']
    """
    parts, depth = [""], 0
    for char, following in zip(text, text[1:] + " ", strict=False):
        depth += (char == "(") - (char == ")")
        if char == "," and depth <= 0 and following.isspace():
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts if part.strip()]


def _take_filters(title: str | None) -> tuple[str | None, str | None]:
    """Return a title without the dataset filter in it, and the filter."""
    match = _FILTERS.search(title or "")
    if title is None or match is None:
        return title, None
    return title[: match.start()].rstrip(" ,") or None, title[match.end() :]


def _identity(reference: Reference) -> tuple[str | None, ...]:
    if reference.url is not None and _is_whole(reference.url):
        return ("url", normal_address(reference.url), reference.filters)
    names = (reference.publisher, reference.title)
    return (
        "name",
        *(strip_diacritics(name) if name else None for name in names),
        str(reference.date),
    )


def normal_address(url: str) -> str:
    """Return an address in the form in which two spellings of it are the same.

    >>> normal_address("http://www.Example.org/a%20b/") == normal_address(
    ...     "https://example.org/a b"
    ... )
    True
    """
    parts = urlsplit(url if "//" in url else f"//{url}")
    host = (parts.hostname or "").removeprefix("www.")
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{unquote(parts.path).rstrip('/')}{query}"


def _source(
    ordinal: int, reference: Reference, members: Sequence[int], variant: Variant | None
) -> Source:
    return Source(
        ordinal=ordinal,
        publisher=reference.publisher,
        title=reference.title,
        date=reference.date,
        accessed=reference.accessed,
        url=reference.url,
        kind=(
            "dataset"
            if reference.filters
            else kind_of(reference.naming.printed, reference.title, reference.url)
        ),
        filters=reference.filters,
        footnotes=tuple(members),
        originator=variant.usual if variant else reference.publisher,
        evidence=variant.evidence if variant else "",
    )


def _with_kinds(sources: Sequence[Source]) -> list[Source]:
    """Return the sources, those of unknown kind given that of their publisher."""
    known = {s.originator: s.kind for s in sources if s.originator and s.kind}
    return [
        source
        if source.kind or not source.originator
        else replace(source, kind=known.get(source.originator))
        for source in sources
    ]

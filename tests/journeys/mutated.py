"""Made-up reports, each different from the last in what makes notes hard to read.

Everything follows from a seed: breaks of pages, notes long enough to go on on the next
one, kinds of marks, fonts, widths, the generator, where numbering restarts and where
the notes stand; years and figures in running text, lines that begin with a number,
numbered lists at the foot of a page.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.typeset import Block, Heading, Item, Layout, NewPage, Note, Paragraph

FONTS = {
    "typst": ("Libertinus Serif", "New Computer Modern", "DejaVu Sans"),
    "weasyprint": ("DejaVu Serif", "DejaVu Sans"),
}
PLACES = "Brzezin Dolany Ostrowa Kalinów Wierzbna Zabrodzia Lipnik Modrzewiec".split()
WHO = "policja wojsko sąd rada urząd komisja straż gmina parlament rzecznik".split()
DID = "zatrzymała zbadała przyjęła ogłosiła odrzuciła wskazała opisała".split()
WHAT = "skargę ustawę wniosek listę sprawę umowę decyzję petycję uchwałę".split()
DETAILS = (
    "w 2024 r.",
    "31 grudnia 2023 r.",
    "(por. art. 12 ust. 3)",
    "(zob. rozdz. 4)",
    "w wersji 2.1",
    "na obszarze 15 km kwadratowych",
    "po raz 3. z rzędu",
    "jak w latach 2019–2021",
    "według 12 źródeł",
    "(razem 1 250 osób)",
    "w punktach 1), 2) i 3)",
    "przy 5 * 3 próbach",
)
PUBLISHERS = "Kurier Głos Atlas Rejestr Przegląd Komitet Biuletyn Kronika".split()


def report_of(seed: int) -> tuple[list[Block], Layout]:
    """Return the text of report number `seed` and how it is set."""
    dice = random.Random(seed)
    layout = _layout(dice)
    return list(_blocks(dice, layout)), layout


def _layout(dice: random.Random) -> Layout:
    generator = dice.choice(("typst", "typst", "weasyprint"))
    mark = dice.choice(("raised", "[n]", "raised [n]", "raised n)", "*"))
    notes = dice.choice(("foot", "foot", "foot", "hand", "chapter", "report"))
    restart = dice.choice(("report", "chapter", "page"))
    if mark == "*":
        notes, restart = dice.choice(("foot", "hand")), "page"
    elif notes in ("chapter", "report") and restart == "page":
        restart = "chapter"
    columns = 2 if generator == "typst" and dice.random() < 0.2 else 1
    width = dice.uniform(360, 480) + 140 * (columns - 1)
    width += 100 * (notes == "hand")
    return Layout(
        generator,
        mark,
        notes=notes,
        restart=restart,
        columns=columns,
        font=dice.choice(FONTS[generator]),
        size=dice.choice((9.0, 10.0, 11.0)),
        width=width,
        justify=dice.random() < 0.6,
        endnotes_heading=dice.choice(("Przypisy", "PRZYPISY KOŃCOWE", "Źródła")),
    )


def _blocks(dice: random.Random, layout: Layout) -> Iterator[Block]:
    pages = layout.restart == "page" or layout.notes == "hand"
    for chapter in range(dice.randint(2, 4)):
        if chapter and (pages or dice.random() < 0.3):
            yield NewPage()
        yield Heading(f"Rozdział {dice.choice(PLACES)} {chapter + 1}", chapter=True)
        for part in range(dice.randint(1, 3)):
            if part and pages:
                yield NewPage()
            yield Heading(f"Sprawy w {dice.choice(PLACES)}")
            # Notes set by hand stand below the page's own words.
            for _ in range(1 if layout.notes == "hand" else dice.randint(1, 2)):
                yield _paragraph(dice, marks=dice.randint(0, 2))
            if dice.random() < 0.5:
                yield from _numbered_list(dice)
            if dice.random() < 0.4:
                yield _paragraph(dice, marks=1)


def _paragraph(dice: random.Random, *, marks: int) -> Paragraph:
    line: list[str | Note] = []
    marked = set(dice.sample(range(4), marks))
    for at in range(4):
        blank = " " if line else ""
        line.append(f"{blank}{_sentence(dice)}")
        if at in marked:
            line += [_note(dice) for _ in range(dice.choice((1, 1, 1, 2)))]
    return Paragraph(tuple(_parted(line)))


def _parted(line: list[str | Note]) -> Iterator[str | Note]:
    """Two marks side by side have a comma where figures would run together."""
    for before, piece in zip([None, *line], line, strict=False):
        if isinstance(before, Note) and isinstance(piece, Note):
            yield ", "
        yield piece


def _numbered_list(dice: random.Random) -> Iterator[Block]:
    shape = dice.choice(("{}. {}", "{}) {}", "{} {}"))
    for number in range(1, dice.randint(3, 5)):
        text = shape.format(number, _sentence(dice))
        yield Item((text, _note(dice)) if dice.random() < 0.2 else (text,))


def _sentence(dice: random.Random) -> str:
    start = dice.choice(
        ("", "", "1 stycznia 2025 r. ", "2 osoby i ", "111 tys. osób i ")
    )
    words = f"{dice.choice(WHO)} {dice.choice(DID)} {dice.choice(WHAT)}"
    words = words if start else words.capitalize()
    detail = f" {dice.choice(DETAILS)}" if dice.random() < 0.5 else ""
    return (
        f"{start}{words} gminy {dice.choice(PLACES)}{detail} oraz {dice.choice(WHAT)}."
    )


def _note(dice: random.Random) -> Note:
    parts = [f"{dice.choice(PUBLISHERS)} z {dice.choice(PLACES)}"]
    for _ in range(dice.choice((1, 1, 2, 8))):  # eight go on on the next page at times
        parts.append(f"{dice.randint(1, 30)} {_sentence(dice)[:-1]}")
    parts.append(f"{dice.randint(1, 28):02}.0{dice.randint(1, 9)}.2024")
    if dice.random() < 0.6:
        parts.append(f"https://{dice.choice(WHO)}.example.org/{dice.randint(1, 999)}")
    return Note(", ".join(parts))

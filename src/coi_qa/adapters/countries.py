"""Country names from CLDR (Babel) and ISO 3166 (pycountry), and what goes with them.

Capitals, adjectives and people stand in `country_forms.tsv`, cities and regions in
`places.tsv`, both beside this file: no library has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

from coi_qa.adapters.spelling import closest
from coi_qa.domain.country import Country, Gazetteer, Lemmas, Place, Reading

LANGUAGES = ("pl", "en", "uk", "ru")

_KOSOVO = ("XK", "XKX")  # not in ISO 3166; the codes that CLDR and the EU use

# Names in use beside CLDR's own.
_ALSO = {
    "ARE": ("ZEA", "UAE", "ОАЭ", "ОАЕ"),
    "BLR": ("Belarus", "Белоруссия", "Білорусія"),
    "CIV": ("Wybrzeże Kości Słoniowej",),
    "COD": (
        "DRK",
        "Demokratyczna Republika Konga",
        "DR Konga",
        "Kongo-Kinszasa",
        "DRC",
        "Democratic Republic of the Congo",
        "DR Congo",
        "ДР Конго",
    ),
    "COG": ("Republika Konga", "Kongo-Brazzaville", "Republic of the Congo"),
    "CZE": ("Czechy",),
    "GBR": ("Anglia", "UK", "England", "Англия", "Англія"),
    "KGZ": ("Kirgizja", "Киргизия", "Киргизія", "Кыргызстан"),
    "KOR": ("Republika Korei",),
    "MDA": ("Молдавия", "Молдавія"),
    "MKD": ("Macedonia",),
    "MMR": ("Birma", "Mjanma", "Burma"),
    "NLD": ("Holandia", "Holland", "Голландия", "Голландія"),
    "PRK": ("KRLD", "КНДР"),
    "PSE": ("Palestyna", "Palestine", "Палестина"),
    "RUS": ("Federacja Rosyjska", "Russian Federation", "РФ"),
    "SYR": ("Syria",),
    "TKM": ("Turkmenia", "Туркмения", "Туркменія"),
    "TUR": ("Turkey", "Turcja"),
    "USA": ("USA", "Stany Zjednoczone", "США"),
    "ZAF": ("RPA",),
}


# Names that several countries share.
_SHARED = (
    Place(("COD", "COG"), ("Kongo", "Congo", "Конго"), "shared"),
    Place(("KOR", "PRK"), ("Korea", "Корея"), "shared"),
)
_FORMS = Path(__file__).with_name("country_forms.tsv")
_PLACES = Path(__file__).with_name("places.tsv")


def load_gazetteer(lemmas: Lemmas, *, invented: Iterable[Country] = ()) -> Gazetteer:
    """Return the world's countries, and the invented ones of a sample corpus.

    Args:
        lemmas: Dictionary forms of a word.
        invented: As `reports.toml` declares them.
    """
    # Imported here: Babel reads its locale data from disk.
    import pycountry
    from babel import Locale

    territories = [Locale(language).territories for language in LANGUAGES]
    codes = [(entry.alpha_2, entry.alpha_3) for entry in pycountry.countries]
    real = []
    for short, code in (*codes, _KOSOVO):
        names = [names[short] for names in territories if short in names]
        names += _ALSO.get(code, ())
        real.append(Country(code, tuple(dict.fromkeys(names))))
    return Gazetteer((*real, *invented), lemmas)


def load_atlas(lemmas: Lemmas, *, invented: Iterable[Country] = ()) -> Gazetteer:
    """Return the countries by all that questions name them by.

    Adjectives and people, capitals, cities and regions, and names misspelt as well.
    Reports are read with `load_gazetteer`: a title says its country outright.

    Args:
        lemmas: Dictionary forms of a word.
        invented: As `reports.toml` declares them.
    """
    plain = load_gazetteer(lemmas, invented=invented)
    rows = list(_rows(_FORMS))
    forms = {code: _listed(said) for code, _, said in rows}
    countries = tuple(
        replace(country, forms=(*country.forms, *forms.get(country.code, ())))
        for country in plain.countries
    )
    named = {name for country in countries for name in country.names}
    places = [*_SHARED]
    for code, capitals, _ in rows:
        places += _places((code,), _listed(capitals), "city", taken=named)
    for reading, codes, names in _rows(_PLACES):
        states = tuple(codes.split())
        places += _places(states, _listed(names), cast("Reading", reading), taken=named)
    return replace(plain, countries=countries, places=tuple(places), closest=closest)


def _rows(path: Path) -> Iterator[list[str]]:
    for line in path.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            cells = line.split("\t")
            yield cells + [""] * (3 - len(cells))


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(name for part in cell.split(",") if (name := part.strip()))


def _places(
    codes: tuple[str, ...], names: Iterable[str], reading: Reading, *, taken: set[str]
) -> Iterator[Place]:
    """Yield a place by the names that are its own, and by those that it shares."""
    own = [name for name in names if name not in taken]
    sure = tuple(name for name in own if not name.endswith("?"))
    unsure = tuple(name.removesuffix("?") for name in own if name.endswith("?"))
    if sure:
        yield Place(codes, sure, reading)
    if unsure:
        yield Place(codes, unsure, reading, is_sure=False)

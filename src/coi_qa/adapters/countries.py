"""Country names from CLDR (Babel) and ISO 3166 (pycountry)."""

from __future__ import annotations

from collections.abc import Iterable

from coi_qa.domain.country import Country, Gazetteer, Lemmas

LANGUAGES = ("pl", "en", "uk", "ru")

_KOSOVO = ("XK", "XKX")  # not in ISO 3166; the codes that CLDR and the EU use

# Names in use beside CLDR's own.
_ALSO = {
    "BLR": ("Belarus",),
    "CIV": ("Wybrzeże Kości Słoniowej",),
    "COD": (
        "DRK",
        "Demokratyczna Republika Konga",
        "DRC",
        "Democratic Republic of the Congo",
    ),
    "CZE": ("Czechy",),
    "GBR": ("Anglia", "UK"),
    "MKD": ("Macedonia",),
    "MMR": ("Birma", "Mjanma"),
    "PSE": ("Palestyna", "Palestine"),
    "RUS": ("Federacja Rosyjska", "Russian Federation"),
    "SYR": ("Syria",),
    "TUR": ("Turkey", "Turcja"),
    "USA": ("USA", "Stany Zjednoczone"),
}


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

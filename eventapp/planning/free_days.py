"""Public holidays of the Länder, by the `holidays` library. Pure: the same day, the same answer.

School holidays are not asked: they move with every year's decree, and no library keeps them.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from holidays import country_holidays

LANDS: Mapping[str, str] = {  # ISO 3166-2:DE
    "BW": "Baden-Württemberg",
    "BY": "Bayern",
    "BE": "Berlin",
    "BB": "Brandenburg",
    "HB": "Bremen",
    "HH": "Hamburg",
    "HE": "Hessen",
    "MV": "Mecklenburg-Vorpommern",
    "NI": "Niedersachsen",
    "NW": "Nordrhein-Westfalen",
    "RP": "Rheinland-Pfalz",
    "SL": "Saarland",
    "SN": "Sachsen",
    "ST": "Sachsen-Anhalt",
    "SH": "Schleswig-Holstein",
    "TH": "Thüringen",
}


def holiday(day: date, land: str | None, *, language: str = "de") -> str | None:
    """What the whole Land has off that day; without a Land, what all of Germany has."""
    return _of_year(day.year, land, "de" if language == "de" else "en_US").get(day)


@lru_cache(maxsize=256)
def _of_year(year: int, land: str | None, language: str) -> Mapping[date, str]:
    return dict(country_holidays("DE", subdiv=land, years=year, language=language))

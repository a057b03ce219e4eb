"""Public holidays of the Länder, by the `holidays` library. Pure: the same day, the same answer.

School holidays are not asked: they move with every year's decree, and no library keeps them.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from holidays import country_holidays


def holiday(day: date, land: str | None, *, language: str = "de") -> str | None:
    """What the whole Land has off that day; without a Land, what all of Germany has."""
    return _of_year(day.year, land, "de" if language == "de" else "en_US").get(day)


@lru_cache(maxsize=256)
def _of_year(year: int, land: str | None, language: str) -> Mapping[date, str]:
    return dict(country_holidays("DE", subdiv=land, years=year, language=language))

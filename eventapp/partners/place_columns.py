"""What the columns of a list of places mean: guessed from their headings, in German and English.
Pure."""

import re
from dataclasses import dataclass

from eventapp.organisations.columns import guess_columns, heading_line
from eventapp.table_files import Lines

MEANINGS: dict[str, tuple[str, ...]] = {  # headings as `organisations.columns` compares them
    "title": ("titel", "termin", "name des termins", "title", "event", "veranstaltung"),
    "venue_name": (
        *("haus oder raum", "haus", "raum", "veranstaltungsort", "name des ortes", "venue"),
        *("venue name", "saal", "gebaude", "haus raum", "standort", "place", "location"),
    ),
    "venue_street": (
        *("strasse", "strasse und hausnummer", "strasse hausnummer", "strasse nr", "anschrift"),
        *("adresse", "street", "address", "street and number"),
    ),
    "venue_postal_code": ("plz", "postleitzahl", "postal code", "zip", "zip code", "postcode"),
    "venue_city": ("ort", "stadt", "gemeinde", "city", "town", "stadt gemeinde"),
    "region": ("region", "regierungsbezirk", "bezirk", "gebiet", "area"),
    "starts_on": ("datum", "tag", "date", "day", "am"),
    "starts_time": ("beginn", "anfang", "von", "start", "uhrzeit", "from", "starts", "begin"),
    "ends_time": ("ende", "bis", "end", "until", "to", "ends"),
    "capacity_in_person": (
        *("platze", "platze vor ort", "anzahl platze", "places", "seats", "capacity"),
        *("teilnehmerzahl", "kapazitat"),
    ),
    "partner": (
        *("partner", "partnerorganisation", "name des partners", "veranstalter vor ort"),
        *("partner name", "ausrichter", "gastgeber", "organisation", "partnerin", "host"),
    ),
    "email": (
        *("e mail", "email", "mail", "e mail des partners", "partner e mail", "partner email"),
        *("e mail adresse", "e mail partner", "email partner", "e mail address"),
    ),
}


@dataclass(frozen=True)
class Row:
    """One place as the list has it; `line` is its number in the file."""

    line: int
    cells: dict[str, str]


def rows_of(lines: Lines) -> tuple[set[str], list[Row]]:
    """Which columns were found, and the lines below the headings that say anything."""
    top = heading_line(lines, MEANINGS)
    columns = guess_columns(lines[top], MEANINGS)
    rows = [
        Row(number, {name: cell for name, cell in zip(columns, line, strict=True) if name})
        for number, line in enumerate(lines[top + 1 :], top + 2)
    ]
    named = [Row(row.line, {**row.cells, **_times(row.cells)}) for row in rows]
    return {each for each in columns if each}, [row for row in named if any(row.cells.values())]


def _times(cells: dict[str, str]) -> dict[str, str]:
    """`18`, `18 Uhr` and a workbook's `18:00:00` as people type a time into a form."""
    names = [name for name in ("starts_time", "ends_time") if cells.get(name)]
    return {name: _time(cells[name]) for name in names}


def _time(text: str) -> str:
    plain = re.sub(r"\s*(Uhr|h)$", "", text.strip())
    plain = re.sub(r"^(\d{1,2}:\d\d):00$", r"\1", plain)
    return f"{plain}:00" if re.fullmatch(r"\d{1,2}", plain) else plain

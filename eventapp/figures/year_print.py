"""A year of a network for print: what `templates/pdf/year.typ` sets."""

from datetime import datetime
from typing import Any

from eventapp.figures.year import Year, YearEvent
from eventapp.figures.year_tables import (
    Table,
    event_more,
    event_numbers_in_words,
    number,
    year_tables,
)
from eventapp.formatting import clock_time, full_date
from eventapp.languages import gettext as _
from eventapp.languages import present_language
from eventapp.networks.look import full
from eventapp.networks.printed import printed_logo
from eventapp.networks.queries import NetworkNode


def for_print(network: NetworkNode, year: Year, before: Year, now: datetime) -> dict[str, Any]:
    return {
        "title": _("Zahlen %(year)s: %(network)s", year=year.year, network=network.name),
        "lang": present_language(),
        "foot": _("Stand %(day)s, %(time)s", day=full_date(now), time=clock_time(now)),
        "brand": full(network.inherited.colours)["brand"],
        "line": full(network.inherited.colours)["copper_line"],
        "logo": printed_logo(network.inherited.logo),
        "intro": intro(),
        "tables": [_table(table) for table in year_tables(year, before)],
        "events": {
            "title": _("Veranstaltungen"),
            "headings": [
                *(_("Datum"), _("Veranstaltung"), _("Plätze"), _("Angemeldet")),
                *(_("Da vor Ort"), _("Da online"), _("Nicht erschienen")),
            ],
            "rows": [_event(each, network.name) for each in year.events],
        },
    }


def intro() -> str:
    """How all of it is counted."""
    return _(
        "Gezählt sind Veranstaltungen, die in diesem Jahr begonnen haben, auch die der Netzwerke"
        " darunter und mitveranstaltete, jede einmal. Wer an drei Veranstaltungen teilnimmt, zählt"
        " dreimal. Da gewesen ist, wen Einlass, Online-Zugang, Bericht der Plattform oder die"
        " Geschäftsstelle vermerkt hat. Wo „Zahlen vom“ steht, wurden danach Daten gelöscht; die"
        " Zahlen sind die jenes Tages."
    )


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "headings": table.headings,
        "rows": [[number(cell) for cell in row] for row in table.rows],
        "note": table.note,
    }


def _event(event: YearEvent, here: str) -> dict[str, Any]:
    return {
        "day": full_date(event.first_day),
        "title": event.title,
        "more": event_more(event, here),
        "numbers": event_numbers_in_words(event),
    }

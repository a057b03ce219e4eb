"""A network's year: the page, its tables as files for office programs, and the sheet for print."""

from dataclasses import dataclass

from flask import Blueprint
from werkzeug import Response

from eventapp import clock, pdf
from eventapp.accounts.access import render_console
from eventapp.clock import berlin_day
from eventapp.db import reading
from eventapp.downloads import as_file
from eventapp.figures import year_reads
from eventapp.figures.year import Year
from eventapp.figures.year_print import for_print, intro
from eventapp.figures.year_tables import (
    event_headings,
    event_more,
    event_numbers_in_words,
    event_row,
    number,
    sum_headings,
    sum_rows,
    year_tables,
)
from eventapp.languages import gettext as _
from eventapp.networks.access import asks, my_grants
from eventapp.networks.queries import NetworkNode, may
from eventapp.networks.rules import Permission
from eventapp.networks.tree_routes import get_network
from eventapp.spreadsheets import write_csv

console = Blueprint("year", __name__, url_prefix="/organise/networks/<slug>/figures")

READ = Permission.EVENTS_READ
ONE = "/<int(min=1970, max=2999):year>"


@dataclass(frozen=True)
class _Shown:
    """A year of a network, the one before, and which years there are at all."""

    network: NetworkNode
    year: Year
    before: Year
    span: tuple[int, int]
    own_ids: frozenset[int]  # events whose own page of figures the account sees


@console.get("")
@asks(READ)
def latest(slug: str) -> str:
    """The present year."""
    return _page(slug, berlin_day(clock.now()).year)


@console.get(ONE)
@asks(READ)
def year(slug: str, year: int) -> str:
    """Events of the network, those below it and those co-hosted, with their sums and the year
    before. No cell below five, whoever asks."""
    return _page(slug, year)


def _page(slug: str, year: int) -> str:
    shown = _read(slug, year)
    first, last = shown.span
    return render_console(
        "figures/year.html",
        tab="networks",
        n=shown.network,
        year=shown.year,
        tables=year_tables(shown.year, shown.before),
        own_ids=shown.own_ids,
        intro=intro(),
        number=number,
        more=event_more,
        numbers=event_numbers_in_words,
        earlier=year - 1 if year > first else None,
        later=year + 1 if year < last else None,
    )


@console.get(f"{ONE}.csv")
@asks(READ)
def events_csv(slug: str, year: int) -> Response:
    """A line for each event."""
    shown = _read(slug, year)
    file = write_csv(event_headings(), map(event_row, shown.year.events))
    return as_file(file, _("zahlen-%(year)s.csv", year=year))


@console.get(f"{ONE}/sums.csv")
@asks(READ)
def sums_csv(slug: str, year: int) -> Response:
    """All sums, a line each with the table that it belongs to."""
    shown = _read(slug, year)
    rows = sum_rows(year_tables(shown.year, shown.before))
    file = write_csv(sum_headings(), rows)
    return as_file(file, _("summen-%(year)s.csv", year=year))


@console.get(f"{ONE}.pdf")
@asks(READ)
def year_pdf(slug: str, year: int) -> Response:
    """All of the page for an annual report: tagged, in the network's colours."""
    shown = _read(slug, year)
    data = for_print(shown.network, shown.year, shown.before, clock.now())
    made = pdf.write_pdf("year", data)
    return as_file(made, _("zahlen-%(year)s.pdf", year=year))


def _read(slug: str, year: int) -> _Shown:
    network, tree, _mine = get_network(slug, READ)
    today, grants = berlin_day(clock.now()), my_grants()
    with reading() as connection:
        now, before = year_reads.read_years(connection, tree, network.id, [year, year - 1], today)
        span = year_reads.find_span(connection, tree, network.id)
    own = (each for each in now.events if may(grants, READ, each, tree))
    return _Shown(network, now, before, span or (year, year), frozenset(each.id for each in own))

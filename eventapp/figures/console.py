"""The page of one event's figures."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, request
from sqlalchemy import Connection

from eventapp import clock
from eventapp.accounts.access import render_console
from eventapp.attendance.standing_words import rule_words
from eventapp.clock import berlin_day
from eventapp.db import reading
from eventapp.errors import NotFound
from eventapp.events.definition import EventDefinition
from eventapp.events.permitted import get_with_figures
from eventapp.figures import queries
from eventapp.figures.counting import count_figures
from eventapp.figures.counts import counts_of, with_invited
from eventapp.figures.rules import Compared, Figures, compare, weeks
from eventapp.forms import one_line
from eventapp.networks.access import asks, my_grants
from eventapp.networks.queries import get_tree, may
from eventapp.networks.rules import Permission
from eventapp.registration.rules import is_over

console = Blueprint("figures", __name__, url_prefix="/organise/events/<slug>/figures")

_LOOKS_BACK = timedelta(days=3 * 366)
_A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Comparison:
    """The other event (slug, title, first_day), how far it had come, how many were there."""

    event: Any
    numbers: Compared
    arrived: int


@console.get("")
@asks(Permission.EVENTS_READ)
def event(slug: str) -> str:
    """Over time, by attendance, workshop and organisation; `?with=` names an event to compare.

    Hosts see those of their contingent, and compare with nothing.
    """
    shown, mine, within = get_with_figures(slug)
    today = berlin_day(clock.now())
    asked = one_line(request.args.get("with")) or ""
    with reading() as connection:
        if within is None:
            figures, as_of = queries.find_dated(connection, shown)
            others = _others(connection, shown)
        else:
            figures, as_of = count_figures(connection, shown, within), None
            others = []
        chosen = _choose(shown, others, asked)
        comparison = _compare(connection, shown, figures, chosen)
    if Permission.REGISTRATIONS_READ not in mine:
        figures = figures.without_small_cells()
    counts = counts_of(figures)
    columns, earlier = weeks(figures.days, min(today, shown.last_day))
    return render_console(
        "figures/event.html",
        tab="events",
        e=shown,
        figures=figures,
        as_of=as_of,
        counts=counts,
        types=with_invited(counts.by_type, figures.rounds.get("types", {})),
        districts=with_invited(counts.by_district, figures.rounds.get("districts", {})),
        rule=rule_words(shown),
        within=within,
        columns=columns,
        earlier=earlier,
        is_running=today <= shown.last_day,
        is_over=is_over(shown, clock.now()),
        has_begun=today >= shown.first_day,
        others=others,
        comparison=comparison,
    )


def _others(connection: Connection, event: EventDefinition) -> list[Any]:
    """Earlier events of the same network, that the account may see."""
    found = queries.list_comparable(
        connection, [event.network.id], event.first_day, event.first_day - _LOOKS_BACK
    )
    grants, tree = my_grants(), get_tree(connection)
    return [
        row
        for row in found
        if may(grants, Permission.EVENTS_READ, _At(row.id, event.network), tree)
    ]


@dataclass(frozen=True)
class _At:
    """An event as the place of a permission."""

    id: int
    network: Any


def _choose(event: EventDefinition, others: list[Any], asked: str) -> Any:
    """The event asked for, else the one of the same kind about a year before, else of its kind."""
    if asked:
        found = next((row for row in others if row.slug == asked), None)
        if found is None:
            raise NotFound
        return found
    alike = [row for row in others if row.kind == event.kind]
    return min(alike, key=lambda row: abs(event.first_day - _A_YEAR - row.first_day), default=None)


def _compare(
    connection: Connection, event: EventDefinition, figures: Figures, chosen: Any
) -> Comparison | None:
    if chosen is None:
        return None
    days, arrived = queries.find_course(connection, chosen.id)
    today = berlin_day(clock.now())
    numbers = compare(figures.days, event.first_day, days, chosen.first_day, today)
    return Comparison(chosen, numbers, arrived)

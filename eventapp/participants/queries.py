"""What organisers read of the people of one event: figures, and the list as it is filtered.

A fixed number of statements each, however many people there are.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, func, literal, select

from eventapp.attendance.queries import first_presences
from eventapp.base import table_of
from eventapp.checkin.passages import first_admissions, walked_in
from eventapp.events.contingent import Contingent
from eventapp.events.definition import EventDefinition, ItemDefinition
from eventapp.networks.models import Organisation
from eventapp.paging import Page
from eventapp.participants import selection
from eventapp.participants.selection import Wanted, bounds, conditions, order
from eventapp.registration.line import position_of
from eventapp.registration.models import Place, Registration, RegistrationStatus
from eventapp.unsubscribing.rules import Topic

_R = table_of(Registration).c
_P = table_of(Place).c
_O = table_of(Organisation).c

# Built once: making a statement costs more than sending it.
_EVENT: Any = bindparam("event")
_SOME: Any = bindparam("registrations", expanding=True)
_MOVED_UP = (
    select(func.count())
    .where(
        _R.event_id == _EVENT,
        _R.confirmed_at > _R.created_at,  # as the index has it
        _R.confirmed_at > func.coalesce(_R.admitted_at, _R.created_at),
        _R.status != RegistrationStatus.CANCELLED,
    )
    .scalar_subquery()
)
_FIGURES = (
    select(_R.status, func.count().label("n"), _MOVED_UP.label("moved_up"))
    .where(_R.event_id == _EVENT)
    .group_by(_R.status)
)
_FIGURES_WITHIN = (
    select(_R.status, func.count().label("n"), literal(0).label("moved_up"))
    .where(_R.event_id == _EVENT)
    .group_by(_R.status)
)
_KINDS_OF_ORGANISATIONS = (
    select(_O.type, _O.district)
    .where(_O.id.in_(select(_R.organisation_id).where(_R.event_id == _EVENT)))
    .distinct()
)
_LISTED = select(
    _R.id,
    _R.title,
    _R.first_name,
    _R.last_name,
    _R.organisation,
    _R.attendance,
    _R.status,
    _R.needs_sealed.is_not(None).label("has_needs"),
    _R.is_guest,
    walked_in().label("walked_in"),
    _R.created_at,
    _R.coming_at,
    case((_R.waits_for.is_not(None), position_of(_R))).label("position"),
    selection.misses_mail().label("misses_mail"),
    selection.refuses(Topic.MESSAGES).label("refuses_messages"),
    selection.refuses(Topic.REMINDERS).label("refuses_reminders"),
)
_LISTED_COLUMNS = tuple(_LISTED.selected_columns.keys())
_ALL, _NO_TOTAL = func.count().over(), literal(0)  # on all pages; not asked for
_LINE = (
    select(
        _R.id,
        func.row_number()
        .over(partition_by=_R.waits_for, order_by=_R.queue_number)
        .label("position"),
    )
    .where(_R.event_id == _EVENT, _R.waits_for.is_not(None))
    .subquery("line")
)
_POSITIONS = select(_LINE.c.id, _LINE.c.position)
_PLACES = select(_P.registration_id, _P.programme_item_id, _P.status)
_CHOSEN = _PLACES.where(_P.programme_item_id.in_(bindparam("items", expanding=True)))
_CHOSEN_BY = _PLACES.where(_P.registration_id.in_(_SOME))


@dataclass(frozen=True)
class Figures:
    """Whoever ever signed up, and what became of them."""

    total: int
    cancelled: int
    moved_up: int  # got a place later than at sign-up, and still stand


@dataclass(frozen=True)
class Listed:
    """One line of the list."""

    id: int
    title: str | None
    first_name: str
    last_name: str
    organisation: str | None
    attendance: str
    status: str
    position: int | None  # in the waiting list, from 1
    has_needs: bool
    is_guest: bool  # invited by name, with a place by right
    walked_in: bool  # came without registration, got it at a door
    coming_at: datetime | None  # said yes the day before
    misses_mail: bool  # one did not arrive, and none has since
    refuses_messages: bool
    refuses_reminders: bool
    created_at: datetime
    items: "Chosen"  # with the status of each place


def get_figures(connection: Connection, event_id: int, within: Contingent | None = None) -> Figures:
    """Counted in one statement, from indexes alone; of one contingent without who moved up."""
    statement = _FIGURES if within is None else _FIGURES_WITHIN.where(*bounds(within))
    rows = connection.execute(statement, {"event": event_id}).all()
    return Figures(
        total=sum(row.n for row in rows),
        cancelled=sum(row.n for row in rows if row.status == RegistrationStatus.CANCELLED),
        moved_up=rows[0].moved_up if rows else 0,
    )


def count_listed(connection: Connection, event: EventDefinition, wanted: Wanted) -> int:
    """How many the list has on all its pages."""
    statement = select(func.count()).where(*conditions(event, wanted))
    return connection.execute(statement).scalar_one()


def list_kinds_of_organisations(
    connection: Connection, event: EventDefinition, within: Contingent | None = None
) -> Sequence[tuple[str, str | None]]:
    """(type, district) of the organisations of the register that people of the event belong to,
    each pair once."""
    statement = _KINDS_OF_ORGANISATIONS
    if within is not None:
        theirs = select(_R.organisation_id).where(_R.event_id == _EVENT, *bounds(within))
        statement = statement.where(_O.id.in_(theirs))
    rows = connection.execute(statement, {"event": event.id})
    return [(row.type, row.district) for row in rows]


def find_organisation_name(connection: Connection, wanted: Wanted) -> str | None:
    """What the one of the register that is asked for is called; asks nothing where none is."""
    if wanted.organisation is None:
        return None
    name = select(_O.name).where(_O.slug == wanted.organisation)
    if wanted.within is not None:  # of others not even that they exist
        name = name.where(_O.id.in_(select(_R.organisation_id).where(*bounds(wanted.within))))
    return connection.execute(name).scalar_one_or_none()


def list_page(
    connection: Connection, event: EventDefinition, wanted: Wanted, page: Page
) -> list[Listed]:
    """The lines of one page."""
    return _lines(connection, event, _rows(connection, event, wanted, page))


def find_page(
    connection: Connection, event: EventDefinition, wanted: Wanted, asked: int
) -> tuple[Page, list[Listed]]:
    """A page and its lines, where nobody has counted yet: the lines bring the number of all."""
    page = Page(asked, max(asked, 1) * Page.size)
    rows = _rows(connection, event, wanted, page, _ALL)
    total = rows[0].total if rows else 0
    if not rows and asked > 1:  # beyond the last one
        page = Page(asked, count_listed(connection, event, wanted))
        return page, list_page(connection, event, wanted, page)
    return Page(asked, total), _lines(connection, event, rows)


def _rows(
    connection: Connection,
    event: EventDefinition,
    wanted: Wanted,
    page: Page,
    total: Any = _NO_TOTAL,
) -> Sequence[Row[Any]]:
    """Whose page it is is found by id alone; only then their lines are made."""
    chosen = (
        select(_R.id, total.label("total"))
        .where(*conditions(event, wanted))
        .order_by(*order(wanted))
        .limit(page.size)
        .offset(page.offset)
        .subquery("chosen")
    )
    statement = _LISTED.add_columns(chosen.c.total).join(chosen, chosen.c.id == _R.id)
    return connection.execute(statement.order_by(*order(wanted))).all()


def _lines(
    connection: Connection, event: EventDefinition, rows: Sequence[Row[Any]]
) -> list[Listed]:
    items = list_items(connection, event, [row.id for row in rows])
    return [
        Listed(
            **{name: getattr(row, name) for name in _LISTED_COLUMNS},
            items=items.get(row.id, ()),
        )
        for row in rows
    ]


def list_positions(connection: Connection, event: EventDefinition) -> dict[int, int]:
    """The position of everybody who waits, each way to take part in its own line."""
    rows = connection.execute(_POSITIONS, {"event": event.id})
    return {row.id: row.position for row in rows}


Chosen = tuple[tuple[ItemDefinition, str], ...]


def list_items(
    connection: Connection, event: EventDefinition, registration_ids: Sequence[int] | None
) -> dict[int, Chosen]:
    """By registration (None: of everybody): the chosen items in the programme's order, with the
    status of each place."""
    if not event.choices:
        return {}
    if registration_ids is None:
        rows = connection.execute(_CHOSEN, {"items": [each.id for each in event.choices]})
    else:
        rows = connection.execute(_CHOSEN_BY, {"registrations": registration_ids})
    places: dict[int, dict[int, str]] = defaultdict(dict)
    for registration_id, item_id, status in rows:
        places[registration_id][item_id] = status
    return {
        registration_id: tuple((item, held[item.id]) for item in event.choices if item.id in held)
        for registration_id, held in places.items()
    }


def list_all(connection: Connection, event: EventDefinition, wanted: Wanted) -> Sequence[Row[Any]]:
    """Everybody the list has on all its pages, with every column, and with type and district of
    their organisation in the register."""
    statement = (
        select(
            table_of(Registration),
            _O.type.label("organisation_type"),
            _O.district.label("organisation_district"),
        )
        .outerjoin(table_of(Organisation), _O.id == _R.organisation_id)
        .where(*conditions(event, wanted))
        .order_by(*order(wanted))
    )
    return connection.execute(statement).all()


def list_arrivals(connection: Connection, event: EventDefinition) -> dict[int, datetime]:
    """When each was first let in at a door, or noted online, by registration."""
    found: dict[int, datetime] = {}
    for registration_id, at in (
        *connection.execute(first_admissions(event)),
        *connection.execute(first_presences(event)),
    ):
        found[registration_id] = min(at, found.get(registration_id, at))
    return found


def list_ids(
    connection: Connection, event: EventDefinition, wanted: Wanted, most: int
) -> list[int]:
    """The ids of whom the list means, in the order of `id`."""
    statement = select(_R.id).where(*conditions(event, wanted)).order_by(_R.id).limit(most)
    return list(connection.execute(statement).scalars())


def list_names(
    connection: Connection, event: EventDefinition, registration_ids: Sequence[int]
) -> Sequence[Any]:
    """Who these are: id, title, first and last name."""
    return connection.execute(
        select(_R.id, _R.title, _R.first_name, _R.last_name).where(
            _R.event_id == event.id, _R.id.in_(registration_ids)
        )
    ).all()

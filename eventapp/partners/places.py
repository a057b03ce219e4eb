"""Many events at once, one for each place of a list, made from a pattern; each with a partner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.errors import Refused
from eventapp.evaluation import actions as evaluation
from eventapp.events.actions import lock_events
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Event, EventStatus, Region
from eventapp.events.rules import lies_within
from eventapp.events.values import EventValues, Origin
from eventapp.names import sort_key
from eventapp.paging import Page
from eventapp.partners.actions import row_of
from eventapp.partners.models import EventPlace, Partner
from eventapp.planning import copying
from eventapp.planning.actions import create
from eventapp.planning.noting import note_made
from eventapp.reminders.plans import copy_plan
from eventapp.tokens import keyring

MOST_PLACES = 300  # of one list
_E, _P, _X = table_of(Event).c, table_of(Partner).c, table_of(EventPlace).c


class ColumnsMissing(Refused):
    code = "place-columns-missing"
    field = "file"


@dataclass(frozen=True)
class Place:
    """One line of a list, as it will be made."""

    line: int
    key: str
    title: str | None
    town: str
    day: date
    values: EventValues
    partner: str
    email: str | None


def key_of(where: Mapping[str, str | None], day: date) -> str:
    """By what a place of a list is known again: postal code, town, house and day."""
    names = ("venue_postal_code", "venue_city", "venue_name")
    return "|".join([*(sort_key(where[name] or "") for name in names), day.isoformat()])


def list_regions(connection: Connection) -> dict[str, int]:
    """By name and by slug, as `sort_key` has them."""
    found = connection.execute(select(Region.id, Region.name, Region.slug)).all()
    return {sort_key(text): row.id for row in found for text in (row.slug, row.name)}


def list_keys(connection: Connection, pattern_id: int) -> set[str]:
    """The places that were made from the pattern already."""
    return set(connection.execute(select(_X.key).where(_X.pattern_id == pattern_id)).scalars())


def make_places(
    session: Session,
    pattern: EventDefinition,
    places: Sequence[Place],
    *,
    status: EventStatus,
    origin: Origin,
    by: int,
    now: datetime,
) -> list[str]:
    """The slugs of those that are new, each with a partner and an entry in the log; of places that
    were made from the pattern before, none."""
    lock_events(session, [pattern.slug])
    known = list_keys(session.connection(), pattern.id)
    new = [place for place in places if place.key not in known]
    if not new:
        return []
    base = copying.values_of(session, pattern, timedelta())
    made = [
        create(
            session,
            origin=origin,
            now=now,
            title=place.title or f"{pattern.title}: {place.town}",
            values=_values(pattern, base, place),
            status=status,
        )
        for place in new
    ]
    copy_plan(session, pattern.id, made, now=now)
    evaluation.copy(session, pattern.id, made)
    rows = session.execute(select(Event.slug, Event.id).where(Event.slug.in_(made)))
    ids = {row.slug: row.id for row in rows}
    pairs = [(ids[slug], place) for slug, place in zip(made, new, strict=True)]
    session.execute(
        insert(table_of(EventPlace)),
        [{"pattern_id": pattern.id, "event_id": id_, "key": p.key} for id_, p in pairs],
    )
    copying.copy_wordings(session, pattern, made, now=now)
    partners = [row_of(id_, place.partner, place.email, now=now) for id_, place in pairs]
    session.execute(insert(table_of(Partner)), partners)
    note_made(session, "event.created", made, by=by, now=now)
    return made


def _values(pattern: EventDefinition, base: EventValues, place: Place) -> EventValues:
    """The pattern's on the place's day; of the programme what falls on it."""
    by, days = place.day - pattern.first_day, (place.day, place.day)
    values: Any = {name: value for name, value in base.items() if name not in _OWN}
    items = copying.programme(pattern, by)
    values["programme"] = [each for each in items if lies_within(each["starts_at"], days)]
    for name in ("assistance_deadline", "release_unused_on"):
        values[name] = values[name] + by if values[name] else None
    return {**values, **place.values}


_OWN = ("dates", "starts_at", "ends_at", "starts_on", "ends_on", "venue_accessibility")


def count_places(connection: Connection, pattern_id: int) -> int:
    statement = select(func.count()).where(_X.pattern_id == pattern_id)
    return connection.execute(statement).scalar_one()


def list_places(connection: Connection, pattern_id: int, page: Page) -> Sequence[Row[Any]]:
    """One page of the places with their partners, in the order of the list."""
    asked = _with_partners(pattern_id).limit(page.size).offset(page.offset)
    return connection.execute(asked).all()


def list_links(connection: Connection, pattern_id: int) -> list[tuple[Row[Any], str]]:
    """All places with a partner whose link holds, and its token."""
    asked = _with_partners(pattern_id).where(_P.revoked_at.is_(None), _P.id.is_not(None))
    return [(row, keyring().open(row.token_sealed)) for row in connection.execute(asked)]


def _with_partners(pattern_id: int) -> Any:
    """Each place with the first partner of its event."""
    of_event = table_of(Partner).alias()
    first = (
        select(func.min(of_event.c.id))
        .where(of_event.c.event_id == _X.event_id, of_event.c.is_replaced.is_(False))
        .correlate(table_of(EventPlace))
        .scalar_subquery()
    )
    event = (_E.slug, _E.title, _E.status, _E.first_day, _E.venue_name, _E.venue_city)
    times = (_E.starts_at, _E.ends_at, _E.starts_on, _E.ends_on, _E.last_day)
    partner = (_P.name, _P.email, _P.token_sealed, _P.used_at, _P.revoked_at)
    return (
        select(*event, *times, *partner, Region.name.label("region"))
        .select_from(table_of(EventPlace))
        .join(table_of(Event), _E.id == _X.event_id)
        .outerjoin(table_of(Partner), _P.id == first)
        .outerjoin(table_of(Region), Region.id == _E.region_id)
        .where(_X.pattern_id == pattern_id)
        .order_by(_X.id)
    )

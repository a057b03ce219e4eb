"""What is stored already, by slug: what entries may refer to, and what they change."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventapp.base import Base
from eventapp.events.actions import lock_events
from eventapp.events.models import Event, EventDate, ProgrammeItem, Region, Series, Topic
from eventapp.importing.reading import Document
from eventapp.networks.models import Network, Organisation
from eventapp.registration.models import RegistrationDate

Ids = dict[str, int]
Parents = dict[str, str | None]


@dataclass
class Known:
    """Ids by slug, parents by slug, and the events of the file with their rows held.

    `dates` says how many an event has, `items` the slugs of its programme; `held_dates` up to
    which position of its dates calendars of registered people know them.
    """

    networks: Ids = field(default_factory=dict)
    organisations: Ids = field(default_factory=dict)
    topics: Ids = field(default_factory=dict)
    regions: Ids = field(default_factory=dict)
    series: Ids = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    dates: dict[str, int] = field(default_factory=dict)
    items: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    held_dates: dict[str, int] = field(default_factory=dict)
    network_parents: Parents = field(default_factory=dict)
    region_parents: Parents = field(default_factory=dict)


def lock_known(session: Session, document: Document) -> Known:
    """The one lock step of an import, and what it needs to know."""
    events = lock_events(session, [entry.slug for entry in document.events])
    return Known(
        networks=_ids(session, Network),
        organisations=_ids(session, Organisation),
        topics=_ids(session, Topic),
        regions=_ids(session, Region),
        series=_ids(session, Series),
        events=events,
        dates=_dates(session, events),
        items=_items(session, events),
        held_dates=_held_dates(session, events),
        network_parents=_parents(session, Network),
        region_parents=_parents(session, Region),
    )


def _ids(session: Session, model: type[Base]) -> Ids:
    table = model.__table__
    return {row.slug: row.id for row in session.execute(select(table.c.slug, table.c.id))}


def _dates(session: Session, events: dict[str, Event]) -> dict[str, int]:
    slugs = {event.id: slug for slug, event in events.items()}
    counted = (
        select(EventDate.event_id, func.count())
        .where(EventDate.event_id.in_(slugs))
        .group_by(EventDate.event_id)
    )
    return {slugs[event_id]: count for event_id, count in session.execute(counted)}


def _items(session: Session, events: dict[str, Event]) -> dict[str, set[str]]:
    slugs = {event.id: slug for slug, event in events.items()}
    items = select(ProgrammeItem.event_id, ProgrammeItem.slug)
    found: dict[str, set[str]] = defaultdict(set)
    for event_id, slug in session.execute(items.where(ProgrammeItem.event_id.in_(slugs))):
        found[slugs[event_id]].add(slug)
    return found


def _held_dates(session: Session, events: dict[str, Event]) -> dict[str, int]:
    slugs = {event.id: slug for slug, event in events.items()}
    held = (
        select(EventDate.event_id, func.max(EventDate.position))
        .join(RegistrationDate, RegistrationDate.event_date_id == EventDate.id)
        .where(EventDate.event_id.in_(slugs))
        .group_by(EventDate.event_id)
    )
    return {slugs[event_id]: position for event_id, position in session.execute(held)}


def _parents(session: Session, model: type[Base]) -> Parents:
    table: Any = model.__table__
    parent = table.alias()
    rows = session.execute(
        select(table.c.slug, parent.c.slug.label("parent")).outerjoin_from(
            table, parent, parent.c.id == table.c.parent_id
        )
    )
    return {row.slug: row.parent for row in rows}

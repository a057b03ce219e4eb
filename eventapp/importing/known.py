"""What is stored already, by slug: what entries may refer to, and what they change."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventapp.base import Base
from eventapp.events.actions import lock_events
from eventapp.events.models import Event, Region, Series, Topic
from eventapp.importing.reading import Document
from eventapp.networks.models import Network, Organisation

Ids = dict[str, int]
Parents = dict[str, str | None]


@dataclass
class Known:
    """Ids by slug, parents by slug, and the events of the file with their rows held."""

    networks: Ids = field(default_factory=dict)
    organisations: Ids = field(default_factory=dict)
    topics: Ids = field(default_factory=dict)
    regions: Ids = field(default_factory=dict)
    series: Ids = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
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
        network_parents=_parents(session, Network),
        region_parents=_parents(session, Region),
    )


def _ids(session: Session, model: type[Base]) -> Ids:
    table = model.__table__
    return {row.slug: row.id for row in session.execute(select(table.c.slug, table.c.id))}


def _parents(session: Session, model: type[Base]) -> Parents:
    table: Any = model.__table__
    parent = table.alias()
    rows = session.execute(
        select(table.c.slug, parent.c.slug.label("parent")).outerjoin_from(
            table, parent, parent.c.id == table.c.parent_id
        )
    )
    return {row.slug: row.parent for row in rows}

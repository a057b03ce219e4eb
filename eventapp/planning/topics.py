"""Topics by their names: those there are, and making those there are not."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from eventapp.events.actions import put_topic
from eventapp.events.definition import Named
from eventapp.events.models import Topic
from eventapp.events.values import EventValues
from eventapp.names import key, slug_words
from eventapp.planning.values import Planned
from eventapp.sitecache import bump


def list_topics(connection: Connection) -> list[Named]:
    """All of them; they belong to no network."""
    return [Named(*row) for row in connection.execute(select(Topic.slug, Topic.name))]


def slugs_of(connection: Connection, names: Sequence[str]) -> frozenset[str]:
    """Of the topics with these names, as far as there are any."""
    asked = {key(name) for name in names if name}
    topics = list_topics(connection) if asked else []
    return frozenset(each.slug for each in topics if key(each.name) in asked)


def with_topic_ids(session: Session, values: Planned, now: datetime) -> EventValues:
    """The values as an event takes them; topics that are not there yet are made."""
    if "topic_names" not in values:
        return values
    rest: Any = dict(values)
    names = rest.pop("topic_names")
    return cast(EventValues, rest | {"topic_ids": _ids(session, names, now)})


def _ids(session: Session, names: Sequence[str], now: datetime) -> list[int]:
    found = _list_ids(session)
    if any(key(name) not in found for name in names):
        bump(session, now)  # holds the row that every maker of topics changes
        found = _list_ids(session)
    for name in names:
        if key(name) not in found:
            found[key(name)] = put_topic(session, _new_slug(session, name), now=now, name=name)
    return [found[key(name)] for name in names]


def _list_ids(session: Session) -> dict[str, int]:
    rows = session.execute(select(Topic.id, Topic.name).order_by(Topic.id.desc()))
    return {key(name): topic_id for topic_id, name in rows}


def _new_slug(session: Session, name: str) -> str:
    base = slug_words(name, "thema", 60)
    starts = Topic.slug.startswith(base, autoescape=True)
    taken = set(session.scalars(select(Topic.slug).where(starts)))
    numbered = (f"{base}-{n}" for n in range(2, len(taken) + 3))
    return next(slug for slug in (base, *numbered) if slug not in taken)

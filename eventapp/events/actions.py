"""Making and changing events, series, topics and regions.

Whoever changes an event holds its row first: `lock_events` for all that a transaction will touch.
Every change raises `revision` and `revised_at`; what moves the event raises `sequence` as well.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict, TypeVar, Unpack
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from eventapp.base import Base
from eventapp.events import rules
from eventapp.events.models import (
    Event,
    EventCoNetwork,
    EventDate,
    EventHost,
    EventStatus,
    EventTopic,
    ProgrammeItem,
    Question,
    Region,
    Series,
    Topic,
)
from eventapp.events.values import EventValues, Origin
from eventapp.networks.models import Network
from eventapp.rows import assign, put
from eventapp.sitecache import bump

R = TypeVar("R", bound=Base)

_TIMES = ("starts_at", "ends_at", "starts_on", "ends_on")
_LISTS = ("dates", "programme", "questions", "topic_ids", "hosts", "co_networks")


class SeriesValues(TypedDict, total=False):
    title: str
    network_id: int
    description: str


class RegionValues(TypedDict, total=False):
    name: str
    parent_id: int | None


def put_topic(session: Session, slug: str, *, now: datetime, name: str) -> int:
    """The id of the topic, made or renamed; its name stands in its events' calendar entries."""
    topic_id, changed = put(session, Topic, slug, {"name": name})
    if changed:
        with_topic = select(EventTopic.event_id).where(EventTopic.topic_id == topic_id)
        for event in _lock(session, Event.id.in_(with_topic)):
            _revise(event, now)
        session.flush()
        bump(session, now)
    return topic_id


def put_region(
    session: Session, slug: str, *, now: datetime, **values: Unpack[RegionValues]
) -> int:
    """The id of the region, made or changed; what is not named stays. A new one needs its name."""
    region_id, changed = put(session, Region, slug, values)
    if changed:
        bump(session, now)
    return region_id


def put_series(
    session: Session, slug: str, *, now: datetime, **values: Unpack[SeriesValues]
) -> int:
    """As `put_region`; a new series needs its title and network."""
    series_id, changed = put(session, Series, slug, values)
    if changed:
        bump(session, now)
    return series_id


def lock_events(session: Session, slugs: Collection[str]) -> dict[str, Event]:
    """The events with these slugs, their rows held until the transaction ends, read afresh."""
    return {event.slug: event for event in _lock(session, Event.slug.in_(slugs))}


def _lock(session: Session, which: ColumnElement[bool]) -> Sequence[Event]:
    statement = (
        select(Event)
        .where(which)
        .order_by(Event.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).all()


def _revise(event: Event, now: datetime) -> None:
    event.revision += 1
    event.revised_at = rules.revised_at(now, event.revised_at)


def create_event(
    session: Session, slug: str, *, origin: Origin, now: datetime, **values: Unpack[EventValues]
) -> int:
    """A new event. It needs at least what has no default: title, kind, status, network, when it
    is, and how one takes part."""
    columns = _columns(values)
    event = Event(slug=slug, revised_at=rules.revised_at(now), created_at=now, **columns)
    _set_days(event)
    session.add(event)
    session.flush()
    _set_lists(session, event, values, origin.host, now)
    _freeze_organizer(session, event, origin)
    bump(session, now)
    return event.id


def update_event(
    session: Session, slug: str, *, origin: Origin, now: datetime, **values: Unpack[EventValues]
) -> bool:
    """Change what is named, keep the rest; whether anything changed. Raises `KeyError`."""
    event = lock_events(session, [slug])[slug]
    before = _announced(event)
    changed = assign(event, _columns(values))
    _set_days(event)
    changed |= _set_lists(session, event, values, origin.host, now)
    if not changed:
        return False
    _freeze_organizer(session, event, origin)
    event.sequence += rules.raises_sequence(changed)
    _remember(event, before)
    _revise(event, now)
    session.flush()
    bump(session, now)
    return True


def _announced(event: Event) -> tuple[Any, tuple[bool, bool]] | None:
    """The start and the ways to take part that people may know; None of a draft."""
    if event.status == EventStatus.DRAFT:
        return None
    return event.starts_at or event.starts_on, (event.has_in_person, event.has_online)


def _remember(event: Event, before: tuple[Any, tuple[bool, bool]] | None) -> None:
    """That the event is not when or where it was announced for."""
    after = _announced(event)
    if before is None or after is None:
        return
    event.previous_starts = rules.earlier_starts(event.previous_starts, before[0], after[0])
    event.was_in_person = rules.was_in_person(event.was_in_person, before[1], after[1])


def _columns(values: EventValues) -> dict[str, Any]:
    """The columns named; instants drive out days and the other way round."""
    columns = {name: value for name, value in values.items() if name not in _LISTS}
    if columns.get("starts_at"):
        columns |= {"starts_on": None, "ends_on": None}
    elif columns.get("starts_on"):
        columns |= {"starts_at": None, "ends_at": None}
    return columns


def _set_days(event: Event) -> None:
    days = rules.days(event.starts_at, event.ends_at, event.starts_on, event.ends_on)
    event.first_day, event.last_day = days


def _freeze_organizer(session: Session, event: Event, origin: Origin) -> None:
    """With the first state that is no draft, ORGANIZER becomes the sender of the network, else of
    its nearest parent that has one, else the installation's, and stays so for ever.

    Read without the cache, which must not learn of what is not committed.
    """
    if event.status == EventStatus.DRAFT or event.organizer_email is not None:
        return
    network = session.get(Network, event.network_id)
    while network is not None and network.sender_email is None:
        parent_id = network.parent_id
        network = session.get(Network, parent_id) if parent_id else None
    if network is None:
        event.organizer_name, event.organizer_email = origin.mail_from
    else:
        event.organizer_name = network.sender_name or network.name
        event.organizer_email = network.sender_email
    session.flush()


def _set_lists(
    session: Session, event: Event, values: EventValues, host: str, now: datetime
) -> set[str]:
    """Bring the lists up to date; the names of those that changed."""
    changed = {"dates"} if _set_dates(session, event, values, host, now) else set()
    if "programme" in values:
        items = values["programme"]
        if _sync(session, ProgrammeItem, event.id, "slug", items):
            changed.add("programme")
    if "questions" in values:
        questions = [{**each, "position": n} for n, each in enumerate(values["questions"], 1)]
        if _sync(session, Question, event.id, "key", questions):
            changed.add("questions")
    return changed | _set_links(session, event.id, values)


def _set_dates(
    session: Session, event: Event, values: EventValues, host: str, now: datetime
) -> bool:
    """By position, so that a date that moves keeps its UID.

    Without dates of its own an event has one, equal to its times.
    """
    own = {name: getattr(event, name) for name in _TIMES}
    dates: list[Mapping[str, Any]] = [
        {**own, **each, "position": n} for n, each in enumerate(values.get("dates", ()), 1)
    ]
    if not dates:
        rows = session.scalars(select(EventDate.id).where(EventDate.event_id == event.id)).all()
        if len(rows) > 1 and "dates" not in values:
            return False
        dates = [{**own, "position": 1}]
    rows_of = select(EventDate).where(EventDate.event_id == event.id)
    known = {row.position: row for row in session.scalars(rows_of)}
    for each in dates:
        row = known.get(each["position"])
        if row is not None and any(
            getattr(row, name) != each[name] for name in (*_TIMES, "is_off") if name in each
        ):
            row.moved_at = now  # what was due before is not made up for
    fresh = [each for each in dates if each["position"] not in known]
    for each in fresh:
        uid = f"e-{uuid4()}@{host}"
        session.add(EventDate(event_id=event.id, uid=uid, moved_at=now, **each))
    session.flush()
    return _sync(session, EventDate, event.id, "position", dates) or bool(fresh)


def _sync(
    session: Session,
    model: type[R],
    event_id: int,
    key: str,
    wanted: Sequence[Mapping[str, Any]],
) -> bool:
    """Make the wanted rows the event's rows of this model; whether anything changed."""
    table: Any = model
    rows = {
        getattr(row, key): row
        for row in session.scalars(select(model).where(table.event_id == event_id))
    }
    changed = False
    for values in wanted:
        row = rows.pop(values[key], None)
        if row is None:
            session.add(table(event_id=event_id, **values))
            changed = True
        elif differing := assign(row, values):
            changed = True
            if isinstance(row, ProgrammeItem):
                row.sequence += rules.raises_item_sequence(differing)
    session.flush()
    return _remove(session, rows.values()) or changed


def _remove(session: Session, rows: Iterable[Base]) -> bool:
    """Delete what nobody has chosen or answered; the rest stays. Whether anything went.

    The database knows who refers to a row; this package must not.
    """
    removed = False
    for row in list(rows):
        try:
            with session.begin_nested():
                session.delete(row)
                session.flush()
            removed = True
        except IntegrityError:
            continue
    return removed


def _set_links(session: Session, event_id: int, values: EventValues) -> set[str]:
    changed = set()
    if "topic_ids" in values:
        topics = [{"topic_id": each} for each in values["topic_ids"]]
        if _replace(session, EventTopic, event_id, topics):
            changed.add("topics")
    if "hosts" in values:
        hosts = [
            {"organisation_id": each["id"], "part": each["part"], "position": n}
            for n, each in enumerate(values["hosts"], 1)
        ]
        if _replace(session, EventHost, event_id, hosts):
            changed.add("hosts")
    if "co_networks" in values:
        networks = [
            {"network_id": each["id"], "part": each["part"]} for each in values["co_networks"]
        ]
        if _replace(session, EventCoNetwork, event_id, networks):
            changed.add("co_networks")
    return changed


def _replace(
    session: Session, model: type[Base], event_id: int, wanted: Sequence[Mapping[str, Any]]
) -> bool:
    """Make these the event's links; whether they differ from what was there."""
    table = model.__table__
    rows = session.execute(select(table).where(table.c.event_id == event_id)).mappings()
    present = {frozenset(row.items()) for row in rows}
    links = [{"event_id": event_id, **each} for each in wanted]
    if present == {frozenset(link.items()) for link in links}:
        return False
    session.execute(delete(model).where(table.c.event_id == event_id))
    if links:
        session.execute(insert(model), links)
    return True

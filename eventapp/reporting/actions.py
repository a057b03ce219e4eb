"""Writing a report, its pictures, publishing and withdrawing it. Each says that something public
has changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.events.actions import lock_events
from eventapp.events.definition import EventDefinition
from eventapp.materials.rules import moved
from eventapp.pictures import Picture
from eventapp.reporting.models import Report, ReportPicture
from eventapp.reporting.queries import load_pictures, load_report
from eventapp.reporting.rules import (
    MOST_PICTURES,
    PictureThere,
    ReportChanged,
    ReportEmpty,
    Shown,
    TooManyPictures,
)
from eventapp.sitecache import bump

_REPORT, _PICTURE = table_of(Report), table_of(ReportPicture)


def save(
    session: Session,
    event: EventDefinition,
    *,
    title: str,
    text: str,
    results: str,
    seen: int,
    now: datetime,
) -> None:
    """Write it over revision `seen`, 0 where there was none. What is published stays so. Raises
    `ReportChanged`, and `ReportEmpty` where a published one would say nothing."""
    lock_events(session, [event.slug])
    present = load_report(session.connection(), event.id)
    if (present.revision if present else 0) != seen:
        raise ReportChanged
    if present and present.is_public and not text:
        raise ReportEmpty
    values = {"title": title, "text": text, "results": results, "revision": seen + 1}
    if present:
        _put(session, event, values)
    else:
        session.execute(insert(_REPORT).values(event_id=event.id, **values))
    bump(session, now)


def publish(session: Session, event: EventDefinition, *, now: datetime) -> bool:
    """Everybody sees it; whether that is new. Raises `ReportEmpty`."""
    lock_events(session, [event.slug])
    present = load_report(session.connection(), event.id)
    if present is None or not present.text:
        raise ReportEmpty
    if present.is_public:
        return False
    _put(session, event, {"published_at": now})
    bump(session, now)
    return True


def withdraw(session: Session, event: EventDefinition, *, now: datetime) -> bool:
    """A draft again; whether it had been published."""
    lock_events(session, [event.slug])
    present = load_report(session.connection(), event.id)
    if present is None or not present.is_public:
        return False
    _put(session, event, {"published_at": None})
    bump(session, now)
    return True


def add_picture(
    session: Session,
    event: EventDefinition,
    picture: Picture,
    *,
    alt: str,
    caption: str,
    now: datetime,
) -> int:
    """One more after the others; the id. Raises `TooManyPictures`, `PictureThere`."""
    present = _lock(session, event)
    if len(present) >= MOST_PICTURES:
        raise TooManyPictures(most=MOST_PICTURES)
    if picture.digest in {each.digest for each in present}:
        raise PictureThere
    row = {name: getattr(picture, name) for name in ("digest", "media_type", "width", "height")}
    row |= {"event_id": event.id, "data": picture.data, "alt": alt, "caption": caption}
    row["position"] = max((each.position for each in present), default=0) + 1
    made: int = session.execute(
        insert(_PICTURE).values(**row).returning(_PICTURE.c.id)
    ).scalar_one()
    bump(session, now)
    return made


def change_picture(
    session: Session, picture: Shown, *, alt: str, caption: str, now: datetime
) -> None:
    """Other words for it."""
    _put_picture(session, picture.id, alt=alt, caption=caption)
    bump(session, now)


def move_picture(
    session: Session, event: EventDefinition, picture: Shown, by: int, *, now: datetime
) -> bool:
    """So many places later; whether there was such a place."""
    order = [each.id for each in _lock(session, event)]
    if picture.id not in order or (new := moved(order, picture.id, by)) == order:
        return False
    for position, each in enumerate(new, 1):
        _put_picture(session, each, position=position)
    bump(session, now)
    return True


def remove_picture(session: Session, picture: Shown, *, now: datetime) -> None:
    session.execute(delete(_PICTURE).where(_PICTURE.c.id == picture.id))
    bump(session, now)


def _lock(session: Session, event: EventDefinition) -> tuple[Shown, ...]:
    lock_events(session, [event.slug])
    return load_pictures(session.connection(), event.id)


def _put(session: Session, event: EventDefinition, values: dict[str, Any]) -> None:
    session.execute(update(_REPORT).where(_REPORT.c.event_id == event.id).values(**values))


def _put_picture(session: Session, picture_id: int, **values: Any) -> None:
    session.execute(update(_PICTURE).where(_PICTURE.c.id == picture_id).values(**values))

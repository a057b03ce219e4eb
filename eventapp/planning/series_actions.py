"""Making and changing series, and the dates of a year at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventapp.evaluation import actions as evaluation
from eventapp.events import actions as events
from eventapp.events.definition import EventDefinition
from eventapp.events.models import EventStatus, Series
from eventapp.events.rules import ChangedMeanwhile
from eventapp.events.values import EventValues, Origin
from eventapp.planning import copying
from eventapp.planning.actions import create
from eventapp.planning.queries import SeriesRow, list_series_slugs_like
from eventapp.planning.recurrence import Hours, NewDate, moves_by
from eventapp.planning.rules import new_slug
from eventapp.reminders.plans import copy_plan
from eventapp.sitecache import bump


def create_series(
    session: Session, *, now: datetime, title: str, network_id: int, description: str
) -> SeriesRow:
    """A new series under a slug made of its title."""
    bump(session, now)  # holds the row that every maker changes: one slug at a time
    taken = list_series_slugs_like(session.connection(), new_slug(title, now.year, ()))
    slug = new_slug(title, now.year, taken)
    series_id = events.put_series(
        session, slug, now=now, title=title, network_id=network_id, description=description
    )
    return SeriesRow(series_id, slug, title, description, network_id)


def change_series(
    session: Session, seen: SeriesRow, *, now: datetime, title: str, network_id: int, text: str
) -> None:
    """Save what was edited from `seen`. Raises `ChangedMeanwhile`."""
    row = session.scalars(
        select(Series)
        .where(Series.id == seen.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    if (row.title, row.description, row.network_id) != seen.texts:
        raise ChangedMeanwhile
    events.put_series(
        session, seen.slug, now=now, title=title, network_id=network_id, description=text
    )


def put_in_series(
    session: Session, slug: str, series_id: int, *, origin: Origin, now: datetime
) -> None:
    """The event becomes one of the series."""
    events.update_event(session, slug, origin=origin, now=now, series_id=series_id)


def create_dates(
    session: Session,
    pattern: EventDefinition,
    dates: Sequence[NewDate],
    *,
    series_id: int,
    hours: Hours,
    is_published: bool,
    origin: Origin,
    now: datetime,
) -> list[str]:
    """Events like the pattern on these dates, all or none; their slugs."""
    made = []
    for each in dates:
        values = _values(session, pattern, each, hours)
        values["series_id"] = series_id
        status = EventStatus.PUBLISHED if is_published else EventStatus.DRAFT
        slug = create(
            session, origin=origin, now=now, title=each.title, values=values, status=status
        )
        made.append(slug)
    copying.copy_wordings(session, pattern, made, now=now)
    copy_plan(session, pattern.id, made, now=now)
    evaluation.copy(session, pattern.id, made)
    return made


def _values(session: Session, pattern: EventDefinition, date: NewDate, hours: Hours) -> EventValues:
    by = date.day - pattern.first_day
    values: Any = copying.values_of(session, pattern, by)
    is_known = date.starts_at is not None
    values |= {
        "programme": copying.programme(pattern, moves_by(pattern, date.day, hours)),
        "starts_at": date.starts_at,
        "ends_at": date.ends_at,
        "starts_on": None if is_known else date.span.first_day,
        "ends_on": None if is_known else date.span.last_day,
    }
    return values  # type: ignore[no-any-return]

"""Reads: what an event asks, who may answer, what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, and_, exists, func, or_, select

from eventapp.attendance import ledger
from eventapp.base import table_of
from eventapp.clock import BERLIN, berlin_day
from eventapp.evaluation.models import Evaluation, EvaluationAsked, EvaluationBox, EvaluationVoted
from eventapp.evaluation.rules import (
    LEAST_SHOWN,
    OPEN_DAYS,
    Asked,
    Box,
    Results,
    Stage,
    box_of,
    question_of,
    results_of,
)
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import load_definitions
from eventapp.events.models import Event, EventStatus, Series
from eventapp.registration.models import Registration, RegistrationStatus

_E, _B = table_of(Evaluation).c, table_of(EvaluationBox).c
_V, _R = table_of(EvaluationVoted).c, table_of(Registration).c
_A = table_of(EvaluationAsked).c
_WAS_THERE = (_R.status == RegistrationStatus.CONFIRMED) & ledger.was_there()


def find_asked(connection: Connection, event_id: int) -> Asked:
    """What the event asks; nothing where nobody has thought of it."""
    row = connection.execute(select(table_of(Evaluation)).where(_E.event_id == event_id)).first()
    return Asked() if row is None else _asked(row)


def _asked(row: Any) -> Asked:
    questions = tuple(question_of(each) for each in row.questions)
    return Asked(row.is_on, row.opens_on, row.closes_on, questions)


def ends(event: Any) -> datetime:
    """When an event (a definition or a row) ends; with the time open, with its last day."""
    return event.ends_at or datetime.combine(event.last_day, time.max, BERLIN)


def stage_of(event: EventDefinition, asked: Asked, now: datetime) -> Stage:
    """As `Asked.stage`; an event that does not take place asks nobody."""
    if event.status != EventStatus.PUBLISHED:
        return Stage.OFF
    return asked.stage(ends(event), now)


# --- who may answer -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Invitation:
    """Somebody is asked, or has answered already; `last_day` is the last one for it."""

    asked: Asked
    last_day: date
    has_answered: bool


def find_invitation(
    connection: Connection, event: EventDefinition, registration_id: int, now: datetime
) -> Invitation | None:
    """For whoever was there while the evaluation is open; mails leave it out where the person
    `has_answered`. None for everybody else."""
    asked = find_asked(connection, event.id)
    if stage_of(event, asked, now) is not Stage.OPEN:
        return None
    row = connection.execute(
        select(exists().where(_V.registration_id == registration_id))
        .select_from(Registration)
        .where(_R.id == registration_id, _R.event_id == event.id, _WAS_THERE)
    ).first()
    if row is None:
        return None
    return Invitation(asked, asked.last_day(event.last_day), has_answered=row[0])


def list_open(connection: Connection, now: datetime) -> list[tuple[EventDefinition, datetime]]:
    """Events whose evaluation is open, and since when."""
    rows = connection.execute(
        select(_E.event_id, _E.opens_on, _E.closes_on, Event.last_day, Event.ends_at)
        .join(Event, Event.id == _E.event_id)
        .where(
            _E.is_on,
            Event.status == EventStatus.PUBLISHED,
            or_(
                _E.closes_on >= berlin_day(now),
                and_(
                    _E.closes_on.is_(None),
                    Event.last_day >= berlin_day(now) - timedelta(days=OPEN_DAYS),
                ),
            ),
        )
        .order_by(_E.event_id)
    )
    opened = {}
    for row in rows:
        asked = Asked(is_on=True, opens_on=row.opens_on, closes_on=row.closes_on)
        if asked.stage(ends(row), now) is Stage.OPEN:
            opened[row.event_id] = asked.opens_at(ends(row))
    return [(event, opened[event.id]) for event in load_definitions(connection, list(opened))]


def was_asked(connection: Connection, registration_id: int) -> bool:
    """Whether a mail has asked this person already."""
    statement = select(_A.registration_id).where(_A.registration_id == registration_id)
    return connection.execute(statement).first() is not None


def count_there(connection: Connection, event_id: int) -> int:
    """How many can be asked."""
    statement = select(func.count()).where(_R.event_id == event_id, _WAS_THERE)
    return connection.execute(statement).scalar_one()


# --- what came of it ----------------------------------------------------------------------------


def find_results(
    connection: Connection, event: EventDefinition, now: datetime, asked: Asked | None = None
) -> Results | None:
    """The event's aggregates, without texts; None where fewer than `rules.LEAST_SHOWN` answered.

    The same after the people have been deleted.
    """
    asked = asked or find_asked(connection, event.id)
    return results_of(asked.questions, find_visible(connection, event, asked, now))


def find_visible(
    connection: Connection, event: EventDefinition, asked: Asked, now: datetime
) -> Box:
    """The box as it may be seen: while it is open in steps, empty with too few in it."""
    row = connection.execute(select(_B.content, _B.shown).where(_B.event_id == event.id)).first()
    return _visible(row, asked.is_past(ends(event), now)) if row else Box()


def _visible(row: Any, is_past: bool) -> Box:
    box = box_of(row.content if is_past else row.shown)
    return box if box.total >= LEAST_SHOWN else Box()


def count_answers(connection: Connection, event_id: int) -> int:
    """How many have answered so far, which is all that is told of fewer than five."""
    content = connection.execute(select(_B.content).where(_B.event_id == event_id)).scalar()
    return box_of(content).total


@dataclass(frozen=True)
class Compared:
    """Another event of the series with its results."""

    id: int
    slug: str
    title: str
    first_day: date
    network_id: int
    results: Results


def list_compared(
    connection: Connection, series: str, but: int, now: datetime, most: int = 6
) -> Sequence[Compared]:
    """The latest others of this series of which results are to be seen, the earliest first. One
    statement."""
    columns = (Event.id, Event.slug, Event.title, Event.first_day, Event.last_day, Event.ends_at)
    rows = connection.execute(
        select(*columns, Event.network_id, table_of(Evaluation), _B.content, _B.shown)
        .join(Evaluation, Evaluation.event_id == Event.id)
        .join(EvaluationBox, EvaluationBox.event_id == Event.id)
        .join(Series, Series.id == Event.series_id)
        .where(Series.slug == series, Event.id != but)
        .order_by(Event.first_day.desc(), Event.id.desc())
    )
    found = []
    for row in rows:
        asked = _asked(row)
        results = results_of(asked.questions, _visible(row, asked.is_past(ends(row), now)))
        if results:
            found.append(
                Compared(row.id, row.slug, row.title, row.first_day, row.network_id, results)
            )
    return found[:most][::-1]

"""Reports of meeting platforms: put aside, settled by a person, counted, taken back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.orm import Session

from eventapp.attendance import queries
from eventapp.attendance.models import AttendanceReport, ReportLine
from eventapp.attendance.report_matching import Match, match
from eventapp.attendance.report_reading import Attendee, Report, Span
from eventapp.base import table_of
from eventapp.errors import NotFound, Refused
from eventapp.events.definition import DateDefinition, EventDefinition
from eventapp.privacy.declarations import Subject
from eventapp.tokens import keyring

KEPT = timedelta(hours=24)  # unsettled
NOBODY = "nobody"

_R = table_of(AttendanceReport).c


class ReportElsewhere(Refused):
    """By its times the report is about another meeting, or its times are of another zone."""

    code = "report-elsewhere"
    field = "zone"


class ReportUndecided(Refused):
    code = "report-undecided"


@dataclass(frozen=True)
class Pending:
    """A report that nobody has settled yet."""

    id: int
    date: DateDefinition
    platform: str
    file_name: str
    attendees: tuple[Attendee, ...]


def check_fits(report: Report, date: DateDefinition) -> None:
    """Raises `ReportElsewhere` where less than half were there while the date was: then the zone is
    wrong, or the file. A report without times fits anywhere."""
    if date.starts_at is None or date.ends_at is None:
        return
    timed = [each for each in report.attendees if each.spans]
    fitting = sum(any(_overlaps(span, date) for span in each.spans) for each in timed)
    if timed and fitting * 2 < len(timed):
        raise ReportElsewhere


def _overlaps(span: Span, date: DateDefinition) -> bool:
    assert date.starts_at is not None
    assert date.ends_at is not None
    return span[0] < date.ends_at and (span[1] is None or span[1] > date.starts_at)


def keep(
    session: Session,
    event: EventDefinition,
    date: DateDefinition,
    report: Report,
    *,
    file_name: str,
    by: int,
    now: datetime,
) -> int:
    """Put it aside until somebody has settled it; its id."""
    sealed = keyring().seal([_as_json(each) for each in report.attendees])
    values = {
        "event_id": event.id,
        "event_date_id": date.id,
        "platform": report.platform.value,
        "file_name": file_name,
        "sealed": sealed,
        "account_id": by,
        "created_at": now,
    }
    made = insert(AttendanceReport).values(values).returning(AttendanceReport.id)
    report_id: int = session.execute(made).scalar_one()
    return report_id


def _as_json(each: Attendee) -> list[Any]:
    spans = [[start.isoformat(), end and end.isoformat()] for start, end in each.spans]
    return [each.name, each.email, spans]


def _from_json(data: Sequence[Any]) -> Attendee:
    name, email, spans = data
    moment = datetime.fromisoformat
    return Attendee(name, email, tuple((moment(a), moment(b) if b else None) for a, b in spans))


def get_pending(
    connection: Connection, event: EventDefinition, report_id: int, now: datetime
) -> Pending:
    """Raises `NotFound` for what was settled, is too old, or is another event's."""
    row = connection.execute(
        select(table_of(AttendanceReport)).where(
            _R.id == report_id, _R.event_id == event.id, _R.created_at > now - KEPT
        )
    ).one_or_none()
    dates = {date.id: date for date in event.dates_on}
    if row is None or row.sealed is None or row.event_date_id not in dates:
        raise NotFound
    attendees = tuple(_from_json(each) for each in keyring().open(row.sealed))
    return Pending(row.id, dates[row.event_date_id], row.platform, row.file_name, attendees)


def matches_of(
    connection: Connection, event: EventDefinition, pending: Pending
) -> tuple[list[Match], Mapping[int, Any]]:
    """Whom the report means, and everybody with a place by id."""
    people = queries.list_confirmed(connection, event)
    return match(pending.attendees, people), {row.id: row for row in people}


def take_over(
    session: Session,
    event: EventDefinition,
    pending: Pending,
    decisions: Mapping[int, str],
    *,
    now: datetime,
) -> int:
    """Count it from now on; how many people it names. `decisions` are, by number of the doubt, the
    id of a registration or `NOBODY`.

    Raises `ReportUndecided` where a doubt has none, or one that was not offered, and `NotFound`
    where somebody else was quicker.
    """
    found, _people = matches_of(session.connection(), event, pending)
    ids = {each.number: _decided(each, decisions) for each in found}
    is_mine = session.execute(
        update(AttendanceReport)
        .where(_R.id == pending.id, _R.taken_at.is_(None))
        .values(taken_at=now, sealed=None)
        .returning(_R.id)
    ).first()
    if is_mine is None:
        raise NotFound
    rows = [
        {"report_id": pending.id, "registration_id": id_, "joined_at": start, "left_at": end}
        for each in found
        if (id_ := ids[each.number]) is not None
        for start, end in _times(event, pending.date, each.attendee)
    ]
    if not event.counts_minutes:  # the same person on two devices is one line
        rows = list({row["registration_id"]: row for row in rows}.values())
    if rows:
        session.execute(insert(ReportLine), rows)
    return len({row["registration_id"] for row in rows})


def _decided(each: Match, decisions: Mapping[int, str]) -> int | None:
    if each.doubt is None:
        return each.sure
    said = decisions.get(each.number, "")
    if said == NOBODY:
        return None
    if said not in map(str, each.candidates):
        raise ReportUndecided
    return int(said)


def _times(
    event: EventDefinition, date: DateDefinition, attendee: Attendee
) -> Iterator[tuple[datetime | None, datetime | None]]:
    """Nothing of when and how long is kept where nobody asks for it."""
    if not event.counts_minutes or not attendee.spans:
        yield None, None
        return
    for start, end in attendee.spans:
        yield start, end or (max(start, date.ends_at) if date.ends_at else None)


def list_taken(connection: Connection, event: EventDefinition) -> Sequence[Any]:
    """The reports that count, with how many people each names, the latest first."""
    named = (
        select(func.count(ReportLine.registration_id.distinct()))
        .where(ReportLine.report_id == _R.id)
        .scalar_subquery()
        .label("people")
    )
    return connection.execute(
        select(_R.id, _R.event_date_id, _R.platform, _R.file_name, _R.taken_at, named)
        .where(_R.event_id == event.id, _R.taken_at.is_not(None))
        .order_by(_R.id.desc())
    ).all()


def take_back(session: Session, event_id: int, report_id: int) -> bool:
    """It counts no more and is gone, settled or not; False: it was gone before."""
    mine = select(_R.id).where(_R.id == report_id, _R.event_id == event_id)
    session.execute(delete(ReportLine).where(ReportLine.report_id.in_(mine)))
    gone = delete(AttendanceReport).where(_R.id == report_id, _R.event_id == event_id)
    return session.execute(gone.returning(_R.id)).first() is not None


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete those that nobody settled in time."""
    stale = [_R.taken_at.is_(None), _R.created_at < now - KEPT]
    session.execute(delete(AttendanceReport).where(*stale))


def drop_pending(session: Session, subjects: Sequence[Subject], _now: datetime) -> None:
    """Delete unsettled reports of the events of these people: they may stand in them."""
    event_ids = {subject.event_id for subject in subjects}
    pending = [_R.taken_at.is_(None), _R.event_id.in_(event_ids)]
    session.execute(delete(AttendanceReport).where(*pending))

"""Reads of certificates."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, exists, or_, select

from eventapp.attendance.models import AttendanceReport, HandEntry
from eventapp.base import table_of
from eventapp.certificates import rules
from eventapp.certificates.models import Certificate, CertificateLook, CertificateState
from eventapp.certificates.rules import Latest, Paper, paper_of
from eventapp.clock import berlin_day
from eventapp.events.models import Event, EventDate, EventStatus
from eventapp.registration.models import Registration, RegistrationStatus
from eventapp.tokens import keyring

MAC = "certificate"

_C = table_of(Certificate).c
_E = table_of(Event).c
_L = table_of(CertificateLook).c
_R = table_of(Registration).c


@dataclass(frozen=True)
class Issued:
    """A certificate of somebody who is still there, opened."""

    id: int
    registration_id: int
    version: int
    state: str
    by_office: bool
    issued_at: datetime
    paper: Paper

    @property
    def is_valid(self) -> bool:
        return self.state == CertificateState.VALID

    @property
    def latest(self) -> Latest:
        return Latest(self.id, self.version, self.state, self.by_office, self.paper.content)


_PLAIN = tuple(name for name in Issued.__dataclass_fields__ if name != "paper")
_ISSUED = select(*(_C[name] for name in _PLAIN), _C.sealed).where(_C.sealed.is_not(None))

_THESE = _ISSUED.where(_C.id.in_(bindparam("ids", expanding=True)))


def _opened(row: Any) -> Issued:
    return Issued(
        **{name: getattr(row, name) for name in _PLAIN},
        paper=paper_of(keyring().open(row.sealed)),
    )


def find_certificate(connection: Connection, registration_id: int) -> Issued | None:
    """The one that holds, of one registration."""
    mine = _ISSUED.where(_C.registration_id == registration_id, _C.state == CertificateState.VALID)
    row = connection.execute(mine).first()
    return _opened(row) if row else None


def list_issued(connection: Connection, certificate_ids: Sequence[int]) -> list[Issued]:
    """Versions, without those of people whose data are gone."""
    return [*map(_opened, connection.execute(_THESE, {"ids": certificate_ids}))]


def list_latest(connection: Connection, event_id: int) -> dict[int, Issued]:
    """By registration: the newest version of whoever is still there."""
    theirs = _ISSUED.where(_C.event_id == event_id, _C.registration_id.is_not(None))
    rows = connection.execute(theirs.order_by(_C.registration_id, _C.version))
    newest = {row.registration_id: row for row in rows}
    return {registration_id: _opened(row) for registration_id, row in newest.items()}


def list_people(connection: Connection, event_id: int) -> Sequence[Any]:
    """Everybody with a place, by surname."""
    statement = select(
        _R.id, _R.title, _R.first_name, _R.last_name, _R.email, _R.attendance, _R.main_id
    ).where(_R.event_id == event_id, _R.status == RegistrationStatus.CONFIRMED)
    return connection.execute(statement.order_by(_R.sort_key, _R.id)).all()


def list_due(connection: Connection, now: datetime) -> list[int]:
    """Ids of the events that it is time to look at."""
    written = exists().where(
        HandEntry.event_date_id == EventDate.id,
        EventDate.event_id == _E.id,
        HandEntry.created_at > _L.looked_at,
    )
    reported = exists().where(
        AttendanceReport.event_id == _E.id, AttendanceReport.taken_at > _L.looked_at
    )
    rows = connection.execute(
        select(_E.id, _E.last_day, _L.looked_at, or_(written, reported).label("is_news"))
        .outerjoin(table_of(CertificateLook), _L.event_id == _E.id)
        .where(
            _E.gives_certificates,
            _E.status == EventStatus.PUBLISHED,
            _E.last_day <= berlin_day(now),
        )
        .order_by(_E.id)
    )
    return [row.id for row in rows if row.is_news or _is_due(row, now)]


def _is_due(row: Any, now: datetime) -> bool:
    age = timedelta(days=(berlin_day(now) - row.last_day).days)
    return rules.is_due(row.looked_at, now - age, now)


@dataclass(frozen=True)
class Checked:
    """What somebody learns who knows a code and the surname on the paper."""

    state: str
    event_id: int
    issued_at: datetime


def check(connection: Connection, code: str, surname: str) -> Checked | None:
    """None alike for a code that there is not and for another surname: the key of both together is
    looked up, with each key of the ring, so that neither tells anything of the other."""
    macs = keyring().macs(MAC, rules.proof(code, surname))
    rows = connection.execute(
        select(_C.mac, _C.state, _C.event_id, _C.issued_at).where(_C.mac.in_(macs))
    ).all()
    found = [row for row in rows if any(hmac.compare_digest(bytes(row.mac), mac) for mac in macs)]
    return Checked(found[0].state, found[0].event_id, found[0].issued_at) if found else None

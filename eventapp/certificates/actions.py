"""What the office does with certificates."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.certificates.issuing import KIND, look_at
from eventapp.certificates.models import Certificate, CertificateState
from eventapp.certificates.queries import Issued
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Event
from eventapp.mail import kinds, outbox
from eventapp.mail.models import OutboxMail
from eventapp.registration.lock import lock_event
from eventapp.sitecache import bump

_AT_ONCE = timedelta(minutes=1)  # whoever presses twice

_C = table_of(Certificate).c
_M = table_of(OutboxMail).c


def switch(session: Session, event_id: int, *, is_on: bool, now: datetime) -> None:
    """From now on the event gives certificates, or no more; what was issued holds."""
    session.execute(update(Event).where(Event.id == event_id).values(gives_certificates=is_on))
    bump(session, now)


def withdraw(
    session: Session, event: EventDefinition, registration_id: int, *, now: datetime
) -> bool:
    """Take back the one that holds; the sweep gives no other. False where there is none."""
    lock_event(session, event, now=now)
    mine = (_C.registration_id == registration_id, _C.event_id == event.id)
    done = session.execute(
        update(table_of(Certificate))
        .where(*mine, _C.state == CertificateState.VALID)
        .values(state=CertificateState.WITHDRAWN, by_office=True, ended_at=now)
        .returning(_C.id)
    )
    return done.first() is not None


def restore(
    session: Session, event: EventDefinition, registration_id: int, *, now: datetime
) -> bool:
    """What the office has withdrawn may come back: as a new version, if the person has taken part.
    False where none was."""
    lock_event(session, event, now=now)
    mine = (_C.registration_id == registration_id, _C.event_id == event.id)
    done = session.execute(
        update(table_of(Certificate)).where(*mine, _C.by_office).values(by_office=False)
    )
    look_at(session, event.id, now=now)
    return bool(done.rowcount)  # type: ignore[attr-defined]


def send_again(session: Session, issued: Issued, *, now: datetime) -> bool:
    """Owe the mail once more; False for whoever presses twice."""
    recent = select(_M.id).where(
        _M.registration_id == issued.registration_id,
        _M.kind == KIND,
        _M.created_at > now - _AT_ONCE,
    )
    if session.execute(recent).first() is not None:
        return False
    ids = {"registration_id": issued.registration_id, "certificate_id": issued.id, kinds.AGAIN: 1}
    outbox.add(session, KIND, f"{KIND}:{issued.id}:{now.isoformat()}", now, **ids)
    return True

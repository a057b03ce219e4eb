"""Making invitations, withdrawing them, and what is answered. One of each organisation and event,
however often they are made."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.events.definition import EventDefinition
from eventapp.invitations.models import Invitation
from eventapp.registration.actions import Person
from eventapp.registration.lock import lock_event
from eventapp.tokens import hashed, keyring, new_recovery_code

_I = table_of(Invitation).c


def invite(
    session: Session, event: EventDefinition, organisation_ids: Sequence[int], *, now: datetime
) -> list[int]:
    """Invitations of those organisations that have none yet; the ids. Nothing is sent."""
    lock_event(session, event)
    known = set(session.scalars(select(_I.organisation_id).where(_I.event_id == event.id)))
    new = [each for each in dict.fromkeys(organisation_ids) if each not in known]
    if not new:
        return []
    rows = [{**_link(event, now), "organisation_id": each} for each in new]
    session.execute(insert(table_of(Invitation)), rows)
    made = select(_I.id).where(_I.event_id == event.id, _I.organisation_id.in_(new))
    return list(session.scalars(made.order_by(_I.id)))


def invite_person(
    session: Session, event: EventDefinition, person: Person, *, now: datetime
) -> int:
    """The personal invitation of this person, made now or before; the id."""
    lock_event(session, event)
    of_person = (_I.event_id == event.id, _I.person_key == person.key)
    found: int | None = session.scalars(select(_I.id).where(*of_person)).first()
    if found is not None:
        return found
    names = ("salutation", "title", "first_name", "last_name", "email", "organisation")
    values = {name: getattr(person, name) for name in names}
    return session.execute(
        insert(Invitation)
        .values(**_link(event, now), **values, person_key=person.key)
        .returning(Invitation.id)
    ).scalar_one()


def revoke(session: Session, invitation_id: int, *, now: datetime) -> bool:
    """The link answers 410 from now on; whether it still held. Who is signed up stays so."""
    holds = (Invitation.id == invitation_id, Invitation.revoked_at.is_(None))
    done: Any = session.execute(update(Invitation).where(*holds).values(revoked_at=now))
    return bool(done.rowcount)


def restore(session: Session, invitation_id: int) -> bool:
    """The same link holds again; whether it did not."""
    ended = (Invitation.id == invitation_id, Invitation.revoked_at.is_not(None))
    done: Any = session.execute(update(Invitation).where(*ended).values(revoked_at=None))
    return bool(done.rowcount)


def _link(event: EventDefinition, now: datetime) -> dict[str, Any]:
    code = new_recovery_code()
    return {
        "event_id": event.id,
        "code_hash": hashed(code),
        "code_sealed": keyring().seal(code),
        "created_at": now,
        "answered_by_office": False,
    }

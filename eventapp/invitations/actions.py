"""Making invitations, withdrawing them, and what is answered. One of each organisation and event,
however often they are made."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import (  # its ON CONFLICT is SQLite's, word for word
    insert as upsert,
)
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.clock import berlin_day
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Event
from eventapp.invitations.listing import Letter, get_invitee
from eventapp.invitations.models import Answer, Invitation, InvitationText
from eventapp.invitations.rules import DelegatesStand
from eventapp.registration.actions import Person
from eventapp.registration.lock import lock_event
from eventapp.registration.models import Registration
from eventapp.tokens import hashed, keyring, new_recovery_code
from eventapp.unsubscribing.actions import forget_events

KEPT = timedelta(days=365)  # after the event
_I = table_of(Invitation).c


def invite(
    session: Session, event: EventDefinition, organisation_ids: Sequence[int], *, now: datetime
) -> list[int]:
    """Invitations of those organisations that have none yet; the ids. Nothing is sent."""
    lock_event(session, event, now=now)
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
    lock_event(session, event, now=now)
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


def answer(
    session: Session,
    event: EventDefinition,
    invitation_id: int,
    said: Answer | None,
    *,
    by_office: bool = False,
    now: datetime,
) -> bool:
    """What the invited say, with the link or on the telephone; None takes it back. Whether anything
    changed.

    Raises `DelegatesStand` where somebody is registered and nobody shall be coming.
    """
    event = lock_event(session, event, now=now)
    invitee = get_invitee(session.connection(), event, invitation_id)
    if said == Answer.NOT_COMING and invitee.standing:
        raise DelegatesStand
    if invitee.answer == said:
        return False
    values = {"answer": said, "answered_at": now if said else None, "answered_by_office": by_office}
    session.execute(update(Invitation).where(Invitation.id == invitation_id).values(**values))
    return True


def note_call(session: Session, invitation_id: int, text: str | None, *, now: datetime) -> None:
    """Somebody has telephoned; what they noted."""
    session.execute(
        update(Invitation)
        .where(Invitation.id == invitation_id)
        .values(called_at=now, call_note=text)
    )


def write_letter(session: Session, event_id: int, letter: Letter) -> None:
    """What the mails and letters of the round say from now on."""
    values = {"text": letter.text, "answer_by": letter.answer_by}
    session.execute(
        upsert(InvitationText)
        .values(event_id=event_id, **values)
        .on_conflict_do_update(index_elements=["event_id"], set_=values)
    )


def join(session: Session, kept_id: int, lost_id: int) -> None:
    """Before two organisations become one: where both are invited to an event, whoever came with
    the second's link belongs to the first's. That other link then goes with its organisation."""
    kept, lost = table_of(Invitation).alias("kept").c, table_of(Invitation).alias("lost").c
    pairs = session.execute(
        select(kept.id.label("kept"), lost.id.label("lost"))
        .where(kept.organisation_id == kept_id, lost.organisation_id == lost_id)
        .where(kept.event_id == lost.event_id)
    ).all()
    for pair in pairs:
        of_lost = update(Registration).where(Registration.invitation_id == pair.lost)
        session.execute(of_lost.values(invitation_id=pair.kept))


def forget_old(session: Session, *, now: datetime) -> None:
    """A year after the event nobody needs to know who was invited by name, what was said on the
    telephone, or who wanted no mails; the counts stay."""
    over = select(Event.id).where(Event.last_day < berlin_day(now) - KEPT)
    known = table_of(Invitation).c
    personal = ("salutation", "title", "first_name", "last_name", "email", "organisation")
    session.execute(
        update(Invitation)
        .where(Invitation.event_id.in_(over))
        .where(known.person_key.is_not(None) | known.call_note.is_not(None))
        .values(call_note=None, person_key=None, **dict.fromkeys(personal))
    )
    forget_events(session, over)

"""What a holder does with the link from the mail: cancel, change workshops, get the link again,
and, for half an hour after signing up, correct a mistyped address."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from eventapp.errors import Gone
from eventapp.events.definition import EventDefinition, ItemDefinition
from eventapp.events.loading import get_definition_by_id
from eventapp.mail import outbox
from eventapp.names import key, masked_email, person_key
from eventapp.registration import queries
from eventapp.registration.lock import lock_event
from eventapp.registration.models import (
    Place,
    PlaceStatus,
    Registration,
    RegistrationStatus,
    Signup,
    WithdrawnLink,
)
from eventapp.registration.promotion import promote
from eventapp.registration.rules import (
    AlreadyCancelled,
    EventChanged,
    check_overlap,
    decide_items,
    next_revised_at,
    released_items,
)
from eventapp.registration.secrets import new_secrets

LINK_PAUSE = timedelta(minutes=10)

_R = Registration.__table__.c
_P = Place.__table__.c


def cancel(session: Session, registration_id: int, *, now: datetime) -> None:
    """Free the place and all it holds, and let the next in line move up.

    Raises `AlreadyCancelled`; a second cancellation frees nothing.
    """
    event, row = _lock_standing(session, registration_id)
    _cancel(session, event, row, now)
    _owe(session, "registration-cancelled", registration_id, str(registration_id), now)
    promote(session, event, now=now)


def change_items(
    session: Session, registration_id: int, items: Sequence[ItemDefinition], *, now: datetime
) -> None:
    """Choose other workshops. A full one is waited for, holding the old one of its group.

    Raises `AlreadyCancelled`, `ProgrammeItemFull`, `Overlap`, and `EventChanged` where an item is
    not what it was.
    """
    event, row = _lock_standing(session, registration_id)
    if not set(items) <= set(event.choices):
        raise EventChanged
    check_overlap(items)
    held = {
        place.programme_item_id: place.status
        for place in session.execute(
            select(_P.programme_item_id, _P.status).where(_P.registration_id == registration_id)
        )
    }
    places = queries.places(session.connection(), event)
    new = decide_items(event, places, row.status, [i for i in items if i.id not in held])
    kept = {i.id: PlaceStatus(held[i.id]) for i in items if i.id in held}
    released = released_items(event, held, {**kept, **new})
    if not new and not released:
        return
    session.execute(
        delete(Place).where(
            Place.registration_id == registration_id, Place.programme_item_id.in_(released)
        )
    )
    for item_id, status in new.items():
        session.execute(
            insert(Place).values(
                registration_id=registration_id, programme_item_id=item_id, status=status
            )
        )
    revised_at = _revise(session, event, row, now)
    act = f"{registration_id}:{revised_at.isoformat()}"
    _owe(session, "registration-changed", registration_id, act, now)
    promote(session, event, now=now)


def mail_link(session: Session, registration_id: int, *, now: datetime) -> None:
    """Owe the holder the links to their registrations, at most once in ten minutes."""
    written = session.execute(
        update(Registration)
        .where(
            Registration.id == registration_id,
            or_(
                Registration.link_mailed_at.is_(None),
                Registration.link_mailed_at <= now - LINK_PAUSE,
            ),
        )
        .values(link_mailed_at=now)
        .returning(Registration.id)
    )
    if written.first():
        act = f"{registration_id}:{now.isoformat()}"
        _owe(session, "registration-link", registration_id, act, now)


def correct_email(session: Session, receipt: str, email: str, *, now: datetime) -> None:
    """Send everything to another address; links that went to the old one end.

    Raises `Gone` when the time is over or a mailed link was used. If that person is already signed
    up, this registration is given back and the other one's link is mailed.
    """
    signup = queries.find_receipt(session.connection(), receipt)
    if signup is None or not is_correctable(signup, now):
        raise Gone
    try:
        event, row = _lock_standing(session, signup.registration_id)
    except AlreadyCancelled:
        raise Gone from None
    if row.email_key == key(email):
        return
    person = person_key(email, row.first_name, row.last_name)
    twin = session.execute(
        select(_R.id).where(
            _R.event_id == event.id,
            _R.person_key == person,
            _R.status != RegistrationStatus.CANCELLED,
            _R.id != row.id,
        )
    ).scalar()
    if twin is not None:
        _give_way(session, event, row, twin, now)
    else:
        _readdress(session, event, row, email, person, now)
    values = {"masked_email": masked_email(email), "is_repeat": twin is not None}
    session.execute(update(Signup).where(Signup.id == signup.id).values(values))


def is_correctable(signup: Any, now: datetime) -> bool:
    """Whether the address of this sign-up may still be corrected from its receipt."""
    return (
        signup.correctable_until is not None
        and now < signup.correctable_until
        and not signup.is_repeat
        and signup.status not in (None, RegistrationStatus.CANCELLED)
    )


def end_correction(session: Session, registration_id: int) -> None:
    """A mailed link was used, so the address is right."""
    session.execute(
        update(Signup)
        .where(Signup.id == select(_R.signup_id).where(_R.id == registration_id).scalar_subquery())
        .values(correctable_until=None)
    )


def _give_way(session: Session, event: EventDefinition, row: Any, twin: int, now: datetime) -> None:
    _cancel(session, event, row, now)
    if row.request_sent_at is not None:  # an address that had no mail needs none now
        _owe(session, "registration-cancelled", row.id, str(row.id), now)
    mail_link(session, twin, now=now)
    promote(session, event, now=now)


def _cancel(session: Session, event: EventDefinition, row: Any, now: datetime) -> None:
    _revise(
        session,
        event,
        row,
        now,
        status=RegistrationStatus.CANCELLED,
        cancelled_at=now,
        sequence=row.sequence + 1,
    )


def _readdress(
    session: Session, event: EventDefinition, row: Any, email: str, person: str, now: datetime
) -> None:
    session.execute(insert(WithdrawnLink).values(token_hash=row.manage_hash, withdrawn_at=now))
    revised_at = _revise(
        session,
        event,
        row,
        now,
        email=email,
        email_key=key(email),
        person_key=person,
        request_sent_at=None,
        **new_secrets(),
    )
    confirmed = row.status == RegistrationStatus.CONFIRMED
    kind = "registration-confirmed" if confirmed else "registration-waitlisted"
    _owe(session, kind, row.id, f"{row.id}:{revised_at.isoformat()}", now)


def _lock_standing(session: Session, registration_id: int) -> tuple[EventDefinition, Any]:
    """Lock the registration's event, then read the registration; raises `AlreadyCancelled`."""
    connection = session.connection()
    event_id = connection.execute(select(_R.event_id).where(_R.id == registration_id)).scalar_one()
    event = lock_event(session, get_definition_by_id(connection, event_id))
    row = connection.execute(select(Registration.__table__).where(_R.id == registration_id)).one()
    if row.status == RegistrationStatus.CANCELLED:
        raise AlreadyCancelled
    return event, row


def _revise(
    session: Session, event: EventDefinition, row: Any, now: datetime, **values: Any
) -> datetime:
    """Write the values as a new state; its time of revision."""
    revised_at = next_revised_at(now, event.revised_at, row.revised_at)
    session.execute(
        update(Registration)
        .where(Registration.id == row.id)
        .values(revised_at=revised_at, **values)
    )
    return revised_at


def _owe(session: Session, kind: str, registration_id: int, act: str, now: datetime) -> None:
    outbox.add(session, kind, f"{kind}:{act}", now, registration_id=registration_id)

"""What a holder does with the link from the mail: cancel, change workshops, get the link again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, exists, insert, not_, or_, select, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.events.definition import EventDefinition, ItemDefinition
from eventapp.mail import outbox
from eventapp.names import key
from eventapp.registration import queries
from eventapp.registration.item_rules import check_overlap, decide_items, released_items
from eventapp.registration.models import Place, PlaceStatus, Registration, RegistrationStatus
from eventapp.registration.offers import take
from eventapp.registration.promotion import promote
from eventapp.registration.refusals import EventChanged, NotOffered
from eventapp.registration.standing import give_back, lock_standing, owe, revise
from eventapp.registration.uids import new_item_uid

LINK = "registration-link"
LINK_PAUSE = timedelta(minutes=10)

_P = Place.__table__.c
_SAME = table_of(Registration).alias("same_address")


def cancel(session: Session, registration_id: int, *, now: datetime) -> None:
    """Free the place and all it holds, and let the next in line move up.

    Raises `AlreadyCancelled`; a second cancellation frees nothing.
    """
    event, row = lock_standing(session, registration_id, now=now)
    give_back(session, event, row, now)
    owe(session, "registration-cancelled", registration_id, str(registration_id), now)
    promote(session, event, now=now)


def accept(session: Session, registration_id: int, *, now: datetime) -> None:
    """Take the offered place. Raises `AlreadyCancelled`, and `NotOffered` for who has none or came
    too late."""
    event, row = lock_standing(session, registration_id, now=now)
    is_offered = row.status == RegistrationStatus.OFFERED and row.main_id is None
    if not is_offered or now >= min(row.offer_ends_at, event.start):
        raise NotOffered
    take(session, event, registration_id, now=now)
    promote(session, event, now=now)


def change_items(
    session: Session,
    registration_id: int,
    items: Sequence[ItemDefinition],
    *,
    now: datetime,
    beyond: bool = False,
) -> None:
    """Choose other workshops. A full one is waited for, holding the old one of its group; with
    `beyond` it is held all the same.

    Raises `AlreadyCancelled`, `ProgrammeItemFull`, `Overlap`, and `EventChanged` where an item is
    not what it was.
    """
    event, row = lock_standing(session, registration_id, now=now)
    if not choose_items(session, event, row, items, beyond=beyond):
        return
    revised_at = revise(session, event, row, now)
    act = f"{registration_id}:{revised_at.isoformat()}"
    owe(session, "registration-changed", registration_id, act, now)
    promote(session, event, now=now)


def choose_items(
    session: Session,
    event: EventDefinition,
    row: Any,
    items: Sequence[ItemDefinition],
    *,
    beyond: bool = False,
) -> bool:
    """Write the choice of a registration whose event is locked; whether it is another one. Whoever
    calls revises the registration, owes its mail and lets those who wait move up. Raises as
    `change_items`."""
    if not set(items) <= set(event.choices):
        raise EventChanged
    check_overlap(items)
    held = {
        place.programme_item_id: place.status
        for place in session.execute(
            select(_P.programme_item_id, _P.status).where(_P.registration_id == row.id)
        )
    }
    again = [id_ for id_, status in held.items() if beyond and status == PlaceStatus.WAITLISTED]
    asked = [item for item in items if item.id not in held or item.id in again]
    places = queries.places(session.connection(), event)
    new = decide_items(event, places, row.status, asked, beyond=beyond)
    kept = {i.id: PlaceStatus(held[i.id]) for i in items if i.id in held}
    released = released_items(event, held, {**kept, **new})
    session.execute(
        delete(Place).where(
            Place.registration_id == row.id, Place.programme_item_id.in_([*released, *again])
        )
    )
    for item_id, status in new.items():
        session.execute(
            insert(Place).values(
                registration_id=row.id,
                programme_item_id=item_id,
                status=status,
                uid=new_item_uid(event),
            )
        )
    return bool(new or released)


def mail_lost_link(session: Session, email: str, *, now: datetime) -> None:
    """Owe whoever has this address the links to their registrations.

    For an address that is unknown, or was written to just now, a mail is owed as well, which is
    dropped: all ask and write the same.
    """
    found = queries.find_latest_id_of_address(session.connection(), key(email))
    if not mail_link(session, found or outbox.NOBODY, now=now):
        owe(session, LINK, outbox.NOBODY, uuid4().hex, now)


def mail_link(session: Session, registration_id: int, *, now: datetime) -> bool:
    """Owe the holder the links to their registrations, at most once in ten minutes to an address;
    whether it was."""
    written = session.execute(
        update(Registration)
        .where(
            # The row itself first: it alone is looked at again after a wait for its lock.
            Registration.id == registration_id,
            _is_rested(Registration.link_mailed_at, now),
            ~exists().where(
                _SAME.c.email_key == Registration.email_key,
                not_(_is_rested(_SAME.c.link_mailed_at, now)),
            ),
        )
        .values(link_mailed_at=now)
        .returning(Registration.id)
    )
    is_due = written.first() is not None
    if is_due:
        owe(session, LINK, registration_id, f"{registration_id}:{now.isoformat()}", now)
    return is_due


def _is_rested(mailed_at: Any, now: datetime) -> ColumnElement[bool]:
    return or_(mailed_at.is_(None), mailed_at <= now - LINK_PAUSE)

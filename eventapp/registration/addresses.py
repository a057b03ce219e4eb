"""Another e-mail address: it counts once the link that was mailed to it is used, and the one before
is told. Until then nothing changes."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.errors import Gone
from eventapp.events.definition import EventDefinition
from eventapp.mail import outbox
from eventapp.mail.models import MailState
from eventapp.names import key, masked_email, person_key
from eventapp.registration import own_feed
from eventapp.registration.correction import find_twin, readdress
from eventapp.registration.models import (
    AddressChange,
    FormerAddress,
    Registration,
    Signup,
)
from eventapp.registration.refusals import AlreadyCancelled, AlreadyRegistered
from eventapp.registration.several import KIND as SEVERAL
from eventapp.registration.standing import lock_standing, owe, revise
from eventapp.tokens import hashed, keyring, new_token

LINK_HOLDS = timedelta(hours=48)
LINK_PAUSE = timedelta(minutes=10)  # between two mails to the same address
TOLD_WITHIN = timedelta(days=14)  # then the mail to a former address has long left, or never will
WITH_REQUEST = ("registration-confirmed", "registration-promoted", SEVERAL)
_MAY_HAVE_LEFT = (MailState.SENDING, MailState.SENT, MailState.UNKNOWN)

_R = table_of(Registration).c
_C = table_of(AddressChange).c
_F = table_of(FormerAddress).c


def find_change(connection: Connection, registration_id: int, *, now: datetime) -> Any:
    """The address that waits to be confirmed, with when it was asked for; or None."""
    return connection.execute(
        select(_C.email, _C.asked_at).where(
            _C.registration_id == registration_id, _C.asked_at > now - LINK_HOLDS
        )
    ).first()


def get_change(connection: Connection, token: str, *, now: datetime) -> Any:
    """What the mailed link is about; raises `Gone` for one that was used or is too old."""
    row = connection.execute(
        select(_C.registration_id, _C.email).where(
            _C.token_hash == hashed(token), _C.asked_at > now - LINK_HOLDS
        )
    ).first()
    if row is None:
        raise Gone
    return row


def ask_for_address(session: Session, row: Any, email: str, *, now: datetime) -> None:
    """Mail a link to the address; the one that holds now takes an open wish back. The same wish
    again mails again after ten minutes at the earliest."""
    waiting = find_change(session.connection(), row.id, now=now)
    is_same = waiting is not None and key(waiting.email) == key(email)
    if is_same and now < waiting.asked_at + LINK_PAUSE:
        return
    session.execute(delete(table_of(AddressChange)).where(_C.registration_id == row.id))
    if key(email) == row.email_key:
        return
    token = new_token()
    session.execute(
        insert(table_of(AddressChange)).values(
            registration_id=row.id,
            email=email,
            token_hash=hashed(token),
            token_sealed=keyring().seal(token),
            asked_at=now,
        )
    )
    owe(session, "registration-new-address", row.id, f"{row.id}:{now.isoformat()}", now)


def confirm_address(session: Session, token: str, *, now: datetime) -> int:
    """The address counts from now on, under new links; the id of the registration.

    Raises `Gone` as `get_change`, also where the registration was cancelled meanwhile, and
    `AlreadyRegistered` where that person has another registration.
    """
    change = get_change(session.connection(), token, now=now)
    try:
        event, row = lock_standing(session, change.registration_id, now=now)
    except AlreadyCancelled:
        raise Gone from None
    taken = session.execute(
        delete(table_of(AddressChange)).where(_C.token_hash == hashed(token)).returning(_C.email)
    ).scalar()
    if taken is None:  # used at the same moment
        raise Gone
    person = person_key(taken, row.first_name, row.last_name)
    twin = find_twin(session, row, person)
    if twin is not None:
        raise AlreadyRegistered(registration_id=twin)
    move_address(session, event, row, taken, person, now=now)
    return int(row.id)


def move_address(
    session: Session,
    event: EventDefinition,
    row: Any,
    email: str,
    person: str,
    *,
    now: datetime,
    **values: Any,
) -> None:
    """Send everything to another address from now on, and tell the one before; `values` are written
    with it.

    The UIDs stay, so the REQUEST to the new address has a higher SEQUENCE than the CANCEL to the
    old: one calendar may read both mailboxes.
    """
    revise(session, event, row, now, sequence=row.sequence + 1)
    row = session.execute(select(table_of(Registration)).where(_R.id == row.id)).one()
    _tell_former(session, row, now)
    readdress(session, event, row, email, person, now, sequence=row.sequence + 1, **values)
    session.execute(
        update(Signup)
        .where(Signup.id == row.signup_id)
        .values(masked_email=masked_email(email), correctable_until=None)
    )


def _tell_former(session: Session, row: Any, now: datetime) -> None:
    """An address that had no mail yet needs none now."""
    ids = {"registration_id": row.id, "signup_id": row.signup_id}
    mails = outbox.list_about(session.connection(), **ids)
    left = {mail.kind for mail in mails if mail.state in _MAY_HAVE_LEFT}
    if not left:
        return
    former_id = session.execute(
        insert(table_of(FormerAddress))
        .values(
            registration_id=row.id,
            email=row.email,
            had_request=_had_request(session, row, left),
            sequence=row.sequence,
            revised_at=row.revised_at,
            created_at=now,
        )
        .returning(_F.id)
    ).scalar_one()
    kind = "registration-readdressed"
    ids = {"registration_id": row.id, "former_id": former_id}
    outbox.add(session, kind, f"{kind}:{row.id}:{now.isoformat()}", now, **ids)


def _had_request(session: Session, row: Any, left: set[str]) -> bool:
    """Not if their mails carry no files: then the feed, which ends, held the dates."""
    feed = own_feed.find(session.connection(), row.id)
    if feed is not None and not feed.wants_files:
        return False
    return row.request_sent_at is not None or bool(left & set(WITH_REQUEST))


def find_former(connection: Connection, former_id: int) -> Any:
    """Where the mail went before, unless it was told already."""
    return connection.execute(select(table_of(FormerAddress)).where(_F.id == former_id)).first()


def forget_former(session: Session, former_id: int) -> None:
    """It was told."""
    session.execute(delete(table_of(FormerAddress)).where(_F.id == former_id))


def find_new(connection: Connection, registration_id: int) -> tuple[str, str] | None:
    """The address that waits to be confirmed and the token of its link, for its mail."""
    row = connection.execute(
        select(_C.email, _C.token_sealed).where(_C.registration_id == registration_id)
    ).first()
    return (row.email, str(keyring().open(row.token_sealed))) if row else None


def forget_old(session: Session, *, now: datetime) -> None:
    """Addresses that nobody confirmed, and former ones that were told long ago."""
    session.execute(delete(table_of(AddressChange)).where(_C.asked_at <= now - LINK_HOLDS))
    session.execute(delete(table_of(FormerAddress)).where(_F.created_at <= now - TOLD_WITHIN))

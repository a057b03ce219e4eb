"""Who mistyped their address may correct it from the receipt, for half an hour after signing up."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from eventapp.errors import Gone
from eventapp.events.definition import EventDefinition
from eventapp.mail import outbox
from eventapp.names import address_key, key, masked_email, person_key
from eventapp.registration import own_feed, queries
from eventapp.registration.models import (
    Registration,
    RegistrationStatus,
    Signup,
    SignupRefusal,
    WithdrawnLink,
    is_standing,
)
from eventapp.registration.promotion import promote
from eventapp.registration.proof_rules import first_mail
from eventapp.registration.refusals import AlreadyRegistered
from eventapp.registration.secrets import new_secrets
from eventapp.registration.selfservice import mail_link
from eventapp.registration.several import KIND as SEVERAL
from eventapp.registration.standing import give_back, lock_signed_up, owe, revise

_R = Registration.__table__.c


def correct_email(session: Session, receipt: str, email: str, *, now: datetime) -> None:
    """Send everything to another address; links that went to the old one end.

    Raises `Gone` when the time is over or a mailed link was used. If that person is already signed
    up, this registration is given back and the other one's link is mailed.
    """
    signup = queries.find_receipt(session.connection(), receipt)
    if signup is not None and signup.is_repeat and signup.masked_email == masked_email(email):
        return  # the same form again, whose first click led to an earlier registration
    if signup is None or not is_correctable(signup, now):
        raise Gone
    standing = lock_signed_up(session, signup.id, now=now)
    if not standing:
        raise Gone
    if all(row.email_key == key(email) for _event, row in standing):
        return
    twins: list[int] = []
    revised: list[datetime] = []
    for event, row in standing:
        person = person_key(email, row.first_name, row.last_name)
        twin = find_twin(session, row, person)
        if twin is None:
            revised.append(move(session, event, row, email, person, now))
        else:
            twins.append(twin)
            _give_way(session, event, row, signup, now)
    if revised:
        _tell(session, signup, standing[0][1], max(revised), now)
    else:
        mail_link(session, twins[0], now=now)
    values = {"masked_email": masked_email(email), "is_repeat": not revised}
    session.execute(update(Signup).where(Signup.id == signup.id).values(values))


def _tell(session: Session, signup: Any, row: Any, revised_at: datetime, now: datetime) -> None:
    """One mail to the new address, however many events it is about; `row` is one registration."""
    if signup.is_several:
        act = f"{SEVERAL}:{signup.id}:{revised_at.isoformat()}"
        outbox.add(session, SEVERAL, act, now, signup_id=signup.id)
    else:
        owe(session, first_mail(row.status), row.id, f"{row.id}:{revised_at.isoformat()}", now)


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


def find_twin(session: Session, row: Any, person: str) -> int | None:
    """Another standing registration of this event by the same person."""
    return session.execute(
        select(_R.id).where(
            _R.event_id == row.event_id,
            _R.person_key == person,
            is_standing(_R),
            _R.id != row.id,
        )
    ).scalar()


def _give_way(
    session: Session, event: EventDefinition, row: Any, signup: Any, now: datetime
) -> None:
    """To the registration that this person has already."""
    give_back(session, event, row, now)
    if row.request_sent_at is not None:  # an address that had no mail needs none now
        owe(session, "registration-cancelled", row.id, str(row.id), now)
    if signup.is_several:
        refused = {"signup_id": signup.id, "event_id": event.id, "code": AlreadyRegistered.code}
        session.execute(insert(SignupRefusal).values(refused))
    promote(session, event, now=now)


def readdress(
    session: Session,
    event: EventDefinition,
    row: Any,
    email: str,
    person: str,
    now: datetime,
    **values: Any,
) -> None:
    """Send everything, under new links, to another address; `values` are written with it."""
    revised_at = move(session, event, row, email, person, now, **values)
    if email:
        owe(session, first_mail(row.status), row.id, f"{row.id}:{revised_at.isoformat()}", now)


def move(
    session: Session,
    event: EventDefinition,
    row: Any,
    email: str,
    person: str,
    now: datetime,
    **values: Any,
) -> datetime:
    """As `readdress`, where whoever calls owes the mail; the time of revision."""
    session.execute(insert(WithdrawnLink).values(token_hash=row.manage_hash, withdrawn_at=now))
    revised_at = revise(
        session,
        event,
        row,
        now,
        email=email,
        email_key=address_key(email),
        person_key=person,
        request_sent_at=None,
        **new_secrets(),
        **values,
    )
    own_feed.follow(session, row, now=now)
    return revised_at

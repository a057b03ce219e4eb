"""Who wants to know when sign-up opens: asked, confirmed by mail, told once, deleted."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.errors import Gone, NotFound
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import load_definitions
from eventapp.events.models import Audience, Event, EventStatus
from eventapp.mail import outbox
from eventapp.names import key
from eventapp.registration.listing import with_places
from eventapp.registration.rules import Signup, SignupState
from eventapp.reminders.models import OpeningWish
from eventapp.tokens import hashed, keyring, new_token

PAUSE = timedelta(minutes=10)  # between two mails that ask for the confirmation
CONFIRM_WITHIN = timedelta(hours=48)
TOLD_WITHIN = timedelta(days=7)  # longer than a mail is tried

CONFIRM, OPEN = "opening-confirm", "opening-now"

_W = table_of(OpeningWish).c


def can_be_wished(event: EventDefinition, signup: Signup) -> bool:
    """Whether sign-up will open, and for more than the invited."""
    later = signup.state in (SignupState.ANNOUNCED, SignupState.NOT_YET)
    return later and event.audience != Audience.INVITED


def ask(
    session: Session, event: EventDefinition, email: str, *, language: str, now: datetime
) -> None:
    """Mail the link that confirms; nothing where it was confirmed, or mailed ten minutes ago."""
    mine = (_W.event_id == event.id, _W.email_key == key(email))
    known = session.execute(select(_W.id, _W.confirmed_at, _W.asked_at).where(*mine)).first()
    if known is None:
        wish_id = _write(session, event, email, language, now)
    elif known.confirmed_at is not None or now < known.asked_at + PAUSE:
        return
    else:
        wish_id = known.id
        session.execute(update(OpeningWish).where(*mine).values(asked_at=now))
    outbox.add(session, CONFIRM, f"{CONFIRM}:{wish_id}:{now.isoformat()}", now, wish_id=wish_id)


def _write(
    session: Session, event: EventDefinition, email: str, language: str, now: datetime
) -> int:
    token = new_token()
    statement = insert(table_of(OpeningWish)).values(
        event_id=event.id,
        email=email,
        email_key=key(email),
        language=language,
        token_hash=hashed(token),
        token_sealed=keyring().seal(token),
        asked_at=now,
    )
    return int(session.execute(statement.returning(_W.id)).scalar_one())


def get_wish(connection: Connection, token: str, *, now: datetime) -> Any:
    """The wish behind the link; raises `NotFound`, also once it was told and deleted, and `Gone`
    where it was not confirmed in time."""
    row = connection.execute(
        select(table_of(OpeningWish)).where(_W.token_hash == hashed(token))
    ).first()
    if row is None:
        raise NotFound
    if row.confirmed_at is None and row.asked_at + CONFIRM_WITHIN <= now:
        raise Gone
    return row


def find_wish(connection: Connection, wish_id: int) -> Any:
    """(event_id, email, language, token, confirmed_at) for its mails, or None."""
    return connection.execute(select(table_of(OpeningWish)).where(_W.id == wish_id)).first()


def confirm(session: Session, wish_id: int, *, now: datetime) -> None:
    """From now on it counts; twice is once."""
    session.execute(
        update(OpeningWish)
        .where(_W.id == wish_id, _W.confirmed_at.is_(None))
        .values(confirmed_at=now)
    )


def end(session: Session, wish_id: int) -> None:
    """The address is forgotten; a mail that is under way is dropped."""
    session.execute(delete(OpeningWish).where(_W.id == wish_id))


def tell(session: Session, *, now: datetime) -> int:
    """Owe the mail to all who wait for an event whose sign-up is open now; how many.

    Two workers at once owe each mail once: the row is claimed by its update.
    """
    waiting = select(_W.event_id).where(_W.confirmed_at.is_not(None), _W.owed_at.is_(None))
    event_ids = session.execute(waiting.distinct()).scalars().all()
    opened = _opened(session.connection(), event_ids, now)
    if not opened:
        return 0
    claimed = session.execute(
        update(OpeningWish)
        .where(_W.event_id.in_(opened), _W.confirmed_at.is_not(None), _W.owed_at.is_(None))
        .values(owed_at=now)
        .returning(_W.id)
    ).scalars()
    at = now.isoformat()  # SQLite gives the number of a deleted wish again
    mails = [(f"{OPEN}:{wish_id}:{at}", {"wish_id": wish_id}) for wish_id in sorted(claimed)]
    outbox.add_all(session, OPEN, mails, now)
    return len(mails)


def _opened(connection: Connection, event_ids: Sequence[int], now: datetime) -> list[int]:
    if not event_ids:
        return []
    rows = with_places(connection, load_definitions(connection, event_ids), now)
    return [event.id for event, _places, signup in rows if signup.is_possible]


def forget_old(session: Session, *, now: datetime) -> None:
    """What nobody confirmed, what was told, and what will never be: the event is over or off, and
    nobody is owed a mail about that."""
    over = select(table_of(Event).c.id).where(table_of(Event).c.last_day < now.date())
    off = select(table_of(Event).c.id).where(table_of(Event).c.status == EventStatus.CANCELLED)
    session.execute(
        delete(OpeningWish).where(
            or_(
                (_W.confirmed_at.is_(None)) & (_W.asked_at <= now - CONFIRM_WITHIN),
                _W.owed_at <= now - TOLD_WITHIN,
                _W.event_id.in_(over),
                _W.event_id.in_(off) & _W.owed_at.is_(None),
            )
        )
    )

"""Who wants no more messages of the organisers says so with one click, for one registration.

The token is signed and holds for that registration at that address: it need not be stored, and who
the address is corrected to cannot be spoken for with an old mail. Confirmations and changes of the
registration itself are no messages.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.orm import Session

from eventapp.errors import NotFound
from eventapp.names import key
from eventapp.registration.models import Registration
from eventapp.tokens import keyring

_R = Registration.__table__.c
_PURPOSE = "unsubscribe-messages"
_LARGEST = 2**31 - 1  # as large as the databases take


def unsubscribe_token(registration_id: int, email: str) -> str:
    """The end of the address that ends messages to this registration."""
    signature = keyring().sign(_PURPOSE, _signed(registration_id, key(email)))
    return f"{registration_id}-{signature}"


def get_subscriber(connection: Connection, token: str) -> Any:
    """(id, event_id, email, status, messages_refused_at) behind the token, or `NotFound`."""
    number, _dash, signature = token.partition("-")
    if not (number.isascii() and number.isdigit() and int(number) <= _LARGEST):
        raise NotFound
    row = connection.execute(
        select(_R.id, _R.event_id, _R.email, _R.email_key, _R.status, _R.messages_refused_at).where(
            _R.id == int(number)
        )
    ).first()
    if row is None or not keyring().is_signed(_PURPOSE, _signed(row.id, row.email_key), signature):
        raise NotFound
    return row


def _signed(registration_id: int, email_key: str) -> str:
    return f"{registration_id}\0{email_key}"


def refuse_messages(session: Session, registration_id: int, *, now: datetime) -> None:
    """From now on none leaves, not even one that is under way; the first time counts."""
    session.execute(
        update(Registration)
        .where(_R.id == registration_id, _R.messages_refused_at.is_(None))
        .values(messages_refused_at=now)
    )


def accept_messages(session: Session, registration_id: int) -> None:
    """They are wanted again."""
    session.execute(
        update(Registration).where(_R.id == registration_id).values(messages_refused_at=None)
    )

"""A form that makes something makes it once, however often its button is pressed.

Each such form carries a `form_token`. It is no proof of anything (that is the `csrf_token`), only
the name of this one form.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from eventapp.forms import FORM_TOKEN_HOURS
from eventapp.planning.models import SentForm
from eventapp.tokens import hashed

_KEPT = timedelta(hours=2 * FORM_TOKEN_HOURS)


def once(
    session: Session, token: str, *, by: int, now: datetime, make: Callable[[], str]
) -> tuple[str, bool]:
    """What the form made, and whether that was just now; a form without token is always new.

    The row comes first: a second click at the same moment waits at its unique key until the first
    is done. So this precedes every lock of the transaction.
    """
    if not token:
        return make(), True
    key = hashed(f"{by} {token}")
    session.execute(delete(SentForm).where(SentForm.sent_at < now - _KEPT))
    try:
        with session.begin_nested():
            session.execute(insert(SentForm).values(token_hash=key, made="", sent_at=now))
    except IntegrityError:
        found = session.scalars(select(SentForm.made).where(SentForm.token_hash == key))
        return found.one(), False
    made = make()
    session.execute(update(SentForm).where(SentForm.token_hash == key).values(made=made))
    return made, True

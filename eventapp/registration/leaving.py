"""Erasing a person: everything that one address, or one without any, has left as a participant."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.events.loading import load_definitions
from eventapp.names import key, sort_key
from eventapp.privacy.declarations import AddressStep, Subject, address_steps, name_steps
from eventapp.privacy.erasure import is_called
from eventapp.registration.erasure import erase
from eventapp.registration.lock import lock_events
from eventapp.registration.models import AddressChange, FormerAddress, Registration
from eventapp.registration.promotion import promote
from eventapp.unsubscribing.models import Unsubscription

_R = table_of(Registration).c
_U = table_of(Unsubscription).c


def erase_person(session: Session, email: str, *, now: datetime) -> Counter[str]:
    """Erase the people with this address at all events: how many rows of which table. Freed places
    go to the next in line; nobody is written to."""
    return _erase(session, _R.email_key == key(email), address_steps(), key(email), now)


def erase_named(session: Session, name: str, *, now: datetime) -> Counter[str]:
    """As `erase_person`, everybody of this whole name, in either order, who left no address."""
    folded, known = sort_key(name), select(_R.id, _R.first_name, _R.last_name)
    rows = session.execute(known.where(_R.email == ""))
    ids = [row.id for row in rows if is_called(folded, row.first_name, row.last_name)]
    return _erase(session, _R.id.in_(ids), name_steps(), folded, now)


def _erase(
    session: Session,
    is_meant: ColumnElement[bool],
    more: Mapping[str, AddressStep],
    called: str,
    now: datetime,
) -> Counter[str]:
    """The registrations that are meant, and what `more` knows of who is called so."""
    connection = session.connection()
    mine = select(_R.id, _R.event_id).where(is_meant)
    event_ids = sorted({row.event_id for row in connection.execute(mine)})
    events = lock_events(session, load_definitions(connection, event_ids), now=now)
    counts = erase(session, [row.id for row in connection.execute(mine)], now=now)
    for table, step in more.items():
        counts[table] += step(session, called, now)
    for event in events:
        promote(session, event, now=now)
    return +counts


def forget_former(session: Session, address: str, _now: datetime) -> int:
    """Of people who now have another address, that they had this one."""
    mine = func.lower(FormerAddress.email) == address
    return session.connection().execute(delete(table_of(FormerAddress)).where(mine)).rowcount


def forget_wanted(session: Session, address: str, _now: datetime) -> int:
    """The wish of somebody to be written to at this address, not confirmed yet."""
    mine = func.lower(AddressChange.email) == address
    return session.connection().execute(delete(table_of(AddressChange)).where(mine)).rowcount


def forget_refusals(session: Session, subjects: Sequence[Subject], _now: datetime) -> None:
    """What an address refused at an event goes with the last registration that it has there."""
    ids = [each.registration_id for each in subjects]
    same = (_R.event_id == _U.event_id, _R.email_key == _U.email_key)
    goes, stays = exists().where(*same, _R.id.in_(ids)), exists().where(*same, _R.id.not_in(ids))
    session.execute(delete(table_of(Unsubscription)).where(goes, ~stays))

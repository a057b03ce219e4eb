"""Saved views: filters of the list with a name, for oneself or for all who read the people.

They stay with their event: a copy of it has other questions and workshops, and begins without.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.errors import NotFound, Refused
from eventapp.participants.models import SavedView

MOST = 50  # of one person in one event

_V = table_of(SavedView).c


class TooManyViews(Refused):
    code = "too-many-views"


_VIEWS = (
    select(_V.id, _V.name, _V.parameters, _V.is_shared, _V.account_id)
    .where(
        _V.event_id == bindparam("event"),
        or_(_V.account_id == bindparam("account"), _V.is_shared),
    )
    .order_by(func.lower(_V.name), _V.id)
)


def list_views(connection: Connection, event_id: int, account_id: int) -> Sequence[Any]:
    """One's own and those for all, by name: id, name, parameters, is_shared, account_id."""
    return connection.execute(_VIEWS, {"event": event_id, "account": account_id}).all()


def save(
    session: Session,
    event_id: int,
    account_id: int,
    name: str,
    parameters: Mapping[str, Any],
    *,
    is_shared: bool,
    now: datetime,
) -> None:
    """Under this name, in place of one's own earlier view of it. Raises `TooManyViews`."""
    mine = and_(_V.event_id == event_id, _V.account_id == account_id)
    values = {"parameters": dict(parameters), "is_shared": is_shared}
    changed = session.execute(
        update(SavedView).where(mine, _V.name == name).values(**values).returning(SavedView.id)
    ).first()
    if changed:
        return
    if session.execute(select(func.count()).where(mine)).scalar_one() >= MOST:
        raise TooManyViews(most=MOST)
    session.execute(
        insert(SavedView).values(
            event_id=event_id, account_id=account_id, name=name, created_at=now, **values
        )
    )


def remove(
    session: Session, event_id: int, account_id: int, view_id: int, *, may_shared: bool
) -> str:
    """One's own, or one for all with `may_shared`; its name. Raises `NotFound`."""
    theirs = [_V.account_id == account_id]
    if may_shared:
        theirs.append(_V.is_shared)
    name = session.execute(
        delete(SavedView)
        .where(_V.id == view_id, _V.event_id == event_id, or_(*theirs))
        .returning(SavedView.name)
    ).scalar_one_or_none()
    if name is None:
        raise NotFound
    return name

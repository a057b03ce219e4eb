"""Who named an organisation: what its contact says of them, and what the office makes of that."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.errors import NotFound
from eventapp.invitations.models import Decision, Naming, NamingAnswer
from eventapp.names import full_name
from eventapp.networks.models import Organisation
from eventapp.registration.models import Registration, RegistrationStatus
from eventapp.tokens import hashed, keyring

_N, _R, _O = table_of(Naming).c, table_of(Registration).c, table_of(Organisation).c
_STANDS = _R.status != RegistrationStatus.CANCELLED
_OPEN = (_N.answer == NamingAnswer.NOT_OURS) & _N.decision.is_(None) & _STANDS


@dataclass(frozen=True)
class Named:
    """Somebody who named an organisation, as its contact and the office see them."""

    id: int
    registration_id: int
    event_id: int
    organisation_id: int
    organisation: str
    full_name: str
    status: str
    language: str
    token: str
    created_at: datetime
    answer: str | None
    answered_at: datetime | None
    decision: str | None
    decided_at: datetime | None

    @property
    def is_cancelled(self) -> bool:
        return self.status == RegistrationStatus.CANCELLED

    @property
    def is_open(self) -> bool:
        """Whether the office has to decide."""
        return self.answer == NamingAnswer.NOT_OURS and not self.decision and not self.is_cancelled

    @property
    def can_answer(self) -> bool:
        """Until the office has decided, or there is nobody to speak of."""
        return self.decision is None and not self.is_cancelled


def get_by_token(connection: Connection, token: str) -> Named:
    """Raises `NotFound`."""
    return _one(connection, _named().where(_N.token_hash == hashed(token)))


def get_named(connection: Connection, event_id: int, naming_id: int) -> Named:
    """One of the event's. Raises `NotFound`."""
    return _one(connection, _named().where(_N.id == naming_id, _R.event_id == event_id))


def get_of(connection: Connection, registration_id: int) -> Named:
    """Raises `NotFound`."""
    return _one(connection, _named().where(_N.registration_id == registration_id))


def list_named(connection: Connection, event_id: int) -> list[Named]:
    """What waits for the office first, then the latest; at most 200."""
    statement = _named().where(_R.event_id == event_id).order_by(_OPEN.desc(), _N.id.desc())
    return [_of(row) for row in connection.execute(statement.limit(200))]


def list_of_organisation(
    connection: Connection, event_id: int, organisation_id: int
) -> dict[int, Named]:
    """By registration."""
    where = (_R.event_id == event_id, _N.organisation_id == organisation_id)
    rows = connection.execute(_named().where(*where))
    return {row.registration_id: _of(row) for row in rows}


def count_open(connection: Connection, event_ids: Collection[int]) -> dict[int, int]:
    """By event: how many wait for the office."""
    statement = (
        select(_R.event_id, func.count().label("n"))
        .join(table_of(Naming), _N.registration_id == _R.id)
        .where(_R.event_id.in_(event_ids), _OPEN)
        .group_by(_R.event_id)
    )
    return {row.event_id: row.n for row in connection.execute(statement)}


def answer(session: Session, naming_id: int, said: NamingAnswer, *, now: datetime) -> bool:
    """What the contact says; it may be said otherwise until the office has decided. Whether it
    counted: the person keeps the place either way."""
    where = (Naming.id == naming_id, Naming.decision.is_(None))
    done: Any = session.execute(update(Naming).where(*where).values(answer=said, answered_at=now))
    return bool(done.rowcount)


def decide(session: Session, naming_id: int, made: Decision, *, now: datetime) -> bool:
    """The office's word, once; whether it was the first."""
    where = (Naming.id == naming_id, Naming.decision.is_(None))
    done: Any = session.execute(update(Naming).where(*where).values(decision=made, decided_at=now))
    return bool(done.rowcount)


def _named() -> Select[Any]:
    of_naming = [_N[name] for name in Named.__dataclass_fields__ if name in _N]
    person = (_R.event_id, _R.status, _R.language, _R.title, _R.first_name, _R.last_name)
    return (
        select(*of_naming, _N.token_sealed, *person, _O.name.label("organisation"))
        .join(table_of(Registration), _R.id == _N.registration_id)
        .join(table_of(Organisation), _O.id == _N.organisation_id)
    )


def _one(connection: Connection, statement: Select[Any]) -> Named:
    row = connection.execute(statement).first()
    if row is None:
        raise NotFound
    return _of(row)


def _of(row: Row[Any]) -> Named:
    values = {name: getattr(row, name, None) for name in Named.__dataclass_fields__}
    opened = {
        "token": keyring().open(row.token_sealed),
        "full_name": full_name(row.title, row.first_name, row.last_name),
    }
    return Named(**{**values, **opened})

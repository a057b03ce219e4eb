"""What organisers read of one person of an event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, literal, or_, select, union_all

from eventapp.accounts.models import Account
from eventapp.audit.models import AuditEntry
from eventapp.base import table_of
from eventapp.checkin.passages import walked_in
from eventapp.errors import NotFound
from eventapp.events.contingent import Contingent
from eventapp.events.definition import EventDefinition, QuestionDefinition
from eventapp.json_lists import holds
from eventapp.names import full_name
from eventapp.participants import selection
from eventapp.participants.models import BulkAct
from eventapp.participants.selection import bounds
from eventapp.registration import queries
from eventapp.registration.answering import list_answers
from eventapp.registration.holder import ChosenItem
from eventapp.registration.line import find_position
from eventapp.registration.models import Registration, RegistrationStatus
from eventapp.tokens import keyring

MOST_ALIKE = 10

_R = table_of(Registration).c
_L = table_of(AuditEntry).c
_B = table_of(BulkAct).c


@dataclass(frozen=True)
class Participant:
    """All that is stored of one person but what is sealed: for that ask `open_needs`."""

    row: Any
    position: int | None
    items: tuple[ChosenItem, ...]
    answers: Mapping[QuestionDefinition, Any]

    @property
    def full_name(self) -> str:
        return full_name(self.row.title, self.row.first_name, self.row.last_name)


def get_participant(
    connection: Connection,
    event: EventDefinition,
    registration_id: int,
    *,
    with_needs: bool,
    within: Contingent | None = None,
) -> Participant:
    """One person of this event; sensitive answers only `with_needs`. Raises `NotFound`."""
    statement = select(table_of(Registration), walked_in().label("walked_in")).where(
        _R.id == registration_id, _R.event_id == event.id, *bounds(within)
    )
    row = connection.execute(statement).first()
    if row is None:
        raise NotFound
    answers = list_answers(connection, event, [row.id], with_needs=with_needs)
    return Participant(
        row=row,
        position=find_position(connection, row),
        items=queries.list_chosen_items(connection, event, row.id),
        answers=answers.get(row.id, {}),
    )


def open_needs(row: Any) -> dict[str, Any]:
    """Assistance and diet, for those who may read them."""
    return dict(keyring().open(row.needs_sealed)) if row.needs_sealed else {}


def misses_mail(connection: Connection, registration_id: int) -> bool:
    """Whether one did not arrive, and none has since."""
    statement = select(selection.misses_mail()).where(_R.id == registration_id)
    return bool(connection.execute(statement).scalar())


def list_alike(
    connection: Connection, event: EventDefinition, row: Any, within: Contingent | None = None
) -> Sequence[Any]:
    """Others of the event with the same name or the same address, the latest first."""
    is_same_address = (_R.email_key == row.email_key).label("is_same_address")
    return connection.execute(
        select(_R.id, _R.first_name, _R.last_name, _R.status, is_same_address)
        .where(
            _R.event_id == event.id,
            _R.id != row.id,
            *bounds(within),
            or_(_R.email_key == row.email_key, _R.sort_key == row.sort_key),
        )
        .order_by(_R.id.desc())
        .limit(MOST_ALIKE)
    ).all()


def list_linked(
    connection: Connection, row: Any, within: Contingent | None = None
) -> Sequence[Any]:
    """Whom this one stands in for, and who comes instead of it."""
    return connection.execute(
        select(_R.id, _R.first_name, _R.last_name).where(
            or_(_R.replaced_by_id == row.id, _R.id == row.replaced_by_id), *bounds(within)
        )
    ).all()


def list_company(
    connection: Connection, row: Any, within: Contingent | None = None
) -> Sequence[Any]:
    """Whom this one assists, or who assists them."""
    return connection.execute(
        select(_R.id, _R.first_name, _R.last_name, _R.main_id).where(
            _R.event_id == row.event_id,
            or_(_R.main_id == row.id, _R.id == row.main_id),
            _R.status != RegistrationStatus.CANCELLED,
            *bounds(within),
        )
    ).all()


def list_acts(
    connection: Connection, event: EventDefinition, registration_id: int
) -> Sequence[Any]:
    """What the office did to one person: at, act, who (None: not there any more), and whether to
    others as well."""
    alone = (
        select(_L.at, _L.act, Account.email.label("who"), literal(False).label("is_bulk"))
        .outerjoin(Account, Account.id == _L.account_id)
        .where(
            _L.subject_type == "registration",
            _L.subject_id == registration_id,
            _L.act.startswith("registration."),
        )
    )
    among = (
        select(
            _B.created_at.label("at"),
            _B.act,
            Account.email.label("who"),
            literal(True).label("is_bulk"),
        )
        .outerjoin(Account, Account.id == _B.account_id)
        .where(_B.event_id == event.id, holds(_B.ids, registration_id))
    )
    both = union_all(alone, among).subquery("acts")
    return connection.execute(select(both).order_by(both.c.at)).all()

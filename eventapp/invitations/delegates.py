"""The delegates of one organisation as its contact sees them, and cancelling one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.errors import NotFound
from eventapp.events.definition import EventDefinition
from eventapp.invitations import naming
from eventapp.invitations.naming import Named
from eventapp.invitations.rules import Invited
from eventapp.names import full_name
from eventapp.registration.line_rules import Step
from eventapp.registration.lock import lock_event
from eventapp.registration.models import CancelledAs, Registration, RegistrationStatus
from eventapp.registration.moving import list_rows, write_steps
from eventapp.registration.refusals import AlreadyCancelled
from eventapp.registration.steps import Farewell

_R = table_of(Registration).c


@dataclass(frozen=True)
class Delegate:
    """One person of the organisation: name and state, nothing that is theirs alone."""

    id: int
    full_name: str
    attendance: str
    status: str
    is_ours: bool  # came with the organisation's link: its contact may cancel
    named: Named | None  # else named the organisation by choice

    @property
    def can_cancel(self) -> bool:
        return self.is_ours and self.status != RegistrationStatus.CANCELLED


def list_delegates(
    connection: Connection, event: EventDefinition, invited: Invited
) -> list[Delegate]:
    """Who stands for the organisation, and who came with its link and was cancelled since."""
    of_them = _R.invitation_id == invited.id
    if invited.organisation_id is not None:
        named_it = _R.organisation_id == invited.organisation_id
        of_them |= named_it & (_R.status != RegistrationStatus.CANCELLED)
    rows = connection.execute(
        select(
            _R.id,
            _R.title,
            _R.first_name,
            _R.last_name,
            _R.attendance,
            _R.status,
            _R.invitation_id,
        )
        .where(_R.event_id == event.id, of_them)
        .order_by(_R.status == RegistrationStatus.CANCELLED, _R.id)
    ).all()
    asked = {}
    if invited.organisation_id is not None:
        asked = naming.list_of_organisation(connection, event.id, invited.organisation_id)
    return [
        Delegate(
            id=row.id,
            full_name=full_name(row.title, row.first_name, row.last_name),
            attendance=row.attendance,
            status=row.status,
            is_ours=row.invitation_id == invited.id,
            named=asked.get(row.id),
        )
        for row in rows
    ]


def get_delegate(
    connection: Connection, event: EventDefinition, invited: Invited, registration_id: int
) -> Delegate:
    """One whom the contact may cancel, or has. Raises `NotFound`."""
    found = list_delegates(connection, event, invited)
    ours = [each for each in found if each.id == registration_id and each.is_ours]
    if not ours:
        raise NotFound
    return ours[0]


def cancel_delegate(
    session: Session,
    event: EventDefinition,
    invited: Invited,
    registration_id: int,
    *,
    now: datetime,
) -> None:
    """Give the place back; the delegate gets a mail, the next in line moves up.

    Raises `AlreadyCancelled`, and `NotFound` for whoever did not come with this link.
    """
    event = lock_event(session, event, now=now)
    delegate = get_delegate(session.connection(), event, invited, registration_id)
    if not delegate.can_cancel:
        raise AlreadyCancelled
    rows = list_rows(session.connection(), event, [registration_id])
    steps = {registration_id: Step(RegistrationStatus.CANCELLED, delegate.attendance)}
    farewell = Farewell(CancelledAs.ORGANISATION)
    write_steps(session, event, rows, steps, now=now, farewell=farewell)

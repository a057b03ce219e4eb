"""What a sign-up meets of invitations under the event's lock: whose link it brings, whom to ask."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.events.definition import EventDefinition
from eventapp.invitations.models import Naming
from eventapp.invitations.queries import find_invited, is_used
from eventapp.invitations.rules import (
    InvitationUnknown,
    InvitationUsed,
    Invited,
    OrganisationMissing,
    needs_organisation,
)
from eventapp.mail import outbox
from eventapp.registration.line_rules import Step
from eventapp.registration.models import Registration, RegistrationStatus
from eventapp.registration.moving import list_rows, write_steps
from eventapp.tokens import hashed, keyring, new_token

if TYPE_CHECKING:
    from eventapp.registration.actions import SignupRequest

_INSERT_NAMING = insert(table_of(Naming)).inline()  # see `db.in_one_trip`


def invited_by(session: Session, event: EventDefinition, code: str | None) -> Invited | None:
    """Whose code the form brought. Raises `InvitationUnknown`; asks nothing where there is none."""
    if code is None:
        return None
    invited = find_invited(session.connection(), event, code)
    if invited is None:
        raise InvitationUnknown
    return invited


def admitted(
    session: Session, event: EventDefinition, request: "SignupRequest", invited: Invited | None
) -> "SignupRequest":
    """The request with what the invitation says of it.

    Raises `InvitationUsed`, and `OrganisationMissing` where only members come.
    """
    if invited is None:
        if needs_organisation(event) and request.person.organisation_id is None:
            raise OrganisationMissing
        return request
    if invited.is_personal:
        if is_used(session.connection(), invited.id):
            raise InvitationUsed
        return replace(request, invitation_id=invited.id, is_guest=True)
    person = replace(
        request.person,
        organisation=invited.organisation,
        organisation_id=invited.organisation_id,
    )
    return replace(request, invitation_id=invited.id, person=person)


def seat_by_right(
    session: Session,
    event: EventDefinition,
    registration_id: int,
    code: str | None,
    *,
    now: datetime,
) -> bool:
    """Whether somebody who waited came back with a personal invitation, and has their place now;
    whoever had one already only counts as a guest from now on."""
    invited = find_invited(session.connection(), event, code) if code else None
    if invited is None or not invited.is_personal or is_used(session.connection(), invited.id):
        return False
    values = {"is_guest": True, "invitation_id": invited.id}
    guest = update(Registration).where(Registration.id == registration_id)
    session.execute(guest.values(**values))
    rows = list_rows(session.connection(), event, [registration_id])
    waiting = [row for row in rows if row.status == RegistrationStatus.WAITLISTED]
    steps = {row.id: Step(RegistrationStatus.CONFIRMED, row.attendance) for row in waiting}
    write_steps(session, event, waiting, steps, now=now)
    return bool(waiting)


def ask_organisation(
    session: Session, registration_id: int, request: "SignupRequest", *, now: datetime
) -> None:
    """Owe the organisation's contact the question whether this person is theirs, where somebody
    named it by choice."""
    organisation_id = request.person.organisation_id
    if organisation_id is None or request.invitation_id is not None:
        return
    token = new_token()
    values = {
        "registration_id": registration_id,
        "organisation_id": organisation_id,
        "token_hash": hashed(token),
        "token_sealed": keyring().seal(token),
        "created_at": now,
    }
    session.connection().execute(_INSERT_NAMING, values)
    kind = "organisation-named"
    outbox.add(session, kind, f"{kind}:{registration_id}", now, naming_of=registration_id)

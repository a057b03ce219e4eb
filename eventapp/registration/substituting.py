"""Somebody else comes instead: one place, from one person to another, in one transaction."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.events.definition import EventDefinition
from eventapp.invitations.admission import ask_organisation
from eventapp.registration import moving
from eventapp.registration.actions import Person, SignupRequest, enter
from eventapp.registration.correction import find_twin
from eventapp.registration.holder_rules import SubstituteClosed, can_substitute
from eventapp.registration.line_rules import Step
from eventapp.registration.models import CancelledAs, Place, Registration, RegistrationStatus
from eventapp.registration.promotion import promote
from eventapp.registration.refusals import AlreadyRegistered
from eventapp.registration.selfservice import mail_link
from eventapp.registration.standing import give_back, lock_standing, owe
from eventapp.registration.uids import new_item_uid

_R = table_of(Registration).c
_P = table_of(Place).c


def substitute(
    session: Session,
    registration_id: int,
    person: Person,
    *,
    language: str,
    form_token: str,
    now: datetime,
    by_office: bool = False,
) -> int:
    """Give the place with its programme items to the person; the id of their registration.

    Nobody moves up, and the organisation's places stay as many. What the one before answered,
    needs and allows is not handed on. Whoever is registered already keeps their own registration:
    the holder does not learn of it, and their place goes to those who wait. Raises
    `AlreadyCancelled`, `SubstituteClosed`; `AlreadyRegistered` to the office.
    """
    event, row = lock_standing(session, registration_id, now=now)
    if not can_substitute(event, row.status, now):
        raise SubstituteClosed
    if person.key == row.person_key:
        raise AlreadyRegistered(registration_id=row.id)
    twin = find_twin(session, row, person.key)
    if twin is not None and by_office:
        raise AlreadyRegistered(registration_id=twin)
    if twin is None:
        request = _request(row, person, language, by_office=by_office)
        new = _enter(session, event, row, request, form_token, now)
        _leave(session, event, row, now)  # last: what is left with a registration is released
    else:
        _leave(session, event, row, now)
        new = _yield_to(session, event, row, twin, now)
    session.execute(
        update(table_of(Registration)).where(_R.id == row.id).values(replaced_by_id=new)
    )
    promote(session, event, now=now)  # into what else is free: an assistant leaves as well
    return new


def _leave(session: Session, event: EventDefinition, row: Any, now: datetime) -> None:
    give_back(session, event, row, now, cancelled_as=CancelledAs.SUBSTITUTED)
    owe(session, "registration-cancelled", row.id, str(row.id), now)


def _request(row: Any, person: Person, language: str, *, by_office: bool) -> SignupRequest:
    """What hangs on the place goes with it."""
    if row.organisation_id is not None:
        organisation = {"organisation": row.organisation, "organisation_id": row.organisation_id}
        person = replace(person, **organisation)
    return SignupRequest(
        person=person,
        attendance=row.attendance,
        language=language,
        by_office=by_office,
        invitation_id=row.invitation_id,
        is_guest=row.is_guest,
    )


def _enter(
    session: Session,
    event: EventDefinition,
    row: Any,
    request: SignupRequest,
    form_token: str,
    now: datetime,
) -> int:
    """The items keep their rows, and with them the position of those that are waited for; in the
    calendar they are others."""
    status = RegistrationStatus(row.status)
    new = enter(session, event, request, status, {}, form_token=form_token, now=now)
    for place in session.scalars(select(_P.id).where(_P.registration_id == row.id)).all():
        values = {"registration_id": new, "uid": new_item_uid(event)}
        session.execute(update(table_of(Place)).where(_P.id == place).values(values))
    ask_organisation(session, new, request, now=now)
    return new


def _yield_to(session: Session, event: EventDefinition, row: Any, twin: int, now: datetime) -> int:
    """They come anyway, or wait and get this place."""
    waiting = [
        each
        for each in moving.list_rows(session.connection(), event, [twin])
        if each.status == RegistrationStatus.WAITLISTED and each.attendance == row.attendance
    ]
    steps = {each.id: Step(RegistrationStatus.CONFIRMED, each.attendance) for each in waiting}
    moving.write_steps(session, event, waiting, steps, now=now)
    if not waiting:
        mail_link(session, twin, now=now)
    return twin

"""One form for several events of a series: each becomes a registration of its own.

Lock, count, decide, write, as in `actions.py`; what cannot be had is told event by event, and all
of it in one mail.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.events.definition import EventDefinition
from eventapp.mail import outbox
from eventapp.names import masked_email
from eventapp.registration import queries
from eventapp.registration.actions import (
    CORRECTION,
    Person,
    SignupRequest,
    write_registration,
)
from eventapp.registration.lock import lock_events
from eventapp.registration.models import (
    Registration,
    RegistrationStatus,
    Signup,
    SignupRefusal,
    is_standing,
)
from eventapp.registration.refusals import (
    AlreadyRegistered,
    EventChanged,
    EventFull,
    NoDateLeft,
    QuotaExhausted,
    RegistrationClosed,
)
from eventapp.registration.rules import capped, decide_signup
from eventapp.registration.secrets import receipt_token
from eventapp.registration.selfservice import mail_link
from eventapp.tokens import hashed

KIND = "series-registered"

_R = table_of(Registration).c
_EVENTS: Any = bindparam("events", expanding=True)
_FIND_STANDING = select(_R.event_id, _R.id).where(
    _R.event_id.in_(_EVENTS),
    _R.person_key == bindparam("person_key"),
    is_standing(_R),
)
_INSERT_SIGNUP = insert(table_of(Signup)).returning(table_of(Signup).c.id)
_INSERT_REFUSALS = insert(table_of(SignupRefusal))


@dataclass(frozen=True)
class Wish:
    """One of the events that were ticked, with the form as this event asks it."""

    event: EventDefinition
    request: SignupRequest


@dataclass(frozen=True)
class Decided:
    """What becomes of each wish: a place or the waiting list, or the code of the refusal."""

    given: Sequence[tuple[Wish, RegistrationStatus]]
    refused: Mapping[int, str]


def register_several(
    session: Session, wishes: Sequence[Wish], *, form_token: str, now: datetime
) -> str:
    """Sign one person up for at least two events; the token of the receipt.

    The same form token, person and events again change nothing. Raises `NoDateLeft` where none of
    them can be had, and `EventChanged` where one is not what is stored.
    """
    wishes = sorted(wishes, key=lambda wish: wish.event.first_day)
    events = [wish.event for wish in wishes]
    person = wishes[0].request.person
    ids = sorted(event.id for event in events)
    receipt = receipt_token(ids, form_token, person.key)
    if any(a is not b for a, b in zip(lock_events(session, events, now=now), events, strict=True)):
        raise EventChanged
    if _is_known(session, receipt):
        return receipt
    standing = _find_standing(session, ids, person)
    decided = _decide(session, wishes, standing, now)
    if not decided.given and not standing:
        raise NoDateLeft
    signup_id = _write_signup(session, events[0], form_token, person, receipt, decided, now)
    for wish, status in decided.given:
        write_registration(session, wish.event, wish.request, status, signup_id, now)
    if decided.given:
        outbox.add(session, KIND, f"{KIND}:{signup_id}", now, signup_id=signup_id)
    else:
        mail_link(session, min(standing.values()), now=now)
    return receipt


def _is_known(session: Session, receipt: str) -> bool:
    seen = select(table_of(Signup).c.id).where(table_of(Signup).c.receipt_hash == hashed(receipt))
    return session.connection().execute(seen).first() is not None


def _find_standing(session: Session, ids: Sequence[int], person: Person) -> dict[int, int]:
    """The registration of this person in each of these events, where there is one."""
    values = {"events": ids, "person_key": person.key}
    return {row[0]: row[1] for row in session.connection().execute(_FIND_STANDING, values)}


def _decide(
    session: Session, wishes: Sequence[Wish], standing: Mapping[int, int], now: datetime
) -> Decided:
    places = queries.list_places(session.connection(), [wish.event for wish in wishes])
    given: list[tuple[Wish, RegistrationStatus]] = []
    refused: dict[int, str] = {}
    for wish in wishes:
        event = wish.event
        try:
            if event.id in standing:
                raise AlreadyRegistered
            asked = wish.request.place_request
            ids = capped(event, now, asked.organisation_id)
            known = places[event.id]
            if ids:
                known = queries.places(session.connection(), event, delegates_of=ids)
            status = decide_signup(event, known, asked, now)
        except (AlreadyRegistered, EventFull, QuotaExhausted, RegistrationClosed) as refusal:
            refused[event.id] = refusal.code
        else:
            given.append((wish, status))
    return Decided(given, refused)


def _write_signup(
    session: Session,
    first: EventDefinition,
    form_token: str,
    person: Person,
    receipt: str,
    decided: Decided,
    now: datetime,
) -> int:
    connection = session.connection()
    signup_id: int = connection.execute(
        _INSERT_SIGNUP,
        {
            "event_id": first.id,
            "form_token_hash": hashed(form_token),
            "person_hash": hashed(receipt),  # of the person and the choice of events
            "receipt_hash": hashed(receipt),
            "is_repeat": not decided.given,
            "is_several": True,
            "masked_email": masked_email(person.email),
            "correctable_until": now + CORRECTION if decided.given else None,
            "created_at": now,
        },
    ).scalar_one()
    if decided.refused:
        connection.execute(
            _INSERT_REFUSALS,
            [
                {"signup_id": signup_id, "event_id": event_id, "code": code}
                for event_id, code in decided.refused.items()
            ],
        )
    return signup_id

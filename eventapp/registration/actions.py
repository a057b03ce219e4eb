"""Sign-up. Lock, count, decide, write; what a holder does later is in `selfservice.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, case, select
from sqlalchemy.dialects.postgresql import insert  # its ON CONFLICT is SQLite's, word for word
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.db import in_one_trip
from eventapp.events.definition import EventDefinition, ItemDefinition, QuestionDefinition
from eventapp.invitations.admission import (
    admitted,
    ask_organisation,
    invited_by,
    seat_by_right,
)
from eventapp.invitations.rules import access_of
from eventapp.names import masked_email, person_key
from eventapp.registration import assistants, queries
from eventapp.registration.delegates import find_organisation
from eventapp.registration.item_rules import check_overlap, decide_items
from eventapp.registration.lock import lock_event
from eventapp.registration.models import (
    PlaceStatus,
    Registration,
    RegistrationStatus,
    Signup,
    is_standing,
    next_registration_id,
)
from eventapp.registration.places import PlaceRequest
from eventapp.registration.refusals import EventChanged
from eventapp.registration.rules import (
    capped,
    caps_hold,
    check_open,
    decide_place,
    for_newcomers,
)
from eventapp.registration.secrets import receipt_token
from eventapp.registration.selfservice import mail_link
from eventapp.registration.writing import Ids, insert_parts, insert_registration, write
from eventapp.tokens import hashed, new_token

CORRECTION = timedelta(minutes=30)

_R = Registration.__table__.c
_S = table_of(Signup).c
_STANDING = (
    select(_R.id)
    .where(
        _R.event_id == bindparam("of_event"),
        _R.person_key == bindparam("person_key"),
        is_standing(_R),
    )
    .scalar_subquery()
)
_FIND_EARLIER = select(
    select(_S.id)
    .where(
        _S.event_id == bindparam("of_event"),
        _S.form_token_hash == bindparam("token"),
        _S.person_hash == bindparam("person"),
    )
    .scalar_subquery(),
    _STANDING,
)
_NEXT_ID = select(next_registration_id())
_insert_signup = insert(table_of(Signup))
_INSERT_SIGNUP = _insert_signup.returning(_S.id, next_registration_id())
# Writes and finds at once: what is locked is held for less.
_INSERT_ONCE = (
    _insert_signup.values(
        is_repeat=_STANDING.is_not(None),
        correctable_until=case((_STANDING.is_(None), bindparam("until", type_=_S.created_at.type))),
    )
    .on_conflict_do_nothing(index_elements=["event_id", "form_token_hash", "person_hash"])
    .returning(_S.id, next_registration_id(), _STANDING)
)


@dataclass(frozen=True)
class Person:
    """Who signs up, as typed."""

    first_name: str
    last_name: str
    email: str
    salutation: str | None = None
    title: str | None = None
    organisation: str | None = None
    organisation_id: int | None = None
    role: str | None = None

    @property
    def key(self) -> str:
        return person_key(self.email, self.first_name, self.last_name)


@dataclass(frozen=True)
class SignupRequest:
    """One submitted form, its shape already checked."""

    person: Person
    attendance: str
    items: Sequence[ItemDefinition] = ()
    answers: Mapping[QuestionDefinition, Any] = field(default_factory=dict)
    needs: Mapping[str, Any] | None = None  # assistance and diet: sealed
    door_note: str | None = None
    photo_consent: Sequence[str] = ()
    list_consent: bool = False
    language: str = "de"
    by_office: bool = False
    invitation: str | None = None  # the code that the form brought
    invitation_id: int | None = None  # whose it is, once that is known
    is_guest: bool = False
    is_proved: bool = False  # see `PlaceRequest`
    main_id: int | None = None  # whom an assistant comes with

    @property
    def brings_assistant(self) -> bool:
        return assistants.KIND in ((self.needs or {}).get("assistance_kinds") or ())

    @property
    def place_request(self) -> PlaceRequest:
        return PlaceRequest(
            self.attendance,
            self.person.organisation_id,
            by_right=self.is_guest,
            is_proved=self.is_proved,
        )


def register(
    session: Session,
    event: EventDefinition,
    request: SignupRequest,
    *,
    form_token: str,
    now: datetime,
    is_last: bool = False,
) -> str:
    """Sign one person up; the token of the receipt.

    The same form token and person again change nothing. `is_last`: the transaction ends with it.
    Raises `RegistrationClosed`, `EventFull`, `QuotaExhausted`, `ProgrammeItemFull`, `Overlap`, what
    `admission` raises, and `EventChanged` where `event` is not what is stored.
    """
    person = request.person
    receipt = receipt_token([event.id], form_token, person.key)
    if lock_event(session, event, now=now) is not event:
        raise EventChanged
    until = None if request.is_proved else now + CORRECTION
    asks = {"of_event": event.id, "person_key": person.key, "until": until}
    values = _signup_values(event, form_token, person, receipt, now)
    signup = session.connection().execute(_INSERT_ONCE, values | asks).first()
    if signup is None:
        return receipt
    *ids, existing = signup
    if existing is not None:
        if not seat_by_right(session, event, existing, request.invitation, now=now):
            mail_link(session, existing, now=now)
        return receipt
    invited = invited_by(session, event, request.invitation)
    request = admitted(session, event, request, invited)
    request = named_as_in_register(session, event, request, now=now)
    asked = request.place_request
    delegates_of = capped(event, now, asked.organisation_id)
    places = queries.places(session.connection(), event, delegates_of=delegates_of)
    check_open(event, places, asked.attendance, now, access_of(invited))
    check_overlap(request.items)
    status = decide_place(event, for_newcomers(event, places, now), asked)
    items = decide_items(event, places, status, request.items)
    made = Ids(*ids)
    with in_one_trip(session, last=is_last and not request.brings_assistant):
        write(session, event, request, status, items, made, now)
        ask_organisation(session, made.registration, request, now=now)
    _bring_assistant(session, event, request, made, status, now=now)
    return receipt


def enter(
    session: Session,
    event: EventDefinition,
    request: SignupRequest,
    status: RegistrationStatus,
    items: Mapping[int, PlaceStatus],
    *,
    form_token: str,
    now: datetime,
) -> int:
    """Write down somebody whose places are decided and owe their mail; the registration's id.

    The event must be locked. There is no receipt to correct the address from.
    """
    receipt = receipt_token([event.id], form_token, request.person.key)
    values = _signup_values(event, form_token, request.person, receipt, now)
    values |= {"is_repeat": False}
    made = Ids(*session.connection().execute(_INSERT_SIGNUP, values).one())
    with in_one_trip(session):
        write(session, event, request, status, items, made, now)
    _bring_assistant(session, event, request, made, status, now=now)
    return made.registration


def named_as_in_register(
    session: Session, event: EventDefinition, request: SignupRequest, *, now: datetime
) -> SignupRequest:
    """Where caps hold, whoever names an organisation as it is called in the register belongs to
    it; asks nothing elsewhere."""
    person = request.person
    if person.organisation_id or not person.organisation or not caps_hold(event, now):
        return request
    found = find_organisation(session.connection(), person.organisation)
    return replace(request, person=replace(person, organisation_id=found))


def find_earlier(
    session: Session, event: EventDefinition, form_token: str, person: Person
) -> tuple[int | None, int | None]:
    """The sign-up of this very submit, and the standing registration of this person."""
    row = (
        session.connection()
        .execute(
            _FIND_EARLIER,
            {
                "of_event": event.id,
                "token": hashed(form_token),
                "person": hashed(person.key),
                "person_key": person.key,
            },
        )
        .one()
    )
    return row[0], row[1]


def _signup_values(
    event: EventDefinition, form_token: str, person: Person, receipt: str, now: datetime
) -> dict[str, Any]:
    return {
        "event_id": event.id,
        "form_token_hash": hashed(form_token),
        "person_hash": hashed(person.key),
        "receipt_hash": hashed(receipt),
        "masked_email": masked_email(person.email),
        "created_at": now,
    }


def write_registration(
    session: Session,
    event: EventDefinition,
    request: SignupRequest,
    status: RegistrationStatus,
    signup_id: int,
    now: datetime,
) -> None:
    """Write somebody down who chooses nothing of the programme; whoever calls owes their mail."""
    ids = Ids(signup_id, session.connection().execute(_NEXT_ID).scalar_one())
    with in_one_trip(session):
        insert_registration(session, event, request, status, ids, now)
        insert_parts(session, event, request, {}, ids.registration)
    _bring_assistant(session, event, request, ids, status, now=now)


def _bring_assistant(
    session: Session,
    event: EventDefinition,
    request: SignupRequest,
    ids: Ids,
    status: RegistrationStatus,
    *,
    now: datetime,
) -> None:
    if request.brings_assistant:
        enter_assistant(session, event, request, ids.registration, status, now=now)


def enter_assistant(
    session: Session,
    event: EventDefinition,
    main: SignupRequest,
    main_id: int,
    status: RegistrationStatus,
    *,
    now: datetime,
) -> int:
    """Write down the assistant of somebody, for now under the name of who is assisted. They stand
    as that person does and are owed no mail: it is told in the other's."""
    first_name = assistants.borrowed_name(main.person.first_name)
    person = Person(first_name, main.person.last_name, "")
    request = SignupRequest(
        person=person,
        attendance=main.attendance,
        language=main.language,
        by_office=main.by_office,
        is_guest=True,
        main_id=main_id,
    )
    return enter(session, event, request, status, {}, form_token=new_token(), now=now)

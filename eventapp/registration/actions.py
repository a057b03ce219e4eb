"""Sign-up. Lock, count, decide, write; what a holder does later is in `selfservice.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

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
from eventapp.mail import outbox
from eventapp.names import address_key, masked_email, person_key, sort_key
from eventapp.registration import assistants, queries
from eventapp.registration.answering import answer_values
from eventapp.registration.delegates import find_organisation
from eventapp.registration.item_rules import check_overlap, decide_items
from eventapp.registration.line import NEXT_NUMBER
from eventapp.registration.lock import lock_event
from eventapp.registration.models import (
    PROVING,
    Answer,
    Place,
    PlaceStatus,
    Registration,
    RegistrationDate,
    RegistrationStatus,
    Signup,
    is_standing,
    next_registration_id,
)
from eventapp.registration.places import PlaceRequest
from eventapp.registration.proof_rules import first_mail, proof_until
from eventapp.registration.refusals import EventChanged
from eventapp.registration.rules import (
    capped,
    caps_hold,
    check_open,
    decide_place,
    for_newcomers,
    next_revised_at,
)
from eventapp.registration.secrets import new_secrets, receipt_token
from eventapp.registration.selfservice import mail_link
from eventapp.registration.uids import new_item_uid, new_uid
from eventapp.tokens import hashed, keyring, new_token

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
_INSERT_REGISTRATION = insert(table_of(Registration)).inline()
_INSERT_NUMBERED = _INSERT_REGISTRATION.values(queue_number=NEXT_NUMBER)
_NEXT_ID = select(next_registration_id())
_INSERT_DATES = insert(table_of(RegistrationDate)).inline()
_INSERT_PLACES = insert(table_of(Place)).inline()
_INSERT_ANSWERS = insert(table_of(Answer)).inline()


class Ids(NamedTuple):
    """Of what a sign-up writes."""

    signup: int
    registration: int


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
    main_id: int | None = None  # whom an assistant comes with

    @property
    def brings_assistant(self) -> bool:
        return assistants.KIND in ((self.needs or {}).get("assistance_kinds") or ())

    @property
    def place_request(self) -> PlaceRequest:
        return PlaceRequest(self.attendance, self.person.organisation_id, by_right=self.is_guest)


def register(
    session: Session,
    event: EventDefinition,
    request: SignupRequest,
    *,
    form_token: str,
    now: datetime,
) -> str:
    """Sign one person up; the token of the receipt.

    The same form token and person again change nothing. Raises `RegistrationClosed`, `EventFull`,
    `QuotaExhausted`, `ProgrammeItemFull`, `Overlap`, what `admission` raises, and `EventChanged`
    where `event` is not what is stored.
    """
    person = request.person
    receipt = receipt_token([event.id], form_token, person.key)
    if lock_event(session, event, now=now) is not event:
        raise EventChanged
    asks = {"of_event": event.id, "person_key": person.key, "until": now + CORRECTION}
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
    with in_one_trip(session):
        _write(session, event, request, status, items, made, now)
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
        _write(session, event, request, status, items, made, now)
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


def _write(
    session: Session,
    event: EventDefinition,
    request: SignupRequest,
    status: RegistrationStatus,
    items: Mapping[int, PlaceStatus],
    ids: Ids,
    now: datetime,
) -> None:
    """The registration of a sign-up, and the mail of it."""
    _insert(session, event, request, status, ids, now)
    _write_parts(session, event, request, items, ids.registration)
    if request.person.email:  # the office enters people without one, too
        kind, id_ = first_mail(status), ids.registration
        outbox.add(session, kind, f"{kind}:{id_}", now, registration_id=id_)


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
        _insert(session, event, request, status, ids, now)
        _write_parts(session, event, request, {}, ids.registration)
    _bring_assistant(session, event, request, ids, status, now=now)


def _insert(
    session: Session,
    event: EventDefinition,
    request: SignupRequest,
    status: RegistrationStatus,
    ids: Ids,
    now: datetime,
) -> None:
    confirmed = status == RegistrationStatus.CONFIRMED
    values = {
        **_person_values(request),
        **new_secrets(),
        "id": ids.registration,
        "event_id": event.id,
        "signup_id": ids.signup,
        "status": status,
        "attendance": request.attendance,
        "language": request.language,
        "by_office": request.by_office,
        "sequence": 0,
        "revised_at": next_revised_at(now, event.revised_at),
        "created_at": now,
        "proof_until": proof_until(event, now) if status in PROVING else None,
        "confirmed_at": now if confirmed else None,
    }
    statement = _INSERT_REGISTRATION
    joins = (RegistrationStatus.WAITLISTED, RegistrationStatus.UNPROVED)
    if status in joins and request.main_id is None:
        waits = status == RegistrationStatus.WAITLISTED
        statement = _INSERT_NUMBERED
        values |= {"waits_for": request.attendance if waits else None, "line_of": event.id}
    session.connection().execute(statement, values)


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


def _person_values(request: SignupRequest) -> dict[str, Any]:
    person = request.person
    return {
        "salutation": person.salutation,
        "title": person.title,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "email_key": address_key(person.email),
        "person_key": f"\n{request.main_id}" if request.main_id else person.key,
        "main_id": request.main_id,
        "sort_key": sort_key(f"{person.last_name} {person.first_name}"),
        "organisation": person.organisation,
        "organisation_key": sort_key(person.organisation) if person.organisation else None,
        "organisation_id": person.organisation_id,
        "invitation_id": request.invitation_id,
        "is_guest": request.is_guest,
        "role": person.role,
        "door_note": request.door_note,
        "needs_sealed": keyring().seal(dict(request.needs)) if request.needs else None,
        "photo_consent": list(request.photo_consent),
        "list_consent": request.list_consent,
    }


def _write_parts(
    session: Session,
    event: EventDefinition,
    request: SignupRequest,
    items: Mapping[int, PlaceStatus],
    registration_id: int,
) -> None:
    """Calendar UIDs, chosen items and answers."""
    owner = {"registration_id": registration_id}
    connection = session.connection()
    connection.execute(
        _INSERT_DATES,
        [{**owner, "event_date_id": date.id, "uid": new_uid(date.uid)} for date in event.dates],
    )
    if items:
        connection.execute(
            _INSERT_PLACES,
            [
                {
                    **owner,
                    "programme_item_id": item_id,
                    "status": status,
                    "uid": new_item_uid(event),
                }
                for item_id, status in items.items()
            ],
        )
    if request.answers:
        connection.execute(
            _INSERT_ANSWERS,
            [
                {**owner, "question_id": question.id, **answer_values(question, value)}
                for question, value in request.answers.items()
            ],
        )

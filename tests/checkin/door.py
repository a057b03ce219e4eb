"""A door for tests: an event, guests with real codes, devices, scans."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy.orm import Session

from eventapp import clock
from eventapp.checkin import actions
from eventapp.checkin.actions import Batch, NewScan
from eventapp.checkin.devices import PairedDevice, find_device
from eventapp.checkin.links import DoorLink, get_door
from eventapp.checkin.pairing import make_door
from eventapp.checkin.queries import Answer
from eventapp.db import reading, transaction
from eventapp.events.actions import update_event
from eventapp.events.loading import get_definition
from eventapp.events.models import Event, ProgrammeItem
from eventapp.names import person_key, sort_key
from eventapp.registration.models import Place, Registration, Signup
from eventapp.registration.secrets import new_secrets
from eventapp.tokens import keyring
from tests.factories import ORIGIN, at, in_days, make_event

TODAY = [(at(in_days(0), 9), at(in_days(0), 17))]


@dataclass(frozen=True)
class Guest:
    id: int
    ticket: str
    short: str
    join: str


def make_guest(session: Session, event_id: int, name: str = "", **values: Any) -> Guest:
    """A confirmed registration in person, with the tokens that its mail would carry."""
    now, name = clock.now(), name or f"Gast {uuid4().hex[:6]}"
    secrets = new_secrets()
    signup = Signup(
        event_id=event_id,
        form_token_hash=uuid4().bytes,
        person_hash=uuid4().bytes,
        receipt_hash=uuid4().bytes,
        is_repeat=False,
        masked_email="g…@example.org",
        created_at=now,
    )
    session.add(signup)
    session.flush()
    defaults = {
        "status": "confirmed",
        "attendance": "in_person",
        "first_name": "Erika",
        "last_name": name,
        "email": f"{uuid4().hex}@example.org",
        "organisation": "Freiwilligenagentur Musterstadt",
        "language": "de",
        "revised_at": now,
        "created_at": now,
        "confirmed_at": now,
    }
    row = Registration(event_id=event_id, signup_id=signup.id, **secrets, **{**defaults, **values})
    row.email_key, row.sort_key = row.email, sort_key(name)
    row.person_key = person_key(row.email, row.first_name, row.last_name)
    session.add(row)
    session.flush()
    opened = keyring().open(secrets["secrets_sealed"])
    return Guest(row.id, opened["ticket"], opened["short_code"], opened["join"])


def hold_place(session: Session, guest: Guest, item: ProgrammeItem) -> None:
    ids = {"registration_id": guest.id, "programme_item_id": item.id}
    session.add(Place(**ids, status="confirmed", uid=f"p-{uuid4()}@events.example"))


class Door:
    """One event with its devices; what a test does at it."""

    def __init__(self, slug: str = "treffen", **values: Any) -> None:
        values = {"dates": TODAY, "capacity_in_person": 5000, "names_at_door": True, **values}
        with transaction() as session:
            event: Event = make_event(session, slug, **values)
            self.event_id, self.slug = event.id, slug

    def guest(self, **values: Any) -> Guest:
        with transaction() as session:
            return make_guest(session, self.event_id, **values)

    def pair(self, name: str = "Eingang Nord") -> str:
        with transaction() as session:
            return actions.create_device(session, self.event_id, name, now=clock.now())

    def move(self, days: int) -> None:
        """The event to another day; two days ago its devices hold no longer."""
        with transaction() as session:
            event = session.get_one(Event, self.event_id)
            assert event.starts_at
            assert event.ends_at
            start, end = (each + timedelta(days=days) for each in (event.starts_at, event.ends_at))
            update_event(
                session, self.slug, origin=ORIGIN, now=clock.now(), starts_at=start, ends_at=end
            )

    def open(self, name: str = "Haupteingang", **values: Any) -> DoorLink:
        """A door with a link."""
        with transaction() as session:
            event = get_definition(session.connection(), self.slug)
            door_id, _is_new = make_door(session, event, name, now=clock.now(), **values)
            return get_door(session.connection(), self.event_id, door_id)

    def device(self, name: str = "Eingang Nord") -> PairedDevice:
        return device_of(self.pair(name))


def device_of(token: str) -> PairedDevice:
    with reading() as connection:
        device = find_device(connection, token)
    assert device
    return device


def new_scan(code: str, scanned_at: datetime | None = None, **values: Any) -> NewScan:
    return NewScan(str(uuid4()), code, scanned_at or clock.now(), **values)


def record(
    device: PairedDevice,
    *scans: NewScan,
    sent_at: datetime | None = None,
    now: datetime | None = None,
) -> list[Answer]:
    """`now`, where the event is over: a day after it the device holds no longer."""
    with transaction() as session:
        batch = Batch(scans, sent_at)
        return actions.record_scans(session, device, batch, now=now or clock.now())


def said(answers: list[Answer]) -> list[str]:
    return [answer.verdict.value for answer in answers]


def in_app(app: Flask, work: Any, *args: Any) -> Any:
    """Run in a thread of its own, which needs a context of its own."""
    with app.app_context():
        return work(*args)

"""The events and guests that are measured with."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from eventapp import clock
from eventapp.checkin.actions import create_device
from eventapp.db import reading, transaction
from eventapp.events.loading import get_definition, load_definitions
from eventapp.events.models import Event, Topic
from eventapp.networks.models import Network
from eventapp.registration import own_feed
from eventapp.registration.actions import Person, SignupRequest, register
from eventapp.registration.models import Registration, Signup
from eventapp.registration.secrets import new_secrets
from eventapp.tokens import keyring
from tests.factories import (
    at,
    in_days,
    make_event,
    make_item,
    make_network,
    make_question,
    make_topic,
)

FIELDS = ["salutation", "title", "organisation", "role", "assistance", "diet", "door_note"]
FORM = {
    "attendance": "in_person",
    "first_name": "Erika",
    "last_name": "Mustermann",
    "salutation": "Frau",
    "organisation": "Freiwilligenagentur Musterstadt",
    "role": "Koordination",
    "choice_runde-1": "werkstatt-a",
    "question_anreise": "Bahn",
    "website": "",
}


def add_event() -> str:
    """A hybrid event with fifteen fields and workshops to choose; its slug."""
    slug = f"tagung-{uuid4().hex[:8]}"
    with transaction() as session:
        event = make_event(
            session,
            slug,
            title="Fachtag Ehrenamt",
            fields=FIELDS,
            has_online=True,
            capacity_in_person=None,
        )
        for letter in "abc":
            make_item(
                session, event, f"werkstatt-{letter}", choice_group="runde-1", capacity=100_000
            )
        make_question(session, event, "anreise")
    return slug


def sign_up(slug: str, count: int) -> None:
    """So many people sign up for the event; each gets a mail."""
    with reading() as connection:
        event = get_definition(connection, slug)
    for number in range(count):
        person = Person("Erika", f"Mustermann {number}", f"erika-{number}@example.org")
        with transaction() as session:
            register(
                session,
                event,
                SignupRequest(person, "in_person"),
                form_token=uuid4().hex,
                now=clock.now(),
            )


def add_door(guests: int) -> tuple[str, str, list[str]]:
    """An event today with its guests: (slug, device token, codes)."""
    slug, now = f"einlass-{uuid4().hex[:8]}", clock.now()
    with transaction() as session:
        dates = [(at(in_days(0), 9), at(in_days(0), 17))]
        event = make_event(session, slug, dates=dates, capacity_in_person=100_000)
        token = create_device(session, event.id, "Eingang", now=now)
        codes = _add_guests(session, event.id, guests, now)
    return slug, token, codes


def _add_guests(session: Session, event_id: int, count: int, now: datetime) -> list[str]:
    """So many confirmed registrations in person; their codes."""
    signups = [_signup(event_id, now) for _ in range(count)]
    ids = session.execute(insert(Signup).returning(Signup.id), signups).scalars().all()
    guests = [_guest(event_id, signup_id, now) for signup_id in ids]
    session.execute(insert(Registration), guests)
    return [keyring().open(guest["secrets_sealed"])["ticket"] for guest in guests]


def _signup(event_id: int, now: datetime) -> dict[str, Any]:
    hashes = ("form_token_hash", "person_hash", "receipt_hash")
    return {
        **{name: uuid4().bytes for name in hashes},
        "event_id": event_id,
        "is_repeat": False,
        "masked_email": "e…a@example.org",
        "created_at": now,
    }


def _guest(event_id: int, signup_id: int, now: datetime) -> dict[str, Any]:
    email = f"{uuid4().hex}@example.org"
    return {
        **new_secrets(),
        "event_id": event_id,
        "signup_id": signup_id,
        "status": "confirmed",
        "attendance": "in_person",
        "first_name": "Erika",
        "last_name": f"Mustermann {signup_id}",
        "email": email,
        "email_key": email,
        "person_key": email,
        "sort_key": email,
        "organisation": "Freiwilligenagentur Musterstadt",
        "language": "de",
        "revised_at": now,
        "created_at": now,
        "confirmed_at": now,
    }


def add_events(count: int, first: int = 0) -> None:
    """A season of a network: real-looking titles, summaries, topics. More of it from a later
    `first` on."""
    with transaction() as session:
        if first == 0:
            make_network(session, "verbund", name="Verbund der Netzwerke")
            for number in range(8):
                make_topic(session, f"thema-{number}", f"Thema {number}")
        network = session.query(Network).filter_by(slug="verbund").one()
        topics = session.query(Topic).filter(Topic.slug.startswith("thema-")).all()
        for number in range(first, first + count):
            _add_meeting(session, network, topics, number)


def add_own_feed(name: str, count: int) -> str:
    """The path of the feed of somebody with so many registrations."""
    with reading() as connection:
        ids = connection.execute(select(Event.id).order_by(Event.id).limit(count)).scalars().all()
        events = load_definitions(connection, ids)
    for event in events:
        request = SignupRequest(Person(name, "Beispiel", f"{name}@example.org"), "in_person")
        with transaction() as session:
            register(session, event, request, form_token=f"{name}-{event.id}", now=clock.now())
    with transaction() as session:
        mine = select(Registration.id).where(Registration.first_name == name)
        id_ = session.scalars(mine).first() or 0
        own_feed.create(session, id_, now=clock.now())
        found = own_feed.find(session.connection(), id_)
    if found is None:
        raise AssertionError(f"no feed of {name}")
    return own_feed.address(found.token)


def _add_meeting(session: Session, network: Network, topics: list[Topic], number: int) -> None:
    day = in_days(1 + number % 500)
    make_event(
        session,
        f"treffen-{number}",
        network=network,
        title=f"Netzwerktreffen der Engagierten, Ausgabe {number}",
        topics=[topics[number % 8], topics[(number + 3) % 8]],
        dates=[(at(day, 13, 30), at(day, 15))],
        summary=f"Wie Vereine in Musterstadt {number} neue Freiwillige gewinnen und halten: ein "
        "Austausch mit Übungen, guten Beispielen und Zeit für Gespräche. Bitte bringen Sie Fragen "
        "aus Ihrem Alltag mit; für Getränke ist gesorgt.",
    )

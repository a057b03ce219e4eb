"""100,000 registrations, as after some years: what lists and figures are measured with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from bench.data import FIELDS
from eventapp import clock
from eventapp.accounts import actions as accounts
from eventapp.base import table_of
from eventapp.db import reading, transaction
from eventapp.events.models import ProgrammeItem
from eventapp.names import person_key, sort_key
from eventapp.networks.actions import grant
from eventapp.networks.models import Role, Scope
from eventapp.registration.models import Answer, Place, Registration, Signup
from eventapp.registration.secrets import new_secrets
from tests.factories import make_event, make_item, make_network, make_organisation, make_question

SMALL, LARGE, ALL = 10, 3_000, 100_000
OTHERS = 1_000  # in each of the other events
_BATCH = 2_000
_STATUSES = ("confirmed",) * 8 + ("cancelled", "waitlisted")
_PLACES = [f"{first}{last}" for first in ("Neu", "Alt", "Ober", "Unter") for last in ("au", "dorf")]


@dataclass(frozen=True)
class Crowd:
    """Slugs of the events with 10 and 3,000 registrations, and the cookie of an organiser."""

    small: str
    large: str
    session: str


def add_crowd() -> Crowd:
    """Once in a run: 150 organisations, two events that are measured, and many beside them."""
    network, organisations, _slug = add_members()
    small = add_event(network, SMALL, organisations)
    left = ALL - SMALL - LARGE
    for _ in range(left // OTHERS):
        add_event(network, OTHERS, organisations)
    large = add_event(network, LARGE, organisations)
    add_event(network, left % OTHERS, organisations)
    tidy("ANALYZE")
    with transaction() as session:
        account = accounts.create_account(session, "ada@example.org", now=clock.now())
        grant(session, account, Role.ORGANISER, Scope.INSTALLATION, 0, now=clock.now())
        cookie = accounts.open_session(session, account, now=clock.now())
    return Crowd(small, large, cookie)


def tidy(words: str = "") -> None:
    """As autovacuum does on its own after so many new people (migration 0063)."""
    with reading() as connection:
        connection.execute(text(f"VACUUM {words}"))


def add_members() -> tuple[int, list[int], str]:
    """A network with 150 organisations: its id, theirs, and the slug of one of them."""
    with transaction() as session:
        network = make_network(session, name="Landesnetzwerk")
        organisations = [
            make_organisation(
                session,
                name=f"Verein {number}",
                type=("verein", "stiftung", "kommune")[number % 3],
                district=_PLACES[number % len(_PLACES)],
                networks=[network],
            )
            for number in range(150)
        ]
        return network.id, [each.id for each in organisations], organisations[0].slug


def add_event(
    network_id: int, count: int, organisations: list[int], *, workshops: str = "abc", **values: Any
) -> str:
    """One event with workshops and a question, and so many people."""
    slug = f"menge-{uuid4().hex[:8]}"
    fields = [*FIELDS, "photo_consent"]
    defaults = {"fields": fields, "has_online": True, "capacity_in_person": count}
    with transaction() as session:
        event = make_event(session, slug, network_id=network_id, **{**defaults, **values})
        for letter in workshops:
            make_item(session, event, f"werkstatt-{letter}", choice_group="runde-1", capacity=count)
        question = make_question(session, event, type="choice", options=["Bahn", "Auto"]).id
        items = session.scalars(
            select(ProgrammeItem.id).where(ProgrammeItem.event_id == event.id)
        ).all()
        for start in range(0, count, _BATCH):
            numbers = range(start, min(start + _BATCH, count))
            _add_people(session, event.id, numbers, organisations, list(items), question)
    return slug


def _add_people(
    session: Session,
    event_id: int,
    numbers: range,
    organisations: list[int],
    items: list[int],
    question: int,
) -> None:
    now = clock.now()
    connection = session.connection()
    signups = connection.execute(
        insert(table_of(Signup)).returning(table_of(Signup).c.id),
        [_signup(event_id, now) for _ in numbers],
    ).scalars()
    people = [
        _person(event_id, signup_id, number, organisations, now)
        for signup_id, number in zip(signups, numbers, strict=True)
    ]
    columns = table_of(Registration).c
    made = connection.execute(
        insert(table_of(Registration)).returning(columns.id, columns.status), people
    ).all()
    if items:
        connection.execute(insert(table_of(Place)), list(_places(made, items)))
    answers = [
        {
            "registration_id": each.id,
            "question_id": question,
            "value": ("Bahn", "Auto")[each.id % 2],
        }
        for each in made
    ]
    connection.execute(insert(table_of(Answer)), answers)


def _places(people: Sequence[Any], items: list[int]) -> Iterator[dict[str, Any]]:
    """Two of three have chosen a workshop."""
    for each in people:
        if each.id % 3:
            yield {
                "registration_id": each.id,
                "programme_item_id": items[each.id % len(items)],
                "status": "released" if each.status == "cancelled" else each.status,
                "uid": f"p-{uuid4()}@events.example",
            }


def _signup(event_id: int, now: datetime) -> dict[str, Any]:
    return {
        **{name: uuid4().bytes for name in ("form_token_hash", "person_hash", "receipt_hash")},
        "event_id": event_id,
        "is_repeat": False,
        "masked_email": "e…a@example.org",
        "created_at": now,
    }


_secrets = cache(new_secrets)  # sealed once for all: no list opens them


def _person(
    event_id: int, signup_id: int, number: int, organisations: list[int], now: datetime
) -> dict[str, Any]:
    first, last = f"Erika{number % 97}", f"Mustermann{number % 1009}"
    email = f"erika-{signup_id}@example.org"
    status = _STATUSES[number % len(_STATUSES)]
    created = now - timedelta(minutes=number)
    hashes = {name: uuid4().bytes for name in _secrets() if name.endswith("_hash")}
    organisation = number % (len(organisations) + 20)  # some belong to none of the register
    return {
        **_secrets(),
        **hashes,
        "event_id": event_id,
        "signup_id": signup_id,
        "status": status,
        "attendance": ("in_person", "online")[number % 5 == 0],
        "first_name": first,
        "last_name": last,
        "email": email,
        "email_key": email,
        "person_key": person_key(email, first, last),
        "sort_key": sort_key(f"{last} {first}"),
        "organisation": f"Verein {organisation}",
        "organisation_key": f"verein {organisation}",
        "organisation_id": organisations[organisation]
        if organisation < len(organisations)
        else None,
        "photo_consent": ["print"][: number % 2],
        "list_consent": number % 2 == 0,
        "language": "de",
        "sequence": 0,
        "revised_at": now,
        "created_at": created,
        "confirmed_at": created if status != "waitlisted" else None,
        "cancelled_at": now if status == "cancelled" else None,
    }

"""Looking at an event that is over: who has taken part gets a certificate, whoever has not after
all loses it, and a changed name is another version.

The event is locked meanwhile: a second sweep waits, and then finds everything done. An index
besides allows nobody two that hold.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from eventapp.attendance.standing import list_standings
from eventapp.base import table_of
from eventapp.certificates import queries, rules
from eventapp.certificates.models import Certificate, CertificateLook, CertificateState
from eventapp.certificates.rules import Content, Latest, Paper, Step
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition_by_id
from eventapp.mail import batches
from eventapp.registration.lock import lock_event
from eventapp.tokens import keyring, new_check_code

KIND = "certificate"

_C = table_of(Certificate).c


def look_at(session: Session, event_id: int, *, now: datetime) -> int:
    """Issue, replace and withdraw what is to be; how many were issued, with a mail each. Does
    nothing before the end, nor where none are wanted."""
    event = get_definition_by_id(session.connection(), event_id)
    event = lock_event(session, event, now=now)
    if not event.gives_certificates or not rules.has_ended(event, now):
        return 0
    found = queries.list_latest(session.connection(), event.id)
    latest = {id_: each.latest for id_, each in found.items()}
    wanted = list_wanted(session, event, now)
    steps = {id_: rules.decide(latest.get(id_), wanted.get(id_)) for id_ in {*latest, *wanted}}
    _end(session, latest, steps, now)
    new = {
        id_: content
        for id_, content in wanted.items()
        if content and steps[id_] in (Step.ISSUE, Step.REPLACE)
    }
    _issue(session, event, new, latest, now)
    _note(session, event.id, now)
    return len(new)


def list_wanted(
    session: Session, event: EventDefinition, now: datetime
) -> Mapping[int, Content | None]:
    """By registration: what the certificate of everybody with a place would say."""
    standings = list_standings(session.connection(), event, now)
    return {
        person.id: rules.content_of(
            person, standings.get(person.id), counts_minutes=event.counts_minutes
        )
        for person in queries.list_people(session.connection(), event.id)
        if not rules.is_nameless(person)
    }


def _end(
    session: Session, latest: Mapping[int, Latest], steps: Mapping[int, Step | None], now: datetime
) -> None:
    """Before new ones are written: nobody has two that hold."""
    for step, state in (
        (Step.REPLACE, CertificateState.REPLACED),
        (Step.WITHDRAW, CertificateState.WITHDRAWN),
    ):
        ids = [latest[id_].id for id_, each in steps.items() if each is step]
        if ids:
            session.execute(
                update(table_of(Certificate))
                .where(_C.id.in_(ids))
                .values(state=state, ended_at=now)
            )


def _issue(
    session: Session,
    event: EventDefinition,
    new: Mapping[int, Content],
    latest: Mapping[int, Latest],
    now: datetime,
) -> None:
    rows = [_row(event.id, id_, new[id_], latest.get(id_), now) for id_ in sorted(new)]
    if not rows:
        return
    session.connection().execute(insert(table_of(Certificate)), rows)
    is_new = _C.mac.in_([row["mac"] for row in rows])
    made = session.execute(select(_C.id, _C.registration_id).where(is_new).order_by(_C.id))
    ids = ({"registration_id": row[1], "certificate_id": row[0]} for row in made)
    batches.add_many(session, KIND, f"certificates:{uuid4().hex}", ids, due_at=now, now=now)


def _row(
    event_id: int, registration_id: int, content: Content, latest: Latest | None, now: datetime
) -> dict[str, Any]:
    paper = Paper(new_check_code(), content)
    ring = keyring()
    return {
        "event_id": event_id,
        "registration_id": registration_id,
        "version": latest.version + 1 if latest else 1,
        "mac": ring.mac(queries.MAC, rules.proof(paper.code, content.last_name)),
        "sealed": ring.seal(paper.as_json()),
        "state": CertificateState.VALID.value,
        "by_office": False,
        "issued_at": now,
        "ended_at": None,
    }


def _note(session: Session, event_id: int, now: datetime) -> None:
    table = table_of(CertificateLook)
    session.execute(delete(table).where(table.c.event_id == event_id))
    session.execute(insert(table).values(event_id=event_id, looked_at=now))

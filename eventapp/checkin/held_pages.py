"""Where the office decides about what was kept aside at the door."""

from typing import Any

from flask import redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import render_console
from eventapp.checkin import held_walk_ins
from eventapp.checkin.conflicts import count_open
from eventapp.checkin.held import Chosen, accept_scans, choose, list_piles, reject_scans
from eventapp.checkin.routes import doors
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.noting import note_mine
from eventapp.events.permitted import get_permitted
from eventapp.names import full_name
from eventapp.networks.access import asks, may_i
from eventapp.networks.rules import Permission

Answer = str | tuple[str, int] | Response


@doors.get("/held")
@asks(Permission.REGISTRATIONS_EDIT)
def held(slug: str) -> Answer:
    """By device: what waits for a decision, and what was rejected."""
    return _show(_event(slug), [])


@doors.post("/held/accept")
@asks(Permission.REGISTRATIONS_EDIT)
def accept_held(slug: str) -> Answer:
    """Counts as if it had come in time. A walk-in that is refused stays, and the page says why."""
    event = _event(slug)
    chosen = _chosen(event)
    with transaction() as session:
        count = accept_scans(session, event.id, chosen.scan_ids)
        if count:
            _note(session, event, "held.accepted", chosen, scans=count)
    told = [_accept_walk_in(event, each) for each in chosen.walk_ins]
    if refusals := [each for each in told if each]:
        return _show(event, refusals), 409
    return _to_list(slug, "accepted" if count or told else "again")


@doors.post("/held/reject")
@asks(Permission.REGISTRATIONS_EDIT)
def reject_held(slug: str) -> Answer:
    """Counts for nothing, and stays to be seen."""
    event = _event(slug)
    chosen = _chosen(event)
    ids = [each.id for each in chosen.walk_ins]
    with transaction() as session:
        scans = reject_scans(session, event.id, chosen.scan_ids)
        people = held_walk_ins.reject(session, event.id, ids, now=clock.now())
        if scans or people:
            _note(session, event, "held.rejected", chosen, scans=scans, people=people)
    return _to_list(slug, "rejected" if scans or people else "again")


def _event(slug: str) -> EventDefinition:
    return get_permitted(slug, Permission.REGISTRATIONS_EDIT)[0]


def _chosen(event: EventDefinition) -> Chosen:
    """What the form was about: one scan, one walk-in, or all that waits of one device."""
    with reading() as connection:
        piles = list_piles(connection, event.id)
    about = (request.form.get(each, 0, int) for each in ("device", "scan", "walk_in"))
    return choose(piles, *about)


def _accept_walk_in(event: EventDefinition, person: Any) -> str:
    """In a transaction of its own, so that one who is refused keeps nobody else out; why not."""
    now = clock.now()
    try:
        with transaction() as session:
            welcome = held_walk_ins.accept(session, person, now=now)
            note_mine(
                session,
                "held.accepted",
                event,
                subject=("registration", welcome.registration_id or 0),
            )
    except Refused as refusal:
        return f"{full_name(None, person.first_name, person.last_name)}: {sentence(refusal)}"
    return ""


def _note(
    session: Session, event: EventDefinition, act: str, chosen: Chosen, **counts: int
) -> None:
    note_mine(
        session,
        act,
        event,
        subject=("device", chosen.device_id),
        after={name: count for name, count in counts.items() if count},
    )


def _to_list(slug: str, done: str) -> Response:
    return redirect(url_for("doors.held", slug=slug, done=done), 303)


def _show(event: EventDefinition, refusals: list[str]) -> str:
    with reading() as connection:
        piles = list_piles(connection, event.id)
        conflicts = count_open(connection, event.id)
    return render_console(
        "checkin/held.html",
        tab="events",
        e=event,
        piles=piles,
        conflicts=conflicts,
        items={item.id: item.title for item in event.programme},
        refusals=refusals,
        may_edit=may_i(Permission.EVENTS_EDIT, event),
        done=request.args.get("done"),
        now=clock.now(),
    )

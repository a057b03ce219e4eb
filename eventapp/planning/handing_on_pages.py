"""One click hands on what counts as attendance to the later dates of a series."""

import json
from typing import Any

from flask import request
from sqlalchemy.orm import Session
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import render_console
from eventapp.attendance.actions import set_rule
from eventapp.attendance.standing_words import rule_words
from eventapp.certificates.actions import switch
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import load_definitions
from eventapp.events.noting import note_mine
from eventapp.events.permitted import get_permitted
from eventapp.events.rules import ChangedMeanwhile
from eventapp.networks.access import asks
from eventapp.networks.queries import get_tree
from eventapp.networks.rules import Permission
from eventapp.planning.following import those_after
from eventapp.planning.handing_on import Heir, heirs
from eventapp.planning.onward import to_event
from eventapp.planning.queries import find_series
from eventapp.planning.routes import console
from eventapp.planning.series_permitted import list_editable

Answer = str | tuple[str, int] | Response


@console.get("/<slug>/hand-on")
@asks(Permission.EVENTS_EDIT)
def hand_on(slug: str) -> Answer:
    """Which later dates would take it over, and which cannot."""
    event, _mine = get_permitted(slug, Permission.EVENTS_EDIT)
    return _page(event, _heirs(event))


@console.post("/<slug>/hand-on", endpoint="hand_on_post")
@asks(Permission.EVENTS_EDIT)
def hand_on_post(slug: str) -> Answer:
    """Do what the page showed; 422 where by now it would be something else."""
    event, _mine = get_permitted(slug, Permission.EVENTS_EDIT)
    found = _heirs(event)
    if request.form.getlist("to") != _marks(event, found):
        return _page(event, found, sentence(ChangedMeanwhile())), 422
    following = [each.event for each in found if each.follows]
    with transaction() as session:
        for each in following:
            _take_over(session, event, each)
    return to_event(slug, "handed-on" if following else "late")


def _take_over(session: Session, event: EventDefinition, heir: EventDefinition) -> None:
    now = clock.now()
    set_rule(session, heir.id, event.attendance_rule, now=now)
    switch(session, heir.id, is_on=event.gives_certificates, now=now)
    note_mine(session, "event.attendance_handed_on", heir, before=_facts(heir), after=_facts(event))


def _facts(event: EventDefinition) -> dict[str, Any]:
    rule = event.attendance_rule.as_json() if event.attendance_rule else {}
    return {**rule, "gives_certificates": event.gives_certificates}


def _heirs(event: EventDefinition) -> list[Heir]:
    if event.series is None:
        return []
    with reading() as connection:
        series = find_series(connection, event.series.slug)
        if series is None:
            return []
        members = list_editable(connection, series.id, get_tree(connection))
        ids = those_after(event, members, clock.now())
        return heirs(event, load_definitions(connection, ids))


def _marks(event: EventDefinition, found: list[Heir]) -> list[str]:
    """What the page says it will do: to whom, and what."""
    what = json.dumps(_facts(event), sort_keys=True)
    return [f"{each.event.slug}: {what}" for each in found if each.follows]


def _page(event: EventDefinition, found: list[Heir], error: str = "") -> str:
    return render_console(
        "planning/hand_on.html",
        tab="events",
        e=event,
        rule=rule_words(event),
        heirs=found,
        count=sum(each.follows for each in found),
        marks=_marks(event, found),
        errors=[("", error)] if error else [],
    )

"""Where organisers give each door a link, see which devices were paired, and end both."""

from flask import Response as FlaskResponse
from flask import current_app, redirect, request, url_for
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import render_console
from eventapp.checkin import links, pairing
from eventapp.checkin.actions import revoke_device
from eventapp.checkin.conflicts import count_open
from eventapp.checkin.forms import DoorForm
from eventapp.checkin.held import count_held
from eventapp.checkin.links import DoorLink
from eventapp.checkin.routes import DEVICE, DOOR, doors
from eventapp.checkin.rules import (
    PRACTICE_SHORT,
    PRACTICE_TICKET,
    TooManyDoors,
    valid_from,
    valid_until,
)
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.events.definition import EventDefinition
from eventapp.events.noting import note_mine
from eventapp.events.permitted import get_permitted
from eventapp.forms import set_error
from eventapp.networks.access import asks, may_i
from eventapp.networks.rules import Permission
from eventapp.registration import qr
from eventapp.tokens import shown_short_code

Answer = str | tuple[str, int] | Response | FlaskResponse


@doors.get("", endpoint="list")
@asks(Permission.EVENTS_EDIT)
def list_(slug: str) -> Answer:
    """The doors with their links, the devices, and a form for one more door."""
    event = _event(slug)
    return _show(event, DoorForm(None, event))


@doors.post("", endpoint="list_post")
@asks(Permission.EVENTS_EDIT)
def list_post(slug: str) -> Answer:
    """One more door; 303 to the list."""
    event, now = _event(slug), clock.now()
    form = DoorForm(request.form, event)
    if not form.validate():
        return _show(event, form), 422
    name = str(form.name.data)
    try:
        with transaction() as session:
            made, is_new = pairing.make_door(session, event, name, now=now, **form.target())
            if is_new:
                note_mine(
                    session, "door.opened", event, subject=("door", made), after={"name": name}
                )
    except TooManyDoors as refusal:
        set_error(form.name, sentence(refusal))
        return _show(event, form), 422
    return _to_list(slug, "added" if is_new else "again")


@doors.post(f"{DOOR}/end")
@asks(Permission.EVENTS_EDIT)
def end(slug: str, door_id: int) -> Answer:
    """The link pairs nothing more."""
    event = _event(slug)
    with reading() as connection:
        door = links.get_door(connection, event.id, door_id)
    with transaction() as session:
        is_done = pairing.end_door(session, door, now=clock.now())
        if is_done:
            note_mine(
                session, "door.ended", event, subject=("door", door.id), after={"name": door.name}
            )
    return _to_list(slug, "ended" if is_done else "again")


@doors.post(f"{DEVICE}/end")
@asks(Permission.EVENTS_EDIT)
def end_device(slug: str, device_id: int) -> Answer:
    """The device lets nobody in any more."""
    event = _event(slug)
    with reading() as connection:
        device = links.get_listed_device(connection, event.id, device_id)
    with transaction() as session:
        is_done = revoke_device(session, device.id, now=clock.now())
        if is_done:
            note_mine(
                session,
                "device.ended",
                event,
                subject=("device", device.id),
                after={"name": device.name},
            )
    return _to_list(slug, "device" if is_done else "again")


@doors.get("/sheet")
@asks(Permission.EVENTS_EDIT)
def sheet(slug: str) -> Answer:
    """A page per door to print and hang up where the helpers meet, with the practice ticket."""
    event = _event(slug)
    with reading() as connection:
        held = [each for each in links.list_door_links(connection, event.id) if not each.ended_at]
    return render_console(
        "checkin/door_sheet.html",
        tab="events",
        e=event,
        doors=[_shown(each) for each in held],
        **_window(event),
        **_practice(),
    )


def _event(slug: str) -> EventDefinition:
    return get_permitted(slug, Permission.EVENTS_EDIT)[0]


def _to_list(slug: str, done: str) -> Response:
    return redirect(url_for("doors.list", slug=slug, done=done), 303)


def _show(event: EventDefinition, form: DoorForm) -> str:
    may_decide = may_i(Permission.REGISTRATIONS_EDIT, event)
    with reading() as connection:
        held = links.list_door_links(connection, event.id)
        devices = links.list_devices(connection, event.id)
        unclear = count_open(connection, event.id) if may_decide else 0
        kept = count_held(connection, event.id) if may_decide else 0
    return render_console(
        "checkin/doors.html",
        tab="events",
        e=event,
        doors=[_shown(each) for each in held if not each.ended_at],
        names={each.id: each.name for each in held},
        items={item.id: item.title for item in event.programme},
        dates={date.id: date.starts_at or date.starts_on for date in event.dates},
        devices=devices,
        may_decide=may_decide,
        unclear=unclear,
        kept=kept,
        **_window(event),
        form=form,
        errors=form.problems(),
        done=request.args.get("done"),
    )


def _window(event: EventDefinition) -> dict[str, object]:
    """When the links hold."""
    return {"opens_at": valid_from(event), "closes_at": valid_until(event), "now": clock.now()}


def _shown(door: DoorLink) -> tuple[DoorLink, str, str]:
    """A door, its link's address, and that as a code."""
    public_url = current_app.config["SETTINGS"].public_url
    link = public_url + url_for("checkin.pair", token=door.token, lang=None)
    return door, link, qr.svg(link)


def _practice() -> dict[str, object]:
    public_url = current_app.config["SETTINGS"].public_url
    return {
        "practice_svg": qr.svg(qr.ticket_url(public_url, PRACTICE_TICKET)),
        "practice_code": shown_short_code(PRACTICE_SHORT),
    }

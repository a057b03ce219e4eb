"""The online door. GET and HEAD leave no trace: mail scanners open every link."""

from datetime import datetime

from flask import Blueprint, redirect, render_template
from werkzeug import Response

from eventapp import clock, web
from eventapp.attendance.actions import ONLINE_DOOR, record_presence
from eventapp.attendance.meetings import address_for, has_room
from eventapp.attendance.rules import Door, online_door
from eventapp.db import reading, transaction
from eventapp.errors import NotFound
from eventapp.events.models import Attendance
from eventapp.formatting import time_left
from eventapp.forms import has_form_token, new_form_token
from eventapp.registration import queries
from eventapp.registration.holder import Holder
from eventapp.registration.models import RegistrationStatus

pages = Blueprint("attendance", __name__)


@pages.get("/join/<token>")
def join(token: str) -> str:
    """When the door opens, or the button to go in."""
    holder = _load(token)
    return _page(holder, _door(holder, clock.now()))


@pages.post("/join/<token>", endpoint="join_post")
def join_post(token: str) -> str | tuple[str, int] | Response:
    """Notes presence and leads to the meeting's address."""
    holder = _load(token)
    now = clock.now()
    door = _door(holder, now)
    is_open = door.state == "open" and has_form_token()
    address = address_for(holder) if is_open else None
    if door.date is None or address is None:
        return _page(holder, door), 422
    with transaction() as session:
        record_presence(session, holder.id, door.date.id, ONLINE_DOOR, now=now)
    response = redirect(address, 303)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _load(token: str) -> Holder:
    """Whoever takes part online; raises `NotFound` for everybody else. What is called off says so:
    old mails lead here."""
    with reading() as connection:
        holder = queries.get_holder(connection, queries.get_id_by_join_token(connection, token))
    is_online = holder.attendance == Attendance.ONLINE
    if holder.status != RegistrationStatus.CONFIRMED or not is_online:
        raise NotFound
    web.show_network(holder.event.network)
    return holder


def _door(holder: Holder, now: datetime) -> Door:
    return online_door(holder.event, now, has_room=has_room(holder.event))


def _page(holder: Holder, door: Door) -> str:
    web.allow_forms_to_leave()
    return render_template(
        "registration/join.html",
        e=holder.event,
        door=door,
        time_left=time_left,
        form_token=new_form_token(clock.now()),
    )

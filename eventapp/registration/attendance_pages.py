"""Changing from the room to online or back, with the link from the mail: GET asks, POST acts."""

from flask import render_template
from flask import request as http

from eventapp import clock
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Busy, Refused
from eventapp.forms import has_form_token, new_form_token
from eventapp.queue import nudge
from eventapp.registration import queries, switching
from eventapp.registration.holder import Holder
from eventapp.registration.holder_rules import may_switch, other_attendance, wishes
from eventapp.registration.holding import Answer, again, busy, load, to_ticket
from eventapp.registration.routes import pages
from eventapp.registration.rules import for_newcomers


@pages.get("/registrations/<token>/attendance")
def attendance(token: str) -> Answer:
    """What changes, and whether a place is free there; changes nothing."""
    holder = load(token)
    if not may_switch(holder, clock.now()):
        return to_ticket(token)
    return _page(token, holder)


@pages.post("/registrations/<token>/attendance", endpoint="attendance_post")
def attendance_post(token: str) -> Answer:
    """Changes to `attendance`, or waits for it; the way of now takes the wish back. The button of
    the personal page sends `at_once`: where the place is gone meanwhile, this page asks first."""
    holder = load(token)
    if not may_switch(holder, clock.now()):
        return to_ticket(token)
    if not has_form_token():
        return _page(token, holder, again()), 422
    try:
        with transaction() as session:
            wanted, waits = http.form.get("attendance", ""), "at_once" not in http.form
            switching.switch(session, holder.id, wanted, now=clock.now(), waits=waits)
    except Busy:
        return _page(token, holder, busy()), 503
    except Refused as refusal:
        return _page(token, load(token), sentence(refusal)), 422
    nudge("mail.deliver")
    is_moved = load(token).attendance != holder.attendance
    return to_ticket(token, "switched" if is_moved else None)


def _page(token: str, holder: Holder, error: str | None = None) -> str:
    other = other_attendance(holder.event, holder.attendance)
    with reading() as connection:
        counted = queries.places(connection, holder.event)
    places = for_newcomers(holder.event, counted, clock.now())
    return render_template(
        "registration/attendance.html",
        e=holder.event,
        token=token,
        registration=holder,
        other=other,
        room=places[other] if other else None,
        is_wish=wishes(holder),
        form_token=new_form_token(clock.now()),
        errors=[("", error)] if error else [],
    )

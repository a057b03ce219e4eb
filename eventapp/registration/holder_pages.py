"""The personal page behind the link from the mail, and its files. GET changes nothing of the
registration."""

from datetime import datetime

from flask import current_app, render_template, url_for
from flask import request as http
from werkzeug import Response

from eventapp import clock
from eventapp.calendar_files import answer
from eventapp.db import reading, transaction
from eventapp.downloads import as_file
from eventapp.errors import Gone, NotFound
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Attendance
from eventapp.forms import new_form_token
from eventapp.languages import gettext as _
from eventapp.registration import addresses, correction, ical, own_feed, qr, queries
from eventapp.registration.beside import load_beside
from eventapp.registration.change_form import given_consents
from eventapp.registration.data_file import collect, write_zip
from eventapp.registration.delegates import find_full_quota
from eventapp.registration.holder import Holder
from eventapp.registration.holder_rules import (
    at_once,
    can_cancel,
    can_change,
    can_substitute,
    may_switch,
)
from eventapp.registration.holding import Answer, load, to_ticket
from eventapp.registration.models import RegistrationStatus
from eventapp.registration.routes import pages
from eventapp.registration.rules import door_opens_at, for_newcomers, is_door_open, is_over
from eventapp.registration.ticket_pdf import write_ticket


@pages.get("/registrations/<token>")
def ticket(token: str) -> Answer:
    """The personal page; its first opening proves the address."""
    holder = load(token)
    with reading() as connection:
        is_correctable = queries.is_address_unproved(connection, holder.id)
    if is_correctable and http.method != "HEAD":  # so do programs that only look
        with transaction() as session:
            correction.end_correction(session, holder.id)
    return ticket_page(token, holder)


def ticket_page(token: str, holder: Holder, error: str | None = None) -> str:
    """The page, also where one of its buttons could not do what it says."""
    now, event = clock.now(), holder.event
    has_other_way = may_switch(holder, now)
    with reading() as connection:
        places = queries.places(connection, event) if has_other_way else None
        standing = queries.list_standing(connection, holder.id, since=clock.berlin_day(now))
        waiting = addresses.find_change(connection, holder.id, now=now)
        assistant = queries.find_assistant(connection, holder)
        full_quota = find_full_quota(connection, holder, now=now)
        has_feed = own_feed.find(connection, holder.id) is not None
        beside = load_beside(connection, holder, now)
    is_online = holder.attendance == Attendance.ONLINE
    return render_template(
        "registration/ticket.html",
        e=event,
        token=token,
        registration=holder,
        qr_svg=None if is_online else qr.svg(qr.ticket_url(_public_url(), holder.ticket)),
        join_url=url_for("attendance.join", token=holder.join_token) if event.join_url else None,
        join_opens_at=_next_opening(event, now),
        join_state=_join_state(event, now),
        dial_in=event.dial_in,
        is_past=is_over(event, now),
        may_change=can_change(event, holder.status, now),
        may_substitute=can_substitute(event, holder.status, now),
        may_switch=has_other_way,
        switches_to=at_once(holder, for_newcomers(event, places, now)) if places else None,
        may_cancel=can_cancel(event, holder.status, now),
        waiting_email=waiting and waiting.email,
        assistant=assistant,
        assistant_qr=qr.svg(qr.ticket_url(_public_url(), assistant.ticket)) if assistant else None,
        may_bring=can_change(event, holder.status, now)
        and holder.main_id is None
        and ("assistance" in event.fields or assistant is not None),
        consents=given_consents(holder),
        full_quota=full_quota,
        has_feed=has_feed,
        beside=beside,
        others=[each for each in standing if each.id != holder.id],
        done=http.args.get("done"),
        form_token=new_form_token(now),
        errors=[("", error)] if error else [],
    )


def _next_opening(event: EventDefinition, now: datetime) -> datetime | None:
    """When the online door opens for the next date; None where that is not known."""
    date = event.next_date(now)
    return door_opens_at(event, date.starts_at) if date and date.starts_at else None


def _join_state(event: EventDefinition, now: datetime) -> str:
    """Whether the online door is early, open or over, as the ticket words it."""
    if is_over(event, now):
        return "over"
    return "open" if is_door_open(event, now) else "early"


def _public_url() -> str:
    return str(current_app.config["SETTINGS"].public_url)


@pages.get("/registrations/<token>/event.ics")
def calendar_file(token: str) -> Response:
    """The holder's dates as a file; 404 while they hold no place, 410 once they gave it back."""
    holder = load(token)
    if holder.status == RegistrationStatus.CANCELLED:
        raise Gone
    if holder.status != RegistrationStatus.CONFIRMED:
        raise NotFound
    body = ical.download(holder, public_url=_public_url())
    response = answer(body, "private, no-cache")
    response.headers["Content-Disposition"] = 'attachment; filename="termin.ics"'
    return response


@pages.get("/registrations/<token>/ticket.png")
def ticket_png(token: str) -> Response:
    """The QR code as a picture."""
    holder = load(token)
    if holder.status != RegistrationStatus.CONFIRMED:
        return to_ticket(token)
    body = qr.png(qr.ticket_url(_public_url(), holder.ticket))
    response = Response(body, content_type="image/png")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@pages.get("/registrations/<token>/ticket.pdf")
def ticket_pdf(token: str) -> Response:
    """The ticket to print."""
    holder = load(token)
    if holder.status != RegistrationStatus.CONFIRMED:
        return to_ticket(token)
    with reading() as connection:
        assistant = queries.find_assistant(connection, holder)
    made = write_ticket(holder, assistant, _public_url())
    return as_file(made, _("einlasskarte-%(event)s.pdf", event=holder.event.slug))


@pages.get("/registrations/<token>/data.zip")
def data_file(token: str) -> Response:
    """Everything that is stored about this registration."""
    holder, now = load(token), clock.now()
    with reading() as connection:
        data = collect(connection, holder, now=now)
    has_dates = holder.status == RegistrationStatus.CONFIRMED
    ics = ical.download(holder, public_url=_public_url()).plain if has_dates else None
    return as_file(write_zip(holder, data, ics, now), f"anmeldung-{holder.event.slug}.zip")

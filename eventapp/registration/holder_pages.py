"""The personal page behind the link from the mail, and its files. GET changes nothing of the
registration."""

from datetime import datetime

from flask import current_app, render_template, url_for
from flask import request as http
from werkzeug import Response

from eventapp import clock
from eventapp.calendar_files import answer
from eventapp.db import reading, transaction
from eventapp.errors import Gone, NotFound
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Attendance
from eventapp.registration import correction, ical, qr, queries
from eventapp.registration.holding import Answer, load, to_ticket
from eventapp.registration.models import RegistrationStatus
from eventapp.registration.routes import pages
from eventapp.registration.rules import door_opens_at, is_over


@pages.get("/registrations/<token>")
def ticket(token: str) -> Answer:
    """The personal page; its first opening proves the address."""
    holder, now = load(token), clock.now()
    with reading() as connection:
        standing = queries.list_standing(connection, holder.id, since=clock.berlin_day(now))
        is_correctable = queries.is_address_unproved(connection, holder.id)
    if is_correctable and http.method != "HEAD":  # so do programs that only look
        with transaction() as session:
            correction.end_correction(session, holder.id)
    event = holder.event
    is_online = holder.attendance == Attendance.ONLINE
    return render_template(
        "registration/ticket.html",
        e=event,
        token=token,
        registration=holder,
        qr_svg=None if is_online else qr.svg(qr.ticket_url(_public_url(), holder.ticket)),
        join_url=url_for("attendance.join", token=holder.join_token) if event.join_url else None,
        join_opens_at=_next_opening(event, now),
        dial_in=event.dial_in,
        is_past=is_over(event, now),
        others=[each for each in standing if each.id != holder.id],
    )


def _next_opening(event: EventDefinition, now: datetime) -> datetime | None:
    """When the online door opens for the next date; None where that is not known."""
    date = event.next_date(now)
    return door_opens_at(date.starts_at) if date and date.starts_at else None


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
    return _private(Response(body, content_type="image/png"))


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response

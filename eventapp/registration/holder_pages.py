"""What the holder of a registration sees and does with the link from the mail. GET changes nothing
of the registration; every act is a POST behind a form of its own."""

from datetime import datetime

from flask import current_app, redirect, render_template, url_for
from flask import request as http
from flask_babel import gettext as _
from werkzeug import Response

from eventapp import clock, web
from eventapp.calendar_files import answer
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Busy, Gone, NotFound, Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Attendance, EventStatus
from eventapp.forms import has_form_token, new_form_token, set_error
from eventapp.limits import LOST_LINK, limiter
from eventapp.names import key
from eventapp.pagecache import Skeleton
from eventapp.queue import nudge
from eventapp.registration import correction, ical, qr, queries, selfservice
from eventapp.registration.forms import EmailForm, ItemsForm, items_form_class
from eventapp.registration.holder import ChosenItem, Holder
from eventapp.registration.models import PlaceStatus, RegistrationStatus
from eventapp.registration.page_slots import item_slots, refused_field
from eventapp.registration.routes import pages
from eventapp.registration.rules import door_opens_at, is_over

Answer = str | tuple[str, int] | Response


def _load(token: str) -> Holder:
    """The registration behind the link. Raises `NotFound`, `Gone`."""
    with reading() as connection:
        holder = queries.get_holder(connection, queries.get_id_by_manage_token(connection, token))
    web.show_network(holder.event.network)
    return holder


@pages.get("/registrations/<token>")
def ticket(token: str) -> Answer:
    """The personal page; its first opening proves the address."""
    holder, now = _load(token), clock.now()
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
    holder = _load(token)
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
    holder = _load(token)
    if holder.status != RegistrationStatus.CONFIRMED:
        return redirect(url_for("registration.ticket", token=token), 303)
    body = qr.png(qr.ticket_url(_public_url(), holder.ticket))
    return _private(Response(body, content_type="image/png"))


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response


@pages.get("/registrations/<token>/cancel")
def cancel(token: str) -> Answer:
    """Asks whether it is meant; changes nothing."""
    holder = _load(token)
    if not _can_cancel(holder):
        return redirect(url_for("registration.ticket", token=token), 303)
    return _cancel_page(token, holder)


@pages.post("/registrations/<token>/cancel", endpoint="cancel_post")
def cancel_post(token: str) -> Answer:
    """Cancels; who had cancelled already sees just that."""
    holder = _load(token)
    if not _can_cancel(holder):
        return redirect(url_for("registration.ticket", token=token), 303)
    if not has_form_token():
        return _cancel_page(token, holder, _again()), 422
    try:
        with transaction() as session:
            selfservice.cancel(session, holder.id, now=clock.now())
    except Busy:
        return _cancel_page(token, holder, _busy()), 503
    except Refused:
        return redirect(url_for("registration.ticket", token=token), 303)
    nudge("mail.deliver")
    return redirect(url_for("registration.ticket", token=token), 303)


def _can_cancel(holder: Holder) -> bool:
    """Whether there is still something to give back."""
    if holder.status == RegistrationStatus.CANCELLED:
        return False
    event = holder.event
    return event.status != EventStatus.CANCELLED and not is_over(event, clock.now())


def _cancel_page(token: str, holder: Holder, error: str | None = None) -> str:
    return render_template(
        "registration/cancel.html",
        e=holder.event,
        token=token,
        registration=holder,
        form_token=new_form_token(clock.now()),
        errors=[("", error)] if error else [],
    )


def _again() -> str:
    return str(_("Bitte senden Sie das Formular noch einmal ab."))


def _busy() -> str:
    return str(
        _(
            "Gerade ist hier sehr viel los. Es wurde nichts geändert. "
            "Bitte senden Sie das Formular noch einmal ab."
        )
    )


@pages.get("/registrations/<token>/change")
def change(token: str) -> Answer:
    """The choice of workshops, as it stands."""
    holder = _load(token)
    if not _can_change(holder):
        return redirect(url_for("registration.ticket", token=token), 303)
    form = items_form_class(holder.event)(None)
    form.choose([chosen.item for chosen in sorted(holder.items, key=_is_awaited)])
    return _change_page(token, holder, form)


def _is_awaited(chosen: ChosenItem) -> bool:
    """Of a group one item may be held while another is awaited; the awaited one is their choice."""
    return chosen.status == PlaceStatus.WAITLISTED


@pages.post("/registrations/<token>/change", endpoint="change_post")
def change_post(token: str) -> Answer:
    """Changes the workshops; a full one is waited for."""
    holder = _load(token)
    if not _can_change(holder):
        return redirect(url_for("registration.ticket", token=token), 303)
    form = items_form_class(holder.event)(http.form)
    is_valid = form.validate()
    if not has_form_token():
        form.form_errors = [_again()]
    if not is_valid or form.form_errors:
        return _change_page(token, holder, form), 422
    try:
        with transaction() as session:
            selfservice.change_items(session, holder.id, form.chosen_items(), now=clock.now())
    except Busy:
        form.form_errors = [_busy()]
        return _change_page(token, holder, form), 503
    except Refused as refusal:
        if name := refused_field(refusal, form):
            set_error(form[name], sentence(refusal))
        else:
            form.form_errors = [sentence(refusal)]
        return _change_page(token, holder, form), 422
    nudge("mail.deliver")
    return redirect(url_for("registration.ticket", token=token), 303)


def _can_change(holder: Holder) -> bool:
    """Workshops can be chosen until the event begins, by whoever stands on a list."""
    standing = (RegistrationStatus.CONFIRMED, RegistrationStatus.WAITLISTED)
    event = holder.event
    is_open = event.status != EventStatus.CANCELLED and clock.now() < event.start
    return bool(event.choices) and holder.status in standing and is_open


def _change_page(token: str, holder: Holder, form: ItemsForm) -> str:
    with reading() as connection:
        places = queries.places(connection, holder.event)
    html = render_template(
        "registration/change.html",
        e=holder.event,
        token=token,
        form=form,
        form_token=new_form_token(clock.now()),
        errors=[("", str(each)) for each in form.form_errors] + form.problems(),
    )
    return Skeleton(html).fill(item_slots(holder.event, places))


@pages.get("/registrations")
def lost_link() -> Answer:
    """Asks for the address."""
    return _lost_link_page(EmailForm(None))


@pages.post("/registrations", endpoint="lost_link_post")
@limiter.limit(LOST_LINK)
def lost_link_post() -> Answer:
    """Mails the links; the answer is the same whether there are any."""
    form = EmailForm(http.form)
    if not form.validate():
        return _lost_link_page(form), 422
    if not has_form_token():
        form.form_errors = [_again()]
        return _lost_link_page(form), 422
    try:
        with transaction() as session:
            address = key(str(form.email.data))
            found = queries.find_latest_id_of_address(session.connection(), address)
            if found is not None:
                selfservice.mail_link(session, found, now=clock.now())
    except Busy:
        form.form_errors = [_busy()]
        return _lost_link_page(form), 503
    nudge("mail.deliver")
    return render_template("registration/lost_link_sent.html")


def _lost_link_page(form: EmailForm) -> str:
    return render_template(
        "registration/lost_link.html",
        form=form,
        form_token=new_form_token(clock.now()),
        errors=[("", str(each)) for each in form.form_errors] + form.problems(),
    )

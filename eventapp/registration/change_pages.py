"""What a holder changes with the link from the mail."""

from flask import render_template
from flask import request as http

from eventapp import clock
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Busy, Refused
from eventapp.events.models import EventStatus
from eventapp.forms import has_form_token, new_form_token, set_error
from eventapp.pagecache import Skeleton
from eventapp.queue import nudge
from eventapp.registration import queries, selfservice
from eventapp.registration.forms import ItemsForm, items_form_class
from eventapp.registration.holder import ChosenItem, Holder
from eventapp.registration.holding import Answer, again, busy, load, to_ticket
from eventapp.registration.models import PlaceStatus, RegistrationStatus
from eventapp.registration.page_slots import item_slots, refused_field
from eventapp.registration.routes import pages


@pages.get("/registrations/<token>/change")
def change(token: str) -> Answer:
    """The choice of workshops, as it stands."""
    holder = load(token)
    if not _can_change(holder):
        return to_ticket(token)
    form = items_form_class(holder.event)(None)
    form.choose([chosen.item for chosen in sorted(holder.items, key=_is_awaited)])
    return _change_page(token, holder, form)


def _is_awaited(chosen: ChosenItem) -> bool:
    """Of a group one item may be held while another is awaited; the awaited one is their choice."""
    return chosen.status == PlaceStatus.WAITLISTED


@pages.post("/registrations/<token>/change", endpoint="change_post")
def change_post(token: str) -> Answer:
    """Changes the workshops; a full one is waited for."""
    holder = load(token)
    if not _can_change(holder):
        return to_ticket(token)
    form = items_form_class(holder.event)(http.form)
    is_valid = form.validate()
    if not has_form_token():
        form.form_errors = [again()]
    if not is_valid or form.form_errors:
        return _change_page(token, holder, form), 422
    try:
        with transaction() as session:
            selfservice.change_items(session, holder.id, form.chosen_items(), now=clock.now())
    except Busy:
        form.form_errors = [busy()]
        return _change_page(token, holder, form), 503
    except Refused as refusal:
        if name := refused_field(refusal, form):
            set_error(form[name], sentence(refusal))
        else:
            form.form_errors = [sentence(refusal)]
        return _change_page(token, holder, form), 422
    nudge("mail.deliver")
    return to_ticket(token)


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

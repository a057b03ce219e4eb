"""What a holder changes with the link from the mail: what they told, and what they allow."""

from flask import render_template
from flask import request as http

from eventapp import clock
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Busy, Refused
from eventapp.events.definition import ItemDefinition
from eventapp.forms import has_form_token, new_form_token, refuse
from eventapp.limits import SIGN_UP, limiter
from eventapp.pagecache import Skeleton
from eventapp.queue import nudge
from eventapp.registration import addresses, changing, queries
from eventapp.registration.change_form import ChangeForm, change_form_class
from eventapp.registration.fields import choice_name
from eventapp.registration.holder import ChosenItem, Holder
from eventapp.registration.holder_pages import ticket_page
from eventapp.registration.holder_rules import can_change
from eventapp.registration.holding import Answer, again, busy, is_whole, load, to_ticket
from eventapp.registration.models import PlaceStatus
from eventapp.registration.page_slots import item_slots, refused_field
from eventapp.registration.routes import pages


@pages.get("/registrations/<token>/change")
def change(token: str) -> Answer:
    """What the person told, as it stands."""
    holder, now = load(token), clock.now()
    if not can_change(holder.event, holder.status, now):
        return to_ticket(token)
    form = _form_class(holder)(None)
    with reading() as connection:
        waiting = addresses.find_change(connection, holder.id, now=now)
    chosen = [each.item for each in sorted(holder.items, key=_is_awaited)]
    form.show(waiting and waiting.email, chosen)
    return _change_page(token, holder, form)


def _form_class(holder: Holder) -> type[ChangeForm]:
    with reading() as connection:
        told = changing.get_told(connection, holder.event, holder.id)
    return change_form_class(holder.event, told)


def _is_awaited(chosen: ChosenItem) -> bool:
    """Of a group one item may be held while another is awaited; the awaited one is their choice."""
    return chosen.status == PlaceStatus.WAITLISTED


def _chosen(holder: Holder, form: ChangeForm) -> list[ItemDefinition]:
    """The workshops chosen. A group that was not sent at all stays as it stands: none of it is a
    choice of its own."""
    chosen = form.chosen_items()
    sent = {each.group for each in chosen if each.group}
    standing = {
        each.item.group: each.item
        for each in sorted(holder.items, key=_is_awaited)
        if each.item.group and choice_name(each.item.group) not in http.form
    }
    return chosen + [item for group, item in standing.items() if group not in sent]


@pages.post("/registrations/<token>/change", endpoint="change_post")
@limiter.limit(SIGN_UP)
def change_post(token: str) -> Answer:
    """Writes it anew; a full workshop is waited for, another address has to be confirmed."""
    holder = load(token)
    if not can_change(holder.event, holder.status, clock.now()):
        return to_ticket(token)
    form = _form_class(holder)(http.form)
    if not is_whole(form):
        return _change_page(token, holder, form), 422
    wanted, items = form.told(), _chosen(holder, form)
    try:
        with transaction() as session:
            changing.change(session, holder.id, wanted, items, now=clock.now())
    except Busy:
        form.form_errors = [busy()]
        return _change_page(token, holder, form), 503
    except Refused as refusal:
        refuse(form, refused_field(refusal, form), sentence(refusal))
        return _change_page(token, holder, form), 422
    nudge("mail.deliver")
    return to_ticket(token, "changed")


def _change_page(token: str, holder: Holder, form: ChangeForm) -> str:
    with reading() as connection:
        places = queries.places(connection, holder.event)
    html = render_template(
        "registration/change.html",
        e=holder.event,
        token=token,
        registration=holder,
        is_organisation_fixed="organisation" not in form and holder.organisation,
        form=form,
        form_token=new_form_token(clock.now()),
        errors=form.problems(),
    )
    return Skeleton(html).fill(item_slots(holder.event, places))


@pages.post("/registrations/<token>/consents", endpoint="withdraw")
def withdraw(token: str) -> Answer:
    """Takes back one consent, as easily as it was given (Art. 7(3) GDPR), for ever."""
    holder = load(token)
    if not has_form_token():
        return ticket_page(token, holder, again()), 422
    try:
        with transaction() as session:
            which = http.form.get("consent", "")
            changing.withdraw_consent(session, holder.event, holder.id, which, now=clock.now())
    except Busy:
        return ticket_page(token, holder, busy()), 503
    return to_ticket(token, "withdrawn")

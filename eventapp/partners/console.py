"""Where organisers give partners a link, show it again, renew it and take it back."""

from urllib.parse import quote

from flask import current_app, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import render_console
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.events.definition import EventDefinition
from eventapp.events.noting import note_mine
from eventapp.events.permitted import get_permitted
from eventapp.forms import set_error
from eventapp.languages import gettext as _
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.partners import actions, queries
from eventapp.partners.forms import NewPartnerForm
from eventapp.partners.queries import Linked
from eventapp.partners.routes import PARTNER, console
from eventapp.partners.rules import TooManyPartners, may_write
from eventapp.planning.sending import form_token, made_once

Answer = str | tuple[str, int] | Response


@console.get("", endpoint="list")
@asks(Permission.EVENTS_EDIT)
def list_(slug: str) -> Answer:
    """The partners with their links, and a form for one more."""
    return _show(_event(slug), NewPartnerForm(None))


@console.post("", endpoint="list_post")
@asks(Permission.EVENTS_EDIT)
def list_post(slug: str) -> Answer:
    """One more partner; 303 to the list."""
    event, form = _event(slug), NewPartnerForm(request.form)
    if not form.validate():
        return _show(event, form), 422
    now, name, email = clock.now(), str(form.name.data), form.email.data or None
    try:
        with transaction() as session:

            def make() -> str:
                made = actions.add(session, event, name, email, now=now)
                _note(session, "partner.added", event, made, name)
                return str(made)

            _made, is_new = made_once(session, now, make)
    except TooManyPartners as refusal:
        set_error(form.name, sentence(refusal))
        return _show(event, form), 422
    return _to_list(slug, "added" if is_new else "again")


@console.post(f"{PARTNER}/revoke")
@asks(Permission.EVENTS_EDIT)
def revoke(slug: str, partner_id: int) -> Answer:
    """The link holds no longer."""
    event, partner = _partner(slug, partner_id)
    with transaction() as session:
        is_done = actions.revoke(session, partner, now=clock.now())
        if is_done:
            _note(session, "partner.revoked", event, partner.id, partner.name)
    return _to_list(slug, "revoked" if is_done else "again")


@console.post(f"{PARTNER}/renew")
@asks(Permission.EVENTS_EDIT)
def renew(slug: str, partner_id: int) -> Answer:
    """Another link; the one before holds no longer."""
    event, partner = _partner(slug, partner_id)
    with transaction() as session:
        made = actions.renew(session, partner, now=clock.now())
        if made:
            _note(session, "partner.renewed", event, made, partner.name)
    return _to_list(slug, "renewed" if made else "again")


def _event(slug: str) -> EventDefinition:
    return get_permitted(slug, Permission.EVENTS_EDIT)[0]


def _partner(slug: str, partner_id: int) -> tuple[EventDefinition, Linked]:
    event = _event(slug)
    with reading() as connection:
        return event, queries.get_partner(connection, event.id, partner_id)


def _note(session: Session, act: str, event: EventDefinition, partner_id: int, name: str) -> None:
    note_mine(session, act, event, subject=("partner", partner_id), after={"partner": name})


def _to_list(slug: str, done: str) -> Response:
    return redirect(url_for("partners.list", slug=slug, done=done), 303)


def _show(event: EventDefinition, form: NewPartnerForm) -> str:
    with reading() as connection:
        partners = queries.list_partners(connection, event.id)
    return render_console(
        "partners/list.html",
        tab="events",
        e=event,
        partners=[(each, *_letter(event, each)) for each in partners],
        is_open=may_write(event, clock.now()),
        form=form,
        errors=form.problems(),
        form_token=form_token(),
        done=request.args.get("done"),
    )


def _letter(event: EventDefinition, partner: Linked) -> tuple[str, str, str]:
    """The link, a text to send along with it, and both as a mail that is not sent yet."""
    public_url = current_app.config["SETTINGS"].public_url
    link = public_url + url_for("partner.date", token=partner.token, lang=None)
    text = _(
        "Guten Tag,\n\nmit diesem Link ergänzen Sie Ihren Termin von „%(title)s“: Tag, Uhrzeit, "
        "Ort und Kontakt. Ein Benutzerkonto brauchen Sie nicht.\n\n%(link)s\n\nGeben Sie den Link "
        "bitte nicht weiter. Wer ihn hat, kann den Termin ändern.",
        title=event.title,
        link=link,
    )
    subject = _("Ihr Termin: %(title)s", title=event.title)
    mail = f"mailto:{quote(partner.email or '')}?subject={quote(subject)}&body={quote(text)}"
    return link, text, mail

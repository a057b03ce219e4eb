"""The organisers' pages of what was sent about an event: the list, one mail, sending it again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, current_app, redirect, request, url_for
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.audit.actions import note
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import NotFound, Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.permitted import WithPeople, get_permitted, get_with_people
from eventapp.mail import kinds
from eventapp.mail.framed import framed
from eventapp.mail.kinds import Draft
from eventapp.mail.render import texts
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.paging import Page, asked_page
from eventapp.queue import nudge
from eventapp.returns.words import reason_words
from eventapp.sent import actions, queries
from eventapp.sent.masking import masked, masked_html
from eventapp.sent.queries import SentMail, address_of
from eventapp.sent.rules import (
    Choice,
    MailHasNoReason,
    MailUnderWay,
    Pile,
    can_repeat,
    may_open,
)

console = Blueprint("sent", __name__, url_prefix="/organise/events/<slug>/mails")
MAIL = "/<string(length=32):message_id>"


@console.get("", endpoint="list")
@asks(Permission.REGISTRATIONS_READ)
def list_(slug: str) -> str:
    """Search, filters, 25 mails a page."""
    event, may, within = get_with_people(slug)
    choice = _read_choice(request.args)
    with reading() as connection:
        counts = queries.count_mails(connection, event, choice, may, within)
        page = Page(asked_page(request.args.get("page")), counts.chosen)
        mails = queries.list_mails(connection, event, choice, may, within, page)
    chosen = {"q": choice.q, "state": choice.pile or "", "kind": choice.kind or ""}

    def url(**changes: Any) -> str:
        values: dict[str, Any] = {k: v for k, v in {**chosen, **changes}.items() if v}
        return url_for("sent.list", slug=slug, **values)

    return render_console(
        "sent/list.html",
        tab="events",
        e=event,
        within=within,
        choice=choice,
        counts=counts,
        piles=list(Pile),
        mails=mails,
        page=page,
        url=url,
    )


def _read_choice(asked: Mapping[str, str]) -> Choice:
    """What the address asks for; a value that means nothing is 404."""
    pile, kind = asked.get("state", ""), asked.get("kind", "")
    if (pile and pile not in list(Pile)) or (kind and kind not in kinds.names()):
        raise NotFound
    return Choice(
        q=" ".join(asked.get("q", "").split())[:100],
        pile=Pile(pile) if pile else None,
        kind=kind or None,
    )


@console.get(MAIL)
@asks(Permission.REGISTRATIONS_READ)
def mail(slug: str, message_id: str) -> str:
    """One mail: what became of it, and how it looks."""
    return _show(_load(slug, message_id))


@console.get(f"{MAIL}/html")
@asks(Permission.REGISTRATIONS_READ)
def mail_html(slug: str, message_id: str) -> Response:
    """For the frame of its page."""
    found = _load(slug, message_id)
    if not may_open(found.mail.kind, found.may):
        abort(403)
    draft = _draft(found.mail)
    if draft is None:
        raise NotFound
    _subject, _plain, html = texts(found.mail.kind, draft)
    return framed(masked_html(html, _public_url()))


@console.post(f"{MAIL}/again")
@asks(Permission.MESSAGES_SEND)
def again(slug: str, message_id: str) -> str | tuple[str, int] | Response:
    """Sends it once more; 303 back, or the page with why not."""
    event, _may = get_permitted(slug, Permission.MESSAGES_SEND)
    found = _load(slug, message_id)
    if not may_open(found.mail.kind, found.may):
        abort(403)
    try:
        _send_again(event, found.mail)
    except Refused as refusal:
        return _show(found, sentence(refusal)), 422
    nudge("mail.deliver")
    return redirect(url_for("sent.mail", slug=slug, message_id=message_id, done="again"), 303)


def _send_again(event: EventDefinition, mail: SentMail) -> None:
    now = clock.now()
    _demand_reason(mail)
    with transaction() as session:
        actions.send_again(session, mail, now=now)
        note(
            session,
            "mail.sent_again",
            by=me().account_id,
            now=now,
            network_id=event.network.id,
            event_id=event.id,
            subject=("registration", mail.person_id) if mail.person_id else None,
        )


def _demand_reason(mail: SentMail) -> None:
    """Raises `MailHasNoReason`, and `MailUnderWay` while it depends on another one."""
    try:
        with reading() as connection:
            draft = kinds.compose(connection, mail.kind, {**mail.ids, kinds.AGAIN: 1})
    except kinds.NotYet:
        raise MailUnderWay from None
    except NotFound:
        draft = None
    if draft is None:
        raise MailHasNoReason


@dataclass(frozen=True)
class Found:
    """A mail for whoever may know of it."""

    event: EventDefinition
    may: frozenset[Permission]
    mail: SentMail


def _load(slug: str, message_id: str) -> Found:
    people: WithPeople = get_with_people(slug)
    with reading() as connection:
        mail = queries.get_mail(connection, people.event, message_id, people.may, people.within)
    return Found(people.event, people.may, mail)


def _draft(mail: SentMail) -> Draft | None:
    """As it would be today."""
    try:
        with reading() as connection:
            return kinds.show(connection, mail.kind, mail.ids)
    except NotFound:
        return None


def _show(found: Found, error: str = "") -> str:
    mail = found.mail
    is_open = may_open(mail.kind, found.may)
    is_shown = is_open and mail.pile is not Pile.DROPPED
    draft = _draft(mail) if is_shown else None
    subject, plain, _html = texts(mail.kind, draft) if draft else ("", "", "")
    return render_console(
        "sent/mail.html",
        tab="events",
        e=found.event,
        may=found.may,
        mail=mail,
        is_open=is_open,
        reason=reason_words(mail.bounce_status) if mail.bounce_status else "",
        draft=draft,
        address=address_of(mail, draft.recipient if draft else mail.email),
        subject=subject,
        plain=masked(plain, _public_url()),
        may_repeat=is_open
        and draft is not None
        and can_repeat(mail.pile)
        and Permission.MESSAGES_SEND in found.may,
        error=error,
        done=request.args.get("done"),
    )


def _public_url() -> str:
    address: str = current_app.config["SETTINGS"].public_url
    return address

"""The round of one event: three piles with one next action each, and one invitation."""

from flask import current_app, redirect, request, url_for

from eventapp import clock
from eventapp.accounts.access import render_console
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.forms import one_line, set_error
from eventapp.invitations import actions, delegates, listing, sending
from eventapp.invitations.contacts import list_recipients
from eventapp.invitations.listing import Invitee
from eventapp.invitations.rules import (
    DelegatesStand,
    Pile,
    is_open,
    qr_text,
    short_url,
    shown_code,
)
from eventapp.inviting.asking import Answer, load, load_one, noted, to_one
from eventapp.inviting.forms import CallForm
from eventapp.inviting.routes import ONE, console
from eventapp.names import key
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.paging import Page, asked_page
from eventapp.registration import qr
from eventapp.returns.queries import list_statuses, list_unreached_invitations
from eventapp.returns.words import reason_words
from eventapp.unsubscribing.queries import list_refusing
from eventapp.unsubscribing.rules import Topic


@console.get("", endpoint="round")
@asks(Permission.INVITATIONS_SEND)
def round_(slug: str) -> Answer:
    """Who comes, who does not, who is silent; `?pile=` shows one of them."""
    event, now = load(slug), clock.now()
    with reading() as connection:
        invitees = listing.list_invitees(connection, event)
        troubled = listing.list_troubled(connection, event.id)
        unreached = list_unreached_invitations(connection, event.id)
        first, again = (
            sending.plan_round(connection, event),
            sending.plan_reminder(connection, event, now),
        )
    piles = listing.piles(invitees)
    chosen = request.args.get("pile", "")
    shown = piles[Pile(chosen)] if chosen in set(Pile) else invitees
    page = Page(asked_page(request.args.get("page")), len(shown), 50)
    return render_console(
        "inviting/round.html",
        tab="events",
        e=event,
        total=len(invitees),
        piles=piles,
        pile=chosen if chosen in set(Pile) else "",
        rows=shown[page.offset : page.offset + page.size],
        page=page,
        url=lambda number: url_for("inviting.round", slug=slug, pile=chosen or None, page=number),
        troubled=troubled | unreached,
        unreached=len(unreached),
        is_open=is_open(event, now),
        to_send=first.invitation_ids,
        to_remind=again.invitation_ids,
        without_address=first.without_address,
        delegates=sum(each.standing for each in invitees),
        done=request.args.get("done"),
    )


@console.get(ONE)
@asks(Permission.INVITATIONS_SEND)
def one(slug: str, invitation_id: int) -> Answer:
    """One invitation: its link, whom it goes to, what was said."""
    _event, invitee = load_one(slug, invitation_id)
    return _show(slug, invitation_id, CallForm(None, invitee=invitee))


@console.post(f"{ONE}/call")
@asks(Permission.INVITATIONS_SEND)
def call(slug: str, invitation_id: int) -> Answer:
    """Writes down what was said on the telephone; 303 back."""
    event, invitee = load_one(slug, invitation_id)
    form = CallForm(request.form, invitee=invitee)
    if not form.validate():
        return _show(slug, invitation_id, form), 422
    now, said = clock.now(), form.said
    try:
        with transaction() as session:
            changed = actions.answer(session, event, invitee.id, said, by_office=True, now=now)
            actions.note_call(session, invitee.id, form.note.data or None, now=now)
            after = {"answer": said} if changed else {}
            noted(session, "invitation.called", event, invitee, **after)
    except DelegatesStand as refusal:
        set_error(form.answer, sentence(refusal))
        return _show(slug, invitation_id, form), 422
    if request.form.get("from") == "calls":
        return redirect(url_for("inviting.calls", slug=slug, done="called"), 303)
    return to_one(slug, invitation_id, "called")


@console.post(f"{ONE}/revoke")
@asks(Permission.INVITATIONS_SEND)
def revoke(slug: str, invitation_id: int) -> Answer:
    """The link holds no longer; who is registered stays so."""
    event, invitee = load_one(slug, invitation_id)
    with transaction() as session:
        is_done = actions.revoke(session, invitee.id, now=clock.now())
        if is_done:
            noted(session, "invitation.revoked", event, invitee)
    return to_one(slug, invitation_id, "revoked" if is_done else "again")


@console.post(f"{ONE}/restore")
@asks(Permission.INVITATIONS_SEND)
def restore(slug: str, invitation_id: int) -> Answer:
    """The same link holds again."""
    event, invitee = load_one(slug, invitation_id)
    with transaction() as session:
        is_done = actions.restore(session, invitee.id)
        if is_done:
            noted(session, "invitation.restored", event, invitee)
    return to_one(slug, invitation_id, "restored" if is_done else "again")


def _show(slug: str, invitation_id: int, form: CallForm) -> str:
    event, invitee = load_one(slug, invitation_id)
    public_url = current_app.config["SETTINGS"].public_url
    with reading() as connection:
        known = delegates.list_delegates(connection, event, invitee.invited)
        member = invitee.invited.organisation_id
        found = list_recipients(connection, [member]).get(member, []) if member else []
        troubled = listing.list_troubled(connection, event.id)
        unreached = list_statuses(connection, event.id)
        refusing = list_refusing(connection, Topic.INVITATIONS, event.id, event.network.id)
    return render_console(
        "inviting/one.html",
        tab="events",
        e=event,
        invitee=invitee,
        name=one_line(invitee.invited.name),
        delegates=known,
        recipients=[
            (
                name,
                email,
                reason_words(unreached[key(email)]) if key(email) in unreached else "",
                key(email) in refusing,
            )
            for name, email in [(each.name, each.email) for each in found] or _own(invitee)
        ],
        is_troubled=invitee.id in troubled,
        link=f"{public_url}/invitations/{invitee.code}",
        short_link=short_url(public_url, invitee.code),
        code=shown_code(invitee.code),
        qr_svg=qr.svg(qr_text(public_url, invitee.code)),
        form=form,
        errors=form.problems(),
        done=request.args.get("done"),
    )


def _own(invitee: Invitee) -> list[tuple[str, str]]:
    invited = invitee.invited
    return [(invited.name, invited.email)] if invited.is_personal and invited.email else []

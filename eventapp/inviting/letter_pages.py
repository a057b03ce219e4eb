"""Letters of the round: for a mail merge or as PDF; making them notes that they were sent."""

from flask import current_app, request

from eventapp import clock
from eventapp.accounts.access import render_console
from eventapp.clock import berlin_day
from eventapp.db import reading, transaction
from eventapp.downloads import as_file
from eventapp.events.definition import EventDefinition
from eventapp.invitations import listing, sending
from eventapp.invitations.listing import Invitee
from eventapp.inviting import letters
from eventapp.inviting.asking import Answer, load, noted
from eventapp.inviting.letters import MOST_LETTERS, Stationery, Who
from eventapp.inviting.queries import list_addressees
from eventapp.inviting.routes import console
from eventapp.languages import gettext as _
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission


@console.get("/letters", endpoint="letters")
@asks(Permission.INVITATIONS_SEND)
def letters_(slug: str) -> Answer:
    """For whom there are how many letters, and in which form."""
    return _show(load(slug))


@console.post("/letters", endpoint="letters_post")
@asks(Permission.INVITATIONS_SEND)
def letters_post(slug: str) -> Answer:
    """The file; with `is_sent` it is noted that those letters left."""
    event, now = load(slug), clock.now()
    who, kind = request.form.get("who"), request.form.get("kind")
    if who not in set(Who) or kind not in ("pdf", "csv"):
        return _show(event, _("Wählen Sie, an wen die Briefe gehen.")), 422
    stationery, chosen = _stationery(event, Who(who))
    if not chosen:
        return _show(event, _("An niemanden davon ist ein Brief zu schreiben.")), 422
    if len(chosen) > MOST_LETTERS and kind == "pdf":
        text = _("Als PDF gehen höchstens %(n)s Briefe. Nehmen Sie die Liste.", n=MOST_LETTERS)
        return _show(event, text), 422
    make = letters.sheet if kind == "pdf" else letters.mail_merge
    file: str | bytes = make(stationery, chosen)
    with transaction() as session:
        if request.form.get("is_sent"):
            sending.note_printed(session, [each.id for each in chosen], now=now)
        noted(session, "invitations.letters", event, rows=len(chosen), format=kind)
    return as_file(file, f"einladungen-{slug}.{kind}")


def _stationery(event: EventDefinition, who: Who) -> tuple[Stationery, list[Invitee]]:
    with reading() as connection:
        chosen = letters.choose(listing.list_invitees(connection, event), who)
        members = [each.invited.organisation_id for each in chosen]
        stationery = Stationery(
            event=event,
            letter=listing.find_letter(connection, event.id),
            public_url=current_app.config["SETTINGS"].public_url,
            addressees=list_addressees(connection, [each for each in members if each]),
            today=berlin_day(clock.now()),
        )
    return stationery, chosen


def _show(event: EventDefinition, error: str = "") -> str:
    with reading() as connection:
        invitees = listing.list_invitees(connection, event)
        members = [each.invited.organisation_id for each in invitees]
        addressees = list_addressees(connection, [each for each in members if each])
    chosen = request.form.get("who", Who.UNSENT.value)
    return render_console(
        "inviting/letters.html",
        tab="events",
        e=event,
        counts={who.value: len(letters.choose(invitees, who)) for who in Who},
        homeless=[each for each in addressees.values() if not (each.street and each.city)],
        chosen=chosen,
        kind=request.form.get("kind", "pdf"),
        errors=[("who", error)] if error else [],
    )

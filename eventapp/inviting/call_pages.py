"""Whom to call about the round, and the report of it: as page and as file."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from werkzeug import Response

from eventapp import clock, pdf
from eventapp.accounts.access import render_console
from eventapp.clock import berlin_day
from eventapp.db import reading, transaction
from eventapp.downloads import as_file
from eventapp.events.definition import EventDefinition
from eventapp.formatting import day_month, full_date
from eventapp.invitations import listing
from eventapp.invitations.listing import Invitee
from eventapp.invitations.rules import Pile, shown_code
from eventapp.inviting.asking import Answer, load, noted
from eventapp.inviting.letters import pile_words
from eventapp.inviting.queries import Addressee, list_addressees
from eventapp.inviting.routes import console
from eventapp.languages import gettext as _
from eventapp.languages import present_language
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.paging import Page, asked_page
from eventapp.spreadsheets import write_csv


@dataclass(frozen=True)
class Callee:
    """One line of the telephone list."""

    invitee: Invitee
    addressee: Addressee | None

    @property
    def contact(self) -> str:
        person = self.addressee.contact if self.addressee else None
        return (person.name if person else None) or ""

    @property
    def phones(self) -> list[str]:
        """With the name where it is another than the contact's."""
        known = self.addressee.phones if self.addressee else ()
        return [
            phone if not name or name == self.contact else f"{phone} ({name})"
            for name, phone in known
        ]


@console.get("/calls")
@asks(Permission.INVITATIONS_SEND)
def calls(slug: str) -> Answer:
    """The silent with their telephone numbers, and a field for what they say."""
    event = load(slug)
    rows = _silent(event)
    page = Page(asked_page(request.args.get("page")), len(rows))
    return render_console(
        "inviting/calls.html",
        tab="events",
        e=event,
        rows=rows[page.offset : page.offset + page.size],
        page=page,
        url=lambda number: url_for("inviting.calls", slug=slug, page=number),
        done=request.args.get("done"),
    )


@console.get("/calls.<any(csv, pdf):kind>", endpoint="calls_file")
@asks(Permission.INVITATIONS_SEND)
def calls_file(slug: str, kind: str) -> Response:
    """The whole list; noted as an export."""
    event = load(slug)
    rows = [_cells(each) for each in _silent(event)]
    file: str | bytes = (
        pdf.write_pdf("calls", _for_print(event, rows))
        if kind == "pdf"
        else write_csv([*_headings(), _("Code")], rows)
    )
    _note_export(event, "calls", kind, len(rows))
    return as_file(file, f"telefonliste-{slug}.{kind}")


@console.get("/report")
@asks(Permission.INVITATIONS_SEND)
def report(slug: str) -> Answer:
    """Who answered, who is represented, who is missing."""
    event = load(slug)
    with reading() as connection:
        invitees = listing.list_invitees(connection, event)
    members = [each for each in invitees if not each.invited.is_personal]
    kinds = sorted({each.type or "" for each in members})
    return render_console(
        "inviting/report.html",
        tab="events",
        e=event,
        total=_totals(members),
        guests=_totals([each for each in invitees if each.invited.is_personal]),
        by_type=[(kind, _totals([m for m in members if (m.type or "") == kind])) for kind in kinds],
        missing=[each for each in members if not each.standing and each.pile == Pile.SILENT],
    )


@console.get("/report.csv", endpoint="report_csv")
@asks(Permission.INVITATIONS_SEND)
def report_csv(slug: str) -> Response:
    """One line for each invitation; noted as an export."""
    event = load(slug)
    with reading() as connection:
        invitees = listing.list_invitees(connection, event)
    headings = [
        *(_("Eingeladen"), _("Art"), _("Kreis oder Bezirk"), _("Antwort"), _("Antwort am")),
        *(_("Plätze"), _("Angemeldet"), _("Mit Platz"), _("Vertreten")),
    ]
    rows = [
        [
            each.invited.name,
            _("Gast") if each.invited.is_personal else each.type,
            each.district,
            pile_words(each.pile),
            each.answered_at,
            each.quota,
            each.standing,
            each.confirmed,
            each.confirmed > 0,
        ]
        for each in invitees
    ]
    _note_export(event, "report", "csv", len(rows))
    return as_file(write_csv(headings, rows), f"einladungen-bericht-{slug}.csv")


def _totals(invitees: list[Invitee]) -> Counter[str]:
    """Counts of invitations, and of the people who stand for them."""
    counts = Counter(each.pile.value for each in invitees)
    counts["invited"] = len(invitees)
    counts["answered"] = counts[Pile.COMING] + counts[Pile.NOT_COMING]
    counts["represented"] = sum(each.standing > 0 for each in invitees)
    counts["people"] = sum(each.standing for each in invitees)
    return counts


def _silent(event: EventDefinition) -> list[Callee]:
    with reading() as connection:
        found = listing.piles(listing.list_invitees(connection, event))[Pile.SILENT]
        members = [each.invited.organisation_id for each in found]
        addressees = list_addressees(connection, [each for each in members if each])
    return [Callee(each, addressees.get(each.invited.organisation_id or 0)) for each in found]


def _headings() -> list[str]:
    names = (_("Name"), _("Telefon"), _("Ansprechperson"), _("Zuletzt"), _("Notiz"))
    return list(names)


def _cells(callee: Callee) -> list[str]:
    invitee = callee.invitee
    return [
        invitee.invited.name,
        ", ".join(callee.phones),
        callee.contact,
        last_words(invitee),
        invitee.call_note or "",
        shown_code(invitee.code),
    ]


def last_words(invitee: Invitee) -> str:
    """What was last done about it."""
    if invitee.last is None:
        return _("noch nichts gesendet")
    what, at = invitee.last
    words = {
        "mailed": _("E-Mail am %(day)s", day=day_month(at)),
        "printed": _("Brief am %(day)s", day=day_month(at)),
        "reminded": _("erinnert am %(day)s", day=day_month(at)),
        "called": _("Telefon am %(day)s", day=day_month(at)),
    }
    return words[what]


def _for_print(event: EventDefinition, rows: list[list[str]]) -> dict[str, Any]:
    return {
        "title": _("Telefonliste: %(title)s", title=event.title),
        "lang": present_language(),
        "foot": _("Vertraulich. Nach dem Anrufen bitte vernichten."),
        "line": _("Stand %(day)s", day=full_date(berlin_day(clock.now()))),
        "headings": _headings(),
        "rows": [row[:5] for row in rows],
    }


def _note_export(event: EventDefinition, what: str, kind: str, rows: int) -> None:
    with transaction() as session:
        noted(session, "invitations.letters", event, rows=rows, format=f"{what}.{kind}")

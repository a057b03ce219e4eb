"""The letters of the round: a line for a mail merge or a page of a PDF for each invitation."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from eventapp import pdf
from eventapp.events.definition import EventDefinition
from eventapp.formatting import full_date, when
from eventapp.invitations.listing import Invitee, Letter
from eventapp.invitations.rules import Pile, qr_text, short_url, shown_code
from eventapp.invitations.words import paragraphs
from eventapp.inviting.queries import Addressee
from eventapp.languages import gettext as _
from eventapp.languages import in_language
from eventapp.networks.letters import address_lines, letter_salutation
from eventapp.networks.printed import printed_logo
from eventapp.registration.qr import print_svg
from eventapp.spreadsheets import write_csv

MOST_LETTERS = 1_000
_LINES = 6  # of an address, at most


class Who(StrEnum):
    """To whom letters go."""

    UNSENT = "unsent"  # nothing was sent yet
    SILENT = "silent"
    ALL = "all"


_WANTS: Mapping[Who, Callable[[Invitee], bool]] = {
    Who.UNSENT: lambda each: each.touched.last_at is None and each.pile == Pile.SILENT,
    Who.SILENT: lambda each: each.pile == Pile.SILENT,
    Who.ALL: lambda _each: True,
}


def choose(invitees: Iterable[Invitee], who: Who) -> list[Invitee]:
    return [each for each in invitees if _WANTS[who](each)]


@dataclass(frozen=True)
class Stationery:
    """What all letters of one event share."""

    event: EventDefinition
    letter: Letter
    public_url: str
    addressees: Mapping[int, Addressee]
    today: Any

    def address(self, invitee: Invitee) -> list[str]:
        """As on an envelope."""
        invited = invitee.invited
        if invited.organisation_id is not None:
            to = self.addressees[invited.organisation_id]
            return address_lines(to, to.contact)
        return [line for line in (invited.organisation, invited.name) if line]

    def greeting(self, invitee: Invitee) -> str:
        invited = invitee.invited
        if invited.organisation_id is not None:
            return letter_salutation(self.addressees[invited.organisation_id].contact)
        return _("Guten Tag %(name)s,", name=invited.name)


def mail_merge(stationery: Stationery, invitees: Sequence[Invitee]) -> str:
    """CSV with a line each; no cell is a formula."""
    lines = [_("Zeile %(n)s", n=n) for n in range(1, _LINES + 1)]
    headings = [
        *(_("Name"), *lines, _("Briefanrede"), _("Plätze"), _("Kurzlink"), _("Code")),
        *(_("Antwort erbeten bis"), _("Stand")),
    ]
    rows = [_merge_row(stationery, each) for each in invitees]
    return write_csv(headings, rows)


def _merge_row(stationery: Stationery, invitee: Invitee) -> list[Any]:
    address = stationery.address(invitee)[:_LINES]
    answer_by = stationery.letter.answer_by
    return [
        invitee.invited.name,
        *(address + [""] * (_LINES - len(address))),
        stationery.greeting(invitee),
        invitee.quota,
        short_url(stationery.public_url, invitee.code),
        shown_code(invitee.code),
        full_date(answer_by) if answer_by else "",
        pile_words(invitee.pile),
    ]


def pile_words(pile: Pile) -> str:
    return {
        Pile.COMING: _("Kommt"),
        Pile.NOT_COMING: _("Kommt nicht"),
        Pile.SILENT: _("Keine Antwort"),
    }[pile]


def sheet(stationery: Stationery, invitees: Sequence[Invitee]) -> bytes:
    """The letters as one PDF, a page each where the text allows."""
    return pdf.write_pdf("letters", sheet_data(stationery, invitees))


def sheet_data(stationery: Stationery, invitees: Sequence[Invitee]) -> dict[str, Any]:
    """What `letters.typ` takes; in German, as letters are."""
    event = stationery.event
    with in_language("de"):
        sender = event.controller
        contact = event.contact
        return {
            "title": _("Einladung: %(title)s", title=event.title),
            "lang": "de",
            "foot": sender.name if sender else event.network.name,
            "page_words": "",
            "logo": printed_logo(event.network.inherited.logo),
            "sender": _sender_line(event),
            "date": full_date(stationery.today),
            "facts": [
                [_("Wann"), when(event)],
                *([[_("Wo"), event.venue.one_line]] if event.venue else []),
            ],
            "regards": _("Mit freundlichen Grüßen"),
            "signed": [
                *([contact.name] if contact and contact.name else []),
                event.network.name,
                *([_("Telefon %(n)s", n=contact.phone)] if contact and contact.phone else []),
            ],
            "hint": _("Antworten Sie mit diesem Code oder unter dieser Adresse:"),
            "alt": _("QR-Code zur Adresse daneben"),
            "letters": [_letter(stationery, each) for each in invitees],
        }


def _letter(stationery: Stationery, invitee: Invitee) -> dict[str, Any]:
    return {
        "address": stationery.address(invitee),
        "greeting": stationery.greeting(invitee),
        "paragraphs": list(paragraphs(stationery.event, invitee, stationery.letter)),
        "link": short_url(stationery.public_url, invitee.code).partition("://")[2],
        "qr": print_svg(qr_text(stationery.public_url, invitee.code)),
    }


def _sender_line(event: EventDefinition) -> str:
    """As it stands small above an address: name and address in one line."""
    sender = event.controller
    if sender is None:
        return event.network.name
    return " · ".join([sender.name, *sender.address_lines])

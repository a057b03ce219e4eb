"""The ticket as a file to print, for holders and for those who get no e-mail."""

from collections.abc import Mapping
from typing import Any

from eventapp import pdf
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Attendance
from eventapp.formatting import attendance_label, clock_time, when
from eventapp.languages import gettext as _
from eventapp.languages import present_language
from eventapp.networks.printed import printed_logo
from eventapp.registration import qr
from eventapp.registration.holder import Holder
from eventapp.registration.models import PlaceStatus
from eventapp.tokens import shown_short_code


def write_ticket(holder: Holder, assistant: Holder | None, public_url: str) -> bytes:
    """One page A4, in the reader's language, with whoever assists; the holder must have a place.
    Takes a while: nothing for a transaction."""
    event = holder.event
    return pdf.write_pdf(
        "ticket",
        {
            "title": event.title,
            "lang": present_language(),
            "foot": event.network.name,
            "page_words": _("Seite {page} von {pages}"),
            "logo": printed_logo(event.network.inherited.logo),
            "when": when(event),
            "alt": _("QR-Code der Einlasskarte"),
            "tickets": [_ticket(each, public_url) for each in (holder, assistant) if each],
            "notes": _notes(event),
        },
    )


def _ticket(holder: Holder, public_url: str) -> Mapping[str, Any]:
    is_online = holder.attendance == Attendance.ONLINE
    return {
        "name": holder.full_name,
        "facts": _facts(holder),
        "qr": qr.print_svg(qr.ticket_url(public_url, holder.ticket)),
        "code": shown_short_code(holder.short_code),
        "hint": _("Führt mit der Kamera des Handys zum Online-Zugang")
        if is_online
        else _("Am Einlass vorzeigen"),
    }


def _facts(holder: Holder) -> list[tuple[str, str]]:
    event = holder.event
    facts = [(_("Teilnahme"), attendance_label(holder.attendance))]
    if event.venue and holder.attendance != Attendance.ONLINE:
        facts.append((_("Ort"), event.venue.one_line))
    if holder.organisation:
        facts.append((_("Organisation"), holder.organisation))
    for chosen in holder.items:
        waits = f" ({_('Warteliste')})" if chosen.status == PlaceStatus.WAITLISTED else ""
        item = chosen.item
        words = [clock_time(item.starts_at), item.title + waits, item.room]
        facts.append((_("Programm"), ", ".join(word for word in words if word)))
    return facts


def _notes(event: EventDefinition) -> list[str]:
    contact = event.contact
    reach = (
        [each for each in (contact.name, contact.phone, contact.email) if each] if contact else []
    )
    if not reach:
        return []
    return [_("Fragen, oder können Sie doch nicht kommen? %(reach)s", reach=", ".join(reach))]

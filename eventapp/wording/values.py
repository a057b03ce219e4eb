"""What the placeholders stand for, for whoever a mail goes to."""

from typing import TYPE_CHECKING

from eventapp.formatting import attendance_label, unlinked, when
from eventapp.languages import gettext as _
from eventapp.wording import text

if TYPE_CHECKING:
    from eventapp.registration.holder import Holder


def values_for(holder: "Holder", link: str) -> text.Values:
    """In the present language; what guests typed makes no link."""
    event = holder.event
    if holder.attendance == "online":
        place = _("online")
    else:
        place = event.venue.one_line if event.venue else ""
    words = {
        "vorname": unlinked(holder.first_name),
        "nachname": unlinked(holder.last_name),
        "name": unlinked(holder.full_name),
        "titel der veranstaltung": event.title,
        "termin": when(event),
        "ort": place or _("wird noch bekannt gegeben"),
        "teilnahme": attendance_label(holder.attendance),
    }
    return text.Values(words, link, _("Ihre Anmeldung"))

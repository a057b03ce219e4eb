"""A guest's ticket for the office's printer: for those who get no e-mail."""

from flask import current_app
from werkzeug import Response

from eventapp.db import reading, transaction
from eventapp.downloads import as_file
from eventapp.errors import NotFound
from eventapp.events.noting import note_mine
from eventapp.languages import gettext as _
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.participants.asking import load
from eventapp.participants.routes import PERSON, console
from eventapp.registration.models import RegistrationStatus
from eventapp.registration.queries import find_assistant, get_holder
from eventapp.registration.ticket_pdf import write_ticket


@console.get(f"{PERSON}/ticket.pdf")
@asks(Permission.REGISTRATIONS_EDIT)
def ticket_pdf(slug: str, registration_id: int) -> Response:
    """The ticket with its code, noted in the log; 404 while the person has no place."""
    event, person = load(slug, registration_id)
    if person.row.status != RegistrationStatus.CONFIRMED:
        raise NotFound
    with reading() as connection:
        holder = get_holder(connection, registration_id)
        assistant = find_assistant(connection, holder)
    made = write_ticket(holder, assistant, str(current_app.config["SETTINGS"].public_url))
    with transaction() as session:
        note_mine(
            session,
            "registration.ticket_printed",
            event,
            subject=("registration", registration_id),
        )
    return as_file(made, _("einlasskarte-%(event)s.pdf", event=slug))

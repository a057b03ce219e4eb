"""What the pages of one message begin with: the event, the message, whom it goes to."""

from typing import Any

from flask import abort, redirect, url_for
from werkzeug import Response

from eventapp.db import reading
from eventapp.errors import NotFound
from eventapp.events.definition import EventDefinition
from eventapp.events.permitted import get_permitted
from eventapp.languages import gettext as _
from eventapp.messages import queries
from eventapp.messages.audience import filter_words
from eventapp.messages.queries import Sent
from eventapp.networks.rules import Permission
from eventapp.participants.selection import Wanted
from eventapp.participants.wanted import read_wanted

Answer = str | tuple[str, int] | Response
May = frozenset[Permission]


def load(slug: str, message_id: int) -> tuple[EventDefinition, May, Sent]:
    """Raises `NotFound`; ends with 403 for who may not write, and where the message goes to people
    with needs and the account may not read of those."""
    event, may = get_permitted(slug, Permission.MESSAGES_SEND)
    with reading() as connection:
        message = queries.get_message(connection, event, message_id)
    if message.row.filter.get("needs") and Permission.NEEDS_READ not in may:
        abort(403)
    return event, may, message


def wanted_of(event: EventDefinition, may: May, row: Any) -> Wanted | None:
    """The filter of a message; None where it names what is not there any more."""
    try:
        return read_wanted(event, may, row.filter)
    except NotFound:
        return None


def words_of(event: EventDefinition, may: May, wanted: Wanted | None) -> str:
    """The filter, as the pages of a message show it."""
    if wanted is None:
        return _("Diese Auswahl gibt es nicht mehr.")
    return filter_words(event, may, wanted)


def to_message(slug: str, message_id: int, done: str) -> Response:
    return redirect(url_for("messages.detail", slug=slug, message_id=message_id, done=done), 303)

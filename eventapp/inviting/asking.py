"""What the pages of the round share: the event for whoever may invite, the log, the way back."""

from typing import Any

from flask import redirect, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from eventapp.db import reading
from eventapp.events.definition import EventDefinition
from eventapp.events.noting import note_mine
from eventapp.events.permitted import get_permitted
from eventapp.invitations.listing import Invitee, get_invitee
from eventapp.networks.rules import Permission

Answer = str | tuple[str, int] | Response


def load(slug: str) -> EventDefinition:
    """The event; 403 and 404 for whoever may not invite to it."""
    return get_permitted(slug, Permission.INVITATIONS_SEND)[0]


def load_one(slug: str, invitation_id: int) -> tuple[EventDefinition, Invitee]:
    """The event and one of its invitations. Raises `NotFound`."""
    event = load(slug)
    with reading() as connection:
        return event, get_invitee(connection, event, invitation_id)


def noted(
    session: Session, act: str, event: EventDefinition, about: Invitee | None = None, **after: Any
) -> None:
    """One entry in the log: of one invitation, or of the round."""
    note_mine(
        session,
        act,
        event,
        subject=("invitation", about.id) if about else ("invitations", event.id),
        after={"name": about.invited.name, **after} if about else after,
    )


def to_round(slug: str, done: str) -> Response:
    return redirect(url_for("inviting.round", slug=slug, done=done), 303)


def to_one(slug: str, invitation_id: int, done: str) -> Response:
    address = url_for("inviting.one", slug=slug, invitation_id=invitation_id, done=done)
    return redirect(address, 303)

"""Sending the round: invitations once, reminders to the silent, never twice within a day.

The event's row is held, so that two clicks follow each other and the second finds nothing to do.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, update
from sqlalchemy.orm import Session

from eventapp.events.definition import EventDefinition
from eventapp.invitations.contacts import Recipient, list_recipients
from eventapp.invitations.listing import Invitee, list_invitees
from eventapp.invitations.models import Invitation
from eventapp.invitations.rules import NothingToSend, Pile, RoundClosed, is_open
from eventapp.mail import batches
from eventapp.names import key
from eventapp.registration.lock import lock_event
from eventapp.unsubscribing.queries import list_refusing
from eventapp.unsubscribing.rules import Topic

_IN_ONE = 5_000  # ids in one statement; both databases take more


@dataclass(frozen=True)
class Outgoing:
    """Whom an act would write to, and who has no address."""

    mails: Sequence[tuple[int, int]]  # invitation, contact
    without_address: Sequence[Invitee]

    @property
    def invitation_ids(self) -> list[int]:
        return sorted({invitation_id for invitation_id, _contact in self.mails})


def plan_round(connection: Connection, event: EventDefinition) -> Outgoing:
    """Those whom nobody has sent an invitation yet and who have not answered."""
    return _plan(
        connection,
        event,
        lambda each: each.touched.mailed_at is None and each.pile == Pile.SILENT,
    )


def plan_reminder(connection: Connection, event: EventDefinition, now: datetime) -> Outgoing:
    """The silent who were invited, at least a day ago."""
    return _plan(connection, event, lambda each: each.touched.may_remind(each.pile, now))


def send_round(session: Session, event: EventDefinition, *, now: datetime) -> Outgoing:
    """Owe the invitations. Raises `RoundClosed`, `NothingToSend`."""
    event = _locked(session, event, now)
    planned = plan_round(session.connection(), event)
    batch = f"invitation:{event.id}"
    _owe(session, event, "invitation", batch, planned, now)
    _put(session, planned.invitation_ids, mailed_at=now)
    return planned


def remind(session: Session, event: EventDefinition, *, now: datetime) -> Outgoing:
    """Owe the reminders. Raises `RoundClosed`, `NothingToSend`."""
    event = _locked(session, event, now)
    planned = plan_reminder(session.connection(), event, now)
    batch = f"invitation-reminder:{event.id}:{now.isoformat()}"
    _owe(session, event, "invitation-reminder", batch, planned, now)
    _put(session, planned.invitation_ids, reminded_at=now)
    return planned


def note_printed(session: Session, invitation_ids: Sequence[int], *, now: datetime) -> None:
    """A letter was made for them."""
    _put(session, invitation_ids, printed_at=now)


def _locked(session: Session, event: EventDefinition, now: datetime) -> EventDefinition:
    event = lock_event(session, event, now=now)
    if not is_open(event, now):
        raise RoundClosed
    return event


def _plan(
    connection: Connection, event: EventDefinition, is_due: Callable[[Invitee], bool]
) -> Outgoing:
    due = [each for each in list_invitees(connection, event) if is_due(each)]
    members = [each.invited.organisation_id for each in due if each.invited.organisation_id]
    addresses = list_recipients(connection, members)
    refusing = list_refusing(connection, Topic.INVITATIONS, event.id, event.network.id)
    mails, without = [], []
    for each in due:
        found = _recipients(each, addresses)
        wanted = [to for to in found if key(to.email) not in refusing]
        mails += [(each.id, to.contact_id) for to in wanted]
        if not found:
            without.append(each)
    return Outgoing(mails, without)


def _recipients(invitee: Invitee, addresses: Mapping[int, list[Recipient]]) -> Iterable[Recipient]:
    invited = invitee.invited
    if invited.organisation_id is not None:
        return addresses.get(invited.organisation_id, [])
    return [Recipient(0, invited.name, invited.email, None)] if invited.email else []


def _owe(
    session: Session,
    event: EventDefinition,
    kind: str,
    batch: str,
    planned: Outgoing,
    now: datetime,
) -> None:
    if not planned.mails:
        raise NothingToSend
    ids = (
        {"event_id": event.id, "invitation_id": invitation_id, "contact_id": contact_id}
        for invitation_id, contact_id in planned.mails
    )
    batches.add_many(session, kind, batch, ids, due_at=now, now=now)


def _put(session: Session, ids: Sequence[int], **values: datetime) -> None:
    for start in range(0, len(ids), _IN_ONE):
        some = ids[start : start + _IN_ONE]
        session.execute(update(Invitation).where(Invitation.id.in_(some)).values(**values))

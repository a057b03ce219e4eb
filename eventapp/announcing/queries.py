"""Whom a date goes to, and what became of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from eventapp.announcing.models import Announcement, Told
from eventapp.announcing.rules import batch_of
from eventapp.base import table_of
from eventapp.events.definition import EventDefinition
from eventapp.invitations.contacts import Recipient, list_recipients
from eventapp.mail import batches
from eventapp.messages.rules import Progress, State, state
from eventapp.names import key
from eventapp.tokens import hashed
from eventapp.unsubscribing.queries import list_refusing
from eventapp.unsubscribing.rules import Topic

_A, _T = table_of(Announcement).c, table_of(Told).c


@dataclass(frozen=True)
class Outgoing:
    """Whom it would go to: (organisation, recipient), each address once; and who is left out."""

    mails: Sequence[tuple[int, Recipient]]
    without_address: int  # organisations
    refused: Sequence[Recipient]
    told: int  # had it already


@dataclass(frozen=True)
class Sent:
    """One sending, and how far its mails are."""

    row: Any
    progress: Progress

    def state(self, now: datetime) -> State:
        return state(self.row.leaves_at, self.row.stopped_at, self.progress, now)


def plan(
    connection: Connection,
    event: EventDefinition,
    organisation_ids: Collection[int],
    *,
    again: bool = False,
) -> Outgoing:
    """The contacts of these organisations; with `again` also those who had it already."""
    addresses = list_recipients(connection, organisation_ids)
    refusing = list_refusing(connection, Topic.ANNOUNCEMENTS, event.id, event.network.id)
    told = _list_told(connection, event.id)
    first = {
        key(each.email): (organisation_id, each)
        for organisation_id in reversed(list(organisation_ids))
        for each in reversed(addresses.get(organisation_id, []))
    }
    wanted = {email: to for email, to in first.items() if email not in refusing}
    new = {email: to for email, to in wanted.items() if hashed(email) not in told}
    return Outgoing(
        mails=list((wanted if again else new).values())[::-1],
        without_address=sum(each not in addresses for each in organisation_ids),
        refused=[to for email, (_id, to) in first.items() if email in refusing][::-1],
        told=len(wanted) - len(new),
    )


def _list_told(connection: Connection, event_id: int) -> set[bytes]:
    statement = select(_T.email_hash).join(Announcement, _A.id == _T.announcement_id)
    rows = connection.execute(statement.where(_A.event_id == event_id)).scalars()
    return {bytes(each) for each in rows}


def find_announcement(connection: Connection, announcement_id: int) -> Any:
    """The row that a mail tells of; None where it was taken back."""
    statement = select(table_of(Announcement)).where(_A.id == announcement_id)
    return connection.execute(statement).first()


def list_sent(connection: Connection, event_id: int) -> list[Sent]:
    """Every sending of this event, the latest first; two statements."""
    rows = connection.execute(
        select(table_of(Announcement)).where(_A.event_id == event_id).order_by(_A.id.desc())
    ).all()
    counts = batches.count_states(connection, [batch_of(row.id) for row in rows]) if rows else {}
    return [Sent(row, Progress(counts.get(batch_of(row.id), {}))) for row in rows]

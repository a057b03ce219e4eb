"""Reads of notices, and of whom they concern: a fixed number of statements, however many people."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from eventapp.base import table_of
from eventapp.errors import NotFound
from eventapp.events.definition import EventDefinition
from eventapp.events.models import EventStatus
from eventapp.invitations.contacts import list_recipients
from eventapp.invitations.listing import Invitee, list_invitees
from eventapp.invitations.rules import Pile
from eventapp.mail.batches import count_states
from eventapp.names import key
from eventapp.notices.models import EventNotice, NoticeKind
from eventapp.notices.rules import (
    HEARS_CHANGE,
    Facts,
    Group,
    State,
    Words,
    concerning,
    differences,
    group_of,
    known,
    moved_date,
    state_of,
)
from eventapp.registration.models import Registration, RegistrationStatus
from eventapp.reminders.models import OpeningWish
from eventapp.unsubscribing.queries import list_refusing
from eventapp.unsubscribing.rules import Topic

_N, _R, _W = table_of(EventNotice).c, table_of(Registration).c, table_of(OpeningWish).c
_GROUPS = {
    Pile.SILENT: Group.SILENT,
    Pile.NOT_COMING: Group.DECLINED,
    Pile.COMING: Group.COMING,
}


@dataclass(frozen=True)
class Notice:
    """A stored notice, read."""

    id: int
    event_id: int
    kind: str
    states: tuple[State, ...]
    words: Words
    status_before: str | None
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None

    @property
    def batch(self) -> str:
        """Of its mails in the outbox."""
        return f"event-{self.kind}:{self.id}"

    @property
    def mark(self) -> str:
        """Names the notice as it was shown: every edit adds a state."""
        return f"{self.id}-{len(self.states)}"


@dataclass(frozen=True)
class Audience:
    """Whom a notice goes to: ids for the mails by their kind, and how many in which group."""

    people: Sequence[tuple[int, int]] = ()  # registration, the state they know
    invited: Sequence[tuple[int, int, int]] = ()  # invitation, contact, the state they know
    wishes: Sequence[int] = ()
    groups: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return len(self.people) + len(self.invited) + len(self.wishes)


def read(row: Any) -> Notice:
    """The notice of a row with all columns."""
    values = {name: getattr(row, name) for name in Notice.__annotations__}
    made = {"states": tuple(map(state_of, row.states)), "words": Words(row.words, row.words_en)}
    return Notice(**{**values, **made})


def get_notice(connection: Connection, notice_id: int) -> Notice:
    """Raises `NotFound`."""
    row = connection.execute(select(table_of(EventNotice)).where(_N.id == notice_id)).first()
    if row is None:
        raise NotFound
    return read(row)


def find_open(connection: Connection, event_id: int) -> Notice | None:
    """The change that is being collected."""
    where = _N.event_id == event_id, _N.kind == NoticeKind.CHANGED, _N.sent_at.is_(None)
    row = connection.execute(select(table_of(EventNotice)).where(*where)).first()
    return read(row) if row else None


def find_cancelled(connection: Connection, event_id: int) -> Notice | None:
    """The last calling off."""
    where = _N.event_id == event_id, _N.kind == NoticeKind.CANCELLED
    statement = select(table_of(EventNotice)).where(*where).order_by(_N.id.desc()).limit(1)
    row = connection.execute(statement).first()
    return read(row) if row else None


@dataclass(frozen=True)
class CallingOff:
    """How far the mails of a calling off are."""

    leaves_at: datetime
    is_leaving: bool  # and may be taken back
    mails: int


def find_calling_off(
    connection: Connection, event: EventDefinition, now: datetime
) -> CallingOff | None:
    """Of an event that does not take place; asks nothing of others."""
    notice = None
    if event.status == EventStatus.CANCELLED:
        notice = find_cancelled(connection, event.id)
    if notice is None:
        return None
    states = count_states(connection, [notice.batch]).get(notice.batch, {})
    return CallingOff(notice.due_at, now < notice.due_at, sum(states.values()))


def list_changed(
    connection: Connection, event: EventDefinition, states: Sequence[State], present: Facts
) -> Audience:
    """Whoever knows a state of the event that differs from the present one in what concerns them.

    Whoever signed up, got their place or was written to since the last edit knows it already.
    """
    found = [differences(state.facts, present) for state in states]
    groups: Counter[str] = Counter()
    people = []
    for row in _people(connection, event.id, HEARS_CHANGE):
        state = known(states, max(row.confirmed_at or row.created_at, row.created_at))
        if concerning(found[state], row.waits_for or row.attendance) or concerning(
            found[state], row.attendance
        ):
            people.append((row.id, state))
            groups[group_of(row.status, row.attendance)] += 1
    invited = []
    for invitee, contact_id in _invited(connection, event):
        state = known(states, invitee.last_told_at)
        if moved_date(found[state]):
            invited.append((invitee.id, contact_id, state))
            groups[_GROUPS[invitee.pile]] += 1
    return Audience(people, invited, (), groups)


def list_all(connection: Connection, event: EventDefinition) -> Audience:
    """Everybody who might still expect the event to take place."""
    standing = [each for each in RegistrationStatus if each != RegistrationStatus.CANCELLED]
    rows = _people(connection, event.id, standing)
    groups = Counter(str(group_of(row.status, row.attendance)) for row in rows)
    invited = list(_invited(connection, event))
    groups.update(str(_GROUPS[invitee.pile]) for invitee, _contact in invited)
    wishes = connection.execute(
        select(_W.id)
        .where(_W.event_id == event.id, _W.confirmed_at.is_not(None), _W.owed_at.is_(None))
        .order_by(_W.id)
    ).scalars()
    ids = list(wishes)
    return Audience(
        people=[(row.id, 0) for row in rows],
        invited=[(invitee.id, contact_id, 0) for invitee, contact_id in invited],
        wishes=ids,
        groups=groups + Counter({str(Group.WISHES): len(ids)}),
    )


def _people(connection: Connection, event_id: int, statuses: Sequence[str]) -> Sequence[Any]:
    """Those with an address; whom the office entered, or an assistant, may have none."""
    columns = (_R.id, _R.status, _R.attendance, _R.waits_for, _R.created_at, _R.confirmed_at)
    return connection.execute(
        select(*columns)
        .where(_R.event_id == event_id, _R.status.in_(statuses), _R.email != "")
        .order_by(_R.id)
    ).all()


@dataclass(frozen=True)
class _Told:
    id: int
    pile: Pile
    last_told_at: datetime


def _invited(connection: Connection, event: EventDefinition) -> Iterator[tuple[_Told, int]]:
    """(invitation, contact) of whoever was written to or has answered, has nobody registered, and
    wants mail about it."""
    told = [each for each in list_invitees(connection, event) if not each.standing]
    members = [each.invited.organisation_id for each in told if each.invited.organisation_id]
    addresses = list_recipients(connection, members) if members else {}
    refusing = list_refusing(connection, Topic.INVITATIONS, event.id, event.network.id)
    for invitee in told:
        last = _last_told_at(invitee)
        if last is None:
            continue
        for contact_id, email in _addresses(invitee, addresses):
            if key(email) not in refusing:
                yield _Told(invitee.id, invitee.pile, last), contact_id


def _addresses(invitee: Invitee, addresses: Mapping[int, Sequence[Any]]) -> list[tuple[int, str]]:
    invited = invitee.invited
    if invited.organisation_id is not None:
        return [(to.contact_id, to.email) for to in addresses.get(invited.organisation_id, [])]
    return [(0, invited.email)] if invited.email else []


def _last_told_at(invitee: Invitee) -> datetime | None:
    moments = (invitee.touched.last_at, invitee.called_at, invitee.answered_at)
    return max((each for each in moments if each), default=None)

"""Collecting what has changed and owing the mails that tell of it. Nothing here commits.

The event's row is locked by whoever changes it; whoever owes mails claims the notice's row by one
statement, so that of two workers one finds nothing, and of one that dies nothing is left behind.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import load_definitions
from eventapp.events.models import Event, EventStatus
from eventapp.mail import batches
from eventapp.notices.models import EventNotice, NoticeKind
from eventapp.notices.queries import (
    Audience,
    Notice,
    find_cancelled,
    list_all,
    list_changed,
    read,
)
from eventapp.notices.rules import (
    ALWAYS,
    KEPT,
    NO_WORDS,
    UNDO,
    State,
    TooLateToRestore,
    Words,
    due_at,
    facts_of,
)
from eventapp.registration.rules import is_over
from eventapp.reminders.models import OpeningWish

CHANGED, CANCELLED = "event-changed", "event-cancelled"
MOVED, CALLED_OFF = "invitation-moved", "invitation-cancelled"
NOT_OPENING = "opening-cancelled"

_N, _E, _W = table_of(EventNotice).c, table_of(Event).c, table_of(OpeningWish).c
_OPEN = (_N.kind == NoticeKind.CHANGED, _N.sent_at.is_(None))
_STALE = timedelta(days=1)


def collect(
    session: Session, before: EventDefinition, *, now: datetime, words: Words = NO_WORDS
) -> None:
    """See what has become of an event that was changed just now from `before`, its registrations
    with it. `words` are for those who learn that it does not take place."""
    [event] = load_definitions(session.connection(), [before.id])
    if not before.is_public or not event.is_public or is_over(event, now):
        return
    was_off = before.status == EventStatus.CANCELLED
    is_off = event.status == EventStatus.CANCELLED
    if is_off and not was_off:
        _call_off(session, before, words, now)
    elif was_off and not is_off:
        _bring_back(session, before, event, now)
    elif not is_off:
        _collect(session, before, event, now)


def _collect(
    session: Session, before: EventDefinition, event: EventDefinition, now: datetime
) -> None:
    old, new = facts_of(before), facts_of(event)
    if old == new:
        return
    known = _lock_open(session, event.id)
    earlier = known.states if known else (State(ALWAYS, old),)
    states = [*earlier, State(now, new)]
    if not list_changed(session.connection(), event, states, new).total:
        _delete(session, known)  # taken back, or nobody's business
        return
    values = {
        "states": [each.plain() for each in states],
        "due_at": due_at(states[1].at, now),
    }
    if known:
        session.execute(update(EventNotice).where(_N.id == known.id).values(**values))
    else:
        _insert(session, event.id, NoticeKind.CHANGED, now, **values)


def _call_off(session: Session, before: EventDefinition, words: Words, now: datetime) -> None:
    """Everybody is told, and for a while all of it can be taken back."""
    audience = list_all(session.connection(), before)
    leaves_at = now + UNDO
    notice_id = _insert(
        session,
        before.id,
        NoticeKind.CANCELLED,
        now,
        states=[State(ALWAYS, facts_of(before)).plain()],
        words=words.german,
        words_en=words.english,
        status_before=before.status,
        due_at=leaves_at,
        sent_at=now,
    )
    batch = f"event-{NoticeKind.CANCELLED}:{notice_id}"
    _owe(session, CANCELLED, batch, _to_people(notice_id, audience), leaves_at, now)
    _owe(session, CALLED_OFF, batch, _to_invited(notice_id, before, audience), leaves_at, now)
    wishes = [{"wish_id": each} for each in audience.wishes]
    _owe(session, NOT_OPENING, batch, wishes, leaves_at, now)
    session.execute(update(OpeningWish).where(_W.id.in_(audience.wishes)).values(owed_at=now))


def _bring_back(
    session: Session, before: EventDefinition, event: EventDefinition, now: datetime
) -> None:
    """It takes place after all. Where nobody has been told of the contrary, nobody needs to be."""
    cancelled = find_cancelled(session.connection(), event.id)
    if cancelled and take_back(session, cancelled):
        return
    _delete(session, _lock_open(session, event.id))
    _collect(session, before, event, now)


def take_back(session: Session, notice: Notice) -> bool:
    """Withdraw the mails of a calling off as if it had never been; False where some have left."""
    if not batches.withdraw(session, notice.batch):
        return False
    session.execute(
        update(OpeningWish)
        .where(_W.event_id == notice.event_id, _W.owed_at == notice.created_at)
        .values(owed_at=None)
    )
    _delete(session, notice)
    return True


def take_back_cancelling(session: Session, event_id: int, *, now: datetime) -> str:
    """The status that the event had before; see `take_back`. Raises `TooLateToRestore`."""
    notice = find_cancelled(session.connection(), event_id)
    if notice is None or notice.status_before is None or now >= notice.due_at:
        raise TooLateToRestore
    if not take_back(session, notice):
        raise TooLateToRestore  # another machine's clock is ahead of ours
    return notice.status_before


def send_now(session: Session, notice: Notice, *, now: datetime) -> int | None:
    """Owe the mails of a collected change; how many, None where it has changed or gone since."""
    return _claim(session, now, _N.id == notice.id, _N.due_at == notice.due_at)


def drop(session: Session, notice: Notice) -> bool:
    """Nobody is told; whether the notice was still as it was shown."""
    mine = (*_OPEN, _N.id == notice.id, _N.due_at == notice.due_at)
    return session.execute(delete(EventNotice).where(*mine).returning(_N.id)).first() is not None


def owe_due(session: Session, *, now: datetime) -> int:
    """Owe the mails of every change whose time has come; how many."""
    return _claim(session, now, _N.due_at <= now) or 0


def _claim(session: Session, now: datetime, *which: Any) -> int | None:
    """What does not take place is left: those concerned are told of that, or it is taken back."""
    takes_place = select(_E.id).where(_E.status != EventStatus.CANCELLED)
    claimed = session.execute(
        update(table_of(EventNotice))
        .where(*_OPEN, *which, _N.event_id.in_(takes_place))
        .values(sent_at=now)
        .returning(*_N)
    ).all()
    if not claimed:
        return None
    notices = sorted(map(read, claimed), key=lambda each: each.id)
    events = {each.id: each for each in _load(session, notices)}
    return sum(_owe_changed(session, each, events[each.event_id], now) for each in notices)


def _load(session: Session, notices: Sequence[Notice]) -> Sequence[EventDefinition]:
    return load_definitions(session.connection(), [each.event_id for each in notices])


def _owe_changed(session: Session, notice: Notice, event: EventDefinition, now: datetime) -> int:
    """Nobody is told of an event that has begun and ended while the change was collected."""
    if is_over(event, now):
        return 0
    audience = list_changed(session.connection(), event, notice.states, facts_of(event))
    _owe(session, CHANGED, notice.batch, _to_people(notice.id, audience), now, now)
    _owe(session, MOVED, notice.batch, _to_invited(notice.id, event, audience), now, now)
    return audience.total


def _to_people(notice_id: int, audience: Audience) -> Iterator[Mapping[str, int]]:
    for registration_id, state in audience.people:
        yield {"registration_id": registration_id, "notice_id": notice_id, "state": state}


def _to_invited(
    notice_id: int, event: EventDefinition, audience: Audience
) -> Iterator[Mapping[str, int]]:
    for invitation_id, contact_id, state in audience.invited:
        about = {"event_id": event.id, "invitation_id": invitation_id, "contact_id": contact_id}
        yield {**about, "notice_id": notice_id, "state": state}


def _owe(
    session: Session,
    kind: str,
    batch: str,
    mails: Iterator[Mapping[str, int]] | Sequence[Mapping[str, int]],
    leaves_at: datetime,
    now: datetime,
) -> None:
    batches.add_many(session, kind, batch, mails, due_at=leaves_at, now=now)


def _lock_open(session: Session, event_id: int) -> Notice | None:
    """Waits for whoever claims it; then there is none any more."""
    statement = select(table_of(EventNotice)).where(*_OPEN, _N.event_id == event_id)
    row = session.execute(statement.with_for_update()).first()
    return read(row) if row else None


def _insert(session: Session, event_id: int, kind: NoticeKind, now: datetime, **values: Any) -> int:
    statement = insert(table_of(EventNotice)).values(
        event_id=event_id, kind=kind, created_at=now, **values
    )
    return int(session.execute(statement.returning(_N.id)).scalar_one())


def _delete(session: Session, notice: Notice | None) -> None:
    if notice:
        session.execute(delete(EventNotice).where(_N.id == notice.id))


def forget_old(session: Session, *, now: datetime) -> None:
    """Notices that have had their time, and changes of what was called off meanwhile."""
    stale = (*_OPEN, _N.due_at < now - _STALE)
    old = _N.created_at < now - KEPT
    session.execute(delete(EventNotice).where(or_(old, stale[0] & stale[1] & stale[2])))

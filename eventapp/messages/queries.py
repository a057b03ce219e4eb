"""Reads of messages: the list, one, whom a filter finds, and what became of each mail."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, null, select, union_all

from eventapp.base import table_of
from eventapp.errors import NotFound
from eventapp.events.definition import EventDefinition
from eventapp.mail import batches
from eventapp.mail.models import MailState, OutboxMail, PastMail
from eventapp.messages import rules
from eventapp.messages.models import Message
from eventapp.messages.rules import WRITES_TO, Audience, Progress, State
from eventapp.names import full_name
from eventapp.paging import Page
from eventapp.participants.selection import Wanted, conditions
from eventapp.registration.models import PROVING, Registration, RegistrationStatus
from eventapp.unsubscribing.queries import wanting
from eventapp.unsubscribing.rules import Topic

_M = table_of(Message).c
_R = table_of(Registration).c
_O = table_of(OutboxMail).c
_TROUBLED = (MailState.FAILED, MailState.UNKNOWN)


@dataclass(frozen=True)
class Sent:
    """A message with what has become of it so far."""

    row: Any
    progress: Progress

    def state(self, now: datetime) -> State:
        return rules.state(self.row.leaves_at, self.row.stopped_at, self.progress, now)


@dataclass(frozen=True)
class Person:
    """Somebody a message may go to."""

    id: int
    name: str


def batch_of(message_id: int) -> str:
    """What the outbox calls the mails of a message."""
    return f"message:{message_id}"


def count_messages(connection: Connection, event_id: int) -> int:
    statement = select(func.count()).where(_M.event_id == event_id)
    return connection.execute(statement).scalar_one()


def list_messages(connection: Connection, event_id: int, page: Page) -> list[Sent]:
    """The latest first; two statements, however many there are."""
    rows = connection.execute(
        select(table_of(Message))
        .where(_M.event_id == event_id)
        .order_by(_M.id.desc())
        .limit(page.size)
        .offset(page.offset)
    ).all()
    return _with_progress(connection, rows)


def get_message(connection: Connection, event: EventDefinition, message_id: int) -> Sent:
    """One of this event's. Raises `NotFound`."""
    statement = select(table_of(Message)).where(_M.id == message_id, _M.event_id == event.id)
    row = connection.execute(statement).first()
    if row is None:
        raise NotFound
    return _with_progress(connection, [row])[0]


def _with_progress(connection: Connection, rows: Sequence[Row[Any]]) -> list[Sent]:
    sent = [batch_of(row.id) for row in rows if row.leaves_at is not None]
    counts = batches.count_states(connection, sent) if sent else {}
    return [Sent(row, Progress(counts.get(batch_of(row.id), {}))) for row in rows]


def get_text(connection: Connection, message_id: int) -> Row[Any]:
    """The message a mail tells of. Raises `NotFound`."""
    row = connection.execute(select(table_of(Message)).where(_M.id == message_id)).first()
    if row is None:
        raise NotFound
    return row


# --- whom it goes to ----------------------------------------------------------------------------


def receiving(event: EventDefinition, wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    """What a registration has to fulfil to get a message to this filter."""
    yield from conditions(event, wanted)
    yield from _REACHED


_STANDS = _R.status.in_(WRITES_TO)
_WANTED = wanting(Topic.MESSAGES, _R.event_id, _R.email_key)
_REACHED = (_STANDS, _R.email != "", _WANTED)


def count_audience(connection: Connection, event: EventDefinition, wanted: Wanted) -> Audience:
    """Counted in one statement; who is left out for two reasons counts for the first."""

    def number(*those: ColumnElement[bool]) -> Any:
        return func.count().filter(*those)

    row = connection.execute(
        select(
            func.count().label("found"),
            number(*_REACHED).label("recipients"),
            func.count(_R.email_key.distinct()).filter(*_REACHED).label("addresses"),
            number(*_REACHED, _R.language == "en").label("in_english"),
            number(_R.status == RegistrationStatus.CANCELLED).label("cancelled"),
            number(_R.status.in_(PROVING)).label("pending"),
            number(_STANDS, _R.email == "").label("without_address"),
            number(_STANDS, _R.email != "", ~_WANTED).label("refused"),
        ).where(*conditions(event, wanted))
    ).one()
    return Audience(**row._mapping)  # noqa: SLF001


def list_recipient_ids(
    connection: Connection, event: EventDefinition, wanted: Wanted
) -> Sequence[int]:
    """Everybody who gets it now, in the order of signing up."""
    statement = select(_R.id).where(*receiving(event, wanted)).order_by(_R.id)
    return connection.execute(statement).scalars().all()


def list_first_recipients(
    connection: Connection, event: EventDefinition, wanted: Wanted, most: int
) -> list[Person]:
    """By name, to choose one for the preview."""
    rows = connection.execute(
        _people().where(*receiving(event, wanted)).order_by(_R.sort_key, _R.id).limit(most)
    )
    return [Person(row.id, full_name(row.title, row.first_name, row.last_name)) for row in rows]


def _people() -> Select[Any]:
    return select(_R.id, _R.title, _R.first_name, _R.last_name, _R.email)


# --- what became of it --------------------------------------------------------------------------


@dataclass(frozen=True)
class Trouble:
    """A mail that did not arrive, or of which nobody knows. Without a name where the person has
    been deleted since."""

    registration_id: int | None
    name: str | None
    email: str | None
    state: str
    answer: str | None  # the mail server's


def list_troubles(connection: Connection, message_id: int, page: Page) -> list[Trouble]:
    """In the order of signing up; the answer is kept as long as the mail's row."""
    lost = union_all(
        *(
            select(each.registration_id, each.state, answer.label("last_answer")).where(
                each.batch == batch_of(message_id), each.state.in_(_TROUBLED)
            )
            for each, answer in ((_O, _O.last_answer), (table_of(PastMail).c, null()))
        )
    ).subquery()
    rows = connection.execute(
        _people()
        .add_columns(lost.c.state, lost.c.last_answer)
        .select_from(lost.outerjoin(table_of(Registration), _R.id == lost.c.registration_id))
        .order_by(lost.c.registration_id)
        .limit(page.size)
        .offset(page.offset)
    )
    return [
        Trouble(
            registration_id=row.id,
            name=full_name(row.title, row.first_name, row.last_name) if row.id else None,
            email=row.email,
            state=row.state,
            answer=row.last_answer,
        )
        for row in rows
    ]

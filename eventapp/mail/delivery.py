"""Sending what is due: claim, render, hand over, settle. No session is open on the wire.

A claim is a lease. Whoever dies leaves a lease that runs out; if that was after `data_at`, or if
the connection broke within DATA, the mail may have left. It is then sent again once under the same
Message-ID, and the second time nobody can tell: `unknown`.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from sqlalchemy import and_, case, select, update

from eventapp import clock
from eventapp.base import table_of
from eventapp.db import reading, transaction
from eventapp.errors import NotFound
from eventapp.mail import kinds
from eventapp.mail.domain_pace import DomainPace
from eventapp.mail.kinds import Draft
from eventapp.mail.models import MailState, OutboxMail
from eventapp.mail.outbox import recipient_hash
from eventapp.mail.render import Envelope, render
from eventapp.mail.transport import NotSent, Transport, Withheld

log = logging.getLogger(__name__)

BATCH = 10
ROUND = 100  # mails; a worker asked to stop must not have to wait for a thousand
MOST_ATTEMPTS = 12
GIVES_UP_AFTER = timedelta(days=5)  # as mail servers do (RFC 5321, section 4.5.4.1)
FRESH = timedelta(seconds=5)  # what was read of a mail's reason: soon somebody may have changed it
SENT_BUT_ONCE = ("organiser-message", "invitation", "save-the-date")  # rather unknown than twice

_M = table_of(OutboxMail).c
_CLAIMED = (
    *("id", "kind", "ids", "batch", "message_id", "attempts", "interrupted", "lease"),
    "waits_since",
)


@dataclass(frozen=True)
class Pace:
    """Seconds: how long a lease holds, and how long to wait before the first retry."""

    lease: float
    retry: float


def deliver_due(transport: Transport, pace: Pace, domains: DomainPace | None = None) -> int:
    """Send what is due, at most `ROUND` mails; how many rows were settled or put off: 0 while the
    server, which was asked too much, is left alone."""
    handled = 0
    if transport.is_pausing:
        return handled
    try:
        while handled < ROUND and (batch := _claim(pace)):
            drafts = _Drafts(batch)
            for position, mail in enumerate(batch, 1):
                handled += 1
                if not _deliver(transport, mail, drafts, pace, domains):
                    _give_back(batch[position:])
                    return handled  # the server is away
    finally:
        transport.rest()
    return handled


def _claim(pace: Pace) -> list[Any]:
    """Take up to `BATCH` due rows, ours by one statement that names our lease. Whoever signs up
    does not wait for a message to thousands: what was owed by itself goes first.

    A common table expression with FOR UPDATE runs once; a plain subquery may be run again for each
    row, and would then skip what it has locked itself and take more than `BATCH`.
    """
    now, lease = clock.now(), uuid4().hex
    due = (
        select(_M.id)
        .where(_M.state.in_((MailState.PENDING, MailState.SENDING)), _M.due_at <= now)
        .order_by(_M.batch.is_not(None), _M.due_at, _M.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    died_after_data = and_(_M.state == MailState.SENDING, _M.data_at.is_not(None))
    with transaction() as session:
        rows = session.execute(
            update(table_of(OutboxMail))
            .where(_M.id.in_(select(due.c.id)))
            .values(
                state=MailState.SENDING,
                lease=lease,
                due_at=now + timedelta(seconds=pace.lease),
                interrupted=_M.interrupted + case((died_after_data, 1), else_=0),
                data_at=None,
            )
            .returning(*(_M[name] for name in _CLAIMED))
        ).all()
        return sorted(rows, key=lambda row: row.id)


def _give_back(mails: Sequence[Any]) -> None:
    """What was claimed and not begun is due again at once, for whoever finds the server back."""
    for mail in mails:
        with transaction() as session:
            session.execute(
                _ours(mail).values(state=MailState.PENDING, lease=None, due_at=clock.now())
            )


class _Drafts:
    """Of a claim's mails, each when its turn comes. Those of a kind that reads many are composed
    together, and once more where too much time has passed since."""

    def __init__(self, mails: Sequence[Any]) -> None:
        self._mails = mails
        self._ahead: dict[int, Draft | None] = {}
        self._made_at = clock.now()

    def take(self, mail: Any) -> Draft | None:
        """None where the mail's reason has gone, with the row it tells of or without."""
        if clock.now() - self._made_at > FRESH:
            self._ahead.clear()
        if kinds.reads_many(mail.kind) and mail.id not in self._ahead:
            self._make_ahead(mail)
        return self._ahead.pop(mail.id) if mail.id in self._ahead else _compose(mail)

    def _make_ahead(self, mail: Any) -> None:
        """From this one on; what one of them lacks shows when it is composed alone."""
        mails = [each for each in self._mails if each.kind == mail.kind and each.id >= mail.id]
        self._made_at = clock.now()
        with suppress(Exception), reading() as connection:
            drafts = kinds.compose_many(connection, mail.kind, [each.ids for each in mails])
            self._ahead = {each.id: draft for each, draft in zip(mails, drafts, strict=True)}


def _deliver(
    transport: Transport,
    mail: Any,
    drafts: _Drafts,
    pace: Pace,
    domains: DomainPace | None = None,
) -> bool:
    """One mail; False when the server is away and the next would fail alike."""
    if mail.interrupted > (0 if mail.kind in SENT_BUT_ONCE else 1):
        _settle(mail, state=MailState.UNKNOWN)
        return True
    try:
        draft = drafts.take(mail)
        if draft is None:
            _settle(mail, state=MailState.DROPPED)
            return True
        if domains and (wait := domains.wait(draft.recipient, is_of_many=mail.batch is not None)):
            _await_turn(mail, wait)
            return True
        envelope = render(mail.kind, draft, mail.message_id, clock.now())
    except kinds.NotYet:
        _put_off(mail, pace, "waits for another mail", is_free=True)
        return True
    except Exception as error:
        log.exception("mail %s (%s) cannot be rendered", mail.id, mail.kind)
        _put_off(mail, pace, f"not rendered: {type(error).__name__}")
        return True
    return _hand_over(transport, mail, draft, envelope, pace)


def _compose(mail: Any) -> Draft | None:
    try:
        with reading() as connection:
            return kinds.compose(connection, mail.kind, mail.ids)
    except NotFound:
        return None


def _hand_over(
    transport: Transport, mail: Any, draft: Draft, envelope: Envelope, pace: Pace
) -> bool:
    try:
        answer = transport.send(envelope, partial(_begin_data, mail, pace, envelope.recipient))
    except Withheld:
        return True  # our lease ran out and somebody else has the row
    except NotSent as refusal:
        _answer_refusal(mail, pace, refusal)
        return not refusal.is_connection
    except Exception as error:
        log.exception("mail %s (%s) cannot be handed over", mail.id, mail.kind)
        _put_off(mail, pace, f"not handed over: {type(error).__name__}")
        return True
    _settle(mail, state=MailState.SENT, last_answer=answer, on_sent=draft.on_sent)
    return True


def _answer_refusal(mail: Any, pace: Pace, refusal: NotSent) -> None:
    if refusal.is_final:
        _settle(mail, state=MailState.FAILED, last_answer=refusal.answer)
    else:
        _put_off(
            mail,
            pace,
            refusal.answer,
            is_free=refusal.is_connection,
            interrupted=refusal.may_have_left,
        )


def _begin_data(mail: Any, pace: Pace, recipient: str) -> bool:
    """Renew the lease and note that the mail may leave from here on; False if it is not ours.

    With the hash of whom it is for: only a report that names them is believed.
    """
    now = clock.now()
    with transaction() as session:
        row = session.execute(
            _ours(mail)
            .values(
                data_at=now,
                due_at=now + timedelta(seconds=pace.lease),
                recipient_hash=recipient_hash(recipient),
            )
            .returning(_M.id)
        ).first()
    return row is not None


def _ours(mail: Any) -> Any:
    return update(table_of(OutboxMail)).where(_M.id == mail.id, _M.lease == mail.lease)


def _settle(
    mail: Any,
    *,
    state: MailState,
    last_answer: str | None = None,
    on_sent: Callable[[Any, datetime], None] | None = None,
) -> None:
    now = clock.now()
    with transaction() as session:
        if on_sent is not None:
            on_sent(session, now)
        session.execute(
            _ours(mail).values(
                state=state, lease=None, settled_at=now, last_answer=last_answer, data_at=None
            )
        )


def _await_turn(mail: Any, wait: float) -> None:
    """Its domain has had enough for now; that is no trouble, so nobody is told that it waits."""
    due_at = clock.now() + timedelta(seconds=wait)
    with transaction() as session:
        session.execute(
            _ours(mail).values(
                state=MailState.PENDING, lease=None, due_at=due_at, waits_since=due_at
            )
        )


def _put_off(
    mail: Any, pace: Pace, answer: str, *, is_free: bool = False, interrupted: bool = False
) -> None:
    """Try again later: soon when it is not this mail's doing, else ever slower. Neither for ever:
    what is given up counts as failed, and whoever organises sees that."""
    attempts = mail.attempts + (0 if is_free else 1)
    has_waited_enough = clock.now() - mail.waits_since >= GIVES_UP_AFTER
    if attempts >= MOST_ATTEMPTS or (is_free and has_waited_enough):
        _settle(mail, state=MailState.FAILED, last_answer=answer)
        return
    wait = min(pace.retry, 30) if is_free else pace.retry * 2 ** (attempts - 1)
    due_at = clock.now() + timedelta(seconds=min(wait, 6 * 3600))
    with transaction() as session:
        session.execute(
            _ours(mail).values(
                state=MailState.PENDING,
                lease=None,
                attempts=attempts,
                interrupted=mail.interrupted + interrupted,
                due_at=due_at,
                waits_since=_M.waits_since if is_free else due_at,
                last_answer=answer,
                data_at=None,
            )
        )

"""Writing entries, and ending those that have had their time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from eventapp.audit.models import AuditEntry
from eventapp.audit.rules import KEPT, plain, pseudonymous
from eventapp.base import table_of
from eventapp.privacy.declarations import Subject

_E = table_of(AuditEntry).c


def note(
    session: Session,
    act: str,
    *,
    by: int | None,
    now: datetime,
    network_id: int | None = None,
    event_id: int | None = None,
    subject: tuple[str, int] | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """One act in the transaction that it belongs to, so that neither is there without the other.

    `by` is the account, None the command line; `network_id` the network that answers for what was
    acted on, whose auditors read the entry. `before` and `after` hold what changed; see
    `rules.changes`.
    """
    kind, number = subject or (None, None)
    session.execute(
        insert(AuditEntry).values(
            at=now,
            account_id=by,
            act=act,
            network_id=network_id,
            event_id=event_id,
            subject_type=kind,
            subject_id=number,
            before=plain(before) or None,
            after=plain(after) or None,
        )
    )


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete entries older than `rules.KEPT`."""
    session.execute(delete(AuditEntry).where(AuditEntry.at < now - KEPT))


def make_pseudonymous(session: Session, subjects: Sequence[Subject], _now: datetime) -> None:
    """Of entries about these people only the act, its time, who did it and the number stay."""
    ids = [subject.registration_id for subject in subjects]
    about = session.execute(
        select(_E.id, _E.before, _E.after).where(
            _E.subject_type == "registration",
            _E.subject_id.in_(ids),
            or_(_E.before.is_not(None), _E.after.is_not(None)),
        )
    ).all()
    for row in about:
        session.execute(
            update(AuditEntry)
            .where(_E.id == row.id)
            .values(before=pseudonymous(row.before), after=pseudonymous(row.after))
        )

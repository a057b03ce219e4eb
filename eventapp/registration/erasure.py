"""Deleting registrations with everything that hangs on them, as the features have declared it."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, exists, insert, or_, select
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.mail import outbox
from eventapp.names import masked_email
from eventapp.privacy.declarations import Subject
from eventapp.privacy.erasure import erase_rows, spellings
from eventapp.registration.models import Registration, Signup, SignupRefusal, WithdrawnLink
from eventapp.tokens import hashed

_R = table_of(Registration).c
_S = table_of(Signup).c


def erase(
    session: Session, ids: Sequence[int], *, now: datetime, everywhere: bool = True
) -> Counter[str]:
    """Delete these registrations, and those of their assistants; how many rows of which table went
    or were changed.

    Their events must be locked. Links from mails answer 410 from now on. Not `everywhere`: what
    others have written is not searched for names, as befits people who never proved who they are.
    """
    rows = session.execute(
        select(table_of(Registration), _S.person_hash.label("first_hash"))
        .join(table_of(Signup), _S.id == _R.signup_id)
        .where(or_(_R.id.in_(ids), _R.main_id.in_(ids)))
        .order_by(_R.id)
    ).all()
    if not rows:
        return Counter()
    signups = _list_signups(session, rows)
    session.execute(
        insert(WithdrawnLink),
        [{"token_hash": row.manage_hash, "withdrawn_at": now} for row in rows],
    )
    counts = erase_rows(session, [_subject(row, everywhere) for row in rows], now=now)
    counts["signup"] += _delete_signups(session, signups)
    return counts


def _delete_signups(session: Session, ids: Sequence[int]) -> int:
    """Those that no registration came from any more, with their mails; how many."""
    unused = select(_S.id).where(_S.id.in_(ids), ~exists().where(_R.signup_id == _S.id))
    gone = session.scalars(unused).all()
    outbox.delete_about(session, "signup_id", gone)
    session.execute(delete(SignupRefusal).where(SignupRefusal.signup_id.in_(gone)))
    session.execute(delete(Signup).where(Signup.id.in_(gone)))
    return len(gone)


def _subject(row: Any, everywhere: bool) -> Subject:
    words = tuple(spellings(row.first_name, row.last_name, row.email)) if everywhere else ()
    return Subject(row.id, row.event_id, words)


def _list_signups(session: Session, rows: Sequence[Any]) -> list[int]:
    """Of these people, also those that were repeated; under the address they first typed, too.
    Repeated forms for several events name nobody but by the masked address."""
    theirs = [
        and_(
            _S.event_id == row.event_id,
            _S.person_hash.in_([hashed(row.person_key), row.first_hash]),
        )
        for row in rows
    ]
    own = _S.id.in_([row.signup_id for row in rows])
    masked = {masked_email(row.email) for row in rows}
    repeated = and_(_S.is_several, _S.is_repeat, _S.masked_email.in_(masked))
    return list(session.scalars(select(_S.id).where(or_(own, repeated, *theirs))))

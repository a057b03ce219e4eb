"""How long settled mails are kept. Then their rows go; of those about somebody's registration or
about an event the fact stays, as long as the registration."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, insert, or_, select
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.mail.models import OutboxMail, PastMail
from eventapp.mail.outbox import NOBODY

_M, _P = table_of(OutboxMail).c, table_of(PastMail).c
_STAYS = [each.name for each in _P if each.name != "id"]


def forget_old(session: Session, *, days: int, now: datetime) -> None:
    """Of what was settled so many days ago only the fact stays. Mails about nothing but an account,
    or a wish that has been told, leave nothing."""
    had_its_time = _M.settled_at <= now - timedelta(days=days)
    session.execute(
        insert(table_of(PastMail)).from_select(
            _STAYS,
            select(*(_M[name] for name in _STAYS)).where(had_its_time, _is_about_somebody()),
        )
    )
    session.execute(delete(table_of(OutboxMail)).where(had_its_time))


def _is_about_somebody() -> ColumnElement[bool]:
    return or_(_M.registration_id > NOBODY, _M.signup_id > NOBODY, _M.event_id > NOBODY)

"""What the start page counts beside the events themselves."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from eventapp.mail.models import MailState, OutboxMail
from eventapp.registration.models import Registration

LOOKS_BACK = timedelta(days=14)


def count_lost_mails(
    connection: Connection, event_ids: Collection[int], *, now: datetime
) -> dict[int, int]:
    """By event: people of whose mails one was refused for good or may have been lost lately."""
    lost = OutboxMail.state.in_([MailState.FAILED.value, MailState.UNKNOWN.value])
    statement = (
        select(Registration.event_id, func.count(Registration.id.distinct()).label("n"))
        .join(OutboxMail, OutboxMail.ids["registration_id"].as_integer() == Registration.id)
        .where(lost, OutboxMail.settled_at > now - LOOKS_BACK, Registration.event_id.in_(event_ids))
        .group_by(Registration.event_id)
    )
    return {row.event_id: row.n for row in connection.execute(statement)}

"""Whether somebody was there: the one place that asks it for materials."""

from sqlalchemy import Connection, select

from eventapp.base import table_of
from eventapp.registration.models import Registration
from eventapp.reminders.groups import WAS_THERE

_R = table_of(Registration).c


def was_there(connection: Connection, registration_id: int) -> bool:
    """At any of the event's dates, by the door or the online door."""
    asked = select(_R.id).where(_R.id == registration_id, WAS_THERE)
    return connection.execute(asked).first() is not None

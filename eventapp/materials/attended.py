"""Whether somebody was there: the one place that asks it for materials."""

from sqlalchemy import Connection, select

from eventapp.attendance import ledger
from eventapp.base import table_of
from eventapp.registration.models import Registration

_R = table_of(Registration).c


def was_there(connection: Connection, registration_id: int) -> bool:
    """At any of the event's dates, as the ledger has it."""
    asked = select(_R.id).where(_R.id == registration_id, ledger.was_there())
    return connection.execute(asked).first() is not None

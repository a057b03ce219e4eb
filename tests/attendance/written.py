"""What somebody of the office has written down, for tests of other rooms."""

from eventapp import clock
from eventapp.attendance.models import HandEntry
from eventapp.db import transaction


def note_presence(registration_id: int, event_date_id: int) -> None:
    """The person was there, by hand."""
    values = {"registration_id": registration_id, "event_date_id": event_date_id}
    with transaction() as session:
        session.add(
            HandEntry(
                **values, was_there=True, reason="Liste", account_id=1, created_at=clock.now()
            )
        )

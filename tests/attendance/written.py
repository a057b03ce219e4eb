"""What somebody of the office has written down, for tests of other rooms."""

from eventapp import clock
from eventapp.attendance import reports
from eventapp.attendance.models import HandEntry
from eventapp.attendance.report_reading import Attendee, Platform, Report
from eventapp.db import transaction
from eventapp.events.definition import EventDefinition


def note_presence(registration_id: int, event_date_id: int) -> None:
    """The person was there, by hand."""
    values = {"registration_id": registration_id, "event_date_id": event_date_id}
    with transaction() as session:
        session.add(
            HandEntry(
                **values, was_there=True, reason="Liste", account_id=1, created_at=clock.now()
            )
        )


def have_report(event: EventDefinition) -> int:
    """A report of a platform that waits for somebody to settle it; its id."""
    attendees = (Attendee("Erika", "", ()), Attendee("Wer", "fremd@example.net", ()))
    report = Report(Platform.ZOOM, attendees)
    with transaction() as session:
        return reports.keep(
            session, event, event.dates[0], report, file_name="zoom.csv", by=1, now=clock.now()
        )

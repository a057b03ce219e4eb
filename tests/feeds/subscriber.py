"""What the tests of feeds share: events to publish and to edit, and what a feed shows of them."""

from typing import Any

from icalendar import Calendar
from sqlalchemy import update
from werkzeug.test import TestResponse

from eventapp import sitecache
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.events.models import Event
from tests.factories import at, in_days, make_event

ALL = "/calendar/all.ics"


def events(response: TestResponse) -> list[Any]:
    assert response.status_code == 200
    return list(Calendar.from_ical(response.data).walk("VEVENT"))


def titles(response: TestResponse) -> list[str]:
    return [str(each["SUMMARY"]) for each in events(response)]


def add(slug: str, days: int = 30, **values: Any) -> None:
    with transaction() as session:
        span = (at(in_days(days), 13, 30), at(in_days(days), 15))
        make_event(session, slug, **{"title": slug, "dates": [span], **values})


def edit(slug: str, **values: Any) -> None:
    """As the actions do: a new revision of the event and of the site."""
    with transaction() as session:
        changed = {"revision": Event.revision + 1, "revised_at": now(), **values}
        session.execute(update(Event).where(Event.slug == slug).values(changed))
        sitecache.bump(session, now())

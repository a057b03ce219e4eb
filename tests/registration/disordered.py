"""`wsgi:app` that locks several events one by one, in whatever order, for the control of the races:
on PostgreSQL two people then wait for each other. SQLite has one lock for all."""

import random
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from eventapp.events.definition import EventDefinition
from eventapp.registration import several
from eventapp.registration.lock import lock_event
from wsgi import app

__all__ = ["app"]


def _lock_events(
    session: Session, events: Sequence[EventDefinition], *, now: datetime
) -> list[EventDefinition]:
    shuffled = random.sample(events, len(events))
    locked = {each.id: lock_event(session, each, now=now) for each in shuffled}
    return [locked[each.id] for each in events]


vars(several)["lock_events"] = _lock_events

"""Which of the steps that are due have what they wait for."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from eventapp.events.loading import load_definitions
from eventapp.reminders.afterwards import Had, count_had
from eventapp.reminders.models import Awaits
from eventapp.reminders.rules import Due, Step


def ready(connection: Connection, due: Sequence[Due], now: datetime) -> list[Due]:
    """Those that may leave; asks nothing where none waits."""
    ids = sorted({each.event_id for each in due if each.step.awaits})
    had = count_had(connection, load_definitions(connection, ids) if ids else [], now)
    return [each for each in due if has_enough(each.step, had.get(each.event_id))]


def has_enough(step: Step, had: Had | None) -> bool:
    """Whether the step need not wait; its organisers' own words are always something to say."""
    if step.awaits is None or had is None:
        return True
    if step.awaits is Awaits.MATERIALS:
        return had.has_materials
    return bool(step.text) or had.is_something

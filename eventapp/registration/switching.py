"""From one way to take part to the other, and back: what the holder does on their own."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from eventapp.events.definition import EventDefinition
from eventapp.registration import queries
from eventapp.registration.holder_rules import can_switch
from eventapp.registration.line_rules import Step, decide_switch
from eventapp.registration.places import PlaceRequest
from eventapp.registration.promotion import fill_items, promote
from eventapp.registration.refusals import EventFull, SwitchClosed
from eventapp.registration.rules import capped
from eventapp.registration.standing import lock_standing
from eventapp.registration.steps import is_promotion, write


def switch(
    session: Session,
    registration_id: int,
    attendance: str,
    *,
    now: datetime,
    waits: bool = True,
) -> None:
    """Take a place of the other kind and free this one; or, with `waits`, wait for it and keep this
    one. Their own way again takes a wish back; what is so already changes nothing.

    Raises `AlreadyCancelled`, `SwitchClosed`, `EventFull`, `QuotaExhausted`.
    """
    event, row = lock_standing(session, registration_id, now=now)
    if row.main_id is not None:
        raise SwitchClosed
    if attendance in (row.attendance, row.waits_for):
        is_taken_back = attendance == row.attendance and row.waits_for not in (None, attendance)
        step = Step(row.status, row.attendance) if is_taken_back else None
    elif can_switch(event, row.status, attendance, now):
        step = _decide(session, event, row, attendance, now)
    else:
        raise SwitchClosed
    if step is None:
        return
    if step.waits_for and not waits:
        raise EventFull
    write(session, event, [row], {row.id: step}, now=now)
    if is_promotion(row.status, step.status):
        fill_items(session, event, [row.id], now=now)
    promote(session, event, now=now)


def _decide(
    session: Session, event: EventDefinition, row: Any, attendance: str, now: datetime
) -> Step:
    asked = PlaceRequest(attendance, row.organisation_id, by_right=row.is_guest)
    delegates_of = capped(event, now, asked.organisation_id)
    places = queries.places(session.connection(), event, delegates_of=delegates_of)
    return decide_switch(event, places, Step(row.status, row.attendance), asked, now)

"""Writes of funding: templates, what an event says, scans, and forgetting."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert  # its ON CONFLICT is SQLite's too
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.clock import berlin_day
from eventapp.errors import NotFound
from eventapp.events.actions import lock_events
from eventapp.events.definition import EventDefinition
from eventapp.funding.models import (
    EventFunding,
    FunderTemplate,
    PeopleDeleted,
    SignedSheet,
    SignedSheetPart,
)
from eventapp.funding.queries import find_choice, list_sheets
from eventapp.funding.rules import FunderNameTaken, Sheet, check_room
from eventapp.materials.files import Upload
from eventapp.networks.models import Network
from eventapp.privacy.declarations import Subject
from eventapp.registration.models import Registration, RegistrationStatus
from eventapp.tokens import keyring

PART_BYTES = 500_000
_IN_ONE = 5_000  # ids in one statement

_T, _N = table_of(FunderTemplate).c, table_of(Network).c
_R = table_of(Registration).c
_HAD_A_PLACE = _R.status == RegistrationStatus.CONFIRMED
_SHEET, _PART = table_of(SignedSheet), table_of(SignedSheetPart)


def save_template(
    session: Session, network_id: int, template_id: int | None, values: Mapping[str, Any]
) -> None:
    """Under a name that is the network's only one; new without a number. Raises
    `FunderNameTaken`, `NotFound`."""
    session.execute(select(_N.id).where(_N.id == network_id).with_for_update(key_share=True))
    mine = select(_T.id, _T.name).where(_T.network_id == network_id)
    named = {row.name.casefold(): row.id for row in session.execute(mine)}
    if named.get(values["name"].casefold(), template_id) != template_id:
        raise FunderNameTaken
    if template_id is None:
        session.execute(insert(FunderTemplate).values(network_id=network_id, **values))
    elif template_id in named.values():
        session.execute(update(FunderTemplate).where(_T.id == template_id).values(**values))
    else:
        raise NotFound


def remove_template(session: Session, network_id: int, template_id: int) -> str:
    """Its name; events that chose it are left with the neutral one. Raises `NotFound`."""
    gone = delete(FunderTemplate).where(_T.id == template_id, _T.network_id == network_id)
    name: str | None = session.execute(gone.returning(FunderTemplate.name)).scalar_one_or_none()
    if name is None:
        raise NotFound
    return name


def choose(
    session: Session, event: EventDefinition, template_id: int | None, values: Mapping[str, str]
) -> None:
    """This template, and these fields filled in; what was written into others stays."""
    lock_events(session, [event.slug])
    kept = find_choice(session.connection(), event.id).values
    row = {"template_id": template_id, "values": {**kept, **values}}
    statement = upsert(table_of(EventFunding)).values(event_id=event.id, **row)
    session.execute(statement.on_conflict_do_update(index_elements=["event_id"], set_=row))


def add_sheet(
    session: Session, event: EventDefinition, date_id: int | None, file: Upload, *, now: datetime
) -> int:
    """One more scan, sealed; its id. Raises `SheetThere`, `TooManySheets`, `SheetsTooLarge`."""
    lock_events(session, [event.slug])
    check_room(list_sheets(session.connection(), event.id), file)
    made = insert(_SHEET).values(
        event_id=event.id,
        event_date_id=date_id,
        file_name=file.name,
        media_type=file.media_type,
        size=len(file.data),
        digest=file.digest,
        added_at=now,
    )
    sheet_id: int = session.execute(made.returning(_SHEET.c.id)).scalar_one()
    for number, start in enumerate(range(0, len(file.data), PART_BYTES)):
        sealed = keyring().seal_bytes(file.data[start : start + PART_BYTES])
        session.execute(insert(_PART).values(sheet_id=sheet_id, number=number, sealed=sealed))
    return sheet_id


def remove_sheet(session: Session, sheet: Sheet) -> None:
    session.execute(delete(_PART).where(_PART.c.sheet_id == sheet.id))
    session.execute(delete(_SHEET).where(_SHEET.c.id == sheet.id))


def forget_sheets(session: Session, subjects: Sequence[Subject], now: datetime) -> None:
    """Delete the scans on which these people may have signed, and remember the day: what is on
    paper stays on paper. Whoever had no place has signed nothing."""
    people = [subject.registration_id for subject in subjects]
    ids: set[int] = set()
    for start in range(0, len(people), _IN_ONE):
        chosen = _R.id.in_(people[start : start + _IN_ONE])
        ids.update(session.scalars(select(_R.event_id).where(chosen, _HAD_A_PLACE).distinct()))
    theirs = select(_SHEET.c.id).where(_SHEET.c.event_id.in_(ids))
    session.execute(delete(_PART).where(_PART.c.sheet_id.in_(theirs)))
    session.execute(delete(_SHEET).where(_SHEET.c.event_id.in_(ids)))
    day = {"last_on": berlin_day(now)}
    for event_id in sorted(ids):
        statement = upsert(table_of(PeopleDeleted)).values(event_id=event_id, **day)
        session.execute(statement.on_conflict_do_update(index_elements=["event_id"], set_=day))

"""Adding materials, changing, moving, withdrawing and deleting them. Each says that something
public has changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.events.actions import lock_events
from eventapp.events.definition import EventDefinition
from eventapp.events.rules import ChangedMeanwhile
from eventapp.materials.files import Upload
from eventapp.materials.models import Material, MaterialPart
from eventapp.materials.queries import load_materials
from eventapp.materials.rules import Listed, check_room, moved
from eventapp.sitecache import bump

PART_BYTES = 500_000

_MATERIAL, _PART = table_of(Material), table_of(MaterialPart)
Values = Mapping[str, Any]


def add(
    session: Session, event: EventDefinition, values: Values, file: Upload | None, *, now: datetime
) -> int:
    """One more after the others; the id. Raises `TooManyMaterials`, `MaterialsTooLarge`."""
    present = _lock(session, event)
    check_room(present, _size(file), is_new=True)
    position = max((each.position for each in present), default=0) + 1
    row = {**values, **_of_file(file), "event_id": event.id, "position": position}
    made = insert(_MATERIAL).values(**row).returning(_MATERIAL.c.id)
    material_id: int = session.execute(made).scalar_one()
    _keep(session, material_id, file)
    bump(session, now)
    return material_id


def change(
    session: Session,
    event: EventDefinition,
    material: Listed,
    values: Values,
    file: Upload | None,
    *,
    seen: str,
    now: datetime,
) -> None:
    """Say something else of what was `seen` (its `mark`); a file replaces the one before. Raises
    `ChangedMeanwhile`, `MaterialsTooLarge`."""
    present = _lock(session, event)
    if seen not in [each.mark for each in present if each.id == material.id]:
        raise ChangedMeanwhile
    others = [each for each in present if each.id != material.id]
    check_room(others, _size(file), is_new=False)
    _put(session, material, {**values, **_of_file(file)})
    if file:
        session.execute(delete(_PART).where(_PART.c.material_id == material.id))
        _keep(session, material.id, file)
    bump(session, now)


def move(
    session: Session, event: EventDefinition, material: Listed, by: int, *, now: datetime
) -> bool:
    """So many places later; whether there was such a place."""
    order = [each.id for each in _lock(session, event)]
    if material.id not in order or (new := moved(order, material.id, by)) == order:
        return False
    for position, each in enumerate(new, 1):
        session.execute(update(_MATERIAL).where(_MATERIAL.c.id == each).values(position=position))
    bump(session, now)
    return True


def withdraw(session: Session, material: Listed, *, now: datetime) -> bool:
    """Nobody sees it any more, until it is shown again; whether somebody could."""
    if material.withdrawn_at is not None:
        return False
    _put(session, material, {"withdrawn_at": now})
    bump(session, now)
    return True


def show_again(session: Session, material: Listed, *, now: datetime) -> bool:
    """As it was before; whether it had been withdrawn."""
    if material.withdrawn_at is None:
        return False
    _put(session, material, {"withdrawn_at": None})
    bump(session, now)
    return True


def remove(session: Session, material: Listed, *, now: datetime) -> None:
    """Gone, with its file."""
    session.execute(delete(_PART).where(_PART.c.material_id == material.id))
    session.execute(delete(_MATERIAL).where(_MATERIAL.c.id == material.id))
    bump(session, now)


def _lock(session: Session, event: EventDefinition) -> tuple[Listed, ...]:
    lock_events(session, [event.slug])
    return load_materials(session.connection(), event.id)


def _put(session: Session, material: Listed, values: Values) -> None:
    session.execute(update(_MATERIAL).where(_MATERIAL.c.id == material.id).values(**values))


def _size(file: Upload | None) -> int:
    return len(file.data) if file else 0


def _of_file(file: Upload | None) -> dict[str, Any]:
    if file is None:
        return {}
    return {
        "file_name": file.name,
        "media_type": file.media_type,
        "size": len(file.data),
        "digest": file.digest,
    }


def _keep(session: Session, material_id: int, file: Upload | None) -> None:
    data = file.data if file else b""
    for number, start in enumerate(range(0, len(data), PART_BYTES)):
        piece = data[start : start + PART_BYTES]
        row = {"material_id": material_id, "number": number, "data": piece}
        session.execute(insert(_PART).values(**row))

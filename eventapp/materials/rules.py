"""Who sees which material when, and how many an event takes. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit

from eventapp.errors import Refused
from eventapp.materials.models import MaterialAudience

MOST_MATERIALS = 100  # of an event
MOST_BYTES = 20_000_000  # of a file
MOST_BYTES_TOGETHER = 200_000_000  # of an event's files
MB = 1_000_000


class TooManyMaterials(Refused):
    code = "too-many-materials"
    field = "title"


class MaterialsTooLarge(Refused):
    code = "materials-too-large"
    field = "file"


class Stage(StrEnum):
    """How a material stands."""

    OUT = "out"
    LATER = "later"  # its time has not come
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Listed:
    """A material without the bytes of its file."""

    id: int
    event_id: int
    item_id: int | None
    position: int
    kind: str
    title: str
    audience: str
    publishes_at: datetime | None
    withdrawn_at: datetime | None
    accessibility_state: str
    alternative: str
    url: str | None
    file_name: str | None
    media_type: str | None
    size: int | None
    digest: str | None

    @property
    def mark(self) -> str:
        """Another one once anything has changed that its form shows."""
        said = replace(self, position=0, withdrawn_at=None)
        return blake2b(repr(astuple(said)).encode(), digest_size=8).hexdigest()

    @property
    def host(self) -> str:
        """Where a link leads."""
        return urlsplit(self.url or "").hostname or ""

    def stage(self, now: datetime) -> Stage:
        if self.withdrawn_at is not None:
            return Stage.WITHDRAWN
        is_later = self.publishes_at is not None and now < self.publishes_at
        return Stage.LATER if is_later else Stage.OUT


@dataclass(frozen=True)
class Reader:
    """What of somebody decides; by itself anybody."""

    has_place: bool = False
    was_there: bool = False


def may_see(material: Listed, reader: Reader, now: datetime) -> bool:
    """Whoever was there by a mistake of the door, without a place, sees what all see."""
    if material.stage(now) is not Stage.OUT:
        return False
    if material.audience == MaterialAudience.ALL:
        return True
    if material.audience == MaterialAudience.REGISTERED:
        return reader.has_place
    return reader.has_place and reader.was_there


def shown_materials(materials: Sequence[Listed], reader: Reader, now: datetime) -> dict[str, Any]:
    """What a page shows this reader: those of the event, those of each item by its id, and whether
    there are more for others."""
    seen = [each for each in materials if may_see(each, reader, now)]
    return {
        "materials": [each for each in seen if each.item_id is None],
        "item_materials": {
            item_id: [each for each in seen if each.item_id == item_id]
            for item_id in {each.item_id for each in seen} - {None}
        },
        "has_more_materials": has_more(materials, now),
    }


def has_more(materials: Iterable[Listed], now: datetime) -> bool:
    """Whether some are out that not everybody sees."""
    return any(
        each.stage(now) is Stage.OUT and each.audience != MaterialAudience.ALL for each in materials
    )


def check_room(others: Sequence[Listed], size: int, *, is_new: bool) -> None:
    """Raises `TooManyMaterials` and `MaterialsTooLarge`; `others` are those that stay, `size` the
    bytes of a file that comes."""
    if is_new and len(others) >= MOST_MATERIALS:
        raise TooManyMaterials(most=MOST_MATERIALS)
    if size and sum(each.size or 0 for each in others) + size > MOST_BYTES_TOGETHER:
        raise MaterialsTooLarge(most=MOST_BYTES_TOGETHER // MB)


def moved(order: Sequence[int], which: int, by: int) -> list[int]:
    """The ids with this one so many places further; as they are where there is no such place."""
    at = order.index(which)
    to = at + by
    if not 0 <= to < len(order):
        return list(order)
    rest = [each for each in order if each != which]
    return [*rest[:to], which, *rest[to:]]

"""Reads of materials; those of an event are kept by site revision."""

from sqlalchemy import Connection, select

from eventapp.base import table_of
from eventapp.errors import NotFound
from eventapp.materials.attended import was_there
from eventapp.materials.models import Material, MaterialAudience, MaterialPart
from eventapp.materials.rules import Listed, Reader
from eventapp.registration.holder import Holder
from eventapp.registration.models import RegistrationStatus
from eventapp.sitecache import SiteCache

_M = table_of(Material).c
_P = table_of(MaterialPart).c
_COLUMNS = tuple(_M[name] for name in Listed.__dataclass_fields__)


def list_materials(connection: Connection, event_id: int) -> tuple[Listed, ...]:
    """All of the event in their order, whoever may see them."""
    return _lists.get(connection, event_id)


def load_materials(connection: Connection, event_id: int) -> tuple[Listed, ...]:
    """As `list_materials`, read afresh: for whoever writes."""
    ordered = select(*_COLUMNS).where(_M.event_id == event_id).order_by(_M.position, _M.id)
    return tuple(Listed(*row) for row in connection.execute(ordered))


_lists: SiteCache[int, tuple[Listed, ...]] = SiteCache(load_materials)


def get_material(connection: Connection, event_id: int, material_id: int) -> Listed:
    """One of the event's. Raises `NotFound`."""
    for each in list_materials(connection, event_id):
        if each.id == material_id:
            return each
    raise NotFound


def get_file(connection: Connection, material: Listed) -> bytes:
    """Its bytes. Raises `NotFound` where it is a link."""
    if material.digest is None:
        raise NotFound
    pieces = select(_P.data).where(_P.material_id == material.id).order_by(_P.number)
    return b"".join(connection.execute(pieces).scalars())


def reader_of(connection: Connection, holder: Holder) -> Reader:
    """What of this guest decides; who was there is asked only where it matters."""
    if holder.status != RegistrationStatus.CONFIRMED:
        return Reader()
    materials = list_materials(connection, holder.event.id)
    asks = any(each.audience == MaterialAudience.ATTENDED for each in materials)
    return Reader(has_place=True, was_there=asks and was_there(connection, holder.id))

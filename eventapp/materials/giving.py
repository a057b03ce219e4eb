"""Materials in the mails after an event: what this person may see by now, and no more."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from eventapp.base import table_of
from eventapp.formatting import file_size
from eventapp.languages import gettext as _
from eventapp.materials.models import Material, MaterialKind
from eventapp.materials.queries import list_materials, reader_of
from eventapp.materials.rules import Listed, Reader, may_see
from eventapp.registration.holder import Holder
from eventapp.registration.models import RegistrationStatus
from eventapp.reminders.afterwards import MATERIALS, Gift, give

_M = table_of(Material).c


def _list_for(
    connection: Connection, holder: Holder, is_there: bool | None, now: datetime
) -> Sequence[Gift]:
    if is_there is None:
        reader = reader_of(connection, holder)
    else:
        reader = Reader(holder.status == RegistrationStatus.CONFIRMED, is_there)
    listed = list_materials(connection, holder.event.id)
    return [_gift(each) for each in listed if may_see(each, reader, now)]


def _gift(material: Listed) -> Gift:
    """A link may be withdrawn, so that the mail leads to where it stands as long as it holds."""
    if material.kind != MaterialKind.FILE:
        is_recording = material.kind == MaterialKind.RECORDING
        hint = _("Aufzeichnung") if is_recording else _("Link")
        return Gift(material.title, "#materials", hint)
    end = (material.file_name or "").rpartition(".")[2].upper()
    hint = ", ".join(part for part in (end, file_size(material.size or 0)) if part)
    return Gift(material.title, f"/materials/{material.id}", hint)


def _count_of(
    connection: Connection, event_ids: Collection[int], now: datetime
) -> Mapping[int, int]:
    """By event, how many are out, for whomever."""
    is_out = or_(_M.publishes_at.is_(None), _M.publishes_at <= now)
    rows = connection.execute(
        select(_M.event_id, func.count())
        .where(_M.event_id.in_(event_ids), _M.withdrawn_at.is_(None), is_out)
        .group_by(_M.event_id)
    )
    return {row[0]: row[1] for row in rows}


give(MATERIALS, _list_for, _count_of)

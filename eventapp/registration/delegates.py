"""Delegates: which organisation of the register somebody comes from, and what it may still send."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from eventapp.base import table_of
from eventapp.names import sort_key
from eventapp.networks.models import Organisation
from eventapp.registration import queries
from eventapp.registration.holder import Holder
from eventapp.registration.models import RegistrationStatus
from eventapp.registration.places import Count
from eventapp.registration.rules import capped

_O = table_of(Organisation).c
_CALLED = select(_O.id).where(_O.sort_key == bindparam("called")).limit(2)


def find_organisation(connection: Connection, name: str) -> int | None:
    """The one of the register that is called so."""
    found = connection.execute(_CALLED, {"called": sort_key(name)}).scalars().all()
    return found[0] if len(found) == 1 else None


def find_full_quota(connection: Connection, holder: Holder, *, now: datetime) -> Count | None:
    """The quota that keeps somebody waiting; asks nothing where none can."""
    ids = capped(holder.event, now, holder.organisation_id)
    if not ids or holder.status != RegistrationStatus.WAITLISTED:
        return None
    quota = queries.places(connection, holder.event, delegates_of=ids).quota(ids[0])
    return None if quota is None or quota.is_free else quota

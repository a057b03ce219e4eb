"""Reads of invitations: whose a link is, and which organisations can be chosen."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, case, exists, func, select

from eventapp.base import table_of
from eventapp.errors import Gone, NotFound
from eventapp.events.definition import EventDefinition
from eventapp.invitations.models import Invitation
from eventapp.invitations.rules import Invited, Member, plain_code
from eventapp.networks.models import Membership, Organisation
from eventapp.networks.queries import get_tree
from eventapp.registration.models import Registration, RegistrationStatus
from eventapp.sitecache import SiteCache
from eventapp.tokens import hashed, keyring

_I = table_of(Invitation).c
_O = table_of(Organisation).c
_M = table_of(Membership).c
_R = table_of(Registration).c
_INVITED = (
    *(_I[name] for name in Invited.__dataclass_fields__ if name != "organisation"),
    _I.organisation.label("beside"),
    _I.revoked_at,
    _O.name.label("member"),
)
_WITH_ORGANISATION = table_of(Invitation).outerjoin(table_of(Organisation))


def find_invited(connection: Connection, event: EventDefinition, code: str) -> Invited | None:
    """Whose invitation to this event the code is, unless it was withdrawn."""
    row = _by_code(connection, code)
    return invited_of(row) if row and row.event_id == event.id and not row.revoked_at else None


def get_invited(connection: Connection, code: str) -> Invited:
    """As `find_invited`, to whichever event. Raises `NotFound`, `Gone`."""
    row = _by_code(connection, code)
    if row is None:
        raise NotFound
    if row.revoked_at:
        raise Gone
    return invited_of(row)


def get_invited_by_id(connection: Connection, invitation_id: int) -> Invited:
    """Raises `NotFound`, `Gone`."""
    statement = select(*_INVITED).select_from(_WITH_ORGANISATION)
    row = connection.execute(statement.where(_I.id == invitation_id)).first()
    if row is None:
        raise NotFound
    if row.revoked_at:
        raise Gone
    return invited_of(row)


def find_shared(
    connection: Connection, invitation_id: int | None
) -> tuple[Invited, str] | tuple[None, None]:
    """The organisation's invitation with its code, for others of it; a personal one is nobody
    else's."""
    if invitation_id is None:
        return None, None
    statement = select(_I.code_sealed, _I.revoked_at, _I.organisation_id)
    row = connection.execute(statement.where(_I.id == invitation_id)).first()
    if row is None or row.revoked_at or row.organisation_id is None:
        return None, None
    return get_invited_by_id(connection, invitation_id), str(keyring().open(row.code_sealed))


def _by_code(connection: Connection, code: str) -> Row[Any] | None:
    statement = select(*_INVITED).select_from(_WITH_ORGANISATION)
    return connection.execute(statement.where(_I.code_hash == hashed(plain_code(code)))).first()


def invited_of(row: Row[Any]) -> Invited:
    values = {name: getattr(row, name, None) for name in Invited.__dataclass_fields__}
    return Invited(**{**values, "organisation": row.member or row.beside})


def is_used(connection: Connection, invitation_id: int) -> bool:
    """Whether somebody stands with it."""
    statement = select(_R.id).where(
        _R.invitation_id == invitation_id, _R.status != RegistrationStatus.CANCELLED
    )
    return connection.execute(statement.limit(1)).first() is not None


def list_invited_ids(connection: Connection, event_id: int) -> set[int]:
    """The organisations that have an invitation, also a withdrawn one."""
    statement = select(_I.organisation_id).where(_I.event_id == event_id)
    return {each for each in connection.execute(statement).scalars() if each is not None}


def count_round(connection: Connection, event_id: int) -> dict[str, int]:
    """Organisations `invited`, `answered` and `represented`, `guests_invited`, and `guests` who
    stand; empty where nobody is invited. One statement."""
    stands = (_R.event_id == event_id) & (_R.status != RegistrationStatus.CANCELLED)
    members = select(_R.organisation_id).where(
        stands, _R.is_guest.is_(False), _R.organisation_id.is_not(None)
    )
    guests = select(func.count()).where(stands, _R.is_guest).scalar_subquery()
    of_member, comes = _I.organisation_id.is_not(None), _I.organisation_id.in_(members)
    row = connection.execute(
        select(
            func.count().filter(of_member).label("invited"),
            func.count().filter(of_member, comes | _I.answer.is_not(None)).label("answered"),
            func.count().filter(comes).label("represented"),
            func.count().filter(_I.organisation_id.is_(None)).label("guests_invited"),
            guests.label("guests"),
        ).where(_I.event_id == event_id, _I.revoked_at.is_(None))
    ).one()
    counts: dict[str, int] = dict(row._mapping)  # noqa: SLF001  public, but for its name
    return counts if any(counts.values()) else {}


def count_rounds(connection: Connection, event_ids: Collection[int]) -> Sequence[Any]:
    """(event_id, type, district, invited, answered, represented) of organisations alike, as
    `count_round` counts them, over many events. One statement."""
    comes = exists().where(
        _R.event_id == _I.event_id,
        _R.organisation_id == _I.organisation_id,
        _R.status != RegistrationStatus.CANCELLED,
        _R.is_guest.is_(False),
    )
    each = (
        select(
            _I.event_id,
            _I.organisation_id,
            case((comes, 1), else_=0).label("comes"),
            case((_I.answer.is_not(None), 1), else_=0).label("said"),
        )
        .where(_I.event_id.in_(event_ids), _I.revoked_at.is_(None))
        .subquery()
        .c
    )
    groups = each.event_id, _O.type, _O.district
    return connection.execute(
        select(
            *groups,
            func.count().label("invited"),
            func.count().filter(each.comes + each.said > 0).label("answered"),
            func.sum(each.comes).label("represented"),
        )
        .join(Organisation, _O.id == each.organisation_id)
        .group_by(*groups)
    ).all()


def list_members(connection: Connection, event: EventDefinition) -> tuple[Member, ...]:
    """The organisations of the event's network and of those below it, by name."""
    return _members.get(connection, event.network.id)


def _load_members(connection: Connection, network_id: int) -> tuple[Member, ...]:
    networks = get_tree(connection).descendant_ids(network_id)
    members = select(_M.organisation_id).where(_M.network_id.in_(networks))
    statement = select(_O.id, _O.slug, _O.name).where(_O.id.in_(members))
    rows = connection.execute(statement.order_by(_O.sort_key, _O.id))
    return tuple(Member(*row) for row in rows)


_members: SiteCache[int, tuple[Member, ...]] = SiteCache(_load_members)

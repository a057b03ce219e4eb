"""Two entries that mean one organisation: found, and made one."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, or_, select
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.invitations import actions as invitations
from eventapp.names import sort_key
from eventapp.networks import actions as networks
from eventapp.networks.models import Contact, Organisation
from eventapp.organisations.actions import lock, set_contacts
from eventapp.organisations.entries import Stored
from eventapp.organisations.matching import address_key, name_key
from eventapp.organisations.models import OrganisationApart
from eventapp.organisations.references import move
from eventapp.organisations.rules import (
    ADDRESS,
    VALUES,
    ContactRow,
    OrganisationChanged,
    Reach,
    Registered,
)
from eventapp.sitecache import bump

FIELDS = {each: (each,) for each in VALUES if each not in ADDRESS} | {"address": ADDRESS}

_APART = table_of(OrganisationApart).c


@dataclass(frozen=True)
class Pair:
    """Two entries that may be one, and why."""

    a: Registered
    b: Registered
    same_name: bool


def find_pairs(
    register: Sequence[Registered], apart: Collection[tuple[int, int]] = ()
) -> list[Pair]:
    """Entries of the same name, then those of the same address; each with the one before it in its
    group of which nobody has said that they are two."""
    pairs: dict[tuple[int, int], Pair] = {}
    for is_name, key in ((True, _name), (False, _house)):
        for a, b in _groups(register, key, apart):
            pairs.setdefault((a.id, b.id), Pair(a, b, is_name))
    return list(pairs.values())


def _name(organisation: Registered) -> str | None:
    return name_key(organisation.name)


def _house(organisation: Registered) -> str | None:
    return address_key(Stored(organisation))


def _groups(
    register: Iterable[Registered], key: Any, apart: Collection[tuple[int, int]]
) -> Iterator[tuple[Registered, Registered]]:
    found: dict[str, list[Registered]] = defaultdict(list)
    for each in register:
        if text := key(each):
            found[text].append(each)
    for group in found.values():
        for n, each in enumerate(group):
            others = (other for other in reversed(group[:n]) if _pair(other, each) not in apart)
            if other := next(others, None):
                yield other, each


def _pair(a: Registered, b: Registered) -> tuple[int, int]:
    return min(a.id, b.id), max(a.id, b.id)


def list_apart(connection: Connection) -> set[tuple[int, int]]:
    """The pairs of which somebody has said that they are two."""
    return {(row[0], row[1]) for row in connection.execute(select(_APART.a_id, _APART.b_id))}


def keep_apart(session: Session, a: Registered, b: Registered, *, now: datetime) -> bool:
    """Suggest them as one no more; whether that is new."""
    lower, upper = _pair(a, b)
    if session.get(OrganisationApart, (lower, upper)):
        return False
    session.add(OrganisationApart(a_id=lower, b_id=upper, created_at=now))
    session.flush()
    return True


def differing(a: Registered, b: Registered) -> list[str]:
    """The fields in which somebody has to choose; what only one has is taken from that."""
    return [
        name
        for name, parts in FIELDS.items()
        if _has(a, parts) and _has(b, parts) and _of(a, parts) != _of(b, parts)
    ]


def _of(organisation: Registered, parts: Iterable[str]) -> dict[str, Any]:
    return {part: getattr(organisation, part) for part in parts}


def _has(organisation: Registered, parts: Iterable[str]) -> bool:
    return any(value not in (None, "") for value in _of(organisation, parts).values())


def as_one(kept: Registered, lost: Registered, from_lost: Iterable[str]) -> Registered:
    """`kept` with what it lacks, and with the chosen fields of `lost`."""
    values: dict[str, Any] = {}
    for name, parts in FIELDS.items():
        if name in from_lost or not _has(kept, parts):
            values |= _of(lost, parts)
    return replace(kept, **values)


def twins(kept: Registered, lost: Registered) -> Mapping[int, int]:
    """Contacts of `lost` that `kept` has as well: their numbers, theirs first."""
    known = {_person(each): each.id for each in kept.contacts if each.id}
    return {
        each.id: known[_person(each)]
        for each in lost.contacts
        if each.id and _person(each) in known
    }


def _person(contact: ContactRow) -> tuple[str, ...]:
    if contact.name:
        return ("name", sort_key(contact.name))
    return tuple(str(value) for value in asdict(replace(contact, id=None)).values())


def merge(
    session: Session,
    kept_id: int,
    lost_id: int,
    *,
    seen: str,
    from_lost: Iterable[str],
    reach: Reach,
    now: datetime,
) -> None:
    """Make one of both: whatever refers to the second refers to the first from now on.

    `seen` are both digests. Raises `OrganisationChanged`, `NotFound`.
    """
    kept, lost = lock(session, reach, [kept_id, lost_id])
    if seen != f"{kept.digest}{lost.digest}":
        raise OrganisationChanged
    one = as_one(kept, lost, from_lost)
    networks.put_organisation(session, kept.slug, now=now, **one.values)
    for theirs, ours in twins(kept, lost).items():
        move(session, table_of(Contact), theirs, ours)
        session.execute(delete(Contact).where(Contact.id == theirs))
    invitations.join(session, kept_id, lost_id)
    session.execute(
        delete(OrganisationApart).where(or_(_APART.a_id == lost_id, _APART.b_id == lost_id))
    )
    move(session, table_of(Organisation), lost_id, kept_id)
    session.execute(delete(Organisation).where(Organisation.id == lost_id))
    session.expire_all()
    left = [each for each in lost.contacts if each.id not in twins(kept, lost)]
    set_contacts(session, kept_id, [*kept.contacts, *left])
    bump(session, now)

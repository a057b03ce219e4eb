"""What devices sent that held no longer: kept aside, and accepted or rejected by the office."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.checkin.conflicts import SEEN, Seen, seen_of
from eventapp.checkin.held_walk_ins import list_held_walk_ins
from eventapp.checkin.links import ListedDevice, list_devices
from eventapp.checkin.models import Scan
from eventapp.checkin.rules import Finding

_S = table_of(Scan).c
# A scan that never counted; or one that does or was refused, and that was told anew.
_WAITS = and_(
    _S.held_as.is_not(None),
    _S.finding.not_in((Finding.UNDONE, Finding.REJECTED)),
)
_IS_REJECTED = _S.finding == Finding.REJECTED


@dataclass
class Pile:
    """What one device sent; `walk_ins` are rows of `held_walk_in`."""

    device: ListedDevice
    waiting: list[Seen] = field(default_factory=list)
    rejected: list[Seen] = field(default_factory=list)
    walk_ins: list[Any] = field(default_factory=list)
    rejected_walk_ins: list[Any] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.waiting) + len(self.walk_ins)


def list_piles(connection: Connection, event_id: int) -> list[Pile]:
    """By device, those with most to decide first; three statements, however many."""
    devices = {each.id: each for each in list_devices(connection, event_id)}
    piles: dict[int, Pile] = {id_: Pile(each) for id_, each in devices.items()}
    statement = SEEN.where(_S.event_id == event_id, or_(_WAITS, _IS_REJECTED))
    for row in connection.execute(statement.order_by(_S.scanned_at, _S.id)):
        seen, pile = seen_of(row), piles[row.device_id]
        (pile.rejected if seen.finding == Finding.REJECTED else pile.waiting).append(seen)
    for row in list_held_walk_ins(connection, event_id):
        pile = piles[row.device_id]
        (pile.rejected_walk_ins if row.rejected_at else pile.walk_ins).append(row)
    found = [each for each in piles.values() if _has_any(each)]
    return sorted(found, key=lambda each: -each.count)


def _has_any(pile: Pile) -> bool:
    return bool(pile.count or pile.rejected or pile.rejected_walk_ins)


@dataclass(frozen=True)
class Chosen:
    """What is decided about: scans and walk-ins of one device."""

    device_id: int = 0
    scan_ids: tuple[int, ...] = ()
    walk_ins: tuple[Any, ...] = ()


def choose(piles: Iterable[Pile], device_id: int, scan_id: int, walk_in_id: int) -> Chosen:
    """All that waits of this device; else this one scan or walk-in, also a rejected one."""
    for pile in piles:
        if pile.device.id == device_id:
            return Chosen(device_id, tuple(each.id for each in pile.waiting), tuple(pile.walk_ins))
        scans = [each.id for each in (*pile.waiting, *pile.rejected) if each.id == scan_id]
        people = [
            each for each in (*pile.walk_ins, *pile.rejected_walk_ins) if each.id == walk_in_id
        ]
        if scans or people:
            return Chosen(pile.device.id, tuple(scans), tuple(people))
    return Chosen()


def count_held(connection: Connection, event_id: int) -> int:
    """Scans and walk-ins about which the office has not decided."""
    return sum(each.count for each in list_piles(connection, event_id))


def accept_scans(session: Session, event_id: int, ids: Sequence[int]) -> int:
    """They count as if they had come in time, rejected ones too. How many that were."""
    done: Any = session.execute(
        update(Scan)
        .where(_among(event_id, ids), or_(_WAITS, _IS_REJECTED), _S.held_as.is_not(None))
        .values(finding=_S.held_as, held_as=None)
    )
    return int(done.rowcount)


def reject_scans(session: Session, event_id: int, ids: Sequence[int]) -> int:
    """They count for nothing and stay to be seen; a scan that was told anew stays as it was. How
    many that were."""
    mine = _among(event_id, ids)
    anew: Any = session.execute(
        update(Scan)
        .where(mine, _WAITS, _S.finding != Finding.HELD)
        .values(held_as=None, undone_at=None)
    )
    held: Any = session.execute(
        update(Scan).where(mine, _S.finding == Finding.HELD).values(finding=Finding.REJECTED)
    )
    return int(anew.rowcount + held.rowcount)


def _among(event_id: int, ids: Sequence[int]) -> ColumnElement[bool]:
    return and_(_S.event_id == event_id, _S.id.in_(ids))

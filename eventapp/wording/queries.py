"""Reads of what was written."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, or_, select

from eventapp.base import table_of
from eventapp.wording.models import Wording
from eventapp.wording.rules import Wordings, nearest

_W = table_of(Wording).c
_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_KNOWN = select(_W.event_id, _W.network_id, _W.kind, _W.live).where(
    or_(_W.event_id.in_(_IDS), _W.network_id.is_not(None))
)


def list_wordings(connection: Connection, **scope: int) -> dict[str, Row[Any]]:
    """All of one event (`event_id`) or network (`network_id`), by kind."""
    [(name, number)] = scope.items()
    statement = select(table_of(Wording)).where(_W[name] == number)
    return {row.kind: row for row in connection.execute(statement)}


def find_wording(connection: Connection, wording_id: int) -> Row[Any] | None:
    """The row a test tells of."""
    return connection.execute(select(table_of(Wording)).where(_W.id == wording_id)).first()


class Known:
    """What some events and all networks say, read at once."""

    def __init__(self, connection: Connection, event_ids: Sequence[int]) -> None:
        self._events: dict[int, dict[str, Any]] = defaultdict(dict)
        self._networks: dict[int, dict[str, Any]] = defaultdict(dict)
        for row in connection.execute(_KNOWN, {"ids": event_ids}):
            if row.event_id is not None:
                self._events[row.event_id][row.kind] = row.live
            else:
                self._networks[row.network_id][row.kind] = row.live

    def holding_at(self, event_id: int, network_ids: Sequence[int]) -> Wordings:
        """What an event's mails say; its networks nearest first."""
        return nearest([self._events[event_id], *self.above(network_ids)])

    def above(self, network_ids: Sequence[int]) -> list[Mapping[str, Any]]:
        return [self._networks[each] for each in network_ids]

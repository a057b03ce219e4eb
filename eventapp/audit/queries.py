"""Reading the log: what somebody may see of it, narrowed by what they look for."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Text, cast, false, func, or_, select

from eventapp.audit.models import AuditEntry
from eventapp.base import table_of
from eventapp.folding import folded
from eventapp.names import sort_key
from eventapp.paging import Page

_E = table_of(AuditEntry).c


@dataclass(frozen=True)
class Reach:
    """Whose entries one may read: of these networks and events, or of all."""

    is_everywhere: bool
    network_ids: Collection[int] = ()
    event_ids: Collection[int] = ()

    def holds(self, event_id: int, network_id: int) -> bool:
        """Whether what is called what today may be told of this event."""
        return self.is_everywhere or event_id in self.event_ids or network_id in self.network_ids


@dataclass(frozen=True)
class Sought:
    """What narrows the log. `account_ids` and `event_ids` are whose address or title holds `words`:
    the log itself knows neither."""

    words: str = ""
    account_ids: Collection[int] = ()
    event_ids: Collection[int] = ()
    thing: str | None = None  # what was acted on: the part of the act before the dot
    event_id: int | None = None
    since: datetime | None = None
    before: datetime | None = None


def count_entries(connection: Connection, reach: Reach, sought: Sought) -> int:
    """How many there are on all pages."""
    statement = select(func.count(_E.id)).where(*_conditions(reach, sought))
    return connection.execute(statement).scalar_one()


def list_entries(
    connection: Connection, reach: Reach, sought: Sought, page: Page
) -> Sequence[Row[Any]]:
    """The entries of one page, the latest first."""
    statement = (
        select(table_of(AuditEntry))
        .where(*_conditions(reach, sought))
        .order_by(_E.id.desc())
        .limit(page.size)
        .offset(page.offset)
    )
    return connection.execute(statement).all()


def _conditions(reach: Reach, sought: Sought) -> Iterable[ColumnElement[bool]]:
    if not reach.is_everywhere:
        yield or_(_E.network_id.in_(reach.network_ids), _E.event_id.in_(reach.event_ids), false())
    if sought.thing:
        yield _E.act.startswith(f"{sought.thing}.", autoescape=True)
    if sought.event_id is not None:
        yield _E.event_id == sought.event_id
    if sought.since:
        yield _E.at >= sought.since
    if sought.before:
        yield _E.at < sought.before
    if words := sort_key(sought.words):
        yield or_(
            _E.account_id.in_(sought.account_ids),
            _E.event_id.in_(sought.event_ids),
            *(_holds(change, words) for change in (_E.before, _E.after)),
        )


def _holds(change: ColumnElement[Any], words: str) -> ColumnElement[bool]:
    return folded(cast(change, Text)).contains(words, autoescape=True)

"""In-process caches that empty themselves when anything public was changed.

One row, `site_revision`, counts every change of anything public but places. A process reads that
number (one primary-key look-up) and throws away what it built from an older one.
"""

from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import CheckConstraint, Connection, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from eventapp.base import Base

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class SiteRevision(Base):
    """One row: the number of the present state of everything public, and when it became so."""

    __tablename__ = "site_revision"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int]
    revised_at: Mapped[datetime]


_REVISION = select(SiteRevision.revision)
REVISION = _REVISION.scalar_subquery().label("revision")  # for a statement that reads more


def site_revision(connection: Connection) -> int:
    """The number of the present state of everything public."""
    return connection.execute(_REVISION).scalar_one()


def bump(session: Session, now: datetime) -> None:
    """Say that something public has changed; called by the actions that change it."""
    session.execute(update(SiteRevision).values(revision=SiteRevision.revision + 1, revised_at=now))


class SiteCache(Generic[K, V]):
    """Values made by `load(connection, key)`, kept until the site's revision moves on.

    The revision is read before the value, so a value is never older than what it is filed under.
    """

    def __init__(self, load: Callable[[Connection, K], V], most: int = 1000) -> None:
        self._load = load
        self._most = most
        self._kept: tuple[int, dict[K, V]] = (0, {})
        _caches.append(self)

    def get(self, connection: Connection, key: K, revision: int | None = None) -> V:
        """`revision` saves the look to whoever has just looked."""
        if revision is None:
            revision = site_revision(connection)
        present = self._kept  # looked at once: another thread may put a newer one in its place
        if present[0] != revision or len(present[1]) >= self._most:
            present = self._kept = (revision, {})
        kept = present[1]
        if key not in kept:
            kept[key] = self._load(connection, key)
        return kept[key]

    def clear(self) -> None:
        self._kept = (0, {})


_caches: list[SiteCache[Any, Any]] = []


def clear_all() -> None:
    """Empty every cache of this process: for tests that change databases or count queries."""
    for cache in _caches:
        cache.clear()

"""Reads of reports; each is kept by site revision."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from eventapp.base import table_of
from eventapp.errors import NotFound
from eventapp.reporting.models import Report, ReportPicture
from eventapp.reporting.rules import Shown, Told
from eventapp.sitecache import SiteCache

_R = table_of(Report).c
_P = table_of(ReportPicture).c
_SHOWN = tuple(_P[name] for name in Shown.__dataclass_fields__)


def find_report(connection: Connection, event_id: int) -> Told | None:
    """The event's, a draft too."""
    return _reports.get(connection, event_id)


def find_public(connection: Connection, event_id: int) -> Told | None:
    """The event's, once it is published."""
    found = find_report(connection, event_id)
    return found if found and found.is_public else None


def load_report(connection: Connection, event_id: int) -> Told | None:
    """As `find_report`, read afresh: for whoever writes."""
    columns = (_R.title, _R.text, _R.results, _R.revision, _R.published_at)
    row = connection.execute(select(*columns).where(_R.event_id == event_id)).first()
    pictures = load_pictures(connection, event_id)
    return Told(*row, pictures=pictures) if row else None


_reports: SiteCache[int, Told | None] = SiteCache(load_report)


def load_pictures(connection: Connection, event_id: int) -> tuple[Shown, ...]:
    ordered = select(*_SHOWN).where(_P.event_id == event_id).order_by(_P.position, _P.id)
    return tuple(Shown(*row) for row in connection.execute(ordered))


def list_pictures(connection: Connection, event_id: int) -> tuple[Shown, ...]:
    """In their order, also before there is a report."""
    return _pictures.get(connection, event_id)


_pictures: SiteCache[int, tuple[Shown, ...]] = SiteCache(load_pictures)


def get_picture(pictures: Iterable[Shown], picture_id: int) -> Shown:
    """One of these. Raises `NotFound`."""
    for each in pictures:
        if each.id == picture_id:
            return each
    raise NotFound


def get_bytes(connection: Connection, event_id: int, digest: str) -> tuple[str, bytes]:
    """Media type and bytes. Raises `NotFound`."""
    row = connection.execute(
        select(_P.media_type, _P.data).where(_P.event_id == event_id, _P.digest == digest)
    ).first()
    if row is None:
        raise NotFound
    return row.media_type, row.data

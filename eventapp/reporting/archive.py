"""What is kept of past events for everybody: which have a report or materials, and which tell of
something in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, or_, select

from eventapp.base import table_of
from eventapp.folding import folded
from eventapp.materials.models import Material, MaterialAudience
from eventapp.reporting.models import Report

_R, _M = table_of(Report).c, table_of(Material).c


@dataclass(frozen=True)
class Kept:
    """What an event's row in the archive leads to."""

    has_report: bool
    materials: int  # for everybody


def list_kept(connection: Connection, event_ids: Iterable[int], now: datetime) -> dict[int, Kept]:
    """Of those that have something, by id; two queries."""
    wanted = set(event_ids)
    reports = set(
        connection.execute(select(_R.event_id).where(_R.published_at.is_not(None))).scalars()
    )
    counted = select(_M.event_id, func.count()).where(*_is_out(now)).group_by(_M.event_id)
    materials = {row.event_id: row[1] for row in connection.execute(counted)}
    found = wanted & (reports | materials.keys())
    return {each: Kept(each in reports, materials.get(each, 0)) for each in found}


def find_telling(connection: Connection, word: str, now: datetime) -> set[int]:
    """The events whose published report, or whose materials for everybody, hold this word, folded
    as `names.sort_key` does; two queries."""

    def holds(*columns: ColumnElement[str]) -> ColumnElement[bool]:
        return or_(*(folded(each).contains(word, autoescape=True) for each in columns))

    reports = select(_R.event_id).where(
        _R.published_at.is_not(None), holds(_R.title, _R.text, _R.results)
    )
    materials = select(_M.event_id).where(*_is_out(now), holds(_M.title, _M.alternative))
    return {
        *connection.execute(reports).scalars(),
        *connection.execute(materials).scalars(),
    }


def _is_out(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """As `materials.rules.may_see` for anybody."""
    return (
        _M.audience == MaterialAudience.ALL,
        _M.withdrawn_at.is_(None),
        or_(_M.publishes_at.is_(None), _M.publishes_at <= now),
    )

"""Writes of paper: whose badges were made."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert  # its ON CONFLICT is SQLite's, word for word
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.paper.models import PrintedBadge
from eventapp.paper.queries import Printed

_B = table_of(PrintedBadge)
_insert = insert(_B)
_REMEMBER = _insert.on_conflict_do_update(
    index_elements=["registration_id"],
    set_={"look": _insert.excluded.look, "printed_at": _insert.excluded.printed_at},
    where=_B.c.look != _insert.excluded.look,
)


def remember_badges(session: Session, people: Sequence[Printed], *, now: datetime) -> None:
    """From now on these are known to be on paper as they are."""
    session.execute(
        _REMEMBER,
        [
            {"registration_id": each.id, "look": each.badge_look, "printed_at": now}
            for each in people
        ],
    )

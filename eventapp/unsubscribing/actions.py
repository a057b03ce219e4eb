"""Refusing a topic, and wanting it again."""

from datetime import datetime

from sqlalchemy import Select, delete
from sqlalchemy.dialects.postgresql import insert  # its ON CONFLICT is SQLite's, word for word
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.names import key
from eventapp.unsubscribing.models import Unsubscription
from eventapp.unsubscribing.queries import scope
from eventapp.unsubscribing.rules import Topic

_U = table_of(Unsubscription).c


def refuse(
    session: Session, topic: Topic, event_id: int, network_id: int, email: str, *, now: datetime
) -> None:
    """From now on none leaves, not even one that is under way; the first time counts."""
    session.execute(
        insert(Unsubscription)
        .values(
            topic=topic,
            email_key=key(email),
            refused_at=now,
            **scope(topic, event_id, network_id),
        )
        .on_conflict_do_nothing()
    )


def accept(session: Session, topic: Topic, event_id: int, network_id: int, email: str) -> None:
    """They are wanted again."""
    where = scope(topic, event_id, network_id)
    session.execute(
        delete(Unsubscription).where(
            _U.topic == topic,
            _U.email_key == key(email),
            *(_U[name] == value for name, value in where.items() if value is not None),
        )
    )


def forget_events(session: Session, event_ids: Select[int]) -> None:
    """Delete what was refused at these events; they are long over."""
    session.execute(delete(Unsubscription).where(_U.event_id.in_(event_ids)))


def forget_address(session: Session, address: str, _now: datetime) -> int:
    """Delete what this normalised address refused; how much."""
    gone = session.execute(delete(Unsubscription).where(_U.email_key == address).returning(_U.id))
    return len(gone.all())

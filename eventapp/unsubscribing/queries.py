"""Who refused what."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select
from sqlalchemy.sql.expression import ColumnExpressionArgument

from eventapp.base import table_of
from eventapp.names import key
from eventapp.unsubscribing.models import Unsubscription
from eventapp.unsubscribing.rules import OF_NETWORKS, Topic

_U = table_of(Unsubscription).c


def scope(topic: Topic, event_id: int, network_id: int) -> dict[str, int | None]:
    """Where a refusal of this topic holds: at the event, or in its network."""
    if topic in OF_NETWORKS:
        return {"event_id": None, "network_id": network_id}
    return {"event_id": event_id, "network_id": None}


def _within(topic: Topic, event_id: int, network_id: int) -> ColumnElement[bool]:
    mine = _U.network_id == network_id if topic in OF_NETWORKS else _U.event_id == event_id
    return and_(mine, _U.topic == topic)


def list_refused(
    connection: Connection, topics: Iterable[Topic], event_id: int, network_id: int, email: str
) -> set[Topic]:
    """Which of these the address refused."""
    rows = connection.execute(
        select(_U.topic).where(
            or_(*(_within(each, event_id, network_id) for each in topics)),
            _U.email_key == key(email),
        )
    ).scalars()
    return {Topic(each) for each in rows}


def is_refused(
    connection: Connection, topic: Topic, event_id: int, network_id: int, email: str
) -> bool:
    """Asked for each mail when it leaves; one statement by its index."""
    return bool(list_refused(connection, (topic,), event_id, network_id, email))


def list_refusing(connection: Connection, topic: Topic, event_id: int, network_id: int) -> set[str]:
    """The normalised addresses that refused, where many mails are planned at once."""
    statement = select(_U.email_key).where(_within(topic, event_id, network_id))
    return set(connection.execute(statement).scalars())


def wanting(
    topic: Topic, event_id: ColumnExpressionArgument[Any], email_key: ColumnExpressionArgument[Any]
) -> ColumnElement[bool]:
    """A condition on rows with an event and an address: nothing was refused. For topics of an
    event."""
    refused = exists().where(_U.event_id == event_id, _U.email_key == email_key, _U.topic == topic)
    return ~refused

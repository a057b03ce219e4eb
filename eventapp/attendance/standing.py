"""The one answer to "has this person taken part, and what is missing?".

Certificates, follow-up and the personal page ask here and nowhere else.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from eventapp.attendance import queries
from eventapp.attendance.ledger import read_ledger, read_one
from eventapp.attendance.ledger_rules import Told
from eventapp.attendance.standing_rules import Standing, stand
from eventapp.events.definition import EventDefinition


def find_standing(
    connection: Connection, event: EventDefinition, registration_id: int, now: datetime
) -> Standing:
    """Of one registration; of one without a place it says nothing that counts."""
    told = read_one(connection, event, registration_id, with_minutes=event.counts_minutes)
    return stand(event, told, now)


def list_standings(
    connection: Connection, event: EventDefinition, now: datetime
) -> Mapping[int, Standing]:
    """By registration: of everybody with a place; a fixed number of statements."""
    told = read_ledger(connection, event, with_minutes=event.counts_minutes)
    return {
        person.id: stand(event, told.get(person.id, Told()), now)
        for person in queries.list_confirmed(connection, event)
    }

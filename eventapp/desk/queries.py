"""What the start page counts beside the events themselves."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, or_, select, union

from eventapp.accounts.models import Account
from eventapp.base import table_of
from eventapp.desk.rules import Beginning
from eventapp.events.definition import EventDefinition
from eventapp.mail.lost import is_lost
from eventapp.mail.models import OutboxMail
from eventapp.networks.models import Organisation
from eventapp.networks.queries import NetworkTree
from eventapp.registration.models import Registration, RegistrationStatus
from eventapp.returns.queries import is_unreached

LOOKS_BACK = timedelta(days=14)


def count_lost_mails(
    connection: Connection, event_ids: Collection[int], *, now: datetime
) -> dict[int, int]:
    """By event: people who miss a mail lately, since it was refused, came back or was lost, and
    those who stand and whom no mail reaches."""
    mails = table_of(OutboxMail).c
    lost = select(mails.registration_id, mails.signup_id).where(
        mails.settled_at > now - LOOKS_BACK, is_lost(mails)
    )
    of_one, of_several = lost.subquery(), lost.subquery()
    concerned = union(
        select(Registration.id).join(of_one, of_one.c.registration_id == Registration.id),
        select(Registration.id).join(of_several, of_several.c.signup_id == Registration.signup_id),
    )
    stands = Registration.status != RegistrationStatus.CANCELLED
    statement = (
        select(Registration.event_id, func.count().label("n"))
        .where(
            Registration.event_id.in_(event_ids),
            or_(Registration.id.in_(concerned), stands & is_unreached()),
        )
        .group_by(Registration.event_id)
    )
    return {row.event_id: row.n for row in connection.execute(statement)}


def count_undecided(connection: Connection, event_ids: Collection[int]) -> dict[int, int]:
    """By event: people who wait for the office's decision."""
    statement = (
        select(Registration.event_id, func.count().label("n"))
        .where(
            Registration.event_id.in_(event_ids),
            Registration.status == RegistrationStatus.RECEIVED,
        )
        .group_by(Registration.event_id)
    )
    return {row.event_id: row.n for row in connection.execute(statement)}


def get_beginning(
    connection: Connection, tree: NetworkTree, events: Sequence[EventDefinition]
) -> Beginning:
    """What the installation has already; `events` are one's own."""
    networks = tree.all()
    organisations, accounts = connection.execute(
        select(
            select(func.count(Organisation.id)).scalar_subquery(),
            select(func.count(Account.id)).scalar_subquery(),
        )
    ).one()
    return Beginning(
        has_network=bool(networks),
        has_responsible=any(each.sender and each.controller for each in networks),
        has_organisations=organisations > 0,
        has_team=accounts > 1,
        has_event=bool(events),
        has_published=any(event.is_public for event in events),
    )

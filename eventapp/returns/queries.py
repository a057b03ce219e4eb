"""What a report or an answer is about: which mail, which address, which registration."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, select

from eventapp.base import table_of
from eventapp.clock import berlin_day
from eventapp.events.models import Event
from eventapp.invitations.contacts import Recipient, list_recipients
from eventapp.invitations.models import Invitation, Naming
from eventapp.mail.models import OutboxMail
from eventapp.names import key
from eventapp.networks.models import Contact, Network
from eventapp.registration.models import Registration, RegistrationDate
from eventapp.returns.models import CalendarDecline, Undeliverable

_M = table_of(OutboxMail).c
_R, _D, _E = table_of(Registration).c, table_of(RegistrationDate).c, table_of(Event).c
_I, _N, _C = table_of(Invitation).c, table_of(Naming).c, table_of(Contact).c
_W = table_of(Network).c
_U = table_of(Undeliverable).c
_K = table_of(CalendarDecline).c


def list_mails(connection: Connection, message_ids: Collection[str]) -> Sequence[Any]:
    """The mails of these Message-IDs that left, or may have."""
    return connection.execute(
        select(_M.id, _M.kind, _M.ids, _M.recipient_hash, _M.bounced_at)
        .where(_M.message_id.in_(message_ids), _M.recipient_hash.is_not(None))
        .order_by(_M.id)
    ).all()


Find = Callable[[Connection, Mapping[str, int]], Iterable[tuple[int, str]]]

_found_by: dict[str, Find] = {}


def addresses_by(kind: str, find: Find) -> None:
    """Say how a room above finds (event, address) from the ids of its mails."""
    _found_by[kind] = find


def list_addresses(connection: Connection, mail: Any) -> set[tuple[int, str]]:
    """(event, address) of whom a mail is about, as they are known by now."""
    finds: Iterable[Find] = (_of_people, _of_contacts)
    if mail.kind in _found_by:
        finds = (_found_by[mail.kind],)
    found = (each for find in finds for each in find(connection, mail.ids))
    return {(event_id, email) for event_id, email in found if email}


def _of_people(connection: Connection, ids: Mapping[str, int]) -> Iterator[tuple[int, str]]:
    person = select(_R.event_id, _R.email)
    invited = select(_I.event_id, _I.email)
    for name, statement, column in (
        ("registration_id", person, _R.id),
        ("signup_id", person, _R.signup_id),
        ("invitation_id", invited, _I.id),
    ):
        if name in ids:
            for row in connection.execute(statement.where(column == ids[name])):
                yield row.event_id, row.email


def _of_contacts(connection: Connection, ids: Mapping[str, int]) -> Iterator[tuple[int, str]]:
    """Of organisations: all addresses that are written to about an event."""
    about = [
        select(_I.event_id, _I.organisation_id).where(_I.id == ids.get("invitation_id")),
        select(_R.event_id, _N.organisation_id)
        .join(table_of(Registration), _R.id == _N.registration_id)
        .where(_N.registration_id == ids.get("naming_of")),
    ]
    found = {tuple(row) for each in about for row in connection.execute(each)}
    if "event_id" in ids and "organisation_id" in ids:
        found.add((ids["event_id"], ids["organisation_id"]))
    if "event_id" in ids and ids.get("contact_id"):
        mine = select(_C.organisation_id).where(_C.id == ids["contact_id"])
        found |= {(ids["event_id"], each) for each in connection.scalars(mine)}
    members = {organisation_id for _event, organisation_id in found if organisation_id}
    recipients = list_recipients(connection, members) if members else {}
    for event_id, organisation_id in found:
        for each in recipients.get(organisation_id, ()):
            yield event_id, each.email


def find_declined(connection: Connection, uid: str) -> Any:
    """The registration whose calendar entry this is, or None."""
    return connection.execute(
        select(_R.id, _R.event_id, _R.status, _R.email_key, _R.sequence)
        .join(table_of(RegistrationDate), _D.registration_id == _R.id)
        .where(_D.uid == uid)
    ).first()


def list_declined(connection: Connection, registration_id: int) -> Sequence[Any]:
    """When the holder's calendar declined, and they were asked."""
    return connection.execute(
        select(_K.declined_at).where(_K.registration_id == registration_id).order_by(_K.sequence)
    ).all()


def find_status(connection: Connection, event_id: int, email: str) -> str | None:
    """Why mail about the event does not reach the address ("5.1.1"); None where it may."""
    if not email:
        return None
    where = (_U.event_id == event_id, _U.email_key == key(email))
    status: str | None = connection.execute(select(_U.status).where(*where)).scalar()
    return status


def list_statuses(connection: Connection, event_id: int) -> dict[str, str]:
    """The status by key of an address, of all that mail about the event does not reach."""
    rows = connection.execute(select(_U.email_key, _U.status).where(_U.event_id == event_id))
    return {row.email_key: row.status for row in rows}


def is_unreached() -> ColumnElement[bool]:
    """Of a row of `registration`: mail does not reach its address."""
    return exists().where(and_(_U.event_id == _R.event_id, _U.email_key == _R.email_key))


def list_unreached_invitations(connection: Connection, event_id: int) -> set[int]:
    """The invitations of the event that mail does not reach: one of their addresses is dead."""
    return _unreached_invitations(connection, [event_id]).get(event_id, set())


def count_unreached_invitations(
    connection: Connection, event_ids: Collection[int]
) -> dict[int, int]:
    """By event, how many invitations mail does not reach."""
    found = _unreached_invitations(connection, event_ids)
    return {event_id: len(ids) for event_id, ids in found.items()}


def _unreached_invitations(
    connection: Connection, event_ids: Collection[int]
) -> dict[int, set[int]]:
    """Four statements. Keys of addresses are made here and not by the database."""
    dead = {
        (row.event_id, row.email_key)
        for row in connection.execute(
            select(_U.event_id, _U.email_key).where(_U.event_id.in_(event_ids))
        )
    }
    rows = connection.execute(
        select(_I.id, _I.event_id, _I.organisation_id, _I.email).where(
            _I.event_id.in_({event_id for event_id, _key in dead}), _I.revoked_at.is_(None)
        )
    ).all()
    members = {row.organisation_id for row in rows if row.organisation_id}
    contacts = list_recipients(connection, members)
    found: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        mine = [each.email for each in contacts.get(row.organisation_id, ())] or [row.email or ""]
        if any((row.event_id, key(email)) in dead for email in mine):
            found[row.event_id].add(row.id)
    return found


def list_unreached_contacts(
    connection: Connection, event_id: int, organisation_ids: Collection[int]
) -> list[tuple[Recipient, str]]:
    """Those contacts of these organisations whom mail about the event does not reach, and the
    status."""
    dead = list_statuses(connection, event_id)
    if not dead:
        return []
    contacts = list_recipients(connection, organisation_ids)
    return [
        (each, dead[key(each.email)])
        for organisation_id in organisation_ids
        for each in contacts.get(organisation_id, ())
        if key(each.email) in dead
    ]


def find_contact(connection: Connection, message_ids: Collection[str]) -> str | None:
    """The address for questions of the event that the mails with these Message-IDs were about."""
    for mail in list_mails(connection, message_ids):
        for event_id, _email in sorted(list_addresses(connection, mail)):
            email = connection.scalar(select(_E.contact_email).where(_E.id == event_id))
            if email:
                return str(email)
    return None


def list_shared_addresses(connection: Connection, sender: str, *, now: datetime) -> list[str]:
    """The senders' addresses that events to come name for questions; `sender` is MAIL_FROM's."""
    senders = select(_W.sender_email).where(_W.sender_email.is_not(None))
    known = {key(each) for each in (sender, *connection.scalars(senders))}
    given = select(_E.contact_email).where(
        _E.contact_email.is_not(None), _E.last_day >= berlin_day(now)
    )
    return sorted({str(each) for each in connection.scalars(given) if key(each) in known})

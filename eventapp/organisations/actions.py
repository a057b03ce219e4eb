"""Making, changing and taking out organisations. Who may do it has been asked before."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from eventapp.errors import NotFound
from eventapp.networks import actions as networks
from eventapp.networks.models import Contact, Membership, Organisation
from eventapp.organisations import queries
from eventapp.organisations.references import is_referred_to
from eventapp.organisations.rules import (
    ContactRow,
    OrganisationChanged,
    OrganisationInUse,
    Reach,
    Registered,
    new_slug,
)
from eventapp.sitecache import bump


@dataclass(frozen=True)
class Entered:
    """An entry as a form has it: `network_ids` are those chosen among the editable ones."""

    values: dict[str, Any]
    contacts: Sequence[ContactRow]
    network_ids: Collection[int]


def create(session: Session, entered: Entered, *, now: datetime) -> int:
    """A new entry; its id."""
    bump(session, now)  # holds the row that every maker changes: one slug at a time
    slug = new_slug(entered.values["name"], set(session.scalars(select(Organisation.slug))))
    organisation_id = networks.put_organisation(session, slug, now=now, **entered.values)
    set_contacts(session, organisation_id, entered.contacts)
    networks.set_memberships(session, organisation_id, entered.network_ids, now=now)
    return organisation_id


def change(
    session: Session,
    organisation_id: int,
    entered: Entered,
    *,
    seen: str,
    reach: Reach,
    now: datetime,
) -> None:
    """Save what was edited; memberships beyond the reach stay. Raises `OrganisationChanged`."""
    stored = lock(session, reach, [organisation_id])[0]
    if stored.digest != seen:
        raise OrganisationChanged
    networks.put_organisation(session, stored.slug, now=now, **entered.values)
    set_contacts(session, organisation_id, entered.contacts)
    kept = _memberships(session, organisation_id) - reach.editable
    networks.set_memberships(session, organisation_id, kept | set(entered.network_ids), now=now)


def remove(session: Session, organisation_id: int, *, reach: Reach, now: datetime) -> None:
    """End its memberships in the networks one edits; where it has no other, delete it.

    Raises `OrganisationInUse` where it would have to go and something else refers to it.
    """
    lock(session, reach, [organisation_id])
    others = _memberships(session, organisation_id) - reach.editable
    networks.set_memberships(session, organisation_id, others, now=now)
    if others:
        return
    if is_referred_to(session, organisation_id):
        raise OrganisationInUse
    set_contacts(session, organisation_id, [])
    session.execute(delete(Organisation).where(Organisation.id == organisation_id))
    bump(session, now)


def lock(session: Session, reach: Reach, organisation_ids: Collection[int]) -> list[Registered]:
    """The entries as they are now that nobody else can change them, in the order asked for.

    Raises `NotFound` for what is not there any more, or not for this reader.
    """
    wanted = Organisation.id.in_(organisation_ids)
    statement = select(Organisation.id).where(wanted).order_by(Organisation.id)
    held = session.scalars(statement.with_for_update(key_share=True)).all()
    if len(held) < len(organisation_ids):
        raise NotFound
    connection = session.connection()
    return [queries.get(connection, reach, each) for each in organisation_ids]


def set_contacts(session: Session, organisation_id: int, wanted: Sequence[ContactRow]) -> None:
    """Exactly these, in this order; one with an id stays the row that it is."""
    mine = select(Contact).where(Contact.organisation_id == organisation_id)
    stored = {each.id: each for each in session.scalars(mine)}
    kept = {each.id for each in wanted}
    for contact_id, row in stored.items():
        if contact_id not in kept:
            session.delete(row)
    for position, each in enumerate(wanted):
        values = {**asdict(each), "position": position}
        contact_id = values.pop("id")
        if contact_id in stored:
            for name, value in values.items():
                setattr(stored[contact_id], name, value)
        else:
            session.add(Contact(organisation_id=organisation_id, **values))
    session.flush()


def _memberships(session: Session, organisation_id: int) -> set[int]:
    mine = Membership.organisation_id == organisation_id
    return set(session.scalars(select(Membership.network_id).where(mine)))

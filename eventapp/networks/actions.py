"""Making and changing networks and organisations, and granting roles."""

from collections.abc import Collection
from datetime import datetime
from typing import TypedDict, Unpack

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from eventapp.accounts.actions import create_account, make_password_link
from eventapp.accounts.models import Account
from eventapp.mail import outbox
from eventapp.names import sort_key
from eventapp.networks.models import Grant, Membership, Network, Organisation, Role, Scope
from eventapp.networks.queries import load_tree
from eventapp.networks.tree_actions import stop_showing
from eventapp.rows import put
from eventapp.sitecache import bump


class NetworkValues(TypedDict, total=False):
    name: str
    parent_id: int | None
    lead_organisation_id: int | None
    description: str
    land: str | None
    door_minutes: int | None
    sender_name: str | None
    sender_email: str | None
    controller_name: str | None
    controller_address: str | None
    controller_email: str | None
    controller_phone: str | None
    controller_dpo: str | None
    controller_imprint: str | None


class OrganisationValues(TypedDict, total=False):
    name: str
    type: str
    district: str | None
    contact_email: str | None
    website: str | None
    street: str | None
    address_addition: str | None
    postal_code: str | None
    city: str | None
    country: str | None
    delegate_quota: int | None
    notes: str | None


def put_network(
    session: Session, slug: str, *, now: datetime, **values: Unpack[NetworkValues]
) -> int:
    """The id of the network, made or changed; what is not named stays. A new one needs its name."""
    before = load_tree(session.connection())
    network_id, changed = put(session, Network, slug, values)
    if changed:
        session.execute(
            update(Network)
            .where(Network.id == network_id)
            .values(revision=Network.revision + 1)
            .execution_options(synchronize_session=False)
        )
        stop_showing(session, before)
        bump(session, now)
    return network_id


def put_organisation(
    session: Session, slug: str, *, now: datetime, **values: Unpack[OrganisationValues]
) -> int:
    """As `put_network`; a new organisation needs its name and type."""
    more = {"sort_key": sort_key(values["name"])} if "name" in values else {}
    organisation_id, changed = put(session, Organisation, slug, {**values, **more})
    if changed:
        bump(session, now)
    return organisation_id


def set_memberships(
    session: Session, organisation_id: int, network_ids: Collection[int], *, now: datetime
) -> None:
    """The organisation belongs to exactly these networks."""
    mine = Membership.organisation_id == organisation_id
    present = set(session.scalars(select(Membership.network_id).where(mine)))
    wanted = set(network_ids)
    if present == wanted:
        return
    session.execute(delete(Membership).where(mine, Membership.network_id.in_(present - wanted)))
    for network_id in sorted(wanted - present):
        session.add(Membership(network_id=network_id, organisation_id=organisation_id))
    session.flush()
    bump(session, now)


def invite(
    session: Session, email: str, role: Role, scope: Scope, scope_id: int, *, now: datetime
) -> int:
    """Give the person this role and owe them a mail; who has no password gets a link to one.
    The account's id.

    A role that they have already changes nothing but sends the mail again.
    """
    account_id = create_account(session, email, now=now)
    grant_id = grant(session, account_id, role, scope, scope_id, now=now)
    if session.scalar(select(Account.password_hash).where(Account.id == account_id)) is None:
        make_password_link(session, account_id, now=now)
    act = f"account-invitation:{grant_id}:{now.isoformat()}"
    outbox.add(session, "account-invitation", act, now, account_id=account_id, grant_id=grant_id)
    return account_id


def end_grant(session: Session, grant_id: int) -> None:
    """Take the role back; one that has gone stays gone."""
    session.execute(delete(Grant).where(Grant.id == grant_id))


def grant(
    session: Session, account_id: int, role: Role, scope: Scope, scope_id: int, *, now: datetime
) -> int:
    """Give the account this role, if it lacks it; its id. `scope_id` is 0 for the installation."""
    values = {
        "account_id": account_id,
        "role": role.value,
        "scope": scope.value,
        "scope_id": scope_id,
    }
    held = session.scalar(select(Grant.id).filter_by(**values))
    if held is not None:
        return held
    made = insert(Grant).values(**values, granted_at=now).returning(Grant.id)
    return session.execute(made).scalar_one()

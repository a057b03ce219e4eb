"""Giving links to partners, taking them back, and what comes in through one."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from eventapp.errors import Gone
from eventapp.events.actions import lock_events
from eventapp.events.definition import EventDefinition
from eventapp.events.values import EventValues, Origin
from eventapp.partners.models import Partner
from eventapp.partners.queries import Linked, count_partners
from eventapp.partners.rules import MOST_PARTNERS, TooManyPartners
from eventapp.planning import actions as planning
from eventapp.planning.noting import note_event
from eventapp.tokens import hashed, keyring, new_token


def row_of(event_id: int, name: str, email: str | None, *, now: datetime) -> dict[str, Any]:
    """A partner's row with a new link."""
    token = new_token()
    return {
        "event_id": event_id,
        "name": name,
        "email": email,
        "token_hash": hashed(token),
        "token_sealed": keyring().seal(token),
        "created_at": now,
        "is_replaced": False,
    }


def add(
    session: Session, event: EventDefinition, name: str, email: str | None, *, now: datetime
) -> int:
    """A partner with a link; the id. Raises `TooManyPartners`."""
    lock_events(session, [event.slug])
    if count_partners(session.connection(), event.id) >= MOST_PARTNERS:
        raise TooManyPartners(most=MOST_PARTNERS)
    return _insert(session, row_of(event.id, name, email, now=now))


def revoke(session: Session, partner: Linked, *, now: datetime) -> bool:
    """The link answers 410 from now on; whether it still held."""
    return _put(session, partner.id, revoked_at=now)


def renew(session: Session, partner: Linked, *, now: datetime) -> int | None:
    """Another link; the one before is withdrawn for good. None where that had happened already."""
    taken = update(Partner).where(Partner.id == partner.id, Partner.is_replaced.is_(False))
    withdrawn = partner.revoked_at or now
    done: Any = session.execute(taken.values(is_replaced=True, revoked_at=withdrawn))
    if not done.rowcount:
        return None
    return _insert(session, row_of(partner.event_id, partner.name, partner.email, now=now))


def complete(
    session: Session,
    partner: Linked,
    event: EventDefinition,
    *,
    seen: int,
    origin: Origin,
    now: datetime,
    values: EventValues,
) -> None:
    """Save what the partner wrote over revision `seen`; registrations follow.

    Raises `ChangedMeanwhile`, and `Gone` where the link was taken back meanwhile.
    """
    slug = event.slug
    planning.change_event(session, slug, seen=seen, origin=origin, now=now, values=values)
    if not _put(session, partner.id, used_at=now):
        raise Gone
    also = {"partner": partner.name}
    note_event(session, "event.completed", slug, before=event, by=None, now=now, also=also)


def _put(session: Session, partner_id: int, **values: Any) -> bool:
    """Change a row whose link holds; whether it did."""
    holds = (Partner.id == partner_id, Partner.revoked_at.is_(None))
    done: Any = session.execute(update(Partner).where(*holds).values(**values))
    return bool(done.rowcount)


def _insert(session: Session, row: dict[str, Any]) -> int:
    return session.execute(insert(Partner).values(**row).returning(Partner.id)).scalar_one()

"""The calendar of one person: made, renewed and ended on their own page, by the link from the mail.

It belongs to address and name together, as the registrations do that it shows; two people who share
a mailbox have one each. With the last of these registrations it is gone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from eventapp import kept_copies
from eventapp.base import table_of
from eventapp.db import after_commit
from eventapp.privacy.declarations import Subject
from eventapp.registration.models import PersonalFeed, Registration, WithdrawnLink
from eventapp.registration.steps import in_parts
from eventapp.tokens import hashed, keyring, new_token

_R = table_of(Registration).c
_F = table_of(PersonalFeed).c


@dataclass(frozen=True)
class OwnFeed:
    """As secret as the personal page."""

    token: str
    wants_files: bool  # in mails, beside the feed


def address(token: str) -> str:
    """The path of the feed; another language has it with a query."""
    return f"/calendar/my/{token}.ics"


def find(connection: Connection, registration_id: int) -> OwnFeed | None:
    """That of the person of this registration."""
    row = connection.execute(_of(registration_id)).first()
    if row is None:
        return None
    return OwnFeed(str(keyring().open(row.token_sealed)), row.no_files_since is None)


def find_no_files_since(connection: Connection, registration_id: int) -> datetime | None:
    """Since when this person wants the feed instead of files in mails, if they do."""
    row = connection.execute(_of(registration_id)).first()
    return row.no_files_since if row else None


def _of(registration_id: int) -> Any:
    person = select(_R.person_key).where(_R.id == registration_id).scalar_subquery()
    return select(table_of(PersonalFeed)).where(_F.person_key == person)


def create(session: Session, registration_id: int, *, now: datetime) -> None:
    """Make the person's feed; where there is one it stays."""
    person = session.execute(
        select(_R.email_key, _R.person_key).where(_R.id == registration_id)
    ).one()
    try:
        with session.begin_nested():
            session.execute(
                insert(table_of(PersonalFeed)).values(
                    email_key=person.email_key,
                    person_key=person.person_key,
                    created_at=now,
                    **_new_token(),
                )
            )
    except IntegrityError:  # made before, or on another page at this moment
        return


def _new_token() -> dict[str, Any]:
    token = new_token()
    return {"token_hash": hashed(token), "token_sealed": keyring().seal(token)}


def renew(session: Session, registration_id: int, *, now: datetime) -> None:
    """Another address from now on; the one before answers 410."""
    row = get_locked(session, registration_id)
    if row is None:
        return
    _withdraw(session, row, now)
    session.execute(update(table_of(PersonalFeed)).where(_F.id == row.id).values(**_new_token()))


def get_locked(session: Session, registration_id: int) -> Row[Any] | None:
    """The row of the feed, held until the transaction ends."""
    return session.execute(_of(registration_id).with_for_update()).first()


def end(session: Session, row: Row[Any], *, now: datetime) -> None:
    """The feed is no more: its address answers 410 and no copy of it stays."""
    _withdraw(session, row, now)
    session.execute(delete(table_of(PersonalFeed)).where(_F.id == row.id))


def _withdraw(session: Session, row: Row[Any], now: datetime) -> None:
    session.execute(insert(WithdrawnLink).values(token_hash=row.token_hash, withdrawn_at=now))
    path = address(str(keyring().open(row.token_sealed)))
    for each in (path, f"{path}?lang=en"):
        after_commit(session, partial(kept_copies.forget, each))


def follow(session: Session, row: Any, *, now: datetime) -> None:
    """`row`, as it was, now belongs to another name or address: without other registrations the
    feed goes along with the name, and ends with the address, which others may read."""
    feed = session.execute(
        select(table_of(PersonalFeed)).where(_F.person_key == row.person_key).with_for_update()
    ).first()
    if feed is None or _has_registration(session, feed, ()):
        return
    person = session.execute(select(_R.email_key, _R.person_key).where(_R.id == row.id)).one()
    taken = exists().where(_F.person_key == person.person_key).select()
    if person.email_key != feed.email_key or session.execute(taken).scalar():
        end(session, feed, now=now)
        return
    session.execute(
        update(table_of(PersonalFeed)).where(_F.id == feed.id).values(person_key=person.person_key)
    )


def _has_registration(session: Session, feed: Row[Any], without: Sequence[int]) -> bool:
    mine = session.scalars(
        select(_R.id).where(_R.email_key == feed.email_key, _R.person_key == feed.person_key)
    )
    return bool(set(mine) - set(without))


def end_with_last(session: Session, subjects: Sequence[Subject], now: datetime) -> None:
    """Before these registrations are erased: feeds that no other registration is left for end."""
    ids = [subject.registration_id for subject in subjects]
    feeds = {
        feed.id: feed
        for some in in_parts(ids)
        for feed in session.execute(
            select(table_of(PersonalFeed))
            .join(table_of(Registration), _R.person_key == _F.person_key)
            .where(_R.id.in_(some))
        )
    }
    for feed in feeds.values():
        if not _has_registration(session, feed, ids):
            end(session, feed, now=now)


def end_of_address(session: Session, email_key: str, now: datetime) -> int:
    """All feeds of this address end; how many."""
    feeds = session.execute(select(table_of(PersonalFeed)).where(_F.email_key == email_key)).all()
    for feed in feeds:
        end(session, feed, now=now)
    return len(feeds)

"""Who wants no more mails about an invitation says so with one click, for one address.

The token is signed: it holds for that invitation and that address, and need not be stored.
"""

from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert  # its ON CONFLICT is SQLite's, word for word
from sqlalchemy.orm import Session

from eventapp.errors import NotFound
from eventapp.invitations.models import InvitationMute
from eventapp.names import key
from eventapp.tokens import hashed, keyring

_PURPOSE = "unsubscribe-invitation"
_LARGEST = 2**31 - 1  # as large as the databases take
_M = InvitationMute.__table__.c


def email_hash(email: str) -> bytes:
    return hashed(key(email))


def unsubscribe_token(invitation_id: int, email: str) -> str:
    """The end of the address that ends mails about this invitation to this address."""
    body = f"{invitation_id}-{email_hash(email).hex()}"
    return f"{body}-{keyring().sign(_PURPOSE, body)}"


def read_token(token: str) -> tuple[int, bytes]:
    """(invitation, hash of the address). Raises `NotFound`."""
    number, _dash, rest = token.partition("-")
    digest, _dash, signature = rest.partition("-")
    if not keyring().is_signed(_PURPOSE, f"{number}-{digest}", signature):
        raise NotFound
    if int(number) > _LARGEST:
        raise NotFound
    return int(number), bytes.fromhex(digest)


def is_muted(connection: Connection, invitation_id: int, digest: bytes) -> bool:
    where = (_M.invitation_id == invitation_id, _M.email_hash == digest)
    return connection.execute(select(_M.invitation_id).where(*where)).first() is not None


def mute(session: Session, invitation_id: int, digest: bytes, *, now: datetime) -> None:
    """From now on none leaves; twice is once."""
    values = {"invitation_id": invitation_id, "email_hash": digest, "muted_at": now}
    session.execute(insert(InvitationMute).values(values).on_conflict_do_nothing())


def unmute(session: Session, invitation_id: int, digest: bytes) -> None:
    """They are wanted again."""
    session.execute(
        delete(InvitationMute).where(_M.invitation_id == invitation_id, _M.email_hash == digest)
    )

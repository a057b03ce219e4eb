"""Reads of accounts: by address for logging in, by session token for every request after."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, select

from eventapp.accounts.models import Account, LoginSession, PasswordLink
from eventapp.accounts.rules import is_alive
from eventapp.names import key
from eventapp.tokens import hashed


@dataclass(frozen=True)
class LoggedIn:
    """Who is at the other end of a session."""

    account_id: int
    email: str
    session_id: int
    last_seen_at: datetime

    @property
    def name(self) -> str:
        """What the pages call the person."""
        return self.email


def find_by_email(connection: Connection, email: str) -> Row[int, str, str | None] | None:
    """(id, email, password_hash) of the account with this address."""
    return connection.execute(
        select(Account.id, Account.email, Account.password_hash).where(
            Account.email_key == key(email)
        )
    ).one_or_none()


def find_logged_in(connection: Connection, token: str, now: datetime) -> LoggedIn | None:
    """The account of a session that still holds."""
    row = connection.execute(
        select(
            LoginSession.id,
            LoginSession.expires_at,
            LoginSession.last_seen_at,
            Account.id.label("account_id"),
            Account.email,
        )
        .join(Account, Account.id == LoginSession.account_id)
        .where(LoginSession.token_hash == hashed(token))
    ).one_or_none()
    if row is None or not is_alive(row.expires_at, row.last_seen_at, now):
        return None
    return LoggedIn(row.account_id, row.email, row.id, row.last_seen_at)


def find_password_link(connection: Connection, token: str, now: datetime) -> Row[int, str] | None:
    """(account_id, email) of a link that still holds."""
    return connection.execute(
        select(Account.id.label("account_id"), Account.email)
        .join(PasswordLink, PasswordLink.account_id == Account.id)
        .where(PasswordLink.token_hash == hashed(token), PasswordLink.expires_at > now)
    ).one_or_none()

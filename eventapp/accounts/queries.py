"""Reads of accounts: by address for logging in, by session token for every request after."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Row, select

from eventapp.accounts.factor_queries import with_second_factor
from eventapp.accounts.models import Account, LoginSession, PasswordLink
from eventapp.accounts.rules import is_alive
from eventapp.names import key
from eventapp.tokens import hashed, keyring


@dataclass(frozen=True)
class LoggedIn:
    """Who is at the other end of a session."""

    account_id: int
    email: str
    session_id: int
    last_seen_at: datetime
    opened_at: datetime
    confirmed_at: datetime | None
    has_second_factor: bool

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


def list_emails(connection: Connection, account_ids: Collection[int]) -> dict[int, str]:
    """The addresses of these accounts, by id."""
    statement = select(Account.id, Account.email).where(Account.id.in_(account_ids))
    return {row.id: row.email for row in connection.execute(statement)}


def find_ids_like(connection: Connection, words: str) -> list[int]:
    """The accounts whose address holds these words."""
    holds = Account.email_key.contains(key(words), autoescape=True)
    return list(connection.execute(select(Account.id).where(holds)).scalars())


def find_logged_in(connection: Connection, token: str, now: datetime) -> LoggedIn | None:
    """The account of a session that still holds."""
    row = connection.execute(
        select(
            LoginSession.id,
            LoginSession.expires_at,
            LoginSession.last_seen_at,
            LoginSession.created_at,
            LoginSession.confirmed_at,
            Account.id.label("account_id"),
            Account.email,
            with_second_factor().label("has_second_factor"),
        )
        .join(Account, Account.id == LoginSession.account_id)
        .where(LoginSession.token_hash == hashed(token))
    ).one_or_none()
    if row is None or not is_alive(row.expires_at, row.last_seen_at, now):
        return None
    return LoggedIn(
        row.account_id,
        row.email,
        row.id,
        row.last_seen_at,
        row.created_at,
        row.confirmed_at,
        row.has_second_factor,
    )


def list_sessions(
    connection: Connection, account_id: int, now: datetime
) -> list[Row[int, datetime, datetime, datetime, str | None, str | None]]:
    """(id, created_at, last_seen_at, expires_at, browser, system) of the account's sessions that
    hold, the latest first."""
    rows = connection.execute(
        select(
            LoginSession.id,
            LoginSession.created_at,
            LoginSession.last_seen_at,
            LoginSession.expires_at,
            LoginSession.browser,
            LoginSession.system,
        )
        .where(LoginSession.account_id == account_id)
        .order_by(LoginSession.last_seen_at.desc(), LoginSession.id.desc())
    )
    return [row for row in rows if is_alive(row.expires_at, row.last_seen_at, now)]


def password_token(account_id: int, expires_at: datetime) -> str:
    """The token of a password link: signed, so that a mail can show what is stored as a hash."""
    moment = expires_at.astimezone(UTC).isoformat()
    return keyring().sign("password-link", f"{account_id}.{moment}")


def find_open_link(connection: Connection, account_id: int, now: datetime) -> str | None:
    """The token of the account's link that holds."""
    expires_at = connection.execute(
        select(PasswordLink.expires_at).where(
            PasswordLink.account_id == account_id, PasswordLink.expires_at > now
        )
    ).scalar()
    return password_token(account_id, expires_at) if expires_at else None


def get_account(connection: Connection, account_id: int) -> Row[str, str | None] | None:
    """(email, password_hash) of an account; None where there is none."""
    return connection.execute(
        select(Account.email, Account.password_hash).where(Account.id == account_id)
    ).one_or_none()


def find_password_link(connection: Connection, token: str, now: datetime) -> Row[int, str] | None:
    """(account_id, email) of a link that still holds."""
    return connection.execute(
        select(Account.id.label("account_id"), Account.email)
        .join(PasswordLink, PasswordLink.account_id == Account.id)
        .where(PasswordLink.token_hash == hashed(token), PasswordLink.expires_at > now)
    ).one_or_none()

"""Accounts, their passwords and their sessions. Hash passwords before the transaction begins."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert  # its ON CONFLICT is SQLite's, word for word
from sqlalchemy.orm import Session

from eventapp.accounts import throttle
from eventapp.accounts.browsers import kind_of_browser
from eventapp.accounts.models import Account, LoginSession, PasswordLink, PendingLogin
from eventapp.accounts.queries import LoggedIn, password_token
from eventapp.accounts.rules import LINK_HOLDS, LINK_PAUSE, SESSION_HOLDS
from eventapp.errors import Gone, NotFound
from eventapp.mail import outbox
from eventapp.names import key
from eventapp.tokens import hashed, new_token

_INSERT = insert(Account).on_conflict_do_nothing(index_elements=["email_key"])


def create_account(session: Session, email: str, *, now: datetime) -> int:
    """The id of the account with this address, made if there was none."""
    values = {"email": email.strip(), "email_key": key(email), "created_at": now}
    session.connection().execute(_INSERT, values)
    return session.execute(select(Account.id).where(Account.email_key == key(email))).scalar_one()


def set_password(session: Session, account_id: int, password_hash: str) -> None:
    """A new password ends every session, every log-in under way and every open link."""
    session.execute(
        update(Account).where(Account.id == account_id).values(password_hash=password_hash)
    )
    for model in (LoginSession, PendingLogin, PasswordLink):
        session.execute(delete(model).where(model.account_id == account_id))


def change_password(session: Session, who: LoggedIn, password_hash: str) -> None:
    """As `set_password`, by somebody who stays logged in here."""
    session.execute(
        update(Account).where(Account.id == who.account_id).values(password_hash=password_hash)
    )
    end_other_sessions(session, who.account_id, who.session_id)
    for model in (PendingLogin, PasswordLink):
        session.execute(delete(model).where(model.account_id == who.account_id))


def make_password_link(session: Session, account_id: int, *, now: datetime) -> str:
    """The token of a one-time link that holds 72 hours; it replaces earlier ones."""
    expires_at = now + LINK_HOLDS
    token = password_token(account_id, expires_at)
    session.execute(delete(PasswordLink).where(PasswordLink.account_id == account_id))
    session.add(
        PasswordLink(token_hash=hashed(token), account_id=account_id, expires_at=expires_at)
    )
    session.flush()
    return token


def mail_password_link(session: Session, account_id: int | None, *, now: datetime) -> None:
    """Owe the account a mail with a one-time link, at most one in ten minutes.

    For nobody (None) a mail is owed as well, which is dropped: both take the same time.
    """
    if account_id is not None:
        fresh = select(PasswordLink.id).where(
            PasswordLink.account_id == account_id,
            PasswordLink.expires_at > now + LINK_HOLDS - LINK_PAUSE,
        )
        if session.execute(fresh).first():
            return
        make_password_link(session, account_id, now=now)
    act = f"account-password:{account_id or uuid4().hex}:{now.isoformat()}"
    outbox.add(session, "account-password", act, now, account_id=account_id or outbox.NOBODY)


def use_password_link(session: Session, token: str, password_hash: str, *, now: datetime) -> int:
    """Set the password and use the link up; the account's id. Raises `Gone` for a spent link."""
    used = (
        delete(PasswordLink)
        .where(PasswordLink.token_hash == hashed(token), PasswordLink.expires_at > now)
        .returning(PasswordLink.account_id)
    )
    account_id = session.execute(used).scalar_one_or_none()
    if account_id is None:
        raise Gone
    set_password(session, account_id, password_hash)
    return account_id


def open_session(session: Session, account_id: int, *, user_agent: str = "", now: datetime) -> str:
    """The token of a new session, for the cookie; sessions that have ended are swept away."""
    token = new_token()
    browser, system = kind_of_browser(user_agent)
    mine = LoginSession.account_id == account_id
    session.execute(delete(LoginSession).where(mine, LoginSession.expires_at <= now))
    session.add(
        LoginSession(
            token_hash=hashed(token),
            account_id=account_id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + SESSION_HOLDS,
            browser=browser,
            system=system,
        )
    )
    session.flush()
    return token


def note_seen(session: Session, session_id: int, *, now: datetime) -> None:
    """The session is in use, so its rest begins anew."""
    session.execute(
        update(LoginSession).where(LoginSession.id == session_id).values(last_seen_at=now)
    )


def note_confirmed(session: Session, session_id: int, *, now: datetime) -> None:
    """The password was asked for again, and was right."""
    session.execute(
        update(LoginSession).where(LoginSession.id == session_id).values(confirmed_at=now)
    )


def end_other_sessions(session: Session, account_id: int, session_id: int) -> None:
    """Log the account out everywhere but here."""
    session.execute(
        delete(LoginSession).where(
            LoginSession.account_id == account_id, LoginSession.id != session_id
        )
    )


def end_session_of(session: Session, account_id: int, session_id: int) -> None:
    """End one of the account's sessions. Raises `NotFound` where it has none of that number."""
    mine = LoginSession.account_id == account_id
    ended = delete(LoginSession).where(mine, LoginSession.id == session_id)
    if session.execute(ended.returning(LoginSession.id)).first() is None:
        raise NotFound


def end_session(session: Session, token: str) -> None:
    """End the session of this token, wherever it is open; an unknown one has ended already."""
    session.execute(delete(LoginSession).where(LoginSession.token_hash == hashed(token)))


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete sessions, links and log-ins that have ended, and counters that are full again."""
    for model in (LoginSession, PasswordLink, PendingLogin):
        session.execute(delete(model).where(model.expires_at <= now))
    throttle.forget_full(session, now=now)

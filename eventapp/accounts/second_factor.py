"""What an account has beside its password, and how that is set up, used, renewed and taken away.

The page verifies what needs no lock (a passkey's signature, the six digits), the action writes down
that it was used; each code works once, also for two who send it at the same moment.
"""

from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from eventapp.accounts import totp
from eventapp.accounts.actions import end_other_sessions
from eventapp.accounts.factor_queries import find_app_secret, has_second_factor
from eventapp.accounts.models import (
    AuthenticatorApp,
    LoginSession,
    Passkey,
    PendingLogin,
    RecoveryCode,
)
from eventapp.accounts.passkeys import NewKey
from eventapp.accounts.queries import LoggedIn
from eventapp.accounts.rules import (
    MOST_PASSKEYS,
    PENDING_HOLDS,
    PasskeyKnown,
    TooManyPasskeys,
    code_typed,
)
from eventapp.errors import NotFound
from eventapp.mail import outbox
from eventapp.tokens import hashed, keyring, new_recovery_code, new_token

RECOVERY_CODES = 10


def begin_log_in(session: Session, account_id: int, *, now: datetime) -> str:
    """The token of a log-in whose second step is still to come, for a cookie; those that nobody
    finished are swept away."""
    session.execute(delete(PendingLogin).where(PendingLogin.expires_at <= now))
    token = new_token()
    session.add(
        PendingLogin(
            token_hash=hashed(token), account_id=account_id, expires_at=now + PENDING_HOLDS
        )
    )
    session.flush()
    return token


def end_log_in(session: Session, token: str, *, now: datetime) -> bool:
    """Use the log-in up; False where another request just did, or it took too long."""
    used = delete(PendingLogin).where(
        PendingLogin.token_hash == hashed(token), PendingLogin.expires_at > now
    )
    return session.execute(used.returning(PendingLogin.id)).first() is not None


def set_app(session: Session, who: LoggedIn, secret: str, step: int, *, now: datetime) -> None:
    """The account's app from now on, in place of another; `step` is that of its first code."""
    _end_what_came_without(session, who)
    account_id = who.account_id
    session.execute(delete(AuthenticatorApp).where(AuthenticatorApp.account_id == account_id))
    sealed = keyring().seal(secret)
    session.add(
        AuthenticatorApp(
            account_id=account_id, secret_sealed=sealed, last_step=step, created_at=now
        )
    )
    session.flush()


def add_passkey(session: Session, who: LoggedIn, key: NewKey, name: str, *, now: datetime) -> None:
    """One more passkey. Raises `PasskeyKnown` where it is somebody's already, `TooManyPasskeys`."""
    mine = select(Passkey.id).where(Passkey.account_id == who.account_id)
    if len(session.execute(mine).all()) >= MOST_PASSKEYS:
        raise TooManyPasskeys(most=MOST_PASSKEYS)
    known = select(Passkey.id).where(Passkey.credential_id == key.credential_id)
    if session.execute(known).first():
        raise PasskeyKnown
    _end_what_came_without(session, who)
    session.add(
        Passkey(
            account_id=who.account_id,
            credential_id=key.credential_id,
            public_key=key.public_key,
            sign_count=key.sign_count,
            name=name,
            created_at=now,
        )
    )
    session.flush()


def use_code(session: Session, account_id: int, typed: str, *, now: datetime) -> str | None:
    """Which factor the code is of, "app" or "recovery", and use it up; None for a wrong or a used
    one. Does the same whichever it looks like."""
    code = code_typed(typed)
    used_app = _use_app(session, account_id, code, now)
    used_recovery = session.execute(
        delete(RecoveryCode)
        .where(RecoveryCode.account_id == account_id, RecoveryCode.code_hash == hashed(code))
        .returning(RecoveryCode.id)
    ).first()
    return "app" if used_app else "recovery" if used_recovery else None


def note_passkey_used(session: Session, passkey_id: int, sign_count: int, *, now: datetime) -> None:
    """Its count, so that a copy that counts on from an earlier one is found out."""
    session.execute(
        update(Passkey)
        .where(Passkey.id == passkey_id)
        .values(sign_count=sign_count, last_used_at=now)
    )


def renew_recovery_codes(session: Session, account_id: int) -> list[str]:
    """Ten new codes, to be shown once; the earlier ones work no more."""
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    rows = [{"account_id": account_id, "code_hash": hashed(code)} for code in codes]
    session.execute(insert(RecoveryCode), rows)
    return codes


def remove_app(session: Session, account_id: int) -> None:
    """Raises `NotFound` where there is none."""
    mine = delete(AuthenticatorApp).where(AuthenticatorApp.account_id == account_id)
    if session.execute(mine.returning(AuthenticatorApp.account_id)).first() is None:
        raise NotFound
    _forget_codes_of_none(session, account_id)


def remove_passkey(session: Session, account_id: int, passkey_id: int) -> str:
    """What it was called. Raises `NotFound` where the account has none of that number."""
    mine = delete(Passkey).where(Passkey.account_id == account_id, Passkey.id == passkey_id)
    name = session.execute(mine.returning(Passkey.name)).scalar_one_or_none()
    if name is None:
        raise NotFound
    _forget_codes_of_none(session, account_id)
    return str(name)


def reset(session: Session, account_id: int, *, now: datetime) -> None:
    """Take every second factor away, end whatever was opened with one, and owe the person a mail
    that tells of it."""
    for model in (AuthenticatorApp, Passkey, RecoveryCode, LoginSession, PendingLogin):
        session.execute(delete(model).where(model.account_id == account_id))
    act = f"account-factor-reset:{account_id}:{now.isoformat()}"
    outbox.add(session, "account-factor-reset", act, now, account_id=account_id)


def _use_app(session: Session, account_id: int, code: str, now: datetime) -> bool:
    secret = find_app_secret(session.connection(), account_id)
    step = totp.step_of(secret or totp.new_secret(), code, now)
    used = (
        update(AuthenticatorApp)
        .where(AuthenticatorApp.account_id == account_id, AuthenticatorApp.last_step < (step or 0))
        .values(last_step=step or 0)
        .returning(AuthenticatorApp.account_id)
    )
    return session.execute(used).first() is not None


def _end_what_came_without(session: Session, who: LoggedIn) -> None:
    """Before the first factor: whoever came in elsewhere with the password alone."""
    if not has_second_factor(session.connection(), who.account_id):
        end_other_sessions(session, who.account_id, who.session_id)


def _forget_codes_of_none(session: Session, account_id: int) -> None:
    """Recovery codes stand in for another factor; without one they are none."""
    if not has_second_factor(session.connection(), account_id):
        session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))

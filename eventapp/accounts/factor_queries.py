"""Reads of second factors: whether there is one, what there is, and what a code is checked with."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, exists, func, or_, select

from eventapp.accounts import totp
from eventapp.accounts.models import Account, AuthenticatorApp, Passkey, PendingLogin, RecoveryCode
from eventapp.tokens import hashed, keyring


@dataclass(frozen=True)
class Factors:
    """What an account has beside its password."""

    app_since: datetime | None
    app_used_at: datetime | None  # when its last code was made
    passkeys: list[Row[int, str, datetime, datetime | None]]  # (id, name, created_at, last_used_at)
    codes_left: int

    @property
    def number(self) -> int:
        """Without the recovery codes, which only stand in for one."""
        return len(self.passkeys) + (self.app_since is not None)


def with_second_factor() -> ColumnElement[bool]:
    """Of an account in a statement: whether it has a second factor."""
    return or_(
        exists().where(AuthenticatorApp.account_id == Account.id),
        exists().where(Passkey.account_id == Account.id),
    )


def has_second_factor(connection: Connection, account_id: int) -> bool:
    found = select(Account.id).where(Account.id == account_id, with_second_factor())
    return connection.execute(found).first() is not None


def get_factors(connection: Connection, account_id: int) -> Factors:
    """All of the account's, the oldest passkey first."""
    app = connection.execute(
        select(AuthenticatorApp.created_at, AuthenticatorApp.last_step).where(
            AuthenticatorApp.account_id == account_id
        )
    ).one_or_none()
    keys = (
        select(Passkey.id, Passkey.name, Passkey.created_at, Passkey.last_used_at)
        .where(Passkey.account_id == account_id)
        .order_by(Passkey.id)
    )
    codes = select(func.count()).where(RecoveryCode.account_id == account_id)
    return Factors(
        app.created_at if app else None,
        totp.begin_of(app.last_step) if app else None,
        list(connection.execute(keys)),
        connection.execute(codes).scalar_one(),
    )


def find_app_secret(connection: Connection, account_id: int) -> str | None:
    """The secret that the account's app makes its codes of."""
    sealed = connection.execute(
        select(AuthenticatorApp.secret_sealed).where(AuthenticatorApp.account_id == account_id)
    ).scalar()
    return str(keyring().open(sealed)) if sealed else None


def list_credential_ids(connection: Connection, account_id: int) -> list[bytes]:
    """How the account's passkeys are known to the devices that hold them."""
    mine = select(Passkey.credential_id).where(Passkey.account_id == account_id)
    return list(connection.execute(mine.order_by(Passkey.id)).scalars())


def find_passkey(
    connection: Connection, account_id: int, credential_id: bytes
) -> Row[int, bytes, int] | None:
    """(id, public_key, sign_count) of one of the account's passkeys."""
    return connection.execute(
        select(Passkey.id, Passkey.public_key, Passkey.sign_count).where(
            Passkey.account_id == account_id, Passkey.credential_id == credential_id
        )
    ).one_or_none()


def find_pending_log_in(connection: Connection, token: str, now: datetime) -> int | None:
    """The account that has given its password and owes the second step."""
    return connection.execute(
        select(PendingLogin.account_id).where(
            PendingLogin.token_hash == hashed(token), PendingLogin.expires_at > now
        )
    ).scalar()

"""Second factors for tests that want them to be there, and codes of the app."""

from datetime import datetime

import pyotp
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from eventapp.accounts.models import Account, AuthenticatorApp, LoginSession, Passkey, RecoveryCode
from eventapp.tokens import hashed, keyring

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
RECOVERY_CODE = "K7M4PX2D9QRTHWV8"


def code_at(moment: datetime, secret: str = SECRET) -> str:
    """What the app shows then."""
    return pyotp.TOTP(secret).at(moment)


def id_of(session: Session, email: str) -> int:
    return session.scalars(select(Account.id).where(Account.email_key == email)).one()


def give_factors(session: Session, account_id: int, now: datetime) -> int:
    """An app, a passkey that nobody holds and a recovery code; the passkey's id."""
    sealed = keyring().seal(SECRET)
    session.add(
        AuthenticatorApp(account_id=account_id, secret_sealed=sealed, last_step=0, created_at=now)
    )
    key = Passkey(
        account_id=account_id,
        credential_id=f"key of {account_id}".encode(),
        public_key=b"no key",
        sign_count=0,
        name="Telefon",
        created_at=now,
    )
    session.add(key)
    session.add(RecoveryCode(account_id=account_id, code_hash=hashed(RECOVERY_CODE)))
    session.flush()
    return key.id


def confirm(session: Session, account_id: int, now: datetime) -> None:
    """As if the password had been asked for again just now."""
    mine = LoginSession.account_id == account_id
    session.execute(update(LoginSession).where(mine).values(confirmed_at=now))

"""One-time codes of an app (TOTP, RFC 6238): six digits, a new one every 30 seconds. Pure."""

import hmac
from datetime import UTC, datetime

import pyotp

STEP = 30  # seconds
DRIFT = 1  # steps that a telephone's clock may be off, either way (RFC 6238, 5.2)


def new_secret() -> str:
    """160 random bits in base32, 32 characters."""
    return pyotp.random_base32()


def address(secret: str, account: str, issuer: str) -> str:
    """What the app reads from the QR code: `otpauth://totp/…`."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def spaced(secret: str) -> str:
    """In groups of four, for typing."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The step to which the code belongs, of those that hold now; None for a wrong code."""
    maker, present = pyotp.TOTP(secret), int(now.timestamp()) // STEP
    found = None
    for step in range(present - DRIFT, present + DRIFT + 1):
        if hmac.compare_digest(maker.generate_otp(step).encode(), code.encode()):
            found = step
    return found


def begin_of(step: int) -> datetime:
    """When the code of this step began to hold."""
    return datetime.fromtimestamp(step * STEP, UTC)

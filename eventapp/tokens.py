"""Random tokens, how they are stored and how they are shown again.

A token that must be shown again is stored twice: as SHA-256 for look-up and sealed with DATA_KEY
for rendering. All others are stored as hash only.
"""

import base64
import hashlib
import hmac
import json
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TICKET_LENGTH = 26
_SHORT_ALPHABET = "23456789ABCDEFGHJKMNPQRTUVWXYZ"  # without 0 O, 1 I L, S (looks like 5)
_NONCE_BYTES = 12


def new_token() -> str:
    """128 random bits for addresses, URL-safe, 22 characters."""
    return secrets.token_urlsafe(16)


def new_ticket() -> str:
    """128 random bits as 26 characters of base32, upper case: alphanumeric in a QR code."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=")


def new_short_code() -> str:
    """8 characters without look-alikes, for typing and telephone."""
    return "".join(secrets.choice(_SHORT_ALPHABET) for _ in range(8))


def new_recovery_code() -> str:
    """16 characters without look-alikes, 78 random bits: enough to be stored as a hash."""
    return "".join(secrets.choice(_SHORT_ALPHABET) for _ in range(16))


def new_check_code() -> str:
    """As long, for paper that is checked years later: nobody guesses it, even with our database."""
    return new_recovery_code()


def shown_short_code(code: str) -> str:
    """`K7M4PX2D` as `K7M4-PX2D`."""
    return f"{code[:4]}-{code[4:]}"


def hashed(token: str) -> bytes:
    """SHA-256 of the token, 32 bytes: enough for tokens of 128 random bits."""
    return hashlib.sha256(token.encode()).digest()


class Keyring:
    """What this installation signs and seals with."""

    def __init__(self, secret_key: str, data_key: str) -> None:
        self._sign_key = hashlib.sha256(b"sign:" + secret_key.encode()).digest()
        keys = [key.strip() for key in data_key.split(",") if key.strip()]
        digests = [hashlib.sha256(b"seal:" + key.encode()).digest() for key in keys]
        self._boxes = [AESGCM(digest) for digest in digests]
        self._mac_keys = [hashlib.sha256(b"mac:" + key.encode()).digest() for key in keys]

    def sign(self, purpose: str, text: str) -> str:
        """128 bits of HMAC-SHA256, URL-safe; different purposes never share a signature."""
        digest = hmac.digest(self._sign_key, f"{purpose}\0{text}".encode(), "sha256")
        return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")

    def is_signed(self, purpose: str, text: str, signature: str) -> bool:
        """Constant-time comparison."""
        return hmac.compare_digest(self.sign(purpose, text).encode(), signature.encode())

    def mac(self, purpose: str, text: str) -> bytes:
        """HMAC-SHA256 with a key of DATA_KEY's first, 32 bytes: to know again what is not kept."""
        return self.macs(purpose, text)[0]

    def macs(self, purpose: str, text: str) -> list[bytes]:
        """The same with each key of the ring: under which of them it was made is not known."""
        said = f"{purpose}\0{text}".encode()
        return [hmac.digest(key, said, "sha256") for key in self._mac_keys]

    def seal(self, value: Any) -> bytes:
        """The value as JSON, encrypted and authenticated (AES-256-GCM) with the first key."""
        return self.seal_bytes(json.dumps(value).encode())

    def open(self, sealed: bytes) -> Any:
        """What was sealed, with any key of the ring; raises `InvalidTag` when none fits."""
        return json.loads(self.open_bytes(sealed))

    def seal_bytes(self, content: bytes) -> bytes:
        """As `seal`, of a file or a piece of one."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._boxes[0].encrypt(nonce, content, None)

    def open_bytes(self, sealed: bytes) -> bytes:
        """What `seal_bytes` sealed; raises `InvalidTag` when no key fits."""
        nonce, content = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        for box in self._boxes:
            try:
                return box.decrypt(nonce, content, None)
            except InvalidTag:
                continue
        raise InvalidTag


_keyring: Keyring | None = None


def use(secret_key: str, data_key: str) -> None:
    """Set this process's keyring (done once, at start)."""
    global _keyring
    _keyring = Keyring(secret_key, data_key)


def keyring() -> Keyring:
    """The keyring of this process."""
    if _keyring is None:
        raise RuntimeError("tokens.use() has not been called")
    return _keyring

"""Hashing passwords: argon2id with the parameters of OWASP's cheat sheet, about 20 ms.

Never inside `transaction()`: on SQLite it would hold up every other writer.
"""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from eventapp.accounts.rules import normalised
from eventapp.tokens import new_token

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    return _hasher.hash(normalised(password))


def is_password(stored: str | None, password: str) -> bool:
    """Whether the password fits; takes the same time where none is stored."""
    otherwise = _nobodys_hash()
    try:
        _hasher.verify(stored or otherwise, normalised(password))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


@cache
def _nobodys_hash() -> str:
    return hash_password(new_token())

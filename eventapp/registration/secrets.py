"""The tokens of one registration: made together, sealed together, each found by its hash."""

from collections.abc import Iterable
from typing import Any

from eventapp.tokens import hashed, keyring, new_short_code, new_ticket, new_token


def new_secrets() -> dict[str, Any]:
    """Column values for a registration's new tokens."""
    opened = {
        "manage": new_token(),
        "ticket": new_ticket(),
        "short_code": new_short_code(),
        "join": new_token(),
    }
    return {
        "secrets_sealed": keyring().seal(opened),
        **{f"{name}_hash": hashed(token) for name, token in opened.items()},
    }


def receipt_token(event_ids: Iterable[int], form_token: str, person: str) -> str:
    """Derived, so that the same submit gets the same receipt without our storing its address."""
    events = ",".join(map(str, event_ids))
    return keyring().sign("receipt", f"{events}\0{form_token}\0{person}")

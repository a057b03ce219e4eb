"""What rooms above this one show on the personal page; each says itself what that is."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from eventapp.registration.holder import Holder

Load = Callable[[Connection, Holder, datetime], Any]
_LOADS: dict[str, Load] = {}


def put_beside(name: str, load: Load) -> None:
    """From now on the page knows this as `beside.name`."""
    _LOADS[name] = load


def load_beside(connection: Connection, holder: Holder, now: datetime) -> dict[str, Any]:
    """Everything that was put there, for this guest."""
    return {name: load(connection, holder, now) for name, load in _LOADS.items()}

"""UIDs of a registration's calendar entries: random, made once, at the host of the event's own."""

from uuid import uuid4

from eventapp.events.definition import EventDefinition


def new_uid(event_uid: str) -> str:
    """`r-<uuid>`, of a registration for the date with this UID."""
    return f"r-{uuid4()}@{_host(event_uid)}"


def new_item_uid(event: EventDefinition) -> str:
    """`p-<uuid>`, of a chosen item of the programme."""
    return f"p-{uuid4()}@{_host(event.dates[0].uid)}"


def _host(uid: str) -> str:
    return uid.rpartition("@")[2]

"""What narrows a list of people, as parameters of an address: for the list, files and messages."""

from collections.abc import Mapping

from flask import abort

from eventapp.errors import NotFound
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Attendance
from eventapp.forms import one_line
from eventapp.networks.rules import Permission
from eventapp.participants.queries import Wanted
from eventapp.registration.models import RegistrationStatus

MOST_Q = 100


def read_wanted(
    event: EventDefinition, may: frozenset[Permission], given: Mapping[str, str]
) -> Wanted:
    """What these parameters ask for; what means nothing here is not found. Ends with 403 where
    they ask for what the account may not read."""
    given = {name: one_line(value) or "" for name, value in given.items()}
    items = {item.slug: item for item in event.choices}
    with_needs = given.get("needs") == "1"
    if with_needs and Permission.NEEDS_READ not in may:
        abort(403)
    return Wanted(
        q=given.get("q", "")[:MOST_Q],
        attendance=_one_of([*Attendance], given.get("attendance")),
        status=_one_of([*RegistrationStatus], given.get("status")),
        item=items[slug] if (slug := _one_of(list(items), given.get("workshop"))) else None,
        with_needs=with_needs,
        by_name=_one_of(["name"], given.get("sort")) is not None,
    )


def _one_of(known: list[str], value: str | None) -> str | None:
    if not value:
        return None
    if value not in known:
        raise NotFound
    return str(value)


def as_parameters(wanted: Wanted) -> dict[str, str]:
    """The same as the parameters of an address."""
    values = {
        "q": wanted.q,
        "attendance": wanted.attendance,
        "status": wanted.status,
        "workshop": wanted.item.slug if wanted.item else None,
        "needs": "1" if wanted.with_needs else None,
        "sort": "name" if wanted.by_name else None,
    }
    return {name: value for name, value in values.items() if value}

"""A holder says later who assists them, gives the name for the badge, or comes without."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.events.definition import EventDefinition
from eventapp.names import sort_key
from eventapp.registration.actions import Person, SignupRequest, enter_assistant
from eventapp.registration.assistants import KIND, find_assistant_id
from eventapp.registration.holder_rules import ChangeClosed, can_change
from eventapp.registration.models import Registration, RegistrationStatus
from eventapp.registration.promotion import promote
from eventapp.registration.rules import next_revised_at
from eventapp.registration.standing import give_back, lock_standing, revise
from eventapp.tokens import keyring

_R = table_of(Registration).c
_KINDS = "assistance_kinds"


def brings_assistant(needs: Mapping[str, Any]) -> bool:
    """Whether these needs say so."""
    return KIND in (needs.get(_KINDS) or ())


def with_assistant(needs: Mapping[str, Any], brings: bool) -> dict[str, Any]:
    """These needs, saying so or not."""
    others = [kind for kind in needs.get(_KINDS) or () if kind != KIND]
    kinds = [*others, KIND] if brings else others
    rest = {name: value for name, value in needs.items() if name != _KINDS}
    return {**rest, _KINDS: kinds} if kinds else rest


def bring(
    session: Session, registration_id: int, first_name: str, last_name: str, *, now: datetime
) -> None:
    """Add the assistant, by right also where all is full, or give them this name; without a name
    they go by that of whom they assist. Raises `AlreadyCancelled`, `ChangeClosed`."""
    event, row = _lock(session, registration_id, now)
    assistant = find_assistant_id(session.connection(), event.id, row.id)
    if assistant is None:
        main = SignupRequest(
            person=Person(row.first_name, row.last_name, row.email),
            attendance=row.attendance,
            language=row.language,
        )
        status = RegistrationStatus(row.status)
        assistant = enter_assistant(session, event, main, row.id, status, now=now)
        _tell(session, event, row, now, brings=True)
    if last_name:
        name = {"first_name": first_name, "last_name": last_name}
        was = session.execute(select(_R.revised_at).where(_R.id == assistant)).scalar_one()
        revised_at = next_revised_at(now, event.revised_at, was)
        values = {
            **name,
            "sort_key": sort_key(f"{last_name} {first_name}"),
            "revised_at": revised_at,
        }
        session.execute(update(table_of(Registration)).where(_R.id == assistant).values(**values))


def come_alone(session: Session, registration_id: int, *, now: datetime) -> None:
    """The assistant comes no more; their place is free. Raises as `bring`."""
    event, row = _lock(session, registration_id, now)
    assistant = find_assistant_id(session.connection(), event.id, row.id)
    if assistant is None:
        return
    _event, other = lock_standing(session, assistant, now=now)
    give_back(session, event, other, now)
    _tell(session, event, row, now, brings=False)
    promote(session, event, now=now)


def _lock(session: Session, registration_id: int, now: datetime) -> tuple[EventDefinition, Any]:
    event, row = lock_standing(session, registration_id, now=now)
    if row.main_id is not None or not can_change(event, row.status, now):
        raise ChangeClosed
    return event, row


def _tell(
    session: Session, event: EventDefinition, row: Any, now: datetime, *, brings: bool
) -> None:
    """What is needed says it too, for the numbers of the office."""
    before = dict(keyring().open(row.needs_sealed)) if row.needs_sealed else {}
    needs = with_assistant(before, brings)
    sealed = keyring().seal(needs) if needs else None
    revise(session, event, row, now, needs_sealed=sealed, needs_told_at=now)

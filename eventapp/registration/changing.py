"""What a holder told, written anew with the link from the mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.events.definition import EventDefinition, ItemDefinition, QuestionDefinition
from eventapp.names import key, person_key, sort_key
from eventapp.questions.models import Need
from eventapp.questions.rules import NeedState
from eventapp.registration import own_feed
from eventapp.registration.addresses import ask_for_address
from eventapp.registration.answering import list_answers, write_answers
from eventapp.registration.correction import find_twin
from eventapp.registration.holder_rules import ChangeClosed, can_change
from eventapp.registration.models import Registration
from eventapp.registration.promotion import promote
from eventapp.registration.refusals import AlreadyRegistered
from eventapp.registration.selfservice import choose_items
from eventapp.registration.standing import lock_standing, owe, revise
from eventapp.tokens import keyring

LIST = "list"  # the consent to stand in the list of participants, beside the purposes of photos

_R = table_of(Registration).c
_ON_TICKET = ("title", "first_name", "last_name", "organisation")


@dataclass(frozen=True)
class Told:
    """What a person told of themselves; `columns` by name, only those that are asked."""

    email: str
    columns: Mapping[str, Any]
    needs: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[QuestionDefinition, Any] = field(default_factory=dict)


def get_told(connection: Connection, event: EventDefinition, registration_id: int) -> Told:
    """As it stands, for the person alone: also what is sealed."""
    statement = select(table_of(Registration)).where(_R.id == registration_id)
    row = connection.execute(statement).mappings().one()
    answers = list_answers(connection, event, [registration_id], with_needs=True)
    return Told(
        email=row["email"],
        columns={str(name): value for name, value in row.items()},
        needs=_opened(row["needs_sealed"]),
        answers=answers.get(registration_id, {}),
    )


def change(
    session: Session,
    registration_id: int,
    wanted: Told,
    items: Sequence[ItemDefinition],
    *,
    now: datetime,
) -> None:
    """Write all of it. Another address waits until it is confirmed; a mail goes out where the
    ticket says something else now.

    Raises `AlreadyCancelled`, `ChangeClosed`, `AlreadyRegistered`, and as
    `selfservice.change_items`.
    """
    event, row = lock_standing(session, registration_id, now=now)
    if not can_change(event, row.status, now):
        raise ChangeClosed
    is_chosen_anew = choose_items(session, event, row, items)
    answered = write_answers(session, row.id, wanted.answers)
    new = _columns(session, row, wanted)
    if dict(wanted.needs) != _opened(row.needs_sealed) or any(each.sensitive for each in answered):
        new |= _needs_columns(session, row, wanted, now)
    ask_for_address(session, row, wanted.email, now=now)
    changed = {name for name, value in new.items() if getattr(row, name) != value}
    if not (is_chosen_anew or answered or changed):
        return
    revised_at = revise(session, event, row, now, **new)
    if "person_key" in changed:
        own_feed.follow(session, row, now=now)
    if is_chosen_anew or changed & set(_ON_TICKET):
        act = f"{row.id}:{revised_at.isoformat()}"
        owe(session, "registration-changed", row.id, act, now)
    promote(session, event, now=now)


def _columns(session: Session, row: Any, wanted: Told) -> dict[str, Any]:
    """The columns as they should be, with the keys that follow from them."""
    told = dict(wanted.columns)
    person = person_key(row.email, told["first_name"], told["last_name"])
    if find_twin(session, row, person) is not None:
        raise AlreadyRegistered
    told["person_key"] = person
    told["sort_key"] = sort_key(f"{told['last_name']} {told['first_name']}")
    if "organisation" in told:
        name = told["organisation"]
        told["organisation_key"] = sort_key(name) if name else None
    if key(wanted.email) == row.email_key:
        told["email"] = wanted.email
    return told


def _needs_columns(session: Session, row: Any, wanted: Told, now: datetime) -> dict[str, Any]:
    """Something else is needed now; the office has to look at it again."""
    session.execute(
        update(Need)
        .where(Need.registration_id == row.id)
        .values(state=NeedState.OPEN, changed_at=now, changed_by=None)
    )
    needs = dict(wanted.needs)
    return {"needs_sealed": keyring().seal(needs) if needs else None, "needs_told_at": now}


def _opened(sealed: bytes | None) -> dict[str, Any]:
    return dict(keyring().open(sealed)) if sealed else {}


def withdraw_consent(
    session: Session, event: EventDefinition, registration_id: int, which: str, *, now: datetime
) -> None:
    """Take back one consent: a purpose of photos, or `LIST`. Possible for ever. A new state, by
    which the doors learn of it."""
    columns = (_R.id, _R.photo_consent, _R.list_consent, _R.revised_at)
    row = session.execute(select(*columns).where(_R.id == registration_id).with_for_update()).one()
    photo = [purpose for purpose in row.photo_consent or [] if purpose != which]
    is_listed = row.list_consent and which != LIST
    revise(session, event, row, now, photo_consent=photo, list_consent=is_listed)

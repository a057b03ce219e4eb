"""What the log says of the register: of an entry what changed, of people no more than who."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from eventapp.audit.actions import note
from eventapp.audit.rules import changes
from eventapp.organisations.rules import Reach, Registered


def note_organisation(
    session: Session,
    act: str,
    organisation_id: int,
    *,
    before: Registered | None,
    after: Registered | None,
    reach: Reach,
    by: int,
    now: datetime,
) -> None:
    """One act on one entry, in the log of the topmost network by which the account may do it."""
    old, new = changes(_facts(before, reach), _facts(after, reach))
    note(
        session,
        act,
        by=by,
        now=now,
        network_id=_topmost(before or after, reach),
        subject=("organisation", organisation_id),
        before=old,
        after=new,
    )


def note_apart(
    session: Session, a: Registered, b: Registered, *, reach: Reach, by: int, now: datetime
) -> None:
    """Both were said to be two."""
    note(
        session,
        "organisation.kept_apart",
        by=by,
        now=now,
        network_id=_topmost(a, reach),
        subject=("organisation", a.id),
        after={"name": [a.name, b.name]},
    )


def _topmost(organisation: Registered | None, reach: Reach) -> int | None:
    ids = organisation.network_ids & reach.editable if organisation else frozenset()
    return next((node.id for node, _depth in reach.edited if node.id in ids), None)


def _facts(organisation: Registered | None, reach: Reach) -> dict[str, Any]:
    if organisation is None:
        return {}
    facts = {name: value for name, value in organisation.values.items() if value not in (None, "")}
    facts["networks"] = reach.names(organisation.network_ids)
    facts["contacts"] = [each.label for each in organisation.contacts]
    return facts

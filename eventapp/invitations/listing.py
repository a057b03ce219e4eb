"""The round of one event as a list: who was invited, what they said, how many come.

A fixed number of statements, however many there are.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, case, func, select, union_all

from eventapp.base import table_of
from eventapp.errors import NotFound
from eventapp.events.definition import EventDefinition
from eventapp.invitations.models import Invitation, InvitationText
from eventapp.invitations.queries import invited_of
from eventapp.invitations.rules import Invited, Pile, Touched, pile_of, quota_of
from eventapp.mail.models import MailState, OutboxMail, PastMail
from eventapp.names import sort_key
from eventapp.networks.models import Organisation
from eventapp.registration.models import Registration, RegistrationStatus
from eventapp.tokens import keyring

KINDS = ("invitation", "invitation-reminder")
_I, _O, _R = table_of(Invitation).c, table_of(Organisation).c, table_of(Registration).c
_PERSON = ("salutation", "title", "first_name", "last_name", "email")
_OF_ROUND = (
    *("mailed_at", "reminded_at", "printed_at", "called_at", "call_note"),
    *("answer", "answered_at", "answered_by_office", "revoked_at"),
)


@dataclass(frozen=True)
class Invitee:
    """One line of the round."""

    invited: Invited
    code: str
    type: str | None
    district: str | None
    quota: int | None  # None: no limit
    confirmed: int
    standing: int  # who waits or has not confirmed yet counts too
    waiting: int
    pile: Pile
    touched: Touched
    called_at: datetime | None
    call_note: str | None
    answer: str | None
    answered_at: datetime | None
    answered_by_office: bool
    revoked_at: datetime | None

    @property
    def id(self) -> int:
        return self.invited.id

    @property
    def last(self) -> tuple[str, datetime] | None:
        """What was last done about it, and when."""
        touched = self.touched
        acts = {
            "mailed": touched.mailed_at,
            "printed": touched.printed_at,
            "reminded": touched.reminded_at,
            "called": self.called_at,
        }
        known = [(what, at) for what, at in acts.items() if at]
        return max(known, key=lambda each: each[1], default=None)

    @property
    def left(self) -> int | None:
        return None if self.quota is None else max(self.quota - self.holding, 0)

    @property
    def holding(self) -> int:
        """Who has a place, or one is held for."""
        return self.standing - self.waiting


@dataclass(frozen=True)
class Letter:
    """What the office writes; `text` empty: what the program proposes."""

    text: str = ""
    answer_by: date | None = None


def list_invitees(connection: Connection, event: EventDefinition) -> list[Invitee]:
    """All that hold, by name; two statements."""
    where = _I.event_id == event.id, _I.revoked_at.is_(None)
    found = _read(connection, event, _statement().where(*where))
    return sorted(found, key=lambda each: (each.invited.is_personal, sort_key(each.invited.name)))


def get_invitee(connection: Connection, event: EventDefinition, invitation_id: int) -> Invitee:
    """One of the event's, also a withdrawn one. Raises `NotFound`."""
    where = _I.event_id == event.id, _I.id == invitation_id
    found = _read(connection, event, _statement().where(*where))
    if not found:
        raise NotFound
    return found[0]


def _statement() -> Select[Any]:
    columns = [_I[name] for name in ("id", "event_id", "organisation_id", *_PERSON, *_OF_ROUND)]
    return select(
        *columns,
        _I.code_sealed,
        _I.organisation.label("beside"),
        _O.name.label("member"),
        _O.type,
        _O.district,
        _O.delegate_quota,
    ).select_from(table_of(Invitation).outerjoin(table_of(Organisation)))


def _read(connection: Connection, event: EventDefinition, statement: Select[Any]) -> list[Invitee]:
    counts = _count(connection, event.id)
    return [_invitee(event, row, counts) for row in connection.execute(statement)]


def _invitee(
    event: EventDefinition, row: Row[Any], counts: Mapping[tuple[str, int], Counter[str]]
) -> Invitee:
    invited = invited_of(row)
    key = ("person", row.id) if invited.is_personal else ("organisation", row.organisation_id)
    of_them = counts.get(key, Counter())
    standing = sum(of_them.values())
    return Invitee(
        invited=invited,
        code=keyring().open(row.code_sealed),
        type=row.type,
        district=row.district,
        quota=1 if invited.is_personal else quota_of(event, row.delegate_quota),
        confirmed=of_them[RegistrationStatus.CONFIRMED],
        standing=standing,
        waiting=of_them[RegistrationStatus.WAITLISTED],
        pile=pile_of(row.answer, standing),
        touched=Touched(row.mailed_at, row.printed_at, row.reminded_at),
        **{name: getattr(row, name) for name in _OF_ROUND if name in Invitee.__annotations__},
    )


def _count(connection: Connection, event_id: int) -> dict[tuple[str, int], Counter[str]]:
    """Who stands, by status: of each organisation, and of each personal invitation."""
    person = case((_R.is_guest, _R.invitation_id))
    organisation = case((_R.is_guest.is_(False), _R.organisation_id))
    rows = connection.execute(
        select(person.label("person"), organisation.label("member"), _R.status, func.count())
        .where(_R.event_id == event_id, _R.status != RegistrationStatus.CANCELLED)
        .group_by(person, organisation, _R.status)
    )
    counts: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for person_id, member_id, status, n in rows:
        if person_id is not None:
            counts["person", person_id][status] += n
        elif member_id is not None:
            counts["organisation", member_id][status] += n
    return counts


def piles(invitees: Sequence[Invitee]) -> dict[Pile, list[Invitee]]:
    """All three, also empty ones."""
    return {pile: [each for each in invitees if each.pile == pile] for pile in Pile}


def list_troubled(connection: Connection, event_id: int) -> set[int]:
    """The invitations one of whose mails was refused for good or may have been lost."""
    lost = (
        select(each.ids).where(
            each.event_id == event_id,
            each.state.in_((MailState.FAILED, MailState.UNKNOWN)),
            each.kind.in_(KINDS),
        )
        for each in (table_of(OutboxMail).c, table_of(PastMail).c)
    )
    return {row.ids["invitation_id"] for row in connection.execute(union_all(*lost))}


def find_letter(connection: Connection, event_id: int) -> Letter:
    """What the office has written, if anything."""
    row = connection.execute(
        select(InvitationText.text, InvitationText.answer_by).where(
            InvitationText.event_id == event_id
        )
    ).first()
    return Letter(row.text, row.answer_by) if row else Letter()

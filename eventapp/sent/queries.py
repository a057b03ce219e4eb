"""Reads of mails about an event and its people: those in the outbox and what stays of others.

A fixed number of statements each, however many there are.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from eventapp.base import table_of
from eventapp.errors import NotFound
from eventapp.events.contingent import Contingent
from eventapp.events.definition import EventDefinition
from eventapp.folding import folded
from eventapp.invitations.models import Invitation
from eventapp.mail.models import MailState, OutboxMail, PastMail
from eventapp.mail.outbox import was_for
from eventapp.names import full_name, sort_key
from eventapp.networks.models import Organisation
from eventapp.networks.rules import Permission
from eventapp.paging import Page
from eventapp.participants.selection import MOST_WORDS, Wanted, conditions
from eventapp.registration.models import Registration
from eventapp.sent.rules import Choice, Pile, pile_of

_M, _P = table_of(OutboxMail).c, table_of(PastMail).c
_R = table_of(Registration).c
_I = table_of(Invitation).c
_O = table_of(Organisation).c
_TOLD = (
    *("message_id", "kind", "ids", "state", "interrupted", "created_at", "settled_at"),
    *("bounced_at", "bounce_status"),
)


@dataclass(frozen=True)
class SentMail:
    """One mail and whom it was for."""

    message_id: str
    kind: str
    ids: Mapping[str, int]
    state: str
    created_at: datetime
    settled_at: datetime | None
    bounced_at: datetime | None
    bounce_status: str | None
    answer: str | None  # the mail server's, as long as it is kept
    is_kept: bool  # its row is still in the outbox
    due_at: datetime | None  # when it may leave, as long as it waits
    recipient_hash: bytes | None  # of the address that it left for, as long as that is kept
    email: str  # of whom it is about, as it is today; empty for organisations
    person_id: int | None
    name: str  # of the person or organisation; empty where there is none any more

    @property
    def at(self) -> datetime:
        """When it became what it is."""
        return self.bounced_at or self.settled_at or self.due_at or self.created_at

    @property
    def waits(self) -> bool:
        """Whether it is held back until `at`."""
        return self.due_at is not None

    @property
    def pile(self) -> Pile:
        return pile_of(self.state, is_bounced=self.bounced_at is not None)


@dataclass(frozen=True)
class Address:
    """Where a mail went, as far as that is known: rows hold no address."""

    today: str  # where it would go now; empty where that is nowhere
    is_former: bool  # it left for another one, which nobody knows any more
    is_sure: bool  # it left for today's, or has yet to leave


def address_of(mail: SentMail, today: str) -> Address:
    if mail.recipient_hash is None:
        return Address(today, is_former=False, is_sure=mail.settled_at is None)
    is_same = bool(today) and was_for(mail.recipient_hash, today)
    return Address(today, is_former=not is_same, is_sure=is_same)


@dataclass(frozen=True)
class Counts:
    """Of all mails that the search finds, whatever pile or kind was chosen."""

    by_pile: Mapping[Pile, int]
    by_kind: Mapping[str, int]
    chosen: int

    @property
    def total(self) -> int:
        return sum(self.by_pile.values())


def count_mails(
    connection: Connection,
    event: EventDefinition,
    choice: Choice,
    may: Collection[Permission],
    within: Contingent | None,
) -> Counts:
    mails = _mails(event, choice.q, may, within)
    is_bounced = mails.c.bounced_at.is_not(None).label("is_bounced")
    rows = connection.execute(
        select(mails.c.kind, mails.c.state, is_bounced, func.count().label("n")).group_by(
            mails.c.kind, mails.c.state, is_bounced
        )
    ).all()
    piles: Counter[Pile] = Counter()
    kinds: Counter[str] = Counter()
    chosen = 0
    for row in rows:
        pile = pile_of(row.state, is_bounced=row.is_bounced)
        piles[pile] += row.n
        kinds[row.kind] += row.n
        is_chosen = choice.pile in (None, pile) and choice.kind in (None, row.kind)
        chosen += row.n if is_chosen else 0
    return Counts(piles, kinds, chosen)


def list_mails(
    connection: Connection,
    event: EventDefinition,
    choice: Choice,
    may: Collection[Permission],
    within: Contingent | None,
    page: Page,
) -> list[SentMail]:
    """The latest first."""
    mails = _mails(event, choice.q, may, within)
    at = func.coalesce(mails.c.bounced_at, mails.c.settled_at, mails.c.due_at, mails.c.created_at)
    statement = select(mails).where(*_chosen(mails, choice))
    rows = connection.execute(
        statement.order_by(at.desc(), mails.c.message_id).limit(page.size).offset(page.offset)
    )
    return [_mail(row) for row in rows]


def get_mail(
    connection: Connection,
    event: EventDefinition,
    message_id: str,
    may: Collection[Permission],
    within: Contingent | None,
) -> SentMail:
    """One of this event's that the reader may know of. Raises `NotFound`."""
    mails = _mails(event, "", may, within)
    row = connection.execute(select(mails).where(mails.c.message_id == message_id)).first()
    if row is None:
        raise NotFound
    return _mail(row)


def _mail(row: Any) -> SentMail:
    person = full_name(row.title, row.first_name or "", row.last_name or "")
    return SentMail(
        **{name: getattr(row, name) for name in _TOLD if name != "interrupted"},
        answer=row.answer,
        is_kept=bool(row.is_kept),
        due_at=row.due_at,
        recipient_hash=row.recipient_hash,
        email=row.email or "",
        person_id=row.person_id,
        name=person.strip() or row.organisation or "",
    )


def _chosen(mails: Subquery, choice: Choice) -> list[ColumnElement[bool]]:
    found = []
    if choice.kind:
        found.append(mails.c.kind == choice.kind)
    if choice.pile is Pile.LOST:
        found.append(or_(mails.c.state.in_(_states(Pile.LOST)), mails.c.bounced_at.is_not(None)))
    elif choice.pile:
        whole = mails.c.bounced_at.is_(None)
        found.append(and_(mails.c.state.in_(_states(choice.pile)), whole))
    return found


def _states(pile: Pile) -> list[str]:
    return [each for each in MailState if pile_of(each, is_bounced=False) is pile]


def _mails(
    event: EventDefinition,
    q: str,
    may: Collection[Permission],
    within: Contingent | None,
) -> Subquery:
    """All that the reader may know of, as one table."""
    wanted = Wanted(q=q, within=within)
    found: list[Select[Any]] = []
    for mails in (_M, _P):
        for about, mine in (("registration_id", _R.id), ("signup_id", _R.signup_id)):
            columns = _R.id.label("person_id"), *_named(_R), _R.organisation
            joined = table_of(Registration).join(mails.id.table, mails[about] == mine)
            found.append(
                _select(mails, *columns).select_from(joined).where(*conditions(event, wanted))
            )
        if within is None and Permission.INVITATIONS_SEND in may:
            found.append(_to_organisations(event, mails, q))
    return union_all(*found).subquery("mails")


def _to_organisations(event: EventDefinition, mails: Any, q: str) -> Select[Any]:
    """Invitations, also personal ones, and what else goes to organisations and their contacts."""
    invited = mails.ids["invitation_id"].as_integer()
    named = func.coalesce(_I.organisation_id, mails.ids["organisation_id"].as_integer())
    is_test = mails.ids["account_id"].as_integer().is_not(None)
    organisation = func.coalesce(_O.name, _I.organisation)
    said = func.coalesce(_O.name, "") + " " + func.coalesce(_I.first_name, "")
    said = said + " " + func.coalesce(_I.last_name, "")
    return (
        _select(mails, null().label("person_id"), *_named(_I), organisation.label("organisation"))
        .select_from(
            mails.id.table.outerjoin(table_of(Invitation), _I.id == invited).outerjoin(
                table_of(Organisation), _O.id == named
            )
        )
        .where(mails.event_id == event.id, ~is_test, *_contains(said, q))
    )


def _contains(said: Any, q: str) -> Sequence[ColumnElement[bool]]:
    words = sort_key(q).split()[:MOST_WORDS]
    return [folded(said).contains(word, autoescape=True) for word in words]


def _named(columns: Any) -> tuple[Any, ...]:
    return columns.title, columns.first_name, columns.last_name, columns.email


def _select(mails: Any, *more: Any) -> Select[Any]:
    is_kept = mails is _M
    return select(
        *(mails[name] for name in _TOLD),
        (mails.last_answer if is_kept else null()).label("answer"),
        literal(int(is_kept)).label("is_kept"),
        (case((mails.state == MailState.PENDING, mails.due_at)) if is_kept else null()).label(
            "due_at"
        ),
        (mails.recipient_hash if is_kept else null()).label("recipient_hash"),
        *more,
    )

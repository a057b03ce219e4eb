"""The mails about a registration. Each renders the present state, or is dropped when its reason has
gone: a confirmation for somebody who cancelled, a second confirmation of the same state."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update
from sqlalchemy.orm import Session

from eventapp import clock
from eventapp.events.ical import Method, calendar, vevent
from eventapp.events.models import EventStatus
from eventapp.mail import kinds, outbox
from eventapp.mail.kinds import CalendarPart, Draft
from eventapp.mail.models import MailState
from eventapp.registration import addresses, ical, qr, queries
from eventapp.registration.addresses import WITH_REQUEST
from eventapp.registration.delegates import find_full_quota
from eventapp.registration.holder import Holder
from eventapp.registration.holder_mails import HolderMails
from eventapp.registration.models import (
    PROVING,
    CancelledAs,
    Registration,
    RegistrationStatus,
)
from eventapp.registration.rules import is_door_open
from eventapp.tokens import hashed

CONFIRMED, WAITLISTED, CANCELLED = (
    RegistrationStatus.CONFIRMED,
    RegistrationStatus.WAITLISTED,
    RegistrationStatus.CANCELLED,
)

TELLS_ALL = (
    *WITH_REQUEST,
    "registration-waitlisted",
    "registration-offered",
    "registration-received",
)


class RegistrationMails(HolderMails):
    """Composes the kinds for one installation."""

    def register(self) -> None:
        """Make the kinds known."""
        for kind, compose in (
            ("registration-waitlisted", self._waitlisted),
            ("registration-offered", self._offered),
            ("registration-cancelled", self._cancelled),
            ("registration-link", self._link),
            ("registration-confirm-email", self._asks_proof),
            ("registration-received", self._received),
            ("registration-declined", self._declined),
        ):
            kinds.register(kind, _loaded(compose))
        for kind in ("registration-confirmed", "registration-promoted"):
            kinds.register(kind, self._confirmed, _loaded(self._past_ticket))
        kinds.register("registration-changed", self._changed)
        kinds.register("registration-new-address", self._new_address)
        kinds.register("registration-readdressed", self._readdressed)

    def _confirmed(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        """With the ticket and a REQUEST; dropped where one has already left."""
        holder = queries.get_holder(connection, ids["registration_id"])
        is_told = holder.request_sent_at is not None and kinds.AGAIN not in ids
        if holder.status != CONFIRMED or is_told or holder.event.status == EventStatus.CANCELLED:
            return None
        return self._ticket(connection, holder)

    def _past_ticket(self, connection: Connection, holder: Holder) -> Draft | None:
        """Also of whoever has cancelled since."""
        is_shown = holder.status in (CONFIRMED, CANCELLED)
        return self._ticket(connection, holder) if is_shown else None

    def _ticket(self, connection: Connection, holder: Holder) -> Draft:
        return self.draft(
            holder,
            calendar=self.calendar(holder, "REQUEST", is_inline=False),
            qr_png=qr.png(qr.ticket_url(self.public_url, holder.ticket)),
            on_sent=note_request(holder),
            assistant=queries.find_assistant(connection, holder),  # who has no mail of their own
        )

    def _waitlisted(self, connection: Connection, holder: Holder) -> Draft | None:
        """With a CANCEL for somebody who had a place before."""
        if holder.status != WAITLISTED:
            return None
        full_quota = find_full_quota(connection, holder, now=clock.now())
        calendar: tuple[CalendarPart, ...] = ()
        if ever_had_request(connection, holder):
            calendar = self.calendar(holder, "CANCEL", is_inline=True)
        return self.draft(holder, calendar=calendar, full_quota=full_quota)

    def _offered(self, _connection: Connection, holder: Holder) -> Draft | None:
        """With the link that takes the place; no calendar part, for nothing is settled."""
        return self.draft(holder) if holder.status == RegistrationStatus.OFFERED else None

    def _asks_proof(self, _connection: Connection, holder: Holder) -> Draft | None:
        """Without ticket and without anything else that belongs to whoever the address belongs."""
        if holder.status not in PROVING:
            return None
        return self.draft(holder, confirm_url=f"{self.manage_url(holder)}/confirm")

    def _received(self, _connection: Connection, holder: Holder) -> Draft | None:
        return self.draft(holder) if holder.status == RegistrationStatus.RECEIVED else None

    def _declined(self, _connection: Connection, holder: Holder) -> Draft | None:
        return self.draft(holder) if holder.cancelled_as == CancelledAs.DECLINED else None

    def _changed(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        """With a REQUEST where the calendar entry changed, which `sequence` tells: workshops do not
        stand in it. Dropped while the confirmation, which will tell of the change, has not left."""
        holder = queries.get_holder(connection, ids["registration_id"])
        if holder.status in (CANCELLED, RegistrationStatus.OFFERED):
            return None
        if holder.status == WAITLISTED:
            return self.draft(holder)
        if not had_request(connection, holder):
            return None
        if "sequence" not in ids:
            return self.draft(holder)
        return self.draft(holder, calendar=self.calendar(holder, "REQUEST", is_inline=True))

    def _cancelled(self, connection: Connection, holder: Holder) -> Draft | None:
        """With a CANCEL where a REQUEST may have gone out."""
        if holder.status != CANCELLED:
            return None
        if not had_request(connection, holder):
            return self.draft(holder)
        return self.draft(holder, calendar=self.calendar(holder, "CANCEL", is_inline=True))

    def _new_address(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        """To the new address, with the link that makes it count; dropped once that is over."""
        wanted = addresses.find_new(connection, ids["registration_id"])
        if wanted is None:
            return None
        holder = queries.get_holder(connection, ids["registration_id"])
        if holder.status == CANCELLED:
            return None
        email, token = wanted
        url = f"{self.public_url}/addresses/{token}"
        return self.draft(replace(holder, email=email), confirm_url=url)

    def _readdressed(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        """To the address that holds no more; with a CANCEL where its calendar has the dates."""
        former = addresses.find_former(connection, ids["former_id"])
        if former is None:
            return None
        holder = replace(
            queries.get_holder(connection, ids["registration_id"]),
            email=former.email,
            sequence=former.sequence,
            revised_at=former.revised_at,
        )
        calendar = self.calendar(holder, "CANCEL", is_inline=True) if former.had_request else ()
        return self.draft(holder, calendar=calendar, on_sent=_note_told(former.id))

    def _link(self, connection: Connection, holder: Holder) -> Draft | None:
        """The links to all standing registrations of the address."""
        standing = queries.list_standing(connection, holder.id)
        return self.draft(holder, standing=standing) if standing else None

    def calendar(
        self, holder: Holder, method: Method, *, is_inline: bool
    ) -> tuple[CalendarPart, ...]:
        """One object per date; only a single one also stands among the alternatives. None for
        whoever has the dates from their feed, see `feed_choice`."""
        if holder.uses_feed:
            return ()
        entries = ical.entries(holder, public_url=self.public_url, attendee=holder.email)
        if method == "CANCEL":
            entries = [replace(entry, status="CANCELLED") for entry in entries]
        else:  # nobody is asked to come on a date that is called off
            on = {holder.uids[date.id] for date in holder.event.dates_on}
            entries = [entry for entry in entries if entry.uid in on]
        return tuple(
            CalendarPart(
                method=method,
                ics=calendar([vevent(entry)], method=method),
                is_inline=is_inline and len(entries) == 1,
            )
            for entry in entries
        )

    def draft(
        self,
        holder: Holder,
        *,
        calendar: tuple[CalendarPart, ...] = (),
        qr_png: bytes | None = None,
        on_sent: Callable[[Session, datetime], None] | None = None,
        **context: Any,
    ) -> Draft:
        """With the parts that only these mails have, and `context` for the templates."""
        facts: dict[str, Any] = {
            "standing": [],
            "full_quota": None,
            "has_calendar": bool(calendar),
            "is_door_open": is_door_open(holder.event, clock.now()),
            "confirm_url": "",
            "assistant": None,
            "accept_url": f"{self.manage_url(holder)}/accept",
            "join_url": f"{self.public_url}/join/{holder.join_token}",
        }
        draft = self.to_holder(holder, **{**facts, **context})
        return replace(draft, calendar=calendar, qr_png=qr_png, on_sent=on_sent)


def _loaded(
    compose: Callable[[Connection, Holder], Draft | None],
) -> Callable[[Connection, Mapping[str, int]], Draft | None]:
    def composed(connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        return compose(connection, queries.get_holder(connection, ids["registration_id"]))

    return composed


def had_request(connection: Connection, holder: Holder) -> bool:
    """Whether a REQUEST left, or may have; raises `NotYet` while one is just leaving."""
    if holder.request_sent_at is not None:
        return True
    requests = outbox.departures(
        connection, WITH_REQUEST, registration_id=holder.id, signup_id=holder.signup_id
    )
    if requests.is_leaving:
        raise kinds.NotYet
    return requests.may_have_left


def is_told_otherwise(connection: Connection, holder: Holder) -> bool:
    """Whether a mail that tells how everything stands by now has not left yet; raises `NotYet`
    while one is just leaving. Costs nothing for whoever has had theirs."""
    if holder.request_sent_at is not None:
        return False
    about = {"registration_id": holder.id, "signup_id": holder.signup_id}
    states = [
        mail.state
        for mail in outbox.list_about(connection, **about)
        if mail.kind in TELLS_ALL and mail.state in (MailState.PENDING, MailState.SENDING)
    ]
    if MailState.SENDING in states:
        raise kinds.NotYet
    return bool(states)


def ever_had_request(connection: Connection, holder: Holder) -> bool:
    """As `had_request`, also where another one would be sent today."""
    if had_request(connection, holder):
        return True
    mails = outbox.list_about(connection, registration_id=holder.id, signup_id=holder.signup_id)
    return any(mail.kind in WITH_REQUEST and mail.state == MailState.SENT for mail in mails)


def _note_told(former_id: int) -> Callable[[Session, datetime], None]:
    return lambda session, _now: addresses.forget_former(session, former_id)


def note_request(holder: Holder) -> Callable[[Session, datetime], None]:
    """Not if the address was corrected meanwhile: who is there now has had nothing yet; nor if the
    person waits again, and will be asked anew."""

    def note(session: Session, now: datetime) -> None:
        session.execute(
            update(Registration)
            .where(
                Registration.id == holder.id,
                Registration.manage_hash == hashed(holder.manage_token),
                Registration.status != WAITLISTED,  # who cancelled meanwhile is owed a CANCEL
            )
            .values(request_sent_at=now)
        )

    return note


def note_requests(holders: Sequence[Holder]) -> Callable[[Session, datetime], None]:
    """As `note_request`, of one mail for several places."""

    def note(session: Session, now: datetime) -> None:
        for each in holders:
            note_request(each)(session, now)

    return note

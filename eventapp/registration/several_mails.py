"""The one mail of a form for several events: a calendar file for each place, the rest in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from eventapp.events.models import Attendance, EventStatus
from eventapp.mail import kinds
from eventapp.mail.kinds import Draft
from eventapp.registration import qr, queries
from eventapp.registration.holder import Holder
from eventapp.registration.mails import (
    CANCELLED,
    CONFIRMED,
    WAITLISTED,
    RegistrationMails,
    note_requests,
)
from eventapp.registration.refusals import AlreadyRegistered
from eventapp.registration.several import KIND
from eventapp.registration.several_queries import Told, list_links, list_told


@dataclass(frozen=True)
class Entry:
    """One event as the mail tells of it."""

    told: Told
    url: str | None  # of the personal page, where there is one
    holder: Holder | None = None
    cid: str | None = None  # of the picture with the code
    join_url: str | None = None  # the online door


class SeveralMails(RegistrationMails):
    """Composes the kind for one installation."""

    def register(self) -> None:
        """Make the kind known."""
        kinds.register(KIND, self._several)

    def _several(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        """Dropped where nothing stands any more, or all of it was told already."""
        told = list_told(connection, ids["signup_id"])
        holders = _standing(connection, told)
        is_again = kinds.AGAIN in ids
        fresh = [each for each in holders if _needs_request(each, is_again=is_again)]
        if not fresh and not any(each.status == WAITLISTED for each in holders):
            return None
        codes = {each.id: f"einlass-{n}" for n, each in enumerate(fresh, 1)}
        entries = self._entries(connection, told, holders, codes)
        draft = self.draft(
            holders[0],
            calendar=tuple(
                part for each in fresh for part in self.calendar(each, "REQUEST", is_inline=False)
            ),
            on_sent=note_requests(fresh),
            entries=entries,
        )
        pictures = {codes[h.id]: qr.png(qr.ticket_url(self.public_url, h.ticket)) for h in fresh}
        return replace(draft, pictures=pictures)

    def _entries(
        self,
        connection: Connection,
        told: Sequence[Told],
        holders: Sequence[Holder],
        codes: Mapping[int, str],
    ) -> list[Entry]:
        by_id = {each.id: each for each in holders}
        known = [each.event.id for each in told if each.outcome == AlreadyRegistered.code]
        links = list_links(connection, holders[0].id, known) if known else {}
        tokens = {**links, **{each.event.id: each.manage_token for each in holders}}
        return [
            Entry(
                told=each,
                url=f"{self.public_url}/registrations/{tokens[each.event.id]}"
                if each.event.id in tokens
                else None,
                holder=by_id.get(each.registration_id or 0),
                cid=codes.get(each.registration_id or 0),
                join_url=self._join_url(by_id.get(each.registration_id or 0)),
            )
            for each in told
            if each.registration_id is None or each.registration_id in by_id
        ]

    def _join_url(self, holder: Holder | None) -> str | None:
        is_online = holder and holder.attendance == Attendance.ONLINE and holder.event.join_url
        if holder is None or not is_online or holder.status != CONFIRMED:
            return None
        return f"{self.public_url}/join/{holder.join_token}"


def _standing(connection: Connection, told: Sequence[Told]) -> list[Holder]:
    """Those that still belong to the address of the first of them; whose own was corrected has been
    written to by itself."""
    ids = [each.registration_id for each in told if each.registration_id is not None]
    holders = [queries.get_holder(connection, id_) for id_ in ids]
    standing = [
        each
        for each in holders
        if each.status != CANCELLED and each.event.status != EventStatus.CANCELLED
    ]
    return [each for each in standing if each.email == standing[0].email]


def _needs_request(holder: Holder, *, is_again: bool) -> bool:
    return holder.status == CONFIRMED and (is_again or holder.request_sent_at is None)

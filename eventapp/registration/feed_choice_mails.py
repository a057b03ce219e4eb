"""The one mail of choosing between the feed and calendar files in mails."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from eventapp import clock
from eventapp.events.ical import Method
from eventapp.events.models import EventStatus
from eventapp.mail import kinds
from eventapp.mail.kinds import CalendarPart, Draft
from eventapp.registration import own_feed, queries
from eventapp.registration.feed_choice import KIND, list_to_come
from eventapp.registration.holder import Holder
from eventapp.registration.mails import (
    CANCELLED,
    CONFIRMED,
    WAITLISTED,
    RegistrationMails,
    ever_had_request,
    had_request,
    note_requests,
)


class FeedChoiceMails(RegistrationMails):
    """Composes the kind for one installation."""

    def register(self) -> None:
        """Make the kind known."""
        kinds.register(KIND, self._choice)

    def _choice(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        """Dropped where the choice is another by now, and where no calendar has to change."""
        id_ = ids["registration_id"]
        since = own_feed.find_no_files_since(connection, id_)
        if bool(ids["files"]) != (since is None):
            return None
        rows = list_to_come(connection, id_, now=clock.now())
        if since is None:
            holders, method = _held(connection, rows), _REQUEST
        else:
            holders, method = _in_calendars(connection, rows, since), _CANCEL
        if not holders:
            return None
        return self.draft(
            queries.get_holder(connection, id_),
            calendar=self._parts(holders, method),
            on_sent=None if since else note_requests(holders),
            holders=holders,
            uses_feed=since is not None,
        )

    def _parts(self, holders: Sequence[Holder], method: Method) -> tuple[CalendarPart, ...]:
        """What is taken back has a SEQUENCE below that of the same dates in the feed."""
        below = 1 if method == _CANCEL else 0
        is_single = sum(len(each.event.dates) for each in holders) == 1
        return tuple(
            part
            for each in holders
            for part in self.calendar(
                replace(each, uses_feed=False, sequence=each.sequence - below),
                method,
                is_inline=is_single,
            )
        )


_REQUEST: Method = "REQUEST"
_CANCEL: Method = "CANCEL"


def _held(connection: Connection, rows: Sequence[Any]) -> list[Holder]:
    """The places in events that take place."""
    ids = [row.id for row in rows if row.status == CONFIRMED]
    holders = [queries.get_holder(connection, id_) for id_ in ids]
    return [each for each in holders if each.event.status != EventStatus.CANCELLED]


def _in_calendars(connection: Connection, rows: Sequence[Any], since: datetime) -> list[Holder]:
    """Those of which a calendar may know: what ended before the choice was taken back then. Raises
    `NotYet` while a mail with a REQUEST is just leaving."""
    found = []
    for row in rows:
        holder = queries.get_holder(connection, row.id)
        if row.status == WAITLISTED:
            knows = ever_had_request(connection, holder)
        elif row.status == CANCELLED:
            knows = row.cancelled_at >= since and had_request(connection, holder)
        else:
            knows = had_request(connection, holder)
        if knows:
            found.append(holder)
    return found

"""The one mail of cancelling several registrations at once: a CANCEL for each date."""

from collections.abc import Mapping

from sqlalchemy import Connection

from eventapp.mail import kinds
from eventapp.mail.kinds import Draft
from eventapp.registration import queries
from eventapp.registration.mails import RegistrationMails, had_request
from eventapp.registration.own_dates import TOGETHER, list_cancelled_with


class OwnDatesMails(RegistrationMails):
    """Composes the kind for one installation."""

    def register(self) -> None:
        """Make the kind known."""
        kinds.register(TOGETHER, self._together)

    def _together(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        """A calendar file where a REQUEST may have gone out before."""
        together = list_cancelled_with(connection, ids["registration_id"])
        if not together:
            return None
        holders = [queries.get_holder(connection, id_) for id_ in together]
        known = [each for each in holders if had_request(connection, each)]
        several = sum(len(each.event.dates) for each in known) > 1
        parts = tuple(
            part for each in known for part in self.calendar(each, "CANCEL", is_inline=not several)
        )
        by_date = sorted(holders, key=lambda each: each.event.first_day)
        return self.draft(holders[0], calendar=parts, holders=by_date)

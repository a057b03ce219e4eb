"""The mail that asks whoever declined in their calendar whether their place may be freed."""

from collections.abc import Mapping

from sqlalchemy import Connection

from eventapp import clock
from eventapp.mail import kinds
from eventapp.mail.kinds import Draft
from eventapp.registration import queries
from eventapp.registration.holder_mails import HolderMails
from eventapp.registration.holder_rules import can_cancel
from eventapp.registration.models import RegistrationStatus
from eventapp.returns.actions import KIND


class ReturnMails(HolderMails):
    """Composes the kind for one installation."""

    def register(self) -> None:
        """Make the kind known."""
        kinds.register(KIND, self._declined)

    def _declined(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        """Dropped where the place was given back meanwhile, or there is nothing to come to."""
        holder = queries.get_holder(connection, ids["registration_id"])
        holds = holder.status == RegistrationStatus.CONFIRMED
        if not holds or not can_cancel(holder.event, holder.status, clock.now()):
            return None
        return self.to_holder(holder, cancel_url=f"{self.manage_url(holder)}/cancel")

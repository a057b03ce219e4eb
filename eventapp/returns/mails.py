"""The mail that asks whoever declined in their calendar whether their place may be freed."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from eventapp import clock
from eventapp.mail import kinds
from eventapp.mail.kinds import Draft
from eventapp.registration import queries
from eventapp.registration.holder_rules import can_cancel
from eventapp.registration.models import RegistrationStatus
from eventapp.returns.actions import KIND


@dataclass(frozen=True)
class ReturnMails:
    """Composes the kind for one installation: its public address and its own sender."""

    public_url: str
    mail_from: tuple[str, str]

    def register(self) -> None:
        """Make the kind known."""
        kinds.register(KIND, self._declined)

    def _declined(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        """Dropped where the place was given back meanwhile, or there is nothing to come to."""
        holder = queries.get_holder(connection, ids["registration_id"])
        event = holder.event
        holds = holder.status == RegistrationStatus.CONFIRMED
        if not holds or not can_cancel(event, holder.status, clock.now()):
            return None
        name, email = (event.sender.name, event.sender.email) if event.sender else self.mail_from
        manage_url = f"{self.public_url}/registrations/{holder.manage_token}"
        return Draft(
            recipient=holder.email,
            language=holder.language,
            sender_name=name,
            sender_email=email,
            reply_to=event.contact.email if event.contact and event.contact.email else None,
            context={
                "holder": holder,
                "e": event,
                "network": event.network,
                "controller": event.controller,
                "has_calendar": False,
                "public_url": self.public_url,
                "manage_url": manage_url,
                "cancel_url": f"{manage_url}/cancel",
            },
        )

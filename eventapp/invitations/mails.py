"""The mails of invitations: to whom they go is looked up at the moment they leave."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition_by_id
from eventapp.invitations import naming
from eventapp.invitations.contacts import Recipient, list_recipients
from eventapp.mail import kinds
from eventapp.mail.kinds import Draft
from eventapp.networks.letters import letter_salutation


@dataclass(frozen=True)
class InvitationMails:
    """Composes the kinds for one installation: its public address and its own sender."""

    public_url: str
    mail_from: tuple[str, str]

    def register(self) -> None:
        """Make the kinds known."""
        kinds.register("organisation-named", self._named)

    def _named(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        """To the first contact alone; dropped where the person has cancelled."""
        named = naming.get_by_id(connection, ids["naming_id"])
        found = list_recipients(connection, [named.organisation_id]).get(named.organisation_id)
        if not found or named.is_cancelled:
            return None
        event = get_definition_by_id(connection, named.event_id)
        link = f"{self.public_url}/delegates/{named.token}"
        return self._draft(event, found[0], named=named, link_url=link)

    def _draft(self, event: EventDefinition, to: Recipient, **context: Any) -> Draft:
        name, email = (event.sender.name, event.sender.email) if event.sender else self.mail_from
        return Draft(
            recipient=to.email,
            language="de",
            sender_name=name,
            sender_email=email,
            reply_to=event.contact.email if event.contact and event.contact.email else None,
            context={
                "greeting": letter_salutation(to),
                "e": event,
                "network": event.network,
                "controller": event.controller,
                "has_calendar": False,
                "public_url": self.public_url,
                **context,
            },
        )

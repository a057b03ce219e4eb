"""The mails of invitations: to whom they go is looked up at the moment they leave."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition_by_id
from eventapp.events.mails import EventMails
from eventapp.events.models import EventStatus
from eventapp.formatting import venue_line
from eventapp.invitations import naming
from eventapp.invitations.contacts import Recipient, list_recipients
from eventapp.invitations.in_english import Said, in_english
from eventapp.invitations.listing import Invitee, Letter, find_letter, get_invitee
from eventapp.invitations.rules import Pile, short_url
from eventapp.invitations.words import paragraphs, reminding
from eventapp.languages import in_language
from eventapp.mail import kinds
from eventapp.mail.kinds import Draft
from eventapp.networks.letters import letter_salutation
from eventapp.unsubscribing.queries import is_refused
from eventapp.unsubscribing.rules import Topic, unsubscribe_url

LANGUAGE = "de"  # as letters are, with a few lines in English
Body = Callable[[EventDefinition, Invitee, Letter], Iterable[str]]


class InvitationMails(EventMails):
    """Composes the kinds for one installation."""

    def register(self) -> None:
        """Make the kinds known."""
        kinds.register("organisation-named", self._named)
        kinds.register("invitation", self._invitation)
        kinds.register("invitation-reminder", self._reminder)

    def _named(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        """To the first contact alone; dropped where the person has cancelled."""
        named = naming.get_of(connection, ids["naming_of"])
        found = list_recipients(connection, [named.organisation_id]).get(named.organisation_id)
        if not found or named.is_cancelled:
            return None
        event = get_definition_by_id(connection, named.event_id)
        link = f"{self.public_url}/delegates/{named.token}"
        english = in_english(Said.NAMED, event, link)
        return self._draft(event, found[0], named=named, link_url=link, english=english)

    def _invitation(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        """Dropped where it was withdrawn, answered already, or is not wanted."""
        return self._of_round(connection, ids, paragraphs)

    def _reminder(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        """As the invitation: whoever has answered meanwhile is not asked again."""
        return self._of_round(
            connection, ids, lambda _event, invitee, letter: reminding(invitee, letter)
        )

    def _of_round(self, connection: Connection, ids: Mapping[str, int], body: Body) -> Draft | None:
        event = get_definition_by_id(connection, ids["event_id"])
        invitee = get_invitee(connection, event, ids["invitation_id"])
        to = find_recipient(connection, invitee, ids["contact_id"])
        is_gone = event.status == EventStatus.CANCELLED or invitee.revoked_at is not None
        if to is None or is_gone or invitee.pile != Pile.SILENT:
            return None
        if is_refused(connection, Topic.INVITATIONS, event.id, event.network.id, to.email):
            return None
        letter = find_letter(connection, event.id)
        with in_language(LANGUAGE):
            said = list(body(event, invitee, letter))
        return self.invited_draft(event, invitee, to, paragraphs=said)

    def invited_draft(
        self,
        event: EventDefinition,
        invitee: Invitee,
        to: Recipient,
        said: Said = Said.INVITED,
        in_english_too: Iterable[str] = (),
        **context: Any,
    ) -> Draft:
        """A mail about an invitation, with its link and with the one that ends such mails."""
        link = f"{self.public_url}/invitations/{invitee.code}"
        return self._draft(
            event,
            to,
            english=in_english(said, event, link, in_english_too),
            unsubscribe_url=unsubscribe_url(self.public_url, Topic.INVITATIONS, event.id, to.email),
            invited=invitee.invited,
            where=venue_line(event.venue),
            link_url=link,
            short_url=short_url(self.public_url, invitee.code),
            **context,
        )

    def _draft(self, event: EventDefinition, to: Recipient, **context: Any) -> Draft:
        return self.about(event, to.email, LANGUAGE, greeting=letter_salutation(to), **context)


def find_recipient(connection: Connection, invitee: Invitee, contact_id: int) -> Recipient | None:
    """Who it was owed to, at the address they have by now; None where they have gone."""
    invited = invitee.invited
    if invited.organisation_id is None:
        return Recipient(0, invited.name, invited.email, None) if invited.email else None
    found = list_recipients(connection, [invited.organisation_id])
    known = found.get(invited.organisation_id, [])
    return next((each for each in known if each.contact_id == contact_id), None)

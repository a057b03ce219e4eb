"""The mail that a date is set: to whom it goes is looked up at the moment it leaves."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sqlalchemy import Connection

from eventapp import clock
from eventapp.accounts.queries import get_account
from eventapp.announcing.queries import find_announcement
from eventapp.announcing.rules import KIND, can_announce
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition_by_id
from eventapp.events.mails import EventMails, as_test
from eventapp.formatting import venue_line
from eventapp.invitations.contacts import Recipient, list_recipients
from eventapp.invitations.in_english import Said, in_english
from eventapp.invitations.mails import LANGUAGE
from eventapp.mail import kinds
from eventapp.mail.kinds import Draft
from eventapp.networks.letters import letter_salutation
from eventapp.returns.queries import addresses_by
from eventapp.unsubscribing.queries import is_refused
from eventapp.unsubscribing.rules import Topic, unsubscribe_url


class AnnouncementMails(EventMails):
    """Composes the kind for one installation."""

    def register(self) -> None:
        """Make the kind known."""
        kinds.register(KIND, self._compose)
        addresses_by(KIND, _addressed)

    def _compose(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        """Dropped where it was taken back or is not wanted, and once people can sign up."""
        if "account_id" in ids:
            return self._test(connection, ids)
        row = find_announcement(connection, ids["announcement_id"])
        to = _recipient(connection, ids)
        if row is None or row.stopped_at is not None or to is None:
            return None
        event = get_definition_by_id(connection, row.event_id)
        if not can_announce(event, clock.now()):
            return None
        if is_refused(connection, Topic.ANNOUNCEMENTS, event.id, event.network.id, to.email):
            return None
        stop = unsubscribe_url(self.public_url, Topic.ANNOUNCEMENTS, event.id, to.email)
        return self.draft(event, to, stop)

    def _test(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        account = get_account(connection, ids["account_id"])
        if account is None:
            return None
        sample = self.sample(get_definition_by_id(connection, ids["event_id"]))
        return as_test(sample, account.email)

    def sample(self, event: EventDefinition) -> Draft:
        """As a contact would get it whose name nobody knows."""
        nobody = Recipient(0, None, "kontakt@example.org", None)
        return replace(self.draft(event, nobody, self.public_url), unsubscribe_url=None)

    def draft(self, event: EventDefinition, to: Recipient, stop: str) -> Draft:
        page = f"{self.public_url}/events/{event.slug}"
        return self.about(
            event,
            to.email,
            LANGUAGE,
            greeting=letter_salutation(to),
            is_test=False,
            where=venue_line(event.venue),
            english=in_english(Said.ANNOUNCED, event, page),
            event_url=page,
            notify_url=f"{page}/notify",
            subscribe_url=f"{self.public_url}/calendar?feed=networks-{event.network.slug}",
            feed_url=f"{self.public_url}/calendar/networks/{event.network.slug}.ics",
            unsubscribe_url=stop,
        )


def _recipient(connection: Connection, ids: Mapping[str, int]) -> Recipient | None:
    """Who it was owed to, at the address they have by now; None where they have gone."""
    found = list_recipients(connection, [ids["organisation_id"]]).get(ids["organisation_id"], [])
    return next((each for each in found if each.contact_id == ids["contact_id"]), None)


def _addressed(connection: Connection, ids: Mapping[str, int]) -> Iterator[tuple[int, str]]:
    """(event, address), for what comes back; nothing of a test to oneself."""
    row = "announcement_id" in ids and find_announcement(connection, ids["announcement_id"])
    to = _recipient(connection, ids) if row else None
    if row and to:
        yield row.event_id, to.email

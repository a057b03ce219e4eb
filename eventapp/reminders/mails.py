"""The mails whose time comes by itself."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from eventapp import clock
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition_by_id
from eventapp.events.models import EventStatus
from eventapp.mail import kinds
from eventapp.mail.kinds import Draft
from eventapp.registration import queries
from eventapp.registration.holder import Holder
from eventapp.registration.holder_mails import HolderMails
from eventapp.registration.listing import with_places
from eventapp.registration.models import RegistrationStatus
from eventapp.registration.wording_mails import sample_holder, without_keys
from eventapp.reminders import coming, openings
from eventapp.tokens import keyring
from eventapp.unsubscribing.queries import is_refused
from eventapp.unsubscribing.rules import Topic, unsubscribe_url
from eventapp.wording.offers import offer
from eventapp.wording.rules import FREE

CONFIRMED = RegistrationStatus.CONFIRMED


class ReminderMails(HolderMails):
    """Composes the kinds for one installation."""

    def register(self) -> None:
        """Make the kinds known."""
        kinds.register(openings.CONFIRM, self._confirm)
        kinds.register(openings.OPEN, self._open)
        kinds.register(coming.KIND, self._coming)
        offer(coming.KIND, _l("Frage, ob jemand noch kommt"), FREE, self._coming_sample)

    def _confirm(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        """Dropped where the wish was confirmed or taken back meanwhile."""
        wish = openings.find_wish(connection, ids["wish_id"])
        if wish is None or wish.confirmed_at is not None:
            return None
        return self._draft(connection, wish)

    def _open(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        """The one mail, after which nothing is known of the address; dropped where the wish was
        taken back, or sign-up closed again."""
        wish = openings.find_wish(connection, ids["wish_id"])
        if wish is None:
            return None
        event = get_definition_by_id(connection, wish.event_id)
        [(_event, _places, signup)] = with_places(connection, [event], clock.now())
        if not signup.is_possible:
            return None
        return self._draft(connection, wish, on_sent=forget_wish(wish.id))

    def _coming(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        """Dropped where the place was given back, the event moved, or it has begun."""
        holder = queries.get_holder(connection, ids["registration_id"])
        event = holder.event
        is_asked = holder.coming_asked_on == event.first_day and holder.coming_at is None
        is_ahead = event.status == EventStatus.PUBLISHED and clock.now() < event.start
        if holder.status != CONFIRMED or not (is_asked and is_ahead):
            return None
        if is_refused(connection, Topic.REMINDERS, event.id, event.network.id, holder.email):
            return None
        return self._coming_draft(holder)

    def _coming_sample(self, event: EventDefinition, language: str) -> Draft:
        return without_keys(self._coming_draft(sample_holder(event, language)))

    def _coming_draft(self, holder: Holder) -> Draft:
        stop = unsubscribe_url(self.public_url, Topic.REMINDERS, holder.event.id, holder.email)
        coming_url = f"{self.manage_url(holder)}/coming"
        return self.to_holder(holder, coming_url=coming_url, unsubscribe_url=stop)

    def _draft(
        self,
        connection: Connection,
        wish: Any,
        on_sent: Callable[[Session, datetime], None] | None = None,
    ) -> Draft:
        event = get_definition_by_id(connection, wish.event_id)
        draft = self.about(
            event,
            wish.email,
            wish.language,
            wish_url=f"{self.public_url}/openings/{keyring().open(wish.token_sealed)}",
            register_url=f"{self.public_url}/events/{event.slug}/register",
        )
        return replace(draft, on_sent=on_sent)


def forget_wish(wish_id: int) -> Callable[[Session, datetime], None]:
    """What is done in the transaction that says that its one mail has left."""
    return lambda session, _now: openings.end(session, wish_id)

"""The mail that asks how it was and nothing else."""

from collections.abc import Mapping
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection

from eventapp import clock
from eventapp.evaluation import queries
from eventapp.evaluation.rules import Asked
from eventapp.events.definition import EventDefinition
from eventapp.mail import kinds
from eventapp.mail.kinds import Draft
from eventapp.registration.holder import Holder
from eventapp.registration.holder_mails import HolderMails
from eventapp.registration.queries import get_holder
from eventapp.registration.wording_mails import sample_holder, without_keys
from eventapp.reminders.evaluations import KIND
from eventapp.unsubscribing.queries import is_refused
from eventapp.unsubscribing.rules import Topic, unsubscribe_url
from eventapp.wording.offers import offer
from eventapp.wording.rules import FREE


class EvaluationMails(HolderMails):
    """Composes the kind for one installation."""

    def register(self) -> None:
        """Make the kind known."""
        kinds.register(KIND, self._compose)
        offer(KIND, _l("Befragung nach der Veranstaltung"), FREE, self._sample)

    def _compose(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        """Dropped where the person has answered meanwhile, it has closed, or the ledger says by now
        that they were not there."""
        holder, now = get_holder(connection, ids["registration_id"]), clock.now()
        event = holder.event
        invitation = queries.find_invitation(connection, event, holder.id, now)
        if invitation is None or invitation.has_answered:
            return None
        if is_refused(connection, Topic.REMINDERS, event.id, event.network.id, holder.email):
            return None
        return self._draft(holder, invitation.last_day)

    def _sample(self, event: EventDefinition, language: str) -> Draft:
        holder = sample_holder(event, language)
        return without_keys(self._draft(holder, Asked().last_day(event.last_day)))

    def _draft(self, holder: Holder, last_day: date) -> Draft:
        return self.to_holder(
            holder,
            evaluation_url=f"{self.manage_url(holder)}/evaluation",
            last_day=last_day,
            unsubscribe_url=unsubscribe_url(
                self.public_url, Topic.REMINDERS, holder.event.id, holder.email
            ),
        )

"""The mail that a need is settled. What is needed stands nowhere in it: others may read it."""

from collections.abc import Mapping

from sqlalchemy import Connection

from eventapp.mail import kinds
from eventapp.mail.kinds import Draft
from eventapp.questions.actions import SETTLED
from eventapp.questions.queries import find_settled
from eventapp.questions.rules import NeedState
from eventapp.registration import queries
from eventapp.registration.mails import CANCELLED, RegistrationMails


class NeedMails(RegistrationMails):
    """Composes the kind for one installation."""

    def register(self) -> None:
        """Make the kind known."""
        kinds.register(SETTLED, self._settled)

    def _settled(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        """Dropped where it is open again, or the registration has gone."""
        holder = queries.get_holder(connection, ids["registration_id"])
        settled = find_settled(connection, holder.id)
        if settled is None or holder.status == CANCELLED:
            return None
        state, sentence = settled
        is_arranged = state == NeedState.ARRANGED
        return self.draft(holder, is_arranged=is_arranged, sentence=sentence)

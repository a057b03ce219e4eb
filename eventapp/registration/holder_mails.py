"""What every mail to somebody registered has alike."""

from typing import Any

from eventapp.events.mails import EventMails
from eventapp.mail.kinds import Draft
from eventapp.registration.holder import Holder


class HolderMails(EventMails):
    """Composes mails to registered people for one installation."""

    def manage_url(self, holder: Holder) -> str:
        """Their personal page."""
        return f"{self.public_url}/registrations/{holder.manage_token}"

    def to_holder(self, holder: Holder, **context: Any) -> Draft:
        """With their personal page, and `context` for the templates."""
        return self.about(
            holder.event,
            holder.email,
            holder.language,
            **{"holder": holder, "manage_url": self.manage_url(holder), **context},
        )

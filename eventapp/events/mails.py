"""What every mail about an event has alike: who sends it, whom an answer reaches, and what its
frame shows. The features add their own."""

from dataclasses import replace
from typing import Any

from eventapp.events.definition import EventDefinition
from eventapp.mail.kinds import Draft


class EventMails:
    """Composes mails about events for one installation: its public address and its own sender."""

    def __init__(self, public_url: str, mail_from: tuple[str, str]) -> None:
        self.public_url = public_url
        self.mail_from = mail_from

    def about(self, event: EventDefinition, recipient: str, language: str, **context: Any) -> Draft:
        """With `context` for its templates; an `unsubscribe_url` in it goes into the head too."""
        name, email = (event.sender.name, event.sender.email) if event.sender else self.mail_from
        return Draft(
            recipient=recipient,
            language=language,
            sender_name=name,
            sender_email=email,
            reply_to=event.contact.email if event.contact and event.contact.email else None,
            unsubscribe_url=context.get("unsubscribe_url"),
            context={
                "e": event,
                "network": event.network,
                "controller": event.controller,
                "has_calendar": False,
                "public_url": self.public_url,
                **context,
            },
        )


def as_test(draft: Draft, recipient: str) -> Draft:
    """The draft of a sample, to whoever wants to see it in their own mailbox."""
    context = {**draft.context, "is_test": True}
    return replace(draft, recipient=recipient, unsubscribe_url=None, context=context)

"""What can be refused, and the token that refuses it. Pure but for the keyring.

The token is sealed, not stored: it holds for one address, whose owner alone has got it, and shows
nobody who that is. Whoever's address is corrected cannot be spoken for with an old mail.
"""

import base64
import binascii
from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import InvalidTag

from eventapp.errors import NotFound
from eventapp.tokens import keyring

_PURPOSE = "unsubscribe"


class Topic(StrEnum):
    """Kinds of mail that are refused together. What belongs to a registration itself is none."""

    MESSAGES = "messages"  # of the organisers to the people of an event
    REMINDERS = "reminders"  # what comes by itself before and after the date
    INVITATIONS = "invitations"  # to organisations and persons, and reminders of these
    ANNOUNCEMENTS = "announcements"  # save the date, to contacts of organisations


OF_NETWORKS = frozenset({Topic.ANNOUNCEMENTS})  # they come once for an event: all or none
OF_PEOPLE = (Topic.MESSAGES, Topic.REMINDERS)  # who takes part
OF_CONTACTS = (Topic.INVITATIONS, Topic.ANNOUNCEMENTS)  # who speaks for an organisation


def beside(topic: Topic) -> tuple[Topic, ...]:
    """The other topics that come to the same people."""
    side = next(side for side in (OF_PEOPLE, OF_CONTACTS) if topic in side)
    return tuple(each for each in side if each != topic)


@dataclass(frozen=True)
class Subscriber:
    """What a mail lets its recipient refuse."""

    topic: Topic
    event_id: int
    email: str


def unsubscribe_url(public_url: str, topic: Topic, event_id: int, email: str) -> str:
    """What goes into a mail and its `List-Unsubscribe`."""
    return f"{public_url}/unsubscribe/{seal(Subscriber(topic, event_id, email))}"


def seal(subscriber: Subscriber) -> str:
    value = [_PURPOSE, subscriber.topic, subscriber.event_id, subscriber.email]
    return base64.urlsafe_b64encode(keyring().seal(value)).decode().rstrip("=")


def read(token: str) -> Subscriber:
    """Raises `NotFound`."""
    try:
        sealed = base64.b64decode(
            f"{token}{'=' * (-len(token) % 4)}", altchars=b"-_", validate=True
        )
        purpose, topic, event_id, email = keyring().open(sealed)
    except (binascii.Error, ValueError, TypeError, InvalidTag) as error:
        raise NotFound from error
    if purpose != _PURPOSE:
        raise NotFound
    return Subscriber(Topic(topic), event_id, email)

"""What unsubscribing holds about people: the address that wants no mails."""

from eventapp.privacy.declarations import declare, erasing_address
from eventapp.unsubscribing.actions import forget_address

declare(
    "unsubscription",
    erased=("email_key",),
    kept={
        "id": "row key",
        "topic": "a kind of mail",
        "event_id": "row key",
        "network_id": "row key",
        "refused_at": "when, without who",
    },
)
erasing_address("unsubscription", forget_address)

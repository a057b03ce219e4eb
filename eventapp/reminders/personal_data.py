"""What reminders hold about people."""

from eventapp.privacy.declarations import declare, erasing_address
from eventapp.reminders.forgetting import forget_wishes

KEY, TIME = "row key", "when, without who"

declare(
    "opening_wish",
    erased=("email", "email_key", "language", "token_hash", "token_sealed"),
    kept={
        "id": KEY,
        "event_id": KEY,
        "asked_at": TIME,
        "confirmed_at": TIME,
        "owed_at": TIME,
    },
)
erasing_address("opening_wish", forget_wishes)

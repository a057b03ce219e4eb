"""What reminders hold about people."""

from eventapp.privacy.declarations import (
    before_erasing,
    declare,
    declare_impersonal,
    erasing_address,
)
from eventapp.reminders.forgetting import forget_wishes, hand_on

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
before_erasing("reminders", hand_on)
declare_impersonal("reminder_plan", "reminder_run")
declare(
    "reminder_step",
    erased=("text", "text_en"),
    mentions=("text", "text_en"),
    kept={
        "event_id": KEY,
        "side": "when it is due",
        "amount": "when it is due",
        "unit": "when it is due",
        "group": "to whom it goes",
        "awaits": "what it waits for",
        "since": TIME,
    },
)
declare(
    "reminder_claim",
    kept={
        "id": KEY,
        "registration_id": KEY,
        "date_uid": "of a date, not of a person",
        "step": "when it was due",
        "day": TIME,
        "due_at": TIME,
        "claimed_at": TIME,
        "lead_id": KEY,
    },
    goes_with="registration_id",
)

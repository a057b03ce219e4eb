"""What the outbox holds about people: ids only, and the hash of whom a mail was for; a
server's answer may quote an address."""

from eventapp.privacy.declarations import declare

_NUMBERS = "ids and times only"

declare(
    "outbox_mail",
    erased=("last_answer", "recipient_hash"),
    kept=dict.fromkeys(
        (
            "id",
            "kind",
            "ids",
            "registration_id",
            "signup_id",
            "event_id",
            "dedupe_key",
            "batch",
            "message_id",
            "state",
            "due_at",
            "waits_since",
            "lease",
            "attempts",
            "data_at",
            "interrupted",
            "created_at",
            "settled_at",
            "bounced_at",
            "bounce_status",
        ),
        _NUMBERS,
    ),
    goes_with="registration_id",
)
declare(
    "past_mail",
    kept=dict.fromkeys(
        (
            "id",
            "kind",
            "ids",
            "registration_id",
            "signup_id",
            "event_id",
            "batch",
            "message_id",
            "state",
            "interrupted",
            "created_at",
            "settled_at",
            "bounced_at",
            "bounce_status",
        ),
        _NUMBERS,
    ),
    goes_with="registration_id",
)

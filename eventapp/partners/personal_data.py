"""What partners hold about people: who completes a date, and where to write to them."""

from eventapp.privacy.declarations import declare, declare_impersonal

declare(
    "event_partner",
    erased=("name", "email", "token_hash", "token_sealed"),
    kept={
        "id": "row key",
        "event_id": "row key",
        "created_at": "when, without who",
        "used_at": "when, without who",
        "revoked_at": "when, without who",
        "is_replaced": "state of the link",
    },
)
declare_impersonal("event_place")

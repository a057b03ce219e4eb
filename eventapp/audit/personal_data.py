"""What the log holds about people."""

from eventapp.privacy.declarations import declare

declare(
    "audit_entry",
    erased=("before", "after"),
    kept={
        "id": "row key",
        "at": "when, without who",
        "account_id": "a number without a person once the account has gone",
        "act": "what was done, without who",
        "network_id": "row key",
        "event_id": "row key",
        "subject_type": "what was acted on, without who",
        "subject_id": "a number without a person once it has gone",
    },
)

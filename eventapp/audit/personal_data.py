"""What the log holds about people."""

from eventapp.audit.actions import make_pseudonymous
from eventapp.privacy.declarations import before_erasing, declare

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
    mentions=("before", "after"),
)
before_erasing("audit", make_pseudonymous)

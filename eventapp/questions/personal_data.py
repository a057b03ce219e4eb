"""What is noted of people's needs, and by whom."""

from eventapp.privacy.declarations import declare, declare_impersonal

declare(
    "need",
    erased=("state", "note_sealed", "sentence_sealed", "changed_at", "changed_by"),
    kept={"registration_id": "row key"},
    goes_with="registration_id",
)
declare(
    "needs_visit",
    erased=("account_id", "seen_at", "new_since"),
    kept={"event_id": "row key"},
)
declare_impersonal("order_sheet")

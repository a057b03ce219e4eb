"""What returns hold about people."""

from eventapp.privacy.declarations import before_erasing, declare, erasing_address
from eventapp.returns.actions import forget, forget_address

declare(
    "undeliverable",
    erased=("email_key", "status", "reported_at"),
    kept={"event_id": "row key"},
)
declare(
    "calendar_decline",
    erased=("declined_at",),
    kept={"registration_id": "row key", "sequence": "calendar revision"},
    goes_with="registration_id",
)
before_erasing("returns", forget)
erasing_address("undeliverable", forget_address)

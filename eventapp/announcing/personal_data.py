"""What announcing holds about people: hashes of the addresses that heard of a date."""

from eventapp.announcing.actions import forget_address
from eventapp.privacy.declarations import declare, declare_impersonal, erasing_address

declare(
    "announcement_told",
    erased=("email_hash",),
    kept={"id": "row key", "announcement_id": "row key"},
)
declare_impersonal("announcement")
erasing_address("announcement_told", forget_address)

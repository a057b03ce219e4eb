"""What paper keeps of people: whose badge was made."""

from eventapp.privacy.declarations import declare

declare(
    "printed_badge",
    erased=("look",),
    kept={"registration_id": "row key", "printed_at": "when, without who"},
    goes_with="registration_id",
)

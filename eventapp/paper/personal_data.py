"""What paper keeps of people: whose badge was made."""

from eventapp.privacy.declarations import declare, declare_impersonal

declare(
    "printed_badge",
    erased=("look",),
    kept={"registration_id": "row key", "printed_at": "when, without who"},
    goes_with="registration_id",
)
declare_impersonal("saved_columns")

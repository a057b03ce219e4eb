"""What networks hold about people: functional contacts; and who was granted which role."""

from eventapp.privacy.declarations import declare, declare_impersonal

KEY = "row key"

declare_impersonal("network", "membership")
declare(
    "organisation",
    erased=("contact_email",),
    kept=dict.fromkeys(
        ("id", "slug", "name", "sort_key", "type", "district", "delegate_quota"),
        "about the organisation",
    ),
)
declare(
    "grant",
    kept=dict.fromkeys(
        ("id", "account_id", "role", "scope", "scope_id", "granted_at"),
        "leads to the account, which is erased",
    ),
)

"""What networks hold about people: functional contacts; and who was granted which role."""

from eventapp.privacy.declarations import declare, declare_impersonal

KEY = "row key"

declare_impersonal("network", "network_logo", "membership")
declare(
    "organisation",
    erased=("contact_email", "notes"),
    kept=dict.fromkeys(
        (
            *("id", "slug", "name", "sort_key", "type", "district", "delegate_quota", "website"),
            *("street", "address_addition", "postal_code", "city", "country"),
        ),
        "about the organisation",
    ),
)
declare(
    "organisation_contact",
    erased=("name", "function", "email", "phone", "salutation"),
    kept=dict.fromkeys(("id", "organisation_id", "position"), KEY),
)
declare(
    "grant",
    kept=dict.fromkeys(
        ("id", "account_id", "role", "scope", "scope_id", "granted_at"),
        "leads to the account, which is erased",
    ),
)

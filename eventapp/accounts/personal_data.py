"""What accounts hold about organisers and helpers."""

from eventapp.privacy.declarations import declare

KEY, TIME = "row key", "when, without who"

declare(
    "account",
    erased=("email", "email_key", "password_hash"),
    kept={"id": KEY, "created_at": TIME},
)
declare(
    "login_session",
    erased=("token_hash",),
    kept={
        "id": KEY,
        "account_id": KEY,
        "created_at": TIME,
        "last_seen_at": TIME,
        "expires_at": TIME,
    },
)
declare(
    "password_link",
    erased=("token_hash",),
    kept={"id": KEY, "account_id": KEY, "expires_at": TIME},
)

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
    erased=("token_hash", "browser", "system"),
    kept={
        "id": KEY,
        "account_id": KEY,
        "created_at": TIME,
        "last_seen_at": TIME,
        "expires_at": TIME,
        "confirmed_at": TIME,
    },
)
declare(
    "password_link",
    erased=("token_hash",),
    kept={"id": KEY, "account_id": KEY, "expires_at": TIME},
)
declare(
    "pending_login",
    erased=("token_hash",),
    kept={"id": KEY, "account_id": KEY, "expires_at": TIME},
)
declare(
    "authenticator_app",
    erased=("secret_sealed",),
    kept={"account_id": KEY, "last_step": TIME, "created_at": TIME},
)
declare(
    "passkey",
    erased=("credential_id", "public_key", "sign_count", "name"),
    kept={"id": KEY, "account_id": KEY, "created_at": TIME, "last_used_at": TIME},
)
declare(
    "recovery_code",
    erased=("code_hash",),
    kept={"id": KEY, "account_id": KEY},
)
declare(
    "login_throttle",
    erased=("key",),
    kept={"spent_until": TIME},
)

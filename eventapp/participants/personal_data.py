"""What the office's list holds about people: numbers that lead to registrations, and filters that
may name somebody."""

from eventapp.privacy.declarations import declare

KEY, TIME = "row key", "when, without who"

declare(
    "saved_view",
    erased=("name", "parameters"),
    mentions=("name", "parameters"),
    kept={
        "id": KEY,
        "event_id": KEY,
        "account_id": KEY,
        "is_shared": "not about a person",
        "created_at": TIME,
    },
)
declare(
    "bulk_act",
    erased=("token_hash",),
    kept={
        "id": KEY,
        "event_id": KEY,
        "account_id": "a number without a person once the account has gone",
        "act": "what was done, without who",
        "options": "what was done, without who",
        "ids": KEY,
        "left": KEY,
        "created_at": TIME,
    },
)

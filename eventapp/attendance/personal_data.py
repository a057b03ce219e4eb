"""What attendance holds about people: ids that lead to the registration, and reasons in the words
of the office."""

from eventapp.privacy.declarations import declare

KEY, THAT = "row key", "counted in figures"

declare(
    "presence",
    kept={
        "id": KEY,
        "registration_id": KEY,
        "event_date_id": KEY,
        "source": THAT,
        "recorded_at": "when, without who",
    },
    goes_with="registration_id",
)
declare(
    "hand_entry",
    erased=("reason",),
    mentions=("reason",),
    kept={
        "id": KEY,
        "registration_id": KEY,
        "event_date_id": KEY,
        "programme_item_id": KEY,
        "was_there": THAT,
        "minutes": THAT,
        "account_id": "a number without a person once the account has gone",
        "created_at": "when, without who",
    },
    goes_with="registration_id",
)

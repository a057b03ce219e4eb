"""What attendance holds about people: ids that lead to the registration, and reasons in the words
of the office."""

from eventapp.attendance.reports import drop_pending
from eventapp.privacy.declarations import before_erasing, declare

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
    "attendance_report",
    erased=("sealed", "file_name"),
    mentions=("file_name",),
    kept={
        "id": KEY,
        "event_id": KEY,
        "event_date_id": KEY,
        "platform": "not about a person",
        "account_id": "a number without a person once the account has gone",
        "created_at": "when, without who",
        "taken_at": "when, without who",
    },
)
declare(
    "report_line",
    kept={
        "id": KEY,
        "report_id": KEY,
        "registration_id": KEY,
        "joined_at": THAT,
        "left_at": THAT,
    },
    goes_with="registration_id",
)
before_erasing("attendance_report", drop_pending)
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

"""What attendance holds about people: only ids that lead to the registration."""

from eventapp.privacy.declarations import declare

declare(
    "presence",
    kept={
        "id": "row key",
        "registration_id": "row key",
        "event_date_id": "row key",
        "source": "counted in figures",
        "recorded_at": "when, without who",
    },
    goes_with="registration_id",
)

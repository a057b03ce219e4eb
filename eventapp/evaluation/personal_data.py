"""Answers belong to nobody; who has answered goes with the registration. In what people wrote in
their own words, whoever is erased is blanked."""

from eventapp.privacy.declarations import declare, declare_impersonal

_ANONYMOUS = "counts and texts of nobody in particular; texts go half a year after the event"

declare_impersonal("evaluation")
declare(
    "evaluation_box",
    mentions=("content", "shown"),
    kept={"event_id": "row key", "content": _ANONYMOUS, "shown": _ANONYMOUS},
)
declare(
    "evaluation_voted",
    kept={"registration_id": "row key", "event_id": "row key"},
    goes_with="registration_id",
)
declare(
    "evaluation_asked",
    kept={"registration_id": "row key"},
    goes_with="registration_id",
)

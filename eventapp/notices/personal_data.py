"""What notices hold about people: only what the office wrote to all of them."""

from eventapp.privacy.declarations import declare

declare(
    "event_notice",
    erased=("words", "words_en"),
    mentions=("words", "words_en"),
    kept={
        "id": "row key",
        "event_id": "row key",
        "kind": "what has become of the event",
        "states": "times and places of the event",
        "status_before": "state of the event",
        "created_at": "when, without who",
        "due_at": "when, without who",
        "sent_at": "when, without who",
    },
)

"""What messages hold about people: whatever was written, and whom the filter names."""

from eventapp.privacy.declarations import declare

declare(
    "message",
    erased=("filter", "subject", "text", "subject_en", "text_en", "reply_to"),
    kept={
        "id": "row key",
        "event_id": "row key",
        "revision": "counts changes",
        "created_at": "when, without who",
        "changed_at": "when, without who",
        "leaves_at": "when, without who",
        "stopped_at": "when, without who",
    },
)

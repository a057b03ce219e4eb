"""What messages hold about people: whatever was written, and whom the filter names."""

from eventapp.messages.actions import forget_letters
from eventapp.privacy.declarations import before_erasing, declare

declare(
    "message",
    erased=("filter", "subject", "text", "subject_en", "text_en", "reply_to"),
    mentions=("filter", "subject", "text", "subject_en", "text_en"),
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
before_erasing("messages", forget_letters)

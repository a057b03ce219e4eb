"""What the outbox holds about people: ids only, and the hash of whom a mail was for; a
server's answer may quote an address."""

from eventapp.mail.outbox import forget
from eventapp.privacy.declarations import before_erasing, declare

declare(
    "outbox_mail",
    erased=("last_answer", "recipient_hash"),
    kept=dict.fromkeys(
        (
            "id",
            "kind",
            "ids",
            "dedupe_key",
            "batch",
            "message_id",
            "state",
            "due_at",
            "lease",
            "attempts",
            "data_at",
            "interrupted",
            "created_at",
            "settled_at",
            "bounced_at",
            "bounce_status",
        ),
        "ids and times only",
    ),
)
before_erasing("mail", forget)

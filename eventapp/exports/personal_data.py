"""What exports hold about people, a day at most."""

from eventapp.exports.actions import forget_files
from eventapp.privacy.declarations import before_erasing, declare

declare(
    "export_job",
    erased=("filters",),
    mentions=("filters",),
    kept={
        "id": "row key",
        "account_id": "leads to the account, which is erased",
        "event_id": "row key",
        **dict.fromkeys(
            (
                "kind",
                "options",
                "format",
                "columns",
                "language",
                "is_sensitive",
                "within",
                "state",
                "due_at",
                "lease",
                "attempts",
                "problem",
                "rows_total",
                "rows_done",
                "size",
                "created_at",
                "done_at",
            ),
            "about the file, deleted after a week",
        ),
    },
)
declare(
    "export_part",
    erased=("sealed",),
    kept={"job_id": "row key", "number": "place in the file"},
)
before_erasing("exports", forget_files)

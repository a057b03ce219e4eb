"""Scans show names and signatures: deleted with the first of the people who may have signed."""

from eventapp.funding.actions import forget_sheets
from eventapp.privacy.declarations import before_erasing, declare, declare_impersonal

declare(
    "signed_sheet",
    erased=("file_name", "digest"),
    kept={
        "id": "row key",
        "event_id": "row key",
        **dict.fromkeys(
            ("event_date_id", "media_type", "size", "added_at"), "about the file, deleted with it"
        ),
    },
)
declare(
    "signed_sheet_part", erased=("sealed",), kept={"sheet_id": "row key", "number": "place in it"}
)
declare_impersonal("funder_template", "event_funding", "people_deleted")
before_erasing("funding", forget_sheets)
